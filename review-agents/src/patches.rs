//! The diff of each changed file as text, made from its hunks and the two versions.

use std::fmt::Write as _;

use review_core::{
    Cancel, ChangeSet, ChangedFile, FilePatch, FileStatus, Hunk, HunkOp, Query, Result, Side, SourceTree,
};

/// Files that are asked for at once.
const BATCH: usize = 100;

/// Most text that is made in all, in bytes. No model reads more.
const MAX_BYTES: usize = 16 << 20;

/// The patches of a change, in the order of its files. Files beyond 16 MiB of text have none.
///
/// It blocks.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub fn patches(change: &ChangeSet, tree: &dyn SourceTree, cancel: &Cancel) -> Result<Vec<FilePatch>> {
    let mut patches = Vec::new();
    let mut bytes = 0;
    for files in change.files.chunks(BATCH) {
        let queries: Vec<Query> = files
            .iter()
            .flat_map(|file| [Query::file(Side::Base, old_path(file)), Query::file(Side::Head, &file.path)])
            .collect();
        let mut texts = tree.answer(&queries, cancel)?.into_iter().map(|fact| fact.text.unwrap_or_default());
        for file in files {
            let (base, head) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
            let text = patch(file, &base, &head);
            bytes += text.len();
            if bytes > MAX_BYTES {
                return Ok(patches);
            }
            patches.push(FilePatch::new(&file.path, text));
        }
    }
    Ok(patches)
}

/// The patch of one file, from its two versions.
pub(crate) fn patch(file: &ChangedFile, base: &str, head: &str) -> String {
    let old = old_path(file);
    let (from, to) = match file.status {
        FileStatus::Added => ("/dev/null".to_owned(), format!("b/{}", file.path)),
        FileStatus::Deleted => (format!("a/{old}"), "/dev/null".to_owned()),
        _ => (format!("a/{old}"), format!("b/{}", file.path)),
    };
    let mut out = format!("--- {from}\n+++ {to}\n");
    if file.binary {
        out.push_str("(binary)\n");
        return out;
    }
    let lines = |text| str::lines(text).collect::<Vec<&str>>();
    let base = if file.status == FileStatus::Added { Vec::new() } else { lines(base) };
    let head = if file.status == FileStatus::Deleted { Vec::new() } else { lines(head) };
    for hunk in &file.hunks {
        write_hunk(&mut out, hunk, &base, &head);
    }
    out
}

fn write_hunk(out: &mut String, hunk: &Hunk, base: &[&str], head: &[&str]) {
    let _ =
        write!(out, "@@ -{},{} +{},{} @@", hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines);
    if !hunk.section.is_empty() {
        let _ = write!(out, " {}", hunk.section);
    }
    out.push('\n');
    for (op, old_line, new_line) in hunk.runs() {
        let (sign, source, start, count) = match op {
            HunkOp::Context(count) => (' ', head, new_line, count),
            HunkOp::Delete(count) => ('-', base, old_line, count),
            HunkOp::Add(count) => ('+', head, new_line, count),
            _ => continue,
        };
        let from = (start as usize).saturating_sub(1);
        let known = source.iter().skip(from).take(count as usize);
        let missing = (count as usize).saturating_sub(known.len());
        for line in known {
            let _ = writeln!(out, "{sign}{line}");
        }
        if missing > 0 {
            let _ = writeln!(out, "{sign}({missing} lines that can't be shown)");
        }
    }
}

fn old_path(file: &ChangedFile) -> &str {
    file.old_path.as_deref().unwrap_or(&file.path)
}
