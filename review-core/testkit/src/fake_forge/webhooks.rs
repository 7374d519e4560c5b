//! What the forge would send to a service that listens: body and headers, signed.

use ring::hmac;
use serde_json::Value;

use super::state::State;
use super::{Dialect, FakeForge, gitea, github, gitlab};

/// Something that a service is told about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// The change was opened.
    Opened,
    /// Its head moved; it is told from which commit.
    Pushed,
    /// It is no draft any more.
    Ready,
    /// A label was put on it.
    Labelled(String),
    /// It was closed, or merged where the state says so.
    Closed,
    /// The comment with this number was written below it.
    Commented(u64),
}

/// A delivery: a POST to the service's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Headers, names as the forge writes them.
    pub headers: Vec<(String, String)>,
    /// The body, which the signature is over.
    pub body: String,
}

impl Delivery {
    /// The header with this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

impl FakeForge {
    /// What the forge sends about a change as it is now, signed with `secret` or carrying it.
    ///
    /// # Panics
    /// When the change or the comment isn't there.
    pub fn webhook(&self, repository: &str, number: u64, happening: &Happening, secret: &str) -> Delivery {
        let mut state = self.shared.state();
        let there = state.repositories.get(repository).is_some_and(|known| known.pulls.contains_key(&number));
        assert!(there, "{repository} has no change {number}");
        let make = match state.dialect {
            Dialect::GitHub => github::webhook,
            Dialect::GitLab => gitlab::webhook,
            Dialect::Gitea => gitea::webhook,
        };
        let (mut headers, body) = make(&mut state, repository, number, happening)
            .unwrap_or_else(|| panic!("nothing to tell of {happening:?}"));
        let body = body.to_string();
        let delivery = delivery_id(&mut state);
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let signature = hmac::sign(&key, body.as_bytes());
        let signature: String = signature.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        headers.push(("Content-Type", "application/json".to_owned()));
        headers.extend(match state.dialect {
            Dialect::GitHub => {
                vec![("X-GitHub-Delivery", delivery), ("X-Hub-Signature-256", format!("sha256={signature}"))]
            }
            Dialect::GitLab => vec![("X-Gitlab-Event-UUID", delivery), ("X-Gitlab-Token", secret.to_owned())],
            // It speaks GitHub's dialect as well.
            Dialect::Gitea => vec![
                ("X-Gitea-Delivery", delivery.clone()),
                ("X-Gitea-Signature", signature.clone()),
                ("X-GitHub-Delivery", delivery),
                ("X-Hub-Signature-256", format!("sha256={signature}")),
            ],
        });
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Delivery { headers, body }
    }
}

/// Headers that say what happened, and the body.
pub(super) type Message = (Vec<(&'static str, String)>, Value);

/// A UUID that no other delivery of this forge has.
fn delivery_id(state: &mut State) -> String {
    format!("00000000-0000-4000-8000-{:012x}", state.id())
}

/// The head before the present one.
pub(super) fn previous_head(heads: &[String]) -> Option<&String> {
    heads.iter().rev().nth(1)
}
