//! Comments that speak to tools or reviewers: rules do not see them, so that reviewed code can't silence a rule.
//!
//! A comment that gives a reader the reason for something is another matter: a rule may ask for one.

use std::ops::Range;

use super::scope::Scope;
use super::source::{Skip, Source, walk};

/// What such comments have in common, in lower case: the words of known tools, and the forms of unknown ones.
const SIGNS: &[&str] = &[
    "noqa",
    "nosec",
    "nosem",
    "nolint",
    "nosonar",
    "nopmd",
    "skipcq",
    "noinspection",
    "lint:",
    "lint-",
    "-lint",
    "eslint",
    "tslint",
    "pylint",
    "flake8",
    "mypy:",
    "ruff:",
    "biome",
    "semgrep",
    "ast-grep",
    "deep-review",
    "deep_review",
    "@ts-",
    "ignore:",
    "ignore-",
    "ignore[",
    "-ignore",
    ":ignore",
    ": ignore",
    "disable:",
    "disable-",
    "disable=",
    "-disable",
    ":disable",
    ": disable",
    "suppress",
    "allow:",
    ":allow",
    ": allow",
    "pragma: no",
    "istanbul",
    "c8 ignore",
    "false positive",
    "false-positive",
    "reviewer",
];

/// Longest part of a comment that is looked at: who speaks to a tool does so at once.
const MAX_LOOKED_AT: usize = 400;

/// Whether a comment speaks to tools or reviewers.
fn is_directive(comment: &str) -> bool {
    let mut end = comment.len().min(MAX_LOOKED_AT);
    while !comment.is_char_boundary(end) {
        end -= 1;
    }
    let comment = comment.get(..end).unwrap_or_default().to_ascii_lowercase();
    SIGNS.iter().any(|sign| comment.contains(sign))
}

/// The source without the directives in what is touched; nothing where there are none. Other code keeps its place: blanks
/// stand for what is left out.
pub(super) fn without_directives(source: &Source, scope: &Scope) -> Option<Result<Source, Skip>> {
    let ranges = directives(source, scope);
    if ranges.is_empty() {
        return None;
    }
    Some(Source::parse(source.language(), &source.blanked(&ranges)))
}

fn directives(source: &Source, scope: &Scope) -> Vec<Range<usize>> {
    let text = source.text();
    let mut found = Vec::new();
    walk(source.root().get_inner_node(), |node| {
        let is_comment = node.is_named() && node.kind().contains("comment");
        if is_comment && text.get(node.byte_range()).is_some_and(is_directive) {
            found.push(node.byte_range());
        }
        !is_comment && scope.takes_node(node)
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_to_tools_is_not_heard_and_reasons_are() {
        for comment in [
            "# noqa: BLE001",
            "// eslint-disable-next-line",
            "/* deep-review: ignore */",
            "# pylint: disable=W",
        ] {
            assert!(is_directive(comment), "{comment}");
        }
        for comment in
            ["# The cache is only a help; a miss is fine.", "// ignored on purpose", "// SAFETY: it lives on"]
        {
            assert!(!is_directive(comment), "{comment}");
        }
    }

    #[test]
    #[cfg(feature = "python")]
    fn the_rest_keeps_its_place() {
        let text = "a = 'noqa'  # noqa: é\nb = 1  # fine\n";
        let source = Source::parse(crate::language::Language::Python, text).ok().unwrap();
        let quiet = without_directives(&source, &Scope::Whole).unwrap().ok().unwrap();
        let blank = " ".repeat("  # noqa: é".len());
        assert_eq!(quiet.text(), format!("a = 'noqa'{blank}\nb = 1  # fine\n"));
        assert!(without_directives(&quiet, &Scope::Whole).is_none());
    }
}
