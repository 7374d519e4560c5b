//! Reading and writing versioned JSON documents.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// The major version that this crate reads and writes.
const MAJOR: u32 = 1;

/// A document's format version: `"1"`, later `"1.1"`. Same major: readable; newer major: refused.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct SchemaVersion(String);

impl Default for SchemaVersion {
    fn default() -> Self {
        Self(MAJOR.to_string())
    }
}

impl SchemaVersion {
    /// Reads a version; checked by [`check`](Self::check), not here.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Accepts this crate's major version and older ones.
    ///
    /// # Errors
    /// `UnsupportedDocument` for a newer major version or text that is no version.
    pub fn check(&self, what: &str) -> Result<()> {
        let major = self.0.split('.').next().and_then(|major| major.parse::<u32>().ok());
        match major {
            Some(major) if major <= MAJOR => Ok(()),
            Some(_) => Err(Error::new(
                ErrorKind::UnsupportedDocument,
                format!("this {what} document was written by a newer version; update deep-review to read it"),
            )
            .with_context("schema_version", &self.0)
            .with_context("readable", MAJOR)),
            None => Err(Error::new(
                ErrorKind::UnsupportedDocument,
                format!("this {what} document has no usable schema_version"),
            )
            .with_context("schema_version", &self.0)),
        }
    }
}

impl fmt::Display for SchemaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON document with a `schema_version`.
pub trait Document: Serialize + DeserializeOwned {
    /// What people call it: `review`, `report`, `policy`, `decisions`, `resolution`.
    const NAME: &'static str;

    /// Reads the document from JSON. The version is looked at first, so that a newer document gets a clear
    /// error instead of one about its shape. A missing version means `"1"`.
    ///
    /// # Errors
    /// `UnsupportedDocument` when it is newer; `InvalidInput` when it is not JSON or not this document.
    fn from_json(text: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            schema_version: Option<VersionField>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum VersionField {
            Text(String),
            Number(u32),
        }
        let invalid = |error: serde_json::Error| {
            Error::new(ErrorKind::InvalidInput, format!("not a {} document: {error}", Self::NAME))
                .with_source(error)
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // serde would take a list for a struct, field by field.
        if !text.trim_start().starts_with('{') {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("not a {} document: it is no JSON object", Self::NAME),
            ));
        }
        let head: Head = serde_json::from_str(text).map_err(invalid)?;
        match head.schema_version {
            Some(VersionField::Text(version)) => SchemaVersion(version).check(Self::NAME)?,
            Some(VersionField::Number(version)) => SchemaVersion(version.to_string()).check(Self::NAME)?,
            None => {}
        }
        serde_json::from_str(text).map_err(invalid)
    }

    /// Writes the document as indented JSON with a final line feed. Same value, same bytes.
    ///
    /// # Errors
    /// `Internal` when a value can't be written as JSON; no type of this crate does that.
    fn to_json(&self) -> Result<String> {
        let mut text = serde_json::to_string_pretty(self).map_err(|error| {
            Error::new(ErrorKind::Internal, format!("the {} could not be written as JSON", Self::NAME))
                .with_source(error)
        })?;
        text.push('\n');
        Ok(text)
    }
}

impl Document for crate::review::Review {
    const NAME: &'static str = "review";
}
impl Document for crate::report::Report {
    const NAME: &'static str = "report";
}
impl Document for crate::policy::Policy {
    const NAME: &'static str = "policy";
}
impl Document for crate::question::Decisions {
    const NAME: &'static str = "decisions";
}
impl Document for crate::resolution::Resolution {
    const NAME: &'static str = "resolution";
}
