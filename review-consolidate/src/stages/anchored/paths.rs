//! Which file a reviewer means: absolute paths of its own checkout, bare names, renamed and deleted files.

use review_core::{Answer, ChangeSet, Evidence, Query, Side};

use crate::text::paths::{file_name, same_path};

/// A path as resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resolved {
    /// Path from the root, or as the reviewer wrote it.
    pub(crate) path: String,
    /// In which version it is; `None` when no tree could say.
    pub(crate) side: Option<Side>,
    /// The tree says that there is no such file.
    pub(crate) missing: bool,
    /// More than one file has this name.
    pub(crate) candidates: u32,
}

/// Strips what never belongs to a path from the root.
pub(crate) fn clean(path: &str) -> &str {
    let path = path.trim().trim_matches('`');
    let path = path.strip_prefix("file://").unwrap_or(path);
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    path
}

/// A changed file that this path can only mean.
fn changed<'c>(path: &str, change: &'c ChangeSet) -> Option<(&'c str, Side)> {
    if let Some(file) = change.files.iter().find(|file| file.path == path) {
        return Some(if file.status == review_core::FileStatus::Deleted {
            (file.base_path(), Side::Base)
        } else {
            (&file.path, Side::Head)
        });
    }
    if let Some(file) = change.files.iter().find(|file| file.old_path.as_deref() == Some(path)) {
        return Some((&file.path, Side::Head));
    }
    // An absolute path or a bare name: the one changed file that it can mean, the longest path first.
    let mut fits: Vec<&review_core::ChangedFile> =
        change.files.iter().filter(|file| same_path(&file.path, path)).collect();
    fits.sort_by_key(|file| std::cmp::Reverse(file.path.len()));
    match fits.as_slice() {
        [] => None,
        [one] => Some((&one.path, Side::Head)),
        [one, ..] if path.starts_with('/') => Some((&one.path, Side::Head)),
        _ => None,
    }
}

/// The queries that a path needs; `wave` 0 or 1.
pub(crate) fn queries(path: &str, change: &ChangeSet, evidence: &Evidence, wave: u8, into: &mut Vec<Query>) {
    let path = clean(path);
    if path.is_empty() || path.contains('\n') || path.contains('\0') {
        return;
    }
    let known = changed(path, change);
    let direct = known.map_or(path, |(path, _)| path);
    match wave {
        0 => {
            if !direct.starts_with('/') {
                into.push(Query::file(known.map_or(Side::Head, |(_, side)| side), direct));
            }
            if let Some(file) = change
                .file(direct)
                .filter(|file| file.old_blob.is_some() || file.status != review_core::FileStatus::Added)
            {
                into.push(Query::file(Side::Base, file.base_path()));
            }
            if known.is_none() && (!path.contains('/') || path.starts_with('/')) {
                into.push(Query::PathsEnding { side: Side::Head, suffix: file_name(path).to_owned() });
            }
        }
        _ => {
            let missing = |side| matches!(evidence.answer(&Query::file(side, direct)), Some(Answer::Missing));
            if known.is_none() && missing(Side::Head) {
                into.push(Query::file(Side::Base, direct));
                into.push(Query::PathsEnding { side: Side::Head, suffix: file_name(path).to_owned() });
            }
            let resolved = resolve(path, change, evidence);
            if !resolved.missing && !resolved.path.starts_with('/') {
                into.push(Query::file(resolved.side.unwrap_or(Side::Head), resolved.path));
            }
        }
    }
}

/// Which file a path means, as far as the evidence says.
pub(crate) fn resolve(path: &str, change: &ChangeSet, evidence: &Evidence) -> Resolved {
    let path = clean(path);
    let as_is = |side, missing| Resolved { path: path.to_owned(), side, missing, candidates: 1 };
    if let Some((known, side)) = changed(path, change) {
        return Resolved { path: known.to_owned(), side: Some(side), missing: false, candidates: 1 };
    }
    let at = |side| evidence.answer(&Query::file(side, path));
    let there = |answer: Option<&Answer>| {
        matches!(answer, Some(Answer::Text { .. } | Answer::NotText { .. } | Answer::TooLarge { .. }))
    };
    if there(at(Side::Head)) {
        return as_is(Some(Side::Head), false);
    }
    let ending =
        evidence.answer(&Query::PathsEnding { side: Side::Head, suffix: file_name(path).to_owned() });
    if let Some(Answer::Paths { paths, complete }) = ending {
        let mut fits: Vec<&String> = paths.iter().filter(|candidate| same_path(candidate, path)).collect();
        if path.starts_with('/') {
            // The longest path that the absolute one ends in.
            fits.sort_by_key(|candidate| (std::cmp::Reverse(candidate.len()), candidate.as_str()));
            fits.truncate(1);
        } else if fits.is_empty() {
            // A path that is not quite right: the one file of that name.
            fits = paths.iter().collect();
        }
        // Of several files with the name, one that the change touches is meant rather than another.
        let touched =
            fits.iter().position(|candidate| change.files.iter().any(|file| file.path == ***candidate));
        let count = u32::try_from(fits.len()).unwrap_or(u32::MAX);
        if let Some(best) =
            fits.get(touched.unwrap_or(0)).filter(|_| count == 1 || touched.is_some() || !path.contains('/'))
        {
            return Resolved {
                path: (*best).clone(),
                side: Some(Side::Head),
                missing: false,
                candidates: count,
            };
        }
        if there(at(Side::Base)) {
            return as_is(Some(Side::Base), false);
        }
        return as_is(None, *complete);
    }
    if there(at(Side::Base)) {
        return as_is(Some(Side::Base), false);
    }
    as_is(None, false)
}
