//! A bound on concurrent exchanges, and a hold while the provider asks to wait.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use review_core::{ChatModel, Cx, Error, ErrorKind, Layer, ModelInfo, Result, TurnEvent, TurnRequest};
use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Longest time that one exchange's failure holds up the others.
const LONGEST_HOLD: Duration = Duration::from_secs(120);

/// Bounds how many exchanges run at once, and holds all of them while the provider asks to wait.
///
/// Clones share their seats: put one value, cloned, on every model of a provider.
#[derive(Clone, Debug)]
pub struct ConcurrencyLimit {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    seats: Semaphore,
    not_before: Mutex<Option<Instant>>,
}

impl ConcurrencyLimit {
    /// At most so many exchanges at once; at least one.
    pub fn new(exchanges: usize) -> Self {
        let seats = Semaphore::new(exchanges.clamp(1, Semaphore::MAX_PERMITS));
        Self { shared: Arc::new(Shared { seats, not_before: Mutex::new(None) }) }
    }
}

impl Layer<dyn ChatModel> for ConcurrencyLimit {
    fn layer(&self, inner: Arc<dyn ChatModel>) -> Arc<dyn ChatModel> {
        Arc::new(Rated { inner, shared: Arc::clone(&self.shared) })
    }
}

impl Shared {
    /// Waits until the provider may be asked again.
    async fn wait(&self) {
        loop {
            let until = *self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
            match until {
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until).await,
                _ => return,
            }
        }
    }

    fn hold(&self, delay: Duration) {
        let until = Instant::now() + delay.min(LONGEST_HOLD);
        let mut held = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Some(held.map_or(until, |held| held.max(until)));
    }
}

struct Rated {
    inner: Arc<dyn ChatModel>,
    shared: Arc<Shared>,
}

#[async_trait]
impl ChatModel for Rated {
    fn info(&self) -> &ModelInfo {
        self.inner.info()
    }

    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        let cancelled = || Error::new(ErrorKind::Cancelled, "cancelled");
        let ready = async {
            let seat = self.shared.seats.acquire().await.map_err(|_| cancelled())?;
            self.shared.wait().await;
            Ok::<_, Error>(seat)
        };
        let _seat = tokio::select! {
            seat = ready => seat?,
            () = cx.cancel.cancelled() => return Err(cancelled()),
        };
        let result = self.inner.turn(request, out, cx).await;
        if let Err(error) = &result
            && error.kind() == ErrorKind::RateLimited
            && let Some(delay) = error.retry_after()
        {
            self.shared.hold(delay);
        }
        result
    }
}
