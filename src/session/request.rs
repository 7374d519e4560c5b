//! What each reviewer is asked.

use std::sync::Arc;

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
            request.patches = comparison.patches(wanted, MAX_DIFF_BYTES, cancel)?.into();
        }
        Ok(request)
    }
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
