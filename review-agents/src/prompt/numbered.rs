//! The lines of a diff with their numbers.

use std::fmt::Write as _;

use review_core::FilePatch;

/// Longest line that is shown whole, in bytes.
const MAX_LINE: usize = 1_000;

/// The patch with the number at head before each line; deleted lines have none. A long line is cut, and says so.
///
/// A line reads `NUMBER|SIGN TEXT`, so that nobody has to count, and nobody takes the number for a part of the line.
pub(crate) fn numbered(patch: &FilePatch) -> FilePatch {
    let mut out = String::with_capacity(patch.text.len() + patch.text.len() / 4);
    // Lines that are left of the hunk, at base and at head.
    let (mut old, mut new, mut line) = (0_u32, 0_u32, 0_u32);
    for text in patch.text.lines() {
        if old == 0 && new == 0 {
            if let Some((old_lines, start, new_lines)) = header(text) {
                (old, new, line) = (old_lines, new_lines, start);
            }
            push(&mut out, "", text);
            continue;
        }
        let number = format!("{line:>6}|");
        match text.as_bytes().first() {
            Some(b'-') => {
                push(&mut out, "      |", text);
                old = old.saturating_sub(1);
            }
            Some(b'+') => {
                push(&mut out, &number, text);
                new = new.saturating_sub(1);
                line = line.saturating_add(1);
            }
            // Git's remark on a missing line feed.
            Some(b'\\') => push(&mut out, "      |", text),
            _ => {
                push(&mut out, &number, text);
                (old, new) = (old.saturating_sub(1), new.saturating_sub(1));
                line = line.saturating_add(1);
            }
        }
    }
    FilePatch::new(&patch.path, out)
}

fn push(out: &mut String, number: &str, text: &str) {
    let mut end = text.len().min(MAX_LINE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let cut = text.len() - end;
    out.push_str(number);
    out.push_str(text.get(..end).unwrap_or_default());
    if cut > 0 {
        let _ = write!(out, "…[{cut} more bytes in this line]");
    }
    out.push('\n');
}

/// Lines at base, first line at head, lines at head, of `@@ -1,2 +3,4 @@`.
fn header(text: &str) -> Option<(u32, u32, u32)> {
    let (ranges, _) = text.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let lines = |range: &str| match range.split_once(',') {
        Some((start, lines)) => Some((start.parse::<u32>().ok()?, lines.parse::<u32>().ok()?)),
        None => Some((range.parse::<u32>().ok()?, 1)),
    };
    let ((_, old), (start, new)) = (lines(old)?, lines(new)?);
    Some((old, start, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        numbered(&FilePatch::new("a", text)).text
    }

    #[test]
    fn lines_have_their_number_at_head() {
        insta::assert_snapshot!(shown("--- a/x\n+++ b/x\n@@ -8,3 +9,4 @@ fn f()\n a\n-b\n--- c\n+++ d\n+e\n+f\n\\ No newline at end of file\n@@ -20 +22 @@\n-x\n+y\n"), @r"
        --- a/x
        +++ b/x
        @@ -8,3 +9,4 @@ fn f()
             9| a
              |-b
              |--- c
            10|+++ d
            11|+e
            12|+f
        \ No newline at end of file
        @@ -20 +22 @@
              |-x
            22|+y
        ");
    }

    #[test]
    fn a_long_line_says_what_is_missing() {
        let text = shown(&format!("@@ -0,0 +1 @@\n+{}\n", "ü".repeat(600)));
        assert!(text.ends_with("ü…[202 more bytes in this line]\n"), "{text}");
    }

    #[test]
    fn hunks_stay_where_they_can_be_found() {
        let patch = numbered(&FilePatch::new(
            "a",
            "+++ b/x\n@@ -1 +1,2 @@\n a\n+@@ -1 +1 @@\n@@ -9 +10 @@\n-x\n+y\n",
        ));
        let (header, hunks) = patch.pieces();
        assert_eq!((header, hunks.len()), ("+++ b/x\n", 2));
    }
}
