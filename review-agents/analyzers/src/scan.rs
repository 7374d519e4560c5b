//! Runs rules over one file.

use std::collections::BTreeMap;

use ast_grep_core::Doc;
use ast_grep_core::matcher::NodeMatch;
use ast_grep_core::tree_sitter::LanguageExt as _;
use review_core::LineRange;

use crate::language::Language;
use crate::rule::Rule;

/// More matches of one rule in one file are counted, not listed.
const MAX_MATCHES: usize = 200;

/// Longest text that a placeholder shows, in characters.
const MAX_SHOWN: usize = 80;

/// One place that a rule matched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Match {
    /// Id of the rule.
    pub rule: String,
    /// The matched lines.
    pub range: LineRange,
    /// Title and body with the placeholders filled.
    pub title: String,
    /// Explanation.
    pub body: String,
    /// Scenario.
    pub scenario: String,
    /// Fix in words.
    pub fix: String,
}

/// The matches of every rule in a file, by rule and line.
pub fn scan(rules: &[Rule], language: Language, path: &str, text: &str) -> Vec<Match> {
    let Some(parser) = language.parser() else { return Vec::new() };
    let is_test = language.is_test_path(path);
    let root = parser.ast_grep(text);
    let mut matches = Vec::new();
    for rule in rules.iter().filter(|rule| !(is_test && rule.info().skip_tests)) {
        let Some(matcher) = rule.matcher(language) else { continue };
        for node in root.root().find_all(matcher).take(MAX_MATCHES) {
            matches.push(found(rule, &node));
        }
    }
    matches
}

fn found<D: Doc>(rule: &Rule, node: &NodeMatch<'_, D>) -> Match {
    let info = rule.info();
    let fill = |text: &str| fill(text, node);
    // Positions count from 0; a node that ends at the start of a line does not reach into it.
    let (start, end) = (node.start_pos().line(), node.end_pos());
    let last = if end.byte_point().1 == 0 && end.line() > start { end.line() - 1 } else { end.line() };
    Match {
        rule: info.id.clone(),
        range: LineRange::new(start as u32 + 1, last as u32 + 1),
        title: fill(&info.title),
        body: fill(&info.body),
        scenario: fill(&info.scenario),
        fix: fill(&info.fix),
    }
}

/// Puts the matched code in the place of `$NAME`. The code is hostile text: it is shortened to one line and can't end
/// the inline code around it.
fn fill<D: Doc>(text: &str, node: &NodeMatch<'_, D>) -> String {
    let mut values = BTreeMap::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        if name.is_empty() {
            out.push('$');
        } else {
            let value = values.entry(name).or_insert_with(|| {
                let code = node.get_env().get_match(name).map(|found| found.text().into_owned());
                code.map(|code| one_line(&code)).unwrap_or_else(|| name.to_lowercase())
            });
            out.push_str(value);
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn one_line(code: &str) -> String {
    let mut words = code.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if words.chars().count() > MAX_SHOWN {
        words = words.chars().take(MAX_SHOWN).collect::<String>() + "…";
    }
    words
}
