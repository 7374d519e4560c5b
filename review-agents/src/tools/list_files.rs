//! `list_files`.

use std::collections::BTreeMap;

use review_core::{Answer, Cancel, Query, ToolOutput};

use super::arguments::Arguments;
use super::clip::Clip;
use super::pattern;
use super::source_tools::{Place, Said, SourceTools};

/// Paths that are looked at in one call.
const MAX_PATHS: u32 = 500_000;

/// Entries that are shown.
const MAX_SHOWN: usize = 500;

pub(super) fn run(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let folder = arguments.path("path")?.unwrap_or_default();
    let side = arguments.side()?;
    let wanted = arguments.text("pattern")?.map(pattern::glob).transpose()?;
    let Place { tree, path: inner, prefix } = tools.place(&folder)?;
    let query = Query::Paths { side, folder: inner.to_owned(), limit: MAX_PATHS };
    let (paths, complete) = match SourceTools::ask(&*tree, query, cancel)?.answer {
        Answer::Paths { paths, complete } => (paths, complete),
        Answer::Unknown { reason } => return Err(format!("the files can't be listed: {reason}")),
        _ => return Err("the files can't be listed".to_owned()),
    };
    let start = if inner.is_empty() { String::new() } else { format!("{inner}/") };
    let entries: Vec<String> = match &wanted {
        Some(wanted) => {
            let below = |path: &str| path.strip_prefix(&start).unwrap_or(path).to_owned();
            // A pattern may be written from the folder or from the root.
            let fits = |path: &String| wanted.is_match(path) || wanted.is_match(&below(path));
            paths.into_iter().filter(fits).map(|path| format!("{prefix}{path}")).collect()
        }
        None => children(&paths, &start),
    };
    if entries.is_empty() {
        return match wanted {
            Some(_) => Ok(ToolOutput::new("(no path matches)\n").with_summary(folder)),
            None if folder.is_empty() => Ok(ToolOutput::new("(there are no files)\n")),
            None => Err(format!("there is no folder `{folder}` in this version")),
        };
    }
    let mut clip = Clip::new();
    let shown = entries.iter().take(MAX_SHOWN).take_while(|entry| clip.line(entry)).count();
    let mut notes = String::new();
    if shown < entries.len() {
        notes = format!("({} more; narrow it with path or pattern)\n", entries.len() - shown);
    }
    if !complete {
        notes.push_str("(the tree has more files than can be looked at)\n");
    }
    if folder.is_empty() && wanted.is_none() {
        for name in tools.extra_dirs() {
            notes.push_str(&format!("@{name}/ (beside the repository)\n"));
        }
    }
    Ok(ToolOutput::new(clip.with_note(&notes)).with_summary(if folder.is_empty() {
        ".".into()
    } else {
        folder
    }))
}

/// What lies directly in the folder: files by name, folders with how much is in them.
fn children(paths: &[String], start: &str) -> Vec<String> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for path in paths {
        let rest = path.strip_prefix(start).unwrap_or(path);
        match rest.split_once('/') {
            Some((folder, _)) => *found.entry(folder).or_default() += 1,
            None => {
                found.insert(rest, 0);
            }
        }
    }
    let show = |(name, count): (&str, usize)| match count {
        0 => name.to_owned(),
        1 => format!("{name}/ (1 file)"),
        count => format!("{name}/ ({count} files)"),
    };
    found.into_iter().map(show).collect()
}
