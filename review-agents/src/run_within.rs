//! One agent request with an end.

use std::sync::Arc;
use std::time::Duration;

use review_core::{Agent, AgentRequest, AgentResponse, Cx, Error, ErrorKind, Result, Sink};

use crate::bounded::{Ended, run_until};
use crate::watch::Watch;

/// Runs the request until there is an answer, the deadline passes, or `cx` is cancelled. `who` names the agent in errors.
///
/// Nothing is salvaged: whoever asks for a judgement or for prose has words of its own to fall back on.
pub(crate) async fn run_within(
    agent: &dyn Agent,
    request: AgentRequest,
    deadline: Duration,
    who: &str,
    cx: &Cx,
) -> Result<AgentResponse> {
    cx.cancel.check()?;
    let watch = Watch::new(Arc::clone(&cx.sink));
    let child = Cx::new(cx.cancel.child(), Arc::clone(&watch) as Arc<dyn Sink>);
    let stop = async {
        tokio::select! {
            () = tokio::time::sleep(deadline) => Error::new(ErrorKind::Timeout, format!("the {who} took too long"))
                .with_context("seconds", deadline.as_secs()),
            () = cx.cancel.cancelled() => Error::new(ErrorKind::Cancelled, format!("the {who} was cancelled")),
        }
    };
    let work = run_until(agent.run(request, child.clone()), stop, &child.cancel, Duration::ZERO);
    match watch.during(who, 1, work).await {
        Ended::Returned(response) => response,
        Ended::Stopped { why, .. } => Err(why),
    }
}
