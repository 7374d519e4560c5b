//! A real parser of GitHub's and GitLab's dialects finds exactly what the writer intended, for texts generated from
//! fragments that mean something to at least one dialect.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use comrak::nodes::{AstNode, NodeValue};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::Linker as _;
use crate::text::linked::Alone;

const PIECES: &[&str] = &[
    "<b>",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "<!-- deep-review:finding x -->",
    "<div>",
    "&#64;",
    "&lt;",
    "`",
    "``",
    "```",
    "~~~",
    "\n",
    "\n\n",
    "  \n",
    "\\\n",
    "\n    ",
    "\n> ",
    "\n- ",
    "\n  - ",
    "\n    - ",
    "\n   2. ",
    "\n  > ",
    "\n\n  ",
    "\n* ",
    "\n1. ",
    "\n7) ",
    "\n# ",
    "\n---\n",
    "\n===\n",
    "\n| a | b |\n|---|---|\n| ",
    " | ",
    "|",
    "\\|",
    "\\",
    "[",
    "]",
    "(",
    ")",
    "](",
    "]: ",
    "![",
    "[^1]",
    "\n[^1]: ",
    "[x]: https://evil.example",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~~",
    "~",
    "#",
    "@octocat",
    " @a/b",
    "a@b.example",
    "/approve",
    "\n/merge",
    "::add-mask::x",
    "##vso[x]",
    "https://e.example/",
    "http://e.example/(a)",
    "www.e.example",
    "ftp://e.example",
    "<https://ok.example/a>",
    "[docs](https://ok.example/b \"t\n/approve\n\")",
    "[i](https://github.com/a/b/issues/1)",
    "![alt](https://e.example/p.png)",
    "[j](javascript:alert(1))",
    "#1",
    "o/r#2",
    "g/p!7",
    "&3",
    "%v1",
    "~bug",
    "$x$",
    "$$",
    "$`x`$",
    "\n> [!CAUTION]\n> ",
    "[[page]]",
    ":tada:",
    "||",
    "{+x+}",
    ">>>",
    "\n>>>\n",
    "\n```suggestion\nx\n",
    "\n```mermaid\nx\n```\n",
    "word",
    "two words",
    "snake_case",
    "a < b",
    "x > y",
    "C#",
    "1.",
    "+",
    "-",
    "=",
    "\u{301}",
    "é",
    "。",
    "“q”",
    "\t",
    " ",
];

/// Generates a text from a seed.
fn mixed(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let length = 2 + next(16);
    (0..length).map(|_| PIECES[next(PIECES.len())]).collect()
}

/// What a parser finds in a text.
#[derive(Debug, Default, PartialEq, Eq)]
struct Meaning {
    links: Vec<String>,
    /// Elements, images, headings, formulas: everything the writer never writes.
    foreign: Vec<String>,
    /// Plain text, not code.
    texts: Vec<String>,
    /// Letters and digits, in order.
    letters: String,
}

/// Parses a text with every extension that some forge has.
fn read(text: &str) -> Meaning {
    let mut options = comrak::Options::default();
    let extension = &mut options.extension;
    (extension.strikethrough, extension.table, extension.autolink, extension.tasklist) =
        (true, true, true, true);
    (extension.footnotes, extension.alerts, extension.math_dollars, extension.math_code) =
        (true, true, true, true);
    (extension.multiline_block_quotes, extension.description_lists) = (true, true);
    extension.wikilinks_title_after_pipe = true;
    extension.front_matter_delimiter = Some("---".to_owned());
    let arena = comrak::Arena::new();
    let mut meaning = Meaning::default();
    visit(comrak::parse_document(&arena, text, &options), &mut meaning);
    meaning
}

fn visit<'a>(node: &'a AstNode<'a>, meaning: &mut Meaning) {
    match &node.data.borrow().value {
        NodeValue::Link(link) => meaning.links.push(link.url.clone()),
        NodeValue::Text(text) => {
            meaning.letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
            let after_text = node
                .previous_sibling()
                .is_some_and(|node| matches!(node.data.borrow().value, NodeValue::Text(_)));
            match meaning.texts.last_mut() {
                Some(last) if after_text => last.push_str(text),
                _ => meaning.texts.push(text.clone()),
            }
        }
        NodeValue::Code(code) => meaning.letters.extend(code.literal.chars().filter(|c| c.is_alphanumeric())),
        NodeValue::CodeBlock(block) => {
            meaning.letters.extend(block.literal.chars().filter(|c| c.is_alphanumeric()));
            if !matches!(block.info.as_str(), "" | "text") {
                meaning.foreign.push(format!("a block of {}", block.info));
            }
        }
        // Marks that could not be written as delimiters.
        NodeValue::HtmlInline(html)
            if matches!(html.as_str(), "<strong>" | "</strong>" | "<em>" | "</em>" | "<del>" | "</del>") => {}
        NodeValue::Document
        | NodeValue::Paragraph
        | NodeValue::BlockQuote
        | NodeValue::List(_)
        | NodeValue::Item(_)
        | NodeValue::TaskItem(_)
        | NodeValue::Table(_)
        | NodeValue::TableRow(_)
        | NodeValue::TableCell
        | NodeValue::Strong
        | NodeValue::Emph
        | NodeValue::Strikethrough
        | NodeValue::SoftBreak
        | NodeValue::LineBreak
        | NodeValue::ThematicBreak => {}
        other => meaning.foreign.push(format!("{other:?}")),
    }
    for child in node.children() {
        visit(child, meaning);
    }
}

/// Returns the links of the source that may be followed, and its letters.
fn meant(text: &str) -> (Vec<String>, String) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let (mut links, mut letters, mut depth) = (Vec::new(), String::new(), 0_usize);
    let mut inside = Vec::new();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                let followed = Alone.follow(&dest_url).filter(|_| depth == 0);
                depth += usize::from(followed.is_some());
                inside.push(followed.is_some());
                links.extend(followed);
            }
            Event::End(TagEnd::Link) => depth -= usize::from(inside.pop().unwrap()),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
            }
            _ => {}
        }
    }
    (links, letters)
}

/// A mention, a reference, an address or a formula in plain text.
fn acts(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    text.contains("://")
        || text.contains("www.")
        || text.contains("[!")
        || (0..bytes.len()).any(|at| match bytes[at] {
            b'@' => letter(at + 1) || digit(at + 1),
            b'#' | b'!' | b'&' => digit(at + 1),
            b'~' | b'%' => letter(at + 1),
            b'$' => true,
            _ => false,
        })
}

fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut rest = whole.chars();
    part.chars().all(|wanted| rest.any(|c| c == wanted))
}

/// Lists, quotes, tables and code blocks of a text, nested as they are.
fn outline(text: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut out = String::new();
    for event in Parser::new_ext(text, options) {
        out.push_str(match event {
            Event::Start(Tag::BlockQuote(_)) => "quote(",
            Event::Start(Tag::List(None)) => "list(",
            Event::Start(Tag::List(Some(_))) => "numbers(",
            Event::Start(Tag::Item) => "item(",
            Event::Start(Tag::CodeBlock(_)) => "code ",
            Event::Start(Tag::Table(_)) => "table(",
            Event::Start(Tag::TableRow) => "row ",
            Event::Rule => "rule ",
            Event::TaskListMarker(_) => "task ",
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::Table) => ") ",
            _ => "",
        });
    }
    out
}

fn check(source: &str) -> Result<(), String> {
    let source = crate::text::clean::visible(source);
    let source = source.trim_matches('\n').trim_end();
    let written = super::body(source, &Alone);
    let fail = |why: String| Err(format!("{why}\n--- of\n{source}\n--- as\n{written}\n---\n{source:?}"));
    let found = read(&written);
    let (links, letters) = meant(source);
    if found.links != links {
        return fail(format!("links {:?}, not {links:?}", found.links));
    }
    if !found.foreign.is_empty() {
        return fail(format!("{:?}", found.foreign));
    }
    if outline(source) != outline(&written) {
        return fail(format!("another structure: {}, not {}", outline(&written), outline(source)));
    }
    if let Some(text) = found.texts.iter().find(|text| acts(text)) {
        return fail(format!("{text:?} acts"));
    }
    if !is_subsequence(&letters, &found.letters) {
        return fail(format!("letters are lost: {letters} of {}", found.letters));
    }
    for line in written.lines().map(str::trim_start) {
        let slash = ["/approve", "/merge"].iter().any(|command| {
            line.strip_prefix(command)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        });
        if slash || line.starts_with("::") || line.contains("##vso[") {
            return fail(format!("a command: {line:?}"));
        }
    }
    // What is written is what is written again: nothing in it is left to be made harmless.
    let again = super::body(&written, &Alone);
    if read(&again).links != links {
        return fail(format!("written again it means something else: {again}"));
    }
    Ok(())
}

#[test]
fn generated_texts_mean_the_same_on_every_forge() {
    // More of them: `DIALECT_SEEDS=200000 cargo test -p review-render dialects`.
    let seeds = option_env!("DIALECT_SEEDS").and_then(|seeds| seeds.parse().ok()).unwrap_or(6_000_u64);
    let failed: Vec<String> = (0..seeds).filter_map(|seed| check(&mixed(seed)).err()).collect();
    assert!(
        failed.is_empty(),
        "{} of {seeds} got through:\n{}",
        failed.len(),
        failed[..failed.len().min(5)].join("\n\n")
    );
}

#[test]
fn titles_and_cells_mean_the_same_on_every_forge() {
    for seed in 0..3_000 {
        let text = mixed(seed);
        for written in [
            super::inline(&text),
            format!("**x: {}**", super::inline(&text)),
            format!("| {} | {} |\n|---|---|\n", super::cell(&text), super::cell_code(&text)),
        ] {
            let found = read(&written);
            assert!(found.links.is_empty() && found.foreign.is_empty(), "{found:?}\n{written}\n{text:?}");
            assert!(!found.texts.iter().any(|text| acts(text)), "{found:?}\n{written}\n{text:?}");
        }
        let html = super::html_line(&text);
        assert!(!html.replace("<code>", "").replace("</code>", "").contains(['<', '>']), "{html}");
    }
}

#[test]
fn deep_nesting_is_flattened() {
    let text = format!("{}x\n{}", "> ".repeat(5_000), "y\n".repeat(5_000));
    let written = super::body(&text, &Alone);
    let first = written.lines().next().unwrap();
    assert!(first.len() < 40 && first.ends_with('x'), "{first}");
    assert_eq!(written.lines().count(), 5_001);
    let list: String = (0..60).map(|depth| format!("{}- a{depth}\n", "  ".repeat(depth))).collect();
    let written = super::body(&list, &Alone);
    assert!((0..60).all(|depth| written.contains(&format!("a{depth}"))), "{written}");
}
