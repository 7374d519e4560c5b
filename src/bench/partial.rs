//! A change of which there is nothing but a patch: its files as far as the patch shows them.

use std::collections::BTreeMap;

use review_core::{
    ChangeSet, ChangedFile, Error, ErrorKind, FileStatus, Hunk, HunkOp, MemoryTree, Origin, Result,
};

/// Stands for the lines that a patch does not show.
const UNSHOWN: &str = "[not in the patch]";

/// The last line that a patch may speak of: the lines before it are filled in.
const MAX_LINES: u32 = 1_000_000;

/// Reads a unified diff, as git or `diff -u` writes it.
///
/// # Errors
/// `InvalidInput` with the line where it is none.
pub(super) fn read(patch: &str) -> Result<(ChangeSet, MemoryTree)> {
    let mut reader = Reader {
        lines: patch.lines().enumerate().peekable(),
        change: ChangeSet::new(Origin::Range),
        tree: MemoryTree::new(),
    };
    while reader.lines.peek().is_some() {
        reader.file()?;
    }
    if reader.change.files.is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "not a patch: it has no file with a hunk"));
    }
    reader.change.normalise();
    Ok((reader.change, reader.tree))
}

struct Reader<'t> {
    lines: std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'t>>>,
    change: ChangeSet,
    tree: MemoryTree,
}

impl Reader<'_> {
    /// The lines up to and with the hunks of the next file.
    fn file(&mut self) -> Result<()> {
        let Some((number, line)) = self.lines.next() else { return Ok(()) };
        let Some(old) = line.strip_prefix("--- ") else {
            return match line.starts_with("@@ ") {
                true => Err(invalid("a hunk stands before the name of its file", number)),
                // Whatever stands between: `diff --git`, `index`, a mail's text.
                false => Ok(()),
            };
        };
        let Some(new) = self.lines.peek().and_then(|(_, next)| next.strip_prefix("+++ ")) else {
            return Ok(());
        };
        let (old, new) = (path(old, "a/"), path(new, "b/"));
        self.lines.next();
        let status = match (&old, &new) {
            (None, Some(_)) => FileStatus::Added,
            (Some(_), None) => FileStatus::Deleted,
            (Some(old), Some(new)) if old != new => FileStatus::Renamed,
            (Some(_), Some(_)) => FileStatus::Modified,
            (None, None) => return Err(invalid("a file is neither before nor after", number)),
        };
        let name = new.clone().or_else(|| old.clone()).unwrap_or_default();
        let mut file = ChangedFile::new(&name, status);
        if status == FileStatus::Renamed {
            file.old_path.clone_from(&old);
        }
        let (mut base, mut head) = (Text::default(), Text::default());
        while let Some((number, line)) = self.lines.peek().copied() {
            let Some(header) = line.strip_prefix("@@ ") else { break };
            self.lines.next();
            let (old, new) =
                header_of(header).ok_or_else(|| invalid("this is no header of a hunk", number))?;
            file.hunks.push(self.hunk(old, new, &mut base, &mut head, number)?);
        }
        if let Some(old) = old.filter(|_| status != FileStatus::Added) {
            self.tree = std::mem::take(&mut self.tree).with_base(old, base.text());
        }
        if let Some(new) = new.filter(|_| status != FileStatus::Deleted) {
            self.tree = std::mem::take(&mut self.tree).with_head(new, head.text());
        }
        self.change.files.push(file);
        Ok(())
    }

    fn hunk(
        &mut self,
        old: Span,
        new: Span,
        base: &mut Text,
        head: &mut Text,
        header: usize,
    ) -> Result<Hunk> {
        let (mut old_left, mut new_left) = (old.count, new.count);
        let (mut old_at, mut new_at) = (old.start, new.start);
        let mut ops: Vec<HunkOp> = Vec::new();
        while old_left > 0 || new_left > 0 {
            let (number, line) = self.lines.next().ok_or_else(|| invalid("the hunk is cut short", header))?;
            let (kind, text) = match line.chars().next() {
                None => (' ', ""),
                Some(kind) => (kind, line.get(kind.len_utf8()..).unwrap_or_default()),
            };
            let op = match kind {
                ' ' if old_left > 0 && new_left > 0 => HunkOp::Context(1),
                '-' if old_left > 0 => HunkOp::Delete(1),
                '+' if new_left > 0 => HunkOp::Add(1),
                '\\' => continue,
                _ => return Err(invalid("the hunk has other lines than its header says", number)),
            };
            if kind != '+' {
                base.0.insert(old_at, text.to_owned());
                (old_at, old_left) = (old_at + 1, old_left - 1);
            }
            if kind != '-' {
                head.0.insert(new_at, text.to_owned());
                (new_at, new_left) = (new_at + 1, new_left - 1);
            }
            match (ops.last_mut(), op) {
                (Some(HunkOp::Context(n)), HunkOp::Context(_))
                | (Some(HunkOp::Delete(n)), HunkOp::Delete(_))
                | (Some(HunkOp::Add(n)), HunkOp::Add(_)) => *n += 1,
                _ => ops.push(op),
            }
        }
        Ok(Hunk::new(old.start, new.start, ops))
    }
}

/// The lines that are known, by number.
#[derive(Default)]
struct Text(BTreeMap<u32, String>);

impl Text {
    fn text(&self) -> String {
        let last = self.0.keys().next_back().copied().unwrap_or(0);
        let lines = (1..=last).map(|line| self.0.get(&line).map_or(UNSHOWN, String::as_str));
        lines.flat_map(|line| [line, "\n"]).collect()
    }
}

#[derive(Clone, Copy)]
struct Span {
    start: u32,
    count: u32,
}

/// `-1,3 +1,4 @@ …`.
fn header_of(header: &str) -> Option<(Span, Span)> {
    let (ranges, _) = header.split_once(" @@")?;
    let (old, new) = ranges.split_once(' ')?;
    Some((span(old.strip_prefix('-')?)?, span(new.strip_prefix('+')?)?))
}

fn span(text: &str) -> Option<Span> {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    let span = Span { start: start.parse().ok()?, count: count.parse().ok()? };
    let end = span.start.checked_add(span.count)?;
    (end <= MAX_LINES && (span.start > 0 || span.count == 0)).then_some(span)
}

/// A path as a header of a file names it; none for `/dev/null`.
fn path(text: &str, prefix: &str) -> Option<String> {
    // `diff -u` writes a time behind a tab.
    let name = text.split('\t').next().unwrap_or_default().trim_end();
    let unquoted = review_git::unquote_path(name.as_bytes());
    let name = unquoted.map_or_else(|| name.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
    (name != "/dev/null").then(|| name.strip_prefix(prefix).map(str::to_owned).unwrap_or(name))
}

fn invalid(message: &str, line: usize) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("not a patch: {message}")).with_context("line", line + 1)
}

#[cfg(test)]
mod tests {
    use review_core::{Cancel, Query, Side, SourceTree as _};

    use super::*;

    #[test]
    fn a_patch_becomes_a_change_and_what_it_shows_of_its_files() {
        let patch = "From: somebody\n\ndiff --git a/src/a.rs b/src/a.rs\nindex 1..2 100644\n--- a/src/a.rs\n+++ b/src/a.rs\n\
                     @@ -3,2 +3,3 @@ fn a() {\n one\n-two\n+deux\n+trois\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
                     --- /dev/null\t2026-01-01\n+++ b/new.txt\t2026-01-01\n@@ -0,0 +1 @@\n+hello\n\\ No newline at end of file\n";
        let (change, tree) = read(patch).unwrap();
        let files: Vec<String> = change
            .files
            .iter()
            .map(|file| format!("{} {:?} {:?}", file.path, file.status, file.hunks.len()))
            .collect();
        assert_eq!(files, ["gone Deleted 1", "new.txt Added 1", "src/a.rs Modified 1"]);
        let facts = tree.answer(
            &[Query::file(Side::Head, "src/a.rs"), Query::file(Side::Base, "src/a.rs")],
            &Cancel::new(),
        );
        let texts: Vec<_> = facts.unwrap().into_iter().filter_map(|fact| fact.text).collect();
        assert_eq!(texts[0], "[not in the patch]\n[not in the patch]\none\ndeux\ntrois\n");
        assert_eq!(texts[1], "[not in the patch]\n[not in the patch]\none\ntwo\n");
    }

    #[test]
    fn what_is_no_patch_says_where() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        insta::assert_snapshot!(error("hello\n"), @"not a patch: it has no file with a hunk");
        insta::assert_snapshot!(error("--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n a\n"), @"not a patch: the hunk is cut short (line: 3)");
        insta::assert_snapshot!(error("--- a/x\n+++ b/x\n@@ -1 +1 @@\n*a\n"), @"not a patch: the hunk has other lines than its header says (line: 4)");
        insta::assert_snapshot!(error("--- a/x\n+++ b/x\n@@ -1 +9999999999 @@\n"), @"not a patch: this is no header of a hunk (line: 3)");
        insta::assert_snapshot!(error("@@ -1 +1 @@\n"), @"not a patch: a hunk stands before the name of its file (line: 1)");
    }
}
