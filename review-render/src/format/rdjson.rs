//! Reviewdog's diagnostic format: `rdjson` (one document) and `rdjsonl` (one diagnostic per line).
//!
//! Reviewdog refuses unknown fields, so what it has no field for (reviewers, confidence, the ledger) goes into
//! `original_output`, as text.

use review_core::{
    AttributedFix, ConsolidatedFinding, Fix, LedgerEntry, Location, Ratio, RenderOptions, Rendered, Renderer,
    Report, Result, Severity, Side,
};
use serde::Serialize;

use crate::format::comment::is_shown_as_it_is;
use crate::format::json::{compact, pretty};
use crate::format::markdown::{write_fix, write_fix_words};
use crate::text::clean::line;
use crate::text::forge::{body, code, inline};
use crate::text::linked::Alone;
use crate::view::edit::edits_of;
use crate::view::links::{is_inside, web_address};
use crate::view::recurrences;
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

/// Without columns, a range means whole lines including the last one. Columns count UTF-8 bytes, end exclusive.
#[derive(Serialize)]
struct Position {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
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
    let at_head = |place: &&Location| place.side != Some(Side::Base);
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
    let (suggestions, in_words) = fixes(view, finding, main.map(|place| place.path.as_str()));
    Ok(Diagnostic {
        message: message(view, finding, &in_words),
        location: main.map_or(Place { path: String::new(), range: None }, place),
        severity: severity(finding.severity),
        source: source(view),
        code: Code { value: rule_id(finding) },
        suggestions,
        related_locations: related
            .map(|location| Related { message: "the same issue".to_owned(), location: place(location) })
            .chain(recurrences(view.report, finding).map(|(id, location)| Related {
                message: format!("the same defect: {id}"),
                location: place(location),
            }))
            .collect(),
        original_output: compact(&extra)?,
    })
}

fn place(location: &Location) -> Place {
    Place { path: line(&location.path, 1_000), range: range(location) }
}

fn range(location: &Location) -> Option<Range> {
    let lines = location.range()?;
    let columns = location.start_column.zip(location.end_column);
    Some(Range {
        start: Position { line: lines.start, column: columns.map(|(start, _)| start) },
        end: Position { line: lines.end, column: columns.map(|(_, end)| end) },
    })
}

/// Splits fixes into those that Reviewdog can offer (a single edit of the diagnostic's file) and the others.
fn fixes<'a>(
    view: &View<'_>,
    finding: &'a ConsolidatedFinding,
    path: Option<&str>,
) -> (Vec<Suggestion>, Vec<&'a AttributedFix>) {
    let (mut suggestions, mut in_words) = (Vec::new(), Vec::new());
    for proposed in &finding.fixes {
        match suggestion(view, finding, &proposed.fix, path) {
            Some(suggestion) => {
                suggestions.push(suggestion);
                if proposed.fix.prose.is_some() {
                    in_words.push(proposed);
                }
            }
            None => in_words.push(proposed),
        }
    }
    (suggestions, in_words)
}

fn suggestion(
    view: &View<'_>,
    finding: &ConsolidatedFinding,
    fix: &Fix,
    path: Option<&str>,
) -> Option<Suggestion> {
    let suggestion = match fix.edits.as_slice() {
        [edit] => {
            let fits = edit.location.side != Some(Side::Base) && Some(edit.location.path.as_str()) == path;
            Suggestion { range: range(&edit.location).filter(|_| fits)?, text: edit.replacement.clone() }
        }
        _ => {
            let mut edits = edits_of(view.report, finding, fix)?;
            let edit = edits.pop().filter(|edit| edits.is_empty() && Some(edit.path.as_str()) == path)?;
            let place = Location::file(edit.path).with_range(edit.range);
            Suggestion { range: range(&place)?, text: edit.new.join("\n") }
        }
    };
    is_shown_as_it_is(&suggestion.text).then_some(suggestion)
}

fn message(view: &View<'_>, finding: &ConsolidatedFinding, in_words: &[&AttributedFix]) -> String {
    // Reviewdog posts it as Markdown.
    let title = inline(&line(&format!("{}: {}", finding.id, finding.title), 500));
    let mut message = format!("{title}\n\n{}", body(&finding.body, &Alone));
    if let Some(claimed) = words::claimed(finding) {
        let severity = words::severity(finding.severity).to_lowercase();
        message =
            format!("{}\n\nSeverity: {}", message.trim_end(), inline(&format!("{severity}, {claimed}")));
    }
    if !in_words.is_empty() {
        message = format!("{}\n\n", message.trim_end());
        for fix in in_words.iter().take(3) {
            if suggestion(view, finding, &fix.fix, finding.locations.first().map(|place| place.path.as_str()))
                .is_some()
            {
                write_fix_words(&mut message, view, fix);
            } else {
                write_fix(&mut message, view, finding, fix);
            }
        }
    }
    for place in finding.locations.iter().filter(|place| !is_inside(&place.path)).take(5) {
        let place = code(&place.to_string());
        message = format!(
            "{}\n\nThe reviewer named a place outside of the repository: {place}",
            message.trim_end()
        );
    }
    message.trim_end().to_owned()
}

/// Returns the rule of a finding: one of a fixed taxonomy, never one per finding.
pub(crate) fn rule_id(finding: &ConsolidatedFinding) -> String {
    match finding.category {
        Some(category) if category.is_known() => format!("deep-review/{category}"),
        _ => "deep-review/other".to_owned(),
    }
}
