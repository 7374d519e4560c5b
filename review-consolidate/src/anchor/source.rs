//! The files of the evidence, prepared once each.

use std::collections::BTreeMap;

use review_core::{Answer, Evidence, Query, Side};

use super::locate::FileLines;

/// The files of the evidence, prepared when first looked at.
pub(crate) struct Sources<'e> {
    /// The recorded answers.
    pub(crate) evidence: &'e Evidence,
    files: BTreeMap<(Side, String), Option<FileLines<'e>>>,
}

impl<'e> Sources<'e> {
    /// Nothing is prepared yet.
    pub(crate) fn new(evidence: &'e Evidence) -> Self {
        Self { evidence, files: BTreeMap::new() }
    }

    /// A file's lines, where it is known as text.
    pub(crate) fn file(&mut self, side: Side, path: &str) -> Option<&FileLines<'e>> {
        let evidence = self.evidence;
        self.files
            .entry((side, path.to_owned()))
            .or_insert_with(|| evidence.file(side, path).map(FileLines::new))
            .as_ref()
    }

    /// Whether it is known what this path holds, text or not, or that it holds nothing.
    pub(crate) fn is_known(&self, side: Side, path: &str) -> bool {
        matches!(self.evidence.answer(&Query::file(side, path)), Some(Answer::Text { .. } | Answer::Missing))
    }
}
