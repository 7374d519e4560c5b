//! A parsed file, with the bounds that hostile code needs.

use std::ops::{ControlFlow, Range};

use ast_grep_core::tree_sitter::{LanguageExt as _, StrDoc};
use ast_grep_core::{AstGrep, Doc as _};
use ast_grep_language::SupportLang;
use tree_sitter::{ParseOptions, ParseState, Parser};

use crate::language::Language;

/// Files above this size are not parsed: they are generated or data. 1 MiB is some 25,000 lines of code.
pub(crate) const MAX_FILE_BYTES: usize = 1 << 20;

/// The same for scripts of the shell: on text that is no script, the time of their parser grows with the square of the
/// length, some 2 seconds for this one. Scripts that people write stay below 100 KiB but for a few.
const MAX_SCRIPT_BYTES: usize = 128 << 10;

/// Nodes deeper than this are not looked at. Code that people write stays below 60; a thousand terms joined by `+` do not.
pub(crate) const MAX_DEPTH: usize = 256;

/// How often the parser may report progress for each byte of the file, and for any file. Its usual need is below 1 per
/// 100 bytes; broken input that makes it try many readings at each byte needs a thousand times as much.
const PROGRESS_PER_BYTE: usize = 2;
const PROGRESS_AT_LEAST: usize = 50_000;

/// A node of a parsed file.
pub(crate) type Node<'tree> = ast_grep_core::Node<'tree, StrDoc<SupportLang>>;

/// Why a file, or part of it, was not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Skip {
    /// It has more bytes than are parsed.
    TooLarge(u64),
    /// The parser gave up, or it panicked.
    Parser,
    /// It is nested more deeply than is looked at.
    Nesting,
    /// Matching took more work than a file may cost.
    Work,
    /// Its name says that it is code, and it is not UTF-8.
    NotText(String),
    /// The tree could not give it.
    Unreadable(String),
}

impl std::fmt::Display for Skip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(bytes) => write!(f, "{bytes} bytes"),
            Self::Parser => f.write_str("the parser failed"),
            Self::Nesting => write!(f, "parts are nested more than {MAX_DEPTH} deep"),
            Self::Work => f.write_str("matching it costs more than a file may"),
            Self::NotText(what) => write!(f, "it is not text: {what}"),
            Self::Unreadable(why) => f.write_str(why),
        }
    }
}

/// A file, parsed once.
pub(crate) struct Source {
    tree: AstGrep<StrDoc<SupportLang>>,
    language: Language,
}

impl Source {
    /// Parses a text.
    pub(crate) fn parse(language: Language, text: &str) -> Result<Self, Skip> {
        let most = if language == Language::Bash { MAX_SCRIPT_BYTES } else { MAX_FILE_BYTES };
        if text.len() > most {
            return Err(Skip::TooLarge(text.len() as u64));
        }
        let lang = language.parser().ok_or(Skip::Parser)?;
        let mut parser = Parser::new();
        parser.set_language(&lang.get_ts_language()).map_err(|_| Skip::Parser)?;
        let mut left = (text.len() * PROGRESS_PER_BYTE).max(PROGRESS_AT_LEAST);
        let mut progress = |_: &ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let bytes = text.as_bytes();
        let tree = parser
            .parse_with_options(
                &mut |at, _| bytes.get(at..).unwrap_or_default(),
                None,
                Some(ParseOptions::new().progress_callback(&mut progress)),
            )
            .ok_or(Skip::Parser)?;
        let doc = StrDoc { src: text.to_owned(), lang, tree };
        Ok(Self { tree: AstGrep::doc(doc), language })
    }

    /// The root.
    pub(crate) fn root(&self) -> Node<'_> {
        self.tree.root()
    }

    /// Its language.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Its text.
    pub(crate) fn text(&self) -> &str {
        self.tree.root().get_doc().get_source().as_str()
    }

    /// The text with blanks in the place of comments and of Python's documentation: each byte where it was. Nothing where
    /// there are none.
    pub(crate) fn without_comments(&self) -> Option<String> {
        let mut comments = Vec::new();
        walk(self.root().get_inner_node(), |node| {
            let is_code = !is_comment(node);
            if !is_code {
                comments.push(node.byte_range());
            }
            is_code
        });
        (!comments.is_empty()).then(|| self.blanked(&comments))
    }

    /// The text with blanks in some places: each other byte and each line where it was.
    pub(super) fn blanked(&self, places: &[Range<usize>]) -> String {
        let mut bytes = self.text().as_bytes().to_vec();
        for place in places {
            for byte in bytes.get_mut(place.clone()).unwrap_or_default() {
                if !matches!(*byte, b'\n' | b'\r') {
                    *byte = b' ';
                }
            }
        }
        // Nodes begin and end between characters, so that none is cut.
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Visits the nodes in the order of the text, as deep as files are looked at, and below those only of which the visitor says
/// so.
pub(crate) fn walk<'tree>(
    root: tree_sitter::Node<'tree>,
    mut visit: impl FnMut(tree_sitter::Node<'tree>) -> bool,
) {
    let mut cursor = root.walk();
    let mut depth = 0_usize;
    loop {
        if visit(cursor.node()) && depth < MAX_DEPTH && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            depth = depth.saturating_sub(1);
        }
    }
}

/// Whether a node is written for readers only.
pub(crate) fn is_comment(node: tree_sitter::Node<'_>) -> bool {
    node.is_named()
        && (node.kind().contains("comment")
            || node.kind() == "string"
                && node.parent().is_some_and(|parent| parent.kind() == "expression_statement"))
}
