//! A document counts as a clean review only by what it says of itself. Everything under a heading of findings that says
//! something is a finding, or the review is not complete.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::expect_used,
    reason = "helpers shared between tests"
)]

#[path = "show/mod.rs"]
mod show;

use review_core::Completeness;
use show::read;

/// Headings under which findings stand, in several spellings.
const HEADINGS: &[&str] = &[
    "## Findings",
    "# Findings",
    "### Issues",
    "## Issues found",
    "## Critical Issues",
    "### Important Issues (2)",
    "#### Suggestions",
    "**Findings**",
    "**Critical Issues:**",
    "## 2. Must fix",
    "## 🔴 Blockers",
    "## P1",
    "## Minor",
    "## Code review findings",
    "## Problems",
    "## Comments",
    "Found 2 issues:",
    "I identified the following problems:",
    "<details><summary>⚠️ Outside diff range comments (2)</summary>",
    "<h3>Key findings</h3>",
];

/// What a finding says: with and without a place, a severity, several sentences, marks of its own.
const SAID: &[&str] = &[
    "The amount reaches a shell in `src/pay.py:6`.",
    "The amount reaches a shell in `src/pay.py:6`",
    "The query is evaluated, so a user runs code there. Parse it instead.",
    "We should not evaluate the query",
    "No error handling around the call.",
    "None of the callers closes the pool (`net/pool.rs:4`).",
    "src/pay.py:6: shell=True",
    "`eval(q)` runs what the user typed.",
    "The retry loop never ends, see https://github.com/o/r/blob/0a1b2c/net/retry.rs#L4-L9",
    "app/(shop)/[id]/page.tsx:3 evaluates the query.",
];

/// Ways to write it down.
fn dressed(said: &str) -> Vec<(&'static str, String)> {
    vec![
        ("prose", said.to_owned()),
        ("bullet", format!("- {said}")),
        ("star", format!("* {said}")),
        ("number", format!("1. {said}")),
        ("task", format!("- [ ] {said}")),
        ("bold", format!("**{}**", said.trim_end_matches('.'))),
        ("bold bullet", format!("- **{}**", said.trim_end_matches('.'))),
        ("bold name", format!("**Injection**: {said}")),
        ("bold tag", format!("<b>Injection</b> — {said}")),
        ("level", format!("P1: {said}")),
        ("word", format!("High: {said}")),
        ("tagged", format!("[P2] {said}")),
        (
            "badge",
            format!(
                "**<sub><sub>![P1 Badge](https://x.test/p1.svg)</sub></sub>  {}**",
                said.trim_end_matches('.')
            ),
        ),
        ("image", format!("![high](https://x.test/high.svg)\n\n{said}")),
        ("table", format!("| What | How bad |\n|---|---|\n| {said} | much |")),
        ("columns", format!("| Severity | Issue |\n|---|---|\n| High | {said} |")),
        ("quote", format!("> {said}")),
        ("wrapped", said.replacen(' ', "\n", 1)),
        ("html paragraph", format!("<p>{said}</p>")),
    ]
}

#[test]
fn whatever_stands_under_a_heading_of_findings_is_one() {
    let mut lost = Vec::new();
    for heading in HEADINGS {
        for said in SAID {
            for (dress, text) in dressed(said) {
                for more in ["", "\n## Summary\n\nA small change.\n", "\n## Testing\n\nNo gaps.\n"] {
                    let document = format!("# Review\n\n{heading}\n\n{text}\n{more}");
                    let review = read(&document);
                    if review.findings.is_empty() && review.completeness == Completeness::Complete {
                        lost.push(format!("{dress} under {heading:?}: {said}"));
                    }
                    if review.findings.is_empty() {
                        lost.push(format!("no finding: {dress} under {heading:?}: {said}"));
                    }
                    for finding in &review.findings {
                        if finding.title.contains("![") || finding.title.contains("<sub>") {
                            lost.push(format!("a title of marks: {:?}", finding.title));
                        }
                    }
                }
            }
        }
    }
    lost.sort();
    lost.dedup();
    assert!(lost.is_empty(), "{} lost:\n{}", lost.len(), lost.join("\n"));
}

#[test]
fn each_of_several_is_one() {
    let two = [
        "The amount reaches a shell in `src/pay.py:6`.",
        "The query is evaluated in `web/cart.ts:3`; a user runs code there.",
    ];
    let [first, second] = two;
    for heading in HEADINGS {
        for text in [
            format!("{first}\n\n{second}"),
            format!("- {first}\n- {second}"),
            format!("- {first}\n\n- {second}"),
            format!("1. {first}\n2. {second}"),
            format!("1. {first}\n\n2. {second}"),
            format!("**Shell** — {first}\n\n**Eval** — {second}"),
            format!("P0: {first}\n\nP2: {second}"),
            format!("| Issue |\n|---|\n| {first} |\n| {second} |"),
            "`src/pay.py:6`\nThe amount reaches a shell.\n\n`web/cart.ts:3`\nThe query is evaluated.".to_owned(),
            "1. The amount reaches a shell\n\nhttps://github.com/o/r/blob/0a1b/src/pay.py#L6\n\n2. The query is evaluated\n\nhttps://github.com/o/r/blob/0a1b/web/cart.ts#L3".to_owned(),
        ] {
            let document = format!("{heading}\n\n{text}\n");
            let review = read(&document);
            let paths: Vec<&str> = review
                .findings
                .iter()
                .filter_map(|finding| Some(finding.locations.first()?.path.as_str()))
                .collect();
            assert_eq!(paths, ["src/pay.py", "web/cart.ts"], "{document}");
        }
    }
}

#[test]
fn only_an_explicit_none_is_clean() {
    let none = [
        "None.",
        "No issues found.",
        "*None*",
        "- None",
        "N/A",
        "No findings.",
        "No critical issues were found.",
        "Nothing to report.",
    ];
    for heading in HEADINGS.iter().filter(|heading| !heading.ends_with(':')) {
        for said in none {
            let review = read(&format!("{heading}\n\n{said}\n"));
            assert!(
                review.findings.is_empty() && review.is_complete(),
                "{heading}: {said} {:?}",
                review.incomplete_reason
            );
        }
        for empty in ["", "```\n```", "---", "<br>", "\u{2003}", "<!-- none -->"] {
            let review = read(&format!("# Review\n\n{heading}\n\n{empty}\n"));
            assert!(!review.is_complete(), "{heading}: {empty:?}");
        }
    }
    for clean in [
        "No issues found.\n",
        "### Code review\n\nNo issues found. Checked for bugs and CLAUDE.md compliance.\n",
        "Codex Review: Didn't find any major issues. :tada:\n",
        "👍\n",
        "**Actionable comments posted: 0**\n",
        "Verdict: approve\n\nI traced each caller. No issues found.\n",
        "No issues found.\n\nThe change adds a rate; callers pass it (`web/cart.ts:1`).\n",
        "Findings: none.\n\n## Summary\n\nA small change.\n",
        "## Critical Issues (0)\n\n## Important Issues (0)\n",
    ] {
        let review = read(clean);
        assert!(
            review.findings.is_empty() && review.is_complete(),
            "{clean:?}: {:?}",
            review.incomplete_reason
        );
    }
    for unclear in [
        "## Summary\n\nA small change that adds a rate.\n",
        "Verdict: FAIL\n\nThe amount reaches a shell in `src/pay.py:6`.\n",
        "FAIL\n\nTwo blocking findings: `src/pay.py:6` and `web/cart.ts:3`.\n",
        "No issues found. However, the retry loop never ends.\n",
        "## Findings\n\nFound 3 issues:\n",
        "I could not read the repository.\n",
        "## Findings\n\n## Testing\n\nNo gaps.\n",
    ] {
        let review = read(unclear);
        assert!(!review.is_complete() || !review.findings.is_empty(), "{unclear:?}");
    }
}

#[test]
fn what_is_said_on_second_thoughts_is_said() {
    for text in [
        "No issues found.\n\n---\n\nEDIT: on second look, src/a.rs:3 dereferences null.\n",
        "No issues found.\n\nWait, the loop in src/a.rs:3 never ends.\n",
        "LGTM.\n\nOn closer inspection the pool is never closed.\n",
    ] {
        let review = read(text);
        assert!(!review.is_complete(), "{text}");
    }
    let review =
        read("I found no critical issues, but two medium ones:\n- src/a.rs:3 leaks\n- src/b.rs:9 races\n");
    assert_eq!(review.findings.len(), 2);
}
