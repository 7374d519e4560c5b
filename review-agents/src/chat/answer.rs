//! What an answer is worth, and what the model is told when it is none.

use review_core::StopReason;

/// What the model is told when it has to answer with what it has.
pub(super) const ANSWER_NOW: &str = "This is your last turn: no further tool can be called. Give your whole answer now, \
     in the form that was asked for, with what you have found so far, and say what you did not get to.";

/// What the model is told when a tool is called although none can be.
pub(super) const NO_TOOLS: &str = "no further tool can be called; give your answer";

/// Why the model stopped, where it did not end on its own account.
pub(super) fn cut(stop: &StopReason) -> Option<String> {
    match stop {
        StopReason::Done | StopReason::ToolCalls => None,
        StopReason::Length => Some("its answer was cut at the limit of output tokens".to_owned()),
        StopReason::Refused(why) if why.is_empty() => Some("the model refused to answer".to_owned()),
        StopReason::Refused(why) => Some(format!("the model refused to answer: {why}")),
        StopReason::Other(word) => Some(format!("the model stopped: {word}")),
        _ => Some("the model stopped for a reason that this version does not know".to_owned()),
    }
}
