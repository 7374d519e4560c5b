#![doc = include_str!("../README.md")]

pub mod backends;
#[cfg(feature = "bench")]
pub mod bench;
#[cfg(feature = "git")]
mod checkouts;
pub mod files;
mod guidance;
#[cfg(feature = "forge")]
pub mod pull_request;
pub mod record;
pub mod session;

pub use review_agents::{self as agents, AgentReviewer, Journal, RunOutcome, Runner};
#[cfg(feature = "rules")]
pub use review_analyzers as analyzers;
pub use review_consolidate::{self as consolidate, StandardConsolidator};
pub use review_core::*;
#[cfg(feature = "forge")]
pub use review_forge as forge;
#[cfg(feature = "git")]
pub use review_git::{self as git, ChangeOptions, Comparison, GitRepository};
pub use review_ingest::{self as ingest, IngestOptions};
pub use review_render::{self as render, renderer};
pub use review_scratch as scratch;

pub use backends::{Backend, OptionInfo, OptionKind, Registry, ReviewerSpec};
#[cfg(feature = "forge")]
pub use pull_request::PullRequest;
pub use session::{Session, SessionOutcome, replay};

/// What a program that embeds a review usually imports: `use deep_review::prelude::*;`.
///
/// The traits that are called by method, and the few types that every such program names.
pub mod prelude {
    #[cfg(feature = "git")]
    pub use crate::ChangeOptions;
    pub use crate::{
        Consolidator, Cx, Error, Policy, Registry, Renderer, Report, Result, Review, Reviewer, Session,
        Severity, SourceTree,
    };
}
