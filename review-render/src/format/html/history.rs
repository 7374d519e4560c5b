//! Items of earlier rounds and where they stand.

use super::Page;
use super::finding::severity_mark;
use super::markup::Markup;
use super::prose::inline;
use super::sections::open;
use crate::text::clean::line;
use crate::view::words;

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
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
