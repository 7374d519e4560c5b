//! Tells, while long work goes on, for how long, and what was last heard of it.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use review_core::{Event, PartialReview, RawLine, Sink};
use tokio::time::{Instant, timeout};

use crate::shorten::shorten;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(60);

/// A sink that passes everything on and remembers what came last.
pub(crate) struct Watch {
    inner: Arc<dyn Sink>,
    began: Instant,
    last: Mutex<(Instant, String)>,
}

impl Watch {
    pub(crate) fn new(inner: Arc<dyn Sink>) -> Arc<Self> {
        let began = Instant::now();
        Arc::new(Self { inner, began, last: Mutex::new((began, String::new())) })
    }

    /// Runs `work` to its end and emits [`Event::Waiting`] every minute until then.
    pub(crate) async fn during<T>(&self, reviewer: &str, pass: u32, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match timeout(EVERY, &mut work).await {
                Ok(done) => return done,
                Err(_) => self.inner.event(self.waiting(reviewer, pass)),
            }
        }
    }

    fn waiting(&self, reviewer: &str, pass: u32) -> Event {
        let millis = |since: Instant| u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (at, last) = self.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let reviewer = reviewer.to_owned();
        Event::Waiting { reviewer, pass, for_ms: millis(self.began), quiet_ms: millis(at), last }
    }

    /// Notes that something was heard; without words, the old ones stay.
    fn heard(&self, words: Option<String>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.0 = Instant::now();
        if let Some(words) = words {
            last.1 = words;
        }
    }
}

impl Sink for Watch {
    fn event(&self, event: Event) {
        match &event {
            Event::ToolCalled { tool, summary, .. } => {
                self.heard(Some(shorten(&format!("{tool} {summary}"))))
            }
            Event::Progress { text, .. } => self.heard(Some(shorten(text))),
            Event::Retrying { reason, .. } => self.heard(Some(shorten(&format!("tries again: {reason}")))),
            _ => self.heard(None),
        }
        self.inner.event(event);
    }

    fn deliver(&self, partial: PartialReview) {
        self.heard(None);
        self.inner.deliver(partial);
    }

    fn raw(&self, line: RawLine) {
        self.heard(None);
        self.inner.raw(line);
    }
}

#[cfg(test)]
mod tests {
    use review_core::MemorySink;
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_last_heard_is_told_every_minute() {
        let sink = Arc::new(MemorySink::new());
        let watch = Watch::new(sink.clone());
        let work = async {
            sleep(Duration::from_secs(30)).await;
            let (reviewer, tool, summary) = ("claude".into(), "read".into(), "a.rs".into());
            watch.event(Event::ToolCalled { reviewer, pass: 1, tool, summary });
            sleep(Duration::from_secs(100)).await;
            "done"
        };
        assert_eq!(watch.during("claude", 1, work).await, "done");
        let told: Vec<String> = sink.events().iter().skip(1).map(|event| format!("{event:?}")).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        Waiting { reviewer: "claude", pass: 1, for_ms: 60000, quiet_ms: 30000, last: "read a.rs" }
        Waiting { reviewer: "claude", pass: 1, for_ms: 120000, quiet_ms: 90000, last: "read a.rs" }
        "#);
    }
}
