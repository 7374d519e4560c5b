//! The right to work on a change, and how it is lost.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use deep_review::{Error, ErrorKind, Result};

/// Tells whether a lease still holds.
#[async_trait]
pub trait LeaseCheck: Send + Sync {
    /// Returns whether the generation is the newest for its change.
    ///
    /// # Errors
    /// When it can't be told; the lease then counts as lost.
    async fn holds(&self, generation: u64) -> Result<bool>;
}

/// The right to work on a change. Each lease of a change has a larger generation than the one before; an old one is refused wherever something is
/// written.
#[derive(Clone)]
pub struct Lease {
    generation: u64,
    check: Arc<dyn LeaseCheck>,
}

impl Lease {
    /// A lease with what tells whether it holds.
    pub fn new(generation: u64, check: Arc<dyn LeaseCheck>) -> Self {
        Self { generation, check }
    }

    /// Its number.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Passes if the lease still holds.
    ///
    /// # Errors
    /// `Cancelled` when another worker has taken over.
    pub async fn check(&self) -> Result<()> {
        if self.check.holds(self.generation).await? {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Cancelled, "another worker has taken over this change")
            .with_context("generation", self.generation))
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lease").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// The newest generation of a change, within one process.
#[derive(Debug, Default)]
pub(crate) struct Newest(AtomicU64);

impl Newest {
    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

impl From<u64> for Newest {
    fn from(generation: u64) -> Self {
        Self(AtomicU64::new(generation))
    }
}

#[async_trait]
impl LeaseCheck for Newest {
    async fn holds(&self, generation: u64) -> Result<bool> {
        Ok(self.0.load(Ordering::SeqCst) == generation)
    }
}
