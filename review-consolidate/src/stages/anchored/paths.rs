//! Which file a reviewer means: absolute paths of its own checkout, bare names, renamed and deleted files.

use review_core::{Answer, Evidence, Query, Side, is_absolute_path, normalise_path};

use crate::stages::intake::Intake;
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

/// The queries that a path needs; `wave` 0 or 1.
pub(crate) fn queries(path: &str, intake: &Intake<'_>, evidence: &Evidence, wave: u8, into: &mut Vec<Query>) {
    let path = &*normalise_path(path);
    if path.is_empty() || path.contains('\n') || path.contains('\0') {
        return;
    }
    let known = intake.paths.find(path);
    let direct = known.map_or(path, |(path, _)| path);
    match wave {
        0 => {
            if !is_absolute_path(direct) {
                into.push(Query::file(known.map_or(Side::Head, |(_, side)| side), direct));
            }
            if let Some(file) = intake
                .change
                .file(direct)
                .filter(|file| file.old_blob.is_some() || file.status != review_core::FileStatus::Added)
            {
                into.push(Query::file(Side::Base, file.base_path()));
            }
            if known.is_none() && (!path.contains('/') || is_absolute_path(path)) {
                into.push(Query::PathsEnding { side: Side::Head, suffix: file_name(path).to_owned() });
            }
        }
        _ => {
            let missing = |side| matches!(evidence.answer(&Query::file(side, direct)), Some(Answer::Missing));
            if known.is_none() && missing(Side::Head) {
                into.push(Query::file(Side::Base, direct));
                into.push(Query::PathsEnding { side: Side::Head, suffix: file_name(path).to_owned() });
            }
            let resolved = resolve(path, intake, evidence);
            if !resolved.missing && !is_absolute_path(&resolved.path) {
                into.push(Query::file(resolved.side.unwrap_or(Side::Head), resolved.path));
            }
        }
    }
}

/// Which file a path means, as far as the evidence says.
pub(crate) fn resolve(path: &str, intake: &Intake<'_>, evidence: &Evidence) -> Resolved {
    let path = &*normalise_path(path);
    let as_is = |side, missing| Resolved { path: path.to_owned(), side, missing, candidates: 1 };
    if let Some((known, side)) = intake.paths.find(path) {
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
        if is_absolute_path(path) {
            // The longest path that the absolute one ends in.
            fits.sort_by_key(|candidate| (std::cmp::Reverse(candidate.len()), candidate.as_str()));
            fits.truncate(1);
        } else if fits.is_empty() {
            // A path that is not quite right: the one file of that name.
            fits = paths.iter().collect();
        }
        // Of several files with the name, one that the change touches is meant rather than another.
        let touched = fits.iter().position(|candidate| intake.paths.has(candidate));
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
