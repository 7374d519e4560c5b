//! Raw findings that speak of the same issue, and what was made of them.

use std::collections::BTreeMap;
use std::rc::Rc;

use review_core::{
    Anchor, AttributedFix, Category, Decision, FindingState, Grade, Kind, Location, Ratio, Severity,
};

use super::ids::{ItemId, ReviewerId};
use super::item::{Item, Items};
use super::remarks::{Remark, Stage};
use super::removal::Removal;

/// Which raw findings are one issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The first of its members.
    pub(crate) first: ItemId,
    /// The raw findings, ordered.
    pub(crate) members: Vec<ItemId>,
    /// Section items and further findings that say the same, ordered.
    pub(crate) supporters: Vec<ItemId>,
}

impl Group {
    /// A group without supporters; `None` of nothing.
    pub(crate) fn of(mut members: Vec<ItemId>) -> Option<Self> {
        members.sort_unstable();
        Some(Self { first: *members.first()?, members, supporters: Vec::new() })
    }
}

/// A cluster: merged, and checked against the source and the other reviews. How severe and how sure it is depends on the
/// whole panel, and is a [`Judgement`].
#[derive(Clone, Debug)]
pub(crate) struct Cluster<'a> {
    pub(crate) members: Vec<ItemId>,
    pub(crate) supporters: Vec<ItemId>,
    /// The member whose wording is published.
    pub(crate) representative: ItemId,
    /// Names of its reviewers, ordered: those of members and supporters.
    pub(crate) reviewers: Vec<String>,
    pub(crate) kind: Option<Kind>,
    pub(crate) category: Option<Category>,
    /// Places after checking, the main one first.
    pub(crate) places: Vec<Location>,
    /// Anchors of all members.
    pub(crate) anchors: Vec<Anchor>,
    /// The code at the main place.
    pub(crate) code: Option<String>,
    /// Whether the main place is part of the change.
    pub(crate) in_change: Option<bool>,
    /// Fixes with their authors.
    pub(crate) fixes: Vec<AttributedFix>,
    pub(crate) remarks: Vec<Remark>,
    /// Doubts, in thousandths of log odds.
    pub(crate) doubt: u32,
    /// The likeness of the most similar finding of each reviewer that has no part in it, in thousandths.
    pub(crate) corroboration: BTreeMap<ReviewerId, u16>,
    /// Other reviewers who list it among the limitations that the author acknowledges, ordered.
    pub(crate) acknowledged_by: Vec<String>,
    /// What the checks removed it for, or that its reviewer took it back.
    pub(crate) removal: Option<Removal>,
    /// The decision on its truth, where there is one.
    pub(crate) ruling: Option<&'a Decision>,
}

impl Cluster<'_> {
    /// Adds a doubt with its reason.
    pub(crate) fn doubted(&mut self, weight: u32, reason: impl std::fmt::Display) {
        self.doubt = self.doubt.saturating_add(weight);
        self.remarks.push(Remark::new(Stage::Check, reason));
    }

    /// Whether one of its quotes stands where it says, or close by.
    pub(crate) fn quote_holds(&self) -> bool {
        self.anchors.iter().any(|anchor| matches!(anchor.grade, Grade::Exact | Grade::Moved))
    }
}

/// What the report will say of a cluster.
#[derive(Clone, Debug)]
pub(crate) struct Judgement {
    pub(crate) severity: Severity,
    pub(crate) confidence: Ratio,
    /// Where reviewers disagree.
    pub(crate) disagreements: Vec<String>,
    /// Why it became what it is, beside what the cluster says.
    pub(crate) remarks: Vec<Remark>,
    /// How it stands against earlier rounds.
    pub(crate) state: FindingState,
    /// Why it is not published.
    pub(crate) removal: Option<Removal>,
    /// Whether a judge or a check of the code changed the severity, rather than how others see it.
    pub(crate) by_evidence: bool,
}

/// A cluster with its judgement.
#[derive(Clone, Debug)]
pub(crate) struct JudgedCluster<'a> {
    pub(crate) cluster: Rc<Cluster<'a>>,
    pub(crate) judgement: Judgement,
    /// The likeness of the most similar findings of the others that take part, summed, in thousandths.
    pub(crate) corroboration: u32,
}

impl JudgedCluster<'_> {
    /// Whether it will be published.
    pub(crate) fn is_published(&self) -> bool {
        self.judgement.removal.is_none()
    }

    /// Every remark in the order of the stages.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = &Remark> {
        self.cluster.remarks.iter().chain(&self.judgement.remarks)
    }

    pub(crate) fn because(&mut self, stage: Stage, text: impl std::fmt::Display) {
        self.judgement.remarks.push(Remark::new(stage, text));
    }
}

/// What checkers and calibrators see of a cluster.
#[derive(Clone, Copy)]
pub struct ClusterView<'a> {
    cluster: &'a Cluster<'a>,
    items: &'a Items<'a>,
    corroboration: u32,
}

impl std::fmt::Debug for ClusterView<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClusterView")
            .field("representative", &self.representative().source)
            .field("reviewers", &self.cluster.reviewers)
            .finish_non_exhaustive()
    }
}

impl<'a> ClusterView<'a> {
    pub(crate) fn new(cluster: &'a Cluster<'a>, items: &'a Items<'a>, corroboration: u32) -> Self {
        Self { cluster, items, corroboration }
    }

    /// Its raw findings, in canonical order.
    pub fn members(&self) -> impl ExactSizeIterator<Item = &'a Item<'a>> + use<'a> {
        let items = self.items;
        self.cluster.members.iter().map(move |member| &items[*member])
    }

    /// The raw finding whose wording is published.
    pub fn representative(&self) -> &'a Item<'a> {
        &self.items[self.cluster.representative]
    }

    /// Section items, and findings of other clusters, that say the same too.
    pub fn supporters(&self) -> impl ExactSizeIterator<Item = &'a Item<'a>> + use<'a> {
        let items = self.items;
        self.cluster.supporters.iter().map(move |member| &items[*member])
    }

    /// Names of the reviewers of its members and supporters, ordered.
    pub fn reviewers(&self) -> &'a [String] {
        &self.cluster.reviewers
    }

    /// How it relates to the change.
    pub fn kind(&self) -> Option<Kind> {
        self.cluster.kind
    }

    /// What it is about.
    pub fn category(&self) -> Option<Category> {
        self.cluster.category
    }

    /// Its places after checking, the main one first.
    pub fn places(&self) -> &'a [Location] {
        &self.cluster.places
    }

    /// The anchors of all members.
    pub fn anchors(&self) -> &'a [Anchor] {
        &self.cluster.anchors
    }

    /// Whether the main place is part of the change, where that is known.
    pub fn in_change(&self) -> Option<bool> {
        self.cluster.in_change
    }

    /// Whether a quote stands where it says, or close by.
    pub fn quote_holds(&self) -> bool {
        self.cluster.quote_holds()
    }

    /// Whether a quote of one of its members stands where it says, or close by.
    pub fn quote_of_holds(&self, member: &Item<'_>) -> bool {
        let mut own = self.anchors().iter().filter(|anchor| anchor.source.as_ref() == Some(&member.source));
        own.any(|anchor| matches!(anchor.grade, Grade::Exact | Grade::Moved))
    }

    /// What the checks hold against it, in thousandths of log odds.
    pub fn doubt(&self) -> u32 {
        self.cluster.doubt
    }

    /// Other reviewers who list it among the limitations that the author acknowledges, ordered.
    pub fn acknowledged_by(&self) -> &'a [String] {
        &self.cluster.acknowledged_by
    }

    /// How far further reviewers say something like it, in thousandths of a reviewer.
    pub fn corroboration(&self) -> u32 {
        self.corroboration
    }
}
