//! Reviews a pull request and publishes the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use deep_review::files::{read_text, write_report};
use deep_review::forge::{ChangeAddress, Forge, PublishOptions, RequestState, publish};
use deep_review::record::run_folder;
use deep_review::session::report_id;
use deep_review::{Cx, Document as _, ErrorKind, Policy, PullRequest, Report, Result, Session};
use sha2::{Digest as _, Sha256};

use crate::{Done, Fenced, Job, Lease, Worker};

/// Largest report that is read back.
const MAX_REPORT: u64 = 512 << 20;

/// What an operator decides: who reviews, and how the report is published.
#[async_trait]
pub trait Setup: Send + Sync {
    /// Connects to the forge of a change.
    ///
    /// # Errors
    /// `Unauthorized` for a repository that is not allowed, or without a token.
    fn forge(&self, address: &ChangeAddress) -> Result<Arc<dyn Forge>>;

    /// Adds reviewers, policy and limits to the session of a pull request.
    ///
    /// # Errors
    /// When the configuration can't be used.
    async fn session(&self, pull: &PullRequest, session: Session, cx: &Cx) -> Result<Session>;

    /// How the report is published.
    fn publishing(&self, report: &Report, policy: &Policy) -> PublishOptions;
}

/// Reviews a pull request and publishes the report. Each head has a folder of its own; a run that broke off there is resumed, so that nobody
/// is asked again for what was delivered, and a report that is there is only published.
pub struct ReviewWorker {
    setup: Arc<dyn Setup>,
    folder: PathBuf,
}

impl ReviewWorker {
    /// A worker that keeps records and reports below a folder. Workers that share jobs share the folder.
    pub fn new(setup: Arc<dyn Setup>, folder: impl Into<PathBuf>) -> Self {
        Self { setup, folder: folder.into() }
    }

    /// Where the run for a head is: one folder for a change, in it one for each head.
    fn run(&self, job: &Job, head: &str, lease: &Lease) -> PathBuf {
        let digest = Sha256::digest(job.key().as_str().as_bytes());
        let change: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let short: String = head.chars().take(12).collect();
        let name = if job.again { format!("{short}-{}", lease.generation()) } else { short };
        self.folder.join(change).join(name)
    }
}

#[async_trait]
impl Worker for ReviewWorker {
    async fn work(&self, job: &Job, lease: Lease, cx: Cx) -> Result<Done> {
        let address = job.address()?;
        let forge = self.setup.forge(&address)?;
        let pull = PullRequest::read(&*forge, &address, None, cx.clone()).await?;
        let head = pull.request.head.commit.clone();
        if pull.request.state != RequestState::Open {
            return Ok(Done::Nothing(format!("the pull request is {}", pull.request.state.as_str())));
        }
        let folder = self.run(job, &head, &lease);
        let reported = reported(&folder)?;
        let earlier = pull.earlier.report.as_ref().and_then(|report| report.change.head.as_deref());
        if reported.is_none() && earlier == Some(head.as_str()) && !job.again {
            return Ok(Done::Nothing("this head was reviewed before".to_owned()));
        }
        lease.check().await?;
        let (report, policy) = match reported {
            Some(report) => (report, Policy::default()),
            None => self.review(job, &pull, &folder, &cx).await?,
        };
        // A report of a cancelled run is of use to nobody: a newer head is on its way, or the run goes on later.
        cx.cancel.check()?;
        let fenced = Fenced::new(forge, lease);
        let options = self.setup.publishing(&report, &policy);
        match publish(&fenced, address.number, &report, &options, cx).await {
            Ok(_) => Ok(Done::Reviewed { head, report: report.id.clone(), complete: report.is_complete() }),
            // The head moved on; the event for it is on its way, or here already.
            Err(error)
                if error.kind() == ErrorKind::InvalidInput
                    && moved_on(&*self.setup.forge(&address)?, &address, &head).await =>
            {
                Ok(Done::Nothing("a newer head came in".to_owned()))
            }
            Err(error) => Err(error),
        }
    }
}

impl ReviewWorker {
    async fn review(
        &self,
        job: &Job,
        pull: &PullRequest,
        folder: &Path,
        cx: &Cx,
    ) -> Result<(Report, Policy)> {
        let mut session = self.setup.session(pull, pull.session()?, cx).await?;
        let record = folder.join("run");
        session = if run_folder(folder).is_ok() {
            session.with_resumed(&record)
        } else {
            let id = report_id(job.made_ms, session.change());
            session.with_report_id(id).with_started_ms(job.made_ms).with_record(&record)
        };
        let outcome = session.run(cx.clone()).await?;
        cx.cancel.check()?;
        if let Some(error) = outcome.record_error {
            return Err(error);
        }
        write_report(&outcome.report, folder)?;
        Ok((outcome.report, outcome.record.input.policy))
    }
}

/// The report of a run that had one.
fn reported(folder: &Path) -> Result<Option<Report>> {
    let path = folder.join("report.json");
    if !path.is_file() {
        return Ok(None);
    }
    Report::from_json(&read_text(&path, MAX_REPORT)?).map(Some)
}

async fn moved_on(forge: &dyn Forge, address: &ChangeAddress, head: &str) -> bool {
    match forge.change(address.number, Cx::detached()).await {
        Ok(request) => request.head.commit != head,
        Err(_) => false,
    }
}
