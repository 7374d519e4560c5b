//! The rule engine: each file is parsed once, and every rule of its language looks at it in one walk.

mod directives;
mod pool;
mod rule;
mod rule_set;
mod scan;
mod scope;
mod source;
mod text;

pub(crate) use pool::{Pooled, in_parallel};
pub use rule::{Place, Rule, RuleInfo};
pub use rule_set::RuleSet;
pub use scan::{Match, scan};
pub(crate) use scan::{is_scanned, lines_of, scan_source};
pub(crate) use scope::Scope;
pub(crate) use source::{Node, Skip, Source, is_comment, walk};
pub(crate) use text::{one_line, squeezed};
