//! Findings in a line, reviews in three, changes from a few strings.

use review_core::{
    ChangeSet, ChangedFile, FileStatus, Hunk, HunkOp, Input, Kind, Location, MemoryTree, Origin, Quote,
    RawFinding, Review, Severity,
};
use similar::{ChangeTag, TextDiff};

/// A finding from one line: `I1 Title @ path:10-12 path:20 \`quoted code\` (regression)`.
///
/// * The first word is the label where it is one of `C`, `I`, `S` and digits; the letter gives the severity.
/// * After ` @ ` come the places; without it there are none.
/// * Code between back-ticks *after the places* is a quote.
/// * A final `(regression)`, `(gap)` or `(enhancement)` is the kind.
///
/// # Panics
/// When the line is empty.
pub fn finding(line: &str) -> RawFinding {
    assert!(!line.trim().is_empty(), "a finding needs a title");
    let (head, tail) = line.split_once(" @ ").unwrap_or((line, ""));
    let (label, title) = match head.split_once(' ') {
        Some((label, title)) if is_label(label) => (label, title),
        _ => ("", head),
    };
    let mut finding = RawFinding::new(title.trim()).with_id(label);
    finding.severity = match label.chars().next() {
        Some('C') => Some(Severity::Critical),
        Some('I') => Some(Severity::Important),
        Some('S') => Some(Severity::Suggestion),
        _ => None,
    };
    let mut tail = tail.trim().to_owned();
    for kind in Kind::ALL {
        let suffix = format!("({kind})");
        if let Some(rest) = tail.strip_suffix(&suffix) {
            finding.kind = Some(*kind);
            tail = rest.trim().to_owned();
        }
    }
    for (index, part) in tail.split('`').enumerate() {
        if index % 2 == 1 {
            finding.quotes.push(Quote::new(part));
        } else {
            finding.locations.extend(part.split_whitespace().map(place));
        }
    }
    finding
}

fn is_label(word: &str) -> bool {
    word.strip_prefix(['C', 'I', 'S'])
        .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
}

fn place(text: &str) -> Location {
    let Some((path, lines)) = text.rsplit_once(':') else { return Location::file(text) };
    let (start, end) = lines.split_once('-').unwrap_or((lines, lines));
    match (start.parse(), end.parse()) {
        (Ok(start), Ok(end)) => Location::lines(path, start, end),
        _ => Location::file(text),
    }
}

/// An empty, complete review.
pub fn review(reviewer: &str) -> Review {
    Review::new(reviewer)
}

/// A change, its source and reviews of it.
pub fn scenario() -> Scenario {
    Scenario { change: ChangeSet::new(Origin::Range), tree: MemoryTree::new(), reviews: Vec::new() }
}

/// Builder of a change with its source and reviews.
#[derive(Clone, Debug)]
#[must_use]
pub struct Scenario {
    change: ChangeSet,
    tree: MemoryTree,
    reviews: Vec<Review>,
}

impl Scenario {
    /// A file before and after. Empty before: added; empty after: deleted; equal: unchanged.
    pub fn file(mut self, path: &str, before: &str, after: &str) -> Self {
        if !before.is_empty() {
            self.tree = self.tree.with_base(path, before);
        }
        if !after.is_empty() {
            self.tree = self.tree.with_head(path, after);
        }
        let status = match (before.is_empty(), after.is_empty()) {
            (true, _) => FileStatus::Added,
            (_, true) => FileStatus::Deleted,
            _ => FileStatus::Modified,
        };
        if before != after {
            let mut file = ChangedFile::new(path, status);
            file.hunks = hunks(before, after);
            self.change.files.push(file);
            self.change.normalise();
        }
        self
    }

    /// A file that the change renames, with its content before and after.
    pub fn renamed(mut self, from: &str, to: &str, before: &str, after: &str) -> Self {
        self.tree = self.tree.with_base(from, before).with_head(to, after);
        let mut file = ChangedFile::new(to, FileStatus::Renamed).with_old_path(from);
        file.hunks = hunks(before, after);
        self.change.files.push(file);
        self.change.normalise();
        self
    }

    /// A review of the change.
    pub fn review(mut self, review: Review) -> Self {
        self.reviews.push(review);
        self
    }

    /// The change.
    pub fn change(&self) -> ChangeSet {
        self.change.clone()
    }

    /// The source at base and head.
    pub fn tree(&self) -> MemoryTree {
        self.tree.clone()
    }

    /// What goes into consolidation.
    pub fn input(&self) -> Input {
        Input::new(self.change.clone(), self.reviews.clone())
    }
}

/// Hunks with three lines of context, as git makes them.
fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let diff = TextDiff::from_lines(before, after);
    diff.grouped_ops(3)
        .iter()
        .map(|group| {
            let mut ops: Vec<HunkOp> = Vec::new();
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let next = match change.tag() {
                    ChangeTag::Equal => HunkOp::Context(1),
                    ChangeTag::Delete => HunkOp::Delete(1),
                    ChangeTag::Insert => HunkOp::Add(1),
                };
                match (ops.last_mut(), next) {
                    (Some(HunkOp::Context(n)), HunkOp::Context(_))
                    | (Some(HunkOp::Delete(n)), HunkOp::Delete(_))
                    | (Some(HunkOp::Add(n)), HunkOp::Add(_)) => *n += 1,
                    _ => ops.push(next),
                }
            }
            let first =
                group.first().map(|op| (op.old_range().start, op.new_range().start)).unwrap_or_default();
            let mut hunk = Hunk::new(first.0 as u32 + 1, first.1 as u32 + 1, ops);
            // A side without lines names the line before the hunk.
            if hunk.old_lines == 0 {
                hunk.old_start -= 1;
            }
            if hunk.new_lines == 0 {
                hunk.new_start -= 1;
            }
            hunk
        })
        .collect()
}

/// Reads what a reviewer returned as a runner does: an error becomes a failed review.
pub trait OrFailed {
    /// The review, or a failed one of this reviewer with the error as its reason.
    fn or_failed(self, reviewer: &str) -> Review;
}

impl OrFailed for review_core::Result<Review> {
    fn or_failed(self, reviewer: &str) -> Review {
        self.unwrap_or_else(|error| Review::failed(reviewer, error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_in_one_line() {
        let finding = finding("I1 Lost error @ a.rs:10-12 b.rs `x := f()` (gap)");
        assert_eq!((finding.id.as_str(), finding.title.as_str()), ("I1", "Lost error"));
        assert_eq!(finding.severity, Some(Severity::Important));
        assert_eq!(finding.kind, Some(Kind::Gap));
        let places: Vec<_> = finding.locations.iter().map(ToString::to_string).collect();
        assert_eq!(places, ["a.rs:10-12", "b.rs"]);
        assert_eq!(finding.quotes[0].text, "x := f()");
    }

    #[test]
    fn a_change_from_two_strings() {
        let change = scenario().file("a", "1\n2\n3\n4\n5\n6\n7\n8\n", "1\n2\n3\n4\nnew\n6\n7\n8\n").change();
        let json = serde_json::to_string(&change.files[0].hunks).unwrap();
        insta::assert_snapshot!(json, @r#"[{"old_start":2,"old_lines":7,"new_start":2,"new_lines":7,"ops":"3= 1- 1+ 3="}]"#);
    }

    #[test]
    fn an_added_file_has_one_hunk_without_base_lines() {
        let change = scenario().file("a", "", "1\n2\n").change();
        let hunk = &change.files[0].hunks[0];
        assert_eq!((hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines), (0, 0, 1, 2));
    }
}
