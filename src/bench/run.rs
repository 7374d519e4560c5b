//! One run of one reviewer on one change.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Completeness, Review, Usage};

/// What one run of one reviewer on one change brought: a review for each of its passes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct BenchRun {
    /// The change's id.
    pub change: String,
    /// Who reviewed.
    pub reviewer: String,
    /// Which repetition it is, from 1.
    pub number: u32,
    /// What it brought.
    pub reviews: Vec<Review>,
    /// Labels of its findings, as in a recorded review.
    pub credits: BTreeMap<String, Vec<String>>,
    /// Findings that count for nothing.
    pub uncounted: BTreeSet<String>,
}

impl BenchRun {
    /// A run without labels.
    pub fn new(
        change: impl Into<String>,
        reviewer: impl Into<String>,
        number: u32,
        reviews: Vec<Review>,
    ) -> Self {
        Self { change: change.into(), reviewer: reviewer.into(), number, reviews, ..Self::default() }
    }

    /// Why a pass of it failed, if one did.
    pub fn failure(&self) -> Option<&str> {
        let failed = self.reviews.iter().find(|review| review.completeness == Completeness::Failed)?;
        Some(failed.incomplete_reason.as_deref().unwrap_or("it failed"))
    }

    /// What it cost, in millionths of a US dollar; unknown where a pass does not tell.
    pub fn cost_micro_usd(&self) -> Option<u64> {
        self.sum(|usage| usage.cost_micro_usd)
    }

    /// The tokens that it read and wrote; unknown where a pass does not tell.
    pub fn tokens(&self) -> Option<u64> {
        self.sum(|usage| {
            let more = [usage.cache_read_tokens, usage.cache_write_tokens];
            let more: u64 = more.into_iter().flatten().sum();
            Some(usage.input_tokens? + usage.output_tokens? + more)
        })
    }

    /// How long it took: its longest pass, because passes run at once.
    pub fn duration_ms(&self) -> Option<u64> {
        let all: Option<Vec<u64>> = self.reviews.iter().map(|review| review.duration_ms).collect();
        all?.into_iter().max()
    }

    fn sum(&self, of: impl Fn(&Usage) -> Option<u64>) -> Option<u64> {
        if self.reviews.is_empty() {
            return None;
        }
        self.reviews.iter().map(|review| of(&review.usage)).sum()
    }
}
