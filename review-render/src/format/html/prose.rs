//! Renders untrusted Markdown as HTML, with a writer that knows a fixed list of elements. Raw HTML and images are shown
//! as text, links lead to `http` and `https` only, headings become bold lines, references are linked.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::Page;
use super::code::write_block;
use super::markup::Markup;
use crate::text::clean::{visible, wieldy};
use crate::view::links::web_address;
use crate::view::references::Target;

/// Longest text, in bytes; the rest is cut with a note.
const MAX_BYTES: usize = 64 << 10;

/// Deepest nesting of quotes and lists. Deeper content is kept but not nested further.
const MAX_DEPTH: usize = 12;

/// Writes untrusted block text.
pub(super) fn prose(html: &mut Markup, page: &Page<'_>, text: &str) {
    let end = text.char_indices().map(|(at, _)| at).find(|at| *at > MAX_BYTES);
    let cut = end.is_some();
    let text = visible(end.and_then(|end| text.get(..end)).unwrap_or(text));
    let text = wieldy(text.trim());
    if text.is_empty() {
        return;
    }
    let mut writer = Writer { html, page, stack: Vec::new(), code: None, in_link: 0, depth: 0 };
    writer.html.raw("<div class=\"prose\">");
    writer.run(&text);
    if cut {
        writer.html.raw("<p class=\"muted\">Cut here: the text is longer than a report can show.</p>");
    }
    writer.html.raw("</div>");
}

/// Writes one line of text, with code spans and references.
pub(super) fn inline(html: &mut Markup, page: &Page<'_>, text: &str) {
    spans(html, text, |html, part, place| linked(html, page, part, place));
}

/// [`inline`] without links, for pages on which references lead nowhere.
pub(super) fn inline_plain(html: &mut Markup, text: &str) {
    spans(html, text, |html, part, _| {
        html.clean_text(part);
    });
}

fn spans(html: &mut Markup, text: &str, write: impl Fn(&mut Markup, &str, Where)) {
    let text = crate::text::clean::line(text, 2_000);
    let parts: Vec<&str> = text.split('`').collect();
    let pairs = (parts.len() - 1) / 2 * 2;
    for (index, part) in parts.iter().enumerate() {
        if index % 2 == 1 && index < pairs && !part.is_empty() {
            html.raw("<code>");
            write(html, part, Where::Code);
            html.raw("</code>");
        } else {
            if index > pairs {
                html.raw("`");
            }
            write(html, part, Where::Words);
        }
    }
}

/// Whether text is prose or code: an address inside code is not linked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    Words,
    Code,
}

/// Writes cleaned text with its references linked.
fn linked(html: &mut Markup, page: &Page<'_>, text: &str, place: Where) {
    // An entity may have brought an invisible character back.
    let text = &visible(text);
    let mut at = 0;
    for (range, target) in page.view.known.find(text) {
        if place == Where::Code && matches!(target, Target::Url(_)) {
            continue;
        }
        let Some(url) = target.address(&page.view.links) else { continue };
        html.clean_text(text.get(at..range.start).unwrap_or_default());
        let word = text.get(range.clone()).unwrap_or_default();
        match (target.hover(), url.starts_with('#')) {
            (Some(hover), false) => {
                html.open("a", &[("href", &url), ("rel", "noopener noreferrer nofollow"), ("title", hover)])
            }
            (None, false) => html.open("a", &[("href", &url), ("rel", "noopener noreferrer nofollow")]),
            (_, true) => html.open("a", &[("href", &url)]),
        };
        html.clean_text(word).close("a");
        at = range.end;
    }
    html.clean_text(text.get(at..).unwrap_or_default());
}

fn is_container(close: &str) -> bool {
    matches!(close, "</blockquote>" | "</ul>" | "</ol>")
}

struct Writer<'a, 'p> {
    html: &'a mut Markup,
    page: &'a Page<'p>,
    /// The closing tag of each open tag; empty if none was written.
    stack: Vec<&'static str>,
    /// Language and text of the code block that is open.
    code: Option<(String, String)>,
    in_link: usize,
    /// How many of the open tags are quotes and lists.
    depth: usize,
}

impl Writer<'_, '_> {
    fn run(&mut self, text: &str) {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        let mut in_head = false;
        // Neighbouring texts belong together: a reference may be spread over several events.
        let mut run = String::new();
        for event in Parser::new_ext(text, options) {
            if let (Event::Text(text), None) = (&event, &self.code) {
                run.push_str(text);
                continue;
            }
            self.flush(&mut run);
            match event {
                Event::Start(Tag::TableHead) => {
                    in_head = true;
                    self.push("<thead><tr>", "</tr></thead>");
                }
                Event::End(TagEnd::TableHead) => {
                    in_head = false;
                    self.pop();
                }
                Event::Start(Tag::TableCell) if in_head => self.push("<th>", "</th>"),
                Event::Start(tag) => self.start(tag),
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((language, code)) = self.code.take() {
                        write_block(self.html, self.page, &language, code.trim_end_matches('\n'));
                    }
                }
                Event::End(_) => self.pop(),
                Event::Text(text) => {
                    if let Some((_, code)) = &mut self.code {
                        code.push_str(&text);
                    }
                }
                Event::Code(code) => {
                    self.html.raw("<code>");
                    self.words(&code, Where::Code);
                    self.html.raw("</code>");
                }
                // Shown as what it is.
                Event::Html(raw) | Event::InlineHtml(raw) => {
                    self.html.text(&raw);
                }
                Event::SoftBreak => {
                    self.html.raw("\n");
                }
                Event::HardBreak => {
                    self.html.raw("<br>");
                }
                Event::Rule => {
                    self.html.raw("<hr>");
                }
                Event::TaskListMarker(done) => {
                    self.html.raw(if done { "[x] " } else { "[ ] " });
                }
                other => {
                    debug_assert!(false, "an option brings {other:?}");
                }
            }
        }
        self.flush(&mut run);
        while !self.stack.is_empty() {
            self.pop();
        }
    }

    fn flush(&mut self, run: &mut String) {
        if !run.is_empty() {
            self.words(&std::mem::take(run), Where::Words);
        }
    }

    /// Writes text, linked unless it is inside a link.
    fn words(&mut self, text: &str, place: Where) {
        if self.in_link > 0 {
            self.html.text(text);
        } else {
            linked(self.html, self.page, text, place);
        }
    }

    fn push(&mut self, open: &'static str, close: &'static str) {
        self.html.raw(open);
        self.opened(close);
    }

    fn opened(&mut self, close: &'static str) {
        self.depth += usize::from(is_container(close));
        self.stack.push(close);
    }

    fn pop(&mut self) {
        if let Some(close) = self.stack.pop() {
            self.html.raw(close);
            if close == "</a>" {
                self.in_link = self.in_link.saturating_sub(1);
            }
            if is_container(close) {
                self.depth = self.depth.saturating_sub(1);
            }
        }
    }

    fn deep(&self) -> bool {
        self.depth >= MAX_DEPTH
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph => self.push("<p>", "</p>"),
            Tag::Heading { .. } => self.push("<p class=\"heading\">", "</p>"),
            Tag::BlockQuote(_) if self.deep() => self.push("", ""),
            Tag::BlockQuote(_) => self.push("<blockquote>", "</blockquote>"),
            Tag::List(_) if self.deep() => self.push("", ""),
            Tag::List(None) => self.push("<ul>", "</ul>"),
            Tag::List(Some(first)) => {
                if first == 1 {
                    self.html.raw("<ol>");
                } else {
                    // Browsers read a signed 32-bit number.
                    self.html.open("ol", &[("start", &first.min(1_000_000).to_string())]);
                }
                self.opened("</ol>");
            }
            // An item whose list is not kept can't stand alone.
            Tag::Item => match self.stack.last() {
                Some(&("</ul>" | "</ol>")) => self.push("<li>", "</li>"),
                _ => self.push("", ""),
            },
            Tag::CodeBlock(kind) => {
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split_whitespace().next().unwrap_or_default().to_owned()
                    }
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((language, String::new()));
            }
            Tag::Table(_) => self.push("<div class=\"scroll\" tabindex=\"0\"><table>", "</table></div>"),
            Tag::TableRow => self.push("<tr>", "</tr>"),
            Tag::TableCell => self.push("<td>", "</td>"),
            Tag::Emphasis => self.push("<em>", "</em>"),
            Tag::Strong => self.push("<strong>", "</strong>"),
            Tag::Strikethrough => self.push("<s>", "</s>"),
            Tag::Link { dest_url, .. } => match web_address(&dest_url) {
                Some(url) if self.in_link == 0 => {
                    self.html.open("a", &[("href", &url), ("rel", "noopener noreferrer nofollow")]);
                    self.in_link += 1;
                    self.stack.push("</a>");
                }
                _ => {
                    // Where it would have led is shown, not followed.
                    self.push("", "");
                    self.html.raw("<span class=\"muted\">[").text(&dest_url).raw("]</span> ");
                }
            },
            Tag::Image { dest_url, .. } => {
                self.html.raw("[image ").text(&dest_url).raw(": ");
                self.stack.push("]");
            }
            _ => self.push("", ""),
        }
    }
}
