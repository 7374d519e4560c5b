//! Quotes that stand in none of the files that their finding names: searched for over the whole tree.

use std::collections::BTreeSet;

use review_core::{Anchor, Answer, Evidence, Grade, Hit, Location, Query, Side};

use super::citation::{Citation, needle};
use super::source::Sources;

/// Most files that are read of what one search found.
pub(crate) const FOUND_FILES: usize = 5;

/// What a search over the whole tree says of a snippet that is not in the files that the finding names.
pub(crate) fn elsewhere(
    citation: &Citation,
    all_known: bool,
    places: &[(Location, Option<Side>)],
    sources: &Sources<'_>,
) -> Anchor {
    let claimed = places.first().map_or_else(|| Location::file(""), |(place, _)| place.clone());
    let Some(needle) = needle(citation) else { return Anchor::new(&claimed, Grade::NotCheckable) };
    let ask = |side| sources.evidence.answer(&search(side, &needle));
    for side in [Side::Head, Side::Base] {
        let Some(place) = found_at(citation, hits(sources.evidence, side, &needle), side, sources) else {
            continue;
        };
        let complete = matches!(ask(side), Some(Answer::Hits { complete: true, .. }));
        let grade = match side {
            Side::Base => Grade::OnlyInBase,
            _ if place.candidates > 1 || !complete => Grade::Ambiguous,
            _ => Grade::OtherFile,
        };
        let mut anchor = Anchor::new(&place.location, grade);
        anchor.candidates = (place.candidates > 1).then_some(place.candidates);
        return anchor;
    }
    let none = |side| matches!(ask(side), Some(Answer::Hits { hits, complete: true }) if hits.is_empty());
    // A search is for one line as it was written; that the named files don't have it either, however spaced, makes
    // it sure.
    let grade =
        if all_known && none(Side::Head) && none(Side::Base) { Grade::Absent } else { Grade::NotCheckable };
    Anchor::new(&claimed, grade)
}

/// Where a search found a quote, and how many such places there are.
struct FoundAt {
    location: Location,
    candidates: u32,
}

/// The whole quote where the files are known; else the line that was searched for.
fn found_at(citation: &Citation, hits: &[Hit], side: Side, sources: &Sources<'_>) -> Option<FoundAt> {
    let on_side =
        |location: Location| if side == Side::Base { location.with_side(Side::Base) } else { location };
    let files: BTreeSet<&str> = hits.iter().map(|hit| hit.path.as_str()).collect();
    let mut whole = Vec::new();
    let unread = files.len().saturating_sub(FOUND_FILES);
    for path in files.into_iter().take(FOUND_FILES) {
        let found = sources.file(side, path).map(|file| file.find(&citation.snippet)).unwrap_or_default();
        whole.extend(found.ranges.iter().map(|range| Location::file(path).with_range(*range)));
    }
    let candidates = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    match (whole.first(), hits.first()) {
        (Some(first), _) => {
            Some(FoundAt { location: on_side(first.clone()), candidates: candidates(whole.len() + unread) })
        }
        (None, Some(hit)) => Some(FoundAt {
            location: on_side(Location::line(&hit.path, hit.line)),
            candidates: candidates(hits.len()),
        }),
        (None, None) => None,
    }
}

/// What a search for a line found, as far as it was answered.
pub(crate) fn hits<'e>(evidence: &'e Evidence, side: Side, needle: &str) -> &'e [Hit] {
    match evidence.answer(&search(side, needle)) {
        Some(Answer::Hits { hits, .. }) => hits,
        _ => &[],
    }
}

/// The query that looks for a line.
pub(crate) fn search(side: Side, needle: &str) -> Query {
    Query::Search { side, needle: needle.to_owned(), limit: 20 }
}

#[cfg(test)]
mod tests {
    use review_core::{Cancel, ChangeSet, Input, MemoryTree, Quote, RawFinding, Report, Review, Severity};

    use crate::{Engine, drive};

    fn report(tree: &MemoryTree, quote: &str, previous: Vec<Report>) -> Report {
        let finding = RawFinding::new("The retry never ends")
            .with_id("I1")
            .with_severity(Severity::Important)
            .with_quote(Quote::new(quote));
        let mut input = Input::new(ChangeSet::default(), vec![Review::new("claude").with_finding(finding)]);
        input.run.report_id = format!("r{}", previous.len() + 1);
        input.previous = previous;
        drive(&Engine::new(), &input, tree, &Cancel::new()).unwrap().report
    }

    fn tree() -> MemoryTree {
        MemoryTree::new()
            .with_head("src/a.rs", "fn a() {\n    retry_with_backoff(client);\n    close(a);\n}\n")
            .with_head("src/b.rs", "fn b() {\n    retry_with_backoff(client);\n    close(b);\n}\n")
    }

    #[test]
    fn the_whole_quote_tells_which_of_several_hits_is_meant() {
        let report = report(&tree(), "    retry_with_backoff(client);\n    close(b);", Vec::new());
        assert_eq!(report.findings[0].locations[0].to_string(), "src/b.rs:2-3");
        assert_eq!(report.findings[0].anchors[0].candidates, None);
    }

    #[test]
    fn a_line_alone_may_stand_in_several_files() {
        let report = report(&tree(), "retry_with_backoff(client);", Vec::new());
        assert_eq!(report.findings[0].anchors[0].candidates, Some(2));
    }

    #[test]
    fn a_later_round_sees_the_same_code() {
        // The earlier report names the file, so that its content is known from the start in the second round.
        let quote = "    retry_with_backoff(client);\n    close(b);";
        let one = report(&tree(), quote, Vec::new());
        let two = report(&tree(), quote, vec![one.clone()]);
        assert_eq!(one.findings[0].fingerprint, two.findings[0].fingerprint);
    }
}
