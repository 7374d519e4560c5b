//! A worker that tells the operator what it does.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use deep_review::{Cx, Result};

use crate::{Done, Job, Lease, Worker};

pub(super) struct Logged<W> {
    pub(super) worker: Arc<W>,
    pub(super) log: Arc<dyn Fn(&str) + Send + Sync>,
}

#[async_trait]
impl<W: Worker> Worker for Logged<W> {
    async fn work(&self, job: &Job, lease: Lease, cx: Cx) -> Result<Done> {
        let (key, begun) = (job.key(), Instant::now());
        (self.log)(&format!("{key}: begun, generation {}, attempt {}", lease.generation(), job.attempts + 1));
        let ended = self.worker.work(job, lease, cx).await;
        let seconds = begun.elapsed().as_secs();
        let said = match &ended {
            Ok(Done::Reviewed { head, report, complete }) => {
                let complete = if *complete { "" } else { ", incomplete" };
                format!("{head} reviewed{complete}, report {report}")
            }
            Ok(Done::Nothing(why)) => format!("nothing to do: {why}"),
            Err(error) if error.is_cancelled() => "cancelled".to_owned(),
            Err(error) => format!("failed: {error}"),
        };
        (self.log)(&format!("{key}: {said} ({seconds} s)"));
        ended
    }
}
