//! Rules by language and by the kind of code that they can match, so that a walk asks few of them at each node.

use std::collections::HashMap;
use std::sync::Arc;

use ast_grep_core::Matcher as _;

use super::rule::Rule;
use crate::language::Language;

/// Rules that run together. A copy shares them.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
    index: HashMap<Language, Vec<Vec<u32>>>,
}

impl RuleSet {
    /// A set of rules. Of several with one id, the last counts: users' rules replace built-in ones.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        rules.into_iter().map(Arc::new).collect()
    }

    fn shared(rules: impl IntoIterator<Item = Arc<Rule>>) -> Self {
        let mut kept: Vec<Arc<Rule>> = Vec::new();
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

    /// This set and another one, whose rules take the place of those with the same id.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        self.rules.iter().chain(&others.rules).cloned().collect()
    }

    /// Those of the rules that are wanted.
    #[must_use]
    pub fn only(&self, wanted: impl Fn(&Rule) -> bool) -> Self {
        self.rules.iter().filter(|rule| wanted(rule)).cloned().collect()
    }

    /// The rules, by id.
    pub fn rules(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|rule| &**rule)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule with this id.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        let at = self.rules.binary_search_by(|rule| rule.info().id.as_str().cmp(id)).ok()?;
        self.rules.get(at).map(|rule| &**rule)
    }

    /// The rules that can match code of this kind.
    pub(super) fn at_kind(&self, language: Language, kind: u16) -> impl Iterator<Item = &Rule> {
        let slots = self.index.get(&language);
        let numbers =
            slots.and_then(|slots| slots.get(usize::from(kind))).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|number| self.rules.get(*number as usize).map(|rule| &**rule))
    }
}

impl FromIterator<Arc<Rule>> for RuleSet {
    fn from_iter<I: IntoIterator<Item = Arc<Rule>>>(rules: I) -> Self {
        Self::shared(rules)
    }
}
