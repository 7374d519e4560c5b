//! Reviewdog's diagnostic format: `rdjson` (one document) and `rdjsonl` (one diagnostic per line).
//!
//! Reviewdog refuses fields that it does not know, so what has no place there (reviewers, confidence, the ledger) goes
//! into `original_output`, as text.

use review_core::{
    ConsolidatedFinding, LedgerEntry, Ratio, RenderOptions, Rendered, Renderer, Report, Result, Severity,
    Side,
};
use serde::Serialize;

use crate::format::comment::suggested;
use crate::format::json::{compact, pretty};
use crate::text::clean::line;
use crate::text::forge::{body, code, inline};
use crate::text::linked::Alone;
use crate::view::links::{is_inside, web_address};
use crate::view::{View, warning_title, warnings, words};

/// Reviewdog's diagnostics as one document: `rdjson`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rdjson;

/// Reviewdog's diagnostics, one per line: `rdjsonl`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rdjsonl;

#[derive(Serialize)]
struct Output {
    source: Source,
    severity: &'static str,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Serialize)]
struct Source {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Diagnostic {
    message: String,
    location: Place,
    severity: &'static str,
    source: Source,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
    #[serde(skip_serializing_if = "String::is_empty")]
    original_output: String,
}

#[derive(Serialize)]
struct Place {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// Without a column a range means whole lines, its end included.
#[derive(Serialize)]
struct Position {
    line: u32,
}

#[derive(Serialize)]
struct Code {
    value: String,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Place,
}

/// What reviewdog has no field for.
#[derive(Serialize)]
struct Extra<'a> {
    id: &'a str,
    fingerprint: &'a str,
    reviewers: &'a [String],
    confidence: Ratio,
    evidence: Option<String>,
    state: review_core::FindingState,
    ledger: Vec<&'a LedgerEntry>,
}

impl Renderer for Rdjson {
    fn format(&self) -> &'static str {
        "rdjson"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let output = Output { source: source(&view), severity: "WARNING", diagnostics: diagnostics(&view)? };
        Ok(Rendered::new(pretty(&output)?, "application/json", "json"))
    }
}

impl Renderer for Rdjsonl {
    fn format(&self) -> &'static str {
        "rdjsonl"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let mut text = String::new();
        for diagnostic in diagnostics(&View::new(report))? {
            text.push_str(&compact(&diagnostic)?);
            text.push('\n');
        }
        Ok(Rendered::new(text, "application/jsonl", "jsonl"))
    }
}

fn source(view: &View<'_>) -> Source {
    let url = view.report.change.notes.url.as_deref().and_then(web_address);
    Source { name: "deep-review", url }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "ERROR",
        Severity::Important => "WARNING",
        _ => "INFO",
    }
}

fn diagnostics(view: &View<'_>) -> Result<Vec<Diagnostic>> {
    let mut all: Vec<Diagnostic> = Vec::new();
    // An incomplete review must not look like a clean one.
    for warning in warnings(view.report) {
        all.push(Diagnostic {
            message: inline(&format!("{}: {}", warning_title(view.report), line(&warning, 500))),
            location: Place { path: String::new(), range: None },
            severity: "WARNING",
            source: source(view),
            code: Code { value: "deep-review/incomplete".to_owned() },
            suggestions: Vec::new(),
            related_locations: Vec::new(),
            original_output: String::new(),
        });
    }
    for finding in &view.report.findings {
        all.push(diagnostic(view, finding)?);
    }
    Ok(all)
}

fn diagnostic(view: &View<'_>, finding: &ConsolidatedFinding) -> Result<Diagnostic> {
    // Reviewdog counts lines of the reviewed version.
    let at_head = |place: &&review_core::Location| place.side != Some(Side::Base);
    let inside = || finding.locations.iter().filter(at_head).filter(|place| is_inside(&place.path));
    let main = inside().next();
    let related = inside().skip(1).take(20);
    let ledger = view.report.ledger.iter().filter(|entry| entry.targets.contains(&finding.id)).collect();
    let extra = Extra {
        id: &finding.id,
        fingerprint: &finding.fingerprint,
        reviewers: &finding.reviewers,
        confidence: finding.confidence,
        evidence: finding
            .anchors
            .first()
            .map(|anchor| words::grade(anchor.grade, anchor.moved_by, anchor.candidates)),
        state: finding.state,
        ledger,
    };
    let suggestions =
        suggested(view.report, finding).filter(|edit| main.is_some_and(|place| place.path == edit.path));
    Ok(Diagnostic {
        message: message(finding),
        location: main.map_or(Place { path: String::new(), range: None }, place),
        severity: severity(finding.severity),
        source: source(view),
        code: Code { value: rule_id(finding) },
        suggestions: suggestions
            .map(|edit| Suggestion { range: lines(edit.range), text: edit.new.join("\n") })
            .into_iter()
            .collect(),
        related_locations: related
            .map(|location| Related { message: "the same issue".to_owned(), location: place(location) })
            .collect(),
        original_output: compact(&extra)?,
    })
}

fn place(location: &review_core::Location) -> Place {
    Place { path: line(&location.path, 1_000), range: location.range().map(lines) }
}

fn lines(range: review_core::LineRange) -> Range {
    Range { start: Position { line: range.start }, end: Position { line: range.end } }
}

fn message(finding: &ConsolidatedFinding) -> String {
    // Reviewdog posts it as Markdown.
    let title = inline(&line(&format!("{}: {}", finding.id, finding.title), 500));
    let mut message = format!("{title}\n\n{}", body(&finding.body, &Alone));
    for place in finding.locations.iter().filter(|place| !is_inside(&place.path)).take(5) {
        let place = code(&place.to_string());
        message = format!(
            "{}\n\nThe reviewer named a place outside of the repository: {place}",
            message.trim_end()
        );
    }
    message.trim_end().to_owned()
}

/// The rule of a finding: one of a fixed taxonomy, never one per finding.
pub(crate) fn rule_id(finding: &ConsolidatedFinding) -> String {
    match finding.category {
        Some(category) if category.is_known() => format!("deep-review/{category}"),
        _ => "deep-review/other".to_owned(),
    }
}
