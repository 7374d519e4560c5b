//! The facts of a report as a prompt, and the schema of the answer.

use std::fmt::Write as _;

use review_core::{Completeness, Report};

use crate::prompt::untrusted;

/// Standing instructions.
pub(super) const SYSTEM: &str = include_str!("../../templates/editor.md");

/// At most so many findings are told, the first ones in reading order.
const MAX_FINDINGS: usize = 40;
/// Longest text of one finding, in characters.
const MAX_BODY: usize = 800;
/// Longest line of facts, in characters.
const MAX_LINE: usize = 400;

/// JSON Schema of the answer.
pub(super) fn schema() -> String {
    let text = serde_json::json!({ "type": "string" });
    serde_json::json!({
        "type": "object",
        "properties": {
            "summary": text,
            "retro": { "type": "array", "items": {
                "type": "object",
                "properties": { "reviewer": text, "text": text },
                "required": ["reviewer", "text"],
                "additionalProperties": false,
            } },
        },
        "required": ["summary", "retro"],
        "additionalProperties": false,
    })
    .to_string()
}

/// The task, with what was wrong with the last attempt.
pub(super) fn task(report: &Report, problems: &[String]) -> String {
    let mut out = String::new();
    if !problems.is_empty() {
        let _ = write!(
            out,
            "Your last text could not be published:\n\n{}\n\nWrite it again without these.\n\n",
            untrusted("problems", &problems.join("\n"))
        );
    }
    let _ = write!(
        out,
        "Write the summary of this report, and a text on each of its reviewers.\n\n{}\n\n## Answer\n\n\
         Write one JSON object and nothing else:\n\n\
         {{\"summary\": \"one paragraph\", \"retro\": [{{\"reviewer\": \"name\", \"text\": \"one to three sentences\"}}]}}\n",
        untrusted("facts", &facts(report))
    );
    out
}

fn facts(report: &Report) -> String {
    let mut out = String::new();
    let change = &report.change;
    let (added, deleted) = change.line_counts();
    line(
        &mut out,
        "change",
        change.notes.title.as_deref().or(change.branch.as_deref()).unwrap_or("without a title"),
    );
    let size = format!(
        "{} files, {added} lines added, {deleted} deleted, {} commits, review round {}",
        change.files.len(),
        change.commits.len(),
        report.round
    );
    line(&mut out, "size", &size);
    line(&mut out, "verdict", &format!("{}: {}", report.verdict.decision, report.verdict.reason));
    line(&mut out, "summary made from the facts", &report.sections.summary);
    out.push_str("\nreviewers:\n");
    for reviewer in &report.reviewers {
        let state = match (&reviewer.completeness, &reviewer.incomplete_reason) {
            (Completeness::Complete, _) => "finished".to_owned(),
            (state, reason) => {
                format!("did not finish ({state}): {}", reason.as_deref().unwrap_or("no reason given"))
            }
        };
        let said = report.retro.reviewers.iter().find(|retro| retro.reviewer == reviewer.name);
        line(
            &mut out,
            &format!("- {}", reviewer.name),
            &format!("{state}. {}", said.map_or("", |retro| &retro.prose)),
        );
    }
    out.push_str("\nfindings, in reading order:\n");
    for finding in report.findings.iter().take(MAX_FINDINGS) {
        let place = finding.locations.first().map(|place| format!(", {place}")).unwrap_or_default();
        let who = finding.reviewers.join(", ");
        let _ = writeln!(out);
        line(
            &mut out,
            &format!("{} ({}{place}, raised by {who})", finding.id, finding.severity),
            &finding.title,
        );
        out.extend(finding.body.chars().take(MAX_BODY));
        out.push('\n');
    }
    let left = report.findings.len().saturating_sub(MAX_FINDINGS);
    if left > 0 {
        line(&mut out, "further findings that are not shown here", &left.to_string());
    }
    out
}

fn line(out: &mut String, what: &str, text: &str) {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_LINE).collect();
    let _ = writeln!(out, "{what}: {text}");
}
