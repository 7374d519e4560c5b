//! The files of the evidence, prepared once each.

use std::collections::BTreeMap;

use review_core::{Answer, Evidence, Query, Side};

use super::locate::FileLines;

/// Files by path; `None` for what is not known as text.
type Prepared<'e> = BTreeMap<String, Option<FileLines<'e>>>;

/// The files of the evidence, prepared when first looked at.
pub(crate) struct Sources<'e> {
    /// The recorded answers.
    pub(crate) evidence: &'e Evidence,
    head: Prepared<'e>,
    base: Prepared<'e>,
}

impl<'e> Sources<'e> {
    /// Nothing is prepared yet.
    pub(crate) fn new(evidence: &'e Evidence) -> Self {
        Self { evidence, head: BTreeMap::new(), base: BTreeMap::new() }
    }

    /// A file's lines, where it is known as text.
    pub(crate) fn file(&mut self, side: Side, path: &str) -> Option<&FileLines<'e>> {
        let files = if side == Side::Base { &mut self.base } else { &mut self.head };
        // Most files are looked at many times: no key is made for a look.
        if !files.contains_key(path) {
            files.insert(path.to_owned(), self.evidence.file(side, path).map(FileLines::new));
        }
        files.get(path)?.as_ref()
    }

    /// Whether it is known what this path holds, text or not, or that it holds nothing.
    pub(crate) fn is_known(&self, side: Side, path: &str) -> bool {
        matches!(self.evidence.answer(&Query::file(side, path)), Some(Answer::Text { .. } | Answer::Missing))
    }
}
