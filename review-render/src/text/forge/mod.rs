//! Text of others as Markdown that means the same on every forge: their Markdown is read into events and written anew
//! by a writer that knows a fixed set of blocks and marks. What the writer did not mean is not in the output.

mod block;
#[cfg(test)]
mod dialects;
mod inline;

pub(crate) use inline::Link;
use inline::{Pieces, Place};

use super::clean::visible;
use super::{unmarked, up_to};

/// Longest body that is kept, in bytes. Longer ones are cut with a remark: no explanation needs more, and the parsers
/// behind a forge have their own limits.
const MAX_BODY_BYTES: usize = 64 << 10;

/// What a text may be linked to.
pub(crate) trait Linker {
    /// The parts of a literal text that become links, in order and without overlap.
    fn find(&self, text: &str) -> Vec<Link>;
    /// Where a code span as a whole leads.
    fn code(&self, code: &str) -> Option<String>;
    /// The address of a link that the text itself has, as it may be written; none where it may not be followed.
    fn follow(&self, address: &str) -> Option<String>;
}

/// Block text. The result ends without a line feed.
pub(crate) fn body(text: &str, linker: &dyn Linker) -> String {
    let (text, cut) = up_to(text, MAX_BODY_BYTES);
    let text = visible(text);
    let mut out = block::write(text.trim_matches('\n').trim_end(), linker);
    if cut {
        out.push_str("\n\n_(cut here: the text is longer than a report can show)_");
    }
    out
}

/// One line of inline text, such as a title: code spans stay, everything else is literal.
pub(crate) fn inline(text: &str) -> String {
    spans(text, Place::Block)
}

/// Inline text in a cell of a table.
pub(crate) fn cell(text: &str) -> String {
    spans(text, Place::Cell)
}

/// Inline text inside of an HTML element of a Markdown document.
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

/// Inline code of any text, on one line.
pub(crate) fn code(text: &str) -> String {
    super::fence::span(&super::clean::line(text, 500), false)
}

/// Inline code in a cell of a table.
pub(crate) fn cell_code(text: &str) -> String {
    super::fence::span(&super::clean::line(text, 500), true)
}
