//! What has to be replaced in a Markdown text so that nothing in it acts on its reader.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::clean::is_invisible;
use super::forge_marks::{commands, inert_info, with_info};
use super::markdown::options;

/// A range of bytes and what takes its place.
pub(super) type Edit = (Range<usize>, String);

/// What has to be replaced, in order and without overlap.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    let parser = Parser::new_ext(text, options());
    let mut edits: Vec<Edit> = Vec::new();
    for (_, definition) in parser.reference_definitions().iter() {
        edits.push(insert(text, definition.span.clone()));
    }
    let (mut in_code, mut quotes) = (false, 0_u32);
    for (event, range) in parser.into_offset_iter() {
        let source = text.get(range.clone()).unwrap_or_default();
        match event {
            Event::Html(_) | Event::InlineHtml(_) => edits.push((range, source.replace('<', "&lt;"))),
            Event::Start(Tag::HtmlBlock) => {}
            Event::Start(Tag::Image { .. }) => edits.push((range.start..range.start + 1, "\\!".to_owned())),
            Event::Start(Tag::Link { dest_url, .. }) if !is_harmless(&dest_url) => {
                edits.push(insert(text, range))
            }
            Event::Start(Tag::Heading { .. }) => edits.push((range, as_bold(source))),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                in_code = true;
                edits.extend(inert_info(&info).and_then(|inert| with_info(range.start, source, inert)));
            }
            // GitLab reads it as the beginning of a quote that runs to the end of the text.
            Event::Start(Tag::BlockQuote(_)) => {
                if quotes == 0 && is_long_quote(source) {
                    edits.push((range.start..range.start + 1, "\\>".to_owned()));
                }
                quotes += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => quotes = quotes.saturating_sub(1),
            // An entity may stand for what was made harmless where it was written openly.
            Event::Text(text) if source.starts_with('&') && source != &*text && is_odd(&text) => {
                edits.push((range.start..range.start + 1, "&amp;".to_owned()));
            }
            // Over two lines, code may hold what begins a line; a line feed in it means a space.
            Event::Code(_) if source.contains('\n') => edits.push((range, on_one_line(source))),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Text(_) if !in_code => commands(text, range, &mut edits),
            _ => {}
        }
    }
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    let mut end = 0;
    edits.retain(|(range, _)| {
        let keep = range.start >= end;
        if keep {
            end = range.end;
        }
        keep
    });
    edits
}

/// `>>>`.
fn is_long_quote(source: &str) -> bool {
    let line = source.lines().next().unwrap_or_default().trim();
    line.len() >= 3 && line.chars().all(|c| c == '>')
}

fn is_odd(text: &str) -> bool {
    text.chars().any(|c| c == '@' || c.is_control() || is_invisible(c))
}

/// A backslash before the bracket (or `<`) with which a link begins.
fn insert(text: &str, range: Range<usize>) -> Edit {
    let source = text.get(range.clone()).unwrap_or_default();
    let at = range.start + source.find(['[', '<']).unwrap_or(0);
    match text.get(at..at + 1) {
        Some("<") => (at..at + 1, "&lt;".to_owned()),
        Some(bracket) => (at..at + 1, format!("\\{bracket}")),
        None => (range, String::new()),
    }
}

/// `http` and `https`, and places below in the same repository: no scheme, no host, no root. A path from the root is one
/// of the reviewer's own machine, or some page of the forge.
fn is_harmless(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    let outside = lower.starts_with("http://") || lower.starts_with("https://");
    outside || !(lower.contains([':', '\\']) || lower.starts_with(['/', '~']) || lower.contains(".."))
}

/// Lines without the marks of quotes and without indentation.
fn bare_lines(source: &str) -> Vec<&str> {
    source.lines().map(|line| line.trim_start_matches(['>', ' ', '\t']).trim_end()).collect()
}

fn on_one_line(source: &str) -> String {
    bare_lines(source).join(" ")
}

/// A heading as a bold line. One that is underlined may have several lines.
fn as_bold(source: &str) -> String {
    let underline = |line: &str| !line.is_empty() && line.chars().all(|c| matches!(c, '=' | '-'));
    let mut lines = bare_lines(source);
    if lines.len() > 1 && lines.last().is_some_and(|line| underline(line)) {
        lines.pop();
    }
    let title = lines.join(" ");
    let title = title.trim().trim_matches('#').trim().replace("**", "");
    let after = if source.ends_with('\n') { "\n" } else { "" };
    if title.is_empty() { format!("\\{source}") } else { format!("**{title}**\n{after}") }
}

/// The text with its edits, which are in order and without overlap.
pub(super) fn apply(text: &str, edits: Vec<Edit>) -> String {
    let mut out = String::with_capacity(text.len() + edits.len() * 4);
    let mut at = 0;
    for (range, replacement) in edits {
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&replacement);
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
