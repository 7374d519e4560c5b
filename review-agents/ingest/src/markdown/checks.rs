//! Commands that the reviewer says it ran: `` I ran `cargo test -p net`; it passes ``.

use review_core::{Check, Review};

use super::fences::LineKind;
use crate::text::{code_content, cut, head, skip_code, tail};

/// Words before a command that say it was run.
const RAN: &[&str] = &[
    "ran",
    "running",
    "executed",
    "verified with",
    "verified via",
    "verified by",
    "verified:",
    "confirmed with",
    "confirmed by",
    "checked with",
    "re-ran",
    "reran",
    "run of",
    "output of",
    "validated with",
    "validated by",
];

/// Programs that reviewers run. Inline code that starts with anything else is not a command.
const PROGRAMS: &[&str] = &[
    "go",
    "cargo",
    "npm",
    "pnpm",
    "yarn",
    "npx",
    "make",
    "git",
    "grep",
    "rg",
    "pytest",
    "python",
    "python3",
    "node",
    "bats",
    "mvn",
    "gradle",
    "./gradlew",
    "bazel",
    "dotnet",
    "ctest",
    "cmake",
    "ruff",
    "mypy",
    "tsc",
    "eslint",
    "jest",
    "vitest",
    "golangci-lint",
    "shellcheck",
    "terraform",
    "docker",
    "kubectl",
    "swift",
    "just",
    "tox",
    "uv",
    "deno",
    "bun",
    "php",
    "ruby",
    "bundle",
    "rake",
    "mix",
    "zig",
    "clang-tidy",
    "staticcheck",
    "rspec",
    "phpunit",
    "sbt",
    "ghc",
    "stack",
    "cabal",
    "bash",
    "sh",
];

/// Most checks kept.
const MAX_CHECKS: usize = 64;

/// Collects checks from the text outside fences.
pub(crate) fn collect(review: &mut Review, lines: &[&str], places: &[LineKind]) {
    for (line, place) in lines.iter().zip(places) {
        if *place != LineKind::Text || !line.contains('`') || review.checks.len() >= MAX_CHECKS {
            continue;
        }
        if line.len() < 4000 {
            read_line(line, &mut review.checks);
        }
    }
}

fn read_line(line: &str, checks: &mut Vec<Check>) {
    let mut from = 0;
    while let Some(found) = tail(line, from).find('`') {
        let at = from + found;
        let end = skip_code(line, at);
        let content = code_content(cut(line, at..end));
        let program = content.split(' ').next().unwrap_or("");
        let command = content.contains(' ') && PROGRAMS.contains(&program);
        if command && says_ran(head(line, at)) && !checks.iter().any(|check| check.command == content) {
            let mut check = Check::new(content, result(tail(line, end)));
            check.passed = verdict(&check.result);
            checks.push(check);
        }
        from = end;
    }
}

/// Whether the words right before a command say that it was run.
fn says_ran(before: &str) -> bool {
    let mut at = before.len().saturating_sub(48);
    while !before.is_char_boundary(at) {
        at += 1;
    }
    let near = tail(before, at).to_lowercase();
    let near = near.trim_end_matches([' ', ':', '*', '(']);
    RAN.iter().any(|words| {
        near.ends_with(words)
            || near
                .rfind(words)
                .is_some_and(|at| near.len() - at < words.len() + 18 && !tail(near, at).contains(['.', ',']))
    })
}

/// What is said of the result: the rest of the sentence.
fn result(after: &str) -> &str {
    let after = after.trim_start_matches([' ', ':', '—', '–', '-', ',', ';', ')', '*']);
    let end = after.find(". ").or_else(|| after.find(".\n")).unwrap_or(after.len());
    let mut end = end.min(300);
    while !after.is_char_boundary(end) {
        end -= 1;
    }
    head(after, end).trim().trim_end_matches('.')
}

fn verdict(result: &str) -> Option<bool> {
    let words = result.to_lowercase();
    let failed = ["fail", "error", "did not pass", "doesn't pass", "does not pass", "panic"]
        .iter()
        .any(|word| words.contains(word));
    let passed = [
        "pass",
        "succe",
        "clean",
        "green",
        " ok",
        "no issues",
        "no matches",
        "no errors",
        "0 failed",
        "without error",
    ]
    .iter()
    .any(|word| words.contains(word))
        || words.starts_with("ok");
    match (passed, failed) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        (true, true) => {
            Some(words.contains("no error") || words.contains("0 failed") || words.contains("without error"))
        }
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_were_run_and_how_they_ended() {
        let mut checks = Vec::new();
        read_line("I ran `cargo test -p net`: all 14 tests pass. Then `git log` would help.", &mut checks);
        read_line("Run `cargo fmt --all` before merging.", &mut checks);
        let shown: Vec<String> = checks
            .iter()
            .map(|check| format!("{} → {} {:?}", check.command, check.result, check.passed))
            .collect();
        assert_eq!(shown, ["cargo test -p net → all 14 tests pass Some(true)"]);
    }
}
