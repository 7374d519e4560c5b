//! How common stems are in what reviewers write, whatever the project: counted over the findings of some thirty projects by
//! `eval/examples/common_words.rs`, in thousandths of findings.
//!
//! It is a constant, so how alike two findings are does not depend on what anybody else found.

/// Stems in order, each with its share.
const COMMON: &str = include_str!("common.txt");
/// A stem in this share of all findings is as rare as one that is not listed.
const RARE: f64 = 2.0;
/// The commonest word still tells something.
const LEAST: f64 = 0.15;

/// The table of common stems.
pub(crate) struct Common {
    stems: Vec<(&'static str, f64)>,
}

impl Default for Common {
    fn default() -> Self {
        let entry = |line: &'static str| {
            let (stem, share) = line.split_once(' ')?;
            Some((stem, share.parse().ok()?))
        };
        Self { stems: COMMON.lines().filter_map(entry).collect() }
    }
}

impl Common {
    /// How much a stem tells: 1 for a rare one, less the more findings use it.
    pub(crate) fn rarity(&self, stem: &str) -> f64 {
        let at = self.stems.binary_search_by(|(known, _)| (*known).cmp(stem)).ok();
        let share = at.and_then(|at| self.stems.get(at)).map_or(RARE, |(_, share)| share.max(RARE));
        (libm::log(1000.0 / share) / libm::log(1000.0 / RARE)).max(LEAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_in_order() {
        let common = Common::default();
        assert_eq!(common.stems.len(), COMMON.lines().count());
        assert!(common.stems.is_sorted_by_key(|(stem, _)| *stem));
        assert!(common.rarity("error") < common.rarity("finalizer"));
        assert_eq!(common.rarity("zqx"), 1.0);
    }
}
