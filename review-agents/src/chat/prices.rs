//! What tokens cost, as the caller says: providers don't tell, and prices change.

use std::str::FromStr;

use review_core::{Error, ErrorKind, Result, Usage};

/// Prices of one model, in millionths of a US dollar for a million tokens: `3` dollars are `3_000_000`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prices {
    /// Fresh input.
    pub input: u64,
    /// Output, reasoning included.
    pub output: u64,
    /// Input read from a cache.
    pub cache_read: u64,
    /// Input written to a cache.
    pub cache_write: u64,
}

impl Prices {
    /// Prices of fresh input and of output; the cache costs as much as fresh input.
    pub fn new(input: u64, output: u64) -> Self {
        Self { input, output, cache_read: input, cache_write: input }
    }

    /// What a usage costs, in millionths of a US dollar, rounded up.
    pub fn cost(&self, usage: &Usage) -> u64 {
        let part = |tokens: Option<u64>, price: u64| u128::from(tokens.unwrap_or(0)) * u128::from(price);
        let sum = part(usage.input_tokens, self.input)
            + part(usage.output_tokens, self.output)
            + part(usage.cache_read_tokens, self.cache_read)
            + part(usage.cache_write_tokens, self.cache_write);
        u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}

impl FromStr for Prices {
    type Err = Error;

    /// Reads `IN/OUT[/CACHE_READ[/CACHE_WRITE]]` in US dollars for a million tokens, for example `3/15/0.30/3.75`.
    fn from_str(text: &str) -> Result<Self> {
        let invalid = || {
            Error::new(
                ErrorKind::InvalidInput,
                "prices read IN/OUT[/CACHE_READ[/CACHE_WRITE]], in US dollars for a million tokens",
            )
            .with_context("given", text)
        };
        let dollars = |text: &str| match text.trim().parse::<f64>() {
            Ok(dollars) if (0.0..1e6).contains(&dollars) => Ok((dollars * 1e6).round() as u64),
            _ => Err(invalid()),
        };
        let parts = text.split('/').map(dollars).collect::<Result<Vec<u64>>>()?;
        match parts.as_slice() {
            [input, output, rest @ ..] if rest.len() <= 2 => {
                let cache_read = rest.first().copied().unwrap_or(*input);
                let cache_write = rest.get(1).copied().unwrap_or(*input);
                Ok(Self { input: *input, output: *output, cache_read, cache_write })
            }
            _ => Err(invalid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_per_million_tokens() {
        let prices: Prices = "3/15/0.30/3.75".parse().unwrap();
        let usage =
            Usage::default().with_input_tokens(1_000).with_output_tokens(100).with_cache_read_tokens(10_000);
        assert_eq!(prices.cost(&usage), 3_000 + 1_500 + 3_000);
        assert_eq!("1/2".parse::<Prices>().unwrap(), Prices::new(1_000_000, 2_000_000));
        for text in ["", "1", "a/b", "1/2/3/4/5", "-1/2", "1/inf"] {
            assert_eq!(text.parse::<Prices>().unwrap_err().kind(), ErrorKind::InvalidInput, "{text}");
        }
    }
}
