//! A large change in parts that fit into a prompt.
//!
//! [`split`] puts every hunk into exactly one part, or says why it is in none. Files that belong together (a file and its
//! test, a header and its source) come into the same part where they fit, and neighbours in a folder into neighbouring
//! parts. What nobody reads line by line (lock files, generated and vendored code) comes last, so that it is left out first. [`folded`] tells what a program
//! made, so that a prompt can name it instead.

mod bulk;
mod fold;
mod kinship;
mod split;

pub use fold::{Folded, folded};
pub use split::{Part, PartHunk, Split, Uncovered, split};
