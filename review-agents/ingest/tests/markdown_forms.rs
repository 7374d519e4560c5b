//! Forms of Markdown beyond those that were measured: natural neighbours, traps, sections.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::expect_used,
    reason = "helpers shared between tests"
)]

#[path = "show/mod.rs"]
mod show;

use show::{read, show};

#[test]
fn tables_without_heads_lose_no_row() {
    // A table of Markdown has to have a head; its first finding stands there, or nothing does.
    insta::assert_snapshot!(show("## Findings\n\n| I1 | important | `net/pool.rs:12` | The pool is never closed |\n|---|---|---|---|\n| S1 | suggestion | `net/pool.rs:40` | The name says nothing |\n"), @"
    I1 important - | The pool is never closed | net/pool.rs:12
    S1 suggestion - | The name says nothing | net/pool.rs:40
    ");
    insta::assert_snapshot!(show("## Findings\n\n| | | |\n|---|---|---|\n| Critical | net/pool.rs:12 | The pool is never closed |\n| Low | net/pool.rs:40 | The name says nothing |\n"), @"
    C1 critical - | The pool is never closed | net/pool.rs:12
    S1 suggestion - | The name says nothing | net/pool.rs:40
    ");
    insta::assert_snapshot!(show("## Findings\n\n| net/pool.rs | 12 | The pool is never closed |\n| net/wire.rs | 40 | The name says nothing |\n"), @"
    h… - - | The pool is never closed | net/pool.rs:12
    h… - - | The name says nothing | net/wire.rs:40
    ");
    insta::assert_snapshot!(show("## Findings\n\n| | | |\n|---|---|---|\n| 1 | net/pool.rs | The pool is never closed |\n| 2 | net/wire.rs | The name says nothing |\n"), @"
    h… - - | The pool is never closed | net/pool.rs
    h… - - | The name says nothing | net/wire.rs
    ");
    insta::assert_snapshot!(show("## Findings\n\n| critical | The pool is never closed when dialling fails |\n|---|---|\n| low | The name says nothing |\n"), @"
    C1 critical - | The pool is never closed when dialling fails | 
    S1 suggestion - | The name says nothing |
    ");
    // Heads that are not known are heads all the same.
    insta::assert_snapshot!(show("## Findings\n\n| Where | Gravity | Remark of ours |\n|---|---|---|\n| net/pool.rs:12 | important | The pool is never closed |\n"), @"I1 important - | The pool is never closed | net/pool.rs:12");
}

#[test]
fn tables_need_no_section_and_no_bars() {
    let table = "| Severity | Location | Description |\n| --- | --- | --- |\n| High | net/pool.rs:12 | The pool is never closed |\n| Low | net/wire.rs:40 | Rename x |\n";
    insta::assert_snapshot!(show(table), @"
    I1 important - | The pool is never closed | net/pool.rs:12
    S1 suggestion - | Rename x | net/wire.rs:40
    ");
    let bare = "Severity | Location | Description\n--- | --- | ---\nHigh | net/pool.rs:12 | The pool is never closed\nLow | net/wire.rs:40 | Rename x\n";
    assert_eq!(show(table), show(bare));
    // Not every table has findings.
    insta::assert_snapshot!(show("| File | Lines | Description |\n|---|---|---|\n| net/pool.rs | 12 | adds a pool |\n\nNo issues found.\n"), @"");
}

#[test]
fn what_is_quoted_is_not_rewritten() {
    let code = "name | value\n--- | ---\na | b\n\nSeverity: High\nFile: a.md:3\nIssue: x y";
    for fence in ["```", "~~~~", "````md"] {
        let closing = fence.trim_end_matches("md");
        let review = read(&format!(
            "## Findings\n\n### I1. The table of the docs has no last row\n\n`docs/a.md:1`\n\n{fence}\n{code}\n{closing}\n"
        ));
        assert_eq!(review.findings.len(), 1);
        assert_eq!(review.findings[0].quotes[0].text, code);
    }
}

#[test]
fn a_field_that_the_head_of_a_record_can_not_say_stays_below_it() {
    let review =
        read("File: net/pool.rs\nLine: 12 (in Open)\nSeverity: High\nIssue: The pool is never closed\n");
    assert_eq!(review.findings[0].locations[0].to_string(), "net/pool.rs");
    assert!(review.findings[0].body.contains("12 (in Open)"), "{:?}", review.findings[0]);
}

#[test]
fn files_as_headings_and_lines_below() {
    insta::assert_snapshot!(show("### net/pool.rs\n\n- L12: The pool is never closed (high)\n- L40: nit: rename x\n\n### net/wire.rs\n\n- **Line 7** – race on `done`\n"), @"
    I1 important - | The pool is never closed | net/pool.rs:12
    S1 suggestion - | rename x | net/pool.rs:40
    h… - - | race on `done` | net/wire.rs:7
    ");
    // What a change does to each file is no list of findings.
    insta::assert_snapshot!(show("### net/pool.rs\n\n- Adds a pool\n- 3 new methods\n\n## Findings\n\nNo issues found.\n"), @"");
}

#[test]
fn a_numbered_finding_with_its_severity_in_brackets() {
    insta::assert_snapshot!(show("**Finding 1 (High)**: The pool is never closed. See net/pool.rs line 12.\n\n**Finding 2 (Low)**: x is a poor name (`net/wire.rs`, lines 40 to 44).\n"), @"
    I1 important - | The pool is never closed. See net/pool.rs line 12. | net/pool.rs:12
    S2 suggestion - | x is a poor name (`net/wire.rs`, lines 40 to 44). | net/wire.rs:40-44
    ");
}

#[test]
fn records_of_fields_without_heads() {
    let shown = show(
        "File: net/pool.rs\nLine: 12\nSeverity: High\nIssue: The pool is never closed\nSuggestion: close it\n\n---\n\nFile: net/wire.rs\nLine: 40-44\nSeverity: Low\nIssue: Rename x\n",
    );
    insta::assert_snapshot!(shown, @"
    I1 important - | The pool is never closed | net/pool.rs:12
    S1 suggestion - | Rename x | net/wire.rs:40-44
    ");
    let dressed = "- **File:** `net/pool.rs`\n  **Line:** 12\n  **Severity:** High\n  **Issue:** The pool is never closed\n- **File:** `net/wire.rs`\n  **Lines:** 40 – 44\n  **Severity:** Low\n  **Issue:** Rename x\n";
    assert_eq!(show(dressed), shown);
    let counted = "### Issue 1\n- **Severity**: High\n- **File**: net/pool.rs\n- **Line**: 12\n- **Description**: The pool is never closed\n\n### Issue 2\n- **Severity**: Low\n- **Location**: net/wire.rs:40-44\n- **Description**: Rename x\n";
    assert_eq!(show(counted), shown);
    // The fields of a finding with a head of its own are that finding's.
    insta::assert_snapshot!(show("## Findings\n\n### The pool leaks\n\n- **Severity**: High\n- **File**: net/pool.rs:12\n- **Description**: It is never closed.\n"), @"I1 important - | The pool leaks | net/pool.rs:12");
}

#[test]
fn fields_below_a_head_are_that_findings() {
    for text in [
        "## Findings\n\n**I1. The pool leaks** — important\n\n**File:** `net/pool.rs:12`\n**Severity:** High\n**Description:** It is never closed.\n\n**I2. The wire races** — important\n\n**File:** `net/wire.rs:40`\n**Severity:** High\n**Description:** Two threads write.\n",
        "## Findings\n\nI1. The pool leaks (important)\n\nFile: net/pool.rs:12\nSeverity: High\nProblem: It is never closed.\n\nI2. The wire races (important)\n\nFile: net/wire.rs:40\nSeverity: High\nProblem: Two threads write.\n",
        "## Issues\n\n- The pool leaks\n  - File: net/pool.rs:12\n  - Severity: High\n  - Description: It is never closed.\n- The wire races\n  - File: net/wire.rs:40\n  - Severity: High\n  - Description: Two threads write.\n",
        "[P1] The pool leaks\n\nFile: net/pool.rs:12\nSeverity: High\nProblem: It is never closed.\n\n[P1] The wire races\n\nFile: net/wire.rs:40\nSeverity: High\nProblem: Two threads write.\n",
        "Title: The pool leaks\nSeverity: High\nFile: net/pool.rs\nLines: 12\nDescription: It is never closed.\nIt leaks.\nRecommendation: Close it.\n\nTitle: The wire races\nSeverity: High\nFile: net/wire.rs\nLines: 40\nDescription: Two threads write.\n",
        "### 🔴 High: The pool leaks\n\n**File:** `net/pool.rs:12`\n**Severity:** High\n**Issue:** It is never closed.\n\n---\n\n### 🟠 High: The wire races\n\n**File:** `net/wire.rs:40`\n**Severity:** High\n**Issue:** Two threads write.\n",
        "1. **The pool leaks**\n\n   - **File:** net/pool.rs:12\n   - **Severity:** High\n   - **Description:** It is never closed.\n\n2. **The wire races**\n\n   - **File:** net/wire.rs:40\n   - **Severity:** High\n   - **Description:** Two threads write.\n",
        "# Code review\n\n### The pool leaks\n\n- **Severity**: High\n- **File**: net/pool.rs:12\n- **Description**: It is never closed.\n\n### The wire races\n\n- **Severity**: High\n- **File**: net/wire.rs:40\n- **Description**: Two threads write.\n",
        "I found two issues:\n\n- **Severity:** High\n  **Location:** net/pool.rs:12\n  **Issue:** The pool leaks\n  **Fix:**\n\n  ```rust\n  pool.close();\n  ```\n\n- **Severity:** High\n  **Location:** net/wire.rs:40\n  **Issue:** The wire races\n",
    ] {
        let shown = show(text);
        assert_eq!(
            shown,
            "I1 important - | The pool leaks | net/pool.rs:12\nI2 important - | The wire races | net/wire.rs:40",
            "{text}\n{shown}"
        );
    }
}

#[test]
fn items_that_end_in_their_severity() {
    insta::assert_snapshot!(show("* net/pool.rs (line 12): The pool is never closed. [Severity: High]\n* net/wire.rs (line 40): Rename x. [Severity: Low]\n"), @"
    I1 important - | The pool is never closed. | net/pool.rs:12
    S1 suggestion - | Rename x. | net/wire.rs:40
    ");
}

#[test]
fn an_item_that_is_struck_out_is_withdrawn() {
    let review = read("## Findings\n\n- ~~net/pool.rs:3 leaks~~ not so\n- net/wire.rs:9 races\n");
    let withdrawn: Vec<bool> = review.findings.iter().map(|finding| finding.withdrawn).collect();
    assert_eq!(withdrawn, [true, false]);
    assert_eq!(review.findings[0].locations[0].to_string(), "net/pool.rs:3");
}

#[test]
fn a_place_alone_heads_the_sentence_below() {
    insta::assert_snapshot!(show("[HIGH] net/pool.rs:12\n  The pool is never closed. It leaks.\n\n[LOW] net/wire.rs:40\n  Rename x.\n"), @"
    I1 important - | The pool is never closed | net/pool.rs:12
    S1 suggestion - | Rename x. | net/wire.rs:40
    ");
}

#[test]
fn tables_of_findings() {
    insta::assert_snapshot!(show("## Findings\n\n| # | Severity | File | Lines | Issue |\n|---|---|---|---|---|\n| 1 | High | `net/pool.rs` | 4-9 | Guard leaks |\n| 2 | Nit | `net/wire.rs` | 2 | Odd name |\n"), @r"
    I1 important - | Guard leaks | net/pool.rs:4-9
    S2 suggestion - | Odd name | net/wire.rs:2
    ");
}

#[test]
fn task_lists_and_fields_on_their_own_lines() {
    insta::assert_snapshot!(show("## Issues\n\n- [ ] **[P1] Guard leaks** — net/pool.rs:4-9\n- [x] **[P3] Odd name** — net/wire.rs:2\n"), @r"
    I1 important - | Guard leaks | net/pool.rs:4-9
    S1 suggestion - | Odd name | net/wire.rs:2
    ");
    insta::assert_snapshot!(show("## Findings\n\n### 1. Guard leaks\n\n**Severity:** High\n**File:** `net/pool.rs`\n**Lines:** 4-9\n**Type:** regression\n\nText.\n\n### 2. Odd name\n\n- Severity: Low\n- File: `net/wire.rs:2`\n"), @r"
    I1 important regression | Guard leaks | net/pool.rs:4-9
    S2 suggestion - | Odd name | net/wire.rs:2
    ");
}

#[test]
fn emoji_bold_and_conventional_severities() {
    insta::assert_snapshot!(show("## Review\n\n### 🔴 Critical: Guard leaks\n`net/pool.rs:4`\n\nText.\n\n### 🟡 Minor: Odd name\n`net/wire.rs:2`\n"), @r"
    C1 critical - | Guard leaks | net/pool.rs:4
    S1 suggestion - | Odd name | net/wire.rs:2
    ");
    insta::assert_snapshot!(show("## Comments\n\nissue (blocking): Guard leaks\n\n`net/pool.rs:4`\n\nText.\n\nnitpick: Odd name\n\n`net/wire.rs:2`\n"), @r"
    C1 critical - | Guard leaks | net/pool.rs:4
    S1 suggestion - | Odd name | net/wire.rs:2
    ");
}

#[test]
fn findings_under_a_file_heading() {
    insta::assert_snapshot!(show("## Findings\n\n### `net/pool.rs`\n\n1. **[High] Guard leaks** (line 4)\n2. **[Low] Odd name** (lines 9-11)\n\n### `net/wire.rs`\n\n1. **[Medium] Slow**\n"), @r"
    I1 important - | Guard leaks | net/pool.rs:4
    S2 suggestion - | Odd name | net/pool.rs:9-11
    S1 suggestion - | Slow | net/wire.rs
    ");
}

#[test]
fn severity_sections_with_headings_as_findings() {
    insta::assert_snapshot!(show("# Review\n\n## Critical\n\n### Guard leaks\n\nIn `net/pool.rs:4` the guard lives.\n\n#### Fix\n\nDrop it.\n\n### Wire hangs\n\n`net/wire.rs:2`\n\n## Minor\n\nNone.\n"), @r"
    C1 critical - | Guard leaks | net/pool.rs:4
    C2 critical - | Wire hangs | net/wire.rs:2
    ");
}

#[test]
fn bullets_as_findings() {
    insta::assert_snapshot!(show("## Important Issues\n\n- **Guard leaks** — `net/pool.rs:4`\n  It lives on.\n- **Wire hangs** — `net/wire.rs:2`: forever.\n"), @r"
    I1 important - | Guard leaks | net/pool.rs:4
    I2 important - | Wire hangs | net/wire.rs:2
    ");
}

#[test]
fn permalinks_windows_paths_and_details_blocks() {
    insta::assert_snapshot!(show("## Findings\n\n<details>\n<summary>I1. Guard leaks</summary>\n\n[pool](https://github.com/o/r/blob/abc123/net/pool.rs#L4-L9)\n\nText.\n</details>\n\n**I2. Odd name** — `net\\wire.rs:2` (important, gap)\n"), @r"
    I1 important - | Guard leaks | net/pool.rs:4-9
    I2 important gap | Odd name | net/wire.rs:2
    ");
}

#[test]
fn numbered_sub_points_inside_a_finding_are_its_body() {
    insta::assert_snapshot!(show("## Findings\n\n**I1. Guard leaks** — `net/pool.rs:4` (important, gap)\n\nSteps:\n\n1. **Take** — `net/pool.rs:4`\n2. **Drop** — never\n\n**I2. Wire hangs** — `net/wire.rs:2` (important, gap)\n"), @r"
    I1 important gap | Guard leaks | net/pool.rs:4
    I2 important gap | Wire hangs | net/wire.rs:2
    ");
    insta::assert_snapshot!(show("### Important Issues\n\n1. **Guard leaks** — `net/pool.rs:4` (important, gap)\n\nSteps:\n\n1. **Take** the guard.\n2. **Drop** it.\n\n2. **Wire hangs** — `net/wire.rs:2` (important, gap)\n"), @r"
    I1 important gap | Guard leaks | net/pool.rs:4
    I2 important gap | Wire hangs | net/wire.rs:2
    ");
}

#[test]
fn a_list_inside_an_untagged_finding_is_its_body() {
    insta::assert_snapshot!(show("### Important Issues\n\n1. **Guard leaks** — `net/pool.rs:4`\n\nSteps:\n\n1. **Take** the guard.\n2. **Drop** it.\n3. **Send** it.\n\n2. **Wire hangs** — `net/wire.rs:2`\n\n3. **Names**\n`net/name.rs:3`\n"), @r"
    I1 important - | Guard leaks | net/pool.rs:4
    I2 important - | Wire hangs | net/wire.rs:2
    I3 important - | Names | net/name.rs:3
    ");
}

#[test]
fn bold_titles_with_the_place_below() {
    insta::assert_snapshot!(show("## Suggestions\n\n**Guard leaks**\n`net/pool.rs:4`\n\nText.\n\n**Why it matters**\n\nText.\n\n**Wire hangs**\nFile: `net/wire.rs:2`\n"), @r"
    S1 suggestion - | Guard leaks | net/pool.rs:4
    S2 suggestion - | Wire hangs | net/wire.rs:2
    ");
}

#[test]
fn a_draft_taken_back_in_place_is_kept_as_withdrawn() {
    insta::assert_snapshot!(show("## Findings\n\n**I1. Guard leaks** — `net/pool.rs:4` (important, gap)\n\nWait: the guard is dropped in `take`. Not an issue.\n\n**I1. Wire hangs** — `net/wire.rs:2` (important, gap)\n\nForever.\n"), @r"
    I1 important gap | Guard leaks | net/pool.rs:4 withdrawn
    I1b important gap | Wire hangs | net/wire.rs:2
    ");
}

#[test]
fn an_indented_or_fenced_review() {
    let text = "## Findings\n\n**I1. Guard leaks** — `net/pool.rs:4` (important, gap)\n\nText.\n\n## Testing Assessment\n\n1. No test.\n";
    let indented: String = text.lines().map(|line| format!("    {line}\n")).collect();
    let review = read(&indented);
    assert_eq!((review.findings.len(), review.sections.testing.len()), (1, 1));
    let review = read(&format!("```markdown\n{text}```\n"));
    assert_eq!((review.findings.len(), review.sections.testing.len()), (1, 1));
}

#[test]
fn a_published_report_is_read_back_with_its_badges() {
    let text = "# Deep Review: 1\n\n## Executive Summary\n\nGood.\n\n## Critical Issues\n\nNone.\n\n## Important Issues\n\nI1. **Guard leaks** — `net/pool.rs:4-9` [Claude Opus 4.6, Gemini 3.1 Pro]\n\nText.\n\n## Agent Performance Retro\n\n### Claude\n\nIt found I1.\n\n### Important Issues\n\n**I9. Not this one** — `a.rs:1` (important, gap)\n";
    insta::assert_snapshot!(show(text), @r"
    I1 important - | Guard leaks | net/pool.rs:4-9
    unplaced 19: ### Claude
    unplaced 21: It found I1.
    unplaced 23: ### Important Issues
    unplaced 25: **I9. Not this one** — `a.rs:1` (important, gap)
    ");
    let review = read(text);
    assert_eq!(
        serde_json::to_string(&review.findings[0].extensions["reviewers"]).unwrap(),
        r#"["Claude Opus 4.6","Gemini 3.1 Pro"]"#
    );
}

#[test]
fn sections_are_typed() {
    let review = read(
        "Let me write this up.\n\n# Review\n\n## Executive Summary\n\nOne leak.\n\n**Verdict**: rework\n\n## Design Observations\n\n### Concerns\n\n- **(in-scope)** The pool knows the wire.\n- **D7. Locks** *(future)*: too many in `net/pool.rs:4`.\n\n### Strengths\n\n- Small files.\n\n## Testing Assessment\n\nUntested, by risk:\n\n1. **Drop** — no test.\n2. Take.\n\n## Documentation Assessment\n\nNo documentation gaps.\n\n## Commit Structure\n\nOne commit.\n\n## Acknowledged Limitations\n\n- **No Windows** — said in a comment.\n\n## Unresolved Feedback\n\nNone.\n\n## Coverage Summary\n\n| File | Status |\n|---|---|\n| `net/pool.rs` | Reviewed, no issues |\n\n- `net/wire.rs`, `a.rs` — trivial\n",
    );
    // Talk beside a summary reaches no part of a report.
    let unplaced: Vec<&str> = review.sections.unplaced.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(unplaced, ["Let me write this up."]);
    assert!(!review.is_complete(), "it says nothing of findings");
    assert_eq!(review.sections.summary, "One leak.\n\nrework");
    let design: Vec<String> = review
        .sections
        .design
        .iter()
        .map(|item| format!("{} {:?} {:?} {}", item.id, item.stance, item.scope, item.text))
        .collect();
    insta::assert_snapshot!(design.join("\n"), @r"
    D1 Some(Concern) Some(InScope) **(in-scope)** The pool knows the wire.
    D7 Some(Concern) Some(Future) **Locks** *(future)*: too many in `net/pool.rs:4`.
    D2 Some(Strength) None Small files.
    ");
    let testing: Vec<&str> = review.sections.testing.iter().map(|item| item.text.as_str()).collect();
    assert_eq!(testing, ["**Drop** — no test.", "Take."]);
    assert!(review.sections.documentation.is_empty() && review.sections.unresolved_feedback.is_empty());
    assert_eq!(review.sections.commit_structure, "One commit.");
    assert_eq!(review.sections.limitations[0].id, "A1");
    let coverage: Vec<String> =
        review.sections.coverage.iter().map(|note| format!("{}: {}", note.path, note.note)).collect();
    assert_eq!(coverage, ["net/pool.rs: Reviewed, no issues", "net/wire.rs: trivial", "a.rs: trivial"]);
}

#[test]
fn the_parts_of_a_finding() {
    let review = read(
        "## Findings\n\n**I1. Guard leaks** — `net/pool.rs:4-9` (important, regression — introduced by 1a2b3c4)\n\n```rust\nlet guard = take();\n```\n\nSee S1: `pool.take(&mut guard)` holds it. I ran `cargo test -p net`: all pass.\n\nScenario: two takers wait.\n\nConfidence: 80%\n\nFix: drop it.\n\n```diff\n-let guard\n+drop(guard)\n```\n\n**S1. Odd name** — `net/wire.rs:2` (suggestion, enhancement)\n",
    );
    let finding = &review.findings[0];
    assert_eq!(finding.quotes[0].text, "let guard = take();");
    assert_eq!(
        (finding.quotes[0].language.as_deref(), finding.quotes[0].path.as_deref()),
        (Some("rust"), Some("net/pool.rs"))
    );
    assert!(finding.quotes.iter().any(|quote| quote.inline && quote.text == "pool.take(&mut guard)"));
    let fix = finding.fix.as_ref().unwrap();
    assert_eq!(
        (fix.prose.as_deref(), fix.patch.as_deref()),
        (Some("drop it."), Some("-let guard\n+drop(guard)"))
    );
    assert_eq!(finding.scenario.as_deref(), Some("two takers wait."));
    assert_eq!(finding.introduced_by.as_deref(), Some("1a2b3c4"));
    assert_eq!(finding.confidence.map(|confidence| confidence.millis()), Some(800));
    assert_eq!(finding.references, ["S1"]);
    assert_eq!(
        (review.checks[0].command.as_str(), review.checks[0].passed),
        ("cargo test -p net", Some(true))
    );
}

#[test]
fn prose_that_is_no_review_is_not_a_clean_one() {
    insta::assert_snapshot!(show("The service is over capacity. Try later.\n"), @r#"failed: no finding was recognised, and it does not say "none""#);
    insta::assert_snapshot!(show("## Findings\n\nNone.\n"), @"");
}

#[test]
fn the_last_whole_answer_counts() {
    let whole = "# Review\n\n## Summary\n\nTwo things.\n\n## Findings\n\n### Important Issues\n\n**I1. Guard leaks** — `net/pool.rs:4` (important, gap)\n\nText.\n\n**I2. Retries never end** — `net/retry.rs:2` (important, gap)\n";
    let cut = "# Review\n\n## Summary\n\nOne thing.\n\n## Findings\n\n### Important Issues\n\n**I1. A draft** — `net/wire.rs:9` (important, gap)\n\n**I2. Guard lea";
    for text in [
        format!("{cut}{whole}"),
        format!("{cut}\n\n{whole}"),
        format!("# Review\n\nI have re{whole}"),
        format!("{whole}\n{whole}"),
    ] {
        let review = read(&text);
        let titles: Vec<&str> = review.findings.iter().map(|finding| finding.title.as_str()).collect();
        assert_eq!(titles, ["Guard leaks", "Retries never end"], "{text}");
        assert_eq!(review.sections.summary, "Two things.");
        assert_eq!(review.lines.typed + review.lines.unplaced, review.lines.total);
        assert_eq!(review.sections.unplaced.len(), review.lines.unplaced as usize);
        assert!(review.diagnostics.iter().any(|one| one.message.contains("left aside")), "{text}");
    }
    let review = read(&format!("{cut}{whole}"));
    assert!(review.diagnostics.iter().any(|one| one.message.contains("A draft")), "{:?}", review.diagnostics);
    // A section that comes twice is no second answer.
    let review = read(
        "## Findings\n\n**I1. Guard leaks** — `a.rs:1` (important, gap)\n\n## Testing\n\nNo gaps.\n\n## Findings\n\n**I2. Retries never end** — `b.rs:1` (important, gap)\n",
    );
    assert_eq!(review.findings.len(), 2);
}

#[test]
fn paths_with_brackets_blanks_and_quotes() {
    insta::assert_snapshot!(show("## Findings\n\n### Important Issues\n\n**I1. Route** — `app/(shop)/[id]/page.tsx:2`\n\n**I2. Space** — `docs/my file.md:3`\n\n**I3. Bare** — app/(shop)/page.tsx:4\n\n**I4. Quoted** — \"src/a.rs:5\"\n\n**I5. Escaped** — app/\\(shop\\)/\\_index.tsx:6\n\n**I6. Windows** — `C:\\w\\shop\\src\\a.rs:7`\n\n**I7. Link** — [a](app/(shop)/page.tsx#L8)\n\n**I8. Encoded** — `src/my%20file.rs:9`\n"), @r"
    I1 important - | Route | app/(shop)/[id]/page.tsx:2
    I2 important - | Space | docs/my file.md:3
    I3 important - | Bare | app/(shop)/page.tsx:4
    I4 important - | Quoted | src/a.rs:5
    I5 important - | Escaped | app/(shop)/_index.tsx:6
    I6 important - | Windows | C:/w/shop/src/a.rs:7
    I7 important - | Link | app/(shop)/page.tsx:8
    I8 important - | Encoded | src/my file.rs:9
    ");
}

#[test]
fn topics_are_sections_of_findings_unless_another_section_has_them() {
    insta::assert_snapshot!(show("# Review\n\n## Security\n\n- Keys are logged in `net/log.rs:8`.\n\n## Performance\n\nNo concerns.\n"), @"h… - - | Keys are logged | net/log.rs:8");
    let review = read(
        "## Findings\n\nNone.\n\n## Design Observations\n\n### Performance\n\n- The pool copies its list.\n",
    );
    assert_eq!((review.findings.len(), review.sections.design.len()), (0, 1));
}

#[test]
fn files_in_bold_and_lines_in_front() {
    insta::assert_snapshot!(show("## Findings\n\n**net/pool.rs**\n\n- Line 6: the guard leaks\n- Lines 8-9: odd name\n\n### `net/wire.rs`\n\n- L88: slow\n"), @r"
    h… - - | the guard leaks | net/pool.rs:6
    h… - - | odd name | net/pool.rs:8-9
    h… - - | slow | net/wire.rs:88
    ");
    insta::assert_snapshot!(show("**Critical**\n\nNone.\n\n**Important**\n\n1. `a.rs:6` — Guard leaks\n\n**Minor**\n\n- Rename `x`\n"), @r"
    I1 important - | Guard leaks | a.rs:6
    S1 suggestion - | Rename `x` |
    ");
}
