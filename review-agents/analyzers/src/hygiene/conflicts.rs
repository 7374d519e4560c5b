//! Merge conflict markers.

use super::TextFile;
use crate::compare::Broken;

pub(super) fn committed(file: &TextFile<'_>, out: &mut Vec<Broken>) {
    if !file.text.contains("<<<<<<< ") {
        return;
    }
    let added: Vec<u32> = file.added().map(|(line, _)| line).collect();
    let is_prose = [".md", ".markdown", ".mdx"].iter().any(|ending| file.file.path.ends_with(ending));
    for line in conflicts(file.text, is_prose).into_iter().filter(|line| added.binary_search(line).is_ok()) {
        out.push(Broken::new("file.merge-conflict", file.place(line), []));
    }
}

/// Lines (from 1) that start a conflict: `<<<<<<< `, followed later by `=======` and `>>>>>>> `.
///
/// All three are needed, in order, at the start of a line: a heading underlined with `=` is no conflict. In Markdown, a block of code
/// may show one.
fn conflicts(text: &str, is_prose: bool) -> Vec<u32> {
    let mut starts = Vec::new();
    let mut open: Option<(u32, bool)> = None;
    let mut shown = false;
    for (line, number) in text.lines().zip(1_u32..) {
        if is_prose && (line.starts_with("```") || line.starts_with("~~~")) {
            shown = !shown;
        }
        if shown {
            open = None;
        } else if line.starts_with("<<<<<<< ") {
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
        assert_eq!(conflicts("a\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n", false), [2]);
        assert!(conflicts("Title\n=======\ntext\n", false).is_empty());
        assert!(conflicts("<<<<<<< HEAD\nonly a quote\n", false).is_empty());
        let shown = "````\na\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n````\n";
        assert_eq!((conflicts(shown, true), conflicts(shown, false)), (vec![], vec![3]));
    }
}
