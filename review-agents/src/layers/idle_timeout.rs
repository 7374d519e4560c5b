//! Ends an exchange that says nothing for too long.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{ChatModel, Cx, Error, ErrorKind, Layer, ModelInfo, Result, TurnEvent, TurnRequest};
use tokio::time::{Instant, sleep_until};

/// Ends an exchange in which nothing of the answer came for too long. Reasoning counts; a server that only keeps the
/// connection open is idle.
///
/// The failure is temporary. A model that thinks for minutes without a word needs a long limit.
#[derive(Clone, Copy, Debug)]
pub struct IdleTimeout {
    limit: Duration,
}

impl IdleTimeout {
    /// At most so long without an event.
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl Layer<dyn ChatModel> for IdleTimeout {
    fn layer(&self, inner: Arc<dyn ChatModel>) -> Arc<dyn ChatModel> {
        Arc::new(Watched { inner, limit: self.limit })
    }
}

struct Watched {
    inner: Arc<dyn ChatModel>,
    limit: Duration,
}

#[async_trait]
impl ChatModel for Watched {
    fn info(&self) -> &ModelInfo {
        self.inner.info()
    }

    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        let last = Mutex::new(Instant::now());
        let seen = || *last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut watch = |event: TurnEvent| {
            *last.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Instant::now();
            out(event);
        };
        let mut work = self.inner.turn(request, &mut watch, cx);
        loop {
            let end = seen() + self.limit;
            tokio::select! {
                biased;
                result = &mut work => return result,
                () = sleep_until(end) => {
                    if seen() + self.limit <= Instant::now() {
                        return Err(Error::new(ErrorKind::Timeout, "the model said nothing for too long")
                            .with_context("limit", format!("{:?}", self.limit)));
                    }
                }
            }
        }
    }
}
