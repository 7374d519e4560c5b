//! The contract of a forge.

use async_trait::async_trait;
use review_core::{Cx, Result};

use crate::ForgeKind;
use crate::model::{ChangeRequest, Discussion, ForgeCapabilities, Permission};
use crate::plan::Write;

/// One repository at a forge.
///
/// An adapter translates: it decides nothing, retries nothing and waits for nothing. [`publish`](crate::publish()) does that, the same
/// for all. [`conformance`](crate::conformance) tells what an adapter lacks.
///
/// # Errors
/// `Unauthorized` for a right that the token lacks, `NotFound` for what is not there (or may not be seen), `RateLimited` with how long
/// to wait, `Unavailable` and `Timeout` when it is not known whether a write took, `InvalidInput` when the forge refuses what it was
/// sent. No error holds the token.
///
/// # Cancellation
/// Calls return with `Cancelled` soon after `cx.cancel` is raised. A write that was sent may have taken.
#[async_trait]
pub trait Forge: Send + Sync {
    /// Which forge it is.
    fn kind(&self) -> ForgeKind;

    /// Returns a pull request.
    async fn change(&self, number: u64, cx: Cx) -> Result<ChangeRequest>;

    /// Returns everything that was said about it, and the checks of its head.
    async fn discussion(&self, request: &ChangeRequest, cx: Cx) -> Result<Discussion>;

    /// Returns what this forge can do and this token may do. Asked before anything is written.
    async fn capabilities(&self, cx: Cx) -> Result<ForgeCapabilities>;

    /// Returns what an account may do in the repository.
    async fn permission(&self, login: &str, cx: Cx) -> Result<Permission>;

    /// Makes one write.
    async fn perform(&self, request: &ChangeRequest, write: &Write, cx: Cx) -> Result<()>;

    /// Returns the value of the header `Authorization` with which git fetches, where the repository needs one.
    async fn git_authorization(&self, cx: Cx) -> Result<Option<String>>;
}

/// Pins object safety.
const _: fn(&dyn Forge) = |_| {};
