//! A review job.

use std::fmt;

use deep_review::forge::{ChangeAddress, ForgeKind};
use deep_review::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// The identity of a change: only one job runs for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChangeKey(String);

impl ChangeKey {
    /// The change at an address.
    pub fn new(address: &ChangeAddress) -> Self {
        Self(address.to_string())
    }

    /// As it was written before.
    #[cfg(feature = "postgres")]
    pub(crate) fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The change's web address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ChangeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How urgent a job is; the largest goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Priority {
    /// Nobody waits for it.
    Schedule,
    /// Something was pushed.
    Event,
    /// A person asked for it and waits.
    Person,
}

/// A review of the newest head of one pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Job {
    /// Kind of the forge, by name.
    kind: String,
    /// Web address of the pull request.
    url: String,
    /// The head when the job was made, where it is known. The worker reviews the newest one in any case.
    pub head: Option<String>,
    /// How urgent it is.
    pub priority: Priority,
    /// Whether a head that was reviewed before is reviewed again.
    pub again: bool,
    /// When it was made, milliseconds since 1970-01-01 UTC.
    pub made_ms: i64,
    /// How often it was tried before.
    #[serde(default)]
    pub attempts: u32,
}

impl Job {
    /// A review of a pull request, made now.
    pub fn new(address: &ChangeAddress, priority: Priority, made_ms: i64) -> Self {
        Self {
            kind: address.kind.as_str().to_owned(),
            url: address.to_string(),
            head: None,
            priority,
            again: false,
            made_ms,
            attempts: 0,
        }
    }

    /// Names the head.
    #[must_use]
    pub fn with_head(mut self, head: Option<String>) -> Self {
        self.head = head;
        self
    }

    /// Reviews the head even if it was reviewed before.
    #[must_use]
    pub fn again(mut self) -> Self {
        self.again = true;
        self
    }

    /// The pull request.
    ///
    /// # Errors
    /// `InvalidInput` when the job was read from a file that says something else.
    pub fn address(&self) -> Result<ChangeAddress> {
        let mut address = ChangeAddress::from_url(&self.url)?;
        address.kind = ForgeKind::from_name(&self.kind)
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, "the job is of an unknown kind of forge"))?;
        Ok(address)
    }

    /// The change.
    pub fn key(&self) -> ChangeKey {
        ChangeKey(self.url.clone())
    }

    /// The repository, for limits.
    pub fn repository(&self) -> &str {
        ["/-/merge_requests/", "/pulls/", "/pull/"]
            .iter()
            .find_map(|form| self.url.split_once(form))
            .map_or(&self.url, |(repository, _)| repository)
    }

    /// This job after another one for the same change came in: the newer head, the higher urgency, and the earlier time, so that a burst
    /// of pushes does not lose its place.
    #[must_use]
    pub fn merged(mut self, newer: Self) -> Self {
        self.head = newer.head.or(self.head);
        self.priority = self.priority.max(newer.priority);
        self.again |= newer.again;
        self.attempts = 0;
        self
    }
}
