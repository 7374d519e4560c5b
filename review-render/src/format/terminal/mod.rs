//! The report for a terminal: what matters first, code with its lines marked, the record in short.

mod paint;

use review_core::{
    AttributedFix, ConsolidatedFinding, FindingState, RenderOptions, Rendered, Renderer, Report, Result,
    Severity, VerdictDecision,
};

use crate::format::markdown::severities;
use crate::text::clean::{count, duration, line};
use crate::text::commands::{Spelling, disarm};
use crate::view::edit::patch_of;
use crate::view::snippet::{Snippet, snippets};
use crate::view::words::{self, identity};
use crate::view::{View, beware, change_title, warning_title};
use paint::{Paint, Style, cut, wrapped};

/// The report for a terminal: `terminal`. Options give the width and whether colour and hyperlinks are wanted; who
/// calls looks at `NO_COLOR` and at the terminal, because a renderer has no environment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal;

impl Renderer for Terminal {
    fn format(&self) -> &'static str {
        "terminal"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let paint = Paint::new(options);
        let mut out = String::new();
        head(&mut out, &view, paint);
        let folded = report.findings.iter().filter(|finding| finding.folded).count();
        for finding in report.findings.iter().filter(|finding| !finding.folded) {
            write_finding(&mut out, &view, paint, finding);
        }
        if folded > 0 {
            out.push_str(&paint.style(Style::Bold, &format!("{} of less weight", count(folded, "finding"))));
            out.push('\n');
            for finding in report.findings.iter().filter(|finding| finding.folded) {
                out.push_str(&one_line(&view, paint, finding));
            }
            out.push('\n');
        }
        record(&mut out, report, paint);
        Ok(Rendered::new(disarm(&out, Spelling::Backslash), "text/plain", "txt"))
    }
}

fn head(out: &mut String, view: &View<'_>, paint: Paint) {
    let report = view.report;
    let notes = &report.change.notes;
    let number = notes.number.map(|number| format!("#{number} ")).unwrap_or_default();
    out.push_str(&wrapped(&paint_title(&number, change_title(report)), paint.width, ""));
    let style = match report.verdict.decision {
        VerdictDecision::Merge => Style::Good,
        VerdictDecision::Rework => Style::Severity(Severity::Critical),
        _ => Style::Warning,
    };
    let verdict = line(&words::verdict(report.verdict.decision), 60);
    out.push_str(&format!("{}\n", paint.style(style, &verdict)));
    out.push_str(&wrapped(&line(&report.verdict.reason, 2_000), paint.width, "  "));
    let warnings = beware(report);
    if !warnings.is_empty() {
        out.push_str(&format!("{}\n", paint.style(Style::Warning, warning_title(report))));
        for warning in warnings {
            out.push_str(&wrapped(&format!("- {}", line(&warning, 500)), paint.width, "  "));
        }
    }
    let mut facts = vec![format!("findings: {}", severities(report))];
    facts.push(format!("round {}", report.round.max(1)));
    facts.extend(report.wall_clock_ms.map(duration));
    out.push_str(&wrapped(&facts.join(" · "), paint.width, ""));
    let reviewers: Vec<String> = report
        .reviewers
        .iter()
        .map(|reviewer| match identity(reviewer) {
            known if known.is_empty() => reviewer.name.clone(),
            known => format!("{} ({known})", reviewer.name),
        })
        .collect();
    if !reviewers.is_empty() {
        out.push_str(&wrapped(
            &line(&format!("reviewers: {}", reviewers.join(", ")), 2_000),
            paint.width,
            "",
        ));
    }
    if !report.sections.summary.trim().is_empty() {
        out.push('\n');
        out.push_str(&wrapped(&report.sections.summary, paint.width, ""));
    }
    out.push('\n');
}

fn paint_title(number: &str, title: &str) -> String {
    format!("{number}{}", line(title, 300))
}

/// `critical C1  Title`, with its place, on at most two lines.
fn one_line(view: &View<'_>, paint: Paint, finding: &ConsolidatedFinding) -> String {
    let label =
        format!("{} {}", line(&words::severity(finding.severity), 31).to_lowercase(), line(&finding.id, 20));
    let room = paint.width.saturating_sub(paint::columns(&label) + 2);
    let title = cut(&line(&finding.title, 500), room);
    let place = finding.locations.first().map(|place| {
        let text = cut(&line(&place.to_string(), 300), paint.width.saturating_sub(4));
        format!(
            "    {}\n",
            paint.link(&paint.style(Style::Dim, &text), view.links.location(place).as_deref())
        )
    });
    format!(
        "{}  {title}\n{}",
        paint.style(Style::Severity(finding.severity), &label),
        place.unwrap_or_default()
    )
}

fn write_finding(out: &mut String, view: &View<'_>, paint: Paint, finding: &ConsolidatedFinding) {
    let label =
        format!("{} {}", line(&words::severity(finding.severity), 31).to_lowercase(), line(&finding.id, 20));
    let title =
        wrapped(&line(&finding.title, 1_000), paint.width.saturating_sub(paint::columns(&label) + 2), "");
    for (index, part) in title.lines().enumerate() {
        if index == 0 {
            out.push_str(&format!(
                "{}  {}\n",
                paint.style(Style::Severity(finding.severity), &label),
                paint.style(Style::Bold, part)
            ));
        } else {
            out.push_str(&format!(
                "{}  {}\n",
                " ".repeat(paint::columns(&label)),
                paint.style(Style::Bold, part)
            ));
        }
    }
    if finding.title.trim().is_empty() {
        out.push_str(&format!("{}\n", paint.style(Style::Severity(finding.severity), &label)));
    }
    out.push_str(&wrapped(&facts(finding), paint.width, "  "));
    let shown = snippets(view.report, finding, 2, 3);
    for (index, place) in finding.locations.iter().enumerate() {
        let text = cut(&line(&place.to_string(), 300), paint.width.saturating_sub(6));
        let text = paint.link(&paint.style(Style::Dim, &text), view.links.location(place).as_deref());
        out.push_str(&format!("  --> {text}\n"));
        if let Some((_, snippet)) = shown.iter().find(|(shown, _)| *shown == index) {
            code(out, paint, snippet, finding.severity);
        }
    }
    if !finding.body.trim().is_empty() {
        out.push('\n');
        out.push_str(&wrapped(&finding.body, paint.width, "  "));
    }
    if let Some(scenario) = &finding.scenario {
        out.push_str(&wrapped(&format!("How it fails: {}", line(scenario, 2_000)), paint.width, "  "));
    }
    for fix in &finding.fixes {
        write_fix(out, view, paint, finding, fix);
    }
    if !finding.recurrences.is_empty() {
        let ids = line(&finding.recurrences.join(", "), 300);
        out.push_str(&wrapped(&format!("Same defect elsewhere: {ids}"), paint.width, "  "));
    }
    for disagreement in &finding.disagreements {
        out.push_str(&wrapped(
            &format!("Reviewers disagree: {}", line(disagreement, 1_000)),
            paint.width,
            "  ",
        ));
    }
    out.push('\n');
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

/// Code with its real line numbers; cited lines are marked by a sign, not by colour alone.
fn code(out: &mut String, paint: Paint, snippet: &Snippet<'_>, severity: Severity) {
    let digits = snippet.shown.end.to_string().len();
    let room = paint.width.saturating_sub(digits + 7);
    for (number, text, cited) in snippet.lines(snippet.at_once) {
        let text = cut(&crate::text::clean::visible(text).replace(['\n', '\t'], "    "), room);
        let gutter = format!("{number:>digits$} |");
        if cited {
            let mark = paint.style(Style::Severity(severity), &format!("> {gutter}"));
            out.push_str(&format!("  {mark} {text}\n"));
        } else {
            out.push_str(&format!("    {} {text}\n", paint.style(Style::Dim, &gutter)));
        }
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
    for part in crate::text::clean::visible(text).lines().take(60) {
        let part = cut(&part.replace('\t', "    "), paint.width.saturating_sub(4));
        let part = match part.chars().next().filter(|_| is_diff) {
            Some('+') => paint.style(Style::Good, &part),
            Some('-') => paint.style(Style::Severity(Severity::Critical), &part),
            _ => part,
        };
        out.push_str(&format!("    {part}\n"));
    }
}

/// One line for each part of the record; the other formats have them in full.
fn record(out: &mut String, report: &Report, paint: Paint) {
    let sections = &report.sections;
    let parts = [
        ("design observation", sections.design.len()),
        ("testing gap", sections.testing.len()),
        ("documentation item", sections.documentation.len()),
        ("limitation", sections.limitations.len()),
        ("unresolved remark", sections.unresolved_feedback.len()),
        ("open question", report.questions.len()),
        ("item", report.history.len()),
    ];
    let mut words: Vec<String> = Vec::new();
    for (name, number) in parts.iter().filter(|(_, number)| *number > 0) {
        let of_earlier = if *name == "item" { " of earlier rounds" } else { "" };
        words.push(format!("{}{of_earlier}", count(*number, name)));
    }
    if !words.is_empty() {
        out.push_str(&wrapped(&format!("Also: {}.", words.join(", ")), paint.width, ""));
    }
    if !report.ledger.is_empty() {
        let mut by: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for entry in &report.ledger {
            *by.entry(words::disposition(entry.disposition)).or_default() += 1;
        }
        let by: Vec<String> = by.iter().map(|(word, number)| format!("{number} {word}")).collect();
        let all = count(report.ledger.len(), "reported item");
        out.push_str(&wrapped(&line(&format!("Ledger: {all}: {}.", by.join(", ")), 2_000), paint.width, ""));
    }
    // A terminal shows the end first: what counts stands there again.
    let verdict = words::verdict(report.verdict.decision);
    let closing = format!("{verdict}: {}. Report {}", severities(report), report.id);
    out.push_str(&wrapped(&line(&closing, 300), paint.width, ""));
}
