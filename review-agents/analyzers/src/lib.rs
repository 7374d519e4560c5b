//! Built-in structural rules as a reviewer: offline, without a key, deterministic.
//!
//! Rules are data (`rules/*.yml`), each with code that it must match and code that it must not. A finding is reported
//! only where the change touched the matched code. The reviewed code can't silence a rule: comments that other tools
//! take as "ignore" mean nothing here, and rules of the reviewed branch are never loaded.

mod builtin;
mod language;
mod markers;
mod reviewer;
mod rule;
mod scan;

pub use builtin::{builtin_rules, rules_in};
pub use language::Language;
pub use reviewer::RulesReviewer;
pub use rule::{Rule, RuleInfo};
pub use scan::{Match, scan};
