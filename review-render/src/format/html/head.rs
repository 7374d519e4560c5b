//! The top of the page: what was reviewed, the verdict, warnings, and the summary, kept short enough for the first finding
//! to be on the first screen.

use review_core::{Commit, Completeness, Location, Report, ReviewerSummary, Severity, Utc, VerdictDecision};

use super::Page;
use super::finding::severity_mark;
use super::markup::Markup;
use super::prose::{inline, prose};
use crate::text::clean::{count, duration, line};
use crate::view::links::web_address;
use crate::view::placement::line_counts;
use crate::view::words::{identity, short_commit, verdict};
use crate::view::{beware, change_title, purpose, warning_title};

/// Commits shown; the rest is folded.
const MAX_COMMITS: usize = 3;

/// Longest first paragraph of a summary shown before the findings, in bytes. A longer one is folded.
const MAX_LEAD: usize = 700;

/// The title of the page.
pub(super) fn title(report: &Report) -> String {
    let number = report.change.notes.number.map(|number| format!("#{number} ")).unwrap_or_default();
    let title = line(&format!("Review of {number}{}", change_title(report)), 200);
    if title == "Review of " { "Review".to_owned() } else { title }
}

/// Masthead and verdict.
pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    let notes = &report.change.notes;
    html.raw("<header class=\"masthead\"><div class=\"wrap\"><p class=\"eyebrow\">Code review");
    if let Some(name) = &report.change.repository.name {
        html.raw(" · ").link(page.view.links.repository(), "", &line(name, 200));
    }
    if report.round > 1 {
        html.raw(" · round ").number(report.round);
    }
    html.raw("</p><h1>");
    if let Some(number) = notes.number {
        let url = notes.url.as_deref().and_then(web_address).or_else(|| page.view.links.change(number));
        html.link(url.as_deref(), "number", &format!("#{number}")).raw(" ");
    }
    let title = change_title(report);
    inline(html, page, if title.trim().is_empty() { "Untitled change" } else { title });
    html.raw("</h1>");
    html.raw("<p class=\"short\">").text(&line(&short_facts(report).join(" · "), 400)).raw("</p>");
    verdict_line(html, page);
    warned(html, report);
    html.raw("</div></header>");
}

/// Returns what most readers want to know about a change, for one line.
fn short_facts(report: &Report) -> Vec<String> {
    let change = &report.change;
    let mut facts: Vec<String> = Vec::new();
    facts.extend(change.notes.author.as_ref().map(|author| format!("by {author}")));
    facts.extend(change.notes.state.clone());
    let (added, deleted) = line_counts(report);
    let files = change.files.len().max(report.hunks.len());
    if files > 0 {
        facts.push(format!("{}, +{added} −{deleted}", count(files, "file")));
    }
    facts.extend(report.started_ms.map(|ms| Utc::from_millis(ms).minutes().to_string()));
    let names: Vec<&str> = report.reviewers.iter().map(|reviewer| reviewer.name.as_str()).collect();
    if !names.is_empty() {
        facts.push(names.join(", "));
    }
    facts.retain(|fact| !fact.trim().is_empty());
    facts
}

fn verdict_line(html: &mut Markup, page: &Page<'_>) {
    let verdict_of = &page.report.verdict;
    let (class, sign) = match verdict_of.decision {
        VerdictDecision::Merge => ("verdict good", "✓"),
        VerdictDecision::MergeWithFixes => ("verdict important", "▲"),
        VerdictDecision::Rework => ("verdict critical", "◆"),
        _ => ("verdict unknown", "?"),
    };
    html.open("div", &[("class", class)]).raw("<p class=\"decision\"><span aria-hidden=\"true\">").text(sign);
    html.raw("</span> <strong>").text(&verdict(verdict_of.decision)).raw("</strong></p><p>");
    inline(html, page, &verdict_of.reason);
    html.raw("</p>");
    // How much there is belongs to the first thing that a reader sees.
    counts(html, page.report);
    html.raw("</div>");
}

fn warned(html: &mut Markup, report: &Report) {
    let warnings = beware(report);
    if warnings.is_empty() {
        return;
    }
    html.raw("<div class=\"warning\" role=\"note\"><p><strong>")
        .text(warning_title(report))
        .raw(".</strong></p><ul>");
    for warning in warnings {
        html.element("li", &[], &line(&warning, 500));
    }
    html.raw("</ul></div>");
}

/// Writes everything known about the change and the run, folded.
fn facts(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    let change = &report.change;
    html.raw("<details class=\"about\"><summary>Commits, reviewers, run</summary><dl class=\"facts\">");
    let row = |html: &mut Markup, name: &'static str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            html.raw("<div><dt>").raw(name).raw("</dt><dd>").text(&line(&value, 300)).raw("</dd></div>");
        }
    };
    row(html, "Author", change.notes.author.clone());
    row(html, "State", change.notes.state.clone());
    row(html, "Branch", change.branch.clone());
    row(html, "Reviewed", report.started_ms.map(|ms| format!("{} UTC", Utc::from_millis(ms).minutes())));
    row(html, "Took", report.wall_clock_ms.map(duration));
    let (added, deleted) = line_counts(report);
    let files = change.files.len().max(report.hunks.len());
    row(html, "Change", (files > 0).then(|| format!("{}, +{added} −{deleted}", count(files, "file"))));
    commits(html, page);
    reviewers(html, &report.reviewers);
    row(html, "Report", Some(report.id.clone()));
    html.raw("</dl></details>");
}

fn commits(html: &mut Markup, page: &Page<'_>) {
    let commits = &page.report.change.commits;
    let head = page.report.change.head.as_deref();
    if commits.is_empty() && head.is_none() {
        return;
    }
    html.raw("<div class=\"wide\"><dt>Commits</dt><dd><ul class=\"plain\">");
    if let (true, Some(head)) = (commits.is_empty(), head) {
        html.raw("<li>");
        html.link(page.view.links.commit(head).as_deref(), "sha", short_commit(head)).raw("</li>");
    }
    let (first, rest) = commits.split_at_checked(MAX_COMMITS).unwrap_or((commits, &[]));
    first.iter().for_each(|commit| write_commit(html, page, commit));
    html.raw("</ul>");
    if !rest.is_empty() {
        html.raw("<details><summary>")
            .text(&format!("{} more", rest.len()))
            .raw("</summary><ul class=\"plain\">");
        rest.iter().take(500).for_each(|commit| write_commit(html, page, commit));
        html.raw("</ul></details>");
    }
    html.raw("</dd></div>");
}

fn write_commit(html: &mut Markup, page: &Page<'_>, commit: &Commit) {
    html.raw("<li>");
    let url = page.view.links.commit(&commit.id);
    html.link(url.as_deref(), "sha", short_commit(&line(&commit.id, 64))).raw(" ");
    inline(html, page, &line(&commit.subject, 200));
    html.raw("</li>");
}

fn reviewers(html: &mut Markup, reviewers: &[ReviewerSummary]) {
    if reviewers.is_empty() {
        return;
    }
    html.raw("<div class=\"wide\"><dt>Reviewers</dt><dd><ul class=\"plain\">");
    for reviewer in reviewers {
        html.raw("<li><strong>").text(&line(&reviewer.name, 100)).raw("</strong>");
        let known = identity(reviewer);
        if !known.is_empty() {
            html.raw(" <span class=\"muted\">").text(&line(&known, 200)).raw("</span>");
        }
        if reviewer.completeness != Completeness::Complete {
            html.raw(" <span class=\"tag warn\">").text(reviewer.completeness.as_str()).raw("</span>");
        }
        html.raw("</li>");
    }
    html.raw("</ul></dd></div>");
}

/// Writes what the change does and how it stands; longer text is folded.
pub(super) fn summary(html: &mut Markup, page: &Page<'_>) {
    html.raw("<section id=\"summary\" class=\"lead\" aria-labelledby=\"h-summary\">");
    html.raw("<h2 id=\"h-summary\" class=\"vh\">Summary</h2>");
    if let Some(purpose) = purpose(page.report) {
        html.raw("<p class=\"purpose\">");
        inline(html, page, &purpose);
        html.raw("</p>");
    }
    let text = page.report.sections.summary.trim();
    let (first, rest) = match text.split_once("\n\n") {
        Some((first, rest)) if first.len() <= MAX_LEAD => (first, rest),
        None if text.len() <= MAX_LEAD => (text, ""),
        _ => ("", text),
    };
    prose(html, page, first);
    if !rest.trim().is_empty() {
        html.raw("<details class=\"more\"><summary>");
        html.raw(if first.is_empty() { "Summary" } else { "The rest of the summary" }).raw("</summary>");
        prose(html, page, rest);
        html.raw("</details>");
    }
    if let Some(by) = &page.report.sections.summary_by {
        html.raw("<p class=\"muted small\">Written by ")
            .text(&line(by, 100))
            .raw(", checked against the facts.</p>");
    }
    description(html, page);
    facts(html, page);
    html.raw("</section>");
}

/// Writes the author's description and the discussion so far.
fn description(html: &mut Markup, page: &Page<'_>) {
    let notes = &page.report.change.notes;
    let text = notes.description.as_deref().unwrap_or_default();
    if text.trim().is_empty() && notes.discussion.is_empty() {
        return;
    }
    html.raw("<details class=\"more\"><summary>What the author wrote, and the discussion</summary>");
    prose(html, page, text);
    for remark in notes.discussion.iter().take(200) {
        html.raw("<h3>").text(&line(&remark.author, 100));
        if let Some(path) = &remark.path {
            let place =
                remark.line.map_or_else(|| Location::file(path), |number| Location::line(path, number));
            html.raw(" <span class=\"muted small\">on ");
            html.link(page.view.links.location(&place).as_deref(), "path", &line(&place.to_string(), 300));
            html.raw("</span>");
        }
        html.raw("</h3>");
        prose(html, page, &remark.text);
    }
    html.raw("</details>");
}

fn counts(html: &mut Markup, report: &Report) {
    html.raw("<ul class=\"counts\">");
    if report.findings.is_empty() {
        html.raw("<li>no findings</li>");
    }
    for severity in Severity::ALL {
        let number = report.of_severity(*severity).count();
        if number == 0 {
            continue;
        }
        html.raw("<li>");
        severity_mark(html, *severity);
        html.raw(" <strong>").number(number as u64).raw("</strong> ");
        html.raw(match (severity, number) {
            (Severity::Critical, _) => "critical",
            (Severity::Important, _) => "important",
            (_, 1) => "suggestion",
            (_, _) => "suggestions",
        });
        html.raw("</li>");
    }
    html.raw("</ul>");
}

/// The end of the page.
pub(super) fn foot(html: &mut Markup, page: &Page<'_>) {
    html.raw("<footer><div class=\"wrap muted small\"><p>Report ").text(&line(&page.report.id, 200));
    html.raw(". Everything a reviewer said is accounted for in the <a href=\"#ledger\">ledger</a>. ");
    html.raw("Code is shown from the reviewed commit, not from what a model wrote.</p></div></footer>");
}
