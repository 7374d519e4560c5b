//! Labelled items, and what a report predicts for them.

use std::collections::BTreeMap;

use review_core::{Ratio, Report, Severity, SourceId};

/// What is known to be right of one raw finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledItem {
    /// Whose it is.
    pub source: SourceId,
    /// The cluster that it belongs to.
    pub cluster: String,
    /// Further clusters that it also speaks of.
    pub also: Vec<String>,
    /// The published severity; `None` when it was not published.
    pub severity: Option<Severity>,
    /// Its label is not known: it is left out of every measure.
    pub ignored: bool,
}

/// The labels of one report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelledReport {
    /// Id of the report.
    pub id: String,
    /// The change that it is about: several reports may be about one.
    pub change: String,
    /// Its raw findings.
    pub items: Vec<LabelledItem>,
}

/// What a report says of one raw finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predicted {
    /// Its cluster: the first target of its ledger entry.
    pub cluster: String,
    /// The published severity; `None` when it is not published.
    pub severity: Option<Severity>,
    /// Confidence of the published finding.
    pub confidence: Option<Ratio>,
}

/// What a report says of each raw finding, by source.
pub fn predictions(report: &Report) -> BTreeMap<SourceId, Predicted> {
    let confidence: BTreeMap<&str, Ratio> =
        report.findings.iter().map(|finding| (finding.id.as_str(), finding.confidence)).collect();
    report
        .ledger
        .iter()
        .map(|entry| {
            let cluster = entry.targets.first().cloned().unwrap_or_else(|| entry.source.to_string());
            let severity = report
                .finding(&cluster)
                .and(entry.severity_to.or_else(|| report.finding(&cluster).map(|f| f.severity)));
            let confidence = confidence.get(cluster.as_str()).copied();
            (entry.source.clone(), Predicted { cluster, severity, confidence })
        })
        .collect()
}
