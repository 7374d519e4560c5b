//! Models over HTTP: an adapter says what is sent and what comes back means; the driver does the rest.
//!
//! * [`ChatBackend`] makes the request of one exchange, and maps a refusal.
//! * [`ChatCodec`] reads one answer, streamed or whole, without input or output.
//! * [`HttpModel`] drives both: one exchange with bounds, cancellation and secrets stripped. It never tries again: that is
//!   the business of [layers](crate::layers); [`HttpModel::with_usual_layers`] puts them on.
//!
//! A stream that ends without its own end marker is a truncated exchange, whatever the status said. So is a whole answer
//! that is not what the API answers with.

mod api;
mod client;
mod codec;
mod common;
mod driver;
mod probe;
mod retry_after;
pub mod schema;
mod sse;

pub use api::{Api, Login};
pub use codec::{ChatBackend, ChatCodec, HttpError, HttpRequest, broken, status_kind};
pub use common::{address, excerpt, parameters, raw_items};
pub use driver::HttpModel;
pub use probe::Probe;

pub use crate::frame::Frame;
