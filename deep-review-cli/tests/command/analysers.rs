//! Analysers by their own command lines, played by fake programs that write what the real ones wrote.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use deep_review::{Completeness, Document as _, Report};
use review_testkit::TestEnvironment;

/// The analysers with their program and what the real one wrote.
const ANALYSERS: &[(&str, &str, &str)] = &[
    ("clippy", "cargo", "clippy.json"),
    ("ruff", "ruff", "ruff.sarif"),
    ("eslint", "eslint", "eslint.json"),
    ("golangci-lint", "golangci-lint", "golangci.json"),
    ("semgrep", "semgrep", "semgrep.sarif"),
    ("shellcheck", "shellcheck", "shellcheck.json"),
    ("bandit", "bandit", "bandit.json"),
    ("gitleaks", "gitleaks", "gitleaks.json"),
];

/// A change with a file for each of them.
fn repository() -> TestEnvironment {
    let env = super::environment();
    env.init().write("README.md", "x\n").commit("base");
    for path in ["app/load.py", "app/conf.py", "src/lib.rs", "web/a.js", "pkg/a.go", "run.sh"] {
        env.write(path, "1\n2\n3\n4\n5\n6\n7\n8\n");
    }
    env.commit("all kinds of files");
    env
}

/// Puts a program into a folder that comes first on the path. It notes how it was called, then does what is said.
fn fake(env: &TestEnvironment, program: &str, body: &str) {
    let notes = env.path().join("../calls.txt");
    let path = format!("../bin/{program}");
    env.write(&path, format!("#!/bin/sh\necho \"{program} $*\" >> '{}'\n{body}\n", notes.display()));
    let file = env.path().join(path);
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the real program wrote, about the folder that the fake one runs in.
fn plays(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join("review-agents/analyzers/tests/recordings")
        .join(file);
    format!("sed \"s#/w/shop/rs#$PWD#g; s#/w/shop#$PWD#g\" '{}'", path.display())
}

fn path_with(env: &TestEnvironment) -> String {
    format!("{}:{}", env.path().join("../bin").display(), std::env::var("PATH").unwrap())
}

fn run(env: &TestEnvironment, reviewers: &[&str]) -> Report {
    let _ = std::fs::remove_dir_all(env.path().join("../out"));
    let mut call = vec!["run", "--base", "HEAD~1", "--output", "../out", "--format", "json"];
    reviewers.iter().for_each(|reviewer| call.extend(["--reviewer", reviewer]));
    let path = path_with(env);
    let ran = env.run_with(&call, &[("PATH", path.as_str()), ("SECRET_TOKEN", "for-nobody")]);
    Report::from_json(&ran.stdout).map_err(|error| format!("{error}: {}", ran.stderr)).unwrap()
}

fn calls(env: &TestEnvironment) -> String {
    std::fs::read_to_string(env.path().join("../calls.txt")).unwrap_or_default()
}

/// How far a reviewer got, and why not further.
fn state(report: &Report, name: &str) -> (Completeness, String) {
    let reviewer = report.reviewers.iter().find(|reviewer| reviewer.name == name).unwrap();
    (reviewer.completeness, reviewer.incomplete_reason.clone().unwrap_or_default())
}

fn raised(report: &Report, name: &str) -> u32 {
    let retro = report.retro.reviewers.iter().find(|retro| retro.reviewer == name).unwrap();
    retro.critical + retro.important + retro.suggestions
}

#[test]
fn each_is_started_by_its_own_command_and_read() {
    let env = repository();
    for (_, program, recording) in ANALYSERS {
        fake(&env, program, &plays(recording));
    }
    let names: Vec<&str> = ANALYSERS.iter().map(|(name, _, _)| *name).collect();
    let report = run(&env, &names);
    for name in names {
        assert_eq!(state(&report, name), (Completeness::Complete, String::new()), "{name}");
        assert!(raised(&report, name) > 0, "{name} raised nothing");
    }
    let mut called: Vec<String> = calls(&env).lines().map(str::to_owned).collect();
    called.sort();
    insta::assert_snapshot!(called.join("\n"), @"
    bandit --quiet --format json --exit-zero ./app/conf.py ./app/load.py
    cargo clippy --quiet --all-targets --message-format=json
    eslint --format=json --no-error-on-unmatched-pattern ./web/a.js
    gitleaks dir --report-format=json --report-path=/dev/stdout --redact --no-banner --exit-code=0 .
    golangci-lint run --output.json.path=stdout --show-stats=false --issues-exit-code=0
    ruff check --output-format=sarif --no-cache --exit-zero --isolated ./app/conf.py ./app/load.py
    semgrep scan --sarif --quiet --metrics=off --disable-version-check --config=p/default ./app/conf.py ./app/load.py ./pkg/a.go ./run.sh ./src/lib.rs ./web/a.js
    shellcheck --format=json1 ./run.sh
    ");
}

#[test]
fn none_is_started_unless_it_is_named() {
    let env = repository();
    for (_, program, recording) in ANALYSERS {
        fake(&env, program, &plays(recording));
    }
    let _ = run(&env, &[]);
    let _ = run(&env, &["rules"]);
    assert_eq!(calls(&env), "");
}

#[test]
fn it_gets_nothing_of_the_users_environment_and_a_home_of_its_own() {
    let env = repository();
    let seen = env.path().join("../seen.txt");
    fake(&env, "ruff", &format!("env > '{}'\necho \"pwd=$PWD\" >> '{}'", seen.display(), seen.display()));
    let _ = run(&env, &["ruff"]);
    let seen = std::fs::read_to_string(seen).unwrap();
    assert!(!seen.contains("for-nobody") && !seen.contains("SECRET_TOKEN"), "{seen}");
    let line = |name: &str| seen.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert_ne!(line("HOME="), env.path().join("../home").to_string_lossy());
    assert_ne!(
        line("pwd="),
        env.path().to_string_lossy(),
        "it works in a checkout, not in the user's folder"
    );
}

#[test]
fn one_that_fails_is_never_a_clean_one_and_costs_the_others_nothing() {
    let env = repository();
    fake(&env, "ruff", "echo 'ruff: no such option' >&2\nexit 2");
    fake(&env, "bandit", "echo 'Traceback (most recent call last)'");
    fake(&env, "eslint", "sleep 60");
    fake(&env, "semgrep", "kill -9 $$");
    fake(&env, "shellcheck", &plays("shellcheck.json"));
    let report = run(
        &env,
        &["ruff", "bandit", "eslint:timeout=1", "semgrep", "gitleaks:file=../nowhere.json", "shellcheck"],
    );
    for name in ["ruff", "bandit", "eslint", "semgrep", "gitleaks"] {
        let (completeness, why) = state(&report, name);
        assert_eq!(completeness, Completeness::Failed, "{name}: {why}");
        assert!(!why.is_empty(), "{name}");
    }
    assert!(
        state(&report, "ruff").1.contains("code 2: ruff: no such option"),
        "{}",
        state(&report, "ruff").1
    );
    assert_eq!(state(&report, "shellcheck").0, Completeness::Complete);
    assert!(raised(&report, "shellcheck") > 0);
}

#[test]
fn one_that_is_not_installed_says_so() {
    let env = repository();
    let report = run(&env, &["golangci-lint", "rules"]);
    let (completeness, why) = state(&report, "golangci-lint");
    assert_eq!(completeness, Completeness::Failed);
    assert!(why.contains("golangci-lint"), "{why}");
}

#[test]
fn what_one_rule_says_forty_times_is_one_finding_in_the_report() {
    let env = super::environment();
    let script = "echo $1\n".repeat(45);
    env.init().write("old.sh", "echo $1\n").commit("base").write("run.sh", script).commit("a script");
    let comments: Vec<String> = (1..=40)
        .map(|line| {
            format!(
                r#"{{"file":"./run.sh","line":{line},"endLine":{line},"column":6,"endColumn":8,"level":"info","code":2086,"message":"Double quote to prevent globbing and word splitting."}}"#
            )
        })
        .chain([r#"{"file":"./old.sh","line":1,"endLine":1,"column":6,"endColumn":8,"level":"info","code":2086,"message":"Old."}"#.to_owned()])
        .collect();
    env.write("../answer.json", format!(r#"{{"comments":[{}]}}"#, comments.join(",")));
    fake(&env, "shellcheck", &format!("cat '{}'\nexit 1", env.path().join("../answer.json").display()));
    let report = run(&env, &["shellcheck"]);
    assert_eq!(raised(&report, "shellcheck"), 1);
    let finding = &report.findings[0];
    assert_eq!(finding.locations.len(), 40, "{finding:?}");
    assert!(calls(&env).contains("shellcheck --format=json1 ./run.sh"));
}

#[test]
fn in_the_sandbox_nothing_but_its_own_folder_can_be_written() {
    let works =
        std::process::Command::new("bwrap").args(["--unshare-all", "--ro-bind", "/", "/", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        eprintln!("bubblewrap does not work here: skipped");
        return;
    }
    let env = repository();
    let outside = env.path().join("../home/planted");
    env.write("../home/.keep", "");
    let body = format!(
        "touch '{}' 2>/dev/null\ntouch planted 2>/dev/null && echo 'wrote the checkout' >&2\ntouch \"$HOME/mine\" || exit 7\n\
         [ \"$(ls /sys/class/net | grep -v lo)\" = '' ] || true\n{}",
        outside.display(),
        plays("shellcheck.json")
    );
    // Its own calls can't be noted outside either: that is not what is tested here.
    fake(&env, "shellcheck", &body);
    let report = run(&env, &["shellcheck:sandbox=yes"]);
    assert_eq!(state(&report, "shellcheck"), (Completeness::Complete, String::new()));
    assert!(!outside.exists() && calls(&env).is_empty());
    let reviewer = report.reviewers.iter().find(|reviewer| reviewer.name == "shellcheck").unwrap();
    assert!(reviewer.isolation.as_deref().unwrap().contains("bubblewrap"), "{:?}", reviewer.isolation);
}
