//! What the stages have to say, as values. Words are made of them where the report is written, and nothing reads the words.

use std::fmt;

use review_core::{Location, Reason};

/// The stage that says something of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Places and quotes.
    Anchor,
    /// Merging.
    Merge,
    /// Checks against the source and the other reviews.
    Check,
    /// Severity and confidence.
    Calibrate,
    /// Earlier rounds.
    Identify,
}

impl Stage {
    /// Its name in documents.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Anchor => "anchor",
            Self::Merge => "merge",
            Self::Check => "check",
            Self::Calibrate => "calibrate",
            Self::Identify => "identify",
        }
    }
}

/// One decision that shaped a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remark {
    pub(crate) stage: Stage,
    pub(crate) text: String,
}

impl Remark {
    pub(crate) fn new(stage: Stage, text: impl fmt::Display) -> Self {
        Self { stage, text: text.to_string() }
    }
}

impl From<&Remark> for Reason {
    fn from(remark: &Remark) -> Self {
        Self::new(remark.stage.as_str(), remark.text.as_str())
    }
}

/// What is odd about the places of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlaceRemark {
    /// The tree has no such file.
    NoSuchFile {
        /// The path as it was written.
        path: String,
    },
    /// Several files have the name.
    ManyFiles {
        /// The path as it was written.
        path: String,
        /// How many.
        count: u32,
    },
    /// The quoted code is only in the base.
    OnlyInBase,
    /// The quoted code stands in several places.
    Repeated {
        /// How many.
        count: u32,
    },
    /// The quoted code is not where the finding says.
    QuotedElsewhere {
        /// The place as claimed.
        claimed: Location,
        /// Where the code is.
        found: Location,
    },
    /// It names more places than are looked at.
    TooMany {
        /// How many it names.
        count: usize,
        /// How many are looked at.
        kept: usize,
    },
    /// The line is beyond the end of its file.
    BeyondEnd {
        /// The file.
        path: String,
        /// How many lines it has.
        lines: u32,
    },
}

impl PlaceRemark {
    /// Whether the place does not exist.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::NoSuchFile { .. } | Self::BeyondEnd { .. })
    }
}

impl fmt::Display for PlaceRemark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchFile { path } => write!(f, "the tree has no file {path}"),
            Self::ManyFiles { path, count } => write!(f, "{count} files are called {path}"),
            Self::OnlyInBase => f.write_str("the quoted code is only in the base"),
            Self::Repeated { count } => {
                write!(f, "the quoted code stands in {count} places; the nearest is shown")
            }
            Self::QuotedElsewhere { claimed, found } => write!(f, "{claimed}: the quoted code is at {found}"),
            Self::TooMany { count, kept } => {
                write!(f, "it names {count} places; the first {kept} are looked at and shown")
            }
            Self::BeyondEnd { path, lines } => write!(f, "{path} has only {lines} lines"),
        }
    }
}
