//! Untrusted Markdown, rewritten so that it means the same on every forge: it is parsed into events, and a writer that
//! knows a fixed set of blocks and marks writes it anew. Anything else cannot appear in the output.

mod block;
mod containers;
#[cfg(test)]
mod dialects;
mod inline;

pub(crate) use inline::Link;
use inline::{Pieces, Place};

use super::clean::visible;
use super::{unmarked, up_to};

/// Longest body, in bytes. A longer one is cut with a note: no explanation needs more, and the parsers of forges have
/// limits of their own.
const MAX_BODY_BYTES: usize = 64 << 10;

/// Decides what is linked.
pub(crate) trait Linker {
    /// Returns the parts of a literal text that become links, in order and without overlap.
    fn find(&self, text: &str) -> Vec<Link>;
    /// Returns the destination of a code span as a whole.
    fn code(&self, code: &str) -> Option<String>;
    /// Returns the destination for a link of the text itself, or `None` if it may not be followed.
    fn follow(&self, address: &str) -> Option<String>;
}

/// Rewrites block text. The result does not end with a line feed.
pub(crate) fn body(text: &str, linker: &dyn Linker) -> String {
    let (text, cut) = up_to(text, MAX_BODY_BYTES);
    let text = visible(text);
    let mut out = block::write(text.trim_matches('\n').trim_end(), linker);
    if cut {
        out.push_str("\n\n_(cut here: the text is longer than a report can show)_");
    }
    out
}

/// Writes one line of text, such as a title: code spans are kept, everything else is literal.
pub(crate) fn inline(text: &str) -> String {
    spans(text, Place::Block)
}

/// Writes one line of text for a table cell.
pub(crate) fn cell(text: &str) -> String {
    spans(text, Place::Cell)
}

/// Writes one line of text for an HTML element in a Markdown document.
pub(crate) fn html_line(text: &str) -> String {
    spans(text, Place::Html)
}

fn spans(text: &str, place: Place) -> String {
    let text = unmarked(&super::clean::line(text, 2_000));
    let mut pieces = Pieces::new(place);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of back-ticks: the last one is text.
    let pairs = (parts.len() - 1) / 2 * 2;
    let mut literal = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index % 2 == 1 && index < pairs && !part.is_empty() {
            pieces.literal(&std::mem::take(&mut literal));
            pieces.code(part);
        } else {
            if index > pairs {
                literal.push('`');
            }
            literal.push_str(part);
        }
    }
    pieces.literal(&literal);
    pieces.source()
}

/// Writes any text as inline code, on one line.
pub(crate) fn code(text: &str) -> String {
    super::fence::span(&super::clean::line(text, 500), false)
}

/// Writes any text as inline code for a table cell.
pub(crate) fn cell_code(text: &str) -> String {
    super::fence::span(&super::clean::line(text, 500), true)
}
