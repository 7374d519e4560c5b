//! A review that is asked for in parts: what was answered, as one review that can be gone on with.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{
    AnsweredPart, Completeness, Error, ErrorKind, LineCount, Result, Review, SectionKind, ToolCount,
};

/// What is known of a review that is asked for in parts.
pub(super) struct Progress {
    whole: Review,
    answered: usize,
    failures: Vec<(usize, String)>,
    /// The only answer was no review at all.
    failed: bool,
}

impl Progress {
    /// The beginning: an empty review, or what an interrupted run of the same pass had brought.
    pub(super) fn new(empty: Review, earlier: Option<&Review>) -> Self {
        let whole = match earlier {
            Some(earlier) if !earlier.parts.is_empty() => {
                let mut whole = earlier.clone().with_completeness(Completeness::Complete);
                (whole.incomplete_reason, whole.duration_ms) = (None, None);
                whole
            }
            _ => empty,
        };
        Self { whole, answered: 0, failures: Vec::new(), failed: false }
    }

    /// The answer for a change that is in one part: the review as it is, with its own completeness.
    pub(super) fn only(id: &str, review: Review) -> Self {
        let mut done = AnsweredPart::new(id).with_labels(labels(&review).into_iter().collect::<Vec<_>>());
        if !review.is_complete() {
            done.incomplete_reason =
                Some(review.incomplete_reason.clone().unwrap_or_else(|| "it is not complete".to_owned()));
        }
        let failed = review.completeness == Completeness::Failed;
        let mut whole = review;
        whole.parts = vec![done];
        Self { whole, answered: 1, failures: Vec::new(), failed }
    }

    /// The review so far.
    pub(super) fn review(&self) -> &Review {
        &self.whole
    }

    /// Whether a part needs not be asked for again.
    pub(super) fn has(&self, id: &str) -> bool {
        self.whole.parts.iter().any(|part| part.id == id && part.incomplete_reason.is_none())
    }

    /// Adds the answer for a part, in place of an incomplete earlier one.
    pub(super) fn add(&mut self, id: &str, part: Review, number: usize) {
        self.answered += 1;
        self.remove(id);
        let before = labels(&self.whole);
        let reason = (!part.is_complete())
            .then(|| part.incomplete_reason.clone().unwrap_or_else(|| "it is not complete".to_owned()));
        add(&mut self.whole, part);
        let brought = labels(&self.whole).difference(&before).cloned().collect::<Vec<_>>();
        let mut done = AnsweredPart::new(id).with_labels(brought);
        done.incomplete_reason = reason.map(|reason| format!("part {number}: {reason}"));
        self.whole.parts.push(done);
    }

    /// Notes that a part failed. What an interrupted run had of it stays.
    pub(super) fn fail(&mut self, number: usize, error: &Error) {
        self.failures.push((number, format!("part {number}: {error}")));
    }

    /// The review, complete where every part is.
    ///
    /// # Errors
    /// When no part was ever answered.
    pub(super) fn finish(self) -> Result<Review> {
        let Self { mut whole, answered, failures, failed } = self;
        let incomplete = whole.parts.iter().filter_map(|part| part.incomplete_reason.clone());
        let reasons: Vec<String> = incomplete.chain(failures.into_iter().map(|(_, reason)| reason)).collect();
        if answered == 0 && whole.parts.is_empty() {
            let why =
                if reasons.is_empty() { "there was nothing to ask".to_owned() } else { reasons.join("; ") };
            return Err(Error::new(ErrorKind::InvalidAnswer, why));
        }
        if !reasons.is_empty() {
            whole.completeness = if failed { Completeness::Failed } else { Completeness::Truncated };
            whole.incomplete_reason = Some(reasons.join("; "));
        }
        Ok(whole)
    }

    fn remove(&mut self, id: &str) {
        let Some(at) = self.whole.parts.iter().position(|part| part.id == id) else { return };
        let labels: BTreeSet<String> = self.whole.parts.remove(at).labels.into_iter().collect();
        self.whole.findings.retain(|finding| !labels.contains(&finding.id));
        for kind in SectionKind::ALL {
            self.whole.sections.list_mut(*kind).retain(|item| !labels.contains(&item.id));
        }
    }
}

/// Adds the review of a further part. Labels that are taken get a suffix, in the part's own texts too.
fn add(whole: &mut Review, mut part: Review) {
    relabel(&labels(whole), &mut part);
    whole.findings.append(&mut part.findings);
    join(&mut whole.sections.summary, &part.sections.summary);
    join(&mut whole.sections.commit_structure, &part.sections.commit_structure);
    let (to, from) = (&mut whole.sections, &mut part.sections);
    for kind in SectionKind::ALL {
        to.list_mut(*kind).append(from.list_mut(*kind));
    }
    for note in std::mem::take(&mut from.coverage) {
        match to.coverage.iter_mut().find(|known| known.path == note.path) {
            Some(known) => {
                known.ranges.extend(note.ranges);
                known.ranges.sort();
                known.ranges.dedup();
                join(&mut known.note, &note.note);
            }
            None => to.coverage.push(note),
        }
    }
    to.unplaced.append(&mut from.unplaced);
    whole.checks.append(&mut part.checks);
    whole.diagnostics.append(&mut part.diagnostics);
    whole.lines = sum(&whole.lines, &part.lines);
    whole.usage = whole.usage.plus(part.usage);
    let mut calls: BTreeMap<String, u32> = BTreeMap::new();
    for count in whole.tool_calls.drain(..).chain(part.tool_calls) {
        *calls.entry(count.tool).or_default() += count.calls;
    }
    whole.tool_calls = calls.into_iter().map(|(tool, calls)| ToolCount::new(tool, calls)).collect();
    if part.identity.model.is_some() {
        whole.identity = part.identity;
    }
}

fn sum(a: &LineCount, b: &LineCount) -> LineCount {
    let mut sum = *a;
    sum.total += b.total;
    sum.typed += b.typed;
    sum.unplaced += b.unplaced;
    sum
}

fn join(to: &mut String, text: &str) {
    if text.trim().is_empty() || to.trim() == text.trim() {
        return;
    }
    if !to.trim().is_empty() {
        to.push_str("\n\n");
    }
    to.push_str(text.trim());
}

fn labels(review: &Review) -> BTreeSet<String> {
    let findings = review.findings.iter().map(|finding| finding.id.clone());
    findings
        .chain(review.sections.items().map(|(_, item)| item.id.clone()))
        .filter(|label| !label.is_empty())
        .collect()
}

/// Gives a part's items labels that are not taken, and changes its texts where they name them.
fn relabel(taken: &BTreeSet<String>, part: &mut Review) {
    let own = labels(part);
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    for label in own.iter().filter(|label| taken.contains(*label)) {
        let free = (2_u32..).map(|number| format!("{label}-{number}"));
        let mut free = free.filter(|label| !taken.contains(label) && !own.contains(label));
        if let Some(label_now) = free.next() {
            renamed.insert(label.clone(), label_now);
        }
    }
    if renamed.is_empty() {
        return;
    }
    let id = |id: &mut String| {
        if let Some(now) = renamed.get(id) {
            id.clone_from(now);
        }
    };
    for finding in &mut part.findings {
        id(&mut finding.id);
        finding.references.iter_mut().for_each(id);
        for text in [&mut finding.title, &mut finding.body] {
            *text = rename(text, &renamed);
        }
        if let Some(scenario) = &mut finding.scenario {
            *scenario = rename(scenario, &renamed);
        }
    }
    let sections = &mut part.sections;
    for text in [&mut sections.summary, &mut sections.commit_structure] {
        *text = rename(text, &renamed);
    }
    for (_, item) in sections.items_mut() {
        id(&mut item.id);
        item.text = rename(&item.text, &renamed);
    }
}

/// The text with every renamed label that stands as a word of its own.
fn rename(text: &str, renamed: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let end_word = |word: &mut String, out: &mut String| {
        out.push_str(renamed.get(word.as_str()).unwrap_or(word));
        word.clear();
    };
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            end_word(&mut word, &mut out);
            out.push(c);
        }
    }
    end_word(&mut word, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use review_core::RawFinding;

    use super::*;

    fn finding(id: &str, body: &str) -> RawFinding {
        RawFinding::new("t").with_id(id).with_body(body)
    }

    fn shown(review: &Review) -> Vec<String> {
        review.findings.iter().map(|finding| format!("{} {}", finding.id, finding.body)).collect()
    }

    #[test]
    fn labels_of_later_parts_are_their_own() {
        let mut whole =
            Review::new("claude").with_finding(finding("I1", "see I2")).with_finding(finding("I2", ""));
        let part = Review::new("claude")
            .with_finding(finding("I1", ""))
            .with_finding(finding("S1", "as I1, not XI1"));
        add(&mut whole, part);
        assert_eq!(shown(&whole), ["I1 see I2", "I2 ", "I1-2 ", "S1 as I1-2, not XI1"]);
    }

    #[test]
    fn a_part_that_failed_makes_the_whole_truncated() {
        let mut progress = Progress::new(Review::new("claude"), None);
        progress.add("p1", Review::new("claude"), 1);
        let failed = Error::new(ErrorKind::Unavailable, "no answer");
        progress.fail(2, &failed);
        progress.fail(3, &failed);
        let whole = progress.finish().unwrap();
        assert_eq!(whole.completeness, Completeness::Truncated);
        assert_eq!(whole.incomplete_reason.as_deref(), Some("part 2: no answer; part 3: no answer"));
    }

    #[test]
    fn what_was_interrupted_goes_on_with_what_is_missing_and_ends_complete() {
        let mut first = Progress::new(Review::new("claude"), None);
        first.add("p1", Review::new("claude").with_finding(finding("I1", "whole")), 1);
        let cut = Review::new("claude")
            .with_finding(finding("I1", "half"))
            .with_completeness(Completeness::Truncated)
            .with_incomplete_reason("it was cancelled");
        first.add("p2", cut, 2);
        let earlier = first.finish().unwrap();
        assert_eq!(earlier.incomplete_reason.as_deref(), Some("part 2: it was cancelled"));

        let mut second = Progress::new(Review::new("claude"), Some(&earlier));
        assert!(second.has("p1") && !second.has("p2") && !second.has("p3"));
        second.add("p2", Review::new("claude").with_finding(finding("I1", "now whole")), 2);
        second.add("p3", Review::new("claude"), 3);
        let whole = second.finish().unwrap();
        assert!(whole.is_complete());
        assert_eq!(shown(&whole), ["I1 whole", "I1-2 now whole"]);
    }

    #[test]
    fn a_failure_costs_nothing_of_what_was_there() {
        let mut first = Progress::new(Review::new("claude"), None);
        first.add("p1", Review::new("claude").with_finding(finding("I1", "kept")), 1);
        let mut second = Progress::new(Review::new("claude"), Some(&first.finish().unwrap()));
        second.fail(2, &Error::new(ErrorKind::Unavailable, "still down"));
        let whole = second.finish().unwrap();
        assert_eq!((whole.is_complete(), shown(&whole)), (false, vec!["I1 kept".to_owned()]));
    }
}
