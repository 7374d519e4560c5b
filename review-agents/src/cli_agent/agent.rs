//! Runs an adapter's program and turns what it says into an answer.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{Agent, Answered, Ask, Cx, Error, ErrorKind, Result};

use super::attempt;
use super::fingerprint::Fingerprint;
use super::{CliBackend, Guard, PrivateFolder, Setting};
use crate::process::{Driver, Invocation, Protection};

/// In the record: the checkout was compared before and after.
const FINGERPRINT: &str = "fingerprint";

/// An agent over a program that speaks in events.
///
/// * The program is kept from writing by the strongest means of the machine, or by its own; where there is none, the checkout
///   is compared before and after, and an answer of a program that changed it says so. The answer's identity tells which.
/// * An answer that [`Ask::check`] refuses is asked for once more in the same session, where the program can go on with one.
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

    /// What keeps the program from writing, in one word, and whether that is sure.
    async fn protection(&self) -> (Protection, String) {
        match self.backend.guard() {
            Guard::Own(own) => (Protection::None, own.to_owned()),
            Guard::Machine => match self.driver.protection().await {
                Protection::None => (Protection::None, FINGERPRINT.to_owned()),
                found => (found, found.as_str().to_owned()),
            },
            Guard::Watch => (Protection::None, FINGERPRINT.to_owned()),
        }
    }

    async fn attempt(
        &self,
        invocation: Result<Invocation>,
        ask: &Ask,
        driver: &Driver,
        cx: &Cx,
    ) -> Result<Answered> {
        let invocation = invocation.map_err(|error| match error.operation() {
            Some(_) => error,
            None => error.with_operation(self.backend.name()),
        })?;
        attempt::run(&self.backend, driver, invocation, ask, cx).await
    }

    /// Asks once more in the same session; the better one of the two answers.
    async fn repaired(
        &self,
        first: Answered,
        why: &str,
        ask: &Ask,
        setting: &Setting<'_>,
        driver: &Driver,
        cx: &Cx,
    ) -> Answered {
        let message = format!(
            "Your answer can't be used: {}\n\nAnswer once more, whole, in the form that was asked for, and nothing else.",
            why.chars().take(2_000).collect::<String>()
        );
        let again =
            first.session.as_deref().and_then(|session| self.backend.again(ask, setting, session, &message));
        let refused =
            |answered: Answered| answered.with_truncated(format!("its answer can't be used: {why}"));
        let Some(invocation) = again else { return refused(first) };
        let invocation = invocation.map(|invocation| confined(invocation, setting));
        match self.attempt(invocation, ask, driver, cx).await {
            Ok(mut second) if wrong(ask, &second).is_none() => {
                let mut reads = first.reads;
                reads.append(&mut second.reads);
                second.reads = reads;
                second.usage = self.backend.usage_of_both(first.usage, second.usage);
                second.tool_calls = join(first.tool_calls, second.tool_calls);
                second
            }
            // Whatever came of the second try, the first answer was paid for.
            _ => refused(first),
        }
    }
}

/// Lets the program write only to its home, where the machine sees to it.
fn confined(invocation: Invocation, setting: &Setting<'_>) -> Invocation {
    if setting.protected { invocation.writing_only_to([setting.private.to_owned()]) } else { invocation }
}

/// What is wrong with an answer that the program ended well.
fn wrong(ask: &Ask, answered: &Answered) -> Option<String> {
    if answered.truncated.is_some() {
        return None;
    }
    if answered.text.trim().is_empty() {
        return Some("it is empty".to_owned());
    }
    ask.check.as_ref().and_then(|check| check(&answered.text).err())
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
    async fn ask(&self, ask: Ask, cx: Cx) -> Result<Answered> {
        cx.cancel.check()?;
        let (protection, word) = self.protection().await;
        let private = PrivateFolder::new()?;
        let mut setting = Setting::new(&private.path);
        setting.protected = protection.is_enforced();
        let driver = match ask.limits.time_ms {
            Some(millis) => self.driver.clone().within(Duration::from_millis(millis)),
            None => self.driver.clone(),
        };
        // Only a program that nothing keeps from writing has to be watched.
        let watched = (word == FINGERPRINT).then(|| ask.checkout.clone()).flatten();
        let before = fingerprint(watched.clone()).await;

        let invocation =
            self.backend.invocation(&ask, &setting).map(|invocation| confined(invocation, &setting));
        let mut answered = self.attempt(invocation, &ask, &driver, &cx).await?;
        if let Some(why) = wrong(&ask, &answered) {
            answered = self.repaired(answered, &why, &ask, &setting, &driver, &cx).await;
        }
        if answered.text.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "it ended without an answer")
                .with_operation(self.backend.name()));
        }
        if let (Some(before), Some(now)) = (before, fingerprint(watched).await)
            && let Some(changes) = before.changes(&now)
        {
            answered.truncated =
                Some(format!("it changed the checkout, so what it read may not be the change: {changes}"));
        }
        // What keeps it off the checkout comes first, then how surely its processes are ended.
        let guarantee = self.driver.guarantee().as_str();
        let own = answered.identity.isolation.take().map(|own| format!("{own}, ")).unwrap_or_default();
        answered.identity.isolation = Some(format!("{own}{word}, {guarantee}"));
        Ok(answered)
    }
}
