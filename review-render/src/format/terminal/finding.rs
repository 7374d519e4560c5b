//! One finding for a terminal, in short or with its code and fixes.

use review_core::{AttributedFix, ConsolidatedFinding, FindingState, Grade, Severity};

use super::paint::{self, Paint, Style, cut, wrapped};
use crate::text::clean::{count, line, visible};
use crate::view::View;
use crate::view::edit::patch_of;
use crate::view::snippet::{Snippet, snippets};
use crate::view::words;

/// Most places of one finding that are listed.
const MAX_PLACES: usize = 20;

/// Returns a finding in short form: title, main place and facts, and at most `most` lines of the explanation.
pub(super) fn in_short(view: &View<'_>, paint: Paint, finding: &ConsolidatedFinding, most: usize) -> String {
    let mut out = String::new();
    title(&mut out, paint, finding);
    let mut known: Vec<String> = words::claimed(finding).into_iter().collect();
    known.push(finding.reviewers.join(", "));
    let unchecked = finding.anchors.first().is_some_and(|anchor| anchor.grade == Grade::NotCheckable);
    let but = if unchecked { ", no code to check" } else { "" };
    known.push(format!("confidence {}{but}", words::percent(finding.confidence)));
    if finding.state != FindingState::New {
        known.push(words::state(finding.state));
    }
    known.retain(|word| !word.is_empty());
    let known = line(&known.join(" · "), 300);
    let url = finding.locations.first().and_then(|place| view.links.location(place));
    match finding.locations.first().map(|place| line(&place.to_string(), 300)) {
        Some(place) => {
            let more = finding.locations.len().saturating_sub(1);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let place = paint.link(&paint.style(Style::Dim, &place), url.as_deref());
            out.push_str(&format!("  {place}{more} · {known}\n"));
        }
        None => out.push_str(&wrapped(&known, paint.width, "  ")),
    }
    let paragraph = finding.body.trim().split("\n\n").next().unwrap_or_default();
    // Fences, tables and headings say nothing alone.
    let odd = ["```", "~~~", "|", "#", "<"].iter().any(|mark| paragraph.starts_with(mark));
    if !paragraph.is_empty() && !odd {
        let wrapped = wrapped(&line(paragraph, 2_000), paint.width.saturating_sub(2), "  ");
        let begins: Vec<&str> = wrapped.lines().take(most).collect();
        out.push_str(&begins.join("\n"));
        out.push_str(if wrapped.lines().nth(most).is_some() { " …\n" } else { "\n" });
    }
    out
}

/// Returns a finding with everything but the record behind it.
pub(super) fn in_full(view: &View<'_>, paint: Paint, finding: &ConsolidatedFinding) -> String {
    let mut out = String::new();
    title(&mut out, paint, finding);
    out.push_str(&wrapped(&facts(finding), paint.width, "  "));
    for place in finding.locations.iter().take(MAX_PLACES) {
        let text = line(&place.to_string(), 300);
        let text = paint.link(&paint.style(Style::Dim, &text), view.links.location(place).as_deref());
        out.push_str(&format!("  --> {text}\n"));
    }
    let more = finding.locations.len().saturating_sub(MAX_PLACES);
    if more > 0 {
        out.push_str(&format!("  and {}\n", count(more, "more place")));
    }
    if !finding.body.trim().is_empty() {
        out.push('\n');
        out.push_str(&wrapped(&finding.body, paint.width, "  "));
    }
    if let Some(scenario) = &finding.scenario {
        out.push_str(&wrapped(&format!("How it fails: {}", line(scenario, 2_000)), paint.width, "  "));
    }
    for (index, snippet) in snippets(view.report, finding, 2, 3) {
        out.push('\n');
        if let Some(place) = finding.locations.get(index).filter(|_| finding.locations.len() > 1) {
            out.push_str(&format!("  {}\n", paint.style(Style::Dim, &line(&place.to_string(), 300))));
        }
        code(&mut out, paint, &snippet, finding.severity);
    }
    for fix in &finding.fixes {
        write_fix(&mut out, view, paint, finding, fix);
    }
    if !finding.recurrences.is_empty() {
        let ids = line(&finding.recurrences.join(", "), 300);
        out.push_str(&wrapped(&format!("Same defect elsewhere: {ids}"), paint.width, "  "));
    }
    for disagreement in &finding.disagreements {
        let text = format!("Reviewers disagree: {}", line(disagreement, 1_000));
        out.push_str(&wrapped(&text, paint.width, "  "));
    }
    out.push('\n');
    out
}

fn title(out: &mut String, paint: Paint, finding: &ConsolidatedFinding) {
    let severity = line(&words::severity(finding.severity), 31).to_lowercase();
    let label = format!("{severity} {}", line(&finding.id, 20));
    let hang = paint::columns(&label) + 2;
    let styled = paint.style(Style::Severity(finding.severity), &label);
    let title = wrapped(&line(&finding.title, 1_000), paint.width.saturating_sub(hang), "");
    if title.trim().is_empty() {
        out.push_str(&format!("{styled}\n"));
    }
    for (index, part) in title.lines().enumerate() {
        let before = if index == 0 { format!("{styled}  ") } else { " ".repeat(hang) };
        out.push_str(&format!("{before}{}\n", paint.style(Style::Bold, part)));
    }
}

fn facts(finding: &ConsolidatedFinding) -> String {
    let mut facts: Vec<String> = words::claimed(finding).into_iter().collect();
    facts.extend(finding.kind.map(words::kind));
    facts.extend(finding.category.map(|category| category.as_str().to_owned()));
    facts.push(format!("raised by {}", finding.reviewers.join(", ")));
    facts.push(words::sureness(finding));
    if finding.state != FindingState::New {
        facts.push(words::state(finding.state));
    }
    line(&facts.join(" · "), 1_000)
}

/// Writes code with its real line numbers. Marked lines have a sign, not only a colour.
fn code(out: &mut String, paint: Paint, snippet: &Snippet<'_>, severity: Severity) {
    let digits = snippet.shown.end.to_string().len();
    let room = paint.width.saturating_sub(digits + 7);
    for (number, text, marked) in snippet.lines(snippet.at_once) {
        let text = cut(&visible(text).replace(['\n', '\t'], "    "), room);
        let gutter = format!("{number:>digits$} |");
        if marked {
            let mark = paint.style(Style::Severity(severity), &format!("> {gutter}"));
            out.push_str(format!("  {mark} {text}").trim_end());
        } else {
            out.push_str(format!("    {} {text}", paint.style(Style::Dim, &gutter)).trim_end());
        }
        out.push('\n');
    }
    if snippet.left_out() > 0 {
        out.push_str(&format!("    ({} more)\n", count(snippet.left_out() as usize, "line")));
    }
}

fn write_fix(
    out: &mut String,
    view: &View<'_>,
    paint: Paint,
    finding: &ConsolidatedFinding,
    fix: &AttributedFix,
) {
    if fix.fix.is_empty() {
        return;
    }
    let who = line(&fix.source.reviewer, 60);
    out.push_str(&format!("\n  {}\n", paint.style(Style::Bold, &format!("Fix ({who})"))));
    if let Some(prose) = &fix.fix.prose {
        out.push_str(&wrapped(prose, paint.width, "  "));
    }
    let patch = patch_of(view.report, finding, &fix.fix);
    if let Some(patch) = patch.as_ref().or(fix.fix.patch.as_ref()) {
        fix_lines(out, paint, patch, true);
        return;
    }
    if let Some(lines) = &fix.fix.suggestion {
        fix_lines(out, paint, lines, false);
    }
    for edit in fix.fix.edits.iter().take(20) {
        let (place, part) = words::edit_place(edit);
        let part = if part.is_empty() { part } else { format!(", {part}") };
        out.push_str(&wrapped(&line(&format!("{place}{part}:"), 400), paint.width, "  "));
        fix_lines(out, paint, &edit.replacement, false);
    }
}

fn fix_lines(out: &mut String, paint: Paint, text: &str, is_diff: bool) {
    for part in visible(text).lines().take(60) {
        let part = cut(&part.replace('\t', "    "), paint.width.saturating_sub(4));
        let part = match part.chars().next().filter(|_| is_diff) {
            Some('+') => paint.style(Style::Good, &part),
            Some('-') => paint.style(Style::Severity(Severity::Critical), &part),
            _ => part,
        };
        out.push_str(&format!("    {part}\n"));
    }
}
