//! One module per output format.

pub(crate) mod comment;
pub(crate) mod github;
pub(crate) mod gitlab;
#[cfg(feature = "html")]
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod markdown_comment;
pub(crate) mod rdjson;
#[cfg(feature = "sarif")]
pub(crate) mod sarif;
pub(crate) mod terminal;
