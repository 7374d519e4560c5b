//! SARIF 2.1.0 for code scanning: a fixed taxonomy of rules, fingerprints without line numbers, fixes, related locations,
//! suppressions, and the ledger in the properties of the run.

mod document;
mod fixes;
mod rules;

use review_core::{
    Completeness, ConsolidatedFinding, FindingState, Location, RenderOptions, Rendered, Renderer, Report,
    Result, Severity, Side, Utc,
};

use crate::format::json::pretty;
use crate::format::rdjson::rule_id;
use crate::text::clean::{line, visible};
use crate::text::forge::{body, code, inline};
use crate::text::linked::Alone;
use crate::view::links::{is_full_commit, is_inside, percent_encoded};
use crate::view::{View, recurrences, warnings, words};
use document::*;

/// SARIF 2.1.0: `sarif`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sarif;

/// The base id of every path, as code scanning expects it.
const ROOT: &str = "%SRCROOT%";

/// Most places of one result. Code scanning accepts a hundred.
const MAX_PLACES: usize = 50;

impl Renderer for Sarif {
    fn format(&self) -> &'static str {
        "sarif"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let rules = rules::all();
        let results = report.findings.iter().map(|finding| result(&view, finding, &rules)).collect();
        let driver = Driver {
            name: "Deep Review",
            version: env!("CARGO_PKG_VERSION"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules,
        };
        let run = Run {
            tool: Tool { driver },
            automation_details: AutomationDetails { id: "deep-review/" },
            invocations: vec![invocation(report)],
            version_control_provenance: provenance(&view),
            column_kind: "utf16CodeUnits",
            results,
            properties: RunProperties {
                report: line(&report.id, 200),
                round: report.round,
                verdict: report.verdict.decision,
                verdict_reason: visible(&report.verdict.reason),
                complete: report.is_complete(),
                reviewers: &report.reviewers,
                ledger: &report.ledger,
            },
        };
        let log = Log { schema: SCHEMA, version: "2.1.0", runs: vec![run] };
        Ok(Rendered::new(pretty(&log)?, "application/sarif+json", "sarif"))
    }
}

fn invocation(report: &Report) -> Invocation {
    let notify = |text: String| Notification { level: "error", message: Message::plain(line(&text, 1_000)) };
    let end = report.started_ms.zip(report.wall_clock_ms);
    let end = end.and_then(|(start, took)| start.checked_add(i64::try_from(took).ok()?));
    Invocation {
        execution_successful: report.reviewers.iter().all(|r| r.completeness == Completeness::Complete),
        start_time_utc: report.started_ms.filter(in_calendar).map(|ms| Utc::from_millis(ms).rfc3339()),
        end_time_utc: end.filter(in_calendar).map(|ms| Utc::from_millis(ms).rfc3339()),
        tool_execution_notifications: warnings(report).into_iter().map(notify).collect(),
    }
}

/// Whether a time has a four-digit year, which the date format requires.
fn in_calendar(millis: &i64) -> bool {
    (0..=9999).contains(&Utc::from_millis(*millis).year)
}

fn provenance(view: &View<'_>) -> Vec<VersionControl> {
    let Some(repository) = view.links.repository() else { return Vec::new() };
    let change = &view.report.change;
    vec![VersionControl {
        repository_uri: repository.to_owned(),
        revision_id: change.head.clone().filter(|id| is_full_commit(id)),
        branch: change.branch.as_deref().map(|branch| line(branch, 200)),
        mapped_to: MappedTo { uri_base_id: ROOT },
    }]
}

fn result<'a>(view: &View<'a>, finding: &'a ConsolidatedFinding, rules: &[Rule]) -> ResultObject<'a> {
    let report = view.report;
    let rule = rule_id(finding);
    let at_head = |place: &&Location| place.side != Some(Side::Base);
    let main = finding.locations.iter().find(at_head);
    let others = finding.locations.iter().filter(|place| Some(*place) != main).take(MAX_PLACES);
    ResultObject {
        rule_index: rules.iter().position(|known| known.id == rule).unwrap_or(0),
        rule_id: rule,
        level: level(finding.severity),
        message: message(finding),
        locations: vec![main.map_or_else(|| placeless(report), |main| place(report, main))],
        related_locations: related_locations(report, others, finding),
        partial_fingerprints: fingerprints(finding),
        fixes: finding.fixes.iter().filter_map(|proposed| fixes::fix(report, finding, proposed)).collect(),
        // Code scanning shows what ranks high first.
        rank: f64::from(finding.confidence.millis()) / 10.0,
        baseline_state: baseline(report, finding.state),
        suppressions: suppressions(report, finding),
        properties: ResultProperties {
            id: &finding.id,
            title: line(&finding.title, 1_000),
            severity: finding.severity,
            claimed_severity: finding.claimed_severity.as_ref(),
            recurrences: &finding.recurrences,
            kind: finding.kind,
            reviewers: &finding.reviewers,
            sources: &finding.sources,
            confidence: finding.confidence,
            evidence: finding.anchors.first().map(|anchor| anchor.grade),
            state: finding.state,
            folded: finding.folded,
            tags: finding.kind.iter().map(|kind| line(kind.as_str(), 31)).collect(),
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "error",
        Severity::Important => "warning",
        _ => "note",
    }
}

fn message(finding: &ConsolidatedFinding) -> Message {
    let title = line(&format!("{}: {}", finding.id, finding.title), 500);
    let text = visible(&finding.body);
    let cut = crate::text::clean::shorten(text.trim(), 8_000);
    let mut plain = if cut.is_empty() { title.clone() } else { format!("{title}\n\n{cut}") };
    let mut markdown = format!("**{}**\n\n{}", inline(&title), body(&finding.body, &Alone));
    if let Some(claimed) = words::claimed(finding) {
        let said = format!("{}, {claimed}", words::severity(finding.severity).to_lowercase());
        plain.push_str(&format!("\n\nSeverity: {}", line(&said, 300)));
        markdown = format!("{}\n\nSeverity: {}", markdown.trim_end(), inline(&said));
    }
    for place in finding.locations.iter().filter(|place| !is_inside(&place.path)).take(5) {
        let place = line(&place.to_string(), 300);
        plain.push_str(&format!("\n\nThe reviewer named a place outside of the repository: {place}"));
        markdown = format!(
            "{}\n\nThe reviewer named a place outside of the repository: {}",
            markdown.trim_end(),
            code(&place)
        );
    }
    // In SARIF's plain text, brackets make links and braces make placeholders: both are escaped.
    Message { text: escaped(&plain), markdown: Some(markdown.trim_end().to_owned()) }
}

/// Escapes plain text for a SARIF message, where `[` begins a link and `{` a placeholder.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | ']' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            c => out.push(c),
        }
    }
    out
}

/// Returns the location of a file. A path that leaves the repository is replaced by the root; the message names it.
fn artifact(path: &str) -> ArtifactLocation {
    let uri = if is_inside(path) { percent_encoded(path) } else { ".".to_owned() };
    ArtifactLocation { uri, uri_base_id: ROOT }
}

fn physical(report: &Report, location: &Location) -> PhysicalLocation {
    let region = fixes::region(report, location).filter(|_| is_inside(&location.path));
    PhysicalLocation { artifact_location: artifact(&location.path), region }
}

fn place(report: &Report, location: &Location) -> Place {
    Place { id: None, physical_location: physical(report, location), message: None }
}

/// Returns the other places of the finding and the main places of the same defect elsewhere.
fn related_locations<'a>(
    report: &Report,
    others: impl Iterator<Item = &'a Location>,
    finding: &ConsolidatedFinding,
) -> Vec<Place> {
    let own = others.map(|place| {
        let in_base = place.side == Some(Side::Base);
        (if in_base { "the same issue, in the base".to_owned() } else { "the same issue".to_owned() }, place)
    });
    let elsewhere = recurrences(report, finding).map(|(id, place)| (format!("the same defect: {id}"), place));
    let all = own.chain(elsewhere).enumerate().map(|(index, (text, location))| Place {
        id: Some(index + 1),
        physical_location: physical(report, location),
        message: Some(Message::plain(escaped(&line(&text, 60)))),
    });
    all.collect()
}

/// Returns a place for a finding without one, which code scanning would refuse: the first changed file.
fn placeless(report: &Report) -> Place {
    let path = report.change.files.first().map(|file| file.path.as_str()).filter(|path| !path.is_empty());
    place(report, &Location::file(path.unwrap_or(".")))
}

fn fingerprints(finding: &ConsolidatedFinding) -> Fingerprints {
    let identity = if finding.fingerprint.is_empty() { &finding.title } else { &finding.fingerprint };
    let hash = review_core::fingerprint::content_hash(&[identity], 16);
    Fingerprints { primary_location_line_hash: format!("{hash}:1"), deep_review: line(identity, 200) }
}

fn baseline(report: &Report, state: FindingState) -> Option<&'static str> {
    (report.round > 1).then_some(match state {
        FindingState::New => "new",
        FindingState::CodeChanged => "updated",
        FindingState::CodeGone | FindingState::FixedAndVerified => "absent",
        _ => "unchanged",
    })
}

fn suppressions(report: &Report, finding: &ConsolidatedFinding) -> Vec<Suppression> {
    if finding.state != FindingState::Declined {
        return Vec::new();
    }
    let reason = report.history.iter().find(|item| item.continued_as.as_deref() == Some(&finding.id));
    let reason = reason.and_then(|item| item.action_reason.as_deref()).unwrap_or("declined by the author");
    vec![Suppression { kind: "external", status: "accepted", justification: line(reason, 500) }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_has_no_links_and_no_placeholders() {
        assert_eq!(escaped("see [x](y) {0}"), "see \\[x\\](y) {{0}}");
    }
}
