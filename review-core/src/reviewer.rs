//! Reviewers: whoever turns a change into a review.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::builder::setters;
use crate::change::{ChangeSet, ChangedFile};
use crate::cx::Cx;
use crate::error::Result;
use crate::review::{Identity, Review};
use crate::tree::SourceTree;

/// Turns a request into a review: an AI agent, an analyser, a recording, a person.
///
/// # Contract
/// * A failure is an `Err`. Whoever runs the reviewer ([`Runner`](https://docs.rs/review-agents)) makes the failed review
///   of it, with the last delivery where there was one, so that no failure can look like a clean review.
/// * A review that ended early on purpose is `Ok` with `completeness` `Truncated`, a one-line reason, and what was found.
/// * A review without findings is only `Complete` when the reviewer is sure that it looked and found nothing.
/// * Labels of findings and section items are unique within the review.
/// * Long work delivers what it has ([`Cx::deliver`]) now and then.
/// * Secrets never appear in a review, an event or a reason.
///
/// # Cancellation
/// When `cx.cancel` is raised the reviewer has five seconds to deliver and return; then its future is dropped.
/// Dropping it at any await must leave no process and no temporary file.
///
/// ```
/// use std::sync::Arc;
/// use async_trait::async_trait;
/// use review_core::{Cx, RawFinding, Result, Review, ReviewRequest, Reviewer, ReviewerInfo};
///
/// struct BigChange(ReviewerInfo);
///
/// #[async_trait]
/// impl Reviewer for BigChange {
///     fn info(&self) -> &ReviewerInfo { &self.0 }
///     async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
///         cx.cancel.check()?;
///         let mut review = Review::new(&self.0.name).with_pass(request.pass);
///         if request.change.line_counts().0 > 1_000 {
///             review = review.with_finding(RawFinding::new("This change is too big to review").with_id("S1"));
///         }
///         Ok(review)
///     }
/// }
/// ```
#[async_trait]
pub trait Reviewer: Send + Sync {
    /// Who this is and what it can do.
    fn info(&self) -> &ReviewerInfo;

    /// Makes one pass over a change.
    ///
    /// # Errors
    /// Whatever kept it from reviewing, secrets stripped.
    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review>;
}

#[async_trait]
impl<T: Reviewer + ?Sized> Reviewer for Arc<T> {
    fn info(&self) -> &ReviewerInfo {
        (**self).info()
    }
    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        (**self).review(request, cx).await
    }
}

#[async_trait]
impl<T: Reviewer + ?Sized> Reviewer for Box<T> {
    fn info(&self) -> &ReviewerInfo {
        (**self).info()
    }
    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        (**self).review(request, cx).await
    }
}

#[async_trait]
impl<T: Reviewer + ?Sized> Reviewer for &T {
    fn info(&self) -> &ReviewerInfo {
        (**self).info()
    }
    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        (**self).review(request, cx).await
    }
}

/// Wraps a service in another one of the same kind: retry, deadline, budget, recording, tracing.
///
/// Which layer sits where matters. Retry and rate limits belong on the single exchange with a model; deadline,
/// budget, recording and capability checks on the whole review.
pub trait Layer<S: ?Sized> {
    /// Wraps `inner`.
    fn layer(&self, inner: Arc<S>) -> Arc<S>;
}

/// Who a reviewer is and what it can do, before it has run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReviewerInfo {
    /// Name within the run; unique, not empty.
    pub name: String,
    /// As configured; the review says what answered.
    pub identity: Identity,
    /// What it can do and what it needs.
    pub capabilities: Capabilities,
    /// How many passes it makes.
    pub passes: u32,
}

impl ReviewerInfo {
    /// A reviewer of one pass of which only the name is known.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), passes: 1, ..Self::default() }
    }
}

setters!(ReviewerInfo {
    set with_identity = identity: Identity,
    val with_capabilities = capabilities: Capabilities,
    val with_passes = passes: u32,
});

/// What a reviewer can do and what it needs: one flat value. A request that it can't serve is refused before
/// money is spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// Needs a checkout on disk.
    pub needs_checkout: bool,
    /// May change its checkout, so that it must have one of its own.
    pub may_write: bool,
    /// Needs a [`SourceTree`].
    pub needs_tree: bool,
    /// Reads files on its own; its coverage is known from its tool calls.
    pub uses_tools: bool,
    /// Delivers partial results.
    pub delivers: bool,
    /// Reports tokens.
    pub reports_usage: bool,
    /// Costs money.
    pub costs_money: bool,
    /// Contacts something beyond this machine.
    pub uses_network: bool,
    /// Same request, same review.
    pub deterministic: bool,
    /// Goes on from [`ReviewRequest::earlier`] instead of beginning anew.
    pub resumes: bool,
}

setters!(Capabilities {
    val with_needs_checkout = needs_checkout: bool,
    val with_may_write = may_write: bool,
    val with_needs_tree = needs_tree: bool,
    val with_uses_tools = uses_tools: bool,
    val with_delivers = delivers: bool,
    val with_reports_usage = reports_usage: bool,
    val with_costs_money = costs_money: bool,
    val with_uses_network = uses_network: bool,
    val with_deterministic = deterministic: bool,
    val with_resumes = resumes: bool,
});

/// What a reviewer is asked to review.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ReviewRequest {
    /// The change.
    pub change: ChangeSet,
    /// Which pass this is, from 1.
    pub pass: u32,
    /// The diff of each changed file as text, where the caller has it. A file that is missing here is too large, or the
    /// reviewer is to read it itself.
    pub patches: Arc<[FilePatch]>,
    /// Guidance of the repository, from the base commit: untrusted data, to be fenced in prompts.
    pub guidance: Vec<Guidance>,
    /// What was declined in earlier rounds and why, so that it is not raised again without new evidence.
    pub declined: Vec<DeclinedItem>,
    /// What has changed since the head that was reviewed before; absent in a first round. The whole change is under review all the
    /// same.
    pub since: Option<Since>,
    /// Answers questions about the source.
    pub tree: Option<Arc<dyn SourceTree>>,
    /// A private checkout of the head, that the reviewer may read but must not change.
    pub checkout: Option<PathBuf>,
    /// Further folders that the reviewer may read.
    pub extra_dirs: Vec<PathBuf>,
    /// What this same pass had brought before the run was interrupted. A reviewer that
    /// [`resumes`](Capabilities::resumes) asks only for what is missing.
    pub earlier: Option<Arc<Review>>,
    /// Bounds.
    pub limits: Limits,
}

/// What has changed since an earlier review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Since {
    /// Full id of the commit that was reviewed.
    pub commit: String,
    /// Whether the branch was written anew, so that the commit is not part of its history any more.
    pub rewritten: bool,
    /// The files of the change that differ from that commit, with hunks from it to the head, ordered by path.
    pub files: Vec<ChangedFile>,
}

impl Since {
    /// Since a commit.
    pub fn new(commit: impl Into<String>, rewritten: bool, files: Vec<ChangedFile>) -> Self {
        Self { commit: commit.into(), rewritten, files }
    }
}

impl ReviewRequest {
    /// A first pass over a change.
    pub fn new(change: ChangeSet) -> Self {
        Self { change, pass: 1, ..Self::default() }
    }
}

setters!(ReviewRequest {
    val with_pass = pass: u32,
    set with_patches = patches: Arc<[FilePatch]>,
    push with_guidance = guidance: Guidance,
    push with_declined = declined: DeclinedItem,
    some with_tree = tree: Arc<dyn SourceTree>,
    opt with_checkout = checkout: PathBuf,
    push with_extra_dir = extra_dirs: PathBuf,
    some with_earlier = earlier: Arc<Review>,
    val with_limits = limits: Limits,
});

impl std::fmt::Debug for ReviewRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReviewRequest")
            .field("change", &self.change)
            .field("pass", &self.pass)
            .field("checkout", &self.checkout)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// The diff of one file: its hunks in the order of [`ChangedFile::hunks`](crate::ChangedFile), each behind its own `@@`
/// line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FilePatch {
    /// The file's path at head, or at base where it is gone.
    pub path: String,
    /// Unified diff.
    pub text: String,
}

impl FilePatch {
    /// The patch of a file.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// What stands before the first hunk, and the hunks, each with its `@@` line.
    pub fn pieces(&self) -> (&str, Vec<&str>) {
        // Lines of a hunk begin with a sign, so no line of content is taken for a header.
        let starts: Vec<usize> = self
            .text
            .match_indices("@@ ")
            .map(|(at, _)| at)
            .filter(|at| *at == 0 || self.text.as_bytes().get(at - 1) == Some(&b'\n'))
            .collect();
        let end = |index: usize| starts.get(index + 1).copied().unwrap_or(self.text.len());
        let header = self.text.get(..starts.first().copied().unwrap_or(self.text.len())).unwrap_or_default();
        let hunk = |(index, start): (usize, &usize)| self.text.get(*start..end(index)).unwrap_or_default();
        (header, starts.iter().enumerate().map(hunk).collect())
    }
}

/// A file of guidance from the base commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guidance {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Something that the author declined in an earlier round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclinedItem {
    /// Its title.
    pub title: String,
    /// Why it was declined.
    pub reason: String,
    /// Where it was.
    pub location: Option<crate::location::Location>,
}

/// Bounds of one review. Absent: none beside the runner's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Wall-clock time.
    pub time: Option<Duration>,
    /// Exchanges with the model.
    pub turns: Option<u32>,
    /// Output tokens.
    pub output_tokens: Option<u64>,
    /// Money, in millionths of a US dollar.
    pub cost_micro_usd: Option<u64>,
}

impl Limits {
    /// The lower one of each bound; a bound that only one of them has, counts.
    #[must_use]
    pub fn lower(self, other: Self) -> Self {
        fn low<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
            match (a, b) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            }
        }
        Self {
            time: low(self.time, other.time),
            turns: low(self.turns, other.turns),
            output_tokens: low(self.output_tokens, other.output_tokens),
            cost_micro_usd: low(self.cost_micro_usd, other.cost_micro_usd),
        }
    }
}

setters!(Limits {
    some with_time = time: Duration,
    some with_turns = turns: u32,
    some with_output_tokens = output_tokens: u64,
    some with_cost_micro_usd = cost_micro_usd: u64,
});

/// Pins object safety.
const _: fn(&dyn Reviewer) = |_| {};
