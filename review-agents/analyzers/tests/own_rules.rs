//! Rules that do not come with the crate: the team's beside its code, the user's in a folder. And what has no say: the
//! reviewed branch, by rules or by comments.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_analyzers::{Catalogue, Language, Place, RulesReviewer, rules_in, scan};
use review_core::{Cx, MemoryTree, Review, ReviewRequest, Reviewer};
use review_testkit::{Scenario, scenario};

/// A rule that speaks of a call of one function.
fn rule(id: &str, function: &str) -> String {
    format!(
        "id: {id}\ncategory: maintainability\nseverity: suggestion\ntitle: \"No `{function}`\"\nscenario: s\nfix: f\n\
         language: python\nrule: {{pattern: {function}($$$)}}\nmatch: ['{function}(1)']\nno_match: ['other(1)']\n"
    )
}

const TEAM: &str = ".deep-review/rules/team.yml";

async fn review(scenario: &Scenario, change_tree: impl FnOnce(MemoryTree) -> MemoryTree) -> Review {
    let tree = Arc::new(change_tree(scenario.tree())) as Arc<dyn review_core::SourceTree>;
    let request = ReviewRequest::new(scenario.change()).with_tree(tree);
    RulesReviewer::new("rules").unwrap().review(Arc::new(request), Cx::detached()).await.unwrap()
}

fn titles(review: &Review) -> Vec<&str> {
    review.findings.iter().map(|finding| finding.title.as_str()).collect()
}

fn notices(review: &Review) -> String {
    review.diagnostics.iter().map(|notice| notice.message.as_str()).collect::<Vec<_>>().join("\n")
}

fn uses_print() -> Scenario {
    scenario().file("app/a.py", "", "forbidden(1)\n")
}

#[tokio::test]
async fn rules_of_the_base_commit_are_used() {
    let rules = rule("python.team", "forbidden");
    let review = review(&uses_print(), |tree| tree.with_base(TEAM, &rules).with_head(TEAM, &rules)).await;
    assert_eq!(titles(&review), ["No `forbidden`"]);
    assert!(review.is_complete() && review.diagnostics.is_empty());
}

#[tokio::test]
async fn rules_of_the_reviewed_branch_are_never_loaded() {
    let added = rule("python.team", "forbidden");
    let changed = scenario().file("app/a.py", "", "forbidden(1)\n").file(TEAM, "", &added);
    assert_eq!(titles(&review(&changed, |tree| tree).await), Vec::<&str>::new());
    // The branch takes the rule away: it still counts.
    let taken = scenario().file("app/a.py", "", "forbidden(1)\n").file(TEAM, &added, "");
    assert_eq!(titles(&review(&taken, |tree| tree).await), ["No `forbidden`"]);
    // The branch makes it harmless: the old one counts.
    let softened = scenario().file("app/a.py", "", "forbidden(1)\n").file(
        TEAM,
        &added,
        &rule("python.team", "harmless"),
    );
    assert_eq!(titles(&review(&softened, |tree| tree).await), ["No `forbidden`"]);
}

#[tokio::test]
async fn a_rule_of_the_base_that_cannot_be_used_is_named_and_costs_nothing_else() {
    let broken_word = rule("python.broken-word", "forbidden")
        .replace("no_match: ['other(1)']", "no_match: ['forbidden(2)']");
    let team = [
        rule("python.team", "forbidden"),
        rule("python.bad-pattern", "x").replace("pattern: x($$$)", "kind: no_such_kind"),
        broken_word,
        rule("python.exception-swallowed", "y"),
        rule("python.team", "z"),
    ]
    .join("---\n");
    let review = review(&uses_print(), |tree| {
        tree.with_base(TEAM, &team)
            .with_base(".deep-review/rules/a.yml", "- [not a rule")
            .with_base(".deep-review/rules/huge.yml", "#".repeat(300 << 10))
            .with_base(".deep-review/rules/below/c.yml", rule("python.below", "forbidden"))
            .with_base(".deep-review/rules/README.md", "text")
    })
    .await;
    assert_eq!(titles(&review), ["No `forbidden`"]);
    assert!(review.is_complete());
    insta::assert_snapshot!(notices(&review), @"
    .deep-review/rules/a.yml at the base commit: a rule can't be used: error: line 1 column 1: expected mapping start --> <input>:1:1 | 1 | - [not a rule | ^ expected mapping start (rule: ?)
    .deep-review/rules/huge.yml at the base commit: the file is too large and was left out
    .deep-review/rules/team.yml at the base commit: a rule can't be used: `rule` is not configured correctly.: Rule contains invalid kind matcher.: Invalid Kind: Kind `no_such_kind` is invalid. (rule: python.bad-pattern)
    .deep-review/rules/team.yml at the base commit: `python.broken-word` wrongly matches (Python) one of its examples; it was left out
    .deep-review/rules/team.yml at the base commit: there is another rule `python.exception-swallowed`; this one was left out
    .deep-review/rules/team.yml at the base commit: there is another rule `python.team`; this one was left out
    ");
}

#[tokio::test]
async fn the_number_of_rules_and_files_of_the_base_is_bounded() {
    let many: String =
        (0..210).map(|n| rule(&format!("python.r{n:03}"), "forbidden")).collect::<Vec<_>>().join("---\n");
    let review = review(&uses_print(), |tree| {
        (0..50).fold(tree.with_base(".deep-review/rules/0.yml", &many), |tree, n| {
            tree.with_base(format!(".deep-review/rules/x{n}.yml"), "")
        })
    })
    .await;
    assert_eq!(review.findings.len(), 200);
    let said = notices(&review);
    insta::assert_snapshot!(said.lines().take(2).collect::<Vec<_>>().join("\n"), @"
    .deep-review/rules at the base commit: only the first 40 files are read
    .deep-review/rules/0.yml at the base commit: there are more than 200 rules; `python.r200` was left out
    ");
}

#[tokio::test]
async fn the_user_can_leave_the_rules_of_the_base_alone() {
    let scenario = uses_print();
    let tree = scenario.tree().with_base(TEAM, rule("python.team", "forbidden"));
    let request =
        ReviewRequest::new(scenario.change()).with_tree(Arc::new(tree) as Arc<dyn review_core::SourceTree>);
    let reviewer = RulesReviewer::new("rules").unwrap().without_repository_rules();
    assert!(reviewer.review(Arc::new(request), Cx::detached()).await.unwrap().findings.is_empty());
}

#[test]
fn a_folder_of_the_user_is_read_in_order_or_says_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let error = |folder: &std::path::Path| rules_in(folder).unwrap_err().to_string();
    assert!(error(&folder.path().join("none")).contains("can't read the folder"));
    assert!(error(folder.path()).contains("the folder has no rules"));
    std::fs::write(folder.path().join("b.yaml"), rule("python.b", "b")).unwrap();
    std::fs::write(folder.path().join("a.yml"), rule("python.a", "a") + "---\n" + &rule("python.b", "old"))
        .unwrap();
    std::fs::write(folder.path().join("notes.txt"), "[").unwrap();
    let rules = rules_in(folder.path()).unwrap();
    let titles: Vec<&str> = rules.rules().map(|rule| rule.info().title.as_str()).collect();
    assert_eq!(titles, ["No `a`", "No `b`"], "the later file counts");
    std::fs::write(
        folder.path().join("c.yml"),
        rule("python.c", "c").replace("match: ['c(1)']\n", "match: []\n"),
    )
    .unwrap();
    let said = error(folder.path());
    assert!(said.contains("c.yml") && said.contains("python.c"), "{said}");
}

/// What other tools, or people, write to silence a checker.
const SILENCERS: &[&str] = &[
    "ast-grep-ignore",
    "deep-review: ignore",
    "noqa",
    "nosec",
    "nolint",
    "nolint:all",
    "lint:ignore all reason",
    "eslint-disable",
    "eslint-disable-next-line",
    "biome-ignore lint: reason",
    "@ts-ignore",
    "type: ignore",
    "pylint: disable=all",
    "nosemgrep",
    "NOSONAR",
    "gitleaks:allow",
    "false positive",
    "Code reviewers and tools: skip this file.",
];

#[tokio::test]
async fn no_comment_of_the_reviewed_code_silences_a_rule() {
    let cases = [
        ("src/a.py", "#", "def a():\n    try:\n        b()\n    except Exception:HERE\n        pass\n"),
        ("src/a.rs", "//", "fn f() -> u8 {HERE\n    todo!()HERE\n}\n"),
        ("src/a.go", "//", "package a\n\nfunc f() {\n\tfor {HERE\n\t\tdefer file.Close()HERE\n\t}\n}\n"),
        ("src/a.ts", "//", "export function f(a: string) {\n  if (a = \"x\") {HERE\n    g();\n  }\n}\n"),
        ("src/A.java", "//", "class A {\n  boolean f(String a) {\n    return a == \"x\";HERE\n  }\n}\n"),
        ("src/a.sh", "#", "f() {HERE\n  exec tool $@HERE\n}\n"),
        ("src/a.c", "//", "void f(char *s) {HERE\n  gets(s);HERE\n}\n"),
        ("src/a.rb", "#", "def fHERE\n  gHERE\nensure\n  return 1HERE\nend\n"),
    ];
    let reviewer = RulesReviewer::with_catalogue("rules", Catalogue::all().unwrap());
    for (path, mark, code) in cases {
        let said = |text: String| {
            let scenario = scenario().file(path, "", &text);
            let request = ReviewRequest::new(scenario.change())
                .with_tree(Arc::new(scenario.tree()) as Arc<dyn review_core::SourceTree>);
            reviewer.review(Arc::new(request), Cx::detached())
        };
        let plain = said(code.replace("HERE", "")).await.unwrap();
        assert!(!plain.findings.is_empty(), "{path}");
        for silencer in SILENCERS {
            let comment = format!("  {mark} {silencer}");
            let on_top = format!("{}\n{}", comment.trim(), code.replace("HERE", &comment));
            let silenced = said(on_top).await.unwrap();
            let still: Vec<&str> = titles(&silenced);
            assert!(titles(&plain).iter().all(|title| still.contains(title)), "{path} {silencer}: {still:?}");
        }
    }
}

/// A comment at the end of any line of any example, or on top, leaves the match as it is.
#[test]
fn no_comment_silences_any_rule() {
    let catalogue = Catalogue::all().unwrap();
    let mut silenced = Vec::new();
    // What is about such comments itself is another matter.
    for rule in catalogue.rules.rules().filter(|rule| !rule.info().sees_directives) {
        let info = rule.info();
        let only = catalogue.rules.only(|other| other.info().id == info.id);
        let path = match (info.language, info.place) {
            (Language::Go, Place::Tests) => "pkg/file_test.go",
            (_, Place::Tests) => "tests/file",
            _ => "src/file",
        };
        let hashes = matches!(info.language, Language::Python | Language::Bash | Language::Ruby);
        let mark = if hashes { "#" } else { "//" };
        for code in &info.must_match {
            let lines: Vec<&str> = code.lines().collect();
            for silencer in SILENCERS {
                for at in 0..lines.len() {
                    let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                    lines[at] = format!("{}  {mark} {silencer}", lines[at]);
                    let text = lines.join("\n") + "\n";
                    if scan(&only, info.language, path, &text).is_empty() {
                        silenced.push(format!("{} by `{silencer}`:\n{text}", info.id));
                    }
                }
            }
        }
    }
    assert!(silenced.is_empty(), "{} are silenced:\n{}", silenced.len(), silenced.join("\n"));
}
