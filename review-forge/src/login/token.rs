//! A token that the user gives.

use async_trait::async_trait;
use review_core::{Cx, Error, ErrorKind, Result};

use super::{Login, Rights, Token};

/// A token from the environment or from a command of the user's.
#[derive(Clone, Debug)]
pub struct StaticToken {
    token: Token,
}

impl StaticToken {
    /// A token.
    ///
    /// # Errors
    /// `Unauthorized` when it is empty, `InvalidInput` when it holds control characters or blanks.
    pub fn new(token: Token) -> Result<Self> {
        if token.is_empty() {
            return Err(Error::new(ErrorKind::Unauthorized, "the forge's token is empty"));
        }
        if token.expose().chars().any(|c| c.is_control() || c.is_whitespace() || !c.is_ascii()) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the forge's token holds characters that no token has",
            ));
        }
        Ok(Self { token })
    }
}

#[async_trait]
impl Login for StaticToken {
    async fn token(&self, _: &Cx) -> Result<Token> {
        Ok(self.token.clone())
    }

    async fn rights(&self, _: &Cx) -> Result<Rights> {
        let text = self.token.expose();
        // GitHub's tokens of persons can't write check runs, whatever rights they have.
        let personal = ["ghp_", "github_pat_", "gho_", "ghu_"].iter().any(|prefix| text.starts_with(prefix));
        Ok(Rights { checks: personal.then_some(false), ..Rights::default() })
    }
}
