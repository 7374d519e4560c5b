//! Which lines of one version of a file the change touched: code beside them is the same in both versions.

use review_core::{ChangedFile, FileStatus, HunkOp, LineRange, Side};

/// The touched part of one version of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All of it.
    Whole,
    /// The lines that only this version has, and the places where the other one has some more: between a line and the next.
    Parts { lines: Vec<LineRange>, seams: Vec<u32> },
}

impl Scope {
    /// What the change touched in a version of a file.
    pub(crate) fn of(file: &ChangedFile, side: Side) -> Self {
        let only_here = if side == Side::Base { FileStatus::Deleted } else { FileStatus::Added };
        if file.status == only_here && file.hunks.is_empty() {
            return Self::Whole;
        }
        let (mut lines, mut seams) = (Vec::new(), Vec::new());
        for (op, old, new) in file.hunks.iter().flat_map(|hunk| hunk.runs()) {
            let (here, own, length) = match (op, side) {
                (HunkOp::Delete(n), Side::Base) => (old, true, n),
                (HunkOp::Add(n), Side::Base) => (old, false, n),
                (HunkOp::Delete(n), _) => (new, false, n),
                (HunkOp::Add(n), _) => (new, true, n),
                _ => continue,
            };
            if length == 0 {
                continue;
            }
            if own {
                lines.push(LineRange::new(here, here.saturating_add(length - 1)));
            } else {
                seams.push(here.saturating_sub(1));
            }
        }
        Self::Parts { lines, seams }
    }

    /// Whether a node is touched.
    pub(crate) fn takes_node(&self, node: tree_sitter::Node<'_>) -> bool {
        *self == Self::Whole || self.takes(rows(node))
    }

    /// Whether code on these lines is touched: it has lines of its own, or a seam runs through it.
    pub(crate) fn takes(&self, range: LineRange) -> bool {
        let Self::Parts { lines, seams } = self else { return true };
        // Both are in order, so the first one that is not before the code is the only candidate.
        let at = lines.partition_point(|own| own.end < range.start);
        if lines.get(at).is_some_and(|own| own.overlaps(&range)) {
            return true;
        }
        let at = seams.partition_point(|seam| *seam < range.start);
        seams.get(at).is_some_and(|seam| *seam < range.end)
    }
}

/// All lines that a node reaches into.
fn rows(node: tree_sitter::Node<'_>) -> LineRange {
    let line = |row: usize| u32::try_from(row).unwrap_or(u32::MAX - 1) + 1;
    LineRange::new(line(node.start_position().row), line(node.end_position().row))
}

#[cfg(test)]
mod tests {
    use review_core::Hunk;

    use super::*;

    #[test]
    fn lines_of_ones_own_and_seams_are_touched() {
        let mut file = ChangedFile::new("a.rs", FileStatus::Modified);
        // Line 5 is new at head; base lines 12 and 13 are gone, which were between head lines 12 and 13.
        file.hunks = vec![
            Hunk::new(4, 4, vec![HunkOp::Context(1), HunkOp::Add(1), HunkOp::Context(1)]),
            Hunk::new(11, 12, vec![HunkOp::Context(1), HunkOp::Delete(2), HunkOp::Context(1)]),
        ];
        let head = Scope::of(&file, Side::Head);
        let base = Scope::of(&file, Side::Base);
        let takes = |scope: &Scope, start, end| scope.takes(LineRange::new(start, end));
        assert_eq!(head, Scope::Parts { lines: vec![LineRange::line(5)], seams: vec![12] });
        assert_eq!(base, Scope::Parts { lines: vec![LineRange::new(12, 13)], seams: vec![4] });
        assert!(takes(&head, 5, 5) && takes(&head, 1, 9) && takes(&head, 12, 13));
        assert!(!takes(&head, 6, 12) && !takes(&head, 1, 4) && !takes(&head, 13, 20));
        assert!(takes(&base, 4, 5) && takes(&base, 13, 20) && !takes(&base, 5, 11) && !takes(&base, 1, 4));
    }

    #[test]
    fn a_new_file_without_hunks_is_touched_as_a_whole() {
        let file = ChangedFile::new("a.rs", FileStatus::Added);
        assert_eq!(Scope::of(&file, Side::Head), Scope::Whole);
        let file = ChangedFile::new("a.rs", FileStatus::Modified);
        assert!(!Scope::of(&file, Side::Head).takes(LineRange::new(1, 100)));
    }
}
