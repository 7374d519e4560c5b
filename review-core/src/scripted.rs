//! Reviewers and agents that do what they are told: for tests, examples and replays.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::agent::{Agent, AgentRequest, AgentResponse};
use crate::cx::{Cx, PartialReview};
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::review::Review;
use crate::reviewer::{Capabilities, ReviewRequest, Reviewer, ReviewerInfo};

/// A reviewer that returns the reviews it was given: the first for pass 1, the second for pass 2, … and the last
/// one for every later pass.
///
/// ```
/// use review_core::{RawFinding, Review, ScriptedReviewer};
/// let reviewer = ScriptedReviewer::new(Review::new("claude").with_finding(RawFinding::new("Lost error")));
/// ```
#[derive(Clone, Debug)]
pub struct ScriptedReviewer {
    info: ReviewerInfo,
    passes: Vec<Review>,
    script: Vec<Act>,
}

/// What a scripted reviewer does before it returns.
#[derive(Clone, Debug)]
enum Act {
    Emit(Event),
    Deliver(Box<Review>),
    WaitForCancel,
    HangForever,
    Panic(String),
}

impl ScriptedReviewer {
    /// A reviewer with the review's name that returns this review.
    pub fn new(review: Review) -> Self {
        let info = ReviewerInfo::new(&review.reviewer)
            .with_identity(review.identity.clone())
            .with_capabilities(Capabilities::default().with_deterministic(true).with_delivers(true));
        Self { info, passes: vec![review], script: Vec::new() }
    }

    /// Says that it can do something else than scripted reviewers can by default.
    #[must_use]
    pub fn with_capabilities(mut self, capabilities: Capabilities) -> Self {
        self.info.capabilities = capabilities;
        self
    }

    /// Adds the review of the next pass.
    #[must_use]
    pub fn then(mut self, review: Review) -> Self {
        self.passes.push(review);
        self.info.passes = self.passes.len() as u32;
        self
    }

    /// Emits an event first.
    #[must_use]
    pub fn emitting(mut self, event: Event) -> Self {
        self.script.push(Act::Emit(event));
        self
    }

    /// Delivers a partial review first.
    #[must_use]
    pub fn delivering(mut self, partial: Review) -> Self {
        self.script.push(Act::Deliver(Box::new(partial)));
        self
    }

    /// Waits for cancellation first, then returns.
    #[must_use]
    pub fn waiting_for_cancel(mut self) -> Self {
        self.script.push(Act::WaitForCancel);
        self
    }

    /// Never returns, not even when cancelled.
    #[must_use]
    pub fn hanging(mut self) -> Self {
        self.script.push(Act::HangForever);
        self
    }

    /// Panics with this message.
    #[must_use]
    pub fn panicking(mut self, message: impl Into<String>) -> Self {
        self.script.push(Act::Panic(message.into()));
        self
    }
}

#[async_trait]
impl Reviewer for ScriptedReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        for act in &self.script {
            match act {
                Act::Emit(event) => cx.event(event.clone()),
                Act::Deliver(partial) => {
                    cx.deliver(PartialReview::new((**partial).clone().with_pass(request.pass)))
                }
                Act::WaitForCancel => cx.cancel.cancelled().await,
                Act::HangForever => std::future::pending().await,
                #[expect(clippy::panic, reason = "panicking is what the script asks for")]
                Act::Panic(message) => panic!("{message}"),
            }
        }
        let index = (request.pass as usize).saturating_sub(1);
        match self.passes.get(index).or(self.passes.last()) {
            Some(review) => Ok(review.clone().with_pass(request.pass)),
            None => Err(Error::new(ErrorKind::InvalidInput, "the script is empty")),
        }
    }
}

/// An agent that gives the answers it was given, in order, and records what it was asked.
#[derive(Debug, Default)]
pub struct ScriptedAgent {
    answers: Mutex<VecDeque<Result<AgentResponse>>>,
    asked: Mutex<Vec<AgentRequest>>,
}

impl ScriptedAgent {
    /// An agent without answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an answer.
    #[must_use]
    pub fn answering(self, text: impl Into<String>) -> Self {
        self.with(Ok(AgentResponse::new(text)))
    }

    /// Adds an answer or a failure.
    #[must_use]
    pub fn with(self, answer: Result<AgentResponse>) -> Self {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).push_back(answer);
        self
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<AgentRequest> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Agent for ScriptedAgent {
    async fn run(&self, request: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        cx.cancel.check()?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        let next = self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        next.unwrap_or_else(|| Err(Error::new(ErrorKind::Unavailable, "the script has no more answers")))
    }
}
