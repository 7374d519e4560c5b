//! Markdown of a model, made safe to stand inside a Markdown document of ours.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::clean::visible;
use super::edits::{Edit, apply, edits};
use super::forge_marks::{is_active, is_of_language};

/// Longest body that is kept, in bytes. Longer ones are cut with a remark: no explanation needs more, and the parsers
/// behind a forge have their own limits.
const MAX_BODY_BYTES: usize = 64 << 10;

/// So often the text is parsed again after an edit. Each round removes what it finds; a text that still changes is
/// shown as code.
const MAX_ROUNDS: usize = 6;

/// The Markdown that forges read.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

/// Block text: paragraphs, lists, tables and code stay; raw HTML, images, links with odd schemes, link definitions,
/// headings and mentions are neutralised; an open code fence is closed. The result ends without a line feed.
pub(crate) fn body(text: &str) -> String {
    let (text, cut) = up_to(text, MAX_BODY_BYTES);
    let mut text = unmarked(&visible(text)).trim_matches('\n').trim_end().to_owned();
    for _ in 0..MAX_ROUNDS {
        let edits = edits(&text);
        if edits.is_empty() {
            let mut out = without_mentions(&sealed(text));
            if cut {
                out.push_str("\n\n*(cut here: the text is longer than a report can show)*");
            }
            return out;
        }
        text = apply(&text, edits);
    }
    fenced(&text, "text")
}

/// The beginning of a text, at most so many bytes, and whether that is not all.
fn up_to(text: &str, bytes: usize) -> (&str, bool) {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (text.get(..end).unwrap_or(text), end < text.len())
}

/// One line of inline text, such as a title: code spans stay, everything else is escaped.
pub(crate) fn inline(text: &str) -> String {
    without_mentions(&spans(text, str::to_owned))
}

/// Inline text in a cell of a table: a bar would end the cell even inside of a code span.
pub(crate) fn cell(text: &str) -> String {
    // A mention is looked for as if there were no table: a cell alone is a paragraph.
    without_mentions(&spans(text, |code| code.replace('|', "\\|")))
}

fn spans(text: &str, code: impl Fn(&str) -> String) -> String {
    let text = unmarked(&super::clean::line(text, 2_000));
    let mut out = String::with_capacity(text.len() + 16);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of back-ticks: the last one is text.
    let pairs = (parts.len() - 1) / 2 * 2;
    for (index, part) in parts.iter().enumerate() {
        if index % 2 == 1 && index < pairs && !part.is_empty() {
            out.push_str(&format!("`{}`", code(part)));
        } else {
            if index > pairs {
                out.push_str("\\`");
            }
            out.push_str(&escaped(part));
        }
    }
    // Where this begins a line, it is no command; see [`commands`].
    if out.starts_with('/') || out.starts_with("::") {
        out.insert(0, '\\');
    }
    out
}

/// One line of text inside of an HTML block of a Markdown document, where backslashes escape nothing.
pub(crate) fn html_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in unmarked(&super::clean::line(text, 2_000)).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("@<!-- -->"),
            c => out.push(c),
        }
    }
    out
}

/// The hidden markers of our remarks can't be forged, not even inside of code, where markup is shown as it is: whoever
/// looks for a marker in the text of a remark finds ours only.
pub(crate) fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        let (before, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + 4..).unwrap_or_default());
        out.push_str(before);
        let ours = after.trim_start().get(..11).is_some_and(|word| word.eq_ignore_ascii_case("deep-review"));
        out.push_str(if ours { "<! --" } else { "<!--" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Text without any markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '>' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Inline code of any text: the fence is longer than any run of back-ticks inside.
pub(crate) fn code(text: &str) -> String {
    let text = unmarked(&super::clean::line(text, 500));
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Inline code in a cell of a table.
pub(crate) fn cell_code(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A code block that its content can't close.
pub(crate) fn fenced(text: &str, language: &str) -> String {
    let (text, cut) = up_to(text, MAX_BODY_BYTES);
    let mut text = unmarked(&visible(text));
    if cut {
        text.push_str("\n(cut here)");
    }
    let fence = "`".repeat(longest_run(&text, '`').max(2) + 1);
    let language: String = language.chars().filter(|c| is_of_language(*c)).take(30).collect();
    let language = if is_active(&language) { "text" } else { &language };
    format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n'))
}

fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or(0) / wanted.len_utf8()
}

/// Ends what is still open at the end, so that what follows in the document is not swallowed. A fence inside of a list
/// or a quote ends with it; one that can't be ended safely makes the whole text a code block.
fn sealed(text: String) -> String {
    if is_sealed(&text) {
        return text;
    }
    let open = Parser::new_ext(&text, options()).into_offset_iter().find_map(|(event, range)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if range.end >= text.trim_end().len() => {
            fence_to_add(text.get(range).unwrap_or_default())
        }
        _ => None,
    });
    let closed = open.map(|fence| format!("{text}\n{fence}"));
    closed.filter(|closed| is_sealed(closed)).unwrap_or_else(|| fenced(&text, "text"))
}

/// Whether a heading that followed would be one.
fn is_sealed(text: &str) -> bool {
    let probe = format!("{text}\n\n# x\n");
    let mut depth = 0_u32;
    let mut last = false;
    for event in Parser::new_ext(&probe, options()) {
        match event {
            Event::Start(tag) => {
                last = depth == 0 && matches!(tag, Tag::Heading { .. });
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    last
}

fn fence_to_add(block: &str) -> Option<String> {
    let opening = block.lines().next()?.trim_start();
    let mark = opening.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = opening.chars().take_while(|c| *c == mark).count();
    let last =
        block.trim_end().lines().skip(1).last().unwrap_or_default().trim_start_matches(['>', ' ', '\t']);
    let closed = last.chars().count() >= length && last.chars().all(|c| c == mark);
    (!closed).then(|| mark.to_string().repeat(length))
}

/// An `@` before anything that may become a name would notify somebody on a forge; an empty comment between them prevents that and shows nothing.
/// Code is left alone.
fn without_mentions(text: &str) -> String {
    let mut edits: Vec<Edit> = Vec::new();
    for (event, range) in Parser::new_ext(text, options()).into_offset_iter() {
        if !matches!(event, Event::Text(_)) {
            continue;
        }
        let source = text.get(range.clone()).unwrap_or_default();
        for (at, _) in source.match_indices('@') {
            // What stands around it in the source: an entity or a mark after it may still become a name.
            let at = range.start + at;
            let next = text.get(at + 1..).and_then(|rest| rest.chars().next());
            let before = text.get(..at).and_then(|rest| rest.chars().next_back());
            let address = before.is_some_and(|c| c.is_ascii_alphanumeric());
            if next.is_some_and(|c| !c.is_whitespace()) && !address {
                edits.push((at..at + 1, "@<!-- -->".to_owned()));
            }
        }
    }
    // Text inside of a code block comes as text events too; those are found by their blocks.
    let code: Vec<Range<usize>> = Parser::new_ext(text, options())
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_))))
        .map(|(_, range)| range)
        .collect();
    edits.retain(|(range, _)| !code.iter().any(|block| block.contains(&range.start)));
    apply(text, edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_stays_and_danger_goes() {
        insta::assert_snapshot!(body("# Big\n\nA `<b>` and <script>alert(1)</script>\n\n- [x](javascript:alert(1)) ![i](http://e/x.png)\n- [ok](https://e/) @octocat a@b.example"), @r"
        **Big**


        A `<b>` and &lt;script>alert(1)&lt;/script>

        - \[x](javascript:alert(1)) \![i](http://e/x.png)
        - [ok](https://e/) @<!-- -->octocat a@b.example
        ");
    }

    #[test]
    fn a_link_definition_can_not_take_over_our_brackets() {
        insta::assert_snapshot!(body("[claude]: https://evil.example\n\ntext [claude]"), @r"
        \[claude]: https://evil.example

        text [claude]
        ");
    }

    #[test]
    fn html_that_hides_markdown_is_taken_apart() {
        insta::assert_snapshot!(body("<div>\n[x](javascript:alert(1))\n</div>"), @r"
        &lt;div>
        \[x](javascript:alert(1))
        &lt;/div>
        ");
    }

    #[test]
    fn an_open_fence_is_closed() {
        insta::assert_snapshot!(body("```rust\nfn a() {}"), @"
        ```rust
        fn a() {}
        ```
        ");
        insta::assert_snapshot!(body("~~~~\n~~~\n@nobody"), @"
        ~~~~
        ~~~
        @nobody
        ~~~~
        ");
    }

    #[test]
    fn a_code_span_over_two_lines_hides_no_html() {
        insta::assert_snapshot!(body("a ` b\nc `<img src=x onerror=alert(1)>` d"), @"
        a ` b c `&lt;img src=x onerror=alert(1)>` d
        ");
    }

    #[test]
    fn inline_text_keeps_code_only() {
        insta::assert_snapshot!(inline("`a<b>` is *not* [x](y) <b> | `odd @me"), @r"`a<b>` is \*not\* \[x\](y) &lt;b\> \| \`odd @<!-- -->me");
        insta::assert_snapshot!(code("a ` b"), @"``a ` b``");
        insta::assert_snapshot!(fenced("```\nx\n```", "go x`y"), @"
        ````goxy
        ```
        x
        ```
        ````
        ");
    }
}
