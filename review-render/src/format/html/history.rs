//! Items of earlier rounds and where they stand, and the table in which the author answers this round.

use super::Page;
use super::finding::severity_mark;
use super::markup::Markup;
use super::prose::inline;
use super::sections::open;
use crate::text::clean::line;
use crate::view::words;

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    earlier(html, page);
    resolution(html, page);
}

/// What the author did with the items of this round, as far as that is known: the table of the Markdown report, to be
/// filled in there.
fn resolution(html: &mut Markup, page: &Page<'_>) {
    let findings = &page.report.findings;
    if findings.is_empty() {
        return;
    }
    open(html, "resolution", "Resolution");
    html.raw("<p class=\"muted\">The author answers each item in the table of the Markdown report (fixed, declined, ");
    html.raw("documented, test written, deferred); the next round reads it.</p><details><summary>Show the table</summary>");
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>Item</th><th>Title</th><th>Earlier answer</th></tr></thead><tbody>");
    for finding in findings {
        html.raw("<tr><td class=\"nowrap\">");
        page.item(html, &line(&finding.id, 20));
        html.raw("</td><td>");
        inline(html, page, &line(&finding.title, 300));
        html.raw("</td><td>");
        let answer = page.report.history.iter().find(|item| item.continued_as.as_ref() == Some(&finding.id));
        if let Some(action) = answer.and_then(|item| item.action) {
            html.text(&line(&words::action(action), 40));
        }
        html.raw("</td></tr>");
    }
    html.raw("</tbody></table></div></details></section>");
}

fn earlier(html: &mut Markup, page: &Page<'_>) {
    let history = &page.report.history;
    if history.is_empty() {
        return;
    }
    open(html, "history", "Earlier rounds");
    html.raw("<p class=\"muted\">Not being found again is not a fix: an item counts as gone only when its code is.</p>");
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th class=\"num\">Round</th><th>Item</th><th>Title</th>");
    html.raw("<th>Author’s answer</th><th>Now</th><th>Why</th></tr></thead><tbody>");
    for item in history {
        html.raw("<tr><td class=\"num\">").number(item.round).raw("</td><td class=\"nowrap\">");
        severity_mark(html, item.severity);
        html.raw(" ").text(&line(&item.item, 20)).raw("</td><td>");
        inline(html, page, &item.title);
        html.raw("</td><td>");
        if let Some(action) = item.action {
            html.raw("<strong>").text(&line(&words::action(action), 40)).raw("</strong> ");
        }
        inline(html, page, item.action_reason.as_deref().unwrap_or_default());
        html.raw("</td><td>").text(&line(&words::state(item.state), 60));
        if let Some(id) = &item.continued_as {
            html.raw(", now ");
            page.item(html, &line(id, 20));
        }
        html.raw("</td><td>");
        inline(html, page, &item.reason);
        html.raw("</td></tr>");
    }
    html.raw("</tbody></table></div></section>");
}
