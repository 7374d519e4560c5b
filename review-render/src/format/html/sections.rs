//! Everything reviewers said besides their findings.

use review_core::{Remarked, ReportItem, Stance};

use super::Page;
use super::markup::Markup;
use super::prose::{inline, prose};
use crate::text::clean::line;
use crate::view::ranked;

/// Opens a section with its heading.
pub(super) fn open(html: &mut Markup, id: &'static str, title: &'static str) {
    let heading = format!("h-{id}");
    html.open("section", &[("id", id), ("aria-labelledby", &heading)]);
    html.open("h2", &[("id", &heading)]).raw(title).raw("</h2>");
}

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    let sections = &page.report.sections;
    design(html, page, &sections.design);
    items(html, page, "testing", "Testing assessment", &sections.testing);
    items(html, page, "documentation", "Documentation assessment", &sections.documentation);
    remarks(html, page, "commits", "Commit structure", &sections.commit_structure);
    items(html, page, "limitations", "Acknowledged limitations", &sections.limitations);
    items(html, page, "feedback", "Unresolved feedback", &sections.unresolved_feedback);
    checks(html, page);
}

fn design(html: &mut Markup, page: &Page<'_>, all: &[ReportItem]) {
    if all.is_empty() {
        return;
    }
    open(html, "design", "Design observations");
    let strength = |item: &&ReportItem| item.stance == Some(Stance::Strength);
    for (title, wanted) in [("Concerns", false), ("Strengths", true)] {
        if all.iter().any(|item| strength(&item) == wanted) {
            html.raw("<h3>").raw(title).raw("</h3><ul class=\"items\">");
            all.iter().filter(|item| strength(item) == wanted).for_each(|entry| item(html, page, entry));
            html.raw("</ul>");
        }
    }
    html.raw("</section>");
}

fn items(html: &mut Markup, page: &Page<'_>, id: &'static str, title: &'static str, all: &[ReportItem]) {
    if all.is_empty() {
        return;
    }
    open(html, id, title);
    html.raw("<ul class=\"items\">");
    ranked(&page.view, all).into_iter().for_each(|entry| item(html, page, entry));
    html.raw("</ul></section>");
}

fn item(html: &mut Markup, page: &Page<'_>, item: &ReportItem) {
    let anchor = page.anchor(&item.id);
    match &anchor {
        Some(anchor) => html.open("li", &[("id", anchor)]),
        None => html.raw("<li>"),
    };
    html.raw("<p class=\"itemhead\">");
    let url = anchor.as_ref().map(|anchor| format!("#{anchor}"));
    html.link(url.as_deref(), "id", &line(&item.id, 20));
    for reviewer in &item.reviewers {
        html.raw(" <span class=\"tag who\">").text(&line(reviewer, 60)).raw("</span>");
    }
    if let Some(scope) = item.scope {
        html.raw(" <span class=\"tag\">").text(&scope.as_str().replace('-', " ")).raw("</span>");
    }
    for place in item.locations.iter().take(20) {
        html.raw(" ");
        html.link(page.view.links.location(place).as_deref(), "path", &line(&place.to_string(), 300));
    }
    html.raw("</p>");
    prose(html, page, &item.text);
    html.raw("<p class=\"muted small\">");
    if !item.supports.is_empty() {
        html.raw("supports ");
        for id in &item.supports {
            page.item(html, &line(id, 20));
            html.raw(" ");
        }
        html.raw("· ");
    }
    html.raw("from ");
    page.sources(html, &item.sources);
    html.raw("</p></li>");
}

fn remarks(html: &mut Markup, page: &Page<'_>, id: &'static str, title: &'static str, all: &[Remarked]) {
    if all.is_empty() {
        return;
    }
    open(html, id, title);
    for remark in all {
        write_remark(html, page, remark);
    }
    html.raw("</section>");
}

/// Writes what one reviewer said, under its name.
pub(super) fn write_remark(html: &mut Markup, page: &Page<'_>, remark: &Remarked) {
    html.raw("<h3>").text(&who(remark)).raw("</h3>");
    prose(html, page, &remark.text);
}

/// Returns the reviewer's name, with the pass if there were several.
pub(super) fn who(remark: &Remarked) -> String {
    let pass = if remark.pass > 1 { format!(", pass {}", remark.pass) } else { String::new() };
    format!("{}{pass}", line(&remark.reviewer, 100))
}

fn checks(html: &mut Markup, page: &Page<'_>) {
    let checks = &page.report.sections.checks;
    if checks.is_empty() {
        return;
    }
    open(html, "checks", "Checks");
    html.raw("<p class=\"muted\">What reviewers say they ran. Nobody verified it.</p>");
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>Reviewer</th><th>Command</th><th>Result</th></tr></thead><tbody>");
    for check in checks {
        html.raw("<tr><td>").text(&line(&check.reviewer, 60)).raw("</td><td><code>");
        html.text(&line(&check.check.command, 500)).raw("</code></td><td>");
        html.raw(match check.check.passed {
            Some(true) => "<span class=\"sign good\">passed</span> ",
            Some(false) => "<span class=\"sign bad\">failed</span> ",
            None => "",
        });
        inline(html, page, &check.check.result);
        html.raw("</td></tr>");
    }
    html.raw("</tbody></table></div></section>");
}
