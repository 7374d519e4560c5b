//! Deliveries that were taken before.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// Most deliveries that are remembered.
const MOST: usize = 20_000;

/// A bounded memory: the oldest is forgotten first.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<(VecDeque<String>, BTreeSet<String>)>);

impl Seen {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.contains(id)
    }

    pub(super) fn remember(&self, id: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (order, set) = &mut *known;
        if set.insert(id.to_owned()) {
            order.push_back(id.to_owned());
        }
        if order.len() > MOST
            && let Some(oldest) = order.pop_front()
        {
            set.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded() {
        let seen = Seen::default();
        for id in 0..=MOST {
            seen.remember(&id.to_string());
            seen.remember(&id.to_string());
        }
        assert!(!seen.contains("0"));
        assert!(seen.contains("1") && seen.contains(&MOST.to_string()));
    }
}
