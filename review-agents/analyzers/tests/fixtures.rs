//! Every rule matches the code that it must match and leaves alone what it must not, in each of its languages.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_analyzers::{Language, builtin_rules, scan};

#[test]
fn every_rule_keeps_its_word() {
    let rules = builtin_rules().unwrap();
    let mut broken = Vec::new();
    for rule in &rules {
        let info = rule.info();
        let only = std::slice::from_ref(rule);
        for language in std::iter::once(info.language).chain(info.also.iter().copied()) {
            let hits = |code: &str| scan(only, language, "src/file", code).len();
            broken.extend(
                info.must_match
                    .iter()
                    .filter(|code| hits(code) == 0)
                    .map(|code| format!("{} misses ({language:?}):\n{code}", info.id)),
            );
            broken.extend(
                info.must_not_match
                    .iter()
                    .filter(|code| hits(code) > 0)
                    .map(|code| format!("{} matches ({language:?}):\n{code}", info.id)),
            );
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
}

#[test]
fn ids_are_unique_and_begin_with_their_language() {
    let rules = builtin_rules().unwrap();
    for pair in rules.windows(2) {
        assert_ne!(pair[0].info().id, pair[1].info().id);
    }
    for rule in &rules {
        let language = format!("{:?}.", rule.info().language).to_lowercase();
        assert!(rule.info().id.starts_with(&language), "{}", rule.info().id);
    }
}

#[test]
fn a_comment_of_the_reviewed_code_silences_nothing() {
    let rules = builtin_rules().unwrap();
    let code = "fn f() -> u8 {\n    // ast-grep-ignore\n    todo!()\n}\n";
    assert_eq!(scan(&rules, Language::Rust, "src/a.rs", code).len(), 1);
}
