//! `git_diff`: the change as text, made from its hunks and the two versions.

use std::fmt::Write as _;

use review_core::{Cancel, ChangedFile, FileStatus, Hunk, HunkOp, LineRange, Side, SourceTree, ToolOutput};

use super::arguments::Arguments;
use super::clip::Clip;
use super::source_tools::{Said, SourceTools};

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
        let part = whole(&*tools.tree, file, cancel);
        let fitted = part.iter().take_while(|(line, _)| clip.line(line)).count();
        for (_, shown) in part.iter().take(fitted) {
            reads.extend(shown.map(|range| (file.path.clone(), Some(range))));
        }
        if fitted < part.len() {
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

/// The lines of a file's diff; with the last line of each hunk comes the range that the hunk shows at head.
fn whole(tree: &dyn SourceTree, file: &ChangedFile, cancel: &Cancel) -> Vec<(String, Option<LineRange>)> {
    let old = file.old_path.as_deref().unwrap_or(&file.path);
    let (from, to) = match file.status {
        FileStatus::Added => ("/dev/null".to_owned(), format!("b/{}", file.path)),
        FileStatus::Deleted => (format!("a/{old}"), "/dev/null".to_owned()),
        _ => (format!("a/{old}"), format!("b/{}", file.path)),
    };
    let mut lines = vec![(format!("--- {from}"), None), (format!("+++ {to}"), None)];
    if file.binary {
        lines.push(("(binary)".to_owned(), None));
        return lines;
    }
    let text = |side, path: &str| SourceTools::text(tree, side, path, cancel).unwrap_or_default();
    let base = if file.status == FileStatus::Added { String::new() } else { text(Side::Base, old) };
    let head = if file.status == FileStatus::Deleted { String::new() } else { text(Side::Head, &file.path) };
    let (base, head): (Vec<&str>, Vec<&str>) = (base.lines().collect(), head.lines().collect());
    for hunk in &file.hunks {
        let mut header =
            format!("@@ -{},{} +{},{} @@", hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines);
        if !hunk.section.is_empty() {
            let _ = write!(header, " {}", hunk.section);
        }
        lines.push((header, None));
        for (op, old_line, new_line) in hunk.runs() {
            let (sign, source, start, count) = match op {
                HunkOp::Context(count) => (' ', &head, new_line, count),
                HunkOp::Delete(count) => ('-', &base, old_line, count),
                HunkOp::Add(count) => ('+', &head, new_line, count),
                _ => continue,
            };
            for number in start..start.saturating_add(count) {
                let line = source.get(number as usize - 1).copied().unwrap_or("(can't be shown)");
                lines.push((format!("{sign}{line}"), None));
            }
        }
        if let Some((_, shown)) = lines.last_mut() {
            *shown = hunk.new_range();
        }
    }
    lines
}
