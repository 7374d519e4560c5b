//! The answer that the prompt asks for is read without loss, in the form that the prompt shows and in the schema's.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;
use std::sync::Arc;

use review_agents::ANSWER_SCHEMA;
use review_agents::AgentReviewer;
use review_agents::prompt::{Prompt, Shown};
use review_core::{
    Category, ChangeSet, Cx, Kind, Ratio, Review, ReviewRequest, Reviewer, ReviewerInfo, ScriptedAgent,
    Severity, Side,
};
use serde_json::{Value, json};

async fn read(answer: &Value) -> Review {
    let agent = Arc::new(ScriptedAgent::new().answering(answer.to_string()));
    let request = ReviewRequest::new(ChangeSet::default());
    let reviewer = AgentReviewer::new(ReviewerInfo::new("claude"), agent);
    reviewer.review(Arc::new(request), Cx::detached()).await.unwrap()
}

/// An answer that uses everything that the prompt asks for.
fn answer() -> Value {
    json!({
        "schema_version": "1",
        "findings": [
            {"severity": "critical", "kind": "gap", "category": "api-contract", "confidence": 0.6,
             "title": "Older callers get nothing", "body": "Older than this change.", "scenario": "An old client asks.",
             "locations": [{"path": "a.go", "start_line": 3, "end_line": 4}, {"path": "b.go", "start_line": 7, "end_line": 7}],
             "quotes": [{"path": "a.go", "text": "\tif x {\n\t\treturn nil"}, {"path": "b.go", "text": "y()"}],
             "fix": {"patch": "", "prose": "Return the error."}, "introduced_by": "0123456789abcdef"},
            {"severity": "suggestion", "kind": "enhancement", "category": "docs", "confidence": 0.9,
             "title": "The comment is old", "body": "", "scenario": "",
             "locations": [{"path": "a.go", "start_line": 1, "end_line": 1}], "quotes": [{"path": "a.go", "text": "// x"}],
             "fix": {"patch": "--- a/a.go\n+++ b/a.go\n@@ -1 +1 @@\n-// x\n+// y\n", "prose": ""}, "introduced_by": null}
        ],
        "sections": {
            "summary": "Hm.", "design": [{"stance": "concern", "scope": "future", "text": "Two ways."}],
            "testing": [{"text": "No test."}], "documentation": [{"text": "No word."}], "commit_structure": "Well cut.",
            "limitations": [{"text": "Linux only."}], "unresolved_feedback": [{"text": "ann asked for a limit."}],
            "coverage": [{"path": "a.go", "note": "read in full"}]
        },
        "checks": [{"command": "go vet", "result": "ok", "passed": true}, {"command": "go test", "result": "no network", "passed": null}]
    })
}

fn assert_whole(review: &Review) {
    assert!(review.is_complete(), "{:?}", review.incomplete_reason);
    let [old, small] = review.findings.as_slice() else { panic!("{:?}", review.findings) };
    assert_eq!((old.severity, old.kind), (Some(Severity::Critical), Some(Kind::Gap)));
    assert_eq!(old.category, Some(Category::ApiContract));
    assert_eq!(old.confidence, Some(Ratio::from_millis(600)));
    assert_eq!(old.introduced_by.as_deref(), Some("0123456789abcdef"));
    assert_eq!((old.locations.len(), old.quotes.len()), (2, 2));
    assert_eq!(old.quotes[0].text, "\tif x {\n\t\treturn nil");
    assert_eq!(old.scenario.as_deref(), Some("An old client asks."));
    assert_eq!(old.fix.as_ref().and_then(|fix| fix.prose.as_deref()), Some("Return the error."));
    assert!(
        small
            .fix
            .as_ref()
            .is_some_and(|fix| fix.patch.as_deref().is_some_and(|patch| patch.contains("+// y")))
    );
    assert_eq!(small.introduced_by, None);
    let passed: Vec<Option<bool>> = review.checks.iter().map(|check| check.passed).collect();
    assert_eq!(passed, [Some(true), None], "a check that was not run is neither");
    let sections = &review.sections;
    assert_eq!(sections.items().count(), 5);
    assert!(sections.unplaced.is_empty() && !sections.commit_structure.is_empty(), "{sections:?}");
}

#[tokio::test]
async fn an_answer_by_the_schema_is_read_without_loss() {
    let schema: Value = serde_json::from_str(ANSWER_SCHEMA).unwrap();
    let answer = answer();
    for (at, value) in [
        ("/properties", ""),
        ("/properties/sections/properties", "/sections"),
        ("/properties/findings/items/properties", "/findings/0"),
        ("/properties/findings/items/properties/fix/properties", "/findings/0/fix"),
    ] {
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
        assert_eq!(keys(schema.pointer(at).unwrap()), keys(answer.pointer(value).unwrap()), "{at}");
    }
    let review = read(&answer).await;
    assert_whole(&review);
    assert_eq!(review.findings[1].scenario, None, "what the schema leaves empty is nothing");
    assert_eq!(review.findings[0].fix.as_ref().unwrap().patch, None);
}

#[tokio::test]
async fn an_answer_in_a_fence_with_words_around_it_is_read_too() {
    let text = format!("Here is my review.\n\n```json\n{}\n```\n", answer());
    let agent = Arc::new(ScriptedAgent::new().answering(text));
    let reviewer = AgentReviewer::new(ReviewerInfo::new("claude"), agent);
    let review =
        reviewer.review(Arc::new(ReviewRequest::new(ChangeSet::default())), Cx::detached()).await.unwrap();
    assert_eq!(review.findings.len(), 2);
}

#[tokio::test]
async fn a_place_in_removed_code_keeps_its_side() {
    let mut answer = answer();
    answer["findings"][0]["locations"][0]["side"] = json!("base");
    assert_eq!(read(&answer).await.findings[0].locations[0].side, Some(Side::Base));
}

/// The values of a field in the schema.
fn allowed(schema: &Value, field: &str) -> Vec<String> {
    let values = &schema["properties"]["findings"]["items"]["properties"][field]["enum"];
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[test]
fn prompt_and_schema_list_the_same_values_as_the_vocabulary() {
    let schema: Value = serde_json::from_str(ANSWER_SCHEMA).unwrap();
    let text = Prompt::default().render(&ReviewRequest::new(ChangeSet::default()), &Shown::whole(""));
    let lists = [
        ("category", Category::ALL.iter().map(ToString::to_string).collect::<Vec<_>>()),
        ("kind", Kind::ALL.iter().map(ToString::to_string).collect()),
        ("severity", Severity::ALL.iter().rev().map(ToString::to_string).collect()),
    ];
    for (field, known) in lists {
        let (mut listed, mut known) = (allowed(&schema, field), known);
        listed.sort();
        known.sort();
        assert_eq!(listed, known, "{field}");
        for value in known {
            assert!(text.contains(&format!("`{value}`")), "{value} is not in the prompt");
        }
    }
}

#[test]
fn the_prompt_speaks_of_the_answer_before_the_material() {
    let request = ReviewRequest::new(ChangeSet::default());
    let text = Prompt::default().render(&request, &Shown::whole("@@ -1 +1 @@\n     1|+x\n"));
    let at = |what: &str| text.find(what).unwrap();
    assert!(
        at("# Your task") < at("## What a finding is") && at("## What a finding is") < at("## Your answer")
    );
    assert!(at("## Your answer") < at("# The material") && at("# The material") < at("untrusted diff"));
    assert!(!text.contains("```json"), "the answer's form is in no fence");
}
