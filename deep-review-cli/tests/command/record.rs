//! A run's record: replayed byte for byte, and resumed after a kill.

use std::process::Stdio;
use std::time::{Duration, Instant};

use deep_review::{Document, Report};

use crate::{CLAUDE, CODEX, repository};

#[test]
fn a_recorded_run_replays_to_the_same_bytes_without_its_repository() {
    let env = repository();
    env.write("claude.md", CLAUDE).write("codex.md", CODEX);
    let ran = env
        .run(&[
            "run",
            "--base",
            "HEAD~1",
            "--output",
            "../out",
            "--format",
            "json",
            "--reviewer",
            "claude=replay:file=claude.md",
            "--reviewer",
            "codex=replay:file=codex.md",
            "--reviewer",
            "rules",
        ])
        .expect_status(0);
    std::fs::remove_dir_all(env.path().join(".git")).unwrap();
    std::fs::remove_file(env.path().join("claude.md")).unwrap();
    let replayed = env.run(&["replay", "../out", "--format", "json"]).expect_status(0);
    assert_eq!(replayed.stdout, ran.stdout);
    let from_run_folder = env.run(&["replay", "../out/run", "--format", "json"]).expect_status(0);
    assert_eq!(from_run_folder.stdout, ran.stdout);
}

#[test]
fn a_killed_run_is_resumed_without_asking_again() {
    let env = repository();
    env.write("claude.md", CLAUDE);
    // A named pipe that nobody writes to: the second reviewer never ends by itself.
    let pipe = env.path().join("codex.md");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reviewers =
        ["--reviewer", "claude=replay:file=claude.md", "--reviewer", "codex=replay:file=codex.md"];
    let mut child = env
        .command()
        .args(["run", "--base", "HEAD~1", "--output", "out"])
        .args(reviewers)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let journal = env.path().join("out/run/journal.jsonl");
    let begun = Instant::now();
    while !std::fs::read_to_string(&journal).unwrap_or_default().contains("\"record\":\"finished\"") {
        assert!(begun.elapsed() < Duration::from_secs(60), "the first reviewer did not finish");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();

    // The dead run can be replayed as far as it got: incomplete.
    let replayed = env.run(&["replay", "out", "--format", "json"]).expect_status(3);
    let dead = Report::from_json(&replayed.stdout).unwrap();
    assert_eq!(dead.findings.len(), 1);

    // Resumed: claude's file is gone, so asking again would fail.
    std::fs::remove_file(&pipe).unwrap();
    std::fs::remove_file(env.path().join("claude.md")).unwrap();
    env.write("codex.md", CODEX);
    let resumed = env
        .run(&[&["run", "--base", "HEAD~1", "--resume", "out", "--format", "json"][..], &reviewers].concat())
        .expect_status(0);
    let report = Report::from_json(&resumed.stdout).unwrap();
    assert_eq!(report.id, dead.id, "it is the same run");
    assert_eq!(report.findings[0].reviewers, ["claude", "codex"]);
}

#[test]
fn a_run_of_another_change_is_not_resumed() {
    let env = repository();
    let _ = env.run(&["run", "--base", "HEAD~1", "--output", "../out"]).expect_status(0);
    env.write("b.go", "package b\n").commit("More");
    let ran = env.run(&["run", "--base", "HEAD~1", "--resume", "../out"]).expect_status(2);
    assert!(ran.stderr.contains("another change"), "{}", ran.stderr);
}
