//! The service: webhooks in, one review job a change, one machine or many.
//!
//! * [`Job`]: a review of the newest head of one pull request.
//! * [`Dispatcher`]: takes jobs and gives them to a [`Worker`], one at a time for a change, the newest head first. [`Local`] does so within
//!   one process and keeps its queue in a folder; [`Postgres`] (feature `postgres`) for workers on several machines.
//! * [`Lease`]: the right to work on a change. [`Fenced`] lets a forge be written to only as long as it holds.
//! * [`ReviewWorker`]: reviews a pull request and publishes the report, within [`Budgets`]. [`Records`] are its runs on disk.
//! * [`serve`] (feature `serve`): webhooks, health, metrics and the page of runs.

mod dispatcher;
mod explain;
mod fenced;
mod job;
mod lease;
mod local;
mod metrics;
#[cfg(feature = "postgres")]
mod postgres;
mod records;
mod review_worker;
#[cfg(feature = "serve")]
pub mod serve;
mod spending;
mod store;

pub use dispatcher::{Dispatcher, Done, JobState, JobView, Load, Submitted, Worker};
pub use explain::explain;
pub use fenced::Fenced;
pub use job::{ChangeKey, Job, Priority};
pub use lease::{Lease, LeaseCheck};
pub use local::{Limits, Local};
pub use metrics::Metrics;
#[cfg(feature = "postgres")]
pub use postgres::Postgres;
pub use records::{Records, Run, RunSummary};
pub use review_worker::{ReviewWorker, Setup};
pub use spending::Budgets;
