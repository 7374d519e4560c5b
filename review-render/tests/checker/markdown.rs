//! Markdown: read with the extensions that forges have, only our own markup is in it.

use pulldown_cmark::{Event, Options, Parser, Tag};

const OURS: &[&str] =
    &["<details>", "</details>", "<summary>", "</summary>", "<br>", "<sub>", "</sub>", "<!-- -->"];

/// The levels of the headings, if nothing foreign is in the text.
pub fn markdown(text: &str) -> Result<Vec<u8>, String> {
    super::plain(text)?;
    let mut headings = Vec::new();
    let mut in_code = false;
    for event in Parser::new_ext(
        text,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS,
    ) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => only_ours(&html)?,
            Event::Start(Tag::Image { dest_url, .. }) => return Err(format!("an image: {dest_url}")),
            Event::Start(Tag::Link { dest_url, .. }) => {
                if !dest_url.starts_with("https://")
                    && !dest_url.starts_with("http://")
                    && dest_url.contains(':')
                {
                    return Err(format!("a link to {dest_url}"));
                }
            }
            Event::Start(Tag::Heading { level, .. }) => headings.push(level as u8),
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Text(text) if !in_code => no_mention(&text)?,
            _ => {}
        }
    }
    Ok(headings)
}

fn only_ours(html: &str) -> Result<(), String> {
    let mut rest = html.to_owned();
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
    if rest.contains('<') { Err(format!("foreign HTML: {rest:?}")) } else { Ok(()) }
}

fn no_mention(text: &str) -> Result<(), String> {
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        if after.is_some_and(|c| c.is_ascii_alphanumeric()) && !before.is_some_and(char::is_alphanumeric) {
            return Err(format!("a mention: {text:?}"));
        }
    }
    Ok(())
}
