//! The embedded reviewer: rules and comparisons as a reviewer of a change.

use std::sync::Arc;
use std::thread;

use async_trait::async_trait;
use review_core::{
    Cancel, Capabilities, Completeness, CoverageNote, Cx, Diagnostic, Error, ErrorKind, Identity, LineRange,
    Result, Review, ReviewRequest, Reviewer, ReviewerInfo, ReviewerKind, Severity,
};
use tokio::sync::oneshot;

use crate::catalogue::Catalogue;
use crate::repository_rules;
use crate::review::{Outcome, review};

/// Reviews a change with structural rules and by comparing base and head: offline, without a key, deterministic.
pub struct RulesReviewer {
    info: ReviewerInfo,
    catalogue: Arc<Catalogue>,
    uses_repository: bool,
}

impl RulesReviewer {
    /// A reviewer with what is on by default.
    ///
    /// # Errors
    /// Never for the rules as shipped.
    pub fn new(name: impl Into<String>) -> Result<Self> {
        Ok(Self::with_catalogue(name, Catalogue::standard()?))
    }

    /// A reviewer with these rules and checks only.
    pub fn with_catalogue(name: impl Into<String>, catalogue: Catalogue) -> Self {
        let capabilities =
            Capabilities::default().with_needs_tree(true).with_uses_tools(true).with_deterministic(true);
        let identity = Identity::default()
            .with_kind(ReviewerKind::Tool)
            .with_provider("rules")
            .with_version(env!("CARGO_PKG_VERSION"));
        let info = ReviewerInfo::new(name).with_identity(identity).with_capabilities(capabilities);
        Self { info, catalogue: Arc::new(catalogue), uses_repository: true }
    }

    /// Leaves the rules alone that the repository has in `.deep-review/rules` at the base commit. Unless this is called they
    /// are used beside the others; those that can't be used are named in the review's diagnostics.
    #[must_use]
    pub fn without_repository_rules(mut self) -> Self {
        self.uses_repository = false;
        self
    }
}

#[async_trait]
impl Reviewer for RulesReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    /// # Cancellation
    /// Files that are being looked at are finished, no further one is begun; what was found is returned, as truncated.
    /// A future that is dropped ends the work in the same way.
    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        let tree = request.tree.clone().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "the rules need the source, and no source tree was given")
        })?;
        // Parsing blocks, and it uses every core: on a thread of its own it holds up nobody.
        let guard = CancelOnDrop(cx.cancel.child());
        let (cancel, catalogue, asked) = (guard.0.clone(), Arc::clone(&self.catalogue), Arc::clone(&request));
        let uses_repository = self.uses_repository;
        let (done, outcome) = oneshot::channel();
        let work = move || {
            let outcome =
                match uses_repository.then(|| repository_rules::with_base(&catalogue, &*tree, &cancel)) {
                    Some(Ok(Some((more, notices)))) => {
                        let mut outcome = review(&more, &asked.change, &*tree, &cancel);
                        outcome.notices = notices;
                        outcome
                    }
                    Some(Err(error)) => Outcome::ended(error.to_string()),
                    _ => review(&catalogue, &asked.change, &*tree, &cancel),
                };
            // Nobody waits any more: the future was dropped.
            let _ = done.send(outcome);
        };
        thread::Builder::new().name("rules".to_owned()).spawn(work)?;
        let outcome =
            outcome.await.map_err(|_| Error::new(ErrorKind::Internal, "the search ended with a panic"))?;
        let review =
            Review::new(&self.info.name).with_pass(request.pass).with_identity(self.info.identity.clone());
        Ok(written(review, outcome))
    }
}

/// Ends the work when nobody waits for it.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// The outcome as a review.
fn written(mut review: Review, outcome: Outcome) -> Review {
    review.findings = outcome.findings;
    review.diagnostics.extend(outcome.notices.into_iter().map(|notice| Diagnostic::new(0, notice)));
    for (path, why) in &outcome.left_alone {
        review.diagnostics.push(Diagnostic::new(0, format!("{path} was left alone: {why}")));
    }
    for (path, skip) in &outcome.skipped {
        review
            .diagnostics
            .push(Diagnostic::new(0, format!("{path} was not looked at, or not whole: {skip}")));
    }
    if let Some((path, skip)) = outcome.skipped.first() {
        review.completeness = Completeness::Truncated;
        review.incomplete_reason = Some(format!(
            "{} files were not looked at, or not whole, {path} among them: {skip}",
            outcome.skipped.len()
        ));
    }
    if let Some(reason) = outcome.ended {
        review.completeness = Completeness::Truncated;
        review.incomplete_reason = Some(reason);
    }
    for (path, lines) in outcome.covered {
        let note = CoverageNote::new(path, "parsed and searched with the rules");
        review.sections.coverage.push(note.with_range(LineRange::new(1, lines)));
    }
    numbered(review)
}

/// Gives ids by severity letter, in order of path, line and title.
fn numbered(mut review: Review) -> Review {
    review.findings.sort_by(|a, b| {
        (a.locations.first(), &a.title, &a.locations).cmp(&(b.locations.first(), &b.title, &b.locations))
    });
    let mut counts = [0_u32; 3];
    for finding in &mut review.findings {
        let severity = finding.severity.unwrap_or(Severity::Suggestion);
        let slot = match severity {
            Severity::Critical => 0,
            Severity::Important => 1,
            _ => 2,
        };
        if let Some(count) = counts.get_mut(slot) {
            *count += 1;
            finding.id = format!("{}{count}", severity.letter());
        }
    }
    review
}
