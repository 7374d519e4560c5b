//! Reads what `git diff-tree --raw --patch --full-index` prints.

mod parse;
mod raw;

pub use parse::{ParsedDiff, parse_diff};
