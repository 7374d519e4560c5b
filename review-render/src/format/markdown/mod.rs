//! The whole report as one Markdown document, readable as plain text and on any forge.

mod finding;
mod record;
mod sections;

use review_core::{RenderOptions, Rendered, Renderer, Report, Result, Utc};

use crate::text::clean::{count, duration, line};
use crate::text::forge::{body, cell, cell_code, inline};
use crate::view::placement::line_counts;
use crate::view::words::{identity, short_commit, verdict};
use crate::view::{View, beware, change_title, purpose, warning_title};

use finding::write_finding;
pub(crate) use finding::{
    class, facts, head_line, places, severities, some_places, write_fix, write_fix_words, write_notes,
    write_words,
};
#[cfg(feature = "html")]
pub(crate) use record::differing_rows;

/// The whole report as Markdown: `markdown`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown;

impl Renderer for Markdown {
    fn format(&self) -> &'static str {
        "markdown"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let mut out = String::new();
        head(&mut out, &view);
        warned(&mut out, &view);
        let mut summary = linked_body(&view, &report.sections.summary);
        if let Some(purpose) = purpose(report) {
            summary = format!("{}\n\n{summary}", inline(&purpose));
        }
        if let Some(by) = &report.sections.summary_by {
            summary.push_str(&format!(
                "\n\n*Written by {}, checked against the facts.*",
                inline(&line(by, 100))
            ));
        }
        section(&mut out, "Summary", &summary);
        findings(&mut out, &view);
        sections::write(&mut out, &view);
        record::write(&mut out, &view);
        let text = format!("{}\n", out.trim_end());
        Ok(Rendered::new(text, "text/markdown", "md"))
    }
}

/// Writes a heading and its text, unless the text is empty.
fn section(out: &mut String, title: &str, text: &str) {
    if !text.trim().is_empty() {
        out.push_str(&format!("## {title}\n\n{}\n\n", text.trim_end()));
    }
}

/// Rewrites untrusted Markdown, with references linked to the forge.
pub(crate) fn linked_body(view: &View<'_>, text: &str) -> String {
    body(text, view)
}

/// Writes a link, or only its text if there is no address.
pub(crate) fn link(text: &str, url: Option<&str>) -> String {
    match url {
        Some(url) => format!("[{text}]({})", crate::text::linked::written(url)),
        None => text.to_owned(),
    }
}

fn head(out: &mut String, view: &View<'_>) {
    let report = view.report;
    let change = &report.change;
    let notes = &change.notes;
    out.push_str(&format!("# Review: {}\n\n| | |\n|---|---|\n", inline(change_title(report))));
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            out.push_str(&format!("| **{name}** | {value} |\n"));
        }
    };
    row(
        "Verdict",
        format!("**{}**: {}", cell(&verdict(report.verdict.decision)), cell(&report.verdict.reason)),
    );
    row("Findings", severities(report));
    if let Some(started) = report.started_ms {
        row("Date", format!("{} UTC", Utc::from_millis(started).minutes()));
    }
    row("Repository", repository(view));
    row("Round", if report.round > 1 { report.round.to_string() } else { String::new() });
    row("Author", notes.author.as_deref().map(cell).unwrap_or_default());
    row("Change", change_line(view));
    let (added, deleted) = line_counts(report);
    let files = change.files.len().max(report.hunks.len());
    row(
        "Size",
        if files > 0 { format!("{}, +{added} −{deleted}", count(files, "file")) } else { String::new() },
    );
    row("Branch", change.branch.as_deref().map(cell_code).unwrap_or_default());
    row("Commits", commits(view));
    let reviewers: Vec<String> = report
        .reviewers
        .iter()
        .map(|reviewer| match identity(reviewer) {
            known if known.is_empty() => cell(&reviewer.name),
            known => format!("{} ({})", cell(&reviewer.name), cell(&known)),
        })
        .collect();
    row("Reviewers", reviewers.join("<br>"));
    row("Wall-clock time", report.wall_clock_ms.map(duration).unwrap_or_default());
    row("Report", cell_code(&report.id));
    out.push('\n');
}

fn repository(view: &View<'_>) -> String {
    let repository = &view.report.change.repository;
    match (&repository.name, view.links.repository()) {
        (Some(name), url) => link(&cell(name), url),
        (None, Some(url)) => link(&cell(url), Some(url)),
        (None, None) => String::new(),
    }
}

fn change_line(view: &View<'_>) -> String {
    let notes = &view.report.change.notes;
    let Some(number) = notes.number else { return String::new() };
    let url = notes.url.as_deref().and_then(crate::view::links::web_address);
    let url = url.or_else(|| view.links.change(number));
    let state = notes.state.as_deref().map(|state| format!(" ({})", cell(state))).unwrap_or_default();
    format!("{}{state}", link(&cell_code(&format!("#{number}")), url.as_deref()))
}

/// Commits listed; the forge has the rest.
const MAX_COMMITS: usize = 3;

fn commits(view: &View<'_>) -> String {
    let all = &view.report.change.commits;
    let mut lines: Vec<String> = all
        .iter()
        .take(MAX_COMMITS)
        .map(|commit| {
            let id = link(&cell_code(short_commit(&commit.id)), view.links.commit(&commit.id).as_deref());
            format!("{id} {}", cell(&commit.subject))
        })
        .collect();
    let more = all.len().saturating_sub(MAX_COMMITS);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("<br>")
}

/// Writes the warnings that a reader must see first.
pub(crate) fn warned(out: &mut String, view: &View<'_>) {
    let warnings = beware(view.report);
    if warnings.is_empty() {
        return;
    }
    out.push_str(&format!("> **{}.**\n", warning_title(view.report)));
    for warning in warnings {
        out.push_str(&format!("> - {}\n", inline(&warning)));
    }
    out.push('\n');
}

fn findings(out: &mut String, view: &View<'_>) {
    let report = view.report;
    out.push_str("## Findings\n\n");
    if report.findings.is_empty() {
        let among = count(report.reviewers.len(), "reviewer");
        out.push_str(&format!("No findings were published ({among}).\n\n"));
    }
    let (folded, open): (Vec<_>, Vec<_>) = report.findings.iter().partition(|finding| finding.folded);
    let mut heading = "";
    for finding in open {
        let next = crate::view::words::severity_heading(finding.severity);
        if next != heading {
            out.push_str(&format!("### {next}\n\n"));
            heading = next;
        }
        write_finding(out, view, finding);
    }
    if !folded.is_empty() {
        out.push_str(&format!("### Folded: {} of less weight\n\n", count(folded.len(), "finding")));
        for finding in folded {
            write_finding(out, view, finding);
        }
    }
}
