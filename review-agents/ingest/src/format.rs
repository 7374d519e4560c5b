//! The forms that a review can have.

use std::fmt;

/// The form of a document, as detected or as the caller says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prose with headings, as agents write it. Also published reports.
    Markdown,
    /// Any JSON: the native document, Codex's review, unknown keys, one document per line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// reviewdog's `rdjson` or `rdjsonl`.
    Rdjson,
    /// Checkstyle XML.
    Checkstyle,
    /// GitHub workflow commands (`::error file=…::`).
    GithubAnnotations,
    /// `path:line: message`, as compilers print it.
    PlainLines,
}

impl Format {
    /// Every form.
    pub const ALL: &'static [Self] = &[
        Self::Markdown,
        Self::Json,
        Self::Sarif,
        Self::Rdjson,
        Self::Checkstyle,
        Self::GithubAnnotations,
        Self::PlainLines,
    ];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Rdjson => "rdjson",
            Self::Checkstyle => "checkstyle",
            Self::GithubAnnotations => "github",
            Self::PlainLines => "lines",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.as_str() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
