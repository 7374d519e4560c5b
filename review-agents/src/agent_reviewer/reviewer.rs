//! The reviewer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{
    Agent, Ask, Completeness, Cx, Diagnostic, Error, ErrorKind, Limits, PartialReview, Result, Review,
    ReviewRequest, Reviewer, ReviewerInfo, Toolbox, Usage,
};
use tokio::time::Instant;

use super::plan::{PlannedAsk, plan};
use super::{answer, merge};
use crate::parts::Uncovered;
use crate::prompt::Prompt;

/// Bytes of diff in one prompt: about 75,000 tokens of code, which leaves room for what the agent reads.
pub const PART_BYTES: usize = 256 << 10;

/// Parts that a large change is cut into. Each is an ask of its own, and costs like one.
pub const MAX_PARTS: usize = 8;

/// Reviews by asking an [`Agent`] and reading whatever it answers.
///
/// * The answer may be native JSON, Markdown or anything else that ingestion reads. One that is no review at all is asked for
///   once more, where the agent can; then it makes a failed review. One that the backend cut makes a truncated one.
/// * A large change is cut into parts ([`parts`](crate::parts)), one ask each, one after the other. What the parts brought so
///   far is delivered on the way. A part that fails costs the others nothing and makes the review truncated.
/// * With a source tree, agents without tools of their own get the read-only [`tools`](crate::tools) (feature `chat`).
pub struct AgentReviewer {
    info: ReviewerInfo,
    agent: Arc<dyn Agent>,
    prompt: Prompt,
    schema: Option<String>,
    toolbox: Option<Arc<dyn Toolbox>>,
    part_bytes: usize,
    max_parts: usize,
}

impl AgentReviewer {
    /// A reviewer over an agent, with the built-in prompt.
    pub fn new(info: ReviewerInfo, agent: Arc<dyn Agent>) -> Self {
        Self {
            info,
            agent,
            prompt: Prompt::default(),
            schema: None,
            toolbox: None,
            part_bytes: PART_BYTES,
            max_parts: MAX_PARTS,
        }
    }

    /// Uses another prompt.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = prompt;
        self
    }

    /// Binds the answer to a JSON Schema, where the agent can: usually [`ANSWER_SCHEMA`](super::ANSWER_SCHEMA).
    #[must_use]
    pub fn with_schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// Gives the agent these tools instead of the usual ones.
    #[must_use]
    pub fn with_toolbox(mut self, toolbox: Arc<dyn Toolbox>) -> Self {
        self.toolbox = Some(toolbox);
        self
    }

    /// Sets how many bytes of diff go into one prompt, and into how many parts a change is cut at most. Default: 256 KiB and
    /// eight.
    #[must_use]
    pub fn with_parts(mut self, bytes: usize, parts: usize) -> Self {
        self.part_bytes = bytes;
        self.max_parts = parts.max(1);
        self
    }

    async fn plan(&self, request: &Arc<ReviewRequest>, cx: &Cx) -> Result<(Vec<PlannedAsk>, Vec<Uncovered>)> {
        let (prompt, request, cancel) = (self.prompt.clone(), Arc::clone(request), cx.cancel.clone());
        let (bytes, parts) = (self.part_bytes, self.max_parts);
        // Patches that have to be made are made from the tree, which blocks.
        tokio::task::spawn_blocking(move || plan(&prompt, &request, bytes, parts, &cancel)).await.map_err(
            |error| Error::new(ErrorKind::Internal, "the prompt could not be made").with_source(error),
        )?
    }

    /// The tools for agents that have none.
    fn toolbox(&self, request: &ReviewRequest) -> Result<Option<Arc<dyn Toolbox>>> {
        if self.toolbox.is_some() {
            return Ok(self.toolbox.clone());
        }
        #[cfg(feature = "chat")]
        if let Some(tree) = &request.tree {
            let mut tools =
                crate::tools::SourceTools::new(Arc::clone(tree), Arc::new(request.change.clone()));
            for folder in &request.also {
                tools = tools.with_also(folder)?;
            }
            return Ok(Some(Arc::new(tools)));
        }
        #[cfg(not(feature = "chat"))]
        let _ = request;
        Ok(None)
    }

    async fn ask(&self, planned: PlannedAsk, base: &Ask, request: &ReviewRequest, cx: &Cx) -> Review {
        let name = &self.info.name;
        let mut ask = base.clone();
        ask.prompt = planned.prompt;
        let options = answer::options(name, request.pass, request.checkout.as_deref());
        ask.check = Some(answer::check(options.clone()));
        let mut review = match self.agent.ask(ask, cx.clone()).await {
            Ok(answered) => answer::review(answered, &options, name, &self.info.identity),
            Err(error) => Review::failed(name, error.to_string()).with_identity(self.info.identity.clone()),
        };
        if review.completeness != Completeness::Failed {
            // What stood in the prompt was seen.
            for hunk in planned.hunks {
                if let Some(lines) = hunk.lines {
                    answer::add_read(&mut review, &hunk.path, lines);
                }
            }
        }
        review
    }
}

#[async_trait]
impl Reviewer for AgentReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Review {
        let name = &self.info.name;
        let failed = |error: Error| Review::failed(name, error.to_string()).with_pass(request.pass);
        let (asks, uncovered) = match self.plan(&request, &cx).await {
            Ok(planned) => planned,
            Err(error) => return failed(error),
        };
        let mut base = Ask::new("")
            .with_system(self.prompt.system())
            .with_reviewer(name)
            .with_pass(request.pass)
            .with_limits(request.limits);
        base.checkout.clone_from(&request.checkout);
        base.also.clone_from(&request.also);
        base.schema.clone_from(&self.schema);
        base.toolbox = match self.toolbox(&request) {
            Ok(toolbox) => toolbox,
            Err(error) => return failed(error),
        };
        let begun = Instant::now();
        let parts = asks.len();
        let mut whole: Option<Review> = None;
        for (planned, number) in asks.into_iter().zip(1..) {
            let used = whole.as_ref().map(|review| review.usage).unwrap_or_default();
            let left = left(request.limits, &used, begun.elapsed());
            let part = match left {
                _ if cx.cancel.is_cancelled() && whole.is_some() => {
                    Review::failed(name, "the review was cancelled")
                }
                None => Review::failed(name, "the budget of the review is used up"),
                Some(limits) => {
                    base.limits = limits;
                    self.ask(planned, &base, &request, &cx).await
                }
            };
            match &mut whole {
                None if parts > 1 => {
                    // The first part is merged like the others, so that its failure is one of a part.
                    let mut first = Review::new(name);
                    merge::add(&mut first, part, number);
                    whole = Some(first);
                }
                None => whole = Some(part),
                Some(whole) => merge::add(whole, part, number),
            }
            if let Some(review) =
                whole.as_ref().filter(|review| number < parts && !review.findings.is_empty())
            {
                cx.deliver(PartialReview::new(review.clone().with_pass(request.pass)));
            }
        }
        let mut review = whole.unwrap_or_else(|| Review::failed(name, "there was nothing to ask"));
        if parts > 1
            && review.findings.is_empty()
            && review.sections.summary.is_empty()
            && !review.is_complete()
        {
            review.completeness = Completeness::Failed;
        }
        review.identity.prompt = Some(self.prompt.version());
        note_uncovered(&mut review, &uncovered, self.info.capabilities.uses_tools);
        review.with_pass(request.pass)
    }
}

/// What is left of the limits for the next part; none where one is used up.
fn left(limits: Limits, used: &Usage, elapsed: Duration) -> Option<Limits> {
    let rest = |limit: Option<u64>, used: Option<u64>| match limit {
        None => Some(None),
        Some(limit) => limit.checked_sub(used.unwrap_or(0)).filter(|rest| *rest > 0).map(Some),
    };
    let elapsed = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    let mut left = limits;
    left.time_ms = rest(limits.time_ms, Some(elapsed))?;
    left.output_tokens = rest(limits.output_tokens, used.output_tokens)?;
    left.cost_micro_usd = rest(limits.cost_micro_usd, used.cost_micro_usd)?;
    left.turns =
        rest(limits.turns.map(u64::from), used.turns)?.map(|turns| u32::try_from(turns).unwrap_or(u32::MAX));
    Some(left)
}

/// Says which hunks were in no prompt. An agent with tools was told to look for itself; one without can't have.
fn note_uncovered(review: &mut Review, uncovered: &[Uncovered], has_tools: bool) {
    if uncovered.is_empty() {
        return;
    }
    for left in uncovered {
        let lines =
            left.hunk.lines.map(|lines| format!(":{}-{}", lines.start, lines.end)).unwrap_or_default();
        let message = format!("{}{lines} was in no prompt: {}", left.hunk.path, left.reason);
        review.diagnostics.push(Diagnostic::new(0, message));
    }
    if !has_tools && review.is_complete() {
        review.completeness = Completeness::Truncated;
        review.incomplete_reason = Some(format!("{} hunks were in no prompt", uncovered.len()));
    }
}
