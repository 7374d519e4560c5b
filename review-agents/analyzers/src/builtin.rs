//! The rules that come with the crate.

use review_core::Result;

use crate::rule::Rule;

const FILES: &[&str] = &[
    include_str!("../rules/go.yml"),
    include_str!("../rules/python.yml"),
    include_str!("../rules/rust.yml"),
    include_str!("../rules/typescript.yml"),
];

/// The built-in rules, ordered by id.
///
/// # Errors
/// Never for the rules as shipped: the crate's tests read them all.
pub fn builtin_rules() -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for yaml in FILES {
        rules.extend(Rule::parse(yaml)?);
    }
    rules.sort_by(|a, b| a.info().id.cmp(&b.info().id));
    Ok(rules)
}
