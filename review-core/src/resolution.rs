//! What the author of a change did with each published item.

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::document::SchemaVersion;
use crate::vocabulary::open_enum;

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// What the author did.
    Action {
        /// Mended it.
        Fixed = "fixed",
        /// Decided against it.
        Declined = "declined",
        /// Wrote it down.
        Documented = "documented",
        /// Wrote a test.
        TestWritten = "test_written",
        /// Later.
        Deferred = "deferred",
    }
}

/// The resolution document of one report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Resolution {
    /// Version of this document's format.
    #[serde(default)]
    pub schema_version: SchemaVersion,
    /// Id of the report.
    pub report: String,
    /// What was done, item by item.
    #[serde(default)]
    pub items: Vec<Resolved>,
}

impl Resolution {
    /// Nothing is done yet.
    pub fn new(report: impl Into<String>) -> Self {
        Self { report: report.into(), ..Self::default() }
    }

    /// What was done with an item.
    pub fn get(&self, item: &str) -> Option<&Resolved> {
        self.items.iter().find(|resolved| resolved.item == item)
    }
}

setters!(Resolution { push with_item = items: Resolved, });

/// What was done with one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Resolved {
    /// Id of the published item in its report, for example `I1`.
    pub item: String,
    /// What was done.
    pub action: Action,
    /// Why, mostly for declined ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The commit that did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// A declined item stays declined until its code changes, whatever else is found about it. Without this, more
    /// reviewers or a higher severity raise it again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub until_changed: bool,
}

impl Resolved {
    /// What was done with an item.
    pub fn new(item: impl Into<String>, action: Action) -> Self {
        Self { item: item.into(), action, reason: None, commit: None, by: None, until_changed: false }
    }
}

setters!(Resolved { opt with_reason = reason: String, opt with_commit = commit: String, opt with_by = by: String, val with_until_changed = until_changed: bool, });
