//! Markdown as agents write it.
//!
//! `answers` picks the last whole answer of a text. `fences` says what is code; `walk` cuts the document into blocks
//! (sections, findings) with the help of `headings` (section names) and `head` (`label`, `tags`); `prose` makes findings of
//! what is left under headings of findings; `finding`, `table` and `section` type each block; `read` puts them together.
//! `comment` reads one comment of a forge.

mod answers;
mod blocks;
mod body;
mod checks;
mod comment;
mod cues;
mod facts;
mod fences;
mod fields;
mod finding;
mod footer;
mod head;
mod headings;
mod inline;
mod label;
mod page;
mod prose;
mod quotes;
mod read;
mod records;
mod section;
mod table;
mod tags;
mod walk;
mod withdrawn;

pub(crate) use answers::read_markdown;
pub(crate) use comment::{own_findings, read_comment};
pub(crate) use facts::read_confidence;
pub(crate) use finding::read_line;
pub(crate) use tags::{leading_kind, read_tag};
