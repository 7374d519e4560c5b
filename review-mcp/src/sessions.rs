//! What is reviewed, and by whom.

use std::path::PathBuf;
use std::sync::Arc;

use deep_review::git::{ChangeOptions, GitRepository};
use deep_review::{Cancel, Error, ErrorKind, Result, Reviewer, Session};

/// Makes the session of each run. What a client may ask for is decided here: it names reviewers that are offered, never ones
/// of its own.
pub trait Sessions: Send + Sync + 'static {
    /// Names of the reviewers that a client may choose from. Without a choice all of them review.
    fn reviewers(&self) -> Vec<String>;

    /// The session over a change with these reviewers; an empty list means that reviews are only consolidated. It may block.
    ///
    /// # Errors
    /// When the change is unknown or a reviewer can't be made.
    fn session(&self, change: &ChangeOptions, reviewers: &[String], cancel: &Cancel) -> Result<Session>;
}

/// Sessions over one repository with reviewers that are there already.
pub struct RepositorySessions {
    folder: PathBuf,
    reviewers: Vec<Arc<dyn Reviewer>>,
}

impl RepositorySessions {
    /// Sessions over the repository that `folder` is in.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), reviewers: Vec::new() }
    }

    /// Offers a reviewer.
    #[must_use]
    pub fn with_reviewer(mut self, reviewer: impl Reviewer + 'static) -> Self {
        self.reviewers.push(Arc::new(reviewer));
        self
    }
}

impl Sessions for RepositorySessions {
    fn reviewers(&self) -> Vec<String> {
        self.reviewers.iter().map(|reviewer| reviewer.info().name.clone()).collect()
    }

    fn session(&self, change: &ChangeOptions, reviewers: &[String], cancel: &Cancel) -> Result<Session> {
        let comparison = GitRepository::open(&self.folder, cancel)?.compare(change, cancel)?;
        let mut session = Session::compare(comparison)?;
        for name in reviewers {
            let known = self.reviewers.iter().find(|reviewer| reviewer.info().name == *name);
            let reviewer = known.ok_or_else(|| {
                Error::new(ErrorKind::InvalidInput, "no such reviewer is offered").with_context("given", name)
            })?;
            session = session.with_reviewer(Arc::clone(reviewer));
        }
        Ok(session)
    }
}
