//! How each reviewer did, notes on the review process, open questions.

use review_core::{Question, Report};

use super::Page;
use super::markup::Markup;
use super::prose::{inline, prose};
use super::sections::open;
use crate::format::markdown::differing_rows;
use crate::text::clean::{count, line};
use crate::view::{process_notes, words};

/// Questions shown; the rest is folded.
const MAX_QUESTIONS: usize = 5;

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
    for reviewer in retro.reviewers.iter().filter(|reviewer| !reviewer.prose.trim().is_empty()) {
        html.raw("<h3>").text(&line(&reviewer.reviewer, 60)).raw("</h3>");
        prose(html, page, &reviewer.prose);
    }
    figures(html, page);
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
        html.text(&count(missed.estimate as usize, "finding"))
            .raw("</strong> (90 % interval ")
            .number(missed.low);
        html.raw(" to ").number(missed.high).raw("): ");
        inline(html, page, &missed.caveat);
        html.raw("</p></div>");
    }
    html.raw("</section>");
}

/// Writes the figures that differ between reviewers as a table, the others in a sentence.
fn figures(html: &mut Markup, page: &Page<'_>) {
    let reviewers = &page.report.retro.reviewers;
    let (differing, equal) = differing_rows(reviewers);
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"retro\"><thead><tr><td></td>");
    for reviewer in reviewers {
        html.raw("<th scope=\"col\">").text(&line(&reviewer.reviewer, 60)).raw("</th>");
    }
    html.raw("</tr></thead><tbody>");
    for (name, values) in differing {
        html.raw("<tr><th scope=\"row\">").raw(name).raw("</th>");
        for value in values {
            html.raw("<td>");
            inline(html, page, &value);
            html.raw("</td>");
        }
        html.raw("</tr>");
    }
    html.raw("</tbody></table></div>");
    if !equal.is_empty() {
        html.raw("<p class=\"muted small\">The same for all: ")
            .text(&line(&equal.join(", "), 1_000))
            .raw(".</p>");
    }
}

/// Returns the questions that a person can answer: those that are put into words.
pub(super) fn answerable(report: &Report) -> impl Iterator<Item = &Question> {
    report.questions.iter().filter(|question| !question.text.trim().is_empty())
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
    let questions: Vec<&Question> = answerable(report).collect();
    if questions.is_empty() && report.stale_decisions.is_empty() {
        return;
    }
    open(html, "questions", "Open questions");
    if !questions.is_empty() {
        html.raw("<p class=\"muted\">Answers could change the report, most of all the first. Put them in a decisions file ");
        html.raw("under the question’s id and consolidate again.</p>");
        let (first, rest) = questions.split_at_checked(MAX_QUESTIONS).unwrap_or((&questions, &[]));
        list(html, page, first);
        if !rest.is_empty() {
            html.raw("<details class=\"more\"><summary>")
                .text(&count(rest.len(), "more question"))
                .raw("</summary>");
            list(html, page, rest);
            html.raw("</details>");
        }
    }
    for stale in &report.stale_decisions {
        html.raw("<p>The decision on <code>").text(&line(stale, 60));
        html.raw("</code> was not used: its question no longer occurs.</p>");
    }
    html.raw("</section>");
}

fn list(html: &mut Markup, page: &Page<'_>, questions: &[&Question]) {
    html.raw("<ul class=\"items\">");
    for question in questions {
        html.raw("<li>");
        // The lines after the first one are material for whoever answers.
        prose(html, page, question.text.trim().lines().next().unwrap_or_default());
        html.raw("<p class=\"muted small\"><code>").text(&line(&question.id, 60)).raw("</code> · ");
        html.text(&line(&question.kind.as_str().replace('_', " "), 40)).raw(" · about ");
        page.sources(html, &question.subjects);
        html.raw(" · impact ").text(&words::percent(question.impact)).raw("</p></li>");
    }
    html.raw("</ul>");
}
