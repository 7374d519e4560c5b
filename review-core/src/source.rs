//! Who said it: a pass of a reviewer, and the label within the pass.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// One pass of one reviewer. Unique within a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct PassId {
    /// Name of the reviewer.
    pub reviewer: String,
    /// Which of the reviewer's passes, from 1.
    pub pass: u32,
}

impl PassId {
    /// A pass of a reviewer.
    pub fn new(reviewer: impl Into<String>, pass: u32) -> Self {
        Self { reviewer: reviewer.into(), pass }
    }
}

impl fmt::Display for PassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.reviewer, self.pass)
    }
}

/// Identifies one raw finding or section item: `(reviewer, pass, id)`.
///
/// Unique within a run, given by ingestion in document order, and the last tie-breaker of every ordering.
/// Its text form is `reviewer/pass/id`, for example `claude/1/I2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceId {
    /// Name of the reviewer.
    pub reviewer: String,
    /// Which of the reviewer's passes, from 1.
    pub pass: u32,
    /// The label within the pass: `I1`, `D2`, `T1`, …
    pub id: String,
}

impl SourceId {
    /// Builds an id from its parts.
    pub fn new(reviewer: impl Into<String>, pass: u32, id: impl Into<String>) -> Self {
        Self { reviewer: reviewer.into(), pass, id: id.into() }
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.reviewer, self.pass, self.id)
    }
}

impl FromStr for SourceId {
    type Err = Error;

    /// Reads `reviewer/pass/id`.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, '/');
        match (parts.next(), parts.next().map(str::parse), parts.next()) {
            (Some(reviewer), Some(Ok(pass)), Some(id)) if !reviewer.is_empty() && !id.is_empty() => {
                Ok(Self::new(reviewer, pass, id))
            }
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                "a source id reads reviewer/pass/id, for example claude/1/I2",
            )
            .with_context("text", text)),
        }
    }
}
