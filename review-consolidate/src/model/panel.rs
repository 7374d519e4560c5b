//! Whose reviews count: everybody's, or everybody's but one.

use std::collections::BTreeMap;

use super::ids::{ReviewerId, Table};
use super::item::Item;

/// A reviewer over all of its passes.
#[derive(Clone, Debug)]
pub(crate) struct Member<'a> {
    pub(crate) name: &'a str,
    /// The provider, where it is known.
    pub(crate) provider: Option<&'a str>,
    /// Whether it is rules, a linter or another analyser.
    pub(crate) is_tool: bool,
}

/// The reviewers of an input, and which of them is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel<'a> {
    pub(crate) all: &'a Table<ReviewerId, Member<'a>>,
    pub(crate) excluded: Option<ReviewerId>,
}

impl<'a> Panel<'a> {
    /// Everybody.
    pub(crate) fn everybody(all: &'a Table<ReviewerId, Member<'a>>) -> Self {
        Self { all, excluded: None }
    }

    /// Everybody but this reviewer.
    pub(crate) fn without(all: &'a Table<ReviewerId, Member<'a>>, reviewer: ReviewerId) -> Self {
        Self { all, excluded: Some(reviewer) }
    }

    pub(crate) fn has(&self, reviewer: ReviewerId) -> bool {
        self.excluded != Some(reviewer)
    }

    /// Whether an item's reviewer takes part.
    pub(crate) fn counts(&self, item: &Item<'_>) -> bool {
        self.has(item.reviewer)
    }

    /// Names of the reviewers that take part, ordered.
    pub(crate) fn names(&self) -> Vec<&'a str> {
        self.all.iter().filter(|(id, _)| self.has(*id)).map(|(_, member)| member.name).collect()
    }

    /// Providers by reviewer, where they are known.
    pub(crate) fn providers(&self) -> BTreeMap<&'a str, &'a str> {
        self.all.values().filter_map(|member| Some((member.name, member.provider?))).collect()
    }
}
