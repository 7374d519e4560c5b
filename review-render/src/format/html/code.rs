//! Code on the page: snippets with their real line numbers, diffs, and code blocks in prose.

use review_core::{LineRange, Location};

use super::Page;
use super::markup::Markup;
use crate::highlight::{Class, Painted};
use crate::text::clean::{count, line, shorten, visible};
use crate::view::snippet::Snippet;

/// Longest line, in characters. Generated files can have lines of a megabyte.
const MAX_COLUMNS: usize = 600;

/// Most lines of a code block or diff.
const MAX_BLOCK_LINES: usize = 400;

/// Writes the code of a place with line numbers, marking the quoted lines.
pub(super) fn write_snippet(html: &mut Markup, page: &Page<'_>, place: &Location, snippet: &Snippet<'_>) {
    let label = line(&format!("Code of {place}"), 300);
    let (before, after) = snippet.folded();
    if let Some(before) = before {
        folded(html, page, &label, snippet, before, "before");
    }
    write_lines(html, page, &label, snippet, snippet.at_once);
    if let Some(after) = after {
        folded(html, page, &label, snippet, after, "after");
    }
    if snippet.cut > 0 {
        html.raw("<p class=\"muted small\">")
            .text(&count(snippet.cut as usize, "more line"))
            .raw(" not shown.</p>");
    }
}

fn folded(
    html: &mut Markup,
    page: &Page<'_>,
    label: &str,
    snippet: &Snippet<'_>,
    part: LineRange,
    side: &'static str,
) {
    html.raw("<details class=\"lines\"><summary class=\"small\">");
    html.text(&format!("{} {side}", count(part.len() as usize, "line"))).raw("</summary>");
    write_lines(html, page, label, snippet, part);
    html.raw("</details>");
}

fn write_lines(html: &mut Markup, page: &Page<'_>, label: &str, snippet: &Snippet<'_>, part: LineRange) {
    html.open("pre", &[("class", "code"), ("tabindex", "0"), ("aria-label", label), ("role", "group")]);
    let painted = page.paint.excerpt(snippet.excerpt);
    for (number, text, cited) in snippet.lines(part) {
        html.raw(if cited { "<mark class=\"l\"><i>" } else { "<span class=\"l\"><i>" });
        html.number(number).raw(" </i>");
        let tokens = (number as usize).checked_sub(snippet.excerpt.first_line as usize);
        let tokens = tokens.and_then(|index| painted.as_ref().and_then(|lines| lines.get(index)));
        write_line(html, text, tokens);
        html.raw(if cited { "\n</mark>" } else { "\n</span>" });
    }
    html.raw("</pre>");
}

/// Writes one line, with its colours if known.
fn write_line(html: &mut Markup, text: &str, tokens: Option<&Painted>) {
    let text = text.strip_suffix('\r').unwrap_or(text);
    let Some(tokens) = tokens.filter(|_| text.len() <= MAX_COLUMNS) else {
        html.clean_text(&shorten(&visible(text), MAX_COLUMNS));
        return;
    };
    let mut at = 0;
    for (range, class) in tokens {
        html.text(text.get(at..range.start).unwrap_or_default());
        let word = text.get(range.clone()).unwrap_or_default();
        html.raw(opening(*class)).text(word).raw("</b>");
        at = range.end;
    }
    html.text(text.get(at..).unwrap_or_default());
}

fn opening(class: Class) -> &'static str {
    match class {
        Class::Comment => "<b class=\"hc\">",
        Class::Text => "<b class=\"hs\">",
        Class::Number => "<b class=\"hn\">",
        Class::Keyword => "<b class=\"hk\">",
        Class::Type => "<b class=\"ht\">",
        Class::Function => "<b class=\"hf\">",
        Class::Name => "<b class=\"hv\">",
    }
}

/// Writes a code block from prose.
pub(super) fn write_block(html: &mut Markup, page: &Page<'_>, language: &str, text: &str) {
    if matches!(language, "diff" | "patch") {
        write_diff(html, text);
        return;
    }
    html.raw("<pre class=\"block\" tabindex=\"0\"><code>");
    let painted = page.paint.block(language, text);
    let mut left_out = 0;
    for (index, line) in text.lines().enumerate() {
        if index >= MAX_BLOCK_LINES {
            left_out += 1;
            continue;
        }
        write_line(html, line, painted.as_deref().and_then(|lines| lines.get(index)));
        html.raw("\n");
    }
    html.raw("</code></pre>");
    not_shown(html, left_out);
}

/// Writes a diff. The signs say what is added and removed; the colours only repeat it.
pub(super) fn write_diff(html: &mut Markup, text: &str) {
    html.raw("<pre class=\"block diff\" tabindex=\"0\"><code>");
    let text = visible(text);
    let mut left_out = 0;
    for (index, line) in text.trim_matches('\n').lines().enumerate() {
        if index >= MAX_BLOCK_LINES {
            left_out += 1;
            continue;
        }
        let (open, close) = match line.as_bytes().first() {
            _ if line.starts_with("+++") || line.starts_with("---") => ("<b class=\"dh\">", "</b>\n"),
            Some(b'+') => ("<ins>", "</ins>\n"),
            Some(b'-') => ("<del>", "</del>\n"),
            Some(b'@') => ("<b class=\"dh\">", "</b>\n"),
            _ => ("", "\n"),
        };
        html.raw(open).clean_text(&shorten(line, MAX_COLUMNS)).raw(close);
    }
    html.raw("</code></pre>");
    not_shown(html, left_out);
}

fn not_shown(html: &mut Markup, lines: usize) {
    if lines > 0 {
        html.raw("<p class=\"muted small\">").text(&count(lines, "more line")).raw(" not shown.</p>");
    }
}
