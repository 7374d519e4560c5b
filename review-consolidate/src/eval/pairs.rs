//! Pair counts, B-cubed, and severities.

use std::collections::BTreeMap;

use review_core::SourceId;

use super::labels::{LabelledItem, LabelledReport, Predicted};

/// Pairs of raw findings of different reviewers, by prediction and label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// Together, and rightly.
    pub right: u32,
    /// Together, but wrongly.
    pub wrong: u32,
    /// Apart, but wrongly.
    pub missed: u32,
}

impl PairCounts {
    /// Adds other counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            missed: self.missed + other.missed,
        }
    }

    /// Share of the pairs put together that belong together.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Share of the pairs that belong together that are.
    pub fn recall(&self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    /// Harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }
}

/// B-cubed over all raw findings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BCubed {
    /// Sum of the items' precisions.
    pub precision: f64,
    /// Sum of the items' recalls.
    pub recall: f64,
    /// Number of items.
    pub items: u32,
}

impl BCubed {
    /// Adds other sums.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            precision: self.precision + other.precision,
            recall: self.recall + other.recall,
            items: self.items + other.items,
        }
    }

    /// Harmonic mean of mean precision and mean recall.
    pub fn f1(&self) -> f64 {
        let n = f64::from(self.items.max(1));
        harmonic(self.precision / n, self.recall / n)
    }
}

/// Published severities against labels, over the raw findings that the label says were published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeverityCounts {
    /// Published with the right severity.
    pub right: u32,
    /// Published more severe.
    pub higher: u32,
    /// Published less severe.
    pub lower: u32,
    /// Not published.
    pub unpublished: u32,
}

impl SeverityCounts {
    /// Adds other counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            right: self.right + other.right,
            higher: self.higher + other.higher,
            lower: self.lower + other.lower,
            unpublished: self.unpublished + other.unpublished,
        }
    }

    /// Share with the right severity; unpublished counts as wrong.
    pub fn accuracy(&self) -> f64 {
        share(self.right, self.right + self.higher + self.lower + self.unpublished)
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 1.0 } else { f64::from(part) / f64::from(whole) }
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { 2.0 * a * b / (a + b) } else { 0.0 }
}

/// Same cluster, different clusters, or (related only by a further cluster) not counted.
fn same(a: &LabelledItem, b: &LabelledItem) -> Option<bool> {
    if a.cluster == b.cluster {
        return Some(true);
    }
    let related = b.also.contains(&a.cluster)
        || a.also.contains(&b.cluster)
        || a.also.iter().any(|x| b.also.contains(x));
    if related { None } else { Some(false) }
}

/// Pair counts of one report.
pub fn pair_counts(report: &LabelledReport, predicted: &BTreeMap<SourceId, Predicted>) -> PairCounts {
    let mut counts = PairCounts::default();
    let items: Vec<&LabelledItem> = report.items.iter().filter(|item| !item.ignored).collect();
    for (index, a) in items.iter().enumerate() {
        for b in items.iter().skip(index + 1).filter(|b| b.source.reviewer != a.source.reviewer) {
            let Some(label) = same(a, b) else { continue };
            let together = predicted
                .get(&a.source)
                .zip(predicted.get(&b.source))
                .is_some_and(|(x, y)| x.cluster == y.cluster);
            match (label, together) {
                (true, true) => counts.right += 1,
                (true, false) => counts.missed += 1,
                (false, true) => counts.wrong += 1,
                (false, false) => {}
            }
        }
    }
    counts
}

/// B-cubed sums of one report.
pub fn b_cubed(report: &LabelledReport, predicted: &BTreeMap<SourceId, Predicted>) -> BCubed {
    let items: Vec<&LabelledItem> = report.items.iter().filter(|item| !item.ignored).collect();
    let cluster = |item: &LabelledItem| {
        predicted.get(&item.source).map_or_else(|| item.source.to_string(), |p| p.cluster.clone())
    };
    let mut sums = BCubed::default();
    for a in &items {
        let mine = cluster(a);
        let together = items.iter().filter(|b| cluster(b) == mine).count() as f64;
        let labelled = items.iter().filter(|b| b.cluster == a.cluster).count() as f64;
        let both = items.iter().filter(|b| cluster(b) == mine && b.cluster == a.cluster).count() as f64;
        sums = sums.plus(BCubed {
            precision: both / together.max(1.0),
            recall: both / labelled.max(1.0),
            items: 1,
        });
    }
    sums
}

/// Severity counts of one report.
pub fn severity_counts(report: &LabelledReport, predicted: &BTreeMap<SourceId, Predicted>) -> SeverityCounts {
    let mut counts = SeverityCounts::default();
    for item in report.items.iter().filter(|item| !item.ignored) {
        let Some(label) = item.severity else { continue };
        match predicted.get(&item.source).and_then(|predicted| predicted.severity) {
            None => counts.unpublished += 1,
            Some(severity) if severity.weight() == label.weight() => counts.right += 1,
            Some(severity) if severity.weight() > label.weight() => counts.higher += 1,
            Some(_) => counts.lower += 1,
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(reviewer: &str, id: &str, cluster: &str) -> LabelledItem {
        LabelledItem {
            source: SourceId::new(reviewer, 1, id),
            cluster: cluster.into(),
            also: Vec::new(),
            severity: None,
            ignored: false,
        }
    }

    #[test]
    fn pairs_and_b_cubed_by_hand() {
        let report = LabelledReport {
            id: "r".into(),
            change: "c".into(),
            items: vec![item("a", "1", "x"), item("b", "1", "x"), item("b", "2", "y")],
        };
        let predicted: BTreeMap<SourceId, Predicted> = report
            .items
            .iter()
            .map(|item| {
                (item.source.clone(), Predicted { cluster: "all".into(), severity: None, confidence: None })
            })
            .collect();
        let counts = pair_counts(&report, &predicted);
        assert_eq!((counts.right, counts.wrong, counts.missed), (1, 1, 0));
        let b3 = b_cubed(&report, &predicted);
        assert!((b3.precision - (2.0 / 3.0 + 2.0 / 3.0 + 1.0 / 3.0)).abs() < 1e-12 && b3.recall == 3.0);
    }
}
