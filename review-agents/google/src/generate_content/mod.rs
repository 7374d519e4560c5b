//! The API's `generateContent`, streamed or whole.

mod backend;
mod codec;
mod failure;
mod request;

pub use backend::GenerateContent;
pub use codec::GenerateContentCodec;
