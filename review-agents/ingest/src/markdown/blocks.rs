//! The blocks that a document is cut into.

use review_core::Location;

use super::head::Head;
use crate::scales::SectionKind;

/// A run of lines with one meaning. Line indexes count from 0; `to` is excluded.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) meaning: Meaning,
}

/// What a block is.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    /// Text before the first section.
    Preamble,
    /// The text of a section, without its heading. `inline` is what stood in the heading's own line, `file` the
    /// file that a heading above names.
    Section { kind: SectionKind, inline: String, file: Option<Location> },
    /// Text under a heading of findings that supports a "none".
    Remark,
    /// A section whose name is not known.
    Unknown,
    /// A finding; its first line is the head.
    Finding(Box<FindingBlock>),
}

/// A finding's head and what its surroundings say.
#[derive(Clone, Debug)]
pub(crate) struct FindingBlock {
    pub(crate) head: Head,
    /// Severity of the section that it stands in.
    pub(crate) section_severity: Option<review_core::Severity>,
    /// The file that a heading above names for all findings below it.
    pub(crate) file: Option<Location>,
    /// How many lines the head takes.
    pub(crate) head_lines: usize,
}
