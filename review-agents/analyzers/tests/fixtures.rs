//! Every rule and check speaks up about the code that it must and leaves alone what it must not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_analyzers::{Catalogue, Language, Place, broken_check_examples, broken_rule_examples, scan};

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
        // What compares versions sees a change as a whole: some of its examples are across files.
        if check.id.starts_with("change.") {
            for examples in [&check.must_match, &check.must_not_match] {
                assert!(examples.iter().any(|example| example.len() >= 2), "{} stays in one file", check.id);
            }
        }
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

/// What stands for code in a text.
fn placeholders(text: &str) -> usize {
    text.match_indices('$')
        .filter(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_uppercase()))
        .count()
}

/// A text as it is where nothing is known of its placeholders.
fn unfilled(text: &str) -> String {
    let mut parts = text.split('$');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut out, part| {
        let end = part.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(part.len());
        out.push_str(&part[..end].to_lowercase());
        out + &part[end..]
    })
}

/// The data of a rule or check that people read.
fn assert_is_complete(id: &str, texts: [&str; 4], references: &[String]) {
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let (family, name) = id.split_once('.').unwrap();
    assert!(family.chars().all(named) && name.chars().all(named), "{id}: an id is `family.some-name`");
    for text in texts {
        assert!(
            !text.trim().is_empty() && text.trim() == text,
            "{id}: a text is missing or has blanks around it"
        );
    }
    let [title, body, scenario, fix] = texts;
    assert!(title.chars().count() <= 90 && !title.ends_with('.'), "{id}: {title}");
    assert!(placeholders(title) + placeholders(body) > 0 || NAMELESS.contains(&id), "{id} names no symbol");
    assert!(body.ends_with('.') && scenario.ends_with('.'), "{id}");
    assert!(fix.ends_with(['.', '`']), "{id}: {fix}");
    assert!(!references.is_empty(), "{id} has no reference");
    assert!(references.iter().all(|reference| reference.starts_with("https://")), "{id}: {references:?}");
}

/// Their title says all: the word that is wrong is always the same.
const NAMELESS: &[&str] = &[
    "python.raise-not-implemented",
    "typescript.async-executor",
    "typescript.debugger-left",
    "file.merge-conflict",
];

#[test]
fn every_rule_and_check_is_complete() {
    let catalogue = Catalogue::all().unwrap();
    for info in catalogue.rules.rules().map(|rule| rule.info()) {
        assert_is_complete(&info.id, [&info.title, &info.body, &info.scenario, &info.fix], &info.references);
        assert!(info.default || info.note.is_some(), "{}: why is it off?", info.id);
    }
    for check in &catalogue.checks {
        assert_is_complete(
            &check.id,
            [&check.title, &check.body, &check.scenario, &check.fix],
            &check.references,
        );
        assert!(check.default || check.note.is_some(), "{}: why is it off?", check.id);
    }
    assert!(catalogue.rules.rules().len() + catalogue.checks.len() >= 60);
}

#[test]
fn what_a_rule_names_is_in_the_code() {
    let catalogue = Catalogue::all().unwrap();
    for rule in catalogue.rules.rules() {
        let info = rule.info();
        let only = catalogue.rules.only(|other| other.info().id == info.id);
        let path = if info.place == Place::Tests { "tests/file_test.go" } else { "src/file" };
        for code in &info.must_match {
            for found in scan(&only, info.language, path, code) {
                for (text, written) in [(&found.title, &info.title), (&found.body, &info.body)] {
                    // Code that has the placeholder's own name proves nothing.
                    let names = written.split('$').skip(1).map(|part| {
                        part.split(|c: char| !c.is_ascii_uppercase() && c != '_')
                            .next()
                            .unwrap()
                            .to_lowercase()
                    });
                    let is_told = names.filter(|name| !name.is_empty()).any(|name| !code.contains(&name));
                    let is_empty = is_told && *text == unfilled(written);
                    assert!(!is_empty, "{} knows nothing of what it names: {text}\n{code}", info.id);
                }
            }
        }
    }
}
