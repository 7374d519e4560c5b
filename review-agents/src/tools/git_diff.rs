//! `git_diff`: the change as text, made from its hunks and the two versions.

use review_core::{Cancel, ChangedFile, FileRead, Hunk, Side, ToolOutput};

use super::arguments::Arguments;
use super::clip::Clip;
use super::source_tools::{Said, SourceTools};
use crate::patches::patch;

/// Changed files that are listed.
const MAX_LISTED: usize = 300;

pub(super) fn run(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let path = arguments.path("path")?;
    let change = &tools.change;
    let wanted = |file: &&ChangedFile| match &path {
        None => true,
        Some(path) => {
            let names = std::iter::once(file.path.as_str()).chain(file.old_path.as_deref());
            let below =
                |name: &str| name.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
            names.into_iter().any(|name| name == path || below(name))
        }
    };
    let files: Vec<&ChangedFile> = change.files.iter().filter(wanted).collect();
    if files.is_empty() {
        return match path {
            Some(path) => Err(format!(
                "the change does not touch `{path}`; without a path git_diff lists what it touches"
            )),
            None => Ok(ToolOutput::new("(the change is empty)\n")),
        };
    }
    let mut clip = Clip::new();
    let mut reads = Vec::new();
    if path.is_none() {
        for file in files.iter().take(MAX_LISTED) {
            clip.line(&summary(file));
        }
        if files.len() > MAX_LISTED {
            clip.line(&format!("… and {} more files", files.len() - MAX_LISTED));
        }
        clip.line("");
    }
    let mut left_out = Vec::new();
    for file in files {
        cancel.check().map_err(|error| error.to_string())?;
        let text = |side, path: &str| SourceTools::text(&*tools.tree, side, path, cancel).unwrap_or_default();
        let old = file.old_path.as_deref().unwrap_or(&file.path);
        let patch = patch(file, &text(Side::Base, old), &text(Side::Head, &file.path));
        let fitted = patch.lines().take_while(|line| clip.line(line)).count();
        // A hunk was shown where the next one begins, or the file ends.
        let starts = patch.lines().take(fitted).filter(|line| line.starts_with("@@ ")).count();
        let whole = fitted == patch.lines().count();
        let shown = if whole { starts } else { starts.saturating_sub(1) };
        let ranges = file.hunks.iter().take(shown).filter_map(Hunk::new_range);
        reads.extend(ranges.map(|range| FileRead::new(&file.path, Some(range))));
        if !whole {
            left_out.push(file.path.as_str());
        }
    }
    let text = if left_out.is_empty() {
        clip.finish()
    } else {
        let names: Vec<&str> = left_out.iter().copied().take(50).collect();
        let more = left_out.len() - names.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        clip.with_note(&format!(
            "(cut; not or not wholly shown: {}{more}; ask for them by path)\n",
            names.join(", ")
        ))
    };
    let mut output = ToolOutput::new(text).with_summary(path.unwrap_or_else(|| "everything".into()));
    output.reads = reads;
    Ok(output)
}

/// A file in one line.
fn summary(file: &ChangedFile) -> String {
    let added: u32 = file.hunks.iter().map(Hunk::added).sum();
    let deleted: u32 = file.hunks.iter().map(Hunk::deleted).sum();
    let from = file.old_path.as_deref().map(|old| format!(" (from {old})")).unwrap_or_default();
    format!("{} +{added} -{deleted} {}{from}", file.status, file.path)
}
