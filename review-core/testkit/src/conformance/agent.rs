//! The suite of [`Agent`].

use std::sync::Arc;
use std::time::Duration;

use review_core::{Agent, AgentRequest, Cx};
use tokio::time::timeout;

use super::{SuiteReport, ensure};

/// Runs the suite. `make` gives a fresh agent that can answer `ask` at least once.
#[must_use = "call assert_conforms"]
pub async fn agent(make: impl Fn() -> Arc<dyn Agent>, request: AgentRequest) -> SuiteReport {
    let mut report = SuiteReport::default();

    match make().run(request.clone(), Cx::detached()).await {
        Ok(response) => {
            report.check(
                "answers",
                ensure(
                    !response.text.trim().is_empty() || response.truncated.is_some(),
                    "an empty answer must be an error or say that it is cut",
                ),
            );
            report.check("output includes reasoning", {
                let usage = response.usage;
                let sane = usage.reasoning_tokens.unwrap_or(0) <= usage.output_tokens.unwrap_or(u64::MAX);
                ensure(sane, "more reasoning tokens than output tokens")
            });
        }
        Err(error) => report.check("answers", Err(error.to_string())),
    }

    let cancelled = Cx::detached();
    cancelled.cancel.cancel();
    match timeout(Duration::from_secs(5), make().run(request.clone(), cancelled)).await {
        Ok(Err(error)) => report.check(
            "a cancelled request is an error that says so",
            ensure(error.is_cancelled(), format!("it is {:?}", error.kind())),
        ),
        Ok(Ok(_)) => report.check("a cancelled request is an error that says so", Err("it answered".into())),
        Err(_) => report
            .check("a cancelled request is an error that says so", Err("it ran on for five seconds".into())),
    }

    let _ = timeout(Duration::ZERO, make().run(request.clone(), Cx::detached())).await;
    let boxed: Box<dyn Agent> = Box::new(make());
    let erased = boxed.run(request, Cx::detached()).await;
    report.check("the erased form answers too", erased.map(drop).map_err(|error| error.to_string()));
    report
}
