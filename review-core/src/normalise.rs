//! Makes any review safe to consolidate: names, unique labels, sane ranges.

use std::collections::BTreeSet;

use crate::fingerprint::content_hash;
use crate::review::Review;

impl Review {
    /// Gives every finding and section item a label that is unique within the review.
    ///
    /// A missing label is made from the content (`h` and eight hexadecimal digits). A repeated one gets `b`, `c`, …
    /// in document order. Reversed line ranges are put in order, and line 0 becomes 1. Calling it twice changes
    /// nothing more.
    pub fn normalise(&mut self) {
        self.pass = self.pass.max(1);
        let mut taken = BTreeSet::new();
        for finding in &mut self.findings {
            if finding.id.trim().is_empty() {
                let places: Vec<String> = finding.locations.iter().map(ToString::to_string).collect();
                let hash = content_hash(&[&finding.title, &finding.body, &places.join("\n")], 8);
                finding.id = format!("h{hash}");
            }
            finding.id = unique(&mut taken, &finding.id);
            for location in &mut finding.locations {
                if let Some(range) = location.range() {
                    (location.start_line, location.end_line) = (Some(range.start), Some(range.end));
                }
            }
        }
        for (_, item) in self.sections.items_mut() {
            if item.id.trim().is_empty() {
                item.id = format!("h{}", content_hash(&[&item.text], 8));
            }
            item.id = unique(&mut taken, &item.id);
        }
    }
}

/// The label itself, or with the first free suffix: `b`…`z`, then `-27`, `-28`, …
fn unique(taken: &mut BTreeSet<String>, label: &str) -> String {
    let label = label.trim();
    let suffixes = ('b'..='z').map(String::from).chain((27_u64..).map(|number| format!("-{number}")));
    let mut candidate = label.to_owned();
    for suffix in suffixes {
        if taken.insert(candidate.clone()) {
            break;
        }
        candidate = format!("{label}{suffix}");
    }
    candidate
}

#[cfg(test)]
mod tests {
    use crate::{Location, RawFinding, Review, SectionItem, Sections};

    #[test]
    fn labels_become_unique_and_missing_ones_hash_the_content() {
        let mut review = Review::new("claude")
            .with_finding(RawFinding::new("a").with_id("I1"))
            .with_finding(RawFinding::new("b").with_id("I1"))
            .with_finding(RawFinding::new("c"))
            .with_sections(Sections::default().with_testing(SectionItem::new("I1", "t")));
        review.normalise();
        let ids =
            |review: &Review| review.findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&review)[..2], ["I1", "I1b"]);
        assert!(ids(&review)[2].starts_with('h') && ids(&review)[2].len() == 9);
        assert_eq!(review.sections.testing[0].id, "I1c");
        let before = review.clone();
        review.normalise();
        assert_eq!(review, before, "a second time changes nothing");
    }

    #[test]
    fn reversed_ranges_are_put_in_order() {
        let mut review = Review::new("x").with_finding(RawFinding::new("a").at(Location::file("f")));
        review.findings[0].locations[0].start_line = Some(9);
        review.findings[0].locations[0].end_line = Some(0);
        review.normalise();
        assert_eq!(review.findings[0].locations[0].to_string(), "f:1-9");
    }
}
