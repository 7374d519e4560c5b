//! Tool output.

use review_core::Review;

use crate::format::Format;
use crate::options::IngestOptions;

/// Reads tool output; `None` when the text is not of that form.
pub(crate) fn read_tool(_text: &str, _format: Format, _options: &IngestOptions) -> Option<Review> {
    None
}
