//! Runs an adapter's program and turns what it says into an answer.

use std::path::PathBuf;

use async_trait::async_trait;
use review_core::{Agent, AgentRequest, AgentResponse, Cx, Error, ErrorKind, Result};
use review_scratch::ScratchDir;

use super::attempt;
use super::fingerprint::Fingerprint;
use super::{CliBackend, Guard, Setting};
use crate::process::{Driver, Invocation, Protection};
use crate::repair::{Look, Repair, unusable, wrong};

/// In the record: nothing confined it, and the checkout was compared before and after.
const UNPROTECTED: &str = "unprotected, checkout compared";

/// An agent over a program that speaks in events.
///
/// * The program is confined by the strongest means of the machine, and by its own: it sees the system's programs, its own
///   files and the checkout, and writes only to its home. Where there are none, the checkout is compared before and
///   after, and an answer of a program that changed it says so. The answer's identity tells which.
/// * An answer that [`AgentRequest::check`] refuses is asked for once more in the same session, where the program can go on with one.
/// * A program that is stopped by a limit or a cancellation leaves what it had said, where that can be used.
pub struct CliAgent<B> {
    backend: B,
    driver: Driver,
}

impl<B: CliBackend> CliAgent<B> {
    /// An agent over a backend.
    pub fn new(backend: B, driver: Driver) -> Self {
        Self { backend, driver }
    }

    /// How the program is confined, and the words for the record.
    async fn protection(&self) -> (Protection, String) {
        let found = match self.backend.guard() {
            Guard::Watch => Protection::None,
            // Its own sandbox keeps it from writing. Ours, around it, hides what is not the checkout.
            Guard::Own(own) => {
                let around = self.driver.protection().await;
                return match around {
                    Protection::Bubblewrap if self.driver.protection_nests().await => {
                        (around, format!("{own} in {}", around.as_str()))
                    }
                    _ => (Protection::None, format!("{own}, which reads whatever this user can read")),
                };
            }
            Guard::Machine => self.driver.protection().await,
        };
        match found {
            Protection::None => (found, UNPROTECTED.to_owned()),
            found => (found, found.as_str().to_owned()),
        }
    }

    /// Asks once more in the same session; the better one of the two answers.
    async fn repaired(
        &self,
        first: AgentResponse,
        message: &str,
        repair: &mut Repair,
        call: &Call<'_>,
        cx: &Cx,
    ) -> AgentResponse {
        let session = first.session.as_deref();
        let again =
            session.and_then(|session| self.backend.again(call.request, &call.setting, session, message));
        let why = wrong(call.request, &first.text).unwrap_or_default();
        let Some(invocation) = again else { return first.with_truncated(unusable(&why)) };
        match self.attempt(invocation, call, cx).await {
            Ok(mut second)
                if second.truncated.is_some() || repair.look(call.request, &second.text) == Look::Usable =>
            {
                let mut reads = first.reads;
                reads.append(&mut second.reads);
                second.reads = reads;
                second.usage = self.backend.usage_of_both(first.usage, second.usage);
                second.tool_calls = join(first.tool_calls, second.tool_calls);
                second
            }
            // Whatever came of the second attempt, the first answer was paid for.
            _ => first.with_truncated(unusable(&why)),
        }
    }

    async fn attempt(
        &self,
        invocation: Result<Invocation>,
        call: &Call<'_>,
        cx: &Cx,
    ) -> Result<AgentResponse> {
        let invocation = invocation.map_err(|error| error.with_operation(self.backend.name()))?;
        attempt::run(&self.backend, &call.driver, call.confined(invocation), call.request, cx).await
    }
}

/// What the attempts at one request have in common.
struct Call<'a> {
    request: &'a AgentRequest,
    setting: Setting<'a>,
    driver: Driver,
}

impl Call<'_> {
    /// Confines the program, where the machine can: it reads the checkout and the folders beside it, and writes only to its
    /// home.
    fn confined(&self, invocation: Invocation) -> Invocation {
        if !self.setting.protected {
            return invocation;
        }
        let folders = self.request.checkout.iter().chain(&self.request.extra_dirs).cloned();
        invocation.writing_only_to([self.setting.private.to_owned()]).reading(folders)
    }
}

fn join(
    first: Vec<review_core::ToolCount>,
    second: Vec<review_core::ToolCount>,
) -> Vec<review_core::ToolCount> {
    let mut counts = std::collections::BTreeMap::new();
    for count in first.into_iter().chain(second) {
        *counts.entry(count.tool).or_insert(0) += count.calls;
    }
    counts.into_iter().map(|(tool, calls)| review_core::ToolCount::new(tool, calls)).collect()
}

async fn fingerprint(folder: Option<PathBuf>) -> Option<Fingerprint> {
    let folder = folder?;
    tokio::task::spawn_blocking(move || Fingerprint::of(&folder)).await.ok()
}

#[async_trait]
impl<B: CliBackend> Agent for CliAgent<B> {
    async fn run(&self, request: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        cx.cancel.check()?;
        let (protection, word) = self.protection().await;
        let private = ScratchDir::new()?;
        let mut setting = Setting::new(private.path());
        setting.protected = protection.is_enforced();
        let driver = match request.limits.time {
            Some(time) => self.driver.clone().within(time),
            None => self.driver.clone(),
        };
        let call = Call { request: &request, setting, driver };
        // Only a program that nothing keeps from writing has to be watched.
        let watched = (word == UNPROTECTED).then(|| request.checkout.clone()).flatten();
        let before = fingerprint(watched.clone()).await;

        let invocation = self.backend.invocation(&request, &call.setting);
        let mut response = self.attempt(invocation, &call, &cx).await?;
        let mut repair = Repair::default();
        if response.truncated.is_none()
            && let Look::AskAgain(message) = repair.look(&request, &response.text)
        {
            response = self.repaired(response, &message, &mut repair, &call, &cx).await;
        }
        if response.text.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "it ended without an answer")
                .with_operation(self.backend.name()));
        }
        if let (Some(before), Some(now)) = (before, fingerprint(watched).await)
            && let Some(changes) = before.changes(&now)
        {
            response.truncated =
                Some(format!("it changed the checkout, so what it read may not be the change: {changes}"));
        }
        // What keeps it off the checkout comes first, then how surely its processes are ended.
        let guarantee = self.driver.guarantee().as_str();
        let own = response.identity.isolation.take().map(|own| format!("{own}, ")).unwrap_or_default();
        response.identity.isolation = Some(format!("{own}{word}, {guarantee}"));
        Ok(response)
    }
}
