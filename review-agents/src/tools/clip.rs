//! Keeps outputs within bounds and says what was cut.

/// Most bytes of one output. A model's context is dear, and one call must not fill it.
pub(super) const MAX_BYTES: usize = 60_000;

/// Characters of one line that are shown: minified files have lines without end.
const MAX_LINE: usize = 1_000;

/// Text that grows up to a limit.
pub(super) struct Clip {
    text: String,
    limit: usize,
}

impl Clip {
    /// An empty text.
    pub(super) fn new() -> Self {
        Self { text: String::new(), limit: MAX_BYTES }
    }

    /// Adds a line. Tells whether it fitted; where it did not, nothing is added.
    pub(super) fn line(&mut self, line: &str) -> bool {
        let line = short(line);
        if self.text.len() + line.len() + 1 > self.limit {
            return false;
        }
        self.text.push_str(&line);
        self.text.push('\n');
        true
    }

    /// Whether nothing was added.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text, with a last line that is added whatever the limit.
    pub(super) fn with_note(mut self, note: &str) -> String {
        self.text.push_str(note);
        self.text
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A line, cut where it is too long.
fn short(line: &str) -> std::borrow::Cow<'_, str> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}… (line cut)", line.get(..end).unwrap_or_default()).into(),
        None => line.into(),
    }
}
