//! Pull requests in, reviews out.
//!
//! * [`ChangeAddress`]: which change at which forge, from an address or a number.
//! * [`conformance`]: tells what an adapter of your own lacks.
//! * [`Forge`]: reads a change and what was said about it, and makes one write. One implementation for each forge, behind
//!   the features `github`, `gitlab` and `gitea`.
//! * [`rounds`]: what earlier rounds and people's answers mean for this one. Pure.
//! * [`plan()`]: the exact list of writes that brings the forge from what is there to what the report says. Pure.
//! * [`publish()`]: makes the writes, one after the other. It may be stopped and run again at any point: since each plan is made from
//!   what is there, the end is the same.
//! * [`command`] and [`event`]: commands that people write in comments, and what forges tell in webhooks. Pure.
//!
//! "Pull request" stands for GitLab's merge request as well.
//!
//! ```
//! use review_core::Report;
//! use review_forge::{Discussion, ForgeCapabilities, PublishOptions, plan};
//!
//! let there = Discussion::default().with_viewer("deep-review[bot]");
//! let plan = plan(&Report::default(), &there, &ForgeCapabilities::github(), &PublishOptions::default());
//! let words: Vec<&str> = plan.writes.iter().map(|planned| planned.write.name()).collect();
//! assert_eq!(words, ["create summary", "check"]);
//! ```

mod address;
pub mod command;
pub mod conformance;
pub mod event;
mod forge;
#[cfg(feature = "gitea")]
mod gitea;
#[cfg(feature = "github")]
mod github;
#[cfg(feature = "gitlab")]
mod gitlab;
#[cfg(feature = "http")]
mod http;
#[cfg(feature = "http")]
pub mod login;
mod marker;
mod model;
mod plan;
mod publish;
#[cfg(any(feature = "github", feature = "gitea"))]
mod pull;
pub mod rounds;
mod state;
pub mod trigger;

pub use address::{ChangeAddress, ForgeKind};
pub use forge::Forge;
#[cfg(feature = "gitea")]
pub use gitea::Gitea;
#[cfg(feature = "github")]
pub use github::Github;
#[cfg(feature = "gitlab")]
pub use gitlab::Gitlab;
pub use model::{
    BranchTip, ChangeRequest, Check, Comment, Discussion, FetchSource, ForgeCapabilities, Permission,
    PostedReview, Reaction, RequestState, Thread,
};
pub use plan::{
    Annotation, Conclusion, InlineComment, Placement, PlannedWrite, PublishOptions, PublishPlan, Write,
    Written, plan,
};
pub use publish::{Published, answer, dry_run, publish};
