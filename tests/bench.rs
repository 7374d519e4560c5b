//! Measuring reviewers: from a folder of changes to the answer whom to pay for.

#![cfg(feature = "bench")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use deep_review::bench::{
    AskLimits, Bench, BenchRun, Crediting, Measured, Measuring, RankBy, Runs, import, measure,
};
use deep_review::{
    Backend, Cancel, Cx, ErrorKind, Location, Policy, RawFinding, Registry, Result, Review, ReviewRequest,
    Reviewer, ReviewerInfo, ReviewerSpec, Severity,
};
use review_git::testing::TestRepo;
use serde_json::{Value, json};

fn write(folder: &Path, id: &str, change: Value) {
    std::fs::create_dir_all(folder.join("changes")).unwrap();
    std::fs::write(folder.join("changes").join(format!("{id}.json")), change.to_string()).unwrap();
}

/// What a finding with this credit says: different words for different defects.
fn text(id: &str, credit: &Value) -> &'static str {
    match (credit[0].as_str(), id) {
        (Some("G1"), _) => "The error of Close is thrown away when the pool is dropped",
        (Some(_), _) => "The retry loop never ends while the server answers 503",
        (None, "F3") => "Rename the variable x to count",
        (None, _) => "Imports are not in alphabetical order",
    }
}

/// A review by its findings' ids.
fn review(reviewer: &str, credits: Value) -> Value {
    let finding =
        |(id, credit): (&String, &Value)| json!({ "id": id, "title": text(id, credit), "body": "" });
    let findings: Vec<Value> = credits.as_object().unwrap().iter().map(finding).collect();
    json!({ "reviewer": reviewer, "review": { "findings": findings }, "credits": credits })
}

/// Two changes, three reviewers: `broad` finds everything and much besides, `exact` half of it, `silent` nothing.
fn labelled(folder: &Path) {
    let golden = |ids: &[&str]| -> Vec<Value> {
        ids.iter()
            .map(|id| json!({ "id": id, "text": format!("defect {id}"), "severity": "important" }))
            .collect()
    };
    let silent = json!({ "reviewer": "silent", "review": "No issues found." });
    write(
        folder,
        "one",
        json!({
            "id": "one", "golden": golden(&["G1", "G2"]),
            "reviews": [
                review("broad", json!({ "F1": ["G1"], "F2": ["G2"], "F3": [], "F4": [] })),
                review("exact", json!({ "F1": ["G1"] })),
                silent,
            ],
        }),
    );
    write(
        folder,
        "two",
        json!({
            "id": "two", "golden": golden(&["G1", "G2"]),
            "reviews": [
                review("broad", json!({ "F1": ["G1"], "F2": ["G2"], "F3": [], "F4": [] })),
                review("exact", json!({ "F1": ["G2"] })),
                silent,
            ],
        }),
    );
}

async fn measured(bench: &Bench, runs: &[BenchRun], how: &Measuring) -> Result<Measured> {
    let mut crediting = Crediting::new(Policy::default());
    let mut credited = Vec::new();
    for run in runs {
        credited.push(crediting.credit(bench.change(&run.change).unwrap(), run, &Cx::detached()).await?);
    }
    measure(bench, &credited, how, &Cancel::new())
}

#[tokio::test]
async fn labels_give_recall_and_precision_of_each_and_of_all() {
    let dir = tempfile::tempdir().unwrap();
    labelled(dir.path());
    let bench = Bench::load(dir.path()).unwrap();
    let measured =
        measured(&bench, &bench.runs, &Measuring::default().with_rank_by(RankBy::Precision)).await.unwrap();
    let shown: Vec<String> = measured
        .reviewers
        .iter()
        .map(|row| format!("{} {} {} {}", row.reviewer, row.recall.value, row.precision.value, row.only))
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    exact 0.5 1 0
    broad 1 0.5 2
    silent 0 0 0
    ");
    insta::assert_snapshot!(measured.text(), @"
    2 changes, 4 golden comments, 3 reviewers
    findings credited by labels 10, by the matcher 0
    in brackets: 95 % intervals, by bootstrap over changes
    best 3 by precision: broad + exact + silent (recall 1.000, precision 0.500, F1 0.667)

    each reviewer alone, as it reported
      reviewer  findings                recall             precision                    F1  only it  failed  $  seconds  tokens
      exact            2  0.500 [0.500, 0.500]  1.000 [1.000, 1.000]  0.667 [0.667, 0.667]        0       0  ?        ?       ?
      broad            8  1.000 [1.000, 1.000]  0.500 [0.500, 0.500]  0.667 [0.667, 0.667]        2       0  ?        ?       ?
      silent           0  0.000 [0.000, 0.000]  0.000 [0.000, 0.000]  0.000 [0.000, 0.000]        0       0  ?        ?       ?
      $, seconds and tokens are for one change; ? is not known

    3 reviewers together, consolidated, best precision first
      reviewers               findings                recall             precision                    F1                behind  $  seconds  tokens
      broad + exact + silent         8  1.000 [1.000, 1.000]  0.500 [0.500, 0.500]  0.667 [0.667, 0.667]  0.000 [0.000, 0.000]  ?        ?       ?

    2 reviewers together, consolidated, best precision first
      reviewers       findings                recall             precision                    F1                behind  $  seconds  tokens
      exact + silent         2  0.500 [0.500, 0.500]  1.000 [1.000, 1.000]  0.667 [0.667, 0.667]  0.000 [0.000, 0.000]  ?        ?       ?
      broad + exact          8  1.000 [1.000, 1.000]  0.500 [0.500, 0.500]  0.667 [0.667, 0.667]  0.500 [0.500, 0.500]  ?        ?       ?
      broad + silent         8  1.000 [1.000, 1.000]  0.500 [0.500, 0.500]  0.667 [0.667, 0.667]  0.500 [0.500, 0.500]  ?        ?       ?

    how much two reviewers agree
      reviewers       findings of both  golden of both
      broad + exact              0.250           0.500
      broad + silent             0.000           0.000
      exact + silent             0.000           0.000

    what all lose without one
      without           recall lost               F1 lost
      broad    0.500 [0.500, 0.500]  0.000 [0.000, 0.000]
      exact    0.000 [0.000, 0.000]  0.000 [0.000, 0.000]
      silent   0.000 [0.000, 0.000]  0.000 [0.000, 0.000]
    ");
    let of_two = measured.combinations.iter().find(|row| row.reviewers == ["broad", "exact"]).unwrap();
    assert_eq!(of_two.recall.value, 1.0);
}

#[tokio::test]
async fn without_labels_the_matcher_credits() {
    let dir = tempfile::tempdir().unwrap();
    let text =
        "The error of `Close` is thrown away in `Pool::drop`, so a failed flush loses data without a word.";
    let finding = json!({ "id": "I1", "title": "`Pool::drop` throws the error of `Close` away", "body": "A failed flush then loses data without a word.", "locations": [{ "path": "pool.rs", "start_line": 12 }] });
    let other = json!({ "id": "S1", "title": "Rename `x`", "body": "The name says nothing of what it counts.", "locations": [{ "path": "wire.rs", "start_line": 90 }] });
    write(
        dir.path(),
        "one",
        json!({
            "id": "one",
            "golden": [{ "id": "G1", "text": text, "places": [{ "path": "pool.rs", "start_line": 12 }] }],
            "reviews": [{ "reviewer": "claude", "review": { "findings": [finding, other] } }],
        }),
    );
    let bench = Bench::load(dir.path()).unwrap();
    let measured = measured(&bench, &bench.runs, &Measuring::default()).await.unwrap();
    let row = &measured.reviewers[0];
    assert_eq!((row.right, row.wrong, row.recall.value), (1, 1, 1.0));
    assert_eq!((measured.credited_by.labels, measured.credited_by.matcher), (0, 2));
}

/// Finds one thing, and counts how often it was asked.
struct Counting(ReviewerInfo, Arc<AtomicUsize>);

#[async_trait]
impl Reviewer for Counting {
    fn info(&self) -> &ReviewerInfo {
        &self.0
    }
    async fn review(&self, _: Arc<ReviewRequest>, _: Cx) -> Result<Review> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let finding = RawFinding::new("The card is charged twice")
            .with_id("I1")
            .with_severity(Severity::Important)
            .at(Location::line("pay.rs", 3));
        Ok(Review::new(&self.0.name).with_finding(finding))
    }
}

#[tokio::test]
async fn what_is_recorded_is_asked_for_once() {
    let dir = tempfile::tempdir().unwrap();
    let repo = TestRepo::new();
    let base = repo.file("pay.rs", "fn pay() {\n    charge();\n}\n").commit("first");
    let head = repo.file("pay.rs", "fn pay() {\n    charge();\n    charge();\n}\n").commit("second");
    let golden = json!([{ "id": "G1", "text": "The card is charged twice: `charge()` is called again.", "places": [{ "path": "pay.rs", "start_line": 3 }] }]);
    write(
        dir.path(),
        "repository",
        json!({ "id": "repository", "repository": repo.path(), "base": base, "head": head, "golden": golden }),
    );
    let patch =
        "--- a/pay.rs\n+++ b/pay.rs\n@@ -1,3 +1,4 @@\n fn pay() {\n     charge();\n+    charge();\n }\n";
    std::fs::write(dir.path().join("changes/pay.patch"), patch).unwrap();
    write(dir.path(), "patch", json!({ "id": "patch", "patch": "pay.patch", "golden": golden }));
    let bench = Bench::load(dir.path()).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let mut registry = Registry::builtin();
    let counter = Arc::clone(&asked);
    registry.register(Backend::new("counting", "counts", move |spec| {
        Ok(Arc::new(Counting(ReviewerInfo::new(&spec.name), Arc::clone(&counter))))
    }));
    let spec: ReviewerSpec = "counting".parse().unwrap();

    for round in 0..2 {
        let mut runs = Runs::open(dir.path().join("runs")).unwrap();
        let planned = runs.plan(&bench, std::slice::from_ref(&spec), 2).unwrap();
        assert_eq!(planned.len(), if round == 0 { 4 } else { 0 });
        let done = runs
            .ask(&bench, planned, &registry, AskLimits::default(), &Cx::detached(), &|_, _| {})
            .await
            .unwrap();
        assert!(done.failures.is_empty(), "{:?}", done.failures);
        assert_eq!(asked.load(Ordering::Relaxed), 4);
        let measured =
            measured(&bench, &runs.recorded(&bench).unwrap(), &Measuring::default()).await.unwrap();
        let row = &measured.reviewers[0];
        assert_eq!(
            (measured.repetitions, row.runs, row.recall.value, row.repeatability),
            (2, 4, 1.0, Some(1.0))
        );
    }
    // The name stands for this reviewer now.
    let runs = Runs::open(dir.path().join("runs")).unwrap();
    let other: ReviewerSpec = "counting=rules".parse().unwrap();
    assert_eq!(runs.plan(&bench, &[other], 1).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn bad_changes_are_told_and_lose_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    labelled(dir.path());
    for (name, change) in [
        ("a", json!({ "id": "no/path" })),
        ("b", json!({ "id": "b", "golden": [{ "id": "G1", "text": "x" }, { "id": "G1", "text": "y" }] })),
        ("c", json!({ "id": "c", "repository": "." })),
        (
            "d",
            json!({ "id": "d", "reviews": [{ "reviewer": "x", "review": "No issues found.", "credits": { "I1": [] } }] }),
        ),
        ("e", json!({ "id": "one" })),
        ("f", json!({ "id": "f", "surprise": 1 })),
    ] {
        write(dir.path(), name, change);
    }
    let bench = Bench::load(dir.path()).unwrap();
    assert_eq!(bench.changes.len(), 2);
    let shown: Vec<String> = bench
        .failures
        .iter()
        .map(|(name, error)| {
            let text = error.to_string();
            format!("{name}: {}", text.split(" (").next().unwrap())
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    no/path: the change's id must not be empty, begin with a dot, be longer than 100 bytes, or hold spaces or any of / \ = @ : , +
    b: each golden comment needs an id of its own
    c: a change in a repository needs `base` and `head`
    d: the labels name a finding that the review does not have
    f.json: not a bench change document: unknown field `surprise`, expected one of `schema_version`, `id`, `notes`, `repository`, `base`, `head`, `patch`, `golden`, `reviews` at line 1 column 20
    one: another file has a change of this id
    ");
    assert!(Bench::load(&dir.path().join("none")).is_err());
}

#[test]
fn files_of_public_benchmarks_become_changes() {
    let line = json!({
        "pr_url": "https://github.com/acme/shop/pull/12", "title": "Pay twice", "repo": "shop",
        "golden": [{ "idx": 0, "text": "Charged twice.", "severity": "High" }],
        "sets": { "opus": [
            { "id": "a1", "tool": "alpha", "text": "The card is charged twice. Really.", "majority": "tp", "majority_golden": [0] },
            { "id": "b1", "tool": "beta", "text": "Rename x.", "majority": "fp" },
            { "id": "b2", "tool": "beta", "text": "Old.", "majority": "superseded" },
        ] },
    });
    let changes = import::martian(&format!("{line}\n")).unwrap();
    let change = &changes[0];
    assert_eq!((change.id.as_str(), change.golden.len(), change.reviews.len()), ("acme-shop-12", 1, 2));
    assert_eq!(change.reviews[0].credits["a1"], ["G1"]);
    assert!(change.reviews[1].credits["b1"].is_empty() && change.reviews[1].uncounted.contains("b2"));

    let line = json!({
        "pr": "https://github.com/acme/shop/pull/13", "language": "Go",
        "comments": [
            { "i": 0, "source": "human", "accepted": true, "path": "a.go", "start_line": 3, "text": "Lost error." },
            { "i": 1, "source": "model", "accepted": true, "path": "a.go", "start_line": 3, "text": "The error is lost." },
            { "i": 2, "source": "model", "accepted": false, "text": "Rename." },
        ],
        "pairs": [[0, 1, "same"]],
    });
    let changes = import::aacr(&format!("{line}\n")).unwrap();
    assert_eq!(changes[0].golden.len(), 1, "one golden comment for what is the same");
    assert_eq!(changes[0].reviews[0].credits["F2"], ["G1"]);
    let error = import::aacr("{}\n").unwrap_err();
    assert!(error.to_string().contains("line: 1"), "{error}");
}
