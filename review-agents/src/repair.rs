//! Whether an answer can be used, and what a backend is told when it can't: one repair, for every kind of agent.

use review_core::AgentRequest;

/// Longest explanation that is sent back, in characters.
const MAX_REASON: usize = 2_000;

/// What an agent is told when it said nothing.
const EMPTY: &str =
    "You ended without an answer. Give your whole answer now, in the form that was asked for.";

/// What is to become of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It can be used.
    Usable,
    /// It can't; the agent is told so, once.
    AskAgain(String),
    /// It can't, and asking again did not help or can't.
    Unusable(String),
}

/// The one repair of an answer that can't be used.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    used: bool,
}

impl Repair {
    /// Looks at an answer that the backend ended on its own.
    pub(crate) fn look(&mut self, request: &AgentRequest, text: &str) -> Look {
        let Some(why) = wrong(request, text) else { return Look::Usable };
        if std::mem::replace(&mut self.used, true) {
            return Look::Unusable(why);
        }
        Look::AskAgain(if text.trim().is_empty() { EMPTY.to_owned() } else { message(&why) })
    }

    /// Whether the repair was asked for.
    #[cfg(feature = "chat")]
    pub(crate) fn is_used(&self) -> bool {
        self.used
    }
}

/// What is wrong with a text as an answer.
pub(crate) fn wrong(request: &AgentRequest, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("it is empty".to_owned());
    }
    request.check.as_ref().and_then(|check| check(text).err())
}

/// The reason that an answer which can't be used is truncated with.
pub(crate) fn unusable(why: &str) -> String {
    format!("its answer can't be used: {why}")
}

fn message(why: &str) -> String {
    let why: String = why.chars().take(MAX_REASON).collect();
    format!(
        "Your answer can't be used: {why}\n\nAnswer once more, whole, in the form that was asked for, and nothing else."
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_answer_is_asked_for_once_more_and_no_oftener() {
        let request = AgentRequest::new("Review.")
            .with_check(Arc::new(|text| if text == "{}" { Ok(()) } else { Err("it is no JSON".to_owned()) }));
        let mut repair = Repair::default();
        assert_eq!(repair.look(&request, "{}"), Look::Usable);
        assert!(
            matches!(repair.look(&request, "no"), Look::AskAgain(message) if message.contains("it is no JSON"))
        );
        assert_eq!(repair.look(&request, "{}"), Look::Usable);
        assert_eq!(repair.look(&request, " "), Look::Unusable("it is empty".to_owned()));
    }
}
