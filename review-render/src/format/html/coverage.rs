//! Coverage: who looked at what, and what nobody read.

use review_core::{Location, Side};

use super::Page;
use super::markup::Markup;
use super::sections::{open, who};
use crate::text::clean::{count, line};

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    let coverage = &page.report.coverage;
    if coverage.files.is_empty() && coverage.unread.is_empty() {
        return;
    }
    open(html, "coverage", "Coverage");
    if !coverage.unread.is_empty() {
        html.raw("<div class=\"note warn\"><h3>Changed lines that nobody is known to have read</h3><ul>");
        for hunk in coverage.unread.iter().take(500) {
            let place = Location::lines(&hunk.path, hunk.start_line, hunk.end_line);
            html.raw("<li>");
            html.link(page.view.links.location(&place).as_deref(), "path", &line(&place.to_string(), 300));
            html.raw("</li>");
        }
        if coverage.unread.len() > 500 {
            html.raw("<li>").text(&count(coverage.unread.len() - 500, "more hunk")).raw("</li>");
        }
        html.raw("</ul></div>");
    }
    if !coverage.unknown.is_empty() {
        html.raw("<p>It is not known what these reviewers read: ")
            .text(&line(&coverage.unknown.join(", "), 500));
        html.raw(".</p>");
    }
    files(html, page);
    html.raw("</section>");
}

fn files(html: &mut Markup, page: &Page<'_>) {
    let files = &page.report.coverage.files;
    if files.is_empty() {
        return;
    }
    html.raw(
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"coverage\"><thead><tr><th>File</th><th class=\"num\">Hunks</th>",
    );
    html.raw("<th>Looked at by</th><th>Notes</th></tr></thead><tbody>");
    for file in files {
        html.raw("<tr><td>");
        let url = page.view.links.place(&file.path, None, Side::Head);
        html.link(url.as_deref(), "path", &line(&file.path, 300)).raw("</td><td class=\"num\">");
        html.number(file.hunks).raw("</td><td>");
        if file.reviewers.is_empty() {
            html.raw("<span class=\"tag warn\">nobody</span>");
        } else {
            html.text(&line(&file.reviewers.join(", "), 300));
        }
        html.raw("</td><td>");
        for note in &file.notes {
            html.raw("<div><span class=\"muted\">").text(&who(note)).raw("</span> ");
            super::prose::inline(html, page, &note.text);
            html.raw("</div>");
        }
        html.raw("</td></tr>");
    }
    html.raw("</tbody></table></div>");
}
