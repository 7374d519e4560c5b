//! Reviews that are in files.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use review_core::{Capabilities, Cx, Identity, Result, Review, ReviewRequest, Reviewer, ReviewerInfo};
use review_ingest::{Format, IngestOptions, ingest};

use super::options::shared;
use super::{Backend, OptionInfo, OptionKind};

/// Largest recorded review that is read: 64 MiB.
const MAX_REVIEW_BYTES: u64 = 64 << 20;

/// A backend that reads its review from a file, in one form or in any.
pub(super) fn recorded(name: &'static str, about: &str, format: Option<Format>) -> Backend {
    Backend::new(name, about, move |spec| {
        let capabilities = Capabilities::default().with_deterministic(true);
        let info = ReviewerInfo::new(&spec.name)
            .with_identity(Identity::default().with_provider(name))
            .with_capabilities(capabilities);
        Ok(Arc::new(RecordedReviewer { info, file: PathBuf::from(spec.required("file")?), format }))
    })
    .with_options(OPTIONS)
}

const OPTIONS: &[OptionInfo] = &[
    shared::FILE.required(),
    OptionInfo::new("passes", OptionKind::Count, "how many passes it stands for", "2").with_default("1"),
];

/// Returns the review that is in a file.
struct RecordedReviewer {
    info: ReviewerInfo,
    file: PathBuf,
    format: Option<Format>,
}

#[async_trait]
impl Reviewer for RecordedReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        cx.cancel.check()?;
        let mut options = IngestOptions::new(&self.info.name).with_pass(request.pass);
        options.format = self.format;
        let mut review = ingest(&crate::files::read_bounded(&self.file, MAX_REVIEW_BYTES)?, &options)?;
        if review.identity.provider.is_none() {
            review.identity.provider.clone_from(&self.info.identity.provider);
        }
        Ok(review)
    }
}
