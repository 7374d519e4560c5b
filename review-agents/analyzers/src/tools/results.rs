//! What a tool wrote, as a review.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{
    ChangeSet, ChangedFile, Completeness, Diagnostic, Extra, FileStatus, Kind, KnownPaths, LineRange,
    Location, RawFinding, Result, Review,
};
use review_ingest::{Format, IngestOptions, ingest, repair_paths};

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
    keep_about(&mut review, change);
    review.findings = folded(std::mem::take(&mut review.findings));
    Ok(review)
}

/// Leaves out what is not about the change, and says what and why. When nothing of all that the tool found names a file of
/// the change, or when a place can't be in this repository, the results are not known to be of this change: the review
/// then is not complete.
fn keep_about(review: &mut Review, change: &ChangeSet) {
    let paths = change.files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.old_path));
    repair_paths(review, &KnownPaths::new(paths));
    let all = review.findings.len();
    let (mut unchanged, mut elsewhere, mut lost) = (0usize, 0usize, 0usize);
    review.findings.retain(|finding| {
        let about = about(finding, change);
        match about {
            About::Change => {}
            About::UnchangedLines => unchanged += 1,
            About::OtherFile => elsewhere += 1,
            About::OutsideOfTree => lost += 1,
        }
        about == About::Change
    });
    for (count, what) in [
        (unchanged, "on lines that the change did not touch"),
        (elsewhere, "in files that the change does not touch"),
        (lost, "with paths outside of the repository"),
    ] {
        if count > 0 {
            review.diagnostics.push(Diagnostic::new(0, format!("{count} findings {what} were left out")));
        }
    }
    let left_out = all - review.findings.len();
    review.left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
    review.left_out = u32::try_from(unchanged + elsewhere + lost).unwrap_or(u32::MAX);
    let nothing_fits = all > 0 && elsewhere + lost == all;
    if review.is_complete() && (nothing_fits || lost > 0) {
        review.completeness = Completeness::Truncated;
        review.incomplete_reason = Some(if nothing_fits {
            format!("none of its {all} findings names a file of the change")
        } else {
            format!("{lost} of its {all} findings name files outside of the repository")
        });
    }
}

/// `[]` or `{}`.
fn is_empty_report(output: &[u8]) -> bool {
    let said: Vec<u8> = output.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(3).collect();
    said == b"[]" || said == b"{}"
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

/// What a finding of a tool speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// Lines that the change added, a file that is new, a changed file as a whole, or the change as a whole.
    Change,
    UnchangedLines,
    OtherFile,
    OutsideOfTree,
}

fn about(finding: &RawFinding, change: &ChangeSet) -> About {
    let Some(place) = finding.locations.first() else { return About::Change };
    match change.file(&place.path) {
        Some(file) if touches(file, place) => About::Change,
        Some(_) => About::UnchangedLines,
        None if is_outside(&place.path) => About::OutsideOfTree,
        None => About::OtherFile,
    }
}

/// Whether a path starts at a root, at a drive, or above the repository.
fn is_outside(path: &str) -> bool {
    path.starts_with(['/', '<']) || path.starts_with("../") || path.get(1..3) == Some(":/")
}

fn touches(file: &ChangedFile, place: &Location) -> bool {
    if file.status == FileStatus::Added {
        return true;
    }
    // Without a line, a message is about the file: it could not be parsed, or a rule speaks of all of it.
    let Some(lines) = place.range() else { return true };
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
