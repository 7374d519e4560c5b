//! Who we are at a forge: tokens, and where they come from.

#[cfg(feature = "app")]
mod app;
mod token;

use std::fmt;

use async_trait::async_trait;
use review_core::{Cx, Result};

#[cfg(feature = "app")]
pub use app::AppLogin;
pub use token::StaticToken;

/// A token. It is shown nowhere: not by `Debug`, not in errors.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A token; blanks around it are taken off.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self(text.as_ref().trim().to_owned())
    }

    /// The token itself, for the one header that it goes into.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Rights that a login knows it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rights {
    /// Writing contents, which closing threads needs at GitHub.
    pub contents: Option<bool>,
    /// Writing check runs.
    pub checks: Option<bool>,
    /// Writing commit statuses.
    pub statuses: Option<bool>,
}

/// Gives the token for each request.
#[async_trait]
pub trait Login: fmt::Debug + Send + Sync {
    /// Returns a token that is valid now, renewed where needed.
    ///
    /// # Errors
    /// `Unauthorized` when there is none to be had.
    async fn token(&self, cx: &Cx) -> Result<Token>;

    /// Returns the rights as far as they are known without trying.
    async fn rights(&self, cx: &Cx) -> Result<Rights>;
}
