//! Code that was made to do harm: it costs its own file at most, and that is said.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_analyzers::{Catalogue, Language, RulesReviewer};
use review_core::{Answer, Cancel, Cx, Fact, Query, Result, Review, ReviewRequest, Reviewer, SourceTree};
use review_testkit::scenario;

const ENDINGS: &[&str] = &["rs", "go", "py", "ts", "tsx", "js", "java", "sh", "c", "rb", "md"];

/// A good file beside each hostile one: it must still be reviewed.
const GOOD: &str = "def a():\n    try:\n        b()\n    except Exception:\n        pass\n";

/// A reviewer with every rule, what is off by default included.
fn everything() -> RulesReviewer {
    RulesReviewer::with_catalogue("rules", Catalogue::all().unwrap())
}

async fn review(hostile: &str) -> Review {
    let mut scenario = scenario().file("good.py", "", GOOD);
    for ending in ENDINGS {
        scenario = scenario.file(&format!("hostile.{ending}"), "", hostile);
    }
    let request = ReviewRequest::new(scenario.change())
        .with_tree(Arc::new(scenario.tree()) as Arc<dyn review_core::SourceTree>);
    everything().review(Arc::new(request), Cx::detached()).await.unwrap()
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
async fn texts_full_of_slips_are_bounded() {
    let slips =
        "/// It recieves the the error, a error, seperate from `it's own`. */\n# Teh enviroment is is is.\n";
    let many = survives(&slips.repeat(1_500)).await;
    let names = ["prose.misspelling", "prose.grammar", "prose.repeated-word"];
    for finding in many.findings.iter().filter(|finding| names.iter().any(|name| finding.body.contains(name)))
    {
        assert!(finding.locations.len() <= 60 * 51 && finding.title.len() < 200);
    }
    assert!(many.findings.len() < 60 * ENDINGS.len(), "{}", many.findings.len());
    survives(&format!("// {}\n", "the the teh ".repeat(40_000))).await;
    survives(&format!("/* {} */\n", "`".repeat(200_000))).await;
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

/// Gives one file as something that is no text.
struct NotText(review_core::MemoryTree, &'static str);

impl SourceTree for NotText {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        let mut facts = self.0.answer(queries, cancel)?;
        for fact in &mut facts {
            if matches!(&fact.query, Query::File { path, .. } if path == "hostile.py") {
                *fact = Fact::new(fact.query.clone(), Answer::NotText { what: self.1.to_owned() });
            }
        }
        Ok(facts)
    }
}

#[tokio::test]
async fn files_that_are_not_text_are_named_and_cost_nothing() {
    let scenario = scenario().file("good.py", "", GOOD).file("hostile.py", "", "x = 1\n");
    let review = async |what| {
        let tree = Arc::new(NotText(scenario.tree(), what)) as Arc<dyn SourceTree>;
        let request = ReviewRequest::new(scenario.change()).with_tree(tree);
        everything().review(Arc::new(request), Cx::detached()).await.unwrap()
    };
    let binary = review("binary").await;
    assert_eq!((binary.findings.len(), binary.is_complete()), (1, true));
    insta::assert_snapshot!(binary.diagnostics[0].message, @"hostile.py was left alone: binary, although its name is that of code");
    let latin = review("not UTF-8").await;
    assert_eq!((latin.findings.len(), latin.is_complete()), (1, false));
    insta::assert_snapshot!(latin.incomplete_reason.unwrap(), @"1 files were not looked at, or not whole, hostile.py among them: it is not text: not UTF-8");
}

#[tokio::test]
async fn ends_of_lines_make_no_difference() {
    let plain = survives("def c():\n    return 1\n").await;
    let with_returns = GOOD.replace('\n', "\r\n");
    let scenario = scenario().file("p/a.py", "", &with_returns).file("p/b.py", "", GOOD);
    let request =
        ReviewRequest::new(scenario.change()).with_tree(Arc::new(scenario.tree()) as Arc<dyn SourceTree>);
    let review = everything().review(Arc::new(request), Cx::detached()).await.unwrap();
    let places: Vec<String> =
        review.findings.iter().map(|finding| finding.locations[0].to_string()).collect();
    assert_eq!(places, ["p/a.py:4-5", "p/b.py:4-5"]);
    assert_eq!(plain.findings.len(), 1);
}

/// Only the ends of the lines changed: nothing in it is new.
#[tokio::test]
async fn a_file_that_only_got_other_ends_of_lines_has_nothing_new() {
    let scenario = scenario().file("p/a.py", GOOD, &GOOD.replace('\n', "\r\n"));
    let request =
        ReviewRequest::new(scenario.change()).with_tree(Arc::new(scenario.tree()) as Arc<dyn SourceTree>);
    let review = everything().review(Arc::new(request), Cx::detached()).await.unwrap();
    assert!(review.findings.is_empty(), "{:?}", review.findings);
}

/// A regular expression of a rule over one enormous token, and names that stand in every file.
#[tokio::test]
async fn huge_tokens_and_names_that_stand_everywhere() {
    survives(&format!("x{} = 1\n", "y".repeat(900_000))).await;
    survives(&format!("query(\"SELECT {}\" + x)\n", "a, ".repeat(250_000))).await;
    let calls = "def get(a, b):\n    return get(get(a, b), b)\n".repeat(2_000);
    let scenario = scenario().file("p/a.py", &calls, &calls.replace("(a, b):", "(a, b, c):"));
    let request =
        ReviewRequest::new(scenario.change()).with_tree(Arc::new(scenario.tree()) as Arc<dyn SourceTree>);
    let review = everything().review(Arc::new(request), Cx::detached()).await.unwrap();
    assert!(review.is_complete());
}

/// Rules that look around a match cost as much as the function that it is in: a long one with many matches is cut short.
#[tokio::test]
async fn one_endless_function_of_candidates_is_cut_short_and_that_is_said() {
    let calls = "\ta()\n".repeat(20_000);
    let scenario = scenario()
        .file("a.go", "", &format!("package a\n\nfunc f() {{\n{calls}}}\n"))
        .file("good.py", "", GOOD);
    let request =
        ReviewRequest::new(scenario.change()).with_tree(Arc::new(scenario.tree()) as Arc<dyn SourceTree>);
    let review = everything().review(Arc::new(request), Cx::detached()).await.unwrap();
    assert_eq!(review.findings.len(), 1, "the good file is reviewed all the same");
    insta::assert_snapshot!(review.incomplete_reason.unwrap(), @"1 files were not looked at, or not whole, a.go among them: matching it costs more than a file may");
}

#[test]
fn the_empty_file_has_nothing() {
    let rules = review_analyzers::Catalogue::all().unwrap().rules;
    for language in Language::ALL {
        assert!(review_analyzers::scan(&rules, *language, "a", "").is_empty());
    }
}
