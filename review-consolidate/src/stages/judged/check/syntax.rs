//! A claim that a line reads so and so, contradicted by the line.

use review_core::{EvidenceNote, LineRange, Location, Query, Side};

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use crate::model::item::{Item, Role};

/// Checks claims that a short piece of code is missing from, or wrong at, a place: "missing semicolon", "typo".
///
/// A title of the form "typo: `A` should be `B`" is refuted when the file has `B` near the line and `A` nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct SyntaxClaim;

/// The line that reads otherwise may be this many lines from the claimed one: reviewers count badly.
const NEAR: u32 = 50;

/// `A` and `B` of "… `A` should be `B`" and its like.
fn replacement(title: &str) -> Option<(&str, &str)> {
    let mut parts = title.split('`');
    let (_, wrong, between, right) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let between = between.to_lowercase();
    let says = ["should be", "instead of", "must be", "should read"]
        .into_iter()
        .find(|words| between.contains(words))?;
    let pair = if says == "instead of" { (right, wrong) } else { (wrong, right) };
    (pair.0.len() >= 3 && pair.1.len() >= 3 && pair.0 != pair.1).then_some(pair)
}

impl ClaimChecker for SyntaxClaim {
    fn name(&self) -> &str {
        "syntax"
    }

    fn queries(&self, _: &Item<'_>) -> Vec<Query> {
        Vec::new()
    }

    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        if item.role != Role::Finding {
            return None;
        }
        let (wrong, right) = replacement(&item.finding.title)?;
        let place: &Location = cx.anchored.places.first()?;
        let side = place.side.unwrap_or(Side::Head);
        let text = cx.evidence.file(side, &place.path)?;
        // The wrong text must be nowhere in the file, not only not on the line: lines are often off.
        if text.contains(wrong) {
            return None;
        }
        let range = place.range()?;
        let (number, line) = text
            .lines()
            .enumerate()
            .map(|(index, line)| (u32::try_from(index + 1).unwrap_or(u32::MAX), line))
            .filter(|(_, line)| line.contains(right))
            .min_by_key(|(number, _)| range.distance(&LineRange::new(*number, *number)))
            .filter(|(number, _)| range.distance(&LineRange::new(*number, *number)) <= NEAR)?;
        Some(CheckResult::Refuted {
            code: "reads_otherwise".into(),
            reason: format!(
                "{}:{number} already reads `{right}`, and `{wrong}` is nowhere in the file",
                place.path
            ),
            evidence: vec![
                EvidenceNote::new("the line as it stands")
                    .with_path(&place.path)
                    .with_line(number)
                    .with_quote(line.trim()),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_should_be_what() {
        assert_eq!(replacement("Typo: `recieve` should be `receive`"), Some(("recieve", "receive")));
        assert_eq!(replacement("Uses `=` instead of `==`"), None);
        assert_eq!(replacement("Calls `foo` instead of `bar`"), Some(("bar", "foo")));
    }
}
