//! A fix that is there already: what it would write stands in the file, and what it would replace does not.

use std::collections::BTreeSet;

use review_core::{EvidenceNote, RawFinding, Side};

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use crate::model::item::{Item, Role};
use crate::stages::anchored::citation::proposed;
use crate::text::markdown::{Piece, is_diff, pieces};

/// A fix that changes more lines than this is more than a slip of reading.
const MOST_LINES: usize = 12;
/// Of a line and what shall replace it, so much is the same at both ends, white space aside. A fix that writes something else
/// may well write what stands elsewhere for other reasons.
const SAME: f64 = 0.6;
/// A line with fewer signs, white space aside, must be the only one of its kind: `}` stands everywhere.
const TELLING: usize = 12;

/// Refutes a finding whose fix the file already has.
///
/// White space inside of a line counts here, unlike for quotes: that `"$ @"` should be `"$@"` is a claim about a blank.
#[derive(Clone, Copy, Debug, Default)]
pub struct AlreadyFixed;

/// Lines that a fix takes away and puts in their place, with white space made even.
#[derive(Debug, Default, PartialEq, Eq)]
struct Edit {
    removed: Vec<String>,
    added: Vec<String>,
}

impl Edit {
    fn new(before: impl Iterator<Item = String>, after: impl Iterator<Item = String>) -> Self {
        let removed: Vec<String> = before.filter(|line| !line.is_empty()).collect();
        let added: Vec<String> = after.filter(|line| !line.is_empty()).collect();
        // A line that is taken away and put back is not changed.
        let lacks = |list: &[String], line: &String| !list.contains(line);
        Self {
            removed: removed.iter().filter(|line| lacks(&added, line)).cloned().collect(),
            added: added.iter().filter(|line| lacks(&removed, line)).cloned().collect(),
        }
    }

    fn of_diff(text: &str) -> Self {
        let marked = |mark: char, header: &'static str| {
            text.lines()
                .filter(move |line| !line.starts_with(header))
                .filter_map(move |line| line.strip_prefix(mark))
                .map(even)
        };
        Self::new(marked('-', "---"), marked('+', "+++"))
    }

    /// Every line that is put in is a small change of one that is taken away.
    fn is_small(&self) -> bool {
        let changed = |added: &String| self.removed.iter().any(|removed| same_ends(removed, added) >= SAME);
        !self.removed.is_empty()
            && !self.added.is_empty()
            && self.removed.len().max(self.added.len()) <= MOST_LINES
            && self.added.iter().all(changed)
    }
}

/// The edit that a finding proposes: its diff, or what its last proposal makes of the code that it shows.
fn edit(finding: &RawFinding) -> Option<Edit> {
    if let Some(patch) = finding.fix.as_ref().and_then(|fix| fix.patch.as_deref()) {
        return Some(Edit::of_diff(patch));
    }
    let blocks: Vec<&str> = pieces(&finding.body)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Block { language, text } if is_diff(language, text) => Some(text),
            _ => None,
        })
        .collect();
    if let [diff] = blocks.as_slice() {
        return Some(Edit::of_diff(diff));
    }
    let proposals = proposed(finding);
    let suggested = finding.fix.as_ref().and_then(|fix| fix.suggestion.as_deref());
    let after = suggested.or(proposals.last().copied())?;
    let shown = finding.quotes.iter().filter(|quote| !quote.inline).map(|quote| quote.text.as_str());
    let in_body = pieces(&finding.body).into_iter().filter_map(|piece| match piece {
        Piece::Block { text, .. } => Some(text),
        Piece::Prose(_) => None,
    });
    let before =
        shown.chain(in_body).find(|text| !proposals.contains(text) && text.trim() != after.trim())?;
    Some(Edit::new(before.lines().map(even), after.lines().map(even)))
}

/// A line with single blanks, without those at its ends.
fn even(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How much of two lines is the same at both ends, white space aside: 0 to 1.
fn same_ends(a: &str, b: &str) -> f64 {
    let squeezed = |line: &str| line.chars().filter(|c| !c.is_whitespace()).collect::<Vec<char>>();
    let (a, b) = (squeezed(a), squeezed(b));
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    let front = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let back = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    if longer == 0 { 0.0 } else { (front + back).min(shorter) as f64 / longer as f64 }
}

impl ClaimChecker for AlreadyFixed {
    fn name(&self) -> &str {
        "already_fixed"
    }

    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        if item.role != Role::Finding {
            return None;
        }
        let edit = edit(&item.finding).filter(Edit::is_small)?;
        let place = cx.anchored.places.first()?;
        let text = cx.evidence.file(Side::Head, &place.path)?;
        let lines: Vec<String> = text.lines().map(even).collect();
        let known: BTreeSet<&str> = lines.iter().map(String::as_str).collect();
        let contains = |part: &String| lines.iter().any(|line| line.contains(part.as_str()));
        // Not a line, and not part of one either.
        if edit.removed.iter().any(contains) || !edit.added.iter().all(|line| known.contains(line.as_str())) {
            return None;
        }
        let (number, line) = edit.added.iter().find_map(|added| {
            let mut at = lines.iter().enumerate().filter(|(_, line)| *line == added);
            let (first, alone) = (at.next()?, at.next().is_none());
            let telling = added.chars().filter(|c| !c.is_whitespace()).count() >= TELLING;
            (telling || alone).then_some(first)
        })?;
        let number = u32::try_from(number + 1).unwrap_or(u32::MAX);
        let removed = edit.removed.first().map(String::as_str).unwrap_or_default();
        Some(CheckResult::Refuted {
            code: "already_fixed".into(),
            reason: format!(
                "{}:{number} already reads as its fix would have it, and `{removed}` is nowhere in the file",
                place.path
            ),
            evidence: vec![
                EvidenceNote::new("the line as it stands")
                    .with_path(&place.path)
                    .with_line(number)
                    .with_quote(line),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(diff: &str) -> bool {
        Edit::of_diff(diff).is_small()
    }

    #[test]
    fn a_small_edit_changes_lines_and_writes_no_new_ones() {
        assert!(small("-\"$ @\" &\n+\"$@\" &\n cmd_pid=$!"));
        assert!(small("--- a/x\n+++ b/x\n-for i := 0; i <= n; i++ {\n+for i := 0; i < n; i++ {"));
        assert!(!small("-close(file)\n+return err"), "something else");
        assert!(!small("+return err"), "nothing is taken away");
        assert!(!small("-a(b)\n a(b)\n+a(b)"), "nothing is changed");
    }

    #[test]
    fn without_a_diff_the_proposal_is_held_against_what_is_shown() {
        let body = "```bash\n# Start it.\n\"$ @\" &\n```\nNo.\n\n**Fix**: remove the blank:\n```bash\n# Start it.\n\"$@\" &\n```\n";
        let edit = edit(&RawFinding::new("x").with_body(body)).unwrap();
        assert_eq!((edit.removed, edit.added), (vec!["\"$ @\" &".to_owned()], vec!["\"$@\" &".to_owned()]));
    }
}
