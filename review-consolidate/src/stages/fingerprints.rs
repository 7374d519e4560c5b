//! The identity of findings over rounds.

use std::collections::BTreeMap;

use review_core::fingerprint::{FingerprintInput, fingerprint};

use crate::model::cluster::JudgedCluster;
use crate::model::ids::{ClusterId, Table};
use crate::model::item::Items;

/// The fingerprint of each cluster; equal ones are told apart by an ordinal in the order of clusters.
pub(crate) fn fingerprints(
    clusters: &Table<ClusterId, JudgedCluster<'_>>,
    items: &Items<'_>,
) -> Table<ClusterId, String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    clusters.map(|_, judged| {
        let cluster = &judged.cluster;
        let category = cluster.category.map(|category| category.to_string()).unwrap_or_default();
        let mut input = FingerprintInput {
            path: cluster.places.first().map(|place| place.path.as_str()).unwrap_or_default(),
            code: cluster.code.as_deref(),
            title: &items[cluster.representative].finding.title,
            category: &category,
            ordinal: 0,
        };
        let first = fingerprint(&input);
        let count = seen.entry(first.clone()).or_insert(0);
        input.ordinal = *count;
        *count += 1;
        if input.ordinal == 0 { first } else { fingerprint(&input) }
    })
}
