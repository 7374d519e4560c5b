//! The embedded reviewer: structural rules and comparisons of base and head; offline, without a key, deterministic.
//!
//! * **Rules** are data (`rules/<language>.yml`): a pattern, and code that it must match and must not match. Each file is
//!   parsed once, and every rule of its language looks at it in one walk ([`scan`]).
//! * **Checks** are code, described by data (`rules/change.yml`, `rules/hygiene.yml`) with changes that they must speak up
//!   about and must not. They compare the two versions: what the change took away is where reviewers find most.
//!
//! A finding is reported where the change *made* the problem. The reviewed code can't silence a rule: comments that other
//! tools take as "ignore" mean nothing here, and rules of the reviewed branch are never loaded.

mod catalogue;
mod compare;
mod engine;
mod examples;
mod facts;
mod findings;
mod fresh;
mod hygiene;
mod imports;
mod language;
mod patch;
mod paths;
mod prose;
mod reading;
mod repository_rules;
mod review;
mod reviewer;
mod searcher;
pub mod tools;

pub use catalogue::{Catalogue, Check, ExampleFile, rules_in};
pub use engine::{Match, Place, Rule, RuleInfo, RuleSet, scan};
pub use examples::{Broken as BrokenExample, broken_check_examples, broken_rule_examples};
pub use language::Language;
pub use reviewer::RulesReviewer;
