//! The writer: from the events of a parser to blocks.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::Linker;
use super::containers::Containers;
use super::inline::{Mark, Piece, Pieces, Place};
use crate::text::clean::visible;
use crate::text::fence::fenced;
use crate::text::unmarked;

/// Parses a text and writes it anew.
pub(super) fn write(text: &str, linker: &dyn Linker) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let mut writer = Writer {
        linker,
        lines: Containers::new(),
        pieces: Pieces::new(Place::Block),
        run: String::new(),
        code: None,
        table: None,
        links: Vec::new(),
        heading: false,
    };
    for (index, event) in events.iter().enumerate() {
        writer.event(event, events.get(index + 1..).unwrap_or_default());
    }
    writer.paragraph();
    writer.lines.finish()
}

struct Writer<'a> {
    linker: &'a dyn Linker,
    lines: Containers,
    /// The paragraph or cell that is being read.
    pieces: Pieces,
    /// Literal text being read: adjacent text events belong together.
    run: String,
    /// Info string and text of the code block that is open.
    code: Option<(String, String)>,
    table: Option<Table>,
    /// How to close each open link and image.
    links: Vec<LinkEnd>,
    heading: bool,
}

struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<String>>,
}

enum LinkEnd {
    /// A link that may be followed.
    Link(String),
    /// A link that may not be followed: its address is shown.
    Words(Option<String>),
}

impl Writer<'_> {
    fn event(&mut self, event: &Event<'_>, next: &[Event<'_>]) {
        if let Event::Text(text) = event {
            match &mut self.code {
                Some((_, code)) => code.push_str(text),
                None => self.run.push_str(text),
            }
            return;
        }
        // The text of a link that is not followed belongs to the words around it.
        let in_words = match event {
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.pieces.in_link() || self.linker.follow(dest_url).is_none()
            }
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => true,
            Event::End(TagEnd::Link) => matches!(self.links.last(), Some(LinkEnd::Words(_))),
            _ => false,
        };
        if !in_words {
            self.flush();
        }
        match event {
            Event::Start(tag) => self.start(tag, next),
            Event::End(tag) => self.end(*tag),
            Event::Code(code) => self.code_span(code),
            // Shown as the code that it is.
            Event::InlineHtml(raw) | Event::InlineMath(raw) | Event::DisplayMath(raw) => {
                self.pieces.code(&unmarked(&visible(raw)));
            }
            Event::Html(raw) => {
                for line in raw.lines().filter(|line| !line.trim().is_empty()) {
                    self.pieces.code(&unmarked(&visible(line.trim())));
                    self.pieces.all.push(Piece::Break { hard: false });
                }
            }
            Event::FootnoteReference(name) => self.pieces.literal(&format!("[^{name}]")),
            Event::SoftBreak => self.pieces.all.push(Piece::Break { hard: false }),
            Event::HardBreak => self.pieces.all.push(Piece::Break { hard: true }),
            Event::Rule => {
                self.paragraph();
                self.lines.block("___");
            }
            Event::TaskListMarker(done) => {
                self.pieces.all.push(Piece::Text(if *done { "[x] " } else { "[ ] " }.to_owned()));
            }
            Event::Text(_) => {}
        }
    }

    /// Ends a run of literal text.
    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        // An entity may have brought an invisible character back, or the mark of a hidden remark.
        let text = unmarked(&visible(&std::mem::take(&mut self.run)));
        let links = if self.pieces.in_link() { Vec::new() } else { self.linker.find(&text) };
        self.pieces.linked(&text, &links);
    }

    fn code_span(&mut self, code: &str) {
        let code = unmarked(&visible(code));
        let target = if self.pieces.in_link() { None } else { self.linker.code(&code) };
        match target {
            Some(destination) => {
                self.pieces.open_link();
                self.pieces.code(&code);
                self.pieces.close_link(destination);
            }
            None => self.pieces.code(&code),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, next: &[Event<'_>]) {
        match tag {
            Tag::Emphasis => self.pieces.all.push(Piece::Open(Mark::Emphasis)),
            Tag::Strong => self.pieces.all.push(Piece::Open(Mark::Strong)),
            Tag::Strikethrough => self.pieces.all.push(Piece::Open(Mark::Strike)),
            Tag::Link { dest_url, link_type, .. } => self.start_link(dest_url, *link_type),
            Tag::Image { dest_url, .. } => {
                self.run.push_str("[image: ");
                self.links.push(LinkEnd::Words(Some(dest_url.to_string())));
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => self.pieces = Pieces::new(Place::Cell),
            Tag::CodeBlock(kind) => {
                self.paragraph();
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((info, String::new()));
            }
            Tag::Table(alignments) => {
                self.paragraph();
                self.table = Some(Table { alignments: alignments.clone(), rows: Vec::new() });
            }
            Tag::Heading { .. } => {
                self.paragraph();
                self.heading = true;
            }
            Tag::BlockQuote(_) => {
                self.paragraph();
                self.lines.open_quote();
            }
            Tag::List(first) => {
                let after_words = !self.pieces.all.is_empty();
                self.paragraph();
                let tight = !matches!(next.get(1), Some(Event::Start(Tag::Paragraph)));
                self.lines.open_list(*first, tight, after_words);
            }
            Tag::Item => {
                self.paragraph();
                self.lines.open_item(matches!(next.first(), Some(Event::End(TagEnd::Item))));
            }
            _ => self.paragraph(),
        }
    }

    fn start_link(&mut self, address: &str, kind: LinkType) {
        let words = matches!(kind, LinkType::Autolink | LinkType::Email);
        let followed = if self.pieces.in_link() { None } else { self.linker.follow(address) };
        match followed {
            Some(destination) => {
                self.pieces.open_link();
                self.links.push(LinkEnd::Link(destination));
            }
            // The text of such a link is its address.
            None => {
                self.links.push(LinkEnd::Words((!words && !address.is_empty()).then(|| address.to_owned())))
            }
        }
    }

    fn end_link(&mut self, image: bool) {
        match self.links.pop() {
            Some(LinkEnd::Link(destination)) => {
                if self.pieces.all.last() == Some(&Piece::LinkOpen) {
                    self.pieces.literal("link");
                }
                self.pieces.close_link(destination);
            }
            Some(LinkEnd::Words(Some(address))) => {
                self.run.push_str(if image { ", " } else { " (" });
                self.flush();
                self.pieces.code(&unmarked(&visible(&address)));
                self.run.push_str(if image { "]" } else { ")" });
            }
            Some(LinkEnd::Words(None)) | None => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.pieces.all.push(Piece::Close(Mark::Emphasis)),
            TagEnd::Strong => self.pieces.all.push(Piece::Close(Mark::Strong)),
            TagEnd::Strikethrough => self.pieces.all.push(Piece::Close(Mark::Strike)),
            TagEnd::Link => self.end_link(false),
            TagEnd::Image => self.end_link(true),
            TagEnd::TableCell => {
                let cell = std::mem::replace(&mut self.pieces, Pieces::new(Place::Block)).source();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {}
            TagEnd::Table => self.end_table(),
            TagEnd::CodeBlock => {
                if let Some((info, code)) = self.code.take() {
                    self.lines.block(&fenced(&code, &info));
                }
            }
            TagEnd::Heading(_) => {
                self.end_heading();
                self.heading = false;
            }
            TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::List(_) => {
                self.paragraph();
                self.lines.close();
            }
            _ => self.paragraph(),
        }
    }

    /// Writes the paragraph read so far.
    fn paragraph(&mut self) {
        if self.table.is_some() || self.pieces.all.is_empty() {
            return;
        }
        let source = std::mem::replace(&mut self.pieces, Pieces::new(Place::Block)).source();
        if !source.is_empty() {
            self.lines.block(&source);
        }
    }

    /// Writes a heading as a bold line: real headings are the report's own.
    fn end_heading(&mut self) {
        let mut pieces = std::mem::replace(&mut self.pieces, Pieces::new(Place::Block));
        pieces.make_strong();
        self.pieces = pieces;
        self.paragraph();
    }

    fn end_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let columns = table.alignments.len().max(1);
        let mut lines: Vec<String> = Vec::new();
        for (index, row) in table.rows.iter().enumerate() {
            let cells: Vec<&str> =
                (0..columns).map(|column| row.get(column).map_or("", String::as_str)).collect();
            lines.push(format!("| {} |", cells.join(" | ")));
            if index == 0 {
                let rule: Vec<&str> = (0..columns)
                    .map(|column| match table.alignments.get(column) {
                        Some(Alignment::Left) => ":---",
                        Some(Alignment::Center) => ":---:",
                        Some(Alignment::Right) => "---:",
                        _ => "---",
                    })
                    .collect();
                lines.push(format!("| {} |", rule.join(" | ")));
            }
        }
        self.lines.block(&lines.join("\n"));
    }
}
