//! The workspace's one error type.

use std::fmt;
use std::time::Duration;

/// Short form of `Result` with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, for callers that branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller gave something that can't be used: an unknown revision, reviewer, format or option.
    InvalidInput,
    /// A document is newer than this version can read, or is not the document it should be.
    UnsupportedDocument,
    /// Something that was named does not exist.
    NotFound,
    /// Permission or credentials are missing or refused.
    Unauthorized,
    /// The backend asks to slow down.
    RateLimited,
    /// The backend or the network is not to be had at the moment.
    Unavailable,
    /// A deadline or idle limit passed.
    Timeout,
    /// The caller cancelled.
    Cancelled,
    /// A budget of tokens, money or turns is used up.
    BudgetExceeded,
    /// The backend answered with something that can't be used.
    InvalidAnswer,
    /// The answer ended before its own end marker.
    Truncated,
    /// A needed capability is not there.
    Unsupported,
    /// Reading or writing failed.
    Io,
    /// A defect in this library or in code plugged into it.
    Internal,
}

/// Whether trying again may help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorStatus {
    /// The same call will fail again.
    Permanent,
    /// The same call may succeed later.
    Temporary,
    /// It was tried again and kept failing.
    Persistent,
}

/// An error: its kind, whether a retry may help, what was being done, facts in order, and the cause.
///
/// `Display` is one line. `Debug` is several lines and shows everything. Secrets must never be put into a
/// context; adapters strip them before they build the error.
#[derive(thiserror::Error)]
#[error("{}", self.line())]
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    status: ErrorStatus,
    message: String,
    operation: Option<String>,
    context: Vec<(String, String)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    retry_after: Option<Duration>,
}

impl Error {
    /// A new error. The message says what went wrong and what to do, without a final full stop.
    ///
    /// `RateLimited`, `Unavailable` and `Timeout` start as temporary, everything else as permanent.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let status = match kind {
            ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Timeout => ErrorStatus::Temporary,
            _ => ErrorStatus::Permanent,
        };
        Self {
            inner: Box::new(Inner {
                kind,
                status,
                message: message.into(),
                operation: None,
                context: Vec::new(),
                source: None,
                retry_after: None,
            }),
        }
    }

    /// Says what was being done, for example `git diff`. The innermost operation keeps its place; one that is named
    /// later, by a caller further out, becomes a fact with the key `during`.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<String>) -> Self {
        if self.inner.operation.is_some() {
            return self.with_context("during", operation.into());
        }
        self.inner.operation = Some(operation.into());
        self
    }

    /// Adds a fact. Facts keep their order.
    #[must_use]
    pub fn with_context(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.inner.context.push((key.into(), value.to_string()));
        self
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Sets whether a retry may help.
    #[must_use]
    pub fn with_status(mut self, status: ErrorStatus) -> Self {
        self.inner.status = status;
        self
    }

    /// Says how long the backend asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, delay: Duration) -> Self {
        self.inner.retry_after = Some(delay);
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// Whether a retry may help.
    pub fn status(&self) -> ErrorStatus {
        self.inner.status
    }

    /// The message alone.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// What was being done.
    pub fn operation(&self) -> Option<&str> {
        self.inner.operation.as_deref()
    }

    /// The facts, in the order in which they were added.
    pub fn context(&self) -> impl Iterator<Item = (&str, &str)> {
        self.inner.context.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The first fact with this key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.context().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// How long the backend asked to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// Whether trying the same call again may help.
    pub fn is_temporary(&self) -> bool {
        self.inner.status == ErrorStatus::Temporary
    }

    /// Whether the caller cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.inner.kind == ErrorKind::Cancelled
    }

    fn line(&self) -> String {
        let inner = &self.inner;
        let mut line = String::new();
        if let Some(operation) = &inner.operation {
            line.push_str(operation);
            line.push_str(": ");
        }
        line.push_str(&inner.message);
        for (index, (key, value)) in inner.context.iter().enumerate() {
            let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            line.push_str(if index == 0 { " (" } else { ", " });
            line.push_str(&format!("{key}: {value}"));
        }
        if !inner.context.is_empty() {
            line.push(')');
        }
        line
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.inner;
        writeln!(f, "{:?} ({:?}): {}", inner.kind, inner.status, inner.message)?;
        if let Some(operation) = &inner.operation {
            writeln!(f, "  while: {operation}")?;
        }
        for (key, value) in &inner.context {
            writeln!(f, "  {key}: {value}")?;
        }
        let mut cause: Option<&(dyn std::error::Error + 'static)> =
            inner.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static));
        while let Some(source) = cause {
            writeln!(f, "  caused by: {source}")?;
            cause = source.source();
        }
        Ok(())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            std::io::ErrorKind::PermissionDenied => ErrorKind::Unauthorized,
            std::io::ErrorKind::TimedOut => ErrorKind::Timeout,
            _ => ErrorKind::Io,
        };
        Self::new(kind, error.to_string()).with_source(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_is_one_line_and_debug_tells_all() {
        let error = Error::new(ErrorKind::NotFound, "the revision is unknown")
            .with_operation("git rev-parse")
            .with_context("revision", "no\nsuch")
            .with_source(std::io::Error::other("exit status 128"));
        insta::assert_snapshot!(error, @"git rev-parse: the revision is unknown (revision: no such)");
        insta::assert_snapshot!(format!("{error:?}"), @r"
        NotFound (Permanent): the revision is unknown
          while: git rev-parse
          revision: no
        such
          caused by: exit status 128
        ");
    }

    #[test]
    fn an_outer_operation_does_not_hide_the_inner_one() {
        let error =
            Error::new(ErrorKind::Unavailable, "no route").with_operation("POST /v1").with_operation("judge");
        insta::assert_snapshot!(error, @"POST /v1: no route (during: judge)");
    }

    #[test]
    fn rate_limits_are_temporary() {
        assert!(Error::new(ErrorKind::RateLimited, "slow down").is_temporary());
        assert!(!Error::new(ErrorKind::InvalidInput, "no").is_temporary());
    }
}
