//! The touched lines of a file that are written for people.

use review_core::LineRange;

use crate::engine::{Scope, Source, is_comment, walk};
use crate::paths::PathKind;

/// Longer lines are data, in bytes.
const LONGEST_LINE: usize = 1_000;

/// A string is a message when it has so many words.
const WORDS_OF_A_MESSAGE: usize = 4;

/// What a passage is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// A comment or documentation in code, or a text.
    Prose,
    /// A string that the program shows.
    Message,
}

/// A line that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Passage<'a> {
    pub(super) line: u32,
    pub(super) text: &'a str,
    pub(super) voice: Voice,
}

/// Whether a file is a text in a light markup, by its name.
pub(crate) fn is_text(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| matches!(extension, "md" | "markdown" | "rst" | "adoc"))
}

/// The comments and messages on the touched lines of code. Strings of tests are data.
pub(super) fn of_source<'a>(source: &'a Source, scope: &Scope, kind: PathKind) -> Vec<Passage<'a>> {
    let mut passages = Vec::new();
    let text = source.text();
    walk(source.root().get_inner_node(), |node| {
        if !scope.takes_node(node) {
            return false;
        }
        let voice = voice(node).filter(|voice| *voice == Voice::Prose || kind == PathKind::Production);
        if let (Some(voice), Some(code)) = (voice, text.get(node.byte_range())) {
            let first = u32::try_from(node.start_position().row).unwrap_or(u32::MAX - 1) + 1;
            if voice == Voice::Prose || is_message(code) {
                lines(code, first, voice, scope, &mut passages);
            }
        }
        voice.is_none()
    });
    passages
}

fn voice(node: tree_sitter::Node<'_>) -> Option<Voice> {
    match node.kind() {
        _ if is_comment(node) => Some(Voice::Prose),
        // A template may hold code, which has comments and messages of its own.
        "string" | "string_literal" | "interpreted_string_literal" | "raw_string_literal" => {
            Some(Voice::Message)
        }
        _ => None,
    }
}

fn is_message(code: &str) -> bool {
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    code.split_ascii_whitespace().filter(is_word).count() >= WORDS_OF_A_MESSAGE
}

fn lines<'a>(text: &'a str, first: u32, voice: Voice, scope: &Scope, out: &mut Vec<Passage<'a>>) {
    let touched = text.lines().zip(first..).filter(|(_, line)| scope.takes(LineRange::line(*line)));
    let read = touched.filter(|(text, _)| text.len() <= LONGEST_LINE);
    out.extend(read.map(|(text, line)| Passage { line, text, voice }));
}

/// The touched lines of a text that are not code, where it is written in English.
pub(super) fn of_text<'a>(text: &'a str, scope: &Scope) -> Vec<Passage<'a>> {
    if !text.contains(" the ") {
        return Vec::new();
    }
    let mut passages = Vec::new();
    let mut fence: Option<&str> = None;
    for (line, number) in text.lines().zip(1_u32..) {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~", "----"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) if mark != "----" => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) if line.len() > LONGEST_LINE || line.starts_with("    ") => {}
            (None, None) if scope.takes(LineRange::line(number)) => {
                passages.push(Passage { line: number, text: line, voice: Voice::Prose });
            }
            _ => {}
        }
    }
    passages
}

/// The plain words of a line, in order, with what stands directly behind each: nothing, or a mark that ends a clause. Code
/// in backticks, paths, addresses, calls and quoted single words are no words.
pub(super) fn words(line: &str) -> Vec<Option<Word<'_>>> {
    let mut words = Vec::new();
    let mut in_code = false;
    for token in line.split_ascii_whitespace() {
        let was_in_code = in_code;
        let runs = token.split('`').skip(1).filter(|part| !part.is_empty()).count();
        let ends_with_mark = token.ends_with('`');
        let ticks = runs + usize::from(ends_with_mark);
        // An odd number of runs of backticks opens code or ends it.
        if token.contains('`') {
            in_code ^= ticks % 2 == 1;
        }
        words.push(if was_in_code || token.contains('`') { None } else { Word::of(token) });
    }
    words
}

/// A plain word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// No mark stands directly before or behind it.
    pub(super) opens_bare: bool,
    pub(super) ends_bare: bool,
}

impl<'a> Word<'a> {
    fn of(token: &'a str) -> Option<Self> {
        let text = token.trim_matches(|c: char| c.is_ascii_punctuation());
        let quoted = token.len() >= text.len() + 2
            && ["\"", "'", "‘", "“"].iter().any(|mark| token.starts_with(mark))
            && ["\"", "'"]
                .iter()
                .any(|mark| token.trim_end_matches([',', '.', ';', ':', ')']).ends_with(mark));
        let plain = !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'\''))
            && !quoted
            && !token.contains("()")
            && !token.contains(['/', '\\', '@', '$', '_', '<', '>', '=', '%', '{', '}', '[', ']', '|', '&']);
        plain.then(|| Self { text, opens_bare: token.starts_with(text), ends_bare: token.ends_with(text) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(line: &str) -> Vec<&str> {
        words(line).into_iter().flatten().map(|word| word.text).collect()
    }

    #[test]
    fn code_paths_and_quoted_words_are_no_words() {
        assert_eq!(plain("// It reads (again), twice."), ["It", "reads", "again", "twice"]);
        assert_eq!(plain("see `a b` and ``c d`` there"), ["see", "and", "there"]);
        assert_eq!(plain("run src/a.rs or call() or a_b or 'word' <tag>"), ["run", "or", "or", "or"]);
    }

    #[test]
    fn fences_and_indented_code_are_no_text() {
        let text = "Read the manual.\n\n```\ncode\n```\n\n    code\nof the end\n";
        let lines: Vec<_> = of_text(text, &Scope::Whole).into_iter().map(|passage| passage.line).collect();
        assert_eq!(lines, [1, 2, 6, 8]);
        assert!(of_text("Nur auf Deutsch.\n", &Scope::Whole).is_empty());
    }

    #[test]
    fn strings_with_enough_words_are_messages() {
        assert!(is_message("\"it is not there\""));
        assert!(!is_message("\"select a\""));
    }
}
