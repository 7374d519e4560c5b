//! Rules by language and by the kind of code that they can match, so that a walk asks few of them at each node.

use std::collections::HashMap;

use ast_grep_core::Matcher as _;

use super::rule::Rule;
use crate::language::Language;

/// Rules that run together.
#[derive(Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    index: HashMap<Language, Vec<Vec<u32>>>,
}

impl RuleSet {
    /// A set of rules. Of several with one id, the last counts: users' rules replace built-in ones.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        let mut kept: Vec<Rule> = Vec::new();
        for rule in rules {
            kept.retain(|other| other.info().id != rule.info().id);
            kept.push(rule);
        }
        kept.sort_by(|a, b| a.info().id.cmp(&b.info().id));
        let mut index: HashMap<Language, Vec<Vec<u32>>> = HashMap::new();
        for (rule, number) in kept.iter().zip(0_u32..) {
            for language in rule.info().languages() {
                let Some(kinds) =
                    rule.compiled(language).and_then(|compiled| compiled.matcher.potential_kinds())
                else {
                    continue;
                };
                let slots = index.entry(language).or_default();
                for kind in &kinds {
                    if slots.len() <= kind {
                        slots.resize_with(kind + 1, Vec::new);
                    }
                    if let Some(slot) = slots.get_mut(kind) {
                        slot.push(number);
                    }
                }
            }
        }
        Self { rules: kept, index }
    }

    /// Takes the set apart.
    pub fn into_rules(self) -> impl Iterator<Item = Rule> {
        self.rules.into_iter()
    }

    /// The rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules
            .binary_search_by(|rule| rule.info().id.as_str().cmp(id))
            .ok()
            .and_then(|at| self.rules.get(at))
    }

    /// The rules that can match code of this kind.
    pub(super) fn at_kind(&self, language: Language, kind: u16) -> impl Iterator<Item = &Rule> {
        let slots = self.index.get(&language);
        let numbers =
            slots.and_then(|slots| slots.get(usize::from(kind))).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| self.rules.get(*number as usize))
    }
}

impl FromIterator<Rule> for RuleSet {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        Self::new(rules)
    }
}
