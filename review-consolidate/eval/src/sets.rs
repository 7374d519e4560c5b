//! The labelled pairs of all sets as rows for a fit, with the project or change that a row must be left out with.

use std::collections::BTreeMap;
use std::path::Path;

use review_consolidate::PairSignals;
use review_consolidate::eval::signals;
use review_core::{ChangeSet, Input, Review, SourceId};

use crate::views::{View, ensemble, seen};
use crate::{Case, bench, comments, corpus};

/// A set of labelled pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Set {
    /// Long reports of one project.
    Corpus,
    /// The same findings without their places.
    CorpusText,
    /// The same findings without their bodies.
    CorpusTitles,
    /// Short comments with places, of many projects.
    Comments,
    /// Texts alone, of a few projects.
    Texts,
}

/// All sets.
pub const SETS: [Set; 5] = [Set::Corpus, Set::CorpusText, Set::CorpusTitles, Set::Comments, Set::Texts];

/// A labelled pair.
#[derive(Clone, Debug)]
pub struct Row {
    pub set: Set,
    /// What is left out together: a project, or a change where there is one project.
    pub fold: String,
    pub signals: PairSignals,
    pub same: bool,
    /// Near each other in place.
    pub near: bool,
    pub titles: [String; 2],
}

/// All rows.
pub fn rows(shared: &Path) -> Vec<Row> {
    let mut all = Vec::new();
    for case in corpus(&shared.join("corpus")) {
        for (set, view) in
            [(Set::Corpus, View::Whole), (Set::CorpusText, View::Text), (Set::CorpusTitles, View::Titles)]
        {
            of_case(set, &seen(&case, view), &mut all);
        }
    }
    for change in comments::read(&shared.join("bench/aacr-pairs-dev.jsonl")) {
        let labels =
            change.pairs.iter().map(|pair| ((pair.a.clone(), pair.b.clone()), (pair.same, pair.near)));
        let labels: BTreeMap<_, _> = labels.collect();
        of_reviews(Set::Comments, &change.project, change.reviews.clone(), &mut all, &|a, b| {
            labels.get(&(a.clone(), b.clone())).or_else(|| labels.get(&(b.clone(), a.clone()))).copied()
        });
    }
    for change in bench(&shared.join("bench/martian-dev.jsonl")) {
        let one = |source: &SourceId| change.findings.iter().find(|one| one.finding.id == source.id);
        let reviews = ensemble(&change.findings, &[]);
        of_reviews(Set::Texts, &change.repository, reviews, &mut all, &|a, b| {
            let (a, b) = (one(a)?, one(b)?);
            let known = |label: &str| matches!(label, "tp" | "fp");
            let both_nothing = a.golden.is_empty() && b.golden.is_empty();
            if a.tool == b.tool || !known(&a.label) || !known(&b.label) || both_nothing {
                return None;
            }
            Some((a.golden.iter().any(|golden| b.golden.contains(golden)), false))
        });
    }
    all
}

fn of_case(set: Set, case: &Case, into: &mut Vec<Row>) {
    let label = |source: &SourceId| case.labels.items.iter().find(|item| item.source == *source);
    of_reviews(set, &case.labels.change, case.input.reviews.clone(), into, &|a, b| {
        let (a, b) = (label(a)?, label(b)?);
        let same = a.cluster == b.cluster;
        let related = a.also.contains(&b.cluster)
            || b.also.contains(&a.cluster)
            || a.also.iter().any(|also| b.also.contains(also));
        let counts = a.source.reviewer != b.source.reviewer && !a.ignored && !b.ignored && (same || !related);
        counts.then_some((same, false))
    });
}

/// Whether two findings are the same issue, and whether they are near each other; nothing where that is not known.
type Label<'l> = &'l dyn Fn(&SourceId, &SourceId) -> Option<(bool, bool)>;

fn of_reviews(set: Set, fold: &str, reviews: Vec<Review>, into: &mut Vec<Row>, label: Label<'_>) {
    let input = Input::new(ChangeSet::default(), reviews);
    let title = |source: &SourceId| {
        let review = input
            .reviews
            .iter()
            .find(|review| review.reviewer == source.reviewer && review.pass == source.pass);
        let finding = review.and_then(|review| review.findings.iter().find(|one| one.id == source.id));
        finding.map(|one| one.title.clone()).unwrap_or_default()
    };
    for pair in signals(&input).unwrap() {
        if let Some((same, near)) = label(&pair.a, &pair.b) {
            let titles = [title(&pair.a), title(&pair.b)];
            into.push(Row { set, fold: fold.to_owned(), signals: pair.signals, same, near, titles });
        }
    }
}
