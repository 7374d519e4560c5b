//! Regular expressions of a model: bounded, and what text a match must hold.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind};

/// Longest expression.
const MAX_PATTERN: usize = 1_000;

/// Largest compiled expression, in bytes.
const MAX_COMPILED: usize = 4 << 20;

/// More alternatives than this are not searched for one by one.
const MAX_NEEDLES: usize = 8;

/// A regular expression over lines. It takes time proportional to what it reads, whatever it is.
pub(super) fn lines(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    build(pattern, ignore_case)
}

/// A pattern over paths: `*` and `?` stay within a folder, `**` goes through folders, `{a,b}` is either.
pub(super) fn glob(pattern: &str) -> Result<Regex, String> {
    let mut out = String::from("^");
    let mut braces = 0_u32;
    let mut rest = pattern.trim_start_matches("./").chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '*' if rest.peek() == Some(&'*') => {
                rest.next();
                if rest.peek() == Some(&'/') {
                    rest.next();
                    out.push_str("(?:.*/)?");
                } else {
                    out.push_str(".*");
                }
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            c => out.push_str(&regex_syntax::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out.push('$');
    build(&out, false).map_err(|_| format!("`{pattern}` is no pattern of paths"))
}

fn build(pattern: &str, ignore_case: bool) -> Result<Regex, String> {
    if pattern.len() > MAX_PATTERN {
        return Err(format!("the pattern is longer than {MAX_PATTERN} characters"));
    }
    RegexBuilder::new(pattern)
        .case_insensitive(ignore_case)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .nest_limit(50)
        .build()
        .map_err(|error| format!("the pattern can't be used: {}", error.to_string().replace('\n', " ")))
}

/// Texts of which every match holds at least one, the longest that there are; none where nothing is certain.
///
/// With them a search needs to look at few lines only.
pub(super) fn needles(pattern: &str, ignore_case: bool) -> Option<Vec<String>> {
    if ignore_case {
        return None;
    }
    let hir = regex_syntax::ParserBuilder::new().nest_limit(50).build().parse(pattern).ok()?;
    required(&hir).filter(|needles| needles.iter().all(|needle| needle.chars().count() > 1))
}

fn required(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            (!text.is_empty() && !text.contains(['\n', '\0'])).then(|| vec![text.to_owned()])
        }
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        // The part whose shortest alternative is longest leaves the fewest lines.
        HirKind::Concat(parts) => parts
            .iter()
            .filter_map(required)
            .max_by_key(|needles| (shortest(needles), std::cmp::Reverse(needles.len()))),
        HirKind::Alternation(parts) => {
            let all: Option<Vec<Vec<String>>> = parts.iter().map(required).collect();
            all.map(|all| all.concat()).filter(|needles| needles.len() <= MAX_NEEDLES)
        }
        _ => None,
    }
}

fn shortest(needles: &[String]) -> usize {
    needles.iter().map(String::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_what_every_match_holds() {
        let show = |pattern: &str| format!("{:?}", needles(pattern, false));
        insta::assert_snapshot!(show("fn open"), @r#"Some(["fn open"])"#);
        insta::assert_snapshot!(show(r"fn\s+open_\w*\("), @r#"Some(["open_"])"#);
        insta::assert_snapshot!(show("TODO|FIXME"), @r#"Some(["TODO", "FIXME"])"#);
        insta::assert_snapshot!(show("(a|b)?"), @"None");
        insta::assert_snapshot!(show("[a-z]+"), @"None");
        insta::assert_snapshot!(show("(?i)todo"), @"None");
        insta::assert_snapshot!(show("x{3,}yz"), @r#"Some(["yz"])"#);
    }

    #[test]
    fn globs_stay_within_folders() {
        let fits = |pattern: &str, path: &str| glob(pattern).unwrap().is_match(path);
        assert!(fits("*.rs", "a.rs") && !fits("*.rs", "src/a.rs"));
        assert!(fits("**/*.rs", "a.rs") && fits("**/*.rs", "src/b/a.rs"));
        assert!(fits("src/**", "src/b/a.rs") && !fits("src/**", "lib/src/a.rs"));
        assert!(fits("a.{go,rs}", "a.go") && !fits("a.{go,rs}", "a.c") && fits("a+(b).c", "a+(b).c"));
    }

    #[test]
    fn what_is_too_big_is_refused() {
        assert!(lines(&"a".repeat(2_000), false).unwrap_err().contains("longer"));
        assert!(lines("(a{1000}){1000}", false).is_err());
        assert!(lines(&"(".repeat(900), false).is_err());
        assert!(lines("(?=x)", false).unwrap_err().contains("look-around"));
    }
}
