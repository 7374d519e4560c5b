//! Merge conflict markers.

use super::TextFile;
use crate::compare::Broken;

pub(super) fn committed(file: &TextFile<'_>, out: &mut Vec<Broken>) {
    if !file.text.contains("<<<<<<< ") {
        return;
    }
    let added: Vec<u32> = file.added().map(|(line, _)| line).collect();
    for line in conflicts(file.text).into_iter().filter(|line| added.binary_search(line).is_ok()) {
        out.push(Broken::new("file.merge-conflict", file.place(line), []));
    }
}

/// Lines (from 1) that start a conflict: `<<<<<<< `, followed later by `=======` and `>>>>>>> `.
///
/// All three are needed, in order, at the start of a line: a heading underlined with `=` is no conflict.
fn conflicts(text: &str) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut open: Option<(u32, bool)> = None;
    for (line, number) in text.lines().zip(1_u32..) {
        if line.starts_with("<<<<<<< ") {
            open = Some((number, false));
        } else if line == "=======" {
            open = open.map(|(start, _)| (start, true));
        } else if line.starts_with(">>>>>>> ") {
            if let Some((start, true)) = open {
                starts.push(start);
            }
            open = None;
        }
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_needs_all_three_markers() {
        assert_eq!(conflicts("a\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n"), [2]);
        assert!(conflicts("Title\n=======\ntext\n").is_empty());
        assert!(conflicts("<<<<<<< HEAD\nonly a quote\n").is_empty());
    }
}
