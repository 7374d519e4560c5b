//! Prose of a report that an editor wrote from its facts.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::cx::Cx;
use crate::error::Result;
use crate::report::Report;

/// What an editor wrote. It is part of the decisions document, so that a replay has the same words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Prose {
    /// Who wrote it: `model:…` or `person:…`.
    #[serde(default)]
    pub by: String,
    /// The executive summary: one paragraph of at most 120 words.
    #[serde(default)]
    pub summary: String,
    /// What the retro says of reviewers, each at most 80 words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retro: Vec<RetroProse>,
}

impl Prose {
    /// A summary by somebody.
    pub fn new(by: impl Into<String>, summary: impl Into<String>) -> Self {
        Self { by: by.into(), summary: summary.into(), retro: Vec::new() }
    }
}

setters!(Prose { push with_retro = retro: RetroProse, });

/// What the retro says of one reviewer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RetroProse {
    /// The reviewer.
    #[serde(default)]
    pub reviewer: String,
    /// What is said.
    #[serde(default)]
    pub text: String,
}

impl RetroProse {
    /// A text about a reviewer.
    pub fn new(reviewer: impl Into<String>, text: impl Into<String>) -> Self {
        Self { reviewer: reviewer.into(), text: text.into() }
    }
}

/// What an editor is asked to write about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EditRequest {
    /// The report, which has everything but the prose.
    pub report: Arc<Report>,
    /// What was wrong with the last attempt; empty for the first one.
    pub problems: Vec<String>,
}

impl EditRequest {
    /// A first attempt.
    pub fn new(report: Arc<Report>) -> Self {
        Self { report, problems: Vec::new() }
    }
}

setters!(EditRequest { set with_problems = problems: Vec<String>, });

/// Writes prose from the facts of a report: a model through an agent, a person, a script.
///
/// # Contract
/// * What it writes is checked: every id, number and piece of code must be one of the report, and who did not finish must be
///   named. What does not hold is not published; the template's words are.
/// * It is asked at most twice: the second time with what was wrong.
///
/// # Cancellation
/// On cancel, return promptly with an error of kind `Cancelled`. The report is published with the template's words.
#[async_trait]
pub trait Editor: Send + Sync {
    /// Writes the prose of a report that has everything else.
    ///
    /// # Errors
    /// Whatever keeps it from writing.
    async fn write(&self, request: EditRequest, cx: Cx) -> Result<Prose>;
}

/// Pins object safety.
const _: fn(&dyn Editor) = |_| {};
