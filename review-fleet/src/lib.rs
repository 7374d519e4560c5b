//! The service: webhooks in, one review job a change, one machine or many.
//!
//! * [`Job`]: a review of the newest head of one pull request.
//! * [`Dispatcher`]: takes jobs and gives them to a [`Worker`], one at a time for a change, the newest head first. [`Local`] does so within
//!   one process and keeps its queue in a folder.
//! * [`Lease`]: the right to work on a change. [`Fenced`] lets a forge be written to only as long as it holds.
//! * [`ReviewWorker`]: reviews a pull request and publishes the report.

mod dispatcher;
mod fenced;
mod job;
mod lease;
mod local;
mod review_worker;
mod store;

pub use dispatcher::{Dispatcher, Done, JobState, JobView, Submitted, Worker};
pub use fenced::Fenced;
pub use job::{ChangeKey, Job, Priority};
pub use lease::{Lease, LeaseCheck};
pub use local::{Limits, Local};
pub use review_worker::{ReviewWorker, Setup};
