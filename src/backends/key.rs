//! Keys.

use review_core::{Error, ErrorKind, Result};

/// The key in the first of these variables that is set. It comes from the environment, never from a specification, which is printed and recorded.
pub(super) fn key(variables: &[&str]) -> Result<String> {
    variables
        .iter()
        .find_map(|variable| {
            std::env::var(variable).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty())
        })
        .ok_or_else(|| {
            Error::new(ErrorKind::Unauthorized, "the key is not set")
                .with_context("variable", variables.join(" or "))
        })
}
