//! What GitHub's and GitLab's readers make of a text, with every extension that one of them has: the same as plain
//! Markdown makes of it, and nothing that acts.

use comrak::nodes::{AstNode, NodeValue};

#[derive(Default)]
struct Found {
    headings: Vec<u8>,
    problem: Option<String>,
    text: String,
}

/// Whether a forge's reader sees the same headings, and no element, picture, formula, note or reference of others.
pub fn agrees(text: &str, headings: &[u8]) -> Result<(), String> {
    let mut options = comrak::Options::default();
    let extension = &mut options.extension;
    (extension.strikethrough, extension.table, extension.autolink, extension.tasklist) =
        (true, true, true, true);
    (extension.footnotes, extension.alerts, extension.math_dollars, extension.math_code) =
        (true, true, true, true);
    (extension.multiline_block_quotes, extension.description_lists) = (true, true);
    extension.wikilinks_title_after_pipe = true;
    let arena = comrak::Arena::new();
    let mut found = Found::default();
    visit(comrak::parse_document(&arena, text, &options), false, &mut found);
    acts(&found.text)?;
    match found.problem {
        Some(problem) => Err(problem),
        None if found.headings != headings => {
            Err(format!("a forge sees the headings {:?}, not {headings:?}", found.headings))
        }
        None => Ok(()),
    }
}

fn visit<'a>(node: &'a AstNode<'a>, in_link: bool, found: &mut Found) {
    let value = node.data.borrow().value.clone();
    if !matches!(value, NodeValue::Text(_)) {
        // Whatever stands between two texts keeps a forge from reading them as one word.
        found.text.push(' ');
    }
    let mut complain = |what: String| found.problem.get_or_insert(what).truncate(2_000);
    match &value {
        NodeValue::Heading(heading) => found.headings.push(heading.level),
        NodeValue::Link(link) if !(link.url.starts_with("https://") || link.url.starts_with("http://")) => {
            complain(format!("a link to {:?}", link.url));
        }
        NodeValue::Image(_)
        | NodeValue::Math(_)
        | NodeValue::Alert(_)
        | NodeValue::WikiLink(_)
        | NodeValue::FootnoteReference(_)
        | NodeValue::FootnoteDefinition(_)
        | NodeValue::DescriptionList
        | NodeValue::MultilineBlockQuote(_)
        | NodeValue::FrontMatter(_) => complain(format!("{value:?}")),
        NodeValue::Text(text) if !in_link => found.text.push_str(text),
        _ => {}
    }
    let in_link = in_link || matches!(value, NodeValue::Link(_));
    for child in node.children() {
        visit(child, in_link, found);
    }
}

/// A mention, a reference, an address or a formula in plain text.
fn acts(text: &str) -> Result<(), String> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let acts = |at: usize| match bytes[at] {
        b'@' => letter(at + 1) || digit(at + 1),
        b'#' | b'!' | b'&' => digit(at + 1),
        b'~' | b'%' => letter(at + 1),
        b'$' => true,
        b':' => text[at..].starts_with("://"),
        b'[' => text[at..].starts_with("[!") || text[at..].starts_with("[["),
        b'w' => text[at..].starts_with("www."),
        _ => false,
    };
    match (0..bytes.len()).find(|at| acts(*at)) {
        Some(at) => {
            let from = (0..=at.saturating_sub(30)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            Err(format!("a forge acts on {:?}", text[from..].chars().take(60).collect::<String>()))
        }
        None => Ok(()),
    }
}
