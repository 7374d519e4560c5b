//! The sections beside the findings.

use serde::{Deserialize, Serialize};

use crate::location::Location;
use crate::review::{Check, Scope, Stance};
use crate::source::SourceId;

/// The other sections of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ReportSections {
    /// Executive summary, Markdown.
    pub summary: String,
    /// Who wrote the summary; absent where it is made from the facts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_by: Option<String>,
    /// Design observations.
    pub design: Vec<ReportItem>,
    /// Testing gaps, the riskiest first.
    pub testing: Vec<ReportItem>,
    /// Documentation items.
    pub documentation: Vec<ReportItem>,
    /// What reviewers said of the commits.
    pub commit_structure: Vec<Remarked>,
    /// Acknowledged limitations.
    pub limitations: Vec<ReportItem>,
    /// Earlier feedback that was not taken up.
    pub unresolved_feedback: Vec<ReportItem>,
    /// Each reviewer's own summary.
    pub summaries: Vec<Remarked>,
    /// Checks that reviewers say they ran.
    pub checks: Vec<AttributedCheck>,
}

/// An item of a section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReportItem {
    /// `D1`, `T1`, `O1`, `A1`, `U1`, … within the report.
    pub id: String,
    /// Markdown.
    pub text: String,
    /// Who said it, ordered by name.
    pub reviewers: Vec<String>,
    /// What it was made from.
    pub sources: Vec<SourceId>,
    /// Concern or strength.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
    /// In scope or future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Places it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// Published findings that it supports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<String>,
}

impl ReportItem {
    /// An item with its first source.
    pub fn new(id: impl Into<String>, text: impl Into<String>, source: SourceId) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            reviewers: vec![source.reviewer.clone()],
            sources: vec![source],
            ..Self::default()
        }
    }
}

/// What one reviewer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Remarked {
    /// Who.
    pub reviewer: String,
    /// In which pass.
    pub pass: u32,
    /// What, Markdown.
    pub text: String,
}

impl Remarked {
    /// What one reviewer said in one pass.
    pub fn new(reviewer: impl Into<String>, pass: u32, text: impl Into<String>) -> Self {
        Self { reviewer: reviewer.into(), pass, text: text.into() }
    }
}

/// A check with who ran it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AttributedCheck {
    /// Who says so.
    pub reviewer: String,
    /// The check.
    #[serde(flatten)]
    pub check: Check,
}

impl AttributedCheck {
    /// A check and who says it ran it.
    pub fn new(reviewer: impl Into<String>, check: Check) -> Self {
        Self { reviewer: reviewer.into(), check }
    }
}
