//! One walk over a parsed file, with every rule of its language.

use std::collections::BTreeMap;

use ast_grep_core::matcher::{MatcherExt as _, NodeMatch};
use ast_grep_core::tree_sitter::StrDoc;
use ast_grep_language::SupportLang;
use review_core::LineRange;

use super::directives::without_directives;
use super::rule::{Compiled, Rule};
use super::rule_set::RuleSet;
use super::scope::Scope;
use super::source::{MAX_DEPTH, Node, Skip, Source};
use super::text::{one_line, squeezed};
use crate::language::Language;
use crate::patch;
use crate::paths::{self, PathKind};

/// More matches of one rule in one file are not listed; that they were left out is said.
const MAX_MATCHES: usize = 200;

/// Bytes of code that matchers may be shown in one file, counted once for each rule that looks. Ordinary code needs some
/// fifty times its size, and a file has at most 1 MiB.
const MAX_WORK: usize = 512 << 20;

/// Bytes of code around candidates that rules may look at, for each byte of the file, so that the time grows with the file and not
/// with its square. Ordinary code needs some tens.
const AROUND_PER_BYTE: usize = 128;

/// As many are allowed in any file: a function of 100 lines with 100 calls needs one or two million.
const MIN_AROUND: usize = 8 << 20;

/// What a look at one sibling costs, in bytes of code that are searched in the same time.
const BYTES_PER_SIBLING: usize = 2;

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
    /// Fix as a diff, where the rule has a safe one.
    pub patch: Option<String>,
    /// The matched code on one line: what makes two matches the same one.
    pub(crate) key: String,
}

/// What became of one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scanned {
    /// The matches, in the order of the walk.
    pub(crate) matches: Vec<Match>,
    /// Why parts were not looked at.
    pub(crate) skipped: Option<Skip>,
}

/// The matches of every rule in a file, as the walk meets them. A file that can't be parsed has none.
pub fn scan(rules: &RuleSet, language: Language, path: &str, text: &str) -> Vec<Match> {
    let source = Source::parse(language, text);
    source.map(|source| scan_source(rules, &source, path, &Scope::Whole).matches).unwrap_or_default()
}

/// The matches of every rule in the part of a parsed file that the change touched.
pub(crate) fn scan_source(rules: &RuleSet, source: &Source, path: &str, scope: &Scope) -> Scanned {
    match without_directives(source, scope) {
        None => walk(rules, source, path, scope, source.text(), &|_| true),
        Some(Err(skip)) => Scanned { matches: Vec::new(), skipped: Some(skip) },
        Some(Ok(quiet)) => {
            let mut scanned =
                walk(rules, &quiet, path, scope, source.text(), &|rule| !rule.info().sees_directives);
            let others = walk(rules, source, path, scope, source.text(), &|rule| rule.info().sees_directives);
            scanned.matches.extend(others.matches);
            scanned.skipped = scanned.skipped.or(others.skipped);
            scanned
        }
    }
}

/// One walk with the rules that are wanted. `written` is the text of the file as it is, for diffs.
fn walk(
    rules: &RuleSet,
    source: &Source,
    path: &str,
    scope: &Scope,
    written: &str,
    wanted: &dyn Fn(&Rule) -> bool,
) -> Scanned {
    let kind = paths::kind(path);
    let tests = test_ranges(source);
    let mut scanned = Scanned::default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut work, mut work_around) = (0_usize, 0_usize);
    // The outermost function around the place of the walk, or what stands there at the top.
    let (mut around, mut top, mut in_function) = (0..0, 0..0, false);
    let max_around = source.text().len().saturating_mul(AROUND_PER_BYTE).max(MIN_AROUND);
    // What the place of the walk is in, outermost first.
    let mut outer: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
    let root = source.root();
    let mut cursor = root.get_inner_node().walk();
    let mut depth = 0_usize;
    loop {
        let inner = cursor.node();
        let is_touched = scope.takes_node(inner);
        if is_touched && inner.is_named() {
            let bytes = inner.byte_range();
            if depth <= 1 {
                (around, top, in_function) = (bytes.clone(), bytes.clone(), false);
            } else if around.end <= bytes.start {
                (around, in_function) = (top.clone(), false);
            }
            if !in_function && is_function(inner.kind()) {
                (around, in_function) = (bytes.clone(), true);
            }
            let in_test = tests.iter().any(|range| range.start <= bytes.start && bytes.end <= range.end);
            for rule in rules.at_kind(source.language(), inner.kind_id()) {
                let Some(compiled) = rule.compiled(source.language()) else { continue };
                if !rule.info().place.takes(kind, in_test) || !wanted(rule) {
                    continue;
                }
                work = work.saturating_add(bytes.len());
                if work > MAX_WORK {
                    scanned.skipped = Some(Skip::Work);
                    return scanned;
                }
                if !source.text().get(bytes.clone()).is_some_and(|code| rule.may_match(code)) {
                    continue;
                }
                let relations = rule.relations();
                if relations.count > 0 {
                    let (parent, siblings) =
                        outer.last().map_or((0, 0), |(range, count)| (range.len(), *count));
                    let beside = match (relations.in_beside, relations.beside) {
                        (true, _) => parent,
                        (false, true) => siblings * BYTES_PER_SIBLING,
                        (false, false) => 0,
                    };
                    let reach = if relations.in_outer { top.len() } else { around.len() }.max(beside);
                    work_around = work_around.saturating_add(reach.saturating_mul(relations.count));
                    if work_around > max_around {
                        scanned.skipped = Some(Skip::Work);
                        continue;
                    }
                }
                let count = counts.entry(&rule.info().id).or_default();
                if *count >= MAX_MATCHES {
                    continue;
                }
                if let Some(node) = compiled.matcher.match_node(root.root().adopt(inner)) {
                    *count += 1;
                    scanned.matches.push(found(rule, compiled, &node, path, written));
                }
            }
        }
        if depth < MAX_DEPTH {
            if is_touched && cursor.goto_first_child() {
                depth += 1;
                outer.push((inner.byte_range(), inner.child_count() as usize));
                continue;
            }
        } else if is_touched && inner.child_count() > 0 {
            scanned.skipped = Some(Skip::Nesting);
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return scanned;
            }
            depth -= 1;
            outer.pop();
        }
    }
}

/// Whether code of this kind is a function, in any language.
fn is_function(kind: &str) -> bool {
    kind.starts_with("function")
        || kind.starts_with("method_")
        || kind.starts_with("constructor_d")
        || matches!(
            kind,
            "func_literal"
                | "arrow_function"
                | "closure_expression"
                | "lambda"
                | "lambda_expression"
                | "method"
                | "singleton_method"
        )
}

/// Parts of a file that are tests although its path does not say so: Rust's unit tests.
fn test_ranges(source: &Source) -> Vec<std::ops::Range<usize>> {
    if source.language() != Language::Rust || !source.text().contains("test") {
        return Vec::new();
    }
    let root = source.root();
    let mut ranges = Vec::new();
    let mut folder = |items: &Node<'_>| {
        let mut is_test = false;
        for item in items.children() {
            match item.kind().as_ref() {
                "attribute_item" => {
                    let text = item.text();
                    is_test |= text.starts_with("#[cfg(test")
                        || text.starts_with("#[cfg(all(test")
                        || text.contains("test]")
                        || text.contains("::test(");
                }
                "line_comment" | "block_comment" => {}
                _ => {
                    if is_test {
                        ranges.push(item.range());
                    }
                    is_test = false;
                }
            }
        }
    };
    folder(&root);
    for item in root.children() {
        if let Some(body) =
            item.field("body").filter(|_| matches!(item.kind().as_ref(), "mod_item" | "impl_item"))
        {
            folder(&body);
        }
    }
    ranges
}

fn found(
    rule: &Rule,
    compiled: &Compiled,
    node: &NodeMatch<'_, StrDoc<SupportLang>>,
    path: &str,
    written: &str,
) -> Match {
    let info = rule.info();
    let fill = |text: &str| fill(text, node);
    let reported =
        info.at.as_deref().and_then(|name| node.get_env().get_match(name)).unwrap_or(node.get_node());
    let patch = compiled.rewrite.as_ref().and_then(|template| {
        let edit = node.replace_by(template);
        let new = String::from_utf8(edit.inserted_text).ok()?;
        patch::replacing(path, written, edit.position..edit.position + edit.deleted_length, &new)
    });
    Match {
        rule: info.id.clone(),
        range: lines_of(reported),
        title: fill(&info.title),
        body: fill(&info.body),
        scenario: fill(&info.scenario),
        fix: fill(&info.fix),
        patch,
        key: squeezed(&node.text()),
    }
}

/// The lines of a node. Positions count from 0; a node that ends at the start of a line does not reach into it.
pub(crate) fn lines_of(node: &Node<'_>) -> LineRange {
    let (start, end) = (node.start_pos().line(), node.end_pos());
    let last = if end.byte_point().1 == 0 && end.line() > start { end.line() - 1 } else { end.line() };
    LineRange::new(line_number(start), line_number(last))
}

fn line_number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX - 1) + 1
}

/// Puts the matched code in the place of `$NAME`.
fn fill(text: &str, node: &NodeMatch<'_, StrDoc<SupportLang>>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        if name.is_empty() {
            out.push('$');
        } else {
            let env = node.get_env();
            let made = || env.get_transformed(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            let code = env.get_match(name).map(|found| found.text().into_owned()).or_else(made);
            out.push_str(&code.map_or_else(|| name.to_lowercase(), |code| one_line(&code)));
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Whether rules look at this kind of file at all.
pub(crate) fn is_scanned(kind: PathKind) -> bool {
    kind != PathKind::Foreign
}
