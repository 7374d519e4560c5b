//! The top of the page: what was reviewed, the verdict, what to beware of, the findings at a glance.

use review_core::{
    Completeness, ConsolidatedFinding, FindingState, Location, Report, ReviewerSummary, Severity, Utc,
    VerdictDecision,
};

use super::Page;
use super::finding::severity_mark;
use super::markup::Markup;
use super::prose::{inline, prose};
use crate::text::clean::{count, duration, line};
use crate::view::links::web_address;
use crate::view::placement::line_counts;
use crate::view::words::{identity, percent, short_commit, state, verdict};
use crate::view::{beware, warning_title};

/// So many findings are listed at a glance; of more, the suggestions are folded.
const MAX_GLANCE: usize = 12;

/// The title of the page.
pub(super) fn title(report: &Report) -> String {
    let notes = &report.change.notes;
    let title = notes.title.as_deref().or(report.change.branch.as_deref()).unwrap_or(&report.id);
    let number = notes.number.map(|number| format!("#{number} ")).unwrap_or_default();
    let title = line(&format!("Review of {number}{title}"), 200);
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
    let title = notes.title.as_deref().or(report.change.branch.as_deref()).unwrap_or("Untitled change");
    inline(html, page, title);
    html.raw("</h1>");
    verdict_line(html, page);
    warned(html, report);
    facts(html, page);
    html.raw("</div></header>");
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

fn facts(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    let change = &report.change;
    html.raw("<dl class=\"facts\">");
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
    html.raw("</dl>");
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
    for commit in commits.iter().take(30) {
        html.raw("<li>");
        let url = page.view.links.commit(&commit.id);
        html.link(url.as_deref(), "sha", short_commit(&line(&commit.id, 64))).raw(" ");
        inline(html, page, &line(&commit.subject, 200));
        html.raw("</li>");
    }
    if commits.len() > 30 {
        html.raw("<li>").text(&format!("and {} more", commits.len() - 30)).raw("</li>");
    }
    html.raw("</ul></dd></div>");
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

/// Executive summary, and the findings at a glance.
pub(super) fn summary(html: &mut Markup, page: &Page<'_>) {
    html.raw("<section id=\"summary\" aria-labelledby=\"h-summary\"><h2 id=\"h-summary\">Summary</h2>");
    prose(html, page, &page.report.sections.summary);
    if let Some(by) = &page.report.sections.summary_by {
        html.raw("<p class=\"muted small\">Written by ")
            .text(&line(by, 100))
            .raw(", held against the facts.</p>");
    }
    glance(html, page);
    description(html, page);
    html.raw("</section>");
}

/// What the author wrote, and what was said before.
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
    for severity in Severity::ALL {
        let number = report.of_severity(*severity).count();
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

fn glance(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    let open: Vec<&ConsolidatedFinding> = report.findings.iter().filter(|finding| !finding.folded).collect();
    let (first, rest): (Vec<_>, Vec<_>) = open.iter().partition(|finding| {
        open.len() <= MAX_GLANCE || finding.severity.weight() > Severity::Suggestion.weight()
    });
    rows(html, page, &first);
    if !rest.is_empty() {
        html.raw("<details class=\"more\"><summary>")
            .text(&count(rest.len(), "suggestion"))
            .raw("</summary>");
        rows(html, page, &rest);
        html.raw("</details>");
    }
    let folded = report.findings.iter().filter(|finding| finding.folded).count();
    if folded > 0 {
        html.raw("<p class=\"muted\"><a href=\"#folded\">");
        html.text(&format!("{} of less weight", count(folded, "finding"))).raw("</a></p>");
    }
}

fn rows(html: &mut Markup, page: &Page<'_>, findings: &[&ConsolidatedFinding]) {
    if findings.is_empty() {
        return;
    }
    html.raw("<ol class=\"glance\">");
    for finding in findings {
        html.raw("<li>");
        severity_mark(html, finding.severity);
        html.raw(" ");
        page.item(html, &line(&finding.id, 20));
        html.raw(" <span class=\"what\">");
        inline(html, page, &line(&finding.title, 300));
        html.raw("</span><span class=\"muted small where\">");
        if let Some(place) = finding.locations.first() {
            html.text(&line(&place.to_string(), 200)).raw(" · ");
        }
        html.text(&line(&finding.reviewers.join(", "), 200)).raw(" · ").text(&percent(finding.confidence));
        if finding.state != FindingState::New {
            html.raw(" · ").text(&line(&state(finding.state), 60));
        }
        html.raw("</span></li>");
    }
    html.raw("</ol>");
}

/// The end of the page.
pub(super) fn foot(html: &mut Markup, page: &Page<'_>) {
    html.raw("<footer><div class=\"wrap muted small\"><p>Report ").text(&line(&page.report.id, 200));
    html.raw(". Everything a reviewer said is accounted for in the <a href=\"#ledger\">ledger</a>. ");
    html.raw("Code is shown from the reviewed commit, not from what a model wrote.</p></div></footer>");
}
