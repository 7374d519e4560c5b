//! Reviews as the known bots publish them, paraphrased.
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
fn claude_code_review_comment() {
    insta::assert_snapshot!(show("### Code review\n\nFound 2 issues:\n\n1. The guard is kept across the send (CLAUDE.md says \"never await under a lock\")\n\nhttps://github.com/o/net/blob/0a1b2c3d/net/pool.rs#L40-L52\n\n2. Retries never end (bug due to the missing limit)\n\nhttps://github.com/o/net/blob/0a1b2c3d/net/retry.rs#L12\n\n🤖 Generated with [Claude Code](https://claude.ai/code)\n\n<sub>- If this code review was useful, please react with 👍. Otherwise, react with 👎.</sub>\n"), @r#"
    S1 - - | The guard is kept across the send (CLAUDE.md says "never await under a lock") | net/pool.rs:40-52
    S2 - - | Retries never end (bug due to the missing limit) | net/retry.rs:12
    unplaced 13: 🤖 Generated with [Claude Code](https://claude.ai/code)
    unplaced 15: <sub>- If this code review was useful, please react with 👍. Otherwise, react with 👎.</sub>
    "#);
    assert!(read("### Code review\n\nNo issues found. Checked for bugs and CLAUDE.md compliance.\n\n🤖 Generated with [Claude Code](https://claude.ai/code)\n").is_complete());
}

#[test]
fn codex() {
    insta::assert_snapshot!(show("**<sub><sub>![P1 Badge](https://img.shields.io/badge/P1-orange?style=flat)</sub></sub>  Drop the guard before the send**\n\nThe guard in `net/pool.rs:40` lives until the loop ends.\n\nUseful? React with 👍 / 👎.\n"), @r"
    I1 important - | Drop the guard before the send | net/pool.rs:40
    unplaced 5: Useful? React with 👍 / 👎.
    ");
    insta::assert_snapshot!(show("### 💡 Codex Review\n\nhttps://github.com/o/net/blob/0a1b2c3d/net/pool.rs#L40-L52\n**<sub><sub>![P1 Badge](https://img.shields.io/badge/P1-orange?style=flat)</sub></sub>  Drop the guard**\n\nIt lives on.\n\nhttps://github.com/o/net/blob/0a1b2c3d/net/retry.rs#L12-L13\n**<sub><sub>![P2 Badge](https://img.shields.io/badge/P2-yellow?style=flat)</sub></sub>  Bound the retries**\n\nThey never end.\n\n<details> <summary>ℹ️ About Codex in GitHub</summary>\n<br/>\n\nYour team has set up Codex.\n\n</details>\n"), @r"
    I1 important - | Drop the guard | net/pool.rs:40-52
    S1 suggestion - | Bound the retries | net/retry.rs:12-13
    ");
    assert!(read("Codex Review: Didn't find any major issues. :tada:\n\n<details> <summary>ℹ️ About Codex in GitHub</summary>\n\nText.\n</details>\n").is_complete());
    assert!(
        !read("### 💡 Codex Review\n\nHere are some automated review suggestions for this pull request.\n")
            .is_complete()
    );
}

#[test]
fn coderabbit() {
    insta::assert_snapshot!(show("**Actionable comments posted: 2**\n\n<details>\n<summary>🧹 Nitpick comments (1)</summary><blockquote>\n\n<details>\n<summary>net/wire.rs (1)</summary><blockquote>\n\n`88-90`: **Name the limit.**\n\nThe number appears three times.\n\n<details>\n<summary>♻️ Proposed fix</summary>\n\n```diff\n-4096\n+MAX_FRAME\n```\n\n</details>\n\n</blockquote></details>\n\n</blockquote></details>\n\n<details>\n<summary>📜 Review details</summary>\n\n**Configuration used**: defaults\n\n</details>\n"), @r"
    S1 suggestion - | Name the limit. | net/wire.rs:88-90
    unplaced 30: **Configuration used**: defaults
    ");
    insta::assert_snapshot!(show("_⚠️ Potential issue_ | _🟠 Major_\n\n**Drop the guard before the send.**\n\nIt lives on.\n\n<details>\n<summary>📝 Committable suggestion</summary>\n\n> ‼️ **IMPORTANT**\n> Carefully review the code before committing.\n\n```suggestion\n    drop(guard);\n```\n\n</details>\n\n<details>\n<summary>🤖 Prompt for AI Agents</summary>\n\n```\nIn net/pool.rs around lines 40 - 52, drop the guard.\n```\n\n</details>\n"), @"I1 important - | Drop the guard before the send. |");
    assert!(read("**Actionable comments posted: 0**\n").is_complete());
    assert!(read("No actionable comments were generated in the recent review. 🎉\n").is_complete());
}

#[test]
fn gemini_code_assist() {
    insta::assert_snapshot!(show("![high](https://www.gstatic.com/codereviewagent/high-priority.svg)\n\nThe guard is kept across the send. Copy the list first.\n\n```suggestion\nlet peers = peers.clone();\n```\n"), @"I1 important - | The guard is kept across the send. |");
    insta::assert_snapshot!(show("![security-critical](https://www.gstatic.com/codereviewagent/security-critical.svg) ![critical](https://www.gstatic.com/codereviewagent/critical.svg)\n\nThe keys are logged.\n"), @"C1 critical - | The keys are logged. |");
    assert!(
        !read("## Code Review\n\nThis pull request adds a pool. My review found two high severity issues.\n")
            .is_complete()
    );
    assert!(
        read("## Code Review\n\nThis pull request adds a pool. I have no feedback to provide.\n")
            .is_complete()
    );
}

#[test]
fn copilot() {
    insta::assert_snapshot!(show("## Pull request overview\n\nThis pull request adds a pool.\n\n### Reviewed changes\n\nCopilot reviewed 2 out of 2 changed files in this pull request and generated 1 comment.\n\n| File | Description |\n| ---- | ----------- |\n| net/pool.rs | Adds the pool |\n\n<details>\n<summary>Comments suppressed due to low confidence (2)</summary>\n\n**net/pool.rs:40**\n* The guard may be kept across the send.\n```\nlet guard = lock();\n```\n**net/retry.rs:12**\n* The loop has no bound.\n</details>\n\n---\n\n💡 <a href=\"/o/net/new/main\">Add Copilot custom instructions</a> for smarter reviews.\n"), @r#"
    S1 suggestion - | The guard may be kept across the send. | net/pool.rs:40
    S2 suggestion - | The loop has no bound. | net/retry.rs:12
    unplaced 27: 💡 <a href="/o/net/new/main">Add Copilot custom instructions</a> for smarter reviews.
    "#);
    assert!(
        read("Copilot reviewed 4 out of 4 changed files in this pull request and generated no comments.\n")
            .is_complete()
    );
}

#[test]
fn bugbot() {
    insta::assert_snapshot!(show("### Guard kept across the send\n\n**High Severity**\n\n<!-- DESCRIPTION START -->\nThe guard lives until the loop ends.\n<!-- DESCRIPTION END -->\n\n<!-- LOCATIONS START\nnet/pool.rs#L40-L52\nnet/wire.rs#L88\nLOCATIONS END -->\n\n<a href=\"https://cursor.com/open\">Fix in Cursor</a> <a href=\"https://cursor.com/agents\">Fix in Web</a>\n"), @r#"
    I1 important - | Guard kept across the send | net/pool.rs:40-52 net/wire.rs:88
    unplaced 14: <a href="https://cursor.com/open">Fix in Cursor</a> <a href="https://cursor.com/agents">Fix in Web</a>
    "#);
    assert!(read("✅ Bugbot reviewed your changes and found no new issues!\n").is_complete());
}

#[test]
fn qodo() {
    insta::assert_snapshot!(show("## PR Reviewer Guide 🔍\n\nHere are some key observations to aid the review process:\n\n<table>\n<tr><td>⏱️&nbsp;<strong>Estimated effort to review</strong>: 2 🔵🔵⚪⚪⚪</td></tr>\n<tr><td>⚡&nbsp;<strong>Recommended focus areas for review</strong><br><br>\n\n<details><summary><a href='https://github.com/o/net/blob/0a1b/net/pool.rs#L40-L52'><strong>Possible Issue</strong></a>\n\nThe guard is kept across the send.\n</summary>\n\n```rust\nlet guard = lock();\n```\n\n</details>\n\n</td></tr>\n</table>\n"), @"h… - - | Possible Issue | net/pool.rs:40-52");
}

#[test]
fn greptile() {
    insta::assert_snapshot!(show("<a href=\"#\"><img alt=\"P1\" src=\"https://greptile-static-assets.s3.amazonaws.com/badges/p1.svg\" align=\"top\"></a> **Guard kept across the send**\n\nIt lives on in `net/pool.rs:40`.\n"), @"I1 important - | Guard kept across the send | net/pool.rs:40");
    insta::assert_snapshot!(show("**logic:** the guard is kept across the send\n"), @"I1 important - | the guard is kept across the send |");
}

#[test]
fn sourcery() {
    insta::assert_snapshot!(show("Hey - I've found 2 issues, and left some high level feedback:\n\n- Consider a test for the slow peer.\n\n<details>\n<summary>Prompt for AI Agents</summary>\n\n~~~markdown\nPlease address the comments.\n~~~\n</details>\n\n***\n\n## Individual Comments\n\n### Comment 1\n<location> `net/pool.rs:40-52` </location>\n<code_context>\nlet guard = lock();\n</code_context>\n\n<issue_to_address>\n**issue (bug_risk):** The guard is kept across the send.\n\nIt lives until the loop ends.\n</issue_to_address>\n\n### Comment 2\n<location> `net/wire.rs:88` </location>\n<code_context>\n4096\n</code_context>\n\n<issue_to_address>\n**suggestion:** Name the limit.\n</issue_to_address>\n\n***\n\n<details>\n<summary>Sourcery is free for open source - if you like our reviews please consider sharing them ✨</summary>\n\n- [X](https://x.test)\n</details>\n<sub>\nHelp me be more useful! Please click 👍 or 👎 on each comment.\n</sub>\n"), @r"
    I1 important - | The guard is kept across the send. | net/pool.rs:40-52
    S2 suggestion - | Name the limit. | net/wire.rs:88
    unplaced 47: Help me be more useful! Please click 👍 or 👎 on each comment.
    ");
}

#[test]
fn compilers_and_colours() {
    insta::assert_snapshot!(show("\u{1b}[96mapp/(shop)/page.tsx\u{1b}[0m:\u{1b}[93m2\u{1b}[0m:\u{1b}[93m1\u{1b}[0m - \u{1b}[91merror\u{1b}[0m\u{1b}[90m TS2304: \u{1b}[0mCannot find name 'q'.\n\n\u{1b}[7m2\u{1b}[0m eval(q)\n\n"), @r"
    h… important - | Cannot find name 'q'. | app/(shop)/page.tsx:2
    unplaced 3: 2 eval(q)
    ");
    insta::assert_snapshot!(show("src/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.\nsrc/(x)/b.ts(9,1): error TS7006: Parameter 'a' implicitly has an 'any' type.\n"), @r"
    h… important - | Type 'string' is not assignable to type 'number'. | src/a.ts:3
    h… important - | Parameter 'a' implicitly has an 'any' type. | src/(x)/b.ts:9
    ");
}
