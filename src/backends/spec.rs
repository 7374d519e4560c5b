//! How a person names a reviewer.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use review_core::{Error, ErrorKind, Result};

/// A reviewer as a person names it.
///
/// ```
/// use deep_review::ReviewerSpec;
/// let spec: ReviewerSpec = "deep=claude-code:model=opus,effort=high".parse().unwrap();
/// assert_eq!((spec.name.as_str(), spec.backend.as_str()), ("deep", "claude-code"));
/// assert_eq!(spec.options["effort"], "high");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReviewerSpec {
    /// Name within the run; the backend's where none is given.
    pub name: String,
    /// The backend.
    pub backend: String,
    /// Its options.
    pub options: BTreeMap<String, String>,
}

impl FromStr for ReviewerSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |why: &str| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("a reviewer reads [NAME=]BACKEND[:KEY=VALUE,…]; {why}"),
            )
            .with_context("given", text)
        };
        let (head, tail) = text.split_once(':').unwrap_or((text, ""));
        let (name, backend) = head.split_once('=').unwrap_or((head, head));
        if name.is_empty() || backend.is_empty() {
            return Err(invalid("the name and the backend must not be empty"));
        }
        if name.chars().any(|c| c.is_control() || c.is_whitespace() || "/=@:,".contains(c)) {
            return Err(invalid("the name must not hold spaces or any of / = @ : ,"));
        }
        let mut options = BTreeMap::new();
        for pair in tail.split(',').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| invalid("each option needs KEY=VALUE"))?;
            if options.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(invalid("an option is given twice"));
            }
        }
        Ok(Self { name: name.to_owned(), backend: backend.to_owned(), options })
    }
}

impl fmt::Display for ReviewerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name != self.backend {
            write!(f, "{}=", self.name)?;
        }
        f.write_str(&self.backend)?;
        for (index, (key, value)) in self.options.iter().enumerate() {
            write!(f, "{}{key}={value}", if index == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

impl ReviewerSpec {
    /// An option.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.get(key).map(String::as_str)
    }

    /// An option that must be there.
    ///
    /// # Errors
    /// `InvalidInput` when it is not.
    pub fn required(&self, key: &str) -> Result<&str> {
        self.option(key).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("the backend `{}` needs the option `{key}`", self.backend),
            )
            .with_context("given", self)
        })
    }

    /// A whole number of at least 1.
    ///
    /// # Errors
    /// `InvalidInput` when it is something else.
    pub fn number(&self, key: &str) -> Result<Option<u32>> {
        let Some(text) = self.option(key) else { return Ok(None) };
        match text.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the option `{key}` needs a whole number from 1"),
            )
            .with_context("given", self)),
        }
    }

    /// A time, given in whole seconds.
    ///
    /// # Errors
    /// `InvalidInput` when it is something else.
    pub fn seconds(&self, key: &str) -> Result<Option<Duration>> {
        Ok(self.number(key)?.map(|seconds| Duration::from_secs(seconds.into())))
    }

    /// `yes` or `no`.
    ///
    /// # Errors
    /// `InvalidInput` when it is something else.
    pub fn flag(&self, key: &str) -> Result<Option<bool>> {
        match self.option(key) {
            None => Ok(None),
            Some("yes" | "true" | "on") => Ok(Some(true)),
            Some("no" | "false" | "off") => Ok(Some(false)),
            Some(_) => Err(Error::new(ErrorKind::InvalidInput, format!("the option `{key}` is yes or no"))
                .with_context("given", self)),
        }
    }

    /// An amount of US dollars, as millionths.
    ///
    /// # Errors
    /// `InvalidInput` when it is no amount.
    pub fn micro_usd(&self, key: &str) -> Result<Option<u64>> {
        let Some(text) = self.option(key) else { return Ok(None) };
        match text.trim_start_matches('$').parse::<f64>() {
            Ok(dollars) if dollars > 0.0 && dollars < 1e9 => Ok(Some((dollars * 1e6).round() as u64)),
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the option `{key}` needs an amount of US dollars"),
            )
            .with_context("given", self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_read_and_print() {
        for text in ["rules", "deep=codex:effort=high,model=x", "replay:file=a/b.md"] {
            assert_eq!(text.parse::<ReviewerSpec>().unwrap().to_string(), text);
        }
        for text in ["", "=rules", "a b=rules", "codex:model", "codex:a=1,a=2"] {
            assert_eq!(text.parse::<ReviewerSpec>().unwrap_err().kind(), ErrorKind::InvalidInput, "{text}");
        }
    }
}
