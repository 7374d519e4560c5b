//! `index.html` over a folder of reports.

use review_core::{Report, Severity, Utc, Verdict};

use super::finding::severity_mark;
use super::markup::Markup;
use super::page::page;
use crate::text::clean::{count, line};
use crate::view::links::percent_encoded;
use crate::view::words;

/// One report in an index: what its row shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct IndexEntry {
    /// Where its page is, relative to the index: `20260412-171333-pr-295/report.html`.
    pub href: String,
    /// Id of the report.
    pub id: String,
    /// Title of the change.
    pub title: String,
    /// Repository.
    pub repository: String,
    /// When the run began, milliseconds since 1970-01-01 UTC.
    pub started_ms: Option<i64>,
    /// The round: which review of the change this is.
    pub round: u32,
    /// The conclusion.
    pub verdict: Verdict,
    /// Whether every reviewer finished.
    pub complete: bool,
    /// Names of the reviewers.
    pub reviewers: Vec<String>,
    /// Number of critical, important and other findings.
    pub findings: [usize; 3],
}

impl IndexEntry {
    /// Collects what an index shows of a report.
    pub fn new(href: impl Into<String>, report: &Report) -> Self {
        let notes = &report.change.notes;
        let title = notes.title.as_deref().or(report.change.branch.as_deref()).unwrap_or(&report.id);
        let number = notes.number.map(|number| format!("#{number} ")).unwrap_or_default();
        let of = |severity| report.of_severity(severity).count();
        let (critical, important) = (of(Severity::Critical), of(Severity::Important));
        Self {
            href: href.into(),
            id: report.id.clone(),
            title: format!("{number}{title}"),
            repository: report.change.repository.name.clone().unwrap_or_default(),
            started_ms: report.started_ms,
            round: report.round,
            verdict: report.verdict.clone(),
            complete: report.is_complete(),
            reviewers: report.reviewers.iter().map(|reviewer| reviewer.name.clone()).collect(),
            findings: [critical, important, report.findings.len() - critical - important],
        }
    }
}

/// Writes a page that lists reports, newest first.
///
/// ```
/// use review_core::Report;
/// use review_render::{IndexEntry, index};
///
/// let html = index(&[IndexEntry::new("a/report.html", &Report::default())]);
/// assert!(html.contains("href=\"a/report.html\""));
/// ```
pub fn index(entries: &[IndexEntry]) -> String {
    let mut ordered: Vec<&IndexEntry> = entries.iter().collect();
    ordered.sort_by(|a, b| (b.started_ms, &b.id, &b.href).cmp(&(a.started_ms, &a.id, &a.href)));
    let mut html = Markup::new();
    html.raw(
        "<header class=\"masthead\"><div class=\"wrap\"><p class=\"eyebrow\">Code review</p><h1>Reports</h1>",
    );
    html.raw("<p class=\"muted\">").text(&count(entries.len(), "report")).raw("</p></div></header>");
    html.raw("<div class=\"wrap\"><main id=\"content\">");
    if ordered.is_empty() {
        html.raw("<p class=\"empty\">There are no reports yet.</p>");
    } else {
        html.raw("<ul class=\"reports\">");
        ordered.iter().for_each(|entry| row(&mut html, entry));
        html.raw("</ul>");
    }
    html.raw("</main></div>");
    page("Reports", &html, "")
}

fn row(html: &mut Markup, entry: &IndexEntry) {
    html.raw("<li><h2>");
    let title = line(if entry.title.trim().is_empty() { &entry.id } else { &entry.title }, 200);
    match relative(&entry.href) {
        Some(href) => html.element("a", &[("href", &href)], &title),
        None => html.text(&title),
    };
    html.raw("</h2><p><strong>").text(&line(&words::verdict(entry.verdict.decision), 60)).raw("</strong>");
    if !entry.complete {
        html.raw(" <span class=\"tag warn\">incomplete</span>");
    }
    html.raw(" ").text(&line(&entry.verdict.reason, 300)).raw("</p><p>");
    let severities = [Severity::Critical, Severity::Important, Severity::Suggestion];
    for (severity, number) in severities.into_iter().zip(entry.findings) {
        html.raw("<span class=\"nowrap\">");
        severity_mark(html, severity);
        html.raw(" ").number(number as u64).raw(match severity {
            Severity::Critical => " critical</span> · ",
            Severity::Important => " important</span> · ",
            _ => " more</span>",
        });
    }
    html.raw("</p><p class=\"muted small\">");
    let date = entry.started_ms.map(|ms| format!("{} UTC", Utc::from_millis(ms).minutes()));
    let round = (entry.round > 1).then(|| format!("round {}", entry.round));
    let reviewers = (!entry.reviewers.is_empty()).then(|| entry.reviewers.join(", "));
    let repository = Some(entry.repository.clone()).filter(|name| !name.is_empty());
    let facts: Vec<String> =
        [date, repository, round, reviewers, Some(entry.id.clone())].into_iter().flatten().collect();
    html.text(&line(&facts.join(" · "), 500)).raw("</p></li>");
}

/// Accepts only paths below the index: no scheme, no host, no `..`.
fn relative(href: &str) -> Option<String> {
    let inside = !href.is_empty()
        && !href.starts_with('/')
        && href.split('/').all(|part| !matches!(part, "" | "." | ".."));
    inside.then(|| percent_encoded(href))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_leads_only_below_itself() {
        assert_eq!(relative("a b/report.html").as_deref(), Some("a%20b/report.html"));
        assert_eq!(relative("javascript:alert(1)").as_deref(), Some("javascript%3Aalert%281%29"));
        for href in ["../x", "/etc/passwd", "//evil.example", "", "a/../../b"] {
            assert_eq!(relative(href), None, "{href}");
        }
    }

    #[test]
    fn the_newest_comes_first() {
        let entry = |id: &str, started| {
            let mut report = Report::default();
            (report.id, report.started_ms) = (id.to_owned(), Some(started));
            IndexEntry::new(format!("{id}/report.html"), &report)
        };
        let html = index(&[entry("old", 1), entry("new", 2)]);
        assert!(html.find("new/report.html") < html.find("old/report.html"));
    }
}
