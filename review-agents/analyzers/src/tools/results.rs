//! What a tool wrote, as a review.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{
    ChangeSet, ChangedFile, Completeness, Diagnostic, Extra, FileStatus, Kind, LineRange, Location,
    RawFinding, Result, Review,
};
use review_ingest::{Format, IngestOptions, ingest};

use super::definition::Tool;

/// From so many places of one rule on, they are one finding.
const FOLDED: usize = 3;

/// So many different messages of one rule are shown in the finding that stands for all.
const MAX_MESSAGES: usize = 12;

/// Makes a review of what a tool wrote: reads it, weighs it by the tool's words, leaves out what is not about the change,
/// and folds what one rule says many times. Absolute paths lose the `root` they were made in.
///
/// # Errors
/// When the output can't be read at all.
pub fn review_of(tool: &Tool, output: &[u8], root: Option<&str>, change: &ChangeSet) -> Result<Review> {
    let mut options = IngestOptions::new(&tool.name);
    if let Some(root) = root {
        options = options.with_root(root);
    }
    options.format = Format::from_name(&tool.format);
    if output.iter().all(u8::is_ascii_whitespace) {
        // A tool that has nothing to say may say nothing; whether it ran well is told by its exit code.
        return Ok(Review::new(&tool.name));
    }
    let mut review = ingest(output, &options)?;
    // No finding is the usual, good case of a tool.
    if review.completeness == Completeness::Failed && is_empty_report(output) {
        review = Review::new(&tool.name);
    }
    for finding in &mut review.findings {
        weigh(tool, finding);
    }
    let all = review.findings.len();
    review.findings.retain(|finding| is_about(finding, change));
    let left_out = all - review.findings.len();
    review.left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
    if left_out > 0 {
        review
            .diagnostics
            .push(Diagnostic::new(0, format!("{left_out} findings outside of the change were left out")));
    }
    review.findings = folded(std::mem::take(&mut review.findings));
    Ok(review)
}

/// `[]` and `{}` with nothing in them.
fn is_empty_report(output: &[u8]) -> bool {
    output.iter().filter(|byte| !byte.is_ascii_whitespace()).all(|byte| b"[]{}".contains(byte))
}

fn rule_of(finding: &RawFinding) -> &str {
    match finding.extensions.get("rule") {
        Some(Extra::Text(rule)) => rule,
        _ => "",
    }
}

fn weigh(tool: &Tool, finding: &mut RawFinding) {
    let word = tool.word(rule_of(finding)).cloned();
    if let Some(word) = word {
        finding.severity = word.severity.or(finding.severity);
        finding.category = word.category.or(finding.category);
    }
    // It is there at head; whether the change made it, the tool does not say.
    finding.kind = finding.kind.or(Some(Kind::Gap));
    let rule = rule_of(finding).to_owned();
    if !rule.is_empty() {
        let gap = if finding.body.is_empty() { "" } else { "\n\n" };
        finding.body.push_str(&format!("{gap}Rule `{}` of {}.", rule.replace('`', "'"), tool.name));
    }
}

/// Whether a finding stands on lines that the change added, or speaks of a file that is new.
fn is_about(finding: &RawFinding, change: &ChangeSet) -> bool {
    finding
        .locations
        .first()
        .is_some_and(|place| change.file(&place.path).is_some_and(|file| touches(file, place)))
}

fn touches(file: &ChangedFile, place: &Location) -> bool {
    if file.status == FileStatus::Added {
        return true;
    }
    let Some(lines) = place.range() else { return false };
    // A message about a whole function stands at its head.
    let first = LineRange::line(lines.start);
    let looked_at = if lines.len() > 10 { first } else { lines };
    file.hunks.iter().any(|hunk| hunk.added_ranges().any(|added| added.overlaps(&looked_at)))
}

/// One finding for each rule that speaks many times, with all its places.
fn folded(findings: Vec<RawFinding>) -> Vec<RawFinding> {
    let mut groups: BTreeMap<String, Vec<RawFinding>> = BTreeMap::new();
    let mut out = Vec::new();
    for finding in findings {
        match rule_of(&finding) {
            "" => out.push(finding),
            rule => groups.entry(rule.to_owned()).or_default().push(finding),
        }
    }
    for (rule, mut group) in groups {
        group.sort_by(|a, b| (a.locations.first(), &a.title).cmp(&(b.locations.first(), &b.title)));
        if group.len() < FOLDED {
            out.extend(group);
            continue;
        }
        let titles: BTreeSet<&str> = group.iter().map(|finding| finding.title.as_str()).collect();
        let places: Vec<Location> =
            group.iter().flat_map(|finding| finding.locations.first().cloned()).collect();
        let mut listed = String::new();
        if titles.len() > 1 {
            for title in titles.iter().take(MAX_MESSAGES) {
                listed.push_str(&format!("\n* {title}"));
            }
            if titles.len() > MAX_MESSAGES {
                listed.push_str(&format!("\n* and {} more", titles.len() - MAX_MESSAGES));
            }
        }
        let (count, same) = (group.len(), titles.len() == 1);
        let Some(mut first) = group.into_iter().next() else { continue };
        if !same {
            first.title = format!("{count} times `{rule}`: {}", first.title);
        }
        first.body =
            format!("{}\n\nThe rule speaks {count} times in this change.{}", first.body.trim_end(), listed);
        first.locations = places;
        first.locations.dedup();
        out.push(first);
    }
    out.sort_by(|a, b| (a.locations.first(), &a.title).cmp(&(b.locations.first(), &b.title)));
    out
}
