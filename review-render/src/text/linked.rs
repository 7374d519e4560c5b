//! Links from prose to the forge, put into Markdown that is already safe.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::view::View;
use crate::view::references::Target;

/// Turns each `path:line`, commit and `#123` of the text that has an address into a link. Text inside of code blocks
/// and links is left alone; a code span becomes a link as a whole.
pub(crate) fn linked(text: &str, view: &View<'_>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, destination) in edits(text, view) {
        if range.start < at {
            continue;
        }
        out.push_str(text.get(at..range.start).unwrap_or_default());
        out.push_str(&format!("[{}]({destination})", text.get(range.clone()).unwrap_or_default()));
        at = range.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

fn edits(text: &str, view: &View<'_>) -> Vec<(Range<usize>, String)> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut edits = Vec::new();
    let mut closed_to_links = 0_u32;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. } | Tag::Image { .. }) => closed_to_links += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link | TagEnd::Image) => {
                closed_to_links = closed_to_links.saturating_sub(1);
            }
            Event::Text(_) if closed_to_links == 0 => {
                let source = text.get(range.clone()).unwrap_or_default();
                for (found, target) in view.known.find(source) {
                    // Escapes inside would be part of the link's text; those are left alone.
                    let plain =
                        source.get(found.clone()).is_some_and(|word| !word.contains(['\\', '[', ']']));
                    if let Some(url) = address(&target, view).filter(|_| plain) {
                        edits.push((range.start + found.start..range.start + found.end, url));
                    }
                }
            }
            Event::Code(code) if closed_to_links == 0 => {
                let whole = view.known.find(&code).into_iter().find(|(found, _)| *found == (0..code.len()));
                if let Some(url) = whole.and_then(|(_, target)| address(&target, view)) {
                    edits.push((range, url));
                }
            }
            _ => {}
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    edits
}

fn address(target: &Target, view: &View<'_>) -> Option<String> {
    match target {
        // The page has anchors for items; a Markdown document has none that hold on every forge. Bare addresses are
        // links already.
        Target::Item(_) | Target::Row(_) | Target::Url(_) => None,
        other => {
            let url = other.address(&view.links)?.replace('(', "%28").replace(')', "%29");
            // An issue's title shows when the pointer rests on the link; in it, only plain characters.
            let hover: String = match other {
                Target::Issue { .. } => {
                    other.hover().unwrap_or_default().chars().filter(|c| is_plain(*c)).take(150).collect()
                }
                _ => String::new(),
            };
            Some(if hover.trim().is_empty() { url } else { format!("{url} \"{}\"", hover.trim()) })
        }
    }
}

/// What needs no escape in the title of a link, and notifies nobody.
fn is_plain(c: char) -> bool {
    c == ' ' || c.is_alphanumeric() || "-_.,:;/#+()".contains(c)
}
