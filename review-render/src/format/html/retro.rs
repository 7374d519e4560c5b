//! How each reviewer did, notes on the review process, open questions.

use super::Page;
use super::markup::Markup;
use super::prose::{inline, prose};
use super::sections::open;
use crate::format::markdown::retro_rows;
use crate::text::clean::line;
use crate::view::{process_notes, words};

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    reviewers(html, page);
    process(html, page);
    questions(html, page);
}

fn reviewers(html: &mut Markup, page: &Page<'_>) {
    let retro = &page.report.retro;
    if retro.reviewers.is_empty() {
        return;
    }
    open(html, "retro", "How the reviewers did");
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"retro\"><thead><tr><td></td>");
    for reviewer in &retro.reviewers {
        html.raw("<th scope=\"col\">").text(&line(&reviewer.reviewer, 60)).raw("</th>");
    }
    html.raw("</tr></thead><tbody>");
    for (name, value) in retro_rows() {
        let values: Vec<String> = retro.reviewers.iter().map(value).collect();
        if values.iter().all(String::is_empty) {
            continue;
        }
        html.raw("<tr><th scope=\"row\">").raw(name).raw("</th>");
        for value in values {
            html.raw("<td>");
            inline(html, page, &value);
            html.raw("</td>");
        }
        html.raw("</tr>");
    }
    html.raw("</tbody></table></div>");
    for reviewer in retro.reviewers.iter().filter(|reviewer| !reviewer.prose.trim().is_empty()) {
        html.raw("<h3>").text(&line(&reviewer.reviewer, 60)).raw("</h3>");
        prose(html, page, &reviewer.prose);
    }
    let settings: Vec<_> =
        page.report.reviewers.iter().map(|known| (&known.name, words::setting(known))).collect();
    if settings.iter().any(|(_, setting)| !setting.is_empty()) {
        html.raw("<h3>How they were run</h3><ul class=\"items small\">");
        for (name, setting) in settings.iter().filter(|(_, setting)| !setting.is_empty()) {
            html.raw("<li><strong>").text(&line(name, 60)).raw("</strong> <span class=\"muted\">");
            html.text(setting).raw("</span></li>");
        }
        html.raw("</ul>");
    }
    if let Some(missed) = &retro.missed {
        html.raw("<div class=\"note\"><h3>What all of them may have missed</h3><p>About <strong>");
        html.number(missed.estimate).raw("</strong> findings (90 % interval ").number(missed.low).raw(" to ");
        html.number(missed.high).raw("). ");
        inline(html, page, &missed.caveat);
        html.raw("</p></div>");
    }
    html.raw("</section>");
}

fn process(html: &mut Markup, page: &Page<'_>) {
    let notes = process_notes(page.report);
    if notes.is_empty() {
        return;
    }
    open(html, "process", "Review process notes");
    for (title, text) in notes {
        html.raw("<h3>").raw(title).raw("</h3>");
        prose(html, page, text);
    }
    html.raw("</section>");
}

fn questions(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    if report.questions.is_empty() && report.stale_decisions.is_empty() {
        return;
    }
    open(html, "questions", "Open questions");
    html.raw("<p class=\"muted\">Answers to these could change the report; the first one the most.</p><ul class=\"items\">");
    for question in &report.questions {
        html.raw("<li><p class=\"itemhead\"><code>")
            .text(&line(&question.id, 60))
            .raw("</code> <span class=\"tag\">");
        html.text(&question.kind.as_str().replace('_', " "))
            .raw("</span> <span class=\"muted small\">impact ");
        html.text(&words::percent(question.impact)).raw("</span></p>");
        // The lines after the first one are material for whoever answers.
        prose(html, page, question.text.lines().next().unwrap_or_default());
        html.raw("<p class=\"muted small\">about ");
        page.sources(html, &question.subjects);
        html.raw("</p></li>");
    }
    for stale in &report.stale_decisions {
        html.raw("<li>The decision on <code>").text(&line(stale, 60));
        html.raw("</code> was not used: its question no longer occurs.</li>");
    }
    html.raw("</ul></section>");
}
