//! Markdown: read with the extensions that forges have, only our own markup is in it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

const OURS: &[&str] = &[
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<br>",
    "<sub>",
    "</sub>",
    "<code>",
    "</code>",
    "<strong>",
    "</strong>",
    "<em>",
    "</em>",
    "<del>",
    "</del>",
];

/// The levels of the headings, if nothing foreign is in the text.
pub fn markdown(text: &str) -> Result<Vec<u8>, String> {
    let found = read(text)?;
    match found.suggestions {
        0 => Ok(found.headings),
        _ => Err("an edit that nobody checked".into()),
    }
}

/// A remark on lines of a diff: one edit may be offered, as the last thing.
pub fn remark(text: &str) -> Result<usize, String> {
    let found = read(text)?;
    let last = found.last_block.is_some_and(|range| text[range.end..].trim().is_empty());
    if found.suggestions > 1 || (found.suggestions == 1 && !last) {
        return Err("an edit that nobody checked".into());
    }
    Ok(found.suggestions)
}

#[derive(Default)]
struct Found {
    headings: Vec<u8>,
    suggestions: usize,
    last_block: Option<Range<usize>>,
    markers: usize,
}

fn read(text: &str) -> Result<Found, String> {
    super::tidy(text)?;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES;
    let mut found = Found::default();
    let mut in_code = false;
    // Neighbouring texts become one on the page.
    let mut run = String::new();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if let (Event::Text(part), false) = (&event, in_code) {
            no_command(text, &range)?;
            run.push_str(part);
            continue;
        }
        no_mention(&std::mem::take(&mut run))?;
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                found.markers += html.matches("<!-- deep-review:").count();
                only_ours(&html)?;
            }
            Event::Start(Tag::Image { dest_url, .. }) => return Err(format!("an image: {dest_url}")),
            Event::Start(Tag::FootnoteDefinition(name)) | Event::FootnoteReference(name) => {
                return Err(format!("a footnote: {name}"));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let odd = dest_url.contains(':') || dest_url.starts_with('/') || dest_url.contains("..");
                if !dest_url.starts_with("https://") && !dest_url.starts_with("http://") && odd {
                    return Err(format!("a link to {dest_url}"));
                }
            }
            Event::Start(Tag::Heading { level, .. }) => found.headings.push(level as u8),
            Event::Start(Tag::CodeBlock(kind)) => {
                in_code = true;
                if let CodeBlockKind::Fenced(info) = kind {
                    let info = info.to_lowercase();
                    if info.starts_with("suggestion") {
                        found.suggestions += 1;
                        found.last_block = Some(range);
                    }
                    let active = ["mermaid", "math", "geojson", "topojson", "stl", "plantuml", "json:table"];
                    let word = info.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
                    if active.contains(&word) {
                        return Err(format!("an active block: {info}"));
                    }
                }
            }
            Event::End(TagEnd::CodeBlock) => in_code = false,
            _ => {}
        }
    }
    no_mention(&run)?;
    super::dialect::agrees(text, &found.headings)?;
    if text.matches("<!-- deep-review:").count() != found.markers {
        return Err("a forged marker".into());
    }
    Ok(found)
}

/// No slash command and no command for a build log begins a line.
fn no_command(text: &str, range: &Range<usize>) -> Result<(), String> {
    let line = &text[text[..range.start].rfind('\n').map_or(0, |at| at + 1)..];
    let line = line.lines().next().unwrap_or_default().trim_start();
    let slash =
        line.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    if slash || line.starts_with("::") { Err(format!("a command: {line:?}")) } else { Ok(()) }
}

fn only_ours(html: &str) -> Result<(), String> {
    let mut rest = html.to_owned();
    // What a title says in code.
    while let Some(at) = rest.find("<code>") {
        let end = rest[at..].find("</code>").ok_or("code that does not end")?;
        if rest[at + 6..at + end].contains('<') {
            return Err(format!("foreign HTML: {rest:?}"));
        }
        rest.replace_range(at..at + end + 7, "");
    }
    for ours in OURS {
        rest = rest.replace(ours, "");
    }
    while let Some(at) = rest.find("<!-- deep-review:") {
        let end = rest[at..].find(" -->").ok_or("a marker that does not end")?;
        let inside = &rest[at + 5..at + end];
        if inside.contains("--") || inside.contains('>') || inside.contains('\n') {
            return Err(format!("a broken marker {inside:?}"));
        }
        rest.replace_range(at..at + end + 4, "");
    }
    if rest.contains('<') { Err(format!("foreign HTML: {rest:?}")) } else { no_mention(&rest) }
}

fn no_mention(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        if after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
            && !before.is_some_and(|c| c.is_ascii_alphanumeric())
        {
            return Err(format!("a mention: {text:?}"));
        }
    }
    Ok(())
}
