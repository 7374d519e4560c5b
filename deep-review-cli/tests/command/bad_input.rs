//! Bad input: the promised status, a clear message on standard error, no panic, nothing half written.

use crate::{CLAUDE, environment, repository};

/// Status and message.
fn show(ran: &review_testkit::Ran) -> String {
    assert!(ran.stdout.is_empty(), "nothing goes to standard output: {}", ran.stdout);
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    format!("{}: {}", ran.status.unwrap(), ran.stderr)
}

#[test]
fn not_a_repository() {
    insta::assert_snapshot!(show(&environment().run(&["run"])), @"2: deep-review: opening a repository: this folder is in no git repository; name one that is, or run `git init` there (folder: [dir]/work)");
}

#[test]
fn an_unknown_revision() {
    insta::assert_snapshot!(show(&repository().run(&["run", "--base", "no-such"])), @"2: deep-review: git rev-parse: this revision is unknown or no commit; `git log --oneline --all` lists what there is (revision: no-such)");
}

#[test]
fn a_revision_that_looks_like_an_option() {
    insta::assert_snapshot!(show(&repository().run(&["run", "--base", "--output=/tmp/x"])), @"2: deep-review: git rev-parse: this revision is unknown or no commit; `git log --oneline --all` lists what there is (revision: --output=/tmp/x)");
}

#[test]
fn an_empty_change() {
    insta::assert_snapshot!(show(&repository().run(&["run", "--base", "HEAD", "--head", "HEAD"])), @"
    2: reviewing 854240691d31..854240691d31 (0 commits); base: as named
    deep-review: there is nothing to review: the change is empty; name another --base or --head
    ");
}

#[test]
fn a_repository_without_commits() {
    let env = environment();
    env.init();
    insta::assert_snapshot!(show(&env.run(&["run"])), @"2: deep-review: git rev-parse: HEAD has no commit yet; commit something first, or review the working tree (revision: HEAD)");
}

#[test]
fn an_unknown_reviewer() {
    insta::assert_snapshot!(show(&repository().run(&["run", "--reviewer", "gpt"])), @"
    2: reviewing 3443af1ce56c..854240691d31 (1 commit); base: the commit before head, because head has nothing that main does not have
    warning: the base is a guess; name another one with --base
    deep-review: there is no reviewer backend `gpt` in this build (known: anthropic bandit claude-code clippy codex command eslint gemini-cli gitleaks golangci-lint google openai openai-chat rdjson replay ruff rules sarif semgrep shellcheck)
    ");
}

#[test]
fn an_unknown_format() {
    let ran = repository().run(&["run", "--format", "pdf"]).expect_status(2);
    assert!(
        ran.stderr.contains("invalid value 'pdf'") && ran.stderr.contains("markdown-comment"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_report_of_a_newer_version() {
    let env = environment();
    env.write("report.json", r#"{"schema_version":"9"}"#);
    insta::assert_snapshot!(show(&env.run(&["render", "report.json"])), @"2: deep-review: this report document was written by a newer version; update deep-review to read it (schema_version: 9, readable: 1, path: report.json)");
}

#[test]
fn a_review_that_is_binary() {
    let env = environment();
    env.write("a.bin", [0_u8, 159, 146, 150, 0, 1, 2]);
    insta::assert_snapshot!(show(&env.run(&["parse", "a.bin"])), @"2: deep-review: this is not a review but binary data; give the text that the reviewer wrote (path: a.bin)");
    insta::assert_snapshot!(show(&env.run(&["consolidate", "a=a.bin"])), @"
    2: deep-review: a: this is not a review but binary data; give the text that the reviewer wrote (path: a.bin)
    deep-review: none of the reviews could be read
    ");
}

#[test]
fn a_review_that_is_missing() {
    insta::assert_snapshot!(show(&environment().run(&["parse", "none.md"])), @"2: deep-review: can't read: No such file or directory (os error 2) (path: none.md)");
}

#[test]
fn a_review_that_is_too_large() {
    let env = environment();
    env.write("big.md", vec![b'a'; 65 << 20]);
    insta::assert_snapshot!(show(&env.run(&["parse", "big.md"])), @"2: deep-review: the file is too large (path: big.md, limit in bytes: 67108864)");
}

#[test]
fn fifty_megabytes_of_text_are_read() {
    let env = environment();
    env.write("big.md", format!("{CLAUDE}\n{}", "word ".repeat(10 << 20)));
    let ran = env.run(&["parse", "big.md"]).expect_status(0);
    assert!(ran.stdout.contains("Open hides the error of dial"));
}

#[test]
fn deeply_nested_json_is_read_without_a_crash() {
    let env = environment();
    env.write("deep.json", "[".repeat(1 << 20));
    let ran = env.run(&["parse", "deep.json"]);
    assert!(matches!(ran.status, Some(0 | 2)), "{ran:?}");
    assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("overflow"));
}

#[test]
fn an_output_folder_that_can_not_be_made() {
    let env = repository();
    env.write("blocked", "a file");
    let ran = env.run(&["run", "--reviewer", "rules", "--output", "blocked/folder"]);
    insta::assert_snapshot!(show(&ran), @"
    3: reviewing 3443af1ce56c..854240691d31 (1 commit); base: the commit before head, because head has nothing that main does not have
    warning: the base is a guess; name another one with --base
    deep-review: the output folder can't be made: Not a directory (os error 20) (path: blocked/folder)
    ");
}

#[test]
fn a_full_disk() {
    let env = environment();
    env.write("a.md", CLAUDE);
    // `/dev/full` can be opened, and refuses what is written.
    let ran = env.run_into("/dev/full", &["consolidate", "claude=a.md", "--format", "json"]);
    insta::assert_snapshot!(format!("{}: {}", ran.status.unwrap(), ran.stderr), @"3: deep-review: can't write to standard output: No space left on device (os error 28)");
}

#[test]
fn the_call_itself() {
    let env = environment();
    for arguments in [
        &["frobnicate"][..],
        &[],
        &["consolidate"],
        &["consolidate", "claude"],
        &["schema", "x"],
        &["run", "--fail-on", "x"],
    ] {
        let ran = env.run(arguments);
        assert_eq!(ran.status, Some(2), "{arguments:?}: {}", ran.stderr);
        assert!(!ran.stderr.is_empty());
    }
    let _ = env.run(&["--help"]).expect_status(0);
    let _ = env.run(&["--version"]).expect_status(0);
}

#[test]
fn decisions_and_policies_of_another_kind() {
    let env = environment();
    env.write("a.md", CLAUDE).write("policy.json", "[]").write("decisions.json", r#"{"schema_version":"2"}"#);
    insta::assert_snapshot!(show(&env.run(&["consolidate", "a=a.md", "--policy", "policy.json"])), @"2: deep-review: not a policy document: it is no JSON object (path: policy.json)");
    insta::assert_snapshot!(show(&env.run(&["consolidate", "a=a.md", "--decisions", "decisions.json"])), @"2: deep-review: this decisions document was written by a newer version; update deep-review to read it (schema_version: 2, readable: 1, path: decisions.json)");
}

#[test]
fn an_editor_that_is_no_model_is_said_before_anything_runs() {
    insta::assert_snapshot!(show(&repository().run(&["run", "--editor", "rules"])), @"
    2: reviewing 3443af1ce56c..854240691d31 (1 commit); base: the commit before head, because head has nothing that main does not have
    warning: the base is a guess; name another one with --base
    no reviewer was named: only the built-in rules run (free, offline). Others: anthropic bandit claude-code clippy codex command eslint gemini-cli gitleaks golangci-lint google openai openai-chat rdjson replay ruff sarif semgrep shellcheck; name them with --reviewer
    deep-review: the backend `rules` reviews, but can't answer questions (able: anthropic claude-code codex command gemini-cli google openai openai-chat)
    ");
}
