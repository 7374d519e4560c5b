//! The table of contents, and the filters (which need the script and are hidden without it).

use std::collections::BTreeSet;

use review_core::Severity;

use super::Page;
use super::markup::Markup;
use crate::text::clean::line;
use crate::view::words;

/// Lists the sections of the page: anchor, title, number of entries.
pub(super) fn sections(page: &Page<'_>) -> Vec<(&'static str, &'static str, usize)> {
    let report = page.report;
    let parts = &report.sections;
    let all = [
        ("findings", "Findings", report.findings.len()),
        ("design", "Design observations", parts.design.len()),
        ("testing", "Testing assessment", parts.testing.len()),
        ("documentation", "Documentation assessment", parts.documentation.len()),
        ("commits", "Commit structure", parts.commit_structure.len()),
        ("limitations", "Acknowledged limitations", parts.limitations.len()),
        ("feedback", "Unresolved feedback", parts.unresolved_feedback.len()),
        ("checks", "Checks", parts.checks.len()),
        ("coverage", "Coverage", report.coverage.files.len() + report.coverage.unread.len()),
        ("history", "Earlier rounds", report.history.len()),
        ("retro", "How the reviewers did", report.retro.reviewers.len()),
        ("process", "Review process notes", crate::view::process_notes(report).len()),
        (
            "questions",
            "Open questions",
            super::retro::answerable(report).count() + report.stale_decisions.len(),
        ),
        ("ledger", "Ledger", report.ledger.len()),
        ("appendix", "Original reviews", report.appendix.len() + parts.summaries.len()),
        ("diagnostics", "Notes on the run", report.diagnostics.len()),
    ];
    all.into_iter().filter(|(id, _, number)| *number > 0 || matches!(*id, "findings" | "ledger")).collect()
}

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    html.raw("<nav class=\"contents\" aria-label=\"Contents\"><ul><li><a href=\"#summary\">Summary</a></li>");
    for (id, title, number) in sections(page) {
        html.raw("<li>").open("a", &[("href", &format!("#{id}"))]).raw(title).raw("</a>");
        if number > 0 {
            html.raw(" <span class=\"muted small\">").number(number as u64).raw("</span>");
        }
        if id == "findings" {
            chips(html, page);
        }
        html.raw("</li>");
    }
    html.raw("</ul></nav>");
}

/// Writes the ids of the findings as links.
fn chips(html: &mut Markup, page: &Page<'_>) {
    let findings = &page.report.findings;
    if findings.is_empty() {
        return;
    }
    html.raw("<ul class=\"chips\">");
    for finding in findings.iter().take(120) {
        html.raw("<li>");
        let class = match finding.severity {
            Severity::Critical => "chip critical",
            Severity::Important => "chip important",
            _ => "chip suggestion",
        };
        let title = line(&finding.title, 120);
        if page.view.known.is_item(&finding.id) {
            let url = format!("#{}", finding.id);
            html.element("a", &[("class", class), ("href", &url), ("title", &title)], &finding.id);
        } else {
            html.element("span", &[("class", class), ("title", &title)], &line(&finding.id, 12));
        }
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// The filters of the findings.
pub(super) fn filters(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    if report.findings.len() < 2 {
        return;
    }
    html.raw("<details class=\"filterbox\" id=\"filterbox\" hidden><summary>Filter and search</summary>");
    html.raw(
        "<form class=\"filters\" id=\"filters\" aria-label=\"Filter the findings\"><p class=\"field grow\">",
    );
    html.raw(
        "<label for=\"f-text\">Search</label><input id=\"f-text\" type=\"search\" autocomplete=\"off\"></p>",
    );
    let severities: BTreeSet<Severity> = report.findings.iter().map(|finding| finding.severity).collect();
    html.raw("<fieldset><legend>Severity</legend>");
    for severity in severities.into_iter().rev() {
        html.raw("<label>");
        html.open(
            "input",
            &[("type", "checkbox"), ("name", "severity"), ("value", severity.as_str()), ("checked", "")],
        );
        html.raw(" ").text(&line(&words::severity(severity), 31)).raw("</label>");
    }
    html.raw("</fieldset>");
    let reviewers = page.reviewers.iter().map(|(name, index)| (index.to_string(), line(name, 60))).collect();
    select(html, "reviewer", "Reviewer", reviewers);
    let paths: BTreeSet<&str> =
        report.findings.iter().flat_map(|f| f.locations.iter().map(|place| place.path.as_str())).collect();
    let paths = paths.into_iter().take(500).map(|path| (line(path, 300), line(path, 120))).collect();
    select(html, "file", "File", paths);
    let states: BTreeSet<_> = report.findings.iter().map(|finding| finding.state).collect();
    let states = states.into_iter().map(|s| (s.as_str().to_owned(), line(&words::state(s), 60))).collect();
    select(html, "state", "State", states);
    html.raw("<p class=\"field\"><button type=\"reset\">Clear</button> ");
    html.raw("<button type=\"button\" data-do=\"expand\">Expand all</button></p>");
    html.raw("<p class=\"field status muted small\" role=\"status\" id=\"f-count\"></p></form></details>");
}

fn select(html: &mut Markup, name: &'static str, label: &'static str, values: Vec<(String, String)>) {
    if values.len() < 2 {
        return;
    }
    let id = format!("f-{name}");
    html.raw("<p class=\"field\">").open("label", &[("for", &id)]).raw(label).raw("</label>");
    html.open("select", &[("id", &id), ("name", name)]).raw("<option value=\"\">all</option>");
    for (value, text) in values {
        html.element("option", &[("value", &value)], &text);
    }
    html.raw("</select></p>");
}
