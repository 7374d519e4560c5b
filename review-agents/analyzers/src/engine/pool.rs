//! Files in parallel, without a runtime.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use review_core::Cancel;

/// More threads than this bring nothing: files are small and memory is shared.
const MAX_THREADS: usize = 8;

/// A thread of the pool needs little stack: walks are loops, and what recurses is bounded by the depth that is walked.
const STACK_BYTES: usize = 8 << 20;

/// What became of one item.
pub(crate) enum Pooled<T> {
    /// It was done.
    Done(T),
    /// The work on it panicked; the others are not touched by that.
    Panicked,
    /// It was not begun: cancelled.
    NotBegun,
}

/// Does the same for every item, on as many threads as there are cores, and gives the results in the items' order.
/// Parsers and matchers are other people's code over hostile input: a panic costs its own item only.
pub(crate) fn in_parallel<I: Sync, T: Send>(
    items: &[I],
    cancel: &Cancel,
    work: impl Fn(&I) -> T + Sync,
) -> Vec<Pooled<T>> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MAX_THREADS).min(items.len());
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Pooled<T>>> = items.iter().map(|_| Mutex::new(Pooled::NotBegun)).collect();
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(slot)) = (items.get(index), results.get(index)) else { return };
            if cancel.is_cancelled() {
                return;
            }
            let done = catch_unwind(AssertUnwindSafe(|| work(item)));
            let result = done.map_or(Pooled::Panicked, Pooled::Done);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = result;
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // Where no further thread can be had, this one does the work.
            let _ = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        }
        run();
    });
    results.into_iter().map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_and_a_panic_costs_one_item() {
        let items: Vec<u32> = (0..50).collect();
        let results = in_parallel(&items, &Cancel::new(), |item| {
            assert_ne!(*item, 7, "planned");
            item * 2
        });
        for (item, result) in items.iter().zip(results) {
            match result {
                Pooled::Done(value) => assert_eq!(value, item * 2),
                Pooled::Panicked => assert_eq!(*item, 7),
                Pooled::NotBegun => panic!("{item} was not begun"),
            }
        }
    }

    #[test]
    fn nothing_is_begun_after_cancelling() {
        let cancel = Cancel::new();
        cancel.cancel();
        let results = in_parallel(&[1, 2, 3], &cancel, |item| *item);
        assert!(results.iter().all(|result| matches!(result, Pooled::NotBegun)));
    }
}
