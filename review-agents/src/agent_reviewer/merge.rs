//! The reviews of several parts as one.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Completeness, Error, LineCount, Review, SectionKind, ToolCount};

/// Adds the review of a further part. Labels that are taken get a suffix, in the part's own texts too.
pub(super) fn add(whole: &mut Review, mut part: Review, number: usize) {
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
    if part.completeness != Completeness::Complete {
        let reason = part.incomplete_reason.unwrap_or_else(|| "it is not complete".to_owned());
        incomplete(whole, number, &reason);
    }
}

/// Notes that a part failed: the whole is truncated, and the others keep what they brought.
pub(super) fn add_failure(whole: &mut Review, number: usize, error: &Error) {
    incomplete(whole, number, &error.to_string());
}

fn incomplete(whole: &mut Review, number: usize, reason: &str) {
    let reason = format!("part {number}: {reason}");
    whole.completeness = Completeness::Truncated;
    whole.incomplete_reason = Some(match whole.incomplete_reason.take() {
        Some(known) => format!("{known}; {reason}"),
        None => reason,
    });
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
    use review_core::{ErrorKind, RawFinding};

    use super::*;

    #[test]
    fn labels_of_later_parts_are_their_own() {
        let finding = |id: &str, body: &str| RawFinding::new("t").with_id(id).with_body(body);
        let mut whole =
            Review::new("claude").with_finding(finding("I1", "see I2")).with_finding(finding("I2", ""));
        let part = Review::new("claude")
            .with_finding(finding("I1", ""))
            .with_finding(finding("S1", "as I1, not XI1"));
        add(&mut whole, part, 2);
        let shown: Vec<String> =
            whole.findings.iter().map(|finding| format!("{} {}", finding.id, finding.body)).collect();
        assert_eq!(shown, ["I1 see I2", "I2 ", "I1-2 ", "S1 as I1-2, not XI1"]);
    }

    #[test]
    fn a_part_that_failed_makes_the_whole_truncated() {
        let mut whole = Review::new("claude");
        let failed = Error::new(ErrorKind::Unavailable, "no answer");
        add_failure(&mut whole, 2, &failed);
        add_failure(&mut whole, 3, &failed);
        assert_eq!(whole.completeness, Completeness::Truncated);
        assert_eq!(whole.incomplete_reason.as_deref(), Some("part 2: no answer; part 3: no answer"));
    }
}
