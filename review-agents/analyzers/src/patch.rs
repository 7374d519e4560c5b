//! A replacement as a diff.

use std::ops::Range;

/// Lines of context around the change, as git makes them.
const CONTEXT: usize = 3;

/// Longest diff that is offered, in lines: a longer one is no small fix.
const MAX_LINES: usize = 40;

/// The diff that puts `new` in the place of a range of bytes; `None` when nothing would change or it is too long.
pub(crate) fn replacing(path: &str, text: &str, range: Range<usize>, new: &str) -> Option<String> {
    let (before, old, after) = (text.get(..range.start)?, text.get(range.clone())?, text.get(range.end..)?);
    if old == new {
        return None;
    }
    let first = before.rfind('\n').map_or(0, |at| at + 1);
    let last = after.find('\n').map_or(text.len(), |at| range.end + at + 1);
    let old_lines: Vec<&str> = text.get(first..last)?.lines().collect();
    let replaced = format!("{}{new}{}", text.get(first..range.start)?, text.get(range.end..last)?);
    let new_lines: Vec<&str> = replaced.lines().collect();
    if old_lines.len() + new_lines.len() > MAX_LINES {
        return None;
    }
    let above: Vec<&str> = text.get(..first)?.lines().collect();
    let below: Vec<&str> = text.get(last..)?.lines().take(CONTEXT).collect();
    let lead = above.len().min(CONTEXT);
    let (old_count, new_count) = (lead + old_lines.len() + below.len(), lead + new_lines.len() + below.len());
    let start = above.len() - lead + 1;
    let mut patch = format!("--- a/{path}\n+++ b/{path}\n@@ -{start},{old_count} +{start},{new_count} @@\n");
    let mut push = |mark: char, line: &str| {
        patch.push(mark);
        patch.push_str(line);
        patch.push('\n');
    };
    above.iter().skip(above.len() - lead).for_each(|line| push(' ', line));
    old_lines.iter().for_each(|line| push('-', line));
    new_lines.iter().for_each(|line| push('+', line));
    below.iter().for_each(|line| push(' ', line));
    Some(patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_is_a_diff_with_context() {
        let text = "a\nb\nc\nlet x = y;\nd\ne\nf\ng\n";
        let at = text.find("= y").unwrap();
        insta::assert_snapshot!(replacing("p/q.rs", text, at..at + 3, "= z").unwrap(), @"
        --- a/p/q.rs
        +++ b/p/q.rs
        @@ -1,7 +1,7 @@
         a
         b
         c
        -let x = y;
        +let x = z;
         d
         e
         f
        ");
        assert_eq!(replacing("p", text, at..at + 3, "= y"), None);
    }
}
