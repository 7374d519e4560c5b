//! The highlighter: syntect's parser with two-face's syntaxes (more than 200 languages) and a few classes of its own.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::OnceLock;

use review_core::Excerpt;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::{Class, Painted};

/// Longer lines are left plain and end the highlighting of their snippet: nobody reads them, and grammars can take time
/// quadratic in the length of a line.
const MAX_LINE_BYTES: usize = 400;

/// Longest snippet to parse, including its lead-in.
const MAX_SNIPPET_LINES: usize = 2_000;

/// Lines to parse per report. Later ones are plain: a report of a thousand findings should take seconds, and its first
/// findings are the ones that get read.
const MAX_REPORT_LINES: usize = 12_000;

/// Bytes to parse per report.
const MAX_REPORT_BYTES: usize = 1 << 20;

/// Steps that one report may have parsed; a line counts with the square of its bytes, because that is how long hostile
/// ones take. 12,000 lines of ordinary code are some 15 million. As many steps of text made to be slow took 5 s with
/// TypeScript and 14 s with the worst grammar of all (`benches/languages.rs`); without this cap it were minutes.
const MAX_REPORT_STEPS: usize = 16_000_000;

/// Colours for one report: its budget, and the excerpts that were coloured already, because several findings often show
/// the same one.
pub(super) struct Engine {
    lines: Cell<usize>,
    bytes: Cell<usize>,
    steps: Cell<usize>,
    /// By address of the excerpt, which stays where it is as long as the report is borrowed.
    known: RefCell<BTreeMap<usize, Option<Rc<Vec<Painted>>>>>,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            lines: Cell::new(MAX_REPORT_LINES),
            bytes: Cell::new(MAX_REPORT_BYTES),
            steps: Cell::new(MAX_REPORT_STEPS),
            known: RefCell::default(),
        }
    }
}

impl Engine {
    pub(super) fn excerpt(&self, excerpt: &Excerpt) -> Option<Rc<Vec<Painted>>> {
        let address = std::ptr::from_ref(excerpt).addr();
        if let Some(known) = self.known.borrow().get(&address) {
            return known.clone();
        }
        let syntax = by_path(&excerpt.path, &excerpt.text);
        let painted = syntax.and_then(|syntax| self.paint(syntax, &excerpt.text)).map(Rc::new);
        self.known.borrow_mut().insert(address, painted.clone());
        painted
    }

    pub(super) fn block(&self, language: &str, text: &str) -> Option<Vec<Painted>> {
        let language: String = language.chars().take(40).collect();
        let syntax = syntaxes().find_syntax_by_token(&language)?;
        self.paint(syntax, text)
    }

    fn paint(&self, syntax: &SyntaxReference, text: &str) -> Option<Vec<Painted>> {
        let wanted: Vec<&str> = text.lines().take(MAX_SNIPPET_LINES + 1).collect();
        let bytes: usize = wanted.iter().map(|line| line.len()).sum();
        // What comes after a line that is too long is not parsed.
        let parsed = wanted.iter().map(|line| line.len()).take_while(|length| *length <= MAX_LINE_BYTES);
        let steps: usize = parsed.map(|length| length * length).sum();
        let (lines_left, bytes_left, steps_left) = (self.lines.get(), self.bytes.get(), self.steps.get());
        if wanted.len() > MAX_SNIPPET_LINES
            || wanted.len() > lines_left
            || bytes > bytes_left
            || steps > steps_left
        {
            return None;
        }
        self.steps.set(steps_left - steps);
        self.lines.set(lines_left - wanted.len());
        self.bytes.set(bytes_left - bytes);
        // The regular expressions of an odd grammar have panicked before; one snippet without colour is no loss.
        catch_unwind(AssertUnwindSafe(|| parse(syntax, &wanted))).ok().flatten()
    }
}

fn syntaxes() -> &'static SyntaxSet {
    static SET: OnceLock<SyntaxSet> = OnceLock::new();
    SET.get_or_init(two_face::syntax::extra_newlines)
}

fn by_path(path: &str, text: &str) -> Option<&'static SyntaxReference> {
    let set = syntaxes();
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    set.find_syntax_by_extension(name)
        .or_else(|| extension.and_then(|extension| set.find_syntax_by_extension(extension)))
        .or_else(|| {
            extension.and_then(|extension| set.find_syntax_by_extension(&extension.to_ascii_lowercase()))
        })
        .or_else(|| text.lines().next().and_then(|line| set.find_syntax_by_first_line(line)))
        .filter(|syntax| syntax.name != "Plain Text")
}

fn parse(syntax: &SyntaxReference, lines: &[&str]) -> Option<Vec<Painted>> {
    let set = syntaxes();
    let mut state = ParseState::new(syntax);
    let mut stack = ScopeStack::new();
    let mut painted = Vec::with_capacity(lines.len());
    let mut with_end = String::new();
    for line in lines {
        if line.len() > MAX_LINE_BYTES {
            break;
        }
        with_end.clear();
        with_end.push_str(line);
        with_end.push('\n');
        let ops = state.parse_line(&with_end, set).ok()?;
        let mut pieces: Painted = Vec::new();
        let mut at = 0;
        for (place, op) in ops {
            push(&mut pieces, line, at, place, class_of(&stack));
            at = place.max(at);
            stack.apply(&op).ok()?;
        }
        push(&mut pieces, line, at, line.len(), class_of(&stack));
        painted.push(pieces);
    }
    Some(painted)
}

/// Adds a piece, joined to the one before where both are the same; white space takes no colour.
fn push(pieces: &mut Painted, line: &str, from: usize, to: usize, class: Option<Class>) {
    let to = to.min(line.len());
    let Some(class) = class.filter(|_| from < to) else { return };
    if line.get(from..to).is_none_or(|text| text.trim().is_empty()) {
        return;
    }
    match pieces.last_mut() {
        Some((range, last))
            if *last == class && line.get(range.end..from).is_some_and(|gap| gap.trim().is_empty()) =>
        {
            range.end = to;
        }
        _ => pieces.push((from..to, class)),
    }
}

/// The class of what the innermost telling scope says.
fn class_of(stack: &ScopeStack) -> Option<Class> {
    let table = scopes();
    for scope in stack.as_slice().iter().rev() {
        if let Some((_, class)) = table.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)) {
            return *class;
        }
    }
    None
}

/// Scopes by prefix, the first match wins.
fn scopes() -> &'static [(Scope, Option<Class>)] {
    static TABLE: OnceLock<Vec<(Scope, Option<Class>)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let table = [
            ("comment", Some(Class::Comment)),
            ("string", Some(Class::Text)),
            ("constant.character", Some(Class::Text)),
            ("constant.numeric", Some(Class::Number)),
            ("constant.language", Some(Class::Number)),
            ("constant", Some(Class::Number)),
            ("keyword.operator.word", Some(Class::Keyword)),
            ("keyword.operator", None),
            ("keyword", Some(Class::Keyword)),
            ("storage.type.function", Some(Class::Keyword)),
            ("storage", Some(Class::Keyword)),
            ("entity.name.function", Some(Class::Function)),
            ("support.function", Some(Class::Function)),
            ("variable.function", Some(Class::Function)),
            ("entity.name.tag", Some(Class::Keyword)),
            ("entity.other.attribute-name", Some(Class::Name)),
            ("entity.name", Some(Class::Type)),
            ("entity.other.inherited-class", Some(Class::Type)),
            ("support.type", Some(Class::Type)),
            ("support.class", Some(Class::Type)),
            ("variable.parameter", Some(Class::Name)),
            ("variable.language", Some(Class::Keyword)),
            ("meta.interpolation", None),
        ];
        table.into_iter().filter_map(|(name, class)| Some((Scope::new(name).ok()?, class))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_core::{LineRange, Side};

    fn shown(path: &str, text: &str) -> String {
        let lines = text.lines().count() as u32;
        let excerpt = Excerpt::new(path, Side::Head, 1, LineRange::new(1, lines), text);
        let painted = Engine::default().excerpt(&excerpt).unwrap();
        let line = |(line, pieces): (&str, &Painted)| {
            let words: Vec<String> =
                pieces.iter().map(|(range, class)| format!("{class:?}:{}", &line[range.clone()])).collect();
            words.join(" ")
        };
        text.lines().zip(painted.iter()).map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_snippet_that_begins_in_a_comment_is_right_because_of_its_lead_in() {
        insta::assert_snapshot!(shown("a.rs", "/* one\n let two = 2; */\nlet three = \"x\"; // 4\n"), @r#"
        Comment:/* one
        Comment: let two = 2; */
        Keyword:let Text:"x" Comment:// 4
        "#);
    }

    #[test]
    fn more_than_a_hundred_languages_are_known() {
        assert!(syntaxes().syntaxes().len() > 150, "{}", syntaxes().syntaxes().len());
        let paths = [
            "a.rs",
            "a.go",
            "a.py",
            "a.ts",
            "a.tsx",
            "a.js",
            "a.java",
            "a.kt",
            "a.swift",
            "a.zig",
            "a.c",
            "a.cpp",
            "a.cs",
            "a.rb",
            "a.php",
            "a.tf",
            "a.vue",
            "a.dart",
            "a.ex",
            "a.toml",
            "a.yaml",
            "a.json",
            "a.sql",
            "a.sh",
            "Dockerfile",
            "Makefile",
            "CMakeLists.txt",
        ];
        let unknown: Vec<_> = paths.into_iter().filter(|path| by_path(path, "").is_none()).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert!(by_path("run", "#!/bin/bash\n").is_some(), "by its first line");
        assert!(by_path("a.unheard-of", "x\n").is_none());
    }

    #[test]
    fn what_is_too_long_stays_plain() {
        let long = format!("let x = 1;\n{}\nlet y = 2;\n", "x".repeat(10_000));
        let painted = Engine::default().block("rust", &long).unwrap();
        assert_eq!(painted.len(), 1, "colours end at the long line");
        assert!(Engine::default().block("rust", &"x\n".repeat(3_000)).is_none());
        let engine = Engine::default();
        let spent = (0..100).filter(|_| engine.block("rust", &"x\n".repeat(1_000)).is_some()).count();
        assert_eq!(spent, MAX_REPORT_LINES / 1_000);
    }
}
