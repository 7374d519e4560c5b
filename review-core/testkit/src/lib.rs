//! For people who test: builders that make a scenario a few lines long, and the conformance suites that every
//! implementation of a Deep Review trait must pass.
//!
//! This crate is a test dependency: it panics with a clear message where a test is written wrongly.
//!
//! ```
//! use review_testkit::{finding, review, scenario};
//!
//! let input = scenario()
//!     .file("net/pool.rs", "fn a() {}\n", "fn a() {}\nfn b() {}\n")
//!     .review(review("claude").with_finding(finding("I1 Lost error @ net/pool.rs:2 `fn b() {}`")))
//!     .review(review("codex").with_finding(finding("S1 `b` is never called @ net/pool.rs:2")))
//!     .input();
//! assert_eq!(input.change.files[0].hunks.len(), 1);
//! ```
#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "a test helper reports a wrongly written test by panicking"
)]

mod build;
pub mod conformance;
mod environment;
mod fake_cli;
#[cfg(feature = "forge")]
pub mod fake_forge;
mod http;
pub mod model_server;
#[cfg(unix)]
mod postgres;
mod redact;

pub use build::{OrFailed, Scenario, finding, review, scenario};
pub use fake_cli::{FakeCli, sleepers};

pub use environment::{Ran, TestEnvironment};
#[cfg(unix)]
pub use postgres::PostgresServer;
pub use redact::{json, redacted};
