//! One paragraph, title or cell: literal text escaped for every dialect, plus the few marks that are intended.

use std::ops::Range;

use crate::text::clean::wieldy;
use crate::text::commands::{Spelling, disarm};
use crate::text::fence::{on_one_line, span};
use crate::text::live::is_live;

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Escaped source.
    Text(String),
    /// The content of a code span.
    Code(String),
    Open(Mark),
    Close(Mark),
    LinkOpen,
    /// The destination, with the title if there is one.
    LinkClose(String),
    Break {
        hard: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Strong,
    Emphasis,
    Strike,
}

impl Mark {
    fn delimiter(self) -> &'static str {
        match self {
            Self::Strong => "**",
            Self::Emphasis => "_",
            Self::Strike => "~~",
        }
    }

    fn element(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Emphasis => "em",
            Self::Strike => "del",
        }
    }
}

/// Where inline content is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a block, where the start of a line could be read as block syntax.
    Block,
    /// In a table cell, on one line.
    Cell,
    /// Inside an HTML element, on one line, where Markdown escapes have no meaning.
    Html,
}

/// A link to put into a text: the range, and the destination with its title.
pub(crate) type Link = (Range<usize>, String);

/// The pieces of a paragraph, in order.
pub(super) struct Pieces {
    pub(super) all: Vec<Piece>,
    place: Place,
    in_link: bool,
}

impl Pieces {
    pub(super) fn new(place: Place) -> Self {
        Self { all: Vec::new(), place, in_link: false }
    }

    /// Adds literal text. Words that a forge would act on become code.
    pub(super) fn literal(&mut self, text: &str) {
        let mut plain = String::new();
        for word in text.split_inclusive(char::is_whitespace) {
            let (core, space) = match word.chars().next_back().filter(|c| c.is_whitespace()) {
                Some(c) => (word.get(..word.len() - c.len_utf8()).unwrap_or_default(), " "),
                None => (word, ""),
            };
            if is_live(core) {
                let core = wieldy(core);
                let (before, live, after) = without_brackets(&core);
                plain.push_str(before);
                self.text(&plain);
                plain.clear();
                self.code(live);
                plain.push_str(after);
            } else {
                plain.push_str(&wieldy(core));
            }
            plain.push_str(space);
        }
        self.text(&plain);
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let source = match self.place {
            Place::Html => referenced_markup(text),
            place => escaped(text, place),
        };
        match self.all.last_mut() {
            Some(Piece::Text(last)) => last.push_str(&source),
            _ => self.all.push(Piece::Text(source)),
        }
    }

    /// Adds code. Adjacent spans are merged: side by side they would be read as something else.
    pub(super) fn code(&mut self, text: &str) {
        match self.all.last_mut() {
            Some(Piece::Code(last)) => last.push_str(text),
            _ => self.all.push(Piece::Code(text.to_owned())),
        }
    }

    /// Adds literal text with links, which are in order and do not overlap.
    pub(super) fn linked(&mut self, text: &str, links: &[Link]) {
        let mut at = 0;
        for (range, destination) in links {
            let (Some(before), Some(word)) = (text.get(at..range.start), text.get(range.clone())) else {
                continue;
            };
            self.literal(before);
            // An address that says nothing else to a forge may stand as it is.
            if word == destination && !is_live(&word.replace("://", "/")) {
                self.all.push(Piece::Text(format!("<{word}>")));
            } else {
                self.open_link();
                self.literal(word);
                self.close_link(destination.clone());
            }
            at = range.end;
        }
        self.literal(text.get(at..).unwrap_or_default());
    }

    pub(super) fn open_link(&mut self) {
        self.in_link = true;
        self.all.push(Piece::LinkOpen);
    }

    pub(super) fn close_link(&mut self, destination: String) {
        self.in_link = false;
        self.all.push(Piece::LinkClose(destination));
    }

    pub(super) fn in_link(&self) -> bool {
        self.in_link
    }

    /// Turns everything into one bold line.
    pub(super) fn make_strong(&mut self) {
        let pieces = std::mem::take(&mut self.all);
        if pieces.is_empty() {
            return;
        }
        self.all.push(Piece::Open(Mark::Strong));
        for piece in pieces {
            match piece {
                Piece::Open(Mark::Strong) | Piece::Close(Mark::Strong) => {}
                Piece::Break { .. } => self.all.push(Piece::Text(" ".to_owned())),
                // Neighbours again, where a mark stood between them.
                Piece::Code(code) => self.code(&code),
                other => self.all.push(other),
            }
        }
        self.all.push(Piece::Close(Mark::Strong));
    }

    /// Returns the Markdown source. No line of it starts a block or a command.
    pub(super) fn source(&self) -> String {
        let rendered: Vec<String> = self.all.iter().map(|piece| self.piece(piece)).collect();
        let as_elements = self.marks_as_elements(&rendered);
        let mut out = String::new();
        for ((piece, source), as_element) in self.all.iter().zip(rendered).zip(as_elements) {
            match piece {
                Piece::Open(mark) if as_element => out.push_str(&format!("<{}>", mark.element())),
                Piece::Close(mark) if as_element => out.push_str(&format!("</{}>", mark.element())),
                _ => out.push_str(&source),
            }
        }
        match self.place {
            Place::Block => lines(&out),
            Place::Cell => out.trim().to_owned(),
            Place::Html => disarm(out.trim(), Spelling::Reference).into_owned(),
        }
    }

    fn piece(&self, piece: &Piece) -> String {
        match piece {
            Piece::Text(source) => source.clone(),
            Piece::Code(code) if self.place == Place::Html => {
                format!("<code>{}</code>", referenced_markup(&on_one_line(code)))
            }
            Piece::Code(code) => span(code, self.place == Place::Cell),
            Piece::Open(mark) | Piece::Close(mark) => mark.delimiter().to_owned(),
            Piece::LinkOpen => "[".to_owned(),
            Piece::LinkClose(destination) => format!("]({destination})"),
            Piece::Break { .. } if self.place != Place::Block => " ".to_owned(),
            Piece::Break { hard: true } => format!("{HARD}\n"),
            Piece::Break { hard: false } => "\n".to_owned(),
        }
    }

    /// Which marks must be written as HTML elements because delimiters would not be recognised there: inside a word,
    /// directly after a mark of the same kind, or nested in one.
    fn marks_as_elements(&self, rendered: &[String]) -> Vec<bool> {
        let mut as_elements = vec![false; self.all.len()];
        let mut open: Vec<(usize, Mark)> = Vec::new();
        for (index, piece) in self.all.iter().enumerate() {
            match piece {
                Piece::Open(mark) => open.push((index, *mark)),
                Piece::Close(_) => {
                    let Some((start, mark)) = open.pop() else { continue };
                    let nested = open.iter().any(|(_, outer)| *outer == mark);
                    let edge = |outside: Edge, inside: Edge| {
                        matches!(outside, Edge::Space | Edge::Sign)
                            && matches!(inside, Edge::Letter | Edge::Sign)
                    };
                    let follows_its_kind =
                        start.checked_sub(1).and_then(|at| self.all.get(at)) == Some(&Piece::Close(mark));
                    let fits = edge(before(rendered, start), after(rendered, start))
                        && edge(after(rendered, index), before(rendered, index));
                    if nested || follows_its_kind || !fits {
                        for at in [start, index] {
                            if let Some(element) = as_elements.get_mut(at) {
                                *element = true;
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        as_elements
    }
}

/// Stands for a hard break until the lines are known: at the end of a paragraph it would become a literal backslash.
/// [`visible`](crate::text::clean::visible) keeps this character out of all text.
const HARD: char = '\0';

/// The lines of a paragraph.
fn lines(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 8);
    let mut hard = false;
    for line in source.lines() {
        let words = line.trim_matches(|c: char| c.is_whitespace() || c == HARD);
        if words.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(if hard { "\\\n" } else { "\n" });
        }
        hard = line.trim_end().ends_with(HARD);
        out.push_str(&guarded(words));
    }
    out
}

/// What is next to a delimiter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Space,
    Letter,
    /// ASCII punctuation.
    Sign,
    /// A character that parsers classify differently.
    Odd,
}

fn edge_of(c: Option<char>) -> Edge {
    match c {
        None => Edge::Space,
        Some(c) if c.is_whitespace() => Edge::Space,
        Some(c) if c.is_alphanumeric() => Edge::Letter,
        Some(c) if c.is_ascii_punctuation() => Edge::Sign,
        Some(_) => Edge::Odd,
    }
}

fn before(rendered: &[String], index: usize) -> Edge {
    edge_of(
        index.checked_sub(1).and_then(|at| rendered.get(at)).and_then(|source| source.chars().next_back()),
    )
}

fn after(rendered: &[String], index: usize) -> Edge {
    edge_of(rendered.get(index + 1).and_then(|source| source.chars().next()))
}

/// Splits the punctuation around a word off it.
fn without_brackets(word: &str) -> (&str, &str, &str) {
    let core = word.trim_start_matches(['(', '{', '\'', '"', ',', ';']);
    let (before, core) = word.split_at_checked(word.len() - core.len()).unwrap_or(("", word));
    let inner = core.trim_end_matches([')', '}', '\'', '"', ',', ';', '.', ':', '!', '?']);
    // What was cut off may be what made it live.
    match core.split_at_checked(inner.len()) {
        Some((inner, after)) if is_live(inner) => (before, inner, after),
        _ if is_live(core) => (before, core, ""),
        _ => ("", word, ""),
    }
}

/// Escapes literal text for every dialect.
fn escaped(text: &str, place: Place) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match c {
            '`' => out.push_str("&#96;"),
            '<' if !next.is_some_and(|c| c == ' ' || c == '=' || c.is_ascii_digit()) => out.push_str("&lt;"),
            '&' if next.is_none_or(|c| c == '#' || c.is_ascii_alphanumeric()) => out.push_str("&amp;"),
            // Before a link it would make a picture of it.
            '!' if next.is_none() => out.push_str("\\!"),
            // `##vso` before a link would be a command.
            '#' if last == '#' => out.push_str("\\#"),
            '|' if place == Place::Cell => out.push_str("&#124;"),
            '_' if last.is_ascii_alphanumeric() && next.is_some_and(|c| c.is_ascii_alphanumeric()) => {
                out.push('_')
            }
            '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
        last = c;
    }
    out
}

/// Escapes text inside an HTML element.
fn referenced_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '`' => out.push_str("&#96;"),
            c => out.push(c),
        }
    }
    out
}

/// Escapes the start of a line that would begin a block or a command.
fn guarded(line: &str) -> String {
    let digits = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len());
    let tail = line.get(digits..).unwrap_or_default();
    let ordinal = (1..10).contains(&digits)
        && tail.starts_with(['.', ')'])
        && tail.chars().nth(1).is_none_or(char::is_whitespace);
    if ordinal {
        return format!("{}\\{tail}", line.get(..digits).unwrap_or_default());
    }
    let block = line.starts_with(['#', '-', '+', '=', '>', ':'])
        || line.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    if block { format!("\\{line}") } else { line.to_owned() }
}
