//! The lines of a document, each prefixed with the markers of the quotes and lists around it.

/// Deepest nesting of quotes and lists. Deeper content is kept but not nested further.
const MAX_DEPTH: usize = 12;

/// Writes lines inside quotes and lists.
pub(super) struct Containers {
    out: String,
    open: Vec<Open>,
    /// How many of them are quotes and items.
    depth: usize,
    /// How many more are open in the text, too deep to nest.
    flat: usize,
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
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// A list, ordered or not, and whether it used the second marker.
    List {
        ordered: bool,
        other: bool,
    },
    Other,
}

impl Containers {
    pub(super) fn new() -> Self {
        Self { out: String::new(), open: vec![Open::new(Kind::Document)], depth: 0, flat: 0 }
    }

    /// Returns everything written, without the last line feed.
    pub(super) fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }

    /// Writes a block.
    pub(super) fn block(&mut self, lines: &str) {
        self.begin(false);
        for line in lines.split('\n') {
            self.line(line);
        }
    }

    pub(super) fn open_quote(&mut self) {
        if self.nests() {
            self.begin(false);
            self.open_marked(Kind::Quote, "> ".to_owned(), "> ".to_owned());
        }
    }

    /// Opens a list, which may directly follow the words above it (`after_words`).
    pub(super) fn open_list(&mut self, first: Option<u64>, tight: bool, after_words: bool) {
        if !self.nests() {
            return;
        }
        // Only a list that begins with 1, or has bullets, interrupts a paragraph.
        let close = after_words && first.is_none_or(|number| number == 1);
        let other = match self.open.last().map(|open| open.last) {
            Some(Last::List { ordered, other }) if ordered == first.is_some() => !other,
            _ => false,
        };
        self.begin(close);
        self.open.push(Open::new(Kind::List { next: first, other, tight }));
    }

    pub(super) fn open_item(&mut self, empty: bool) {
        let nests = self.nests();
        let top = self.open.last_mut().map(|open| &mut open.kind);
        let Some(Kind::List { next, other, tight }) = top.filter(|_| nests) else { return };
        let mark = match (*next, *other) {
            (None, false) => "- ".to_owned(),
            (None, true) => "* ".to_owned(),
            (Some(number), false) => format!("{}. ", number.min(999_999_999)),
            (Some(number), true) => format!("{}) ", number.min(999_999_999)),
        };
        *next = next.map(|number| number.saturating_add(1));
        let close = *tight || empty;
        self.begin(close);
        let further = " ".repeat(mark.len());
        self.open_marked(Kind::Item, mark, further);
    }

    fn open_marked(&mut self, kind: Kind, first: String, further: String) {
        self.depth += 1;
        self.open.push(Open { first: Some(first), further, ..Open::new(kind) });
    }

    /// Whether another container may be nested. One that may not is counted, so that its end is recognised.
    fn nests(&mut self) -> bool {
        let nests = self.flat == 0 && self.depth < MAX_DEPTH;
        self.flat += usize::from(!nests);
        nests
    }

    /// Closes the innermost container. An empty one gets a line, so that its marker appears.
    pub(super) fn close(&mut self) {
        if self.flat > 0 {
            self.flat -= 1;
            return;
        }
        if self.open.last().is_some_and(|open| open.first.is_some()) {
            // Markers alone could become a rule.
            self.line("&#32;");
        }
        if self.open.len() == 1 {
            return;
        }
        let last = match self.open.pop().map(|open| open.kind) {
            Some(Kind::List { next, other, .. }) => Last::List { ordered: next.is_some(), other },
            Some(Kind::Quote | Kind::Item) => {
                self.depth = self.depth.saturating_sub(1);
                Last::Other
            }
            _ => Last::Other,
        };
        if let Some(top) = self.open.last_mut() {
            top.last = last;
        }
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
}
