//! An agent, a prompt and ingestion make a reviewer.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Agent, Ask, Completeness, CoverageNote, Cx, Identity, LineRange, Review, ReviewRequest, Reviewer,
    ReviewerInfo,
};
use review_ingest::{IngestOptions, ingest};

use crate::prompt::Prompt;

/// Reviews by asking an [`Agent`] once and reading whatever it answers.
///
/// The answer may be native JSON, Markdown or anything else that ingestion reads. An answer that ingestion can't
/// read at all makes a failed review; an answer that the backend cut makes a truncated one.
pub struct AgentReviewer {
    info: ReviewerInfo,
    agent: Arc<dyn Agent>,
    prompt: Prompt,
}

impl AgentReviewer {
    /// A reviewer over an agent, with the built-in prompt.
    pub fn new(info: ReviewerInfo, agent: Arc<dyn Agent>) -> Self {
        Self { info, agent, prompt: Prompt::default() }
    }

    /// Uses another prompt.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = prompt;
        self
    }
}

#[async_trait]
impl Reviewer for AgentReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Review {
        let name = &self.info.name;
        let mut ask = Ask::new(self.prompt.render(&request))
            .with_system(self.prompt.system())
            .with_reviewer(name)
            .with_pass(request.pass)
            .with_limits(request.limits);
        ask.checkout.clone_from(&request.checkout);
        let answered = match self.agent.ask(ask, cx).await {
            Ok(answered) => answered,
            Err(error) => return Review::failed(name, error.to_string()).with_pass(request.pass),
        };
        let mut options = IngestOptions::new(name).with_pass(request.pass);
        if let Some(checkout) = &request.checkout {
            options = options.with_root(checkout.to_string_lossy());
        }
        let mut review = match ingest(answered.text.as_bytes(), &options) {
            Ok(review) => review,
            Err(error) => Review::failed(name, format!("its answer is not a review: {}", error.message())),
        };
        if let Some(reason) = answered.truncated {
            if review.completeness != Completeness::Failed {
                review = review.with_completeness(Completeness::Truncated).with_incomplete_reason(reason);
            }
        }
        review.identity = merged(&self.info.identity, answered.identity);
        review.usage = answered.usage;
        review.tool_calls = answered.tool_calls;
        add_reads(&mut review, &answered.reads);
        review.with_pass(request.pass)
    }
}

/// What the backend reported, with what was configured where it reported nothing.
fn merged(configured: &Identity, reported: Identity) -> Identity {
    let mut identity = reported;
    let configured = configured.clone();
    identity.provider = identity.provider.or(configured.provider);
    identity.model = identity.model.or(configured.model);
    identity.effort = identity.effort.or(configured.effort);
    identity.version = identity.version.or(configured.version);
    identity.isolation = identity.isolation.or(configured.isolation);
    identity
}

/// What the agent is known to have read, beside what it says of its coverage.
fn add_reads(review: &mut Review, reads: &[(String, Option<LineRange>)]) {
    for (path, range) in reads {
        let coverage = &mut review.sections.coverage;
        let range = range.unwrap_or(LineRange { start: 1, end: u32::MAX });
        match coverage.iter_mut().find(|note| note.path == *path) {
            Some(note) => note.ranges.push(range),
            None => coverage.push(CoverageNote::new(path, "").with_range(range)),
        }
    }
    for note in &mut review.sections.coverage {
        note.ranges.sort();
        note.ranges.dedup();
    }
}
