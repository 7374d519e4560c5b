//! The files of the evidence, prepared once each.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use review_core::{Answer, Evidence, Query, Side};

use super::locate::FileLines;

/// Files by path; `None` for what is not known as text.
type Prepared<'e> = RefCell<BTreeMap<String, Option<Rc<FileLines<'e>>>>>;

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
        Self { evidence, head: RefCell::default(), base: RefCell::default() }
    }

    /// A file's lines, where it is known as text.
    pub(crate) fn file(&self, side: Side, path: &str) -> Option<Rc<FileLines<'e>>> {
        let files = if side == Side::Base { &self.base } else { &self.head };
        // Most files are looked at many times: no key is made for a look.
        if let Some(known) = files.borrow().get(path) {
            return known.clone();
        }
        let made = self.evidence.file(side, path).map(|text| Rc::new(FileLines::new(text)));
        files.borrow_mut().insert(path.to_owned(), made.clone());
        made
    }

    /// Whether it is known what this path holds, text or not, or that it holds nothing.
    pub(crate) fn is_known(&self, side: Side, path: &str) -> bool {
        matches!(self.evidence.answer(&Query::file(side, path)), Some(Answer::Text { .. } | Answer::Missing))
    }
}
