//! Shows a review in a few lines, for tests that read like specifications.

use review_core::{Completeness, RawFinding, Review};
use review_ingest::{IngestOptions, ingest};

/// Reads a text with the default options.
pub fn read(text: &str) -> Review {
    // The word tables are built once for all texts.
    static OPTIONS: std::sync::LazyLock<IngestOptions> = std::sync::LazyLock::new(|| IngestOptions::new("a"));
    ingest(text.as_bytes(), &OPTIONS).expect("text is never refused")
}

/// One line for each finding, then what is odd.
pub fn show(text: &str) -> String {
    show_review(&read(text))
}

/// One line for each finding, then what is odd.
pub fn show_review(review: &Review) -> String {
    let mut lines: Vec<String> = review.findings.iter().map(line).collect();
    if review.completeness != Completeness::Complete {
        lines.push(format!("{}: {}", review.completeness, review.incomplete_reason.as_deref().unwrap_or("")));
    }
    for unplaced in &review.sections.unplaced {
        lines.push(format!("unplaced {}: {}", unplaced.line, unplaced.text));
    }
    assert_eq!(review.lines.typed + review.lines.unplaced, review.lines.total, "the line sums are exact");
    assert_eq!(review.sections.unplaced.len(), review.lines.unplaced as usize, "unplaced lines are listed");
    lines.join("\n")
}

fn line(finding: &RawFinding) -> String {
    let severity = finding.severity.map_or("-".to_owned(), |severity| severity.to_string());
    let kind = finding.kind.map_or("-".to_owned(), |kind| kind.to_string());
    let places: Vec<String> = finding.locations.iter().map(ToString::to_string).collect();
    let id = if finding.id.starts_with('h') && finding.id.len() == 9 { "h…" } else { &finding.id };
    let mut line = format!("{id} {severity} {kind} | {} | {}", finding.title, places.join(" "));
    if finding.withdrawn {
        line.push_str(" withdrawn");
    }
    if finding.recovered {
        line.push_str(" recovered");
    }
    line
}
