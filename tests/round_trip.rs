//! What this program writes, it reads back: the same findings, severities and places, in every format that carries them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

#[path = "../review-render/tests/support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use review_core::{ConsolidatedFinding, Location, RawFinding, RenderOptions, Report, Severity};
use review_ingest::{IngestOptions, ingest};

/// Formats that carry findings, severities and places.
const FORMATS: &[&str] =
    &["json", "markdown", "markdown-comment", "sarif", "rdjson", "github", "gitlab-discussions"];

/// A finding as far as every format carries it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Essence {
    id: String,
    severity: Option<Severity>,
    title: String,
    places: BTreeSet<String>,
}

/// The words of a title: formats escape its marks in their own ways.
fn words(title: &str) -> String {
    let mut words = String::new();
    for c in title.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{2060}' | '\u{200c}' | '\u{ad}')) {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words.trim().to_owned()
}

fn place(location: &Location) -> String {
    location.to_string()
}

fn written(finding: &ConsolidatedFinding) -> Essence {
    Essence {
        id: finding.id.clone(),
        severity: Some(finding.severity),
        title: words(&finding.title),
        places: finding.locations.iter().map(place).collect(),
    }
}

fn read(finding: &RawFinding) -> Essence {
    Essence {
        id: finding.id.clone(),
        severity: finding.severity,
        title: words(&finding.title),
        places: finding.locations.iter().map(place).collect(),
    }
}

/// Formats whose size a forge bounds: of a big report, they carry a part, and say so.
const BOUNDED: &[&str] = &["markdown-comment", "github"];

/// What a report lost on its way through a format and back.
fn lost(format: &str, name: &str, report: &Report) -> Vec<String> {
    // A build without a format has nothing to read back.
    let Some(renderer) = review_render::renderer(format) else { return Vec::new() };
    let text = renderer.render(report, &RenderOptions::default()).unwrap().text;
    let review = ingest(text.as_bytes(), &IngestOptions::new("own")).unwrap();
    let mut there: Vec<Essence> =
        review.findings.iter().filter(|finding| !finding.withdrawn).map(read).collect();
    let mut wanted: Vec<Essence> = report.findings.iter().map(written).collect();
    there.sort();
    wanted.sort();
    let mut out = Vec::new();
    for finding in &wanted {
        if !there.contains(finding) {
            let like: Vec<&Essence> = there.iter().filter(|other| other.id == finding.id).collect();
            out.push(format!("{format} {name}: {finding:?} came back as {like:?}"));
        }
    }
    for finding in &there {
        if !wanted.iter().any(|other| other.id == finding.id) {
            out.push(format!("{format} {name}: made up {finding:?}"));
        }
    }
    out
}

#[test]
fn what_is_written_is_read_back() {
    let mut all = Vec::new();
    // The hostile fixture has no labels that a reader could know.
    for (name, report) in support::all().into_iter().filter(|(name, _)| *name != "hostile") {
        for format in FORMATS {
            if name == "large" && BOUNDED.contains(format) {
                continue;
            }
            let lost = lost(format, name, &report);
            if !lost.is_empty() {
                all.push(format!("{} lost, first: {}", lost.len(), lost[0]));
            }
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn a_report_without_findings_comes_back_clean_only_where_it_says_so() {
    for format in FORMATS {
        let Some(renderer) = review_render::renderer(format) else { continue };
        let text = renderer.render(&support::none(), &RenderOptions::default()).unwrap().text;
        let review = ingest(text.as_bytes(), &IngestOptions::new("own")).unwrap();
        assert!(review.findings.is_empty(), "{format}: {:?}", review.findings);
        let incomplete = renderer.render(&support::incomplete(), &RenderOptions::default()).unwrap().text;
        let review = ingest(incomplete.as_bytes(), &IngestOptions::new("own")).unwrap();
        assert!(!review.findings.is_empty(), "{format}");
    }
}
