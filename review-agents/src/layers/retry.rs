//! Tries an exchange again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use review_core::{
    ChatModel, Cx, Error, ErrorKind, ErrorStatus, Layer, ModelInfo, Result, TurnEvent, TurnRequest,
};

/// Tries an exchange again whose failure is temporary.
///
/// The pause doubles from one second to thirty, with jitter, or is what the provider asks for where that is longer. A
/// provider that asks for more than two minutes is not waited for. An exchange that had begun to answer was billed, so it is
/// tried only once more.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    tries: u32,
    first: Duration,
    longest: Duration,
    longest_asked: Duration,
    jitter: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

impl Retry {
    /// Four tries.
    pub fn new() -> Self {
        Self {
            tries: 4,
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            longest_asked: Duration::from_secs(120),
            jitter: true,
        }
    }

    /// Sets how often an exchange is tried in all; at least once.
    #[must_use]
    pub fn with_tries(mut self, tries: u32) -> Self {
        self.tries = tries.max(1);
        self
    }

    /// Sets the first pause. Default: one second.
    #[must_use]
    pub fn with_first_pause(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// Sets the longest pause that a provider may ask for. Default: two minutes.
    #[must_use]
    pub fn with_longest_asked(mut self, pause: Duration) -> Self {
        self.longest_asked = pause;
        self
    }

    /// Leaves the pauses as they are computed. For tests; many clients in step are a burden to a provider.
    #[must_use]
    pub fn without_jitter(mut self) -> Self {
        self.jitter = false;
        self
    }

    fn pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        let builder = ExponentialBuilder::default()
            .with_min_delay(self.first)
            .with_max_delay(self.longest)
            .with_max_times(self.tries as usize - 1);
        if self.jitter { builder.with_jitter().with_jitter_seed(seed()).build() } else { builder.build() }
    }
}

/// Differs between processes and calls, so that clients which fail together don't try again together.
fn seed() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    RandomState::new().hash_one(std::process::id())
}

impl Layer<dyn ChatModel> for Retry {
    fn layer(&self, inner: Arc<dyn ChatModel>) -> Arc<dyn ChatModel> {
        Arc::new(Retrying { inner, policy: *self })
    }
}

struct Retrying {
    inner: Arc<dyn ChatModel>,
    policy: Retry,
}

#[async_trait]
impl ChatModel for Retrying {
    fn info(&self) -> &ModelInfo {
        self.inner.info()
    }

    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        let mut pauses = self.policy.pauses();
        let mut billed = false;
        let mut attempt = 0;
        loop {
            attempt += 1;
            let mut began = false;
            let mut ended = false;
            let mut watch = |event: TurnEvent| {
                began |= matches!(event, TurnEvent::Text(_) | TurnEvent::Call(_) | TurnEvent::Raw(_));
                ended |= matches!(event, TurnEvent::End { .. });
                out(event);
            };
            let error = match self.inner.turn(Arc::clone(&request), &mut watch, cx.clone()).await {
                Ok(()) if ended => return Ok(()),
                Ok(()) => Error::new(ErrorKind::Truncated, "the exchange ended without its end")
                    .with_status(ErrorStatus::Temporary),
                Err(error) => error,
            };
            if !error.is_temporary() {
                return Err(error);
            }
            let asked = error.retry_after().unwrap_or_default();
            let next = pauses.next().filter(|_| !(billed && began) && asked <= self.policy.longest_asked);
            billed |= began;
            let Some(pause) = next else {
                return Err(error.with_status(ErrorStatus::Persistent).with_context("attempts", attempt));
            };
            let pause = pause.max(asked);
            out(TurnEvent::Retrying { attempt: attempt + 1, delay: pause, reason: error.to_string() });
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = cx.cancel.cancelled() => return Err(Error::new(ErrorKind::Cancelled, "cancelled")),
            }
        }
    }
}
