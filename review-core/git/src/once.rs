//! Values that are made when first asked for.

use std::sync::{Arc, Mutex, PoisonError};

use review_core::Result;

/// A value that is made at most once. A failure is not kept: the next one to ask tries again.
#[derive(Debug)]
pub(crate) struct Once<T> {
    slot: Mutex<Option<Arc<T>>>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { slot: Mutex::new(None) }
    }
}

impl<T> Once<T> {
    /// The value, where it was made already.
    pub(crate) fn made(&self) -> Option<Arc<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The value, made by `make` if there is none yet. Others that ask meanwhile wait for it.
    pub(crate) fn get(&self, make: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = &*slot {
            return Ok(Arc::clone(value));
        }
        let value = Arc::new(make()?);
        *slot = Some(Arc::clone(&value));
        Ok(value)
    }
}
