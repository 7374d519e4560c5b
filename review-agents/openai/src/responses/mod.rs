//! The Responses API.

mod backend;
mod codec;
mod request;

pub use backend::Responses;
pub use codec::ResponsesCodec;
