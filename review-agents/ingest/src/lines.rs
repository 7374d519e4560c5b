//! The lines of a document and which of them became part of something typed.

use review_core::{LineCount, Unplaced};

/// Bookkeeping of a document's lines, so that the sums are exact.
pub(crate) struct Ledger<'a> {
    lines: Vec<&'a str>,
    typed: Vec<bool>,
}

impl<'a> Ledger<'a> {
    /// Splits the document. Line ends are `\n`, `\r\n` or a lone `\r`.
    pub(crate) fn new(text: &'a str) -> Self {
        let mut lines: Vec<&str> = Vec::new();
        for line in text.split('\n') {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if line.contains('\r') { lines.extend(line.split('\r')) } else { lines.push(line) }
        }
        let typed = vec![false; lines.len()];
        Self { lines, typed }
    }

    /// Changes every line to a part of it: a whole review may be indented or quoted.
    pub(crate) fn shorten(&mut self, part: impl Fn(&'a str) -> &'a str) {
        for line in &mut self.lines {
            *line = part(line);
        }
    }

    /// How many lines, blank ones included.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// A line by index from 0; empty beyond the end.
    pub(crate) fn line(&self, index: usize) -> &'a str {
        self.lines.get(index).copied().unwrap_or("")
    }

    /// All lines.
    pub(crate) fn lines(&self) -> &[&'a str] {
        &self.lines
    }

    /// Changes one line to a part of it.
    pub(crate) fn shorten_at(&mut self, index: usize, part: impl Fn(&'a str) -> &'a str) {
        if let Some(line) = self.lines.get_mut(index) {
            *line = part(line);
        }
    }

    /// Whether a line became part of something typed.
    pub(crate) fn is_typed(&self, index: usize) -> bool {
        self.typed.get(index).copied().unwrap_or(true)
    }

    /// Marks a line as typed.
    pub(crate) fn mark(&mut self, index: usize) {
        if let Some(typed) = self.typed.get_mut(index) {
            *typed = true;
        }
    }

    /// Marks lines `from..to` as typed.
    pub(crate) fn mark_range(&mut self, from: usize, to: usize) {
        for index in from..to.min(self.typed.len()) {
            self.mark(index);
        }
    }

    /// Takes the marks from lines `from..to`.
    pub(crate) fn unmark_range(&mut self, from: usize, to: usize) {
        for index in from..to.min(self.typed.len()) {
            if let Some(typed) = self.typed.get_mut(index) {
                *typed = false;
            }
        }
    }

    /// The sums and the list of what was not typed.
    pub(crate) fn close(&self) -> (LineCount, Vec<Unplaced>) {
        let mut count = LineCount::default();
        let mut unplaced = Vec::new();
        for (index, (line, typed)) in self.lines.iter().zip(&self.typed).enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            count.total += 1;
            if *typed {
                count.typed += 1;
            } else {
                count.unplaced += 1;
                unplaced.push(Unplaced::new(number(index), *line));
            }
        }
        (count, unplaced)
    }
}

/// The line number, from 1, of an index from 0.
pub(crate) fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}
