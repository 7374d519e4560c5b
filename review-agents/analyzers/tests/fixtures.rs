//! Every rule and check speaks up about the code that it must and leaves alone what it must not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_analyzers::{Catalogue, Language, broken_check_examples, broken_rule_examples, scan};

fn shown(broken: &[review_analyzers::BrokenExample]) -> String {
    let line =
        |broken: &review_analyzers::BrokenExample| format!("{} {}:\n{}", broken.id, broken.what, broken.code);
    broken.iter().map(line).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn every_rule_keeps_its_word() {
    let broken = broken_rule_examples(&Catalogue::all().unwrap().rules);
    assert!(broken.is_empty(), "{}", shown(&broken));
}

#[test]
fn every_check_keeps_its_word() {
    let broken = broken_check_examples(&Catalogue::all().unwrap());
    assert!(broken.is_empty(), "{}", shown(&broken));
}

#[test]
fn every_check_has_three_examples_of_each_kind() {
    for check in Catalogue::all().unwrap().checks.iter().filter(|check| check.id != "file.large-binary") {
        assert!(check.must_match.len() >= 3 && check.must_not_match.len() >= 3, "{}", check.id);
    }
}

#[test]
fn ids_begin_with_their_language() {
    for rule in Catalogue::all().unwrap().rules.rules() {
        let language = rule.info().language.name().to_lowercase();
        assert!(rule.info().id.starts_with(&format!("{language}.")), "{}", rule.info().id);
    }
}

#[test]
fn a_comment_of_the_reviewed_code_silences_nothing() {
    let rules = Catalogue::all().unwrap().rules;
    let code = "fn f() -> u8 {\n    // ast-grep-ignore\n    todo!()\n}\n";
    assert_eq!(scan(&rules, Language::Rust, "src/a.rs", code).len(), 1);
}
