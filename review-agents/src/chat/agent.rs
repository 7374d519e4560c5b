//! The loop.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Agent, AgentRequest, AgentResponse, ChatModel, Cx, Error, ErrorKind, Event, Message, PassId, Result,
    StopReason,
};

use super::answer::{self, ANSWER_NOW, NO_TOOLS};
use super::budget::{Budget, Room};
use super::conversation::Conversation;
use super::prices::Prices;
use super::run_tools;
use super::turn::{self, Turn};
use crate::repair::{Look, Repair, unusable, wrong};

/// Turns of one request where the request does not say.
const MAX_TURNS: u32 = 60;

/// Bytes of a conversation after which the model has to answer: about 170,000 tokens of code.
const MAX_CONTEXT: usize = 600_000;

/// A chat model with a tool loop.
///
/// * Tools come from [`AgentRequest::toolbox`]; calls of one turn run at once, their results go back in order. A call that can't be
///   served is answered to the model.
/// * Before a limit of turns, tokens, money, time or context is passed, the model is told to answer with what it has.
/// * An answer that is empty, or that [`AgentRequest::check`] refuses, is asked for once more in the same conversation.
/// * A failure after something usable was said is a truncated answer, else an error.
///
/// ```
/// use std::sync::Arc;
/// use review_agents::chat::ChatAgent;
/// use review_core::{Agent, AgentRequest, Cx, ScriptedModel};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let model = ScriptedModel::new().answering("All is well.");
/// let response = ChatAgent::new(Arc::new(model)).run(AgentRequest::new("Is it?"), Cx::detached()).await.unwrap();
/// assert_eq!(response.text, "All is well.");
/// # });
/// ```
#[derive(Clone)]
pub struct ChatAgent {
    model: Arc<dyn ChatModel>,
    effort: Option<String>,
    max_output_tokens: Option<u64>,
    max_turns: u32,
    max_context: usize,
    prices: Option<Prices>,
}

impl ChatAgent {
    /// An agent over a model, which usually wears its [layers](crate::layers) already.
    pub fn new(model: Arc<dyn ChatModel>) -> Self {
        Self {
            model,
            effort: None,
            max_output_tokens: None,
            max_turns: MAX_TURNS,
            max_context: MAX_CONTEXT,
            prices: None,
        }
    }

    /// Sets the reasoning effort, in the provider's word.
    #[must_use]
    pub fn with_effort(mut self, effort: impl Into<String>) -> Self {
        self.effort = Some(effort.into());
        self
    }

    /// Sets how many output tokens one turn may take. Default: the provider's or its adapter's.
    #[must_use]
    pub fn with_max_output_tokens(mut self, tokens: u64) -> Self {
        self.max_output_tokens = Some(tokens);
        self
    }

    /// Sets how many turns one ask takes at most, where [`AgentRequest::limits`] does not say. Default 60; at least one.
    #[must_use]
    pub fn with_max_turns(mut self, turns: u32) -> Self {
        self.max_turns = turns.max(1);
        self
    }

    /// Sets how many bytes a conversation may have before the model must answer. Default 600,000.
    #[must_use]
    pub fn with_max_context_bytes(mut self, bytes: usize) -> Self {
        self.max_context = bytes;
        self
    }

    /// Sets what tokens cost, so that money can be counted and bounded.
    #[must_use]
    pub fn with_prices(mut self, prices: Prices) -> Self {
        self.prices = Some(prices);
        self
    }

    /// Goes on until there is an answer. What came before a failure stays in `talk` and `turn`.
    async fn converse(
        &self,
        request: &AgentRequest,
        talk: &mut Conversation,
        turn: &mut Turn,
        budget: &Budget,
        cx: &Cx,
    ) -> Result<Option<String>> {
        let who = PassId::new(&request.reviewer, request.pass);
        let mut told = false;
        let mut repair = Repair::default();
        let mut refused = false;
        loop {
            let last = match budget.room(talk.turns, &talk.usage, talk.bytes()) {
                Room::Enough => repair.is_used(),
                Room::LastTurn => true,
                Room::None(what) => {
                    let error = Error::new(ErrorKind::BudgetExceeded, "a limit of the review is reached");
                    return Err(error.with_context("limit", what).with_context("turns", talk.turns));
                }
            };
            if last && !told && !talk.request.tools.is_empty() && talk.turns > 0 {
                told = true;
                talk.say(Message::User(ANSWER_NOW.to_owned()));
            }
            talk.prepare(last);
            talk.record(request, cx);
            *turn = Turn::default();
            turn::take(&*self.model, Arc::new(talk.request.clone()), turn, &who, cx).await?;
            let stop = turn.end.as_ref().map_or(StopReason::Done, |(stop, _)| stop.clone());
            talk.heard(turn);
            cx.event(Event::UsageUpdated {
                reviewer: who.reviewer.clone(),
                pass: who.pass,
                usage: talk.usage,
            });
            let cut = answer::cut(&stop);
            if !turn.calls.is_empty() && cut.is_none() {
                match &request.toolbox {
                    Some(toolbox) if !last => {
                        let ran = run_tools::run(toolbox, &turn.calls, &who, cx).await?;
                        talk.ran(&turn.calls, ran);
                    }
                    _ if refused => {
                        return Err(Error::new(
                            ErrorKind::InvalidAnswer,
                            "the model called tools where it had to answer",
                        ));
                    }
                    _ => {
                        refused = true;
                        talk.say(run_tools::refuse(&turn.calls, NO_TOOLS));
                    }
                }
                continue;
            }
            let empty = turn.text.trim().is_empty();
            if let Some(cut) = cut {
                // What was cut would be cut again, so it is not asked for again.
                return match wrong(request, &turn.text) {
                    None => Ok(Some(cut)),
                    Some(_) if empty || matches!(stop, StopReason::Refused(_)) => {
                        Err(Error::new(ErrorKind::InvalidAnswer, cut))
                    }
                    Some(why) => Ok(Some(format!("{cut}; {why}"))),
                };
            }
            match repair.look(request, &turn.text) {
                Look::Usable => return Ok(None),
                Look::AskAgain(message) => talk.say(Message::User(message)),
                Look::Unusable(_) if empty => {
                    return Err(Error::new(ErrorKind::InvalidAnswer, "the model ended without an answer"));
                }
                Look::Unusable(why) => return Ok(Some(unusable(&why))),
            }
        }
    }
}

#[async_trait]
impl Agent for ChatAgent {
    async fn run(&self, request: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        cx.cancel.check()?;
        let info = self.model.info().clone();
        if request.limits.cost_micro_usd.is_some() && self.prices.is_none() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "money can only be bounded where the model's prices are given",
            )
            .with_operation(&info.provider));
        }
        let budget = Budget::new(request.limits, self.max_turns, self.max_context);
        let mut talk = Conversation::new(&request, &info, self.prices);
        talk.request.effort.clone_from(&self.effort);
        talk.request.max_output_tokens = self.max_output_tokens;
        let mut turn = Turn::default();
        let ended = {
            let work = self.converse(&request, &mut talk, &mut turn, &budget, &cx);
            match budget.end() {
                None => work.await,
                Some(end) => tokio::time::timeout_at(end, work).await.unwrap_or_else(|_| {
                    let limit = request.limits.time.unwrap_or_default();
                    Err(Error::new(ErrorKind::Timeout, "it ran too long")
                        .with_context("limit", format!("{limit:?}")))
                }),
            }
        };
        talk.record(&request, &cx);
        let effort = self.effort.as_deref();
        match ended {
            Ok(cut) => {
                let mut response = talk.response(turn.text, &info, effort);
                response.truncated = cut;
                Ok(response)
            }
            Err(error) => match usable(&request, &turn, &talk) {
                Some(text) => Ok(talk.response(text, &info, effort).with_truncated(error.to_string())),
                None => Err(error.with_operation(&info.provider)),
            },
        }
    }
}

/// What can be used of what was said before a failure: newest first. What a model says before it calls a tool is no
/// answer, unless the ask's own check takes it for one.
fn usable(request: &AgentRequest, turn: &Turn, talk: &Conversation) -> Option<String> {
    let said = [(turn.text.as_str(), turn.calls.is_empty()), (talk.last_text(), false)];
    said.into_iter()
        .find(|(text, ended)| (*ended || request.check.is_some()) && wrong(request, text).is_none())
        .map(|(text, _)| text.to_owned())
}
