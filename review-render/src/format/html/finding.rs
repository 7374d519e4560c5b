//! The findings: one card each.

use review_core::{Anchor, ConsolidatedFinding, FindingState, Grade, Location, Severity, Side};

use super::Page;
use super::code::write_snippet;
use super::fix::write_fix;
use super::markup::Markup;
use super::prose::{inline, prose};
use crate::text::clean::{count, line};
use crate::view::snippet::snippets;
use crate::view::words;

/// Most places of one finding whose code is shown.
const MAX_SNIPPETS: usize = 6;

/// Most places listed before the explanation.
const MAX_PLACES: usize = 20;

/// Lines of context around the cited ones.
const CONTEXT: u32 = 3;

/// Writes the symbol of a severity: distinct without colour, and with a label for screen readers.
pub(super) fn severity_mark(html: &mut Markup, severity: Severity) {
    html.raw(match severity {
        Severity::Critical => "<span class=\"mark critical\" role=\"img\" aria-label=\"critical\">◆</span>",
        Severity::Important => {
            "<span class=\"mark important\" role=\"img\" aria-label=\"important\">▲</span>"
        }
        Severity::Suggestion => {
            "<span class=\"mark suggestion\" role=\"img\" aria-label=\"suggestion\">●</span>"
        }
        _ => "<span class=\"mark suggestion\" role=\"img\" aria-label=\"other severity\">○</span>",
    });
}

fn class_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "finding critical",
        Severity::Important => "finding important",
        _ => "finding suggestion",
    }
}

pub(super) fn write_all(html: &mut Markup, page: &Page<'_>) {
    html.raw("<section id=\"findings\" aria-labelledby=\"h-findings\"><h2 id=\"h-findings\">Findings</h2>");
    super::nav::filters(html, page);
    let findings = &page.report.findings;
    if findings.is_empty() {
        html.raw("<p class=\"empty\">No findings were published. What reviewers reported and why it is not here is in ");
        html.raw("the <a href=\"#ledger\">ledger</a>.</p>");
    }
    let mut heading = "";
    for finding in findings.iter().filter(|finding| !finding.folded) {
        let next = words::severity_heading(finding.severity);
        if next != heading {
            html.raw("<h3 class=\"group\">").raw(next).raw("</h3>");
            heading = next;
        }
        write(html, page, finding);
    }
    let folded = findings.iter().filter(|finding| finding.folded).count();
    if folded > 0 {
        html.raw("<details id=\"folded\" class=\"folded\"><summary><h3>");
        html.text(&format!("{} of less weight", count(folded, "finding"))).raw("</h3></summary>");
        for finding in findings.iter().filter(|finding| finding.folded) {
            write(html, page, finding);
        }
        html.raw("</details>");
    }
    if !findings.is_empty() {
        html.raw("<p id=\"resolution\" class=\"muted small\">The author answers each finding in the table of the Markdown ");
        html.raw(
            "report: fixed, declined, documented, test written or deferred. The next round reads it.</p>",
        );
    }
    html.raw("</section>");
}

fn write(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    let anchor = page.anchor(&finding.id);
    let reviewers: Vec<String> = finding
        .reviewers
        .iter()
        .filter_map(|name| page.reviewers.get(name.as_str()))
        .map(usize::to_string)
        .collect();
    let files: Vec<String> = finding.locations.iter().take(100).map(|place| line(&place.path, 300)).collect();
    let (reviewers, files) = (reviewers.join(" "), files.join("\n"));
    let mut attributes = vec![
        ("class", class_of(finding.severity)),
        ("data-severity", finding.severity.as_str()),
        ("data-reviewers", &reviewers),
        ("data-files", &files),
        ("data-state", finding.state.as_str()),
        ("tabindex", "-1"),
    ];
    if let Some(anchor) = &anchor {
        attributes.push(("id", anchor));
    }
    html.open("article", &attributes).raw("<header><h4>");
    severity_mark(html, finding.severity);
    html.raw(" ");
    let id = line(&finding.id, 20);
    let url = anchor.as_ref().map(|anchor| format!("#{anchor}"));
    html.link(url.as_deref(), "id", &id).raw(" ");
    inline(html, page, &finding.title);
    html.raw("</h4>");
    facts(html, page, finding);
    html.raw("</header>");
    places(html, page, finding);
    prose(html, page, &finding.body);
    if let Some(scenario) = finding.scenario.as_deref().filter(|text| !text.trim().is_empty()) {
        html.raw("<div class=\"note\"><h5>How it fails</h5>");
        prose(html, page, scenario);
        html.raw("</div>");
    }
    excerpts(html, page, finding);
    for fix in &finding.fixes {
        write_fix(html, page, finding, fix);
    }
    recurrences(html, page, finding);
    disagreements(html, page, finding);
    provenance(html, page, finding);
    html.raw("</article>");
}

fn facts(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    html.raw("<ul class=\"tags\">");
    html.raw("<li class=\"tag strong\">").text(&line(&words::severity(finding.severity), 31)).raw("</li>");
    if let Some(claimed) = words::claimed(finding) {
        html.raw("<li class=\"tag warn\">").text(&line(&claimed, 200)).raw("</li>");
    }
    if let Some(kind) = finding.kind {
        html.raw("<li class=\"tag\">").text(&line(&words::kind(kind), 31)).raw("</li>");
    }
    if let Some(category) = finding.category {
        html.raw("<li class=\"tag\">").text(category.as_str()).raw("</li>");
    }
    for reviewer in &finding.reviewers {
        html.raw("<li class=\"tag who\">").text(&line(reviewer, 60)).raw("</li>");
    }
    html.raw("<li class=\"tag plain\" title=\"How sure it is that this is a real issue\">");
    confidence(html, finding.confidence.millis());
    html.raw("confidence ").text(&words::percent(finding.confidence)).raw("</li>");
    if let Some(anchor) = finding.anchors.first() {
        html.raw("<li class=\"tag plain\">");
        if anchor.grade == Grade::NotCheckable {
            html.raw("<span class=\"sign\" aria-hidden=\"true\">?</span> on reviewers’ word: no quoted code to check");
        } else {
            grade(html, anchor);
        }
        html.raw("</li>");
    }
    if finding.state != FindingState::New {
        html.raw("<li class=\"tag state\">").text(&line(&words::state(finding.state), 60)).raw("</li>");
    }
    if !finding.disagreements.is_empty() {
        html.raw("<li class=\"tag warn\">reviewers disagree</li>");
    }
    let introduced = finding.anchors.iter().find_map(|anchor| anchor.introduced_by.as_deref());
    if let Some(commit) = introduced {
        html.raw("<li class=\"tag plain\">since ");
        let short = line(words::short_commit(commit), 64);
        html.link(page.view.links.commit(commit).as_deref(), "sha", &short).raw("</li>");
    }
    html.raw("</ul>");
}

/// Writes a bar of five steps, shown next to the number.
fn confidence(html: &mut Markup, millis: u16) {
    html.raw(match millis {
        0..200 => "<span class=\"steps\" aria-hidden=\"true\">▮▯▯▯▯</span> ",
        200..400 => "<span class=\"steps\" aria-hidden=\"true\">▮▮▯▯▯</span> ",
        400..600 => "<span class=\"steps\" aria-hidden=\"true\">▮▮▮▯▯</span> ",
        600..800 => "<span class=\"steps\" aria-hidden=\"true\">▮▮▮▮▯</span> ",
        _ => "<span class=\"steps\" aria-hidden=\"true\">▮▮▮▮▮</span> ",
    });
}

/// Writes how well a citation holds: a symbol and words.
pub(super) fn grade(html: &mut Markup, anchor: &Anchor) {
    html.raw(match words::grade_strength(anchor.grade) {
        3 => "<span class=\"sign good\" aria-hidden=\"true\">✓</span> ",
        2 => "<span class=\"sign\" aria-hidden=\"true\">≈</span> ",
        1 => "<span class=\"sign\" aria-hidden=\"true\">?</span> ",
        _ => "<span class=\"sign bad\" aria-hidden=\"true\">✗</span> ",
    });
    html.text(&line(&words::grade(anchor.grade, anchor.moved_by, anchor.candidates), 60));
}

/// Writes all places, before the explanation.
fn places(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    if finding.locations.is_empty() {
        return;
    }
    html.raw("<p class=\"place\">");
    for (index, place) in finding.locations.iter().take(MAX_PLACES).enumerate() {
        if index > 0 {
            html.raw(", ");
        }
        write_place(html, page, place);
    }
    let more = finding.locations.len().saturating_sub(MAX_PLACES);
    if more > 0 {
        html.raw(" and ").text(&count(more, "more place"));
    }
    html.raw("</p>");
}

fn write_place(html: &mut Markup, page: &Page<'_>, place: &Location) {
    html.link(page.view.links.location(place).as_deref(), "path", &line(&place.to_string(), 400));
    if place.side == Some(Side::Base) {
        html.raw(" <span class=\"muted small\">in the base</span>");
    }
}

/// Writes the code of the places, after the explanation.
fn excerpts(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    let shown = snippets(page.report, finding, CONTEXT, MAX_SNIPPETS);
    for (index, snippet) in &shown {
        let Some(place) = finding.locations.get(*index) else { continue };
        html.raw("<div class=\"excerpt\">");
        // One place is named above.
        if finding.locations.len() > 1 {
            html.raw("<p class=\"place\">");
            write_place(html, page, place);
            html.raw("</p>");
        }
        write_snippet(html, page, place, snippet);
        html.raw("</div>");
    }
}

fn recurrences(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    if finding.recurrences.is_empty() {
        return;
    }
    html.raw("<p class=\"elsewhere\">Same defect elsewhere: ");
    for (index, id) in finding.recurrences.iter().take(100).enumerate() {
        if index > 0 {
            html.raw(", ");
        }
        page.item(html, &line(id, 20));
    }
    html.raw("</p>");
}

fn disagreements(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    if finding.disagreements.is_empty() {
        return;
    }
    html.raw("<div class=\"note warn\"><h5>Reviewers disagree</h5><ul>");
    for disagreement in &finding.disagreements {
        html.raw("<li>");
        inline(html, page, disagreement);
        html.raw("</li>");
    }
    html.raw("</ul></div>");
}

/// Links the finding to everything it was made from.
fn provenance(html: &mut Markup, page: &Page<'_>, finding: &ConsolidatedFinding) {
    html.raw("<details class=\"why\"><summary>Why it is published this way</summary>");
    if !finding.reasons.is_empty() {
        html.raw("<ul>");
        for reason in &finding.reasons {
            html.raw("<li><span class=\"muted\">").text(&line(&reason.stage, 40)).raw("</span> ");
            inline(html, page, &reason.text);
            html.raw("</li>");
        }
        html.raw("</ul>");
    }
    if finding.anchors.len() > 1 {
        html.raw("<h5>Citations</h5><ul>");
        for anchor in &finding.anchors {
            html.raw("<li>");
            let place = anchor.location();
            html.link(page.view.links.location(&place).as_deref(), "path", &line(&place.to_string(), 300))
                .raw(" ");
            grade(html, anchor);
            if let Some(source) = &anchor.source {
                html.raw(" <span class=\"muted\">").text(&line(&source.to_string(), 100)).raw("</span>");
            }
            html.raw("</li>");
        }
        html.raw("</ul>");
    }
    html.raw("<p>Made from ");
    page.sources(html, &finding.sources);
    html.raw("; worded by ");
    page.sources(html, std::slice::from_ref(&finding.representative));
    html.raw(".</p>");
    if !finding.fingerprint.is_empty() {
        html.raw("<p class=\"muted small\">").text(&line(&finding.fingerprint, 100)).raw("</p>");
    }
    if !finding.extensions.is_empty() {
        html.raw("<dl class=\"extra\">");
        for (name, value) in finding.extensions.iter().take(40) {
            let value = crate::view::extra_text(value);
            html.raw("<dt>").text(&line(name, 60)).raw("</dt><dd>").text(&line(&value, 500)).raw("</dd>");
        }
        html.raw("</dl>");
    }
    html.raw("</details>");
}
