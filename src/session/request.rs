//! What each reviewer is asked.

use std::sync::Arc;

#[cfg(feature = "git")]
use review_core::Since;
use review_core::{Action, Cancel, DeclinedItem, Report, Resolution, Result, ReviewRequest};

use super::Session;
use crate::guidance::guidance;

/// Longest diff that is put into a request, in bytes. What comes after is in no prompt; reviewers with tools can read it.
#[cfg(feature = "git")]
const MAX_DIFF_BYTES: usize = 16 << 20;

impl Session {
    /// What each reviewer will be asked.
    ///
    /// # Errors
    /// When the source can't be read.
    pub fn request(&self, cancel: &Cancel) -> Result<ReviewRequest> {
        let mut request = ReviewRequest::new(self.change.clone()).with_tree(Arc::clone(&self.tree));
        request.guidance = guidance(&*self.tree, &self.change, cancel)?;
        request.extra_dirs.clone_from(&self.extra_dirs);
        request.declined = declined(&self.previous, &self.resolutions);
        #[cfg(feature = "git")]
        if let Some(comparison) = &self.comparison {
            let wanted =
                |path: &str| self.change.excluded.binary_search_by(|other| other.as_str().cmp(path)).is_err();
            if let (Some(commit), Some(head)) = (&self.since, comparison.commit()) {
                request.since = Some(since(comparison.repository(), commit, head, &self.change, cancel)?);
            }
            request.patches = comparison.patches(wanted, MAX_DIFF_BYTES, cancel)?.into();
        }
        Ok(request)
    }
}

/// What of the change's files differs between the commit that was reviewed before and the head. After a rebase that may include what
/// the new base brought to these files.
#[cfg(feature = "git")]
fn since(
    repository: &review_git::GitRepository,
    commit: &str,
    head: &str,
    change: &review_core::ChangeSet,
    cancel: &Cancel,
) -> Result<Since> {
    let commit = repository.resolve(commit, cancel)?;
    let rewritten = repository.merge_base(&commit, head, cancel)?.as_deref() != Some(commit.as_str());
    let options = review_git::ChangeOptions::range(&commit, head).directly();
    let mut files = repository.compare(&options, cancel)?.change_set(cancel)?.files;
    files.retain(|file| change.file(&file.path).is_some());
    Ok(Since::new(commit, rewritten, files))
}

fn declined(previous: &[Report], resolutions: &[Resolution]) -> Vec<DeclinedItem> {
    let mut items = Vec::new();
    for resolution in resolutions {
        let Some(report) = previous.iter().find(|report| report.id == resolution.report) else { continue };
        for resolved in resolution.items.iter().filter(|resolved| resolved.action == Action::Declined) {
            if let Some(finding) = report.finding(&resolved.item) {
                items.push(DeclinedItem {
                    title: finding.title.clone(),
                    reason: resolved.reason.clone().unwrap_or_else(|| "no reason was given".into()),
                    location: finding.locations.first().cloned(),
                });
            }
        }
    }
    items
}
