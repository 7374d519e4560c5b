//! What a forge asked for that can't be answered without asking the forge: rights of whoever commented, explanations, answers. Each is kept
//! in a file until it is done, and its name stays known for as long as records are kept, so that a comment is not heeded twice.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deep_review::files::{read_text, write_whole};
use deep_review::forge::trigger::{Asked, Triggers, asked};
use deep_review::forge::{ChangeAddress, ForgeKind, answer, event};
use deep_review::{Cx, Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use crate::metrics::kind_name;
use crate::records::{Records, now_ms};
use crate::{ChangeKey, Dispatcher, Job, Metrics, Priority, Setup, explain};

/// Largest file that is read: a body, and quotes around it.
const MAX_BYTES: u64 = 64 << 20;
/// How long the forge may be out of reach before a command is given up.
const PATIENCE_MS: i64 = 24 * 3_600_000;
const PAUSE: Duration = Duration::from_secs(30);

#[derive(Serialize, Deserialize)]
struct Pending {
    kind: String,
    url: String,
    event: String,
    body: String,
    received_ms: i64,
}

pub(super) struct Inbox {
    folder: PathBuf,
    wake: Notify,
}

/// What is needed to do what was asked for.
pub(super) struct Hands {
    pub(super) setup: Arc<dyn Setup>,
    pub(super) dispatcher: Arc<dyn Dispatcher>,
    pub(super) records: Records,
    pub(super) triggers: Triggers,
    pub(super) metrics: Arc<Metrics>,
    pub(super) log: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Inbox {
    pub(super) fn open(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, wake: Notify::new() })
    }

    /// Keeps an event. Returns whether it is new.
    pub(super) fn keep(
        &self,
        address: &ChangeAddress,
        event: &str,
        body: &str,
        unique: &str,
    ) -> Result<bool> {
        let digest = Sha256::digest(format!("{address}\n{unique}").as_bytes());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let path = self.folder.join(format!("{name}.json"));
        if path.exists() || self.folder.join(format!("{name}.done")).exists() {
            return Ok(false);
        }
        let pending = Pending {
            kind: address.kind.as_str().to_owned(),
            url: address.to_string(),
            event: event.to_owned(),
            body: body.to_owned(),
            received_ms: now_ms(),
        };
        let text = serde_json::to_vec(&pending)
            .map_err(|error| Error::new(ErrorKind::Internal, "an event can't be kept").with_source(error))?;
        write_whole(&path, &text)?;
        self.wake.notify_one();
        Ok(true)
    }

    /// Does what was asked for until it is told to end.
    pub(super) async fn run(&self, hands: &Hands, cx: Cx) -> Result<()> {
        while !cx.cancel.is_cancelled() {
            let mut again = false;
            for path in self.pending()? {
                if cx.cancel.is_cancelled() {
                    return Ok(());
                }
                match self.one(&path, hands, &cx).await {
                    Ok(()) => {}
                    Err(error) if error.is_cancelled() => return Ok(()),
                    Err(error) => {
                        (hands.log)(&format!("a command waits: {error}"));
                        again = true;
                    }
                }
            }
            let timer =
                async { if again { tokio::time::sleep(PAUSE).await } else { std::future::pending().await } };
            tokio::select! {
                () = self.wake.notified() => {}
                () = timer => {}
                () = cx.cancel.cancelled() => {}
            }
        }
        Ok(())
    }

    /// Does one; an error is one that may pass.
    async fn one(&self, path: &Path, hands: &Hands, cx: &Cx) -> Result<()> {
        let text = read_text(path, MAX_BYTES)?;
        let done = match serde_json::from_str::<Pending>(&text) {
            Ok(pending) => match carry_out(&pending, hands, cx).await {
                Err(error)
                    if error.is_cancelled()
                        || error.is_temporary() && now_ms() - pending.received_ms < PATIENCE_MS =>
                {
                    return Err(error);
                }
                done => done.map_err(|error| error.with_context("at", &pending.url)),
            },
            Err(error) => Err(Error::new(ErrorKind::UnsupportedDocument, "not an event that was kept")
                .with_context("path", path.display())
                .with_source(error)),
        };
        if let Err(error) = done {
            hands.metrics.count("failures_total", "kind", &kind_name(error.kind()), 1);
            (hands.log)(&format!("a command was given up: {error}"));
        }
        write_whole(&path.with_extension("done"), b"")?;
        std::fs::remove_file(path)?;
        Ok(())
    }

    fn pending(&self) -> Result<Vec<PathBuf>> {
        let mut all = Vec::new();
        for file in std::fs::read_dir(&self.folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                all.push((std::fs::metadata(&path)?.modified()?, path));
            }
        }
        all.sort();
        Ok(all.into_iter().map(|(_, path)| path).collect())
    }

    /// Forgets commands that were done before a time.
    pub(super) fn forget_before(&self, time: std::time::SystemTime) -> Result<()> {
        for file in std::fs::read_dir(&self.folder)? {
            let file = file?;
            let is_done = file.path().extension().is_some_and(|extension| extension == "done");
            if is_done && file.metadata()?.modified()? < time {
                std::fs::remove_file(file.path())?;
            }
        }
        Ok(())
    }
}

async fn carry_out(pending: &Pending, hands: &Hands, cx: &Cx) -> Result<()> {
    let kind = ForgeKind::from_name(&pending.kind)
        .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "an event of an unknown kind of forge"))?;
    let mut address = ChangeAddress::from_url(&pending.url)?;
    address.kind = kind;
    let Some(event) = event::read(kind, &pending.event, pending.body.as_bytes())? else { return Ok(()) };
    // The triggers may have changed since it came in.
    let Ok(all) = asked(&event, &hands.triggers) else { return Ok(()) };
    let forge = hands.setup.forge(&address)?;
    let key = ChangeKey::new(&address);
    let mut rights = None;
    for one in all {
        if one.needs().may_write() {
            let may = match (&event.what, rights) {
                (event::Happened::Commented { may_write: Some(known), .. }, _) => *known,
                (_, Some(known)) => known,
                _ => forge.permission(&event.actor, cx.clone()).await?.may_write(),
            };
            rights = Some(may);
            if !may {
                return Err(Error::new(
                    ErrorKind::Unauthorized,
                    "only somebody who may write to the repository can ask for this",
                )
                .with_context("login", &event.actor));
            }
        }
        let reply = match one {
            Asked::Review { again, .. } => {
                let mut job =
                    Job::new(&address, Priority::Person, pending.received_ms).with_head(event.head.clone());
                if again {
                    job = job.again();
                }
                hands.dispatcher.submit(job).await?;
                continue;
            }
            Asked::Stop => {
                hands.dispatcher.stop(&key).await?;
                continue;
            }
            Asked::Dismiss => "Noted: it is not raised again until its code changes.".to_owned(),
            Asked::Explain { finding } => match hands.records.newest_report(&key) {
                Ok(report) => explain(&report, &finding),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    "There is no report of this pull request yet, or it was deleted.".to_owned()
                }
                Err(error) => return Err(error),
            },
            Asked::Answer(text) => text,
            _ => continue,
        };
        if let event::Happened::Commented { id, .. } = &event.what {
            answer(&*forge, event.number, id, &reply, cx.clone()).await?;
        }
    }
    Ok(())
}
