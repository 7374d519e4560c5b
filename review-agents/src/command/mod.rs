//! Any program as an agent: it gets the prompt on standard input and answers on standard output.
//!
//! * [`Command::shell`] and [`Command::new`]: what it prints is the answer.
//! * [`Command::from_config`]: a program that speaks in events, one JSON object a line, described as data
//!   ([`ProgramConfig`]). One for opencode comes along: [`OPENCODE`].
//!
//! The program runs in the checkout, with a home and a temporary folder of its own, and with no variable of this process but
//! the ones that are given. It is started by the user's explicit wish only: a program can do what its user can, unless it
//! is kept from writing ([`Command::only_reading`]).

mod backend;
mod config;
mod events;
mod plain;

pub use backend::Command;
pub use config::{EndMap, ErrorMap, EventMap, ProgramConfig, ReadMap, TextMap, ToolMap, UsageMap};

/// The configuration of opencode 1.18.
pub const OPENCODE: &str = include_str!("../../programs/opencode.json");
