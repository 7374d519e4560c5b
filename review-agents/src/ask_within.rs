//! One ask with an end.

use std::time::Duration;

use review_core::{Agent, Answered, Ask, Cx, Error, ErrorKind, Result};

/// Asks, until the answer, the deadline or a cancel. `who` names the asked one in errors.
pub(crate) async fn ask_within(
    agent: &dyn Agent,
    ask: Ask,
    deadline: Duration,
    who: &str,
    cx: &Cx,
) -> Result<Answered> {
    cx.cancel.check()?;
    let asked = tokio::time::timeout(deadline, agent.ask(ask, cx.clone()));
    tokio::select! {
        biased;
        answered = asked => answered.unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Timeout, format!("the {who} took too long"))
                .with_context("seconds", deadline.as_secs()))
        }),
        () = cx.cancel.cancelled() => Err(Error::new(ErrorKind::Cancelled, format!("the {who} was cancelled"))),
    }
}
