//! Code that was made to do harm: it costs its own file at most, and that is said.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_analyzers::{Language, RulesReviewer};
use review_core::{Cx, Review, ReviewRequest, Reviewer};
use review_testkit::scenario;

const ENDINGS: &[&str] = &["rs", "go", "py", "ts", "tsx", "js", "java"];

/// A good file beside each hostile one: it must still be reviewed.
const GOOD: &str = "def a():\n    try:\n        b()\n    except Exception:\n        pass\n";

async fn review(hostile: &str) -> Review {
    let mut scenario = scenario().file("good.py", "", GOOD);
    for ending in ENDINGS {
        scenario = scenario.file(&format!("hostile.{ending}"), "", hostile);
    }
    let request = ReviewRequest::new(scenario.change())
        .with_tree(Arc::new(scenario.tree()) as Arc<dyn review_core::SourceTree>);
    RulesReviewer::new("rules").unwrap().review(Arc::new(request), Cx::detached()).await
}

async fn survives(hostile: &str) -> Review {
    let review = review(hostile).await;
    let good = review.findings.iter().filter(|finding| finding.locations[0].path == "good.py").count();
    assert_eq!(good, 1, "the good file is reviewed all the same");
    review
}

#[tokio::test]
async fn deep_nesting_is_cut_and_that_is_said() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("!", ""), ("a+(", ")")] {
        let deep = format!("x = {}1{}\n", open.repeat(5_000), close.repeat(5_000));
        survives(&deep).await;
        survives(&open.repeat(20_000)).await;
    }
    let deep = survives(&format!("x = {}1{}\n", "(\n".repeat(5_000), ")\n".repeat(5_000))).await;
    assert!(!deep.is_complete());
    assert!(
        deep.diagnostics.iter().any(|diagnostic| diagnostic.message.contains("nested")),
        "{:?}",
        deep.diagnostics
    );
}

#[tokio::test]
async fn one_line_of_half_a_megabyte() {
    survives(&"a = b + c; ".repeat(50_000)).await;
    survives(&"x".repeat(500_000)).await;
    survives(&format!("x = \"{}\"\n", "a".repeat(500_000))).await;
}

#[tokio::test]
async fn endless_alternatives_of_broken_syntax() {
    survives(&"if a { ) } else ( ".repeat(5_000)).await;
    survives(&"<a<b<c<".repeat(20_000)).await;
    survives(&"async async async ".repeat(5_000)).await;
    survives(&"\"\"\"'''`".repeat(20_000)).await;
    survives(&"@".repeat(100_000)).await;
}

#[tokio::test]
async fn odd_characters() {
    survives("\u{0}\u{feff}\u{202e}\u{2028}é\u{1f600}\r\r\n\u{85}").await;
    survives(&"é\u{1f600}".repeat(50_000)).await;
}

#[tokio::test]
async fn many_matches_of_one_rule_are_bounded() {
    let code = "def a():\n    try:\n        b()\n    except Exception:\n        pass\n".repeat(3_000);
    let review = survives(&code).await;
    let places: usize = review.findings.iter().map(|finding| finding.locations.len()).max().unwrap();
    assert!(places <= 201, "{places}");
}

#[test]
fn the_empty_file_has_nothing() {
    let rules = review_analyzers::Catalogue::all().unwrap().rules;
    for language in Language::ALL {
        assert!(review_analyzers::scan(&rules, *language, "a", "").is_empty());
    }
}
