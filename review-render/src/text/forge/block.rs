//! Blocks: paragraphs, lists, quotes, tables and code, each line prefixed with the markers of its containers.

use pulldown_cmark::{Alignment, CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::Linker;
use super::inline::{Mark, Piece, Pieces, Place};
use crate::text::clean::visible;
use crate::text::fence::fenced;
use crate::text::unmarked;

/// Deepest nesting of quotes and lists. Deeper content is kept but not nested further.
const MAX_DEPTH: usize = 12;

/// Parses a text and writes it anew.
pub(super) fn write(text: &str, linker: &dyn Linker) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events: Vec<Event<'_>> = Parser::new_ext(text, options).collect();
    let mut writer = Writer {
        linker,
        out: String::new(),
        open: vec![Open::new(Kind::Document)],
        depth: 0,
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
    writer.out.trim_end().to_owned()
}

/// A container around the current line.
struct Open {
    kind: Kind,
    /// The marker of its first line, until that line is written.
    first: Option<String>,
    /// The prefix of every other line.
    further: String,
    /// The block written last.
    last: Last,
}

impl Open {
    fn new(kind: Kind) -> Self {
        Self { kind, first: None, further: String::new(), last: Last::Nothing }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Document,
    Quote,
    Item,
    /// Ordered lists count; `other` selects the second marker, for a list directly after another one.
    List {
        next: Option<u64>,
        other: bool,
        tight: bool,
    },
    /// Too deep to nest.
    Flat,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    Paragraph,
    /// A list, ordered or not, and whether it used the second marker.
    List {
        ordered: bool,
        other: bool,
    },
    Other,
}

struct Writer<'a> {
    linker: &'a dyn Linker,
    out: String,
    open: Vec<Open>,
    /// How many of them are quotes and items.
    depth: usize,
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
                self.begin(false);
                self.line("___");
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
                let quote = if self.is_deep() { Kind::Flat } else { Kind::Quote };
                self.container(quote, "> ", "> ");
            }
            Tag::List(first) => self.start_list(*first, next),
            Tag::Item => self.start_item(next),
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
                    self.begin(false);
                    for line in fenced(&code, &info).split('\n') {
                        self.line(line);
                    }
                }
            }
            TagEnd::Heading(_) => {
                self.end_heading();
                self.heading = false;
            }
            TagEnd::BlockQuote(_) | TagEnd::Item => {
                self.paragraph();
                self.close();
            }
            TagEnd::List(_) => {
                self.paragraph();
                let list = self.close();
                let last = match list {
                    Some(Kind::List { next, other, .. }) => Last::List { ordered: next.is_some(), other },
                    _ => Last::Other,
                };
                if let Some(top) = self.open.last_mut() {
                    top.last = last;
                }
            }
            _ => self.paragraph(),
        }
    }

    fn is_deep(&self) -> bool {
        self.depth >= MAX_DEPTH
    }

    fn container(&mut self, kind: Kind, first: &str, further: &str) {
        self.begin(false);
        let mut open = Open::new(kind);
        if !matches!(kind, Kind::Flat | Kind::List { .. }) {
            (open.first, open.further) = (Some(first.to_owned()), further.to_owned());
            self.depth += 1;
        }
        self.open.push(open);
    }

    /// Closes the innermost container. An empty one gets a line, so that its marker appears.
    fn close(&mut self) -> Option<Kind> {
        if self.open.last().is_some_and(|open| open.first.is_some()) {
            // An empty item; dashes alone could become a rule.
            self.line("&#32;");
        }
        let closed = if self.open.len() > 1 { self.open.pop().map(|open| open.kind) } else { None };
        if matches!(closed, Some(Kind::Quote | Kind::Item)) {
            self.depth = self.depth.saturating_sub(1);
        }
        closed
    }

    fn start_list(&mut self, first: Option<u64>, next: &[Event<'_>]) {
        let after_words = !self.pieces.all.is_empty();
        self.paragraph();
        let tight = !matches!(next.get(1), Some(Event::Start(Tag::Paragraph)));
        let top = self.open.last().map_or(Last::Nothing, |open| open.last);
        let other = match top {
            Last::List { ordered, other } if ordered == first.is_some() => !other,
            _ => false,
        };
        if self.is_deep() {
            self.container(Kind::Flat, "", "");
        } else {
            // A list that begins with 1, or has dots, may stand right below its words.
            self.begin(after_words && first.is_none_or(|number| number == 1));
            self.open.push(Open::new(Kind::List { next: first, other, tight }));
        }
    }

    fn start_item(&mut self, next: &[Event<'_>]) {
        self.paragraph();
        let Some(Open { kind: Kind::List { next: number, other, tight }, .. }) = self.open.last() else {
            // The list is too deep to be kept.
            self.container(Kind::Flat, "", "");
            return;
        };
        let (number, other, tight) = (*number, *other, *tight);
        let mark = match (number, other) {
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
            (Some(number), false) => format!("{}. ", number.min(999_999_999)),
            (Some(number), true) => format!("{}) ", number.min(999_999_999)),
        };
        let empty = matches!(next.first(), Some(Event::End(TagEnd::Item)));
        let further = " ".repeat(mark.len());
        self.begin(tight || empty);
        if let Some(Open { kind: Kind::List { next, .. }, .. }) = self.open.last_mut() {
            *next = number.map(|number| number.saturating_add(1));
        }
        let mut open = Open::new(Kind::Item);
        (open.first, open.further) = (Some(mark), further);
        self.depth += 1;
        self.open.push(open);
    }

    /// Begins a block: writes an empty line first, unless it is the first block or may follow `close`ly.
    fn begin(&mut self, close: bool) {
        let Some(top) = self.open.last_mut() else { return };
        let first = top.last == Last::Nothing;
        top.last = Last::Other;
        if !first && !close {
            let marks: String = self.open.iter().map(|open| open.further.as_str()).collect();
            self.out.push_str(marks.trim_end());
            self.out.push('\n');
        }
    }

    fn line(&mut self, text: &str) {
        let mut marks = String::new();
        for open in &mut self.open {
            match open.first.take() {
                Some(first) => marks.push_str(&first),
                None => marks.push_str(&open.further),
            }
        }
        self.out.push_str(if text.is_empty() { marks.trim_end() } else { &marks });
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Writes the paragraph read so far.
    fn paragraph(&mut self) {
        if self.table.is_some() || self.pieces.all.is_empty() {
            return;
        }
        let source = std::mem::replace(&mut self.pieces, Pieces::new(Place::Block)).source();
        if source.is_empty() {
            return;
        }
        self.begin(false);
        for line in source.split('\n') {
            self.line(line);
        }
        if let Some(top) = self.open.last_mut() {
            top.last = Last::Paragraph;
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
        self.begin(false);
        let columns = table.alignments.len().max(1);
        for (index, row) in table.rows.iter().enumerate() {
            let cells: Vec<&str> =
                (0..columns).map(|column| row.get(column).map_or("", String::as_str)).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
            if index == 0 {
                let rule: Vec<&str> = (0..columns)
                    .map(|column| match table.alignments.get(column) {
                        Some(Alignment::Left) => ":---",
                        Some(Alignment::Center) => ":---:",
                        Some(Alignment::Right) => "---:",
                        _ => "---",
                    })
                    .collect();
                self.line(&format!("| {} |", rule.join(" | ")));
            }
        }
    }
}
