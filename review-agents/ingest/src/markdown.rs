//! Markdown as agents write it.
//!
//! `fences` says what is code; `walk` cuts the document into blocks (sections, findings) with the help of
//! `headings` (section names) and `head` (`label`, `tags`); `finding` and `section` type each block.

mod answers;
mod blocks;
mod body;
mod checks;
mod comment;
mod cues;
mod fences;
mod fields;
mod finding;
mod footer;
mod head;
mod headings;
mod inline;
mod label;
mod prose;
mod quotes;
mod read;
mod section;
mod table;
mod tags;
mod walk;
mod withdrawn;

pub(crate) use answers::read_markdown;
pub(crate) use comment::{own_comments, read_comment};
pub(crate) use finding::{read_confidence, read_line};
pub(crate) use tags::{leading_kind, read_tag};
