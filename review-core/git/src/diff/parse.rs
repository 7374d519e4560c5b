//! The whole output: the raw lines, then one patch for each of them, in the same order.
//!
//! Paths come from the raw lines alone; in a patch's header they can't be told apart with certainty. A patch
//! is read by the counts of its hunk headers, so that no content can pass for a header.

use std::ops::Range;

use review_core::{ChangedFile, Error, ErrorKind, FileStatus, Hunk, HunkOp, Result};

use super::raw::parse_raw_line;

/// The mode of a submodule; its patch speaks of a commit, not of lines of a file.
const SUBMODULE: &str = "160000";

/// Changed files, and where in the output the patch of each stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParsedDiff {
    files: Vec<ChangedFile>,
    texts: Vec<Range<usize>>,
}

impl ParsedDiff {
    /// The changed files, in git's order.
    pub fn files(&self) -> &[ChangedFile] {
        &self.files
    }

    /// The changed files with the place of their patch in the text that was parsed.
    pub fn with_places(&self) -> impl Iterator<Item = (&ChangedFile, Range<usize>)> {
        self.files.iter().zip(self.texts.iter().cloned())
    }

    /// Gives up the changed files.
    pub fn into_files(self) -> Vec<ChangedFile> {
        self.files
    }
}

/// Reads the output of `git diff-tree --raw --patch --full-index`: any bytes, in one pass.
///
/// # Errors
/// `InvalidAnswer` when it is not such output, or is cut short.
pub fn parse_diff(text: &[u8]) -> Result<ParsedDiff> {
    let mut lines = Lines { text, at: 0 };
    let mut diff = ParsedDiff::default();
    while let Some(line) = lines.peek().filter(|line| line.starts_with(b":")) {
        diff.files.push(parse_raw_line(line)?);
        lines.skip();
    }
    if lines.peek().is_some_and(<[u8]>::is_empty) {
        lines.skip();
    }
    for file in &mut diff.files {
        let start = lines.at;
        // A file that became something else is printed as one that goes and one that comes.
        let patches = if file.status == FileStatus::TypeChanged { 2 } else { 1 };
        for _ in 0..patches {
            parse_patch(&mut lines, file)?;
        }
        diff.texts.push(start..lines.at);
        finish(file);
    }
    match lines.peek() {
        None => Ok(diff),
        Some(_) => Err(lines.invalid("more patches than raw lines")),
    }
}

fn finish(file: &mut ChangedFile) {
    if [&file.old_mode, &file.new_mode].into_iter().any(|mode| mode.as_deref() == Some(SUBMODULE)) {
        let other = |mode: &Option<String>| mode.as_deref().is_none_or(|mode| mode == SUBMODULE);
        if other(&file.old_mode) && other(&file.new_mode) {
            file.hunks.clear();
        }
    }
    if file.binary {
        file.hunks.clear();
    }
    if file.status == FileStatus::TypeChanged && file.hunks.len() == 2 {
        // One hunk that replaces everything, so that the line map stays one map from old to new.
        let ops: Vec<HunkOp> = file.hunks.drain(..).flat_map(|hunk| hunk.ops).collect();
        file.hunks.push(Hunk::new(1, 1, ops));
    }
}

fn parse_patch(lines: &mut Lines<'_>, file: &mut ChangedFile) -> Result<()> {
    match lines.next() {
        Some(line) if line.starts_with(b"diff --git ") => {}
        Some(_) => return Err(lines.invalid("a patch does not begin with `diff --git`")),
        None => return Err(lines.invalid("fewer patches than raw lines")),
    }
    while let Some(line) = lines.peek() {
        if line.starts_with(b"diff --git ") {
            break;
        } else if line.starts_with(b"@@ ") {
            let hunk = parse_hunk(lines)?;
            file.hunks.push(hunk);
            continue;
        } else if line.starts_with(b"Binary files ") || line.starts_with(b"GIT binary patch") {
            file.binary = true;
        } else if !is_header(line) {
            return Err(lines.invalid("this line does not belong in the header of a patch"));
        }
        lines.skip();
    }
    Ok(())
}

fn is_header(line: &[u8]) -> bool {
    const HEADERS: [&[u8]; 13] = [
        b"index ",
        b"--- ",
        b"+++ ",
        b"old mode ",
        b"new mode ",
        b"deleted file mode ",
        b"new file mode ",
        b"similarity index ",
        b"dissimilarity index ",
        b"rename from ",
        b"rename to ",
        b"copy from ",
        b"copy to ",
    ];
    HEADERS.iter().any(|header| line.starts_with(header))
}

fn parse_hunk(lines: &mut Lines<'_>) -> Result<Hunk> {
    let header = lines.peek().unwrap_or_default();
    let Some((old, new, section)) = parse_hunk_header(header) else {
        return Err(lines.invalid("this hunk header can't be read"));
    };
    lines.skip();
    let (mut old_left, mut new_left) = (old.1, new.1);
    let mut ops = Vec::new();
    while old_left > 0 || new_left > 0 {
        let Some(line) = lines.next() else { return Err(lines.invalid("a hunk is cut short")) };
        let short = |lines: &Lines<'_>| lines.invalid("a hunk has other lines than its header says");
        match line.first() {
            // Without its blank: an empty line of context whose blank something took away.
            Some(b' ') | None => {
                old_left = old_left.checked_sub(1).ok_or_else(|| short(lines))?;
                new_left = new_left.checked_sub(1).ok_or_else(|| short(lines))?;
                extend(&mut ops, HunkOp::Context(1));
            }
            Some(b'-') => {
                old_left = old_left.checked_sub(1).ok_or_else(|| short(lines))?;
                extend(&mut ops, HunkOp::Delete(1));
            }
            Some(b'+') => {
                new_left = new_left.checked_sub(1).ok_or_else(|| short(lines))?;
                extend(&mut ops, HunkOp::Add(1));
            }
            Some(b'\\') => {}
            Some(_) => return Err(short(lines)),
        }
    }
    if lines.peek().is_some_and(|line| line.starts_with(b"\\")) {
        lines.skip();
    }
    // The counts are those of the header: every line was counted down.
    Ok(Hunk::new(old.0, new.0, ops).with_section(section))
}

fn extend(ops: &mut Vec<HunkOp>, op: HunkOp) {
    match (ops.last_mut(), op) {
        (Some(HunkOp::Context(n)), HunkOp::Context(more))
        | (Some(HunkOp::Delete(n)), HunkOp::Delete(more))
        | (Some(HunkOp::Add(n)), HunkOp::Add(more)) => *n = n.saturating_add(more),
        _ => ops.push(op),
    }
}

type Span = (u32, u32);

/// Reads `@@ -old[,count] +new[,count] @@[ section]`.
fn parse_hunk_header(line: &[u8]) -> Option<(Span, Span, String)> {
    let rest = line.strip_prefix(b"@@ -")?;
    let end = rest.windows(3).position(|window| window == b" @@")?;
    let ranges = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (old, new) = ranges.split_once(" +")?;
    // Git cuts the section at a number of bytes, perhaps inside a character.
    let section = String::from_utf8_lossy(rest.get(end + 3..)?);
    let section = section.trim().trim_end_matches('\u{fffd}').trim_end().to_owned();
    Some((parse_span(old)?, parse_span(new)?, section))
}

fn parse_span(text: &str) -> Option<Span> {
    let (start, count) = match text.split_once(',') {
        Some((start, count)) => (parse_number(start)?, parse_number(count)?),
        None => (parse_number(text)?, 1),
    };
    // Line arithmetic later on must never overflow; and lines count from 1.
    let fits = start.checked_add(count).is_some_and(|end| end < u32::MAX / 2);
    (fits && (start > 0 || count == 0)).then_some((start, count))
}

fn parse_number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

struct Lines<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<&'a [u8]> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        rest.split(|byte| *byte == b'\n').next()
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.peek()?;
        self.at = (self.at + line.len() + 1).min(self.text.len());
        Some(line)
    }

    fn skip(&mut self) {
        self.next();
    }

    fn invalid(&self, message: &str) -> Error {
        Error::new(ErrorKind::InvalidAnswer, message)
            .with_operation("reading git diff-tree")
            .with_context("at byte", self.at)
    }
}
