//! Properties that hold for every input.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use review_core::Review;
use review_ingest::{Format, IngestOptions, ingest};

fn sound(review: &Review) {
    assert_eq!(review.lines.typed + review.lines.unplaced, review.lines.total, "line sums");
    assert_eq!(review.sections.unplaced.len(), review.lines.unplaced as usize, "unplaced lines are listed");
    let mut ids = BTreeSet::new();
    let sections = &review.sections;
    let items = [
        &sections.design,
        &sections.testing,
        &sections.documentation,
        &sections.limitations,
        &sections.unresolved_feedback,
    ];
    let all = review
        .findings
        .iter()
        .map(|finding| &finding.id)
        .chain(items.into_iter().flatten().map(|item| &item.id));
    for id in all {
        assert!(!id.is_empty() && ids.insert(id.clone()), "id {id:?} is unique");
    }
    for finding in &review.findings {
        assert!(!finding.title.trim().is_empty(), "a finding has a title");
        for place in &finding.locations {
            assert!(
                place
                    .start_line
                    .is_none_or(|start| start > 0 && place.end_line.is_some_and(|end| end >= start)),
                "{place:?}"
            );
        }
    }
}

/// Pieces that reviews are made of, whole and broken.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "## Findings",
            "### Important Issues",
            "**Critical Issues**",
            "## Testing Assessment",
            "- **Concerns**",
            "## Coverage Summary",
            "# Review",
            "None.",
            "**I1. Guard leaks** — `net/pool.rs:4-9` (important, gap)",
            "1. **Guard leaks** — `a.rs:1`, `2-3` (critical, regression)",
            "S2. **Odd** — `x`",
            "**[IMPORTANT] a.rs:38 — Title**",
            "**CRITICAL** a.rs:3, b.rs:4 — Title",
            "### S1. Title",
            "`net/pool.rs:4`",
            "(suggestion, gap)",
            "Fix: drop it",
            "**Severity:** High",
            "```go",
            "```",
            "```diff",
            "````",
            "---",
            "| a | b |",
            "|---|---|",
            "| # | Severity | File | Issue |",
            "- item",
            "  - nested",
            "1. one",
            "2. two",
            "{\"findings\":[{\"title\":\"A\",\"path\":\"a.rs\",\"line\":3}]}",
            "{\"title\":\"A\"",
            "[{",
            "}]",
            "\"x",
            "a.rs:3: error: bad",
            "::error file=a.rs::x",
            "<checkstyle>",
            "<error message=\"m\"/>",
            "[a/b.rs](/w/a/b.rs#L3):4-5",
            "see I1 and Finding #2",
            "Withdrawn.",
            "🔴 **High**: x",
            "issue (blocking): y",
            "<details><summary>I3. x</summary>",
            "\u{feff}",
            "\r",
            "\u{1b}[31m",
        ])
        .prop_map(str::to_owned),
        ".{0,40}",
        "[#*_`|~\\[\\]{}():,.\"' -]{0,24}",
    ]
}

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec((piece(), prop::sample::select(vec!["\n", "\n\n", " ", "\r\n", ""])), 0..40)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, end)| piece + end).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(review) = ingest(&bytes, &IngestOptions::default()) {
            sound(&review);
        }
    }

    #[test]
    fn any_soup_of_pieces_is_sound(text in soup()) {
        if let Ok(review) = ingest(text.as_bytes(), &IngestOptions::new("a")) {
            sound(&review);
            // What was read can be written and read again.
            let json = serde_json::to_string(&review).unwrap();
            let again = ingest(json.as_bytes(), &IngestOptions::new("a")).unwrap();
            prop_assert_eq!(again, review);
        }
        for format in Format::ALL {
            if let Ok(review) = ingest(text.as_bytes(), &IngestOptions::new("a").with_format(*format)) {
                prop_assert_eq!(review.lines.typed + review.lines.unplaced, review.lines.total);
            }
        }
    }
}

/// A finding to be written down and read back.
#[derive(Clone, Debug)]
struct Written {
    severity: usize,
    kind: usize,
    title: String,
    path: String,
    lines: Option<(u32, u32)>,
    body: Vec<String>,
}

const SEVERITIES: [(&str, &str, char); 3] = [
    ("critical", "Critical Issues", 'C'),
    ("important", "Important Issues", 'I'),
    ("suggestion", "Suggestions", 'S'),
];
const KINDS: [&str; 3] = ["regression", "gap", "enhancement"];

fn written() -> impl Strategy<Value = Written> {
    let body = prop::collection::vec(
        prop::sample::select(vec![
            "The guard lives on until the loop ends.",
            "```go\nif err != nil {\n\treturn err\n}\n```",
            "1. Take the lock.\n2. Send.",
            "- a point\n- another",
            "**Problem:** it waits.",
            "Fix: drop the guard first.",
        ])
        .prop_map(str::to_owned),
        0..4,
    );
    (
        0..3usize,
        0..3usize,
        "[A-Z][a-z]{2,8}( `?[a-z]{3,9}\\(\\)`?| [a-z]{2,9}){1,4}",
        "([a-z]{2,6}/){0,3}[a-z]{2,8}\\.(rs|go|py|ts)",
        prop::option::of((1..900u32, 0..40u32)),
        body,
    )
        .prop_map(|(severity, kind, title, path, lines, body)| Written {
            severity,
            kind,
            title: title.replace('`', ""),
            path,
            lines: lines.map(|(start, more)| (start, start + more)),
            body,
        })
}

/// Writes findings in one of the usual forms.
fn render(findings: &[Written], form: usize) -> String {
    let mut text = String::from("# Review\n\n## Executive Summary\n\nIt works.\n\n## Findings\n\n");
    for (severity, (word, heading, letter)) in SEVERITIES.iter().enumerate() {
        text.push_str(&format!("### {heading}\n\n"));
        let mine: Vec<&Written> = findings.iter().filter(|finding| finding.severity == severity).collect();
        if mine.is_empty() {
            text.push_str("None.\n\n");
        }
        for (index, finding) in mine.into_iter().enumerate() {
            let place = match finding.lines {
                Some((start, end)) if start == end => format!("{}:{start}", finding.path),
                Some((start, end)) => format!("{}:{start}-{end}", finding.path),
                None => finding.path.clone(),
            };
            let (n, title, kind) = (index + 1, &finding.title, KINDS[finding.kind]);
            let head = match form {
                0 => format!("**{letter}{n}. {title}** — `{place}` ({word}, {kind})"),
                1 => format!("{n}. **{title}** — `{place}` `({word}, {kind})`"),
                2 => format!("{letter}{n}. **{title}** — {place} *({word}, {kind})*"),
                3 => format!("#### {letter}{n}. {title} — `{place}` ({word}, {kind})"),
                4 => format!("**{letter}{n} — {title}**\n`{place}`\n({word}, {kind})"),
                5 => format!("**{letter}{n}. {title} — `{place}` ({word}, {kind})**"),
                _ => format!(
                    "- **{letter}{n}: {title}** -- [{place}](/w/repo/{}) ({word}, {kind})",
                    finding.path
                ),
            };
            text.push_str(&format!("{head}\n\n"));
            for paragraph in &finding.body {
                text.push_str(&format!("{paragraph}\n\n"));
            }
        }
    }
    text.push_str("## Testing Assessment\n\n1. **Drop** — no test.\n");
    text
}

fn expected(findings: &[Written]) -> Vec<String> {
    let mut lines = Vec::new();
    for (severity, (word, _, letter)) in SEVERITIES.iter().enumerate() {
        for (index, finding) in findings.iter().filter(|finding| finding.severity == severity).enumerate() {
            let range = finding.lines.map_or(String::new(), |(start, end)| {
                if start == end { format!(":{start}") } else { format!(":{start}-{end}") }
            });
            lines.push(format!(
                "{letter}{} {word} {} {} {}{range}",
                index + 1,
                KINDS[finding.kind],
                finding.title,
                finding.path
            ));
        }
    }
    lines
}

fn actual(review: &Review) -> Vec<String> {
    let line = |finding: &review_core::RawFinding| {
        let places: Vec<String> = finding.locations.iter().map(ToString::to_string).collect();
        format!(
            "{} {} {} {} {}",
            finding.id,
            finding.severity.map(|s| s.to_string()).unwrap_or_default(),
            finding.kind.map(|k| k.to_string()).unwrap_or_default(),
            finding.title,
            places.join(" ")
        )
    };
    review.findings.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn findings_survive_being_written_as_markdown(findings in prop::collection::vec(written(), 1..7), form in 0..7usize) {
        let text = render(&findings, form);
        let review = ingest(text.as_bytes(), &IngestOptions::new("a").with_root("/w/repo")).unwrap();
        prop_assert_eq!(actual(&review), expected(&findings), "{}", text);
        prop_assert_eq!(review.lines.unplaced, 0);
        prop_assert_eq!(review.sections.testing.len(), 1);
    }

    #[test]
    fn a_prefix_has_no_finding_that_the_document_lacks(findings in prop::collection::vec(written(), 1..4), form in 0..7usize, at in 0.0..1.0f64) {
        let text = render(&findings, form);
        check_prefix(&text, at)?;
        let review = ingest(text.as_bytes(), &IngestOptions::new("a")).unwrap();
        check_prefix(&serde_json::to_string_pretty(&review).unwrap(), at)?;
    }
}

fn check_prefix(text: &str, at: f64) -> Result<(), TestCaseError> {
    let options = IngestOptions::new("a");
    let whole = ingest(text.as_bytes(), &options).unwrap();
    let known: BTreeSet<(&str, &str)> =
        whole.findings.iter().map(|finding| (finding.id.as_str(), finding.title.as_str())).collect();
    let mut end = (text.len() as f64 * at) as usize;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let Ok(part) = ingest(&text.as_bytes()[..end], &options) else { return Ok(()) };
    for finding in &part.findings {
        let same = known.contains(&(finding.id.as_str(), finding.title.as_str()));
        prop_assert!(
            same || finding.recovered,
            "{} {:?} is not in the document; prefix ends with {:?}",
            finding.id,
            finding.title,
            text[..end].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect::<String>()
        );
    }
    Ok(())
}
