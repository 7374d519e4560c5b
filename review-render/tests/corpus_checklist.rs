//! Five reports of the corpus beside our page of the same reviews: every part of the original (by its line, not by its
//! text) has an element that holds it. The lists in `tests/corpus` hold positions and selectors only. The corpus is not
//! part of the repository; where it is missing, the test says so and passes.
//!
//! Selectors: `fact:NAME`, a part of the head or a row below it; `source:AGENT/PASS/ID`, the element to which the ledger leads from this
//! raw item; `retro:AGENT`, what is said of a reviewer; `table:retro`; `#ID`, a section; `given:#ID`, a section of what
//! no reviewer wrote (an editor, an earlier round, the forge), into which the test puts the original's own lines.

#![cfg(feature = "html")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test may read files and say what it skips"
)]

use std::path::{Path, PathBuf};

use review_consolidate::Engine;
use review_core::{
    ChangeSet, Commit, Decisions, Evidence, Extra, FindingState, HistoryItem, Input, Origin, RenderOptions,
    Report, ReportItem, Repository, SourceId,
};
use review_ingest::{IngestOptions, ingest};

const REPORTS: &[(&str, &str)] = &[
    ("20260316-134751-pr-236", include_str!("corpus/20260316-134751-pr-236.txt")),
    ("20260324-134429-pr-236", include_str!("corpus/20260324-134429-pr-236.txt")),
    ("20260326-162638-pr-188", include_str!("corpus/20260326-162638-pr-188.txt")),
    ("20260412-171333-pr-295", include_str!("corpus/20260412-171333-pr-295.txt")),
    ("20260521-205512-pr-361", include_str!("corpus/20260521-205512-pr-361.txt")),
];

/// One line of a checklist.
struct Row {
    line: usize,
    kind: &'static str,
    selector: &'static str,
}

fn rows(list: &'static str) -> Vec<Row> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut parts = line.split('\t');
        let mut next = || parts.next().unwrap();
        Row { line: next().parse().unwrap(), kind: next(), selector: next() }
    };
    lines.map(row).collect()
}

#[test]
fn every_part_of_an_original_report_has_its_element() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/reviews");
    if !corpus.is_dir() {
        println!("skipped: there is no {}", corpus.display());
        return;
    }
    let mut missing = Vec::new();
    for (id, list) in REPORTS {
        let folder = corpus.join(id);
        let original = std::fs::read_to_string(folder.join("report.md")).unwrap();
        let original: Vec<&str> = original.lines().collect();
        let rows = rows(list);
        for line in not_listed(&folder, &original, &rows) {
            missing.push(format!("{id}:{line} is not in the checklist"));
        }
        let report = report(id, &folder, &original, &rows);
        let page = page(&report);
        for row in &rows {
            if let Err(why) = check(&page, row, original[row.line - 1]) {
                missing.push(format!("{id}:{} {} {}: {why}", row.line, row.kind, row.selector));
            }
        }
    }
    assert!(missing.is_empty(), "{} parts are missing:\n{}", missing.len(), missing.join("\n"));
}

/// The findings of the original (by its labels) and its headings that the checklist passes over.
fn not_listed(folder: &Path, original: &[&str], rows: &[Row]) -> Vec<usize> {
    let gold: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("gold.json")).unwrap()).unwrap();
    let findings =
        gold["consolidated"].as_array().unwrap().iter().filter_map(|finding| finding["line"].as_u64());
    let mut wanted: Vec<usize> = findings.map(|line| line as usize).collect();
    let mut in_code = false;
    for (index, line) in original.iter().enumerate() {
        in_code ^= line.trim_start().starts_with("```");
        // These two only hold other headings.
        let parts = ["### Concerns", "### Strengths", "## Consolidated Review"];
        if !in_code && line.starts_with('#') && !parts.contains(line) {
            wanted.push(index + 1);
        }
    }
    wanted.retain(|line| rows.iter().all(|row| row.line != *line));
    wanted
}

/// Our report of the same reviews, with what only git, the forge, the clock and an editor know taken from the original.
fn report(id: &str, folder: &Path, original: &[&str], rows: &[Row]) -> Report {
    let reviews = ["claude", "codex", "gemini"].map(|agent| {
        let file: PathBuf = folder.join(format!("raw-{agent}.md"));
        ingest(&std::fs::read(file).unwrap(), &IngestOptions::new(agent)).unwrap()
    });
    let change = change(original, rows);
    let input = Input::new(change, reviews.into());
    let mut report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
    report.id = id.to_owned();
    report.started_ms = Some(1_773_700_000_000);
    report.wall_clock_ms = Some(1_000_000);
    if rows.iter().any(|row| row.selector == "fact:round") {
        report.round = 2;
    }
    for row in rows.iter().filter(|row| row.selector.starts_with("given:")) {
        let text = section_text(original, row.line);
        match row.selector {
            "given:#process" => {
                report.extensions.insert("prompt_improvements".into(), Extra::Text(text.clone()));
                report.extensions.insert("repository_context".into(), Extra::Text(text));
            }
            "given:#history" => {
                let finding = &report.findings[0];
                let item = HistoryItem::new("I1", 1, finding, FindingState::Declined).with_reason(text);
                report.history.push(item);
            }
            "given:#feedback" => {
                let item = ReportItem::new("U1", text, SourceId::new("editor", 1, "U1"));
                report.sections.unresolved_feedback.push(item);
            }
            "given:#documentation" => {
                let item = ReportItem::new("O1", text, SourceId::new("editor", 1, "O1"));
                report.sections.documentation.push(item);
            }
            other => panic!("nobody gives {other}"),
        }
    }
    report
}

/// The head of the original as the change that git and the forge would give.
fn change(original: &[&str], rows: &[Row]) -> ChangeSet {
    let value = |name: &str| {
        let row = rows.iter().find(|row| row.selector == name)?;
        let cell = original[row.line - 1].split('|').nth(2)?.trim();
        Some(cell.trim_matches('`'))
    };
    let linked = |cell: &str| cell.trim_start_matches('[').split(']').next().unwrap_or_default().to_owned();
    let mut change = ChangeSet::new(Origin::Range);
    change.branch = value("fact:Branch").map(str::to_owned);
    change.notes.author = value("fact:Author").map(linked);
    change.notes.number =
        value("fact:change").and_then(|cell| linked(cell).trim_start_matches('#').parse().ok());
    change.notes.title = value("fact:change").and_then(|cell| cell.split(" — ").nth(1)).map(str::to_owned);
    if let Some(cell) = value("fact:repository") {
        change.repository = Repository::default().with_name(linked(cell));
    }
    for part in value("fact:Commits").unwrap_or_default().split("<br>") {
        if let Some((commit, subject)) = part.trim_start_matches('`').split_once("` ") {
            change.commits.push(Commit::new(commit, subject));
        }
    }
    change
}

/// The lines below a heading, up to the next one.
fn section_text(original: &[&str], line: usize) -> String {
    let body: Vec<&str> =
        original[line..].iter().copied().take_while(|line| !line.starts_with('#')).collect();
    let body = body.join("\n").trim().to_owned();
    if body.is_empty() { original[line - 1].trim_start_matches('#').to_owned() } else { body }
}

fn page(report: &Report) -> String {
    let options = RenderOptions::default().with_highlight(false);
    review_render::renderer("html").unwrap().render(report, &options).unwrap().text
}

fn check(page: &str, row: &Row, original: &str) -> Result<(), String> {
    let selector = row.selector.strip_prefix("given:").unwrap_or(row.selector);
    let found = match selector.split_once(':') {
        Some(("fact", name)) => fact(page, name),
        Some(("source", source)) => item(page, source, row.kind == "finding"),
        Some(("retro", agent)) => retro(page, agent),
        Some(("table", class)) => element(page, &format!("<table class=\"{class}\"")),
        _ => element(page, &format!("id=\"{}\"", selector.trim_start_matches('#'))),
    };
    let text = text_of(&found?);
    if text.trim().is_empty() {
        return Err("is empty".into());
    }
    // The file that the original names.
    let named =
        original.split('`').skip(1).step_by(2).filter(|code| !code.contains([' ', '('])).find_map(|code| {
            let path = code.split(':').next().unwrap_or_default();
            let name = path.rsplit('/').next().unwrap_or_default();
            (path.contains('/') && name.contains('.') && code.contains(':')).then(|| name.to_owned())
        });
    match named {
        Some(name) if row.kind == "finding" && !text.contains(&name) => {
            Err(format!("says nothing of {name}"))
        }
        _ => Ok(()),
    }
}

/// A row of the head.
fn fact(page: &str, name: &str) -> Result<String, String> {
    let masthead = element(page, "<header class=\"masthead\"")?;
    match name {
        "repository" => element(&masthead, "<p class=\"eyebrow\""),
        "round" if text_of(&masthead).to_lowercase().contains("round 2") => Ok(masthead),
        "change" => element(&masthead, "<h1"),
        "verdict" => element(&masthead, "<div class=\"verdict"),
        name => {
            let from = page.find(&format!("<dt>{name}</dt>")).ok_or("no such row")?;
            element(&page[from..], "<dd")
        }
    }
}

/// Where the ledger leads from a raw item: to its published element, or to the reason why there is none.
fn item(page: &str, source: &str, finding: bool) -> Result<String, String> {
    let ledger = element(page, "id=\"ledger\"")?;
    let at = ledger.find(&format!(">{source}</")).ok_or("not in the ledger")?;
    let from = ledger[..at].rfind("<tr").ok_or("not in a row")?;
    let row = element(&ledger[from..], "<tr")?;
    let Some(link) = row.find("class=\"item\" href=\"#") else {
        return if finding { Err("is not published".into()) } else { Ok(row) };
    };
    let id = row[link + 20..].split('"').next().unwrap_or_default();
    element(page, &format!("id=\"{id}\""))
}

fn retro(page: &str, agent: &str) -> Result<String, String> {
    let section = element(page, "id=\"retro\"")?;
    let at = section.find(&format!("<h3>{agent}</h3>")).ok_or("nothing is said of the reviewer")?;
    Ok(section[at..].to_owned())
}

/// The element whose opening tag holds this mark, to its end.
fn element(page: &str, mark: &str) -> Result<String, String> {
    let at = page.find(mark).ok_or("no such element")?;
    let from = page[..=at].rfind('<').ok_or("no tag")?;
    let name: String = page[from + 1..].chars().take_while(char::is_ascii_alphanumeric).collect();
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let (mut depth, mut at) = (0, from);
    loop {
        let next_open = page[at + 1..].find(&open).map(|found| at + 1 + found);
        let next_close = page[at + 1..].find(&close).map(|found| at + 1 + found).ok_or("an open element")?;
        match next_open {
            Some(next) if next < next_close => {
                // `<th` is not `<thead`.
                let end = page[next + open.len()..].chars().next();
                depth += usize::from(end.is_some_and(|c| c == ' ' || c == '>'));
                at = next;
            }
            _ if depth == 0 => return Ok(page[from..next_close].to_owned()),
            _ => {
                depth -= 1;
                at = next_close;
            }
        }
    }
}

fn text_of(html: &str) -> String {
    let mut out = String::new();
    for part in html.split('<') {
        out.push_str(part.split_once('>').map_or(part, |(_, text)| text));
        out.push(' ');
    }
    out
}
