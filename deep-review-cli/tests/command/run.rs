//! `run`: a change in a repository becomes a report, a record and a status.

use deep_review::{Document, Report, VerdictDecision};

use crate::{CLAUDE, environment, repository};

#[test]
fn the_built_in_rules_review_on_a_bare_machine() {
    let env = repository();
    let ran = env.run(&["run", "--base", "HEAD~1", "--output", "out", "--format", "json"]).expect_status(0);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.findings[0].title, "`err` is checked and then lost: the function returns nil");
    assert!(
        report.verdict.reason.contains("rules"),
        "the verdict says that only rules ran: {}",
        report.verdict.reason
    );
    assert!(ran.stderr.contains("only the built-in rules run"), "{}", ran.stderr);
    assert_eq!(env.read("out/report.json"), ran.stdout, "the same report is on disk");
    for file in ["report.md", "report.html", "run/journal.jsonl", "run/evidence.json", "run/decisions.json"] {
        assert!(!env.read(&format!("out/{file}")).is_empty(), "{file}");
    }
}

#[test]
fn the_reviewed_repository_is_not_touched() {
    let env = repository();
    let state = |env: &review_testkit::TestEnvironment| {
        let output = env.command();
        drop(output);
        let list = std::process::Command::new("find")
            .args([".git", "-type", "f", "-exec", "sha256sum", "{}", "+"])
            .current_dir(env.path())
            .output()
            .unwrap();
        let mut lines: Vec<String> =
            String::from_utf8(list.stdout).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let before = state(&env);
    let _ = env.run(&["run", "--base", "HEAD~1", "--output", "../out"]).expect_status(0);
    assert_eq!(before, state(&env));
}

#[test]
fn a_failing_reviewer_costs_nobody_else_and_shows() {
    let env = repository();
    env.write("claude.md", CLAUDE);
    let ran = env
        .run(&[
            "run",
            "--base",
            "HEAD~1",
            "--output",
            "out",
            "--format",
            "json",
            "--reviewer",
            "claude=replay:file=claude.md",
            "--reviewer",
            "gone=replay:file=gone.md",
        ])
        .expect_status(3);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.verdict.decision, VerdictDecision::Incomplete);
    assert!(ran.stderr.contains("gone"), "{}", ran.stderr);
}

#[test]
fn fail_on_is_met() {
    let env = repository();
    let _ =
        env.run(&["run", "--base", "HEAD~1", "--output", "out", "--fail-on", "important"]).expect_status(1);
}

#[test]
fn a_run_is_never_overwritten() {
    let env = repository();
    let _ = env.run(&["run", "--base", "HEAD~1", "--output", "out"]).expect_status(0);
    let again = env.run(&["run", "--base", "HEAD~1", "--output", "out"]).expect_status(2);
    assert!(again.stderr.contains("--resume"), "{}", again.stderr);
}

#[test]
fn uncommitted_work_is_reviewed() {
    let env = repository();
    env.write("web/a.test.ts", "it.only('x', () => {});\n");
    let ran = env.run(&["run", "--working-tree", "--output", "../out", "--format", "json"]).expect_status(0);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.findings[0].locations[0].path, "web/a.test.ts");
}

#[test]
fn the_users_configuration_names_the_reviewers() {
    let env = repository();
    env.write("claude.md", CLAUDE)
        .write("../home/.config/deep-review/config.toml", "reviewers = ['claude=replay:file=claude.md']\n");
    let ran = env.run(&["run", "--base", "HEAD~1", "--output", "out", "--format", "json"]).expect_status(0);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.reviewers[0].name, "claude");
}

#[test]
fn a_configuration_in_the_change_is_not_read() {
    let env = repository();
    env.write("deep-review.toml", "reviewers = ['evil']\n").commit("Configure");
    let _ = env.run(&["run", "--base", "HEAD~1", "--output", "out"]).expect_status(0);
    env.write("a.txt", "a\n").commit("Later");
    let ran = env.run(&["run", "--base", "HEAD~1", "--output", "out2"]).expect_status(2);
    assert!(ran.stderr.contains("deep-review.toml at the base commit"), "{}", ran.stderr);
}

#[test]
fn the_prompt_can_be_read_before_anybody_is_asked() {
    let env = repository();
    env.write("AGENTS.md", "Be strict about errors.\n").commit("Guidance");
    env.write("a.go", "package a\n").commit("Change");
    let ran = env.run(&["prompt", "--base", "HEAD~1"]).expect_status(0);
    assert!(ran.stdout.contains("Be strict about errors."), "{}", ran.stdout);
    assert!(ran.stdout.contains("+package a"));
}

#[test]
fn any_program_can_review_in_a_private_checkout() {
    let env = repository();
    let program = r#"command:cmd=test -f net/pool.go && git diff --stat HEAD~1 >&2 && printf '{"findings":[{"title":"From a program"}]}'"#;
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
            &format!("mine={}", program.replace(',', " ")),
        ])
        .expect_status(0);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.findings[0].title, "From a program");
    assert_eq!(report.reviewers[0].isolation.as_deref(), Some("unprotected, checkout compared, supervised"));
}

#[test]
fn a_configured_program_does_not_start_unasked() {
    let env = repository();
    env.write("../home/.config/deep-review/config.toml", "reviewers = ['mine=command:cmd=touch started']\n");
    let ran = env.run(&["run", "--base", "HEAD~1", "--output", "../out"]).expect_status(2);
    assert!(ran.stderr.contains("nothing that costs money starts unasked"), "{}", ran.stderr);
    let _ = env.run(&["run", "--base", "HEAD~1", "--output", "../out", "--yes"]).expect_status(3);
}

#[test]
fn nothing_survives_when_the_command_is_killed() {
    let env = repository();
    let tag = format!("300.{}", std::process::id());
    let program = format!("mine=command:cmd=setsid sleep {tag} & sleep {tag}");
    let mut child = env
        .command()
        .args(["run", "--base", "HEAD~1", "--output", "../out", "--reviewer", &program])
        .spawn()
        .unwrap();
    let sleepers = || {
        let output =
            std::process::Command::new("pgrep").args(["-f", &format!("^sleep {tag}")]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().lines().count()
    };
    let wait = |wanted: usize| {
        let begun = std::time::Instant::now();
        while sleepers() != wanted {
            assert!(begun.elapsed().as_secs() < 120, "{} sleepers instead of {wanted}", sleepers());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    wait(2);
    child.kill().unwrap();
    child.wait().unwrap();
    wait(0);

    // What a killed run can't remove, the next one does.
    let left = || {
        let names =
            std::fs::read_dir(env.path().join("..")).unwrap().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with("deep-review-")).count()
    };
    assert!(left() > 0);
    let _ = env.run(&["run", "--base", "HEAD~1", "--output", "../out2"]).expect_status(0);
    assert_eq!(left(), 0);
}

#[test]
fn rules_of_ones_own_are_checked_and_run() {
    let env = repository();
    env.write(
        "../rules/own.yml",
        "id: go.returns-nil\ncategory: maintainability\nseverity: suggestion\ntitle: 'Nothing is returned'\nscenario: none\nfix: rename\n\
         language: go\nrule:\n  kind: return_statement\n  regex: ^return nil$\nmatch: ['func Open() error { return nil }']\nno_match: ['func Open() error { return dial() }']\n",
    );
    let _ = env.run(&["rules", "test", "../rules"]).expect_status(0);
    let listed = env.run(&["rules", "list", "--folder", "../rules"]).expect_status(0);
    assert!(listed.stdout.contains("go.returns-nil  "));
    let explained = env.run(&["rules", "explain", "go.returns-nil", "--folder", "../rules"]).expect_status(0);
    assert!(explained.stdout.contains("    func Open() error { return nil }"));
    let reviewer = ["--reviewer", "rules:folder=../rules"];
    let ran = env
        .run(
            &[&["run", "--base", "HEAD~1", "--output", "../out", "--format", "json"][..], &reviewer].concat(),
        )
        .expect_status(0);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert!(report.findings.iter().any(|finding| finding.title == "Nothing is returned"));
}

#[test]
fn built_in_rules_are_listed_explained_and_tried() {
    let env = repository();
    let listed = env.run(&["rules", "list"]).expect_status(0).stdout;
    assert!(listed.lines().count() > 60);
    assert!(listed.lines().all(|line| line.contains("  on   ") || line.contains("  off  ")));
    let rule = env.run(&["rules", "explain", "go.defer-in-loop"]).expect_status(0).stdout;
    assert!(rule.contains("How it fails:") && rule.contains("It does not match:"), "{rule}");
    let check = env.run(&["rules", "explain", "change.guard-removed"]).expect_status(0).stdout;
    assert!(check.contains("It speaks up about:") && check.contains("shop/cart.py, after:"), "{check}");
    let unknown = env.run(&["rules", "explain", "rust.defer-in-loop"]).expect_status(2);
    assert!(unknown.stderr.contains("go.defer-in-loop"), "{}", unknown.stderr);
    let _ = env.run(&["rules", "test"]).expect_status(0);
    let _ = env.run(&["rules", "test", "../nowhere"]).expect_status(2);
}

#[test]
fn a_rule_that_does_not_keep_its_word_is_shown() {
    let env = repository();
    env.write(
        "../rules/own.yml",
        "id: go.no-open\ncategory: maintainability\nseverity: suggestion\ntitle: t\nscenario: s\nfix: f\n\
         language: go\nrule:\n  pattern: func Open() error { $$$ }\nmatch: ['func Shut() error { return nil }']\nno_match: ['x']\n",
    );
    let ran = env.run(&["rules", "test", "../rules"]).expect_status(2);
    let said = ran.stdout;
    assert!(said.contains("FAIL  go.no-open misses (Go)") && said.contains("1 broken examples"), "{said}");
}

#[test]
fn a_folder_of_reports_gets_an_index() {
    let env = repository();
    for output in ["../reports/one", "../reports/group/two"] {
        let _ = env.run(&["run", "--base", "HEAD~1", "--output", output]).expect_status(0);
    }
    env.write("../reports/broken/report.json", "{");
    let ran = env.run(&["index", "../reports"]).expect_status(3);
    assert!(ran.stderr.contains("broken/report.json"), "{}", ran.stderr);
    let page = env.read("../reports/index.html");
    assert!(page.contains("href=\"one/report.html\"") && page.contains("href=\"group/two/report.html\""));
}

#[test]
fn a_model_can_judge_through_any_backend_with_an_agent() {
    let env = repository();
    env.write("../claude.md", CLAUDE);
    // Says yes to whatever it is asked, from within the checkout.
    env.write(
        "../judge.sh",
        "test -f net/pool.go || exit 9\n\
         echo '{\"answers\":['\n\
         sed -n 's|^## `\\(q/[0-9a-f]*\\)` (is_true)$|{\"question\":\"\\1\",\"answer\":\"yes\",\"reason\":\"read it\"},|p'\n\
         echo '{\"question\":\"q/0000000000000000\",\"answer\":\"no\"}]}'\n",
    );
    let judge = format!("judge=command:cmd=sh {}/../judge.sh,model=mock-1", env.path().display());
    let call =
        ["run", "--base", "HEAD~1", "--format", "json", "--reviewer", "claude=replay:file=../claude.md"];
    let ran = env.run(&[&call[..], &["--output", "../out", "--judge", &judge]].concat());
    let report = Report::from_json(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let decisions = env.read("../out/run/decisions.json");
    assert!(
        decisions.contains("model:mock-1") && decisions.contains("read it"),
        "{decisions} {}",
        ran.stderr
    );
    assert!(!decisions.contains("q/0000000000000000"));
    let says = |reason: &deep_review::Reason| reason.text.contains("model:mock-1 says that it is true");
    assert!(report.findings.iter().any(|finding| finding.reasons.iter().any(says)));

    let ran = env.run(&[&call[..], &["--output", "../other", "--judge", "rules"]].concat()).expect_status(2);
    assert!(ran.stderr.contains("can't answer questions"), "{}", ran.stderr);
    assert!(ran.stderr.contains("command"), "{}", ran.stderr);
}

#[test]
fn where_two_models_review_the_first_one_answers_what_is_open() {
    let env = repository();
    let title = "**Error of `dial` is dropped in `Open`** — `net/pool.go:5` (important, regression)";
    env.write(
        "../one.md",
        format!("## Findings\n\n### Important Issues\n\n1. {title}\n\nThe caller sees success.\n"),
    );
    env.write("../two.md", "## Findings\n\n### Important Issues\n\n1. **Callers never hear of a failed dial** — `net/pool.go:5` (important, regression)\n\nNil is returned.\n");
    // Reviews, and when it is asked as a judge, reads: what is known to be the same is, and so is what is asked.
    env.write(
        "../model.sh",
        "cat > $1.prompt.$$\n\
         grep -q 'open questions about findings' $1.prompt.$$ || { cat $1; exit; }\n\
         echo '{\"answers\":['\n\
         sed -n 's|^## `\\(q/[0-9a-f]*\\)` (is_true)$|{\"question\":\"\\1\",\"answer\":\"yes\",\"reason\":\"read it\"},|p' $1.prompt.$$\n\
         echo '{\"question\":\"q/0000000000000000\",\"answer\":\"no\"}]}'\n",
    );
    let root = env.path().join("..");
    let reviewer = |name: &str| {
        format!("{name}=command:cmd=sh {0}/model.sh {0}/{name}.md,model=mock-{name}", root.display())
    };
    let (one, two) = (reviewer("one"), reviewer("two"));
    let call = |output: &str, more: &[&str]| {
        let base = ["run", "--base", "HEAD~1", "--format", "json", "--output", output];
        let ran = env.run(&[&base[..], more].concat());
        let report = Report::from_json(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
        (ran.stderr, report)
    };
    let judged = |report: &Report| {
        let says = |reason: &deep_review::Reason| reason.text.contains("model:mock-one says that it is true");
        report.findings.iter().any(|finding| finding.reasons.iter().any(says))
    };
    let (said, report) = call("../out", &["--reviewer", &one, "--reviewer", &two]);
    assert!(said.contains("judge: one answers what the reviewers leave open"), "{said}");
    assert!(judged(&report), "{:#?}", report.findings);
    assert!(
        report.diagnostics.iter().any(|note| note.message.contains("were answered by model:mock-one")),
        "{:#?}",
        report.diagnostics
    );
    for (output, more) in [
        ("../none", vec!["--reviewer", &one, "--reviewer", &two, "--judge", "none"]),
        ("../alone", vec!["--reviewer", &one, "--reviewer", "rules"]),
    ] {
        let (said, report) = call(output, &more);
        assert!(!said.contains("judge:") && !judged(&report), "{said}");
    }
    // A second round takes the answers of the first where the questions are the same.
    let (_, again) =
        call("../again", &["--reviewer", &one, "--reviewer", &two, "--previous", "../out/report.json"]);
    assert_eq!(again.round, 2);
}

#[test]
fn what_a_repository_leaves_out_is_not_reviewed_and_is_named() {
    let env = environment();
    let quiet = "package net\n\nfunc Open() error {\n\tif err := dial(); err != nil {\n\t\treturn nil\n\t}\n\treturn nil\n}\n";
    env.init()
        .write("deep-review.toml", "[paths]\nexclude = ['vendor/**']\n")
        .commit("Leave out what others wrote")
        .write("vendor/net/pool.go", quiet)
        .write("net/pool.go", quiet)
        .write("deep-review.toml", "[paths]\nexclude = ['**']\n")
        .commit("Open connections quietly");
    let ran = env.run(&[
        "run",
        "--base",
        "HEAD~1",
        "--output",
        "../out",
        "--format",
        "json",
        "--reviewer",
        "rules",
    ]);
    let report = Report::from_json(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let places: Vec<&str> =
        report.findings.iter().map(|finding| finding.locations[0].path.as_str()).collect();
    assert_eq!(places, ["net/pool.go"]);
    assert_eq!(report.change.excluded, ["vendor/net/pool.go"]);
    let said: Vec<&str> = report.diagnostics.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(said, ["1 changed file was left out of the review by configuration: vendor/net/pool.go"]);
    let prompt = env.run(&["prompt", "--base", "HEAD~1"]);
    assert!(prompt.stdout.contains("Left out of the review by configuration:"), "{}", prompt.stdout);
    assert!(!prompt.stdout.contains("+++ b/vendor/net/pool.go"), "{}", prompt.stdout);
}

#[test]
fn a_model_can_write_the_summary_and_a_replay_has_its_words() {
    let env = repository();
    env.write("../claude.md", CLAUDE);
    env.write("../editor.sh", "cat > ../asked.txt\ncat \"$1\"\n");
    let editor = |answer: &str| {
        env.write("../answer.json", answer);
        let folder = env.path().display().to_string();
        format!("editor=command:cmd=sh {folder}/../editor.sh {folder}/../answer.json,model=mock-1")
    };
    let call =
        ["run", "--base", "HEAD~1", "--format", "json", "--reviewer", "claude=replay:file=../claude.md"];
    let plain = env.run(&[&call[..], &["--output", "../plain"]].concat());
    let plain = Report::from_json(&plain.stdout).unwrap();
    let id = &plain.findings[0].id;

    let good = editor(&format!("{{\"summary\": \"Look at {id} first.\", \"retro\": []}}"));
    let ran = env.run(&[&call[..], &["--output", "../out", "--editor", &good]].concat());
    let report = Report::from_json(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    assert_eq!(report.sections.summary, format!("Look at {id} first."), "{}", ran.stderr);
    assert_eq!(report.sections.summary_by.as_deref(), Some("model:mock-1"));
    let replayed = env.run(&["replay", "../out/run", "--format", "json"]);
    assert_eq!(replayed.stdout, ran.stdout);

    let false_words = editor("{\"summary\": \"Nothing is wrong, and C99 is a joy.\", \"retro\": []}");
    let ran = env.run(&[&call[..], &["--output", "../other", "--editor", &false_words]].concat());
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.sections.summary, plain.sections.summary);
    assert!(report.diagnostics.iter().any(|note| note.message.contains("C99")), "{:?}", report.diagnostics);

    let ran = env.run(&[&call[..], &["--output", "../none", "--editor", "rules"]].concat()).expect_status(2);
    assert!(ran.stderr.contains("can't answer questions"), "{}", ran.stderr);
}

#[test]
fn a_policy_is_learned_from_what_authors_did() {
    let env = repository();
    env.write("claude.md", CLAUDE);
    let call = ["run", "--base", "HEAD~1", "--format", "json", "--reviewer", "claude=replay:file=claude.md"];
    let ran = env.run(&[&call[..], &["--output", "../runs/one"]].concat());
    let report = Report::from_json(&ran.stdout).unwrap();
    let id = &report.findings[0].id;
    env.write(
        "../runs/one/resolution.json",
        format!(r#"{{"report":"{}","items":[{{"item":"{id}","action":"declined"}}]}}"#, report.id),
    );
    for from in ["../runs", "../runs/one"] {
        let ran = env.run(&["learn", "--from", from, "-o", "../policy.json"]).expect_status(0);
        assert!(ran.stderr.contains("learned from 1 claims"), "{}", ran.stderr);
    }
    let policy = deep_review::Policy::from_json(&env.read("../policy.json")).unwrap();
    assert_eq!(policy.reviewers["claude"].samples, 1);
    assert_eq!(policy.reviewers["claude"].precision, Some(deep_review::Ratio::ZERO));
    let ran = env.run(&["learn", "--from", "net"]).expect_status(2);
    assert!(ran.stderr.contains("neither a corpus"), "{}", ran.stderr);
}
