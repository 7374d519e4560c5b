//! The reviewer.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{
    Agent, AgentRequest, Completeness, Cx, Diagnostic, Error, ErrorKind, Limits, PartialReview, Result,
    Review, ReviewRequest, Reviewer, ReviewerInfo, Toolbox, Usage,
};
use tokio::time::Instant;

use super::answer;
use super::plan::{Plan, PlanOptions, PlannedRequest, plan};
use super::progress::Progress;
use crate::parts::{Folded, Uncovered};
use crate::prompt::{Brief, Prompt};

/// Bytes of diff in one prompt: about 75,000 tokens of code, which leaves room for what the agent reads.
pub const PART_BYTES: usize = 256 << 10;

/// Parts that a large change is cut into. Each is a request of its own, and costs like one.
pub const MAX_PARTS: usize = 8;

/// Reviews by asking an [`Agent`] and reading whatever it answers.
///
/// * The answer may be native JSON, Markdown or anything else that ingestion reads. One that is no review at all is asked for
///   once more, where the agent can; then it makes a failed review. One that the backend cut makes a truncated one.
/// * A large change is cut into parts ([`parts`](crate::parts)), one request each, one after the other. What the parts brought so
///   far is delivered on the way. A part that fails costs the others nothing and makes the review truncated.
/// * With a source tree, agents without tools of their own get the read-only [`tools`](crate::tools) (feature `chat`).
pub struct AgentReviewer {
    info: ReviewerInfo,
    agent: Arc<dyn Agent>,
    prompt: Prompt,
    schema: Option<String>,
    toolbox: Option<Arc<dyn Toolbox>>,
    options: PlanOptions,
    briefs: Vec<Vec<Brief>>,
}

impl AgentReviewer {
    /// A reviewer over an agent, with the built-in prompt.
    pub fn new(mut info: ReviewerInfo, agent: Arc<dyn Agent>) -> Self {
        info.capabilities.resumes = true;
        Self {
            info,
            agent,
            prompt: Prompt::default(),
            schema: None,
            toolbox: None,
            options: PlanOptions::default(),
            briefs: Vec::new(),
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
        self.options.part_bytes = bytes;
        self.options.max_parts = parts.max(1);
        self
    }

    /// Whether the diff of files that nobody wrote by hand (lock files, generated and vendored code) is shown. By default they are
    /// named with their size.
    #[must_use]
    pub fn with_generated(mut self, shown: bool) -> Self {
        self.options.generated = shown;
        self
    }

    /// Gives each pass what it concentrates on: the first entry is the first pass's, and so on, from the start again where there
    /// are more passes. Without any, each pass looks at everything.
    #[must_use]
    pub fn with_briefs(mut self, briefs: Vec<Vec<Brief>>) -> Self {
        self.briefs = briefs;
        self
    }

    /// The briefs of a pass.
    fn briefs_of(&self, pass: u32) -> Vec<Brief> {
        if !self.prompt.takes_briefs() {
            return Vec::new();
        }
        let index = (pass.max(1) as usize - 1) % self.briefs.len().max(1);
        self.briefs.get(index).cloned().unwrap_or_default()
    }

    async fn plan(&self, request: &Arc<ReviewRequest>, options: PlanOptions, cx: &Cx) -> Result<Plan> {
        let (prompt, request, cancel) = (self.prompt.clone(), Arc::clone(request), cx.cancel.clone());
        // Patches that have to be made are made from the tree, which blocks.
        tokio::task::spawn_blocking(move || plan(&prompt, &request, &options, &cancel)).await.map_err(
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
            for folder in &request.extra_dirs {
                tools = tools.with_extra_dir(folder)?;
            }
            return Ok(Some(Arc::new(tools)));
        }
        #[cfg(not(feature = "chat"))]
        let _ = request;
        Ok(None)
    }

    /// Asks for the review of one part.
    async fn part(
        &self,
        planned: PlannedRequest,
        mut agent_request: AgentRequest,
        request: &ReviewRequest,
        cx: &Cx,
    ) -> Result<Review> {
        let options = answer::options(&self.info.name, request.pass, request.checkout.as_deref());
        agent_request.prompt = planned.prompt;
        agent_request.check = Some(answer::check(options.clone()));
        let response = self.agent.run(agent_request, cx.clone()).await?;
        let mut review = answer::review(response, &options, &self.info.name, &self.info.identity);
        if review.completeness != Completeness::Failed {
            // What stood in the prompt was seen.
            for hunk in planned.hunks {
                if let Some(lines) = hunk.lines {
                    answer::add_read(&mut review, &hunk.path, lines);
                }
            }
        }
        Ok(review)
    }
}

#[async_trait]
impl Reviewer for AgentReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        let name = &self.info.name;
        let toolbox = self.toolbox(&request)?;
        let mut options = self.options.clone();
        options.briefs = self.briefs_of(request.pass);
        // An agent that works in a checkout brings tools of its own.
        if let Some(toolbox) = toolbox.as_ref().filter(|_| !self.info.capabilities.needs_checkout) {
            options.tools = toolbox.specs().into_iter().map(|spec| spec.name).collect();
        }
        let briefs: Vec<String> = options.briefs.iter().map(|brief| brief.name.clone()).collect();
        let plan = self.plan(&request, options, &cx).await?;
        let mut base = AgentRequest::new("")
            .with_system(self.prompt.system())
            .with_reviewer(name)
            .with_pass(request.pass);
        base.checkout.clone_from(&request.checkout);
        base.extra_dirs.clone_from(&request.extra_dirs);
        base.schema.clone_from(&self.schema);
        base.toolbox = toolbox;
        let begun = Instant::now();
        let parts = plan.requests.len();
        let empty = Review::new(name).with_pass(request.pass).with_identity(self.info.identity.clone());
        let mut progress = Progress::new(empty, request.earlier.as_deref());
        for (planned, number) in plan.requests.into_iter().zip(1..) {
            let id = planned.id.clone();
            if progress.has(&id) {
                continue;
            }
            let part = match left(request.limits, &progress.review().usage, begun.elapsed()) {
                _ if number > 1 && cx.cancel.is_cancelled() => Err(cancelled()),
                None => Err(Error::new(ErrorKind::BudgetExceeded, "the budget of the review is used up")),
                Some(limits) => self.part(planned, base.clone().with_limits(limits), &request, &cx).await,
            };
            match part {
                Ok(part) if parts == 1 => progress = Progress::only(&id, part),
                Ok(part) => progress.add(&id, part, number),
                Err(error) if parts == 1 && request.earlier.is_none() => return Err(error),
                Err(error) => progress.fail(number, &error),
            }
            // Also without a finding: that a part was answered is worth keeping.
            if number < parts && !progress.review().parts.is_empty() {
                cx.deliver(PartialReview::new(progress.review().clone()));
            }
        }
        let mut whole = progress.finish()?;
        whole.identity.prompt = Some(self.prompt.version());
        whole.briefs = briefs;
        note_folded(&mut whole, &plan.folded);
        note_uncovered(&mut whole, &plan.uncovered, self.info.capabilities.uses_tools);
        Ok(whole.with_pass(request.pass))
    }
}

fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "the review was cancelled")
}

/// What is left of the limits for the next part; none where one is used up.
fn left(limits: Limits, used: &Usage, elapsed: Duration) -> Option<Limits> {
    let rest = |limit: Option<u64>, used: Option<u64>| match limit {
        None => Some(None),
        Some(limit) => limit.checked_sub(used.unwrap_or(0)).filter(|rest| *rest > 0).map(Some),
    };
    let mut left = limits;
    left.time = match limits.time {
        None => None,
        Some(time) => Some(time.checked_sub(elapsed).filter(|rest| !rest.is_zero())?),
    };
    left.output_tokens = rest(limits.output_tokens, used.output_tokens)?;
    left.cost_micro_usd = rest(limits.cost_micro_usd, used.cost_micro_usd)?;
    left.turns =
        rest(limits.turns.map(u64::from), used.turns)?.map(|turns| u32::try_from(turns).unwrap_or(u32::MAX));
    Some(left)
}

/// Says which files were named and not shown. That is as wanted, so it makes no review incomplete.
fn note_folded(review: &mut Review, folded: &[Folded]) {
    for file in folded {
        let message = format!(
            "{} was named in the prompt, not shown: {} (+{} -{})",
            file.path, file.what, file.added, file.deleted
        );
        review.diagnostics.push(Diagnostic::new(0, message));
    }
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
