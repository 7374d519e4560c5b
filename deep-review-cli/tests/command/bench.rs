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
    assert!(measured["reviewers"][0]["spec"].as_str().unwrap().starts_with("claude=replay:file="));
    assert_eq!(measured["reviewers"][0]["recall"]["value"], 1.0);
}

#[cfg(unix)]
#[test]
fn a_judge_is_asked_once_and_one_that_can_not_answer_is_told() {
    let env = crate::environment();
    for id in ["one", "two"] {
        let change = serde_json::json!({
            "id": id,
            "golden": [{ "id": "G1", "places": [{ "path": "pool.rs", "start_line": 12 }],
                "text": format!("When dialling of {id} fails the pool is never closed, so each failure leaks a descriptor.") }],
            "reviews": [{ "reviewer": "a", "review": { "findings": [{ "id": "I1", "title": "Open leaks the pool",
                "body": "On an error of dial nobody closes what was made before.",
                "locations": [{ "path": "pool.rs", "start_line": 14 }] }] } }],
        });
        env.write(&format!("bench/changes/{id}.json"), change.to_string());
    }
    // What is in one file is one issue.
    env.write(
        "judge.sh",
        r###"echo >> "$1"
echo '{"answers":['
awk '/^## `q\//{id=$2; gsub(/`/,"",id)}
     /^Place: /{split($2,p,":"); if (n++%2==0) first=p[1]
                else print "{\"question\":\"" id "\",\"answer\":\"" (first==p[1]?"yes":"no") "\",\"reason\":\"read it\"},"}'
echo '{"question":"q/0000000000000000","answer":"no"}]}'
"###,
    );
    let (script, asked) = (env.path().join("judge.sh"), env.path().join("asked"));
    let judge = format!("judge=command:cmd=sh {} {}", script.display(), asked.display());
    let times = || std::fs::read_to_string(&asked).unwrap_or_default().lines().count();
    let ran = env.run(&["bench", "bench", "--judge", &judge]).expect_status(0);
    assert!(ran.stdout.contains("2 of them with a judge"), "{}", ran.stdout);
    assert_eq!(
        (times(), env.read("bench/decisions.json").matches("read it").count()),
        (2, 2),
        "{}",
        ran.stderr
    );
    let _ = env.run(&["bench", "bench", "--judge", &judge]).expect_status(0);
    assert_eq!(times(), 2);

    std::fs::remove_file(env.path().join("bench/decisions.json")).unwrap();
    let ran = env.run(&["bench", "bench", "--judge", "judge=command:cmd=false"]).expect_status(0);
    assert!(ran.stderr.contains("the judge left 1 of 1 questions open"), "{}", ran.stderr);
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
