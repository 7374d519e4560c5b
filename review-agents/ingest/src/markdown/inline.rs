//! Inline HTML and images of a line as the Markdown that they stand for: `<b>`, `<summary>`, badges.

use std::borrow::Cow;

use super::tags::read_tag;
use crate::scales::Tables;
use crate::text::{head, skip_code, tail};

/// Longer lines are no headings, and no titles.
const MAX_LINE: usize = 4000;

/// Tags that say nothing of a review: what is between them stays.
const DROPPED: &[&str] = &[
    "a",
    "abbr",
    "blockquote",
    "center",
    "code_context",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "g-emoji",
    "i",
    "ins",
    "issue_to_address",
    "kbd",
    "li",
    "location",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "s",
    "small",
    "source",
    "span",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "wbr",
];

/// A line without HTML and images: bold and code in Markdown's marks, a badge as its severity in brackets. Inline
/// code and what is no known tag stay as they are.
pub(crate) fn plain<'t>(line: &'t str, tables: &Tables) -> Cow<'t, str> {
    if line.len() > MAX_LINE || !line.bytes().any(|byte| matches!(byte, b'<' | b'!' | b'&')) {
        return Cow::Borrowed(line);
    }
    if !line.contains("![") && !line.contains('<') && !line.contains('&') {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['<', '!', '&', '`', '[']) {
        out.push_str(head(rest, at));
        rest = tail(rest, at);
        let (text, used) = match rest.as_bytes().first() {
            Some(b'`') => {
                let end = skip_code(rest, 0);
                (Some(head(rest, end).to_owned()), end)
            }
            Some(b'!') => image(rest, tables).unwrap_or((None, 0)),
            // A badge that is a link: `[![P1](…)](…)`.
            Some(b'[') => linked_image(rest, tables).unwrap_or((None, 0)),
            Some(b'<') => tag(rest, tables).unwrap_or((None, 0)),
            _ => entity(rest).unwrap_or((None, 0)),
        };
        if used == 0 {
            out.push_str(head(rest, 1));
            rest = tail(rest, 1);
        } else {
            out.push_str(text.as_deref().unwrap_or(""));
            rest = tail(rest, used);
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `<summary>title</summary>` and `<h3>title</h3>` as the Markdown that they stand for, and whether it is a summary.
pub(crate) fn html_line(line: &str, tables: &Tables) -> Option<(String, bool)> {
    if line.len() > MAX_LINE {
        return None;
    }
    let mut rest = line;
    while let Some(after) = ["<details>", "<details open>", "<blockquote>", "<table>", "<tr>", "<td>"]
        .iter()
        .find_map(|tag| rest.strip_prefix(tag))
    {
        rest = after.trim_start();
    }
    let heading = rest.strip_prefix("<h").and_then(|rest| rest.split_once('>'));
    let (mark, inner, summary) = match (rest.strip_prefix("<summary>"), heading) {
        (Some(inner), _) => ("", inner.split("</summary>").next().unwrap_or(inner), true),
        (None, Some((level, inner))) => {
            let level: usize = level.get(..1)?.parse().ok()?;
            let mark = ["#", "##", "###", "####", "#####", "######"].get(level.checked_sub(1)?)?;
            (*mark, inner.split("</h").next().unwrap_or(inner), false)
        }
        (None, None) => return None,
    };
    let text = plain(inner, tables);
    let text = text.replace("**", "");
    let text = text.trim();
    Some((if summary { format!("**{text}**") } else { format!("{mark} {text}") }, summary))
}

/// A line of HTML tags or a comment, without text of its own.
pub(crate) fn is_only_tags(line: &str) -> bool {
    if line.starts_with("<!--") {
        return line.ends_with("-->");
    }
    let mut inside = false;
    line.chars().all(|c| {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => return c.is_whitespace(),
            _ => {}
        }
        true
    })
}

type Replaced = Option<(Option<String>, usize)>;

/// `![alt](target)` at the start: a severity in its alternative text as a tag, any other image as nothing.
fn image(text: &str, tables: &Tables) -> Replaced {
    let inner = text.strip_prefix("![")?;
    let close = bounded(inner).find(']')?;
    let target = tail(inner, close + 1).strip_prefix('(')?;
    let end = bounded(target).find(')')?;
    Some((badge(head(inner, close), tables), 2 + close + 2 + end + 1))
}

fn linked_image(text: &str, tables: &Tables) -> Replaced {
    let inner = text.strip_prefix('[')?;
    let (badge, used) = image(inner, tables)?;
    let target = tail(inner, used).trim_start().strip_prefix("](")?;
    let end = bounded(target).find(')')?;
    Some((badge, text.len() - target.len() + end + 1))
}

/// A severity in the words of an image: `P1 Badge`, `high`, `Severity: High`, `security-critical`.
fn badge(alt: &str, tables: &Tables) -> Option<String> {
    let words = crate::text::normalize_words(alt);
    let kept: Vec<&str> = words
        .split(' ')
        .filter(|word| !matches!(*word, "badge" | "icon" | "severity" | "priority" | "label" | "security"))
        .collect();
    let said = kept.join(" ");
    read_tag(&said, tables).filter(|tag| tag.severity.is_some()).map(|_| format!("[{said}]"))
}

/// A tag at the start; `None` when it is none that is known.
fn tag(text: &str, tables: &Tables) -> Replaced {
    let inner = tail(text, 1);
    let end = bounded(inner).find('>')?;
    let content = head(inner, end);
    let used = end + 2;
    if content.starts_with("!--") {
        let end = bounded(text).find("-->")?;
        return Some((None, end + 3));
    }
    let name = content.trim_start_matches('/');
    let name = head(
        name,
        name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(name.len()),
    );
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "b" | "strong" => Some((Some("**".to_owned()), used)),
        "code" => Some((Some("`".to_owned()), used)),
        "br" | "hr" => Some((Some(" ".to_owned()), used)),
        // A link to lines of a file is a place.
        "a" if content.contains("/blob/") || content.contains("/-/blob/") => {
            Some((attribute(content, "href").map(|link| format!("({link}) ")), used))
        }
        "img" => Some((attribute(content, "alt").and_then(|alt| badge(alt, tables)), used)),
        name if DROPPED.contains(&name) => Some((None, used)),
        _ => None,
    }
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let at = tag.find(&format!(" {name}="))?;
    let value = tail(tag, at + name.len() + 2);
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = tail(value, 1);
    Some(head(value, value.find(quote)?))
}

fn entity(text: &str) -> Replaced {
    const ENTITIES: &[(&str, &str)] = &[
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&emsp;", " "),
    ];
    ENTITIES
        .iter()
        .find(|(name, _)| text.starts_with(name))
        .map(|(name, said)| (Some((*said).to_owned()), name.len()))
}

/// The part in which an end is looked for: a page of openings must stay linear.
fn bounded(text: &str) -> &str {
    let mut end = text.len().min(1024);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    head(text, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn badges_and_tags_become_marks() {
        for (line, shown) in [
            ("**<sub><sub>![P1 Badge](https://x/P1.svg)</sub></sub>  Drop it**", "**[p1]  Drop it**"),
            ("<b>Drop it</b> — `a.rs:3`", "**Drop it** — `a.rs:3`"),
            ("![high](https://x/high.svg)", "[high]"),
            ("![security-critical](x)![logo](y)", "[critical]"),
            ("<a href=\"#\"><img alt=\"P2\" src=\"x\"></a> **Drop it**", "[p2] **Drop it**"),
            ("`Vec<b>` and Vec<T> &lt;x&gt;", "`Vec<b>` and Vec<T> <x>"),
            ("[![critical](x)](y) Keys", "[critical] Keys"),
        ] {
            assert_eq!(plain(line, &Tables::default()), shown, "{line}");
        }
        let summary =
            html_line("<details><summary>⚠️ <b>Notes</b> (1)</summary><blockquote>", &Tables::default());
        assert_eq!(summary, Some(("**⚠️ Notes (1)**".to_owned(), true)));
    }
}
