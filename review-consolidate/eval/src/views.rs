//! The labelled pairs that the weights are fitted on: the same findings in several views, because a scorer meets long and
//! short texts, with and without places, and reviews whose findings are all different.

use std::collections::BTreeMap;
use std::path::Path;

use review_consolidate::Weights;
use review_consolidate::eval::signals;
use review_core::{ChangeSet, Input, RawFinding, Review, SourceId};

use super::fit::Row;
use super::{Case, Labelled, bench, change_of, corpus, ids, published};

/// Rows of one change or repository; a fit leaves whole groups out.
pub struct Rows {
    pub group: String,
    pub rows: Vec<Row>,
}

/// A view of the corpus' raw findings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum View {
    /// As they are.
    Whole,
    /// Without places.
    Text,
    /// Titles and places only.
    Titles,
    /// Places only.
    Places,
}

/// The case in a view.
pub fn seen(case: &Case, view: View) -> Case {
    let mut case = case.clone();
    for finding in case.input.reviews.iter_mut().flat_map(|review| &mut review.findings) {
        if view == View::Text {
            finding.locations.clear();
        }
        if matches!(view, View::Titles | View::Places) {
            finding.body.clear();
            finding.quotes.clear();
        }
        if view == View::Places {
            finding.title.clear();
        }
    }
    case
}

/// Pairs of different reviewers with their labels; related ones are left out.
fn labelled(case: &Case, weight: f64) -> Vec<Row> {
    let label = |source: &SourceId| case.labels.items.iter().find(|item| item.source == *source).unwrap();
    let pairs = signals(&case.input).unwrap().into_iter().filter(|pair| pair.a.reviewer != pair.b.reviewer);
    pairs
        .filter_map(|pair| {
            let (a, b) = (label(&pair.a), label(&pair.b));
            let same = a.cluster == b.cluster;
            let related = a.also.contains(&b.cluster) || b.also.contains(&a.cluster);
            let known = !a.ignored && !b.ignored;
            (known && (same || !related))
                .then(|| (Weights::row(&pair.signals), f64::from(u8::from(same)), weight))
        })
        .collect()
}

/// Different findings in reviews of their own: nothing but the score keeps them apart.
fn different(reviews: Vec<Review>, weight: f64) -> Vec<Row> {
    let input = Input::new(ChangeSet::default(), reviews);
    let pairs = signals(&input).unwrap().into_iter().filter(|pair| pair.a.reviewer != pair.b.reviewer);
    pairs.map(|pair| (Weights::row(&pair.signals), 0.0, weight)).collect()
}

/// Each finding in a review of its own.
pub fn apart(findings: &[RawFinding]) -> Vec<Review> {
    let number = |(n, finding): (usize, &RawFinding)| {
        Review::new(format!("r{n:02}")).with_finding(finding.clone().with_id(format!("S{n}")))
    };
    findings.iter().enumerate().map(number).collect()
}

/// The findings dealt out to two reviews, singly or in twos: each looks for a partner that it does not have.
pub fn dealt(findings: &[RawFinding], by: usize) -> Vec<Review> {
    let mut reviews = vec![Review::new("left"), Review::new("right")];
    for (n, finding) in findings.iter().enumerate() {
        reviews[n / by % 2].findings.push(finding.clone().with_id(format!("S{n}")));
    }
    reviews
}

/// Rows of the corpus by change. What one reviewer told apart, and what was published as two, is different.
pub fn corpus_rows(dir: &Path) -> Vec<Rows> {
    let cases = corpus(dir);
    let mut all = Vec::new();
    for case in &cases {
        let mut rows = labelled(case, 1.0);
        rows.extend(labelled(&seen(case, View::Text), 0.5));
        rows.extend(labelled(&seen(case, View::Titles), 0.2));
        for review in &case.input.reviews {
            let mut alone = case.clone();
            alone.labels.items.clear();
            alone.input.reviews = apart(&review.findings);
            for (n, finding) in review.findings.iter().enumerate() {
                let source = SourceId::new(&review.reviewer, review.pass, &finding.id);
                let mut item = case.labels.items.iter().find(|item| item.source == source).unwrap().clone();
                item.source = SourceId::new(format!("r{n:02}"), 1, format!("S{n}"));
                alone.labels.items.push(item);
            }
            rows.extend(labelled(&alone, 0.15));
        }
        all.push(Rows { group: case.labels.change.clone(), rows });
    }
    for (id, findings) in ids(dir).iter().zip(published(dir)) {
        let mut rows = different(apart(&findings), 0.3);
        rows.extend(different(dealt(&findings, 1), 0.15));
        rows.extend(different(dealt(&findings, 2), 0.15));
        all.push(Rows { group: change_of(&cases, id), rows });
    }
    all
}

/// The products of the benchmark that are consolidated together.
pub const ENSEMBLES: [&[&str]; 4] = [
    &["claude", "copilot", "gemini"],
    &["bugbot", "devin", "qodo-v2"],
    &["augment", "claude", "coderabbit", "copilot", "gemini", "greptile", "propel", "qodo"],
    &[],
];

/// The benchmark's findings by review; an empty list stands for all products.
pub fn ensemble(findings: &[Labelled], products: &[&str]) -> Vec<Review> {
    let mut reviews: BTreeMap<&str, Review> = BTreeMap::new();
    for one in findings.iter().filter(|one| products.is_empty() || products.contains(&one.tool.as_str())) {
        reviews.entry(&one.tool).or_insert_with(|| Review::new(&one.tool)).findings.push(one.finding.clone());
    }
    reviews.into_values().collect()
}

/// Rows of the benchmark by repository: findings of different products, the same where they are credited with the same golden
/// comment. A finding that is credited with one and a finding that is credited with none are different; of two that are credited
/// with none nothing is known.
pub fn bench_rows(file: &Path) -> Vec<Rows> {
    bench(file)
        .iter()
        .map(|change| {
            let mut rows = Vec::new();
            for products in ENSEMBLES {
                let weight = if products.is_empty() { 0.02 } else { 0.05 };
                let one = |source: &SourceId| {
                    change.findings.iter().find(|one| one.finding.id == source.id).unwrap()
                };
                let input = Input::new(ChangeSet::default(), ensemble(&change.findings, products));
                for pair in signals(&input).unwrap() {
                    let (a, b) = (one(&pair.a), one(&pair.b));
                    let unknown = |one: &Labelled| !matches!(one.label.as_str(), "tp" | "fp");
                    if pair.a.reviewer == pair.b.reviewer
                        || unknown(a)
                        || unknown(b)
                        || a.golden.is_empty() && b.golden.is_empty()
                    {
                        continue;
                    }
                    let same = a.golden.iter().any(|golden| b.golden.contains(golden));
                    rows.push((Weights::row(&pair.signals), f64::from(u8::from(same)), weight));
                }
            }
            Rows { group: change.repository.clone(), rows }
        })
        .collect()
}
