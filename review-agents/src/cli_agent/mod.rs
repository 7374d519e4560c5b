//! Agent programs that speak in events: one adapter is a codec without input or output, and [`CliAgent`] does the rest.
//!
//! An adapter says how its program is started ([`CliBackend::invocation`]) and what its lines mean ([`CliCodec`]). Driving
//! the process, bounding it, turning steps into events, and deciding what an end is worth, is the same for all of them.

mod agent;
mod attempt;
mod codec;
mod fingerprint;

pub use agent::CliAgent;
pub use codec::{CliBackend, CliCodec, Guard, Setting, Step};

pub use crate::frame::Frame;

/// The examples of the guide to adapters are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/adapters.md")]
mod guide {}
