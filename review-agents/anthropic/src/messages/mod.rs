//! The Messages API.

mod backend;
mod codec;
mod failure;
mod request;

pub use backend::{Messages, Thinking};
pub use codec::MessagesCodec;
