//! `deep-review bench`.

use crate::repository;

const CHANGE: &str = r#"{
  "id": "open", "repository": "..", "base": "BASE", "head": "HEAD",
  "golden": [{ "id": "G1", "text": "Open hides the error of dial: the caller goes on without a connection.", "places": [{ "path": "net/pool.go", "start_line": 4, "end_line": 6 }] }]
}"#;

#[test]
fn a_benchmark_is_asked_once_and_measured_again_without_anybody() {
    let env = repository();
    let revision = |name: &str| {
        let output = std::process::Command::new("git")
            .args(["-C", &env.path().display().to_string(), "rev-parse", name])
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let change = CHANGE
        .replace("BASE", &revision("HEAD~1"))
        .replace("HEAD", &revision("HEAD"))
        .replace("\"..\"", &format!("\"{}\"", env.path().display()));
    env.write("bench/changes/open.json", change);
    env.write("claude.md", crate::CLAUDE);
    let file = env.path().join("claude.md");
    let reviewer = format!("claude=replay:file={}", file.display());
    let asked = env.run(&["bench", "bench", "--reviewer", &reviewer, "--reviewer", "rules"]).expect_status(0);
    assert!(asked.stderr.contains("2 runs to ask for"), "{}", asked.stderr);
    assert!(asked.stdout.contains("1 change, 1 golden comment, 2 reviewers"), "{}", asked.stdout);
    std::fs::remove_file(file).unwrap();
    let again = env.run(&["bench", "bench", "--format", "json"]).expect_status(0);
    let measured: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(measured["reviewers"][0]["reviewer"], "claude");
    assert_eq!(measured["reviewers"][0]["recall"]["value"], 1.0);
}

#[test]
fn what_can_not_be_measured_is_told() {
    let env = crate::environment();
    let _ = env.run(&["bench", "nothing"]).expect_status(2);
    env.write("bench/changes/bad.json", "{");
    env.write(
        "bench/changes/good.json",
        r#"{ "id": "good", "golden": [], "reviews": [{ "reviewer": "a", "review": "No issues found." }] }"#,
    );
    let measured = env.run(&["bench", "bench"]).expect_status(3);
    assert!(measured.stdout.contains("failed: bad.json"), "{}", measured.stdout);
    let _ = env.run(&["bench", "bench", "--import", "other=x"]).expect_status(2);
}
