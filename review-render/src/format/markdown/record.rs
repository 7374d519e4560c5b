//! How the report was made: history, retro, ledger, questions, appendix.

use review_core::{ReviewerRetro, Severity};

use super::linked_body;
use super::sections::who;
use crate::text::clean::{count, dollars, duration};
use crate::text::fence::fenced;
use crate::text::forge::{cell, cell_code, code, inline};
use crate::view::{View, process_notes, words};

pub(super) fn write(out: &mut String, view: &View<'_>) {
    history(out, view);
    resolution(out, view);
    retro(out, view);
    process(out, view);
    questions(out, view);
    ledger(out, view);
    summaries(out, view);
    appendix(out, view);
    diagnostics(out, view);
}

fn history(out: &mut String, view: &View<'_>) {
    let history = &view.report.history;
    if history.is_empty() {
        return;
    }
    out.push_str("## Earlier rounds\n\n| round | item | title | author's answer | now | why |\n|---|---|---|---|---|---|\n");
    for item in history {
        let answer = match (item.action, item.action_reason.as_deref()) {
            (Some(action), Some(reason)) => format!("{}: {reason}", words::action(action)),
            (Some(action), None) => words::action(action),
            (None, reason) => reason.unwrap_or("none").to_owned(),
        };
        let now = match &item.continued_as {
            Some(id) => format!("{}, now {id}", words::state(item.state)),
            None => words::state(item.state),
        };
        out.push_str(&format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            item.round,
            cell(&item.item),
            cell(&item.title),
            cell(&answer),
            cell(&now),
            cell(&item.reason)
        ));
    }
    out.push('\n');
}

/// The table for the author to fill in, which is read back as a resolution document.
fn resolution(out: &mut String, view: &View<'_>) {
    if view.report.findings.is_empty() {
        return;
    }
    out.push_str("## Resolution\n\nTo be filled in by the author: fixed, declined, documented, test written, deferred.\n\n");
    out.push_str("| item | title | action | reason or commit |\n|---|---|---|---|\n");
    for finding in &view.report.findings {
        out.push_str(&format!("| {} | {} | | |\n", cell(&finding.id), cell(&finding.title)));
    }
    out.push('\n');
}

fn retro(out: &mut String, view: &View<'_>) {
    let retro = &view.report.retro;
    if retro.reviewers.is_empty() {
        return;
    }
    out.push_str("## How the reviewers did\n\n");
    for reviewer in retro.reviewers.iter().filter(|reviewer| !reviewer.prose.trim().is_empty()) {
        out.push_str(&format!(
            "**{}**\n\n{}\n\n",
            inline(&reviewer.reviewer),
            linked_body(view, &reviewer.prose)
        ));
    }
    let (differing, equal) = differing_rows(&retro.reviewers);
    if !differing.is_empty() {
        let names: Vec<String> = retro.reviewers.iter().map(|reviewer| cell(&reviewer.reviewer)).collect();
        out.push_str(&format!("| | {} |\n|---|{}\n", names.join(" | "), "---|".repeat(names.len())));
        for (name, values) in differing {
            let values: Vec<String> = values.iter().map(|value| cell(value)).collect();
            out.push_str(&format!("| {name} | {} |\n", values.join(" | ")));
        }
        out.push('\n');
    }
    if !equal.is_empty() {
        out.push_str(&format!("The same for all: {}.\n\n", inline(&equal.join(", "))));
    }
    let mut settings = 0;
    for reviewer in &view.report.reviewers {
        let setting = words::setting(reviewer);
        if !setting.is_empty() {
            out.push_str(&format!("- {}: {}\n", inline(&reviewer.name), inline(&setting)));
            settings += 1;
        }
    }
    if settings > 0 {
        out.push('\n');
    }
    if let Some(missed) = &retro.missed {
        out.push_str(&format!(
            "All of them may have missed about {} (90 % interval {} to {}): {}\n\n",
            count(missed.estimate as usize, "finding"),
            missed.low,
            missed.high,
            inline(&missed.caveat)
        ));
    }
}

type RetroRow = (&'static str, fn(&ReviewerRetro) -> String);

/// Returns the rows in which reviewers differ, and the other values in words. A single reviewer differs in all rows.
pub(crate) fn differing_rows(reviewers: &[ReviewerRetro]) -> (Vec<(&'static str, Vec<String>)>, Vec<String>) {
    let (mut differing, mut equal) = (Vec::new(), Vec::new());
    for (name, value) in retro_rows() {
        let values: Vec<String> = reviewers.iter().map(value).collect();
        let first = values.first().cloned().unwrap_or_default();
        if reviewers.len() > 1 && values.iter().all(|value| *value == first) {
            if !first.is_empty() && first != "0" {
                equal.push(format!("{} {first}", name.to_lowercase()));
            }
        } else if values.iter().any(|value| !value.is_empty() && value != "0") {
            differing.push((name, values));
        }
    }
    (differing, equal)
}

/// The rows of the summary table.
fn retro_rows() -> Vec<RetroRow> {
    fn optional<T: ToString>(value: Option<T>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
    vec![
        ("Critical", |r| r.critical.to_string()),
        ("Important", |r| r.important.to_string()),
        ("Suggestions", |r| r.suggestions.to_string()),
        ("Design observations", |r| r.design.to_string()),
        ("Published", |r| r.published.to_string()),
        ("Raised by nobody else", |r| r.unique.to_string()),
        ("False positives", |r| r.false_positives.to_string()),
        ("Downgraded", |r| r.downgraded.to_string()),
        ("Upgraded", |r| r.upgraded.to_string()),
        ("Dropped", |r| r.dropped.to_string()),
        ("Moved to another section", |r| r.rerouted.to_string()),
        ("Suppressed", |r| r.suppressed.to_string()),
        ("Files reviewed", |r| r.files_reviewed.to_string()),
        ("Coverage misses", |r| optional(r.coverage_misses)),
        ("Checks", |r| r.checks.to_string()),
        ("Tool calls", |r| {
            let calls: Vec<String> = r.tool_calls.iter().map(|t| format!("{} {}", t.calls, t.tool)).collect();
            calls.join(", ")
        }),
        ("Time", |r| r.duration_ms.map(duration).unwrap_or_default()),
        ("Input tokens", |r| r.usage.input_tokens.map(words::thousands).unwrap_or_default()),
        ("Output tokens", |r| r.usage.output_tokens.map(words::thousands).unwrap_or_default()),
        ("Cost in USD", |r| r.usage.cost_micro_usd.map(dollars).unwrap_or_default()),
        ("Cost per published finding in USD", |r| {
            r.cost_per_published_micro_usd.map(dollars).unwrap_or_default()
        }),
        ("Lost without it", |r| r.lost_without.join(", ")),
    ]
}

fn process(out: &mut String, view: &View<'_>) {
    let notes = process_notes(view.report);
    if notes.is_empty() {
        return;
    }
    out.push_str("## Review process notes\n\n");
    for (title, text) in notes {
        out.push_str(&format!("### {title}\n\n{}\n\n", linked_body(view, text)));
    }
}

fn questions(out: &mut String, view: &View<'_>) {
    let report = view.report;
    if report.questions.is_empty() && report.stale_decisions.is_empty() {
        return;
    }
    out.push_str("## Open questions\n\n");
    for question in &report.questions {
        let about: Vec<String> = question.subjects.iter().map(|subject| code(&subject.to_string())).collect();
        // The lines after the first one are material for whoever answers.
        let first = question.text.lines().next().unwrap_or_default();
        let text = if first.is_empty() { question.kind.as_str() } else { first };
        out.push_str(&format!(
            "- {} about {}: {} (impact {})\n",
            code(&question.id),
            about.join(", "),
            inline(text),
            words::percent(question.impact)
        ));
    }
    for stale in &report.stale_decisions {
        out.push_str(&format!(
            "- The decision on {} was not used: its question no longer occurs.\n",
            code(stale)
        ));
    }
    out.push('\n');
}

fn ledger(out: &mut String, view: &View<'_>) {
    let ledger = &view.report.ledger;
    if ledger.is_empty() {
        return;
    }
    out.push_str("## Ledger: what became of everything\n\n");
    out.push_str("| source | became | in | severity | why |\n|---|---|---|---|---|\n");
    for entry in ledger {
        let severity = match (entry.severity_from, entry.severity_to) {
            (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
            (Some(from), _) => from.to_string(),
            (None, Some(to)) => to.to_string(),
            (None, None) => String::new(),
        };
        let evidence: String = entry.evidence.iter().map(|note| format!(" {}", evidence(note))).collect();
        out.push_str(&format!(
            "| {} | {} | {} | {} | {}{} |\n",
            cell_code(&entry.source.to_string()),
            cell(&words::outcome(entry)),
            cell(&entry.targets.join(", ")),
            cell(&severity),
            cell(&entry.reason),
            evidence
        ));
    }
    out.push('\n');
}

fn evidence(note: &review_core::EvidenceNote) -> String {
    let place = match (&note.path, note.line) {
        (Some(path), Some(line)) => format!("{} ", cell_code(&format!("{path}:{line}"))),
        (Some(path), None) => format!("{} ", cell_code(path)),
        _ => String::new(),
    };
    let quote = note.quote.as_deref().map(|quote| format!(" {}", cell_code(quote))).unwrap_or_default();
    format!("{place}{}{quote}", cell(&note.text)).replace('\n', " ")
}

fn summaries(out: &mut String, view: &View<'_>) {
    let summaries = &view.report.sections.summaries;
    if summaries.is_empty() {
        return;
    }
    out.push_str("## Each reviewer’s summary\n\n");
    for summary in summaries {
        out.push_str(&format!("**{}**\n\n{}\n\n", who(summary), linked_body(view, &summary.text)));
    }
}

fn appendix(out: &mut String, view: &View<'_>) {
    let appendix = &view.report.appendix;
    if appendix.is_empty() {
        return;
    }
    out.push_str("## Appendix: the reviews as they came in\n\n");
    for original in appendix {
        let findings = count(original.findings.len(), "finding");
        out.push_str(&format!("### {}, pass {}: {findings}\n\n", inline(&original.reviewer), original.pass));
        if let Some(transcript) = &original.transcript {
            out.push_str(&format!("The whole stream: {} in the folder of the run.\n\n", code(transcript)));
        }
        for raw in &original.findings {
            let severity = raw.severity.unwrap_or(Severity::Suggestion);
            let claimed = if raw.severity.is_some() { severity.as_str() } else { "no severity" };
            out.push_str(&format!(
                "**{}. {}** ({})\n\n",
                inline(&raw.id),
                inline(&raw.title),
                inline(claimed)
            ));
            let body = linked_body(view, &raw.body);
            if !body.is_empty() {
                out.push_str(&format!("{body}\n\n"));
            }
        }
        if !original.unplaced.is_empty() {
            let lines: Vec<String> =
                original.unplaced.iter().map(|line| format!("{}: {}", line.line, line.text)).collect();
            out.push_str(&format!(
                "Lines that could not be classified:\n\n{}\n\n",
                fenced(&lines.join("\n"), "text")
            ));
        }
    }
}

fn diagnostics(out: &mut String, view: &View<'_>) {
    let diagnostics = &view.report.diagnostics;
    if diagnostics.is_empty() {
        return;
    }
    out.push_str("## Notes on the run\n\n");
    for diagnostic in diagnostics {
        let line = if diagnostic.line > 0 { format!("line {}: ", diagnostic.line) } else { String::new() };
        out.push_str(&format!("- {line}{}\n", inline(&diagnostic.message)));
    }
    out.push('\n');
}
