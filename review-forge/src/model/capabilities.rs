//! What a forge can do and what the token may do there.

use review_render::comments::Dialect;

use super::setters;

/// What a publish plan may contain.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForgeCapabilities {
    /// Whose Markdown.
    pub dialect: Dialect,
    /// Longest body in characters.
    pub max_body: usize,
    /// Whether comments on lines are sent together as one review, whole or not at all; otherwise each is its own write.
    pub reviews: bool,
    /// Whether a comment can be attached to a file without lines.
    pub file_comments: bool,
    /// Whether threads can be answered.
    pub replies: bool,
    /// Whether our threads can be closed.
    pub resolve: bool,
    /// Whether comments can be folded away.
    pub minimise: bool,
    /// Whether check runs can be written.
    pub checks: bool,
    /// Whether commit statuses can be written: used where check runs can't.
    pub statuses: bool,
    /// Most annotations in one request to a check run.
    pub annotations: usize,
    /// What is missing and what is done instead, for people.
    pub notes: Vec<String>,
}

impl ForgeCapabilities {
    /// GitHub, with a token that may do everything that is ever planned.
    pub fn github() -> Self {
        Self {
            dialect: Dialect::Github,
            max_body: 64_000,
            reviews: true,
            file_comments: true,
            replies: true,
            resolve: true,
            minimise: true,
            checks: true,
            statuses: true,
            annotations: 50,
            notes: Vec::new(),
        }
    }

    /// GitLab: every thread is its own write, and there are no check runs.
    pub fn gitlab() -> Self {
        Self {
            dialect: Dialect::Gitlab,
            max_body: 900_000,
            reviews: false,
            file_comments: false,
            minimise: false,
            checks: false,
            ..Self::github()
        }
    }

    /// Gitea and Forgejo: reviews, but threads can be neither answered nor closed by their interface.
    pub fn gitea() -> Self {
        Self {
            dialect: Dialect::Gitea,
            file_comments: false,
            replies: false,
            resolve: false,
            minimise: false,
            checks: false,
            ..Self::github()
        }
    }
}

setters!(ForgeCapabilities {
    with_reviews = reviews set bool,
    with_file_comments = file_comments set bool,
    with_replies = replies set bool,
    with_resolve = resolve set bool,
    with_minimise = minimise set bool,
    with_checks = checks set bool,
    with_statuses = statuses set bool,
    with_note = notes push String,
});

/// What an account may do in a repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Permission {
    /// Nothing, or it is not known.
    #[default]
    None,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Everything.
    Admin,
}

impl Permission {
    /// Whether it includes writing.
    pub fn may_write(self) -> bool {
        self >= Self::Write
    }
}
