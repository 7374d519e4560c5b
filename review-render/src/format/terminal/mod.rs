//! The report for a terminal: the verdict first, code with marked lines, and an index at the end, where a terminal
//! stops scrolling. Long reports are shortened unless the options ask for everything.

mod finding;
mod paint;

use review_core::{RenderOptions, Rendered, Renderer, Report, Result, Severity, VerdictDecision};

use crate::format::markdown::severities;
use crate::text::clean::{count, duration, line};
use crate::text::commands::{Spelling, disarm};
use crate::view::words::{self, identity};
use crate::view::{View, beware, change_title, purpose, warning_title};
use paint::{Paint, Style, wrapped};

/// The report for a terminal: `terminal`. The options give the width, colour and hyperlinks, and whether to show
/// everything. The caller checks `NO_COLOR` and the terminal; a renderer does not see its environment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal;

/// Most lines of a shortened report: two screens of fifty lines.
const TWO_SCREENS: usize = 100;

impl Renderer for Terminal {
    fn format(&self) -> &'static str {
        "terminal"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let paint = Paint::new(options);
        let mut out = String::new();
        head(&mut out, &view, paint);
        let mut end = String::new();
        index(&mut end, &view, paint);
        record(&mut end, report, paint);
        let shortened = findings(&mut out, &view, paint, lines(&end), options.full);
        if shortened > 0 {
            let what =
                format!("{} in short. The option “full” shows everything.", count(shortened, "finding"));
            out.push_str(&wrapped(&what, paint.width, ""));
            out.push('\n');
        }
        out.push_str(&end);
        Ok(Rendered::new(disarm(&out, Spelling::Backslash), "text/plain", "txt"))
    }
}

fn lines(text: &str) -> usize {
    text.lines().count()
}

/// Writes the findings in reading order, each in full as long as the others still fit. Returns how many were shortened.
fn findings(out: &mut String, view: &View<'_>, paint: Paint, at_end: usize, full: bool) -> usize {
    let all = &view.report.findings;
    let mut room = TWO_SCREENS.saturating_sub(lines(out) + at_end + 3);
    let short = in_short(view, paint, room);
    let mut needed: usize = short.iter().map(|text| lines(text)).sum();
    let mut shortened = 0;
    let mut folded = false;
    for (found, short) in all.iter().zip(short) {
        if found.folded && !folded {
            let number = all.iter().filter(|finding| finding.folded).count();
            let title = format!("{} of less weight", count(number, "finding"));
            out.push_str(&format!("{}\n", paint.style(Style::Bold, &title)));
            folded = true;
        }
        needed = needed.saturating_sub(lines(&short));
        let wanted = full || (!found.folded && needed < room);
        let whole = wanted.then(|| finding::in_full(view, paint, found));
        let whole = whole.filter(|whole| full || lines(whole) + needed <= room);
        shortened += usize::from(whole.is_none());
        let text = whole.unwrap_or(short);
        room = room.saturating_sub(lines(&text));
        out.push_str(&text);
    }
    shortened
}

/// Returns all findings in short form, with as much of their explanations as fits.
fn in_short(view: &View<'_>, paint: Paint, room: usize) -> Vec<String> {
    let all = &view.report.findings;
    let with = |most| all.iter().map(|found| finding::in_short(view, paint, found, most)).collect::<Vec<_>>();
    let mut most = 4;
    loop {
        let short = with(most);
        if most == 1 || short.iter().map(|text| lines(text)).sum::<usize>() <= room {
            return short;
        }
        most -= 1;
    }
}

fn head(out: &mut String, view: &View<'_>, paint: Paint) {
    let report = view.report;
    let notes = &report.change.notes;
    let number = notes.number.map(|number| format!("#{number} ")).unwrap_or_default();
    let title = format!("{number}{}", line(change_title(report), 300));
    out.push_str(&wrapped(&title, paint.width, ""));
    if let Some(purpose) = purpose(report) {
        out.push_str(&wrapped(&purpose, paint.width, "  "));
    }
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
    let reviewers = report.reviewers.iter().map(|reviewer| match identity(reviewer) {
        known if known.is_empty() => reviewer.name.clone(),
        known => format!("{} ({known})", reviewer.name),
    });
    facts.extend(reviewers);
    out.push_str(&wrapped(&line(&facts.join(" · "), 2_000), paint.width, ""));
    if !report.sections.summary.trim().is_empty() {
        out.push('\n');
        out.push_str(&wrapped(&report.sections.summary, paint.width, ""));
    }
    out.push('\n');
}

/// Writes each finding's id and place, which is what a reader at the end of the output looks for.
fn index(out: &mut String, view: &View<'_>, paint: Paint) {
    let findings = &view.report.findings;
    if findings.len() < 2 {
        return;
    }
    let ids: Vec<String> = findings.iter().map(|finding| line(&finding.id, 20)).collect();
    let widest = ids.iter().map(|id| paint::columns(id)).max().unwrap_or(0);
    for (finding, id) in findings.iter().zip(ids) {
        let gap = " ".repeat(widest - paint::columns(&id));
        let label = paint.style(Style::Severity(finding.severity), &id);
        let place = finding.locations.first().map(|place| line(&place.to_string(), 300)).unwrap_or_default();
        let url = finding.locations.first().and_then(|place| view.links.location(place));
        out.push_str(format!("{label}{gap}  {}", paint.link(&place, url.as_deref())).trim_end());
        out.push('\n');
    }
    out.push('\n');
}

/// Writes one line for each part of the record; the other formats have all of it.
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
            *by.entry(words::outcome(entry)).or_default() += 1;
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
