//! Cancellation without a runtime.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use crate::error::{Error, ErrorKind, Result};

/// A flag that many can wait for. Cheap to clone; clones share the flag. Once raised it stays raised.
///
/// Blocking code asks [`is_cancelled`](Self::is_cancelled); async code awaits
/// [`cancelled`](Self::cancelled), on any runtime.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    raised: AtomicBool,
    waiters: Mutex<Waiters>,
}

#[derive(Debug, Default)]
struct Waiters {
    next: u64,
    wakers: Vec<(u64, Waker)>,
    children: Vec<Weak<State>>,
}

impl State {
    fn raise(&self) {
        if self.raised.swap(true, Ordering::SeqCst) {
            return;
        }
        let (wakers, children) = {
            let mut waiters = self.waiters.lock().unwrap_or_else(PoisonError::into_inner);
            (std::mem::take(&mut waiters.wakers), std::mem::take(&mut waiters.children))
        };
        for (_, waker) in wakers {
            waker.wake();
        }
        for child in children.iter().filter_map(Weak::upgrade) {
            child.raise();
        }
    }
}

impl Cancel {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag here and in every child. Waiters wake up. Calling it again does nothing.
    pub fn cancel(&self) {
        self.state.raise();
    }

    /// Whether the flag is raised.
    pub fn is_cancelled(&self) -> bool {
        self.state.raised.load(Ordering::SeqCst)
    }

    /// A flag of its own that is raised with this one, but not the other way round.
    #[must_use]
    pub fn child(&self) -> Self {
        let child = Self::new();
        {
            let mut waiters = self.state.waiters.lock().unwrap_or_else(PoisonError::into_inner);
            waiters.children.retain(|child| child.strong_count() > 0);
            waiters.children.push(Arc::downgrade(&child.state));
        }
        // Raised in between: the child was not in the list, or it was and raising twice does nothing.
        if self.is_cancelled() {
            child.cancel();
        }
        child
    }

    /// Waits until the flag is raised. Dropping the future is safe at any time.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled { state: Arc::clone(&self.state), id: None }
    }

    /// An error once the flag is raised.
    ///
    /// # Errors
    /// `Cancelled`.
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(Error::new(ErrorKind::Cancelled, "cancelled")) } else { Ok(()) }
    }
}

/// The future of [`Cancel::cancelled`].
#[derive(Debug)]
pub struct Cancelled {
    state: Arc<State>,
    id: Option<u64>,
}

impl Future for Cancelled {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.state.raised.load(Ordering::SeqCst) {
            return Poll::Ready(());
        }
        let state = Arc::clone(&self.state);
        let mut waiters = state.waiters.lock().unwrap_or_else(PoisonError::into_inner);
        let id = *self.id.get_or_insert_with(|| {
            waiters.next += 1;
            waiters.next
        });
        match waiters.wakers.iter_mut().find(|(waiting, _)| *waiting == id) {
            Some((_, waker)) => waker.clone_from(cx.waker()),
            None => waiters.wakers.push((id, cx.waker().clone())),
        }
        drop(waiters);
        if self.state.raised.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Cancelled {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut waiters = self.state.waiters.lock().unwrap_or_else(PoisonError::into_inner);
            waiters.wakers.retain(|(waiting, _)| *waiting != id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_follows_its_parent_but_not_the_other_way_round() {
        let parent = Cancel::new();
        let (first, second) = (parent.child(), parent.child());
        first.cancel();
        assert!(first.is_cancelled() && !parent.is_cancelled() && !second.is_cancelled());
        parent.cancel();
        assert!(second.is_cancelled());
        assert!(parent.child().is_cancelled(), "a child of a raised flag is raised");
        assert!(parent.check().unwrap_err().is_cancelled());
    }

    #[test]
    fn waiting_ends_when_the_flag_is_raised() {
        let cancel = Cancel::new();
        let mut waiting = Box::pin(cancel.cancelled());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut cx).is_pending());
        cancel.cancel();
        assert!(waiting.as_mut().poll(&mut cx).is_ready());
    }
}
