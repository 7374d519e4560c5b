//! Reading prose and code without understanding it: words, identifiers, Markdown blocks.

pub(crate) mod asks;
pub(crate) mod common;
pub(crate) mod count;
pub(crate) mod intern;
pub(crate) mod labels;
pub(crate) mod markdown;
pub(crate) mod paths;
pub(crate) mod synonyms;
pub(crate) mod vocabulary;
pub(crate) mod words;
