//! Intervals by resampling whole changes, because the findings of one change are not independent.

use std::collections::BTreeMap;

/// A 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The 95 % interval of a measure: whole groups are drawn with replacement, `rounds` times, with a fixed seed.
/// `groups` names the group of each element; `measure` is called with the numbers of the drawn elements.
pub fn bootstrap(groups: &[String], rounds: usize, measure: &dyn Fn(&[usize]) -> f64) -> Interval {
    let mut by_group: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        by_group.entry(group).or_default().push(index);
    }
    let groups: Vec<&Vec<usize>> = by_group.values().collect();
    if groups.is_empty() || rounds == 0 {
        return Interval::default();
    }
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut values: Vec<f64> = (0..rounds)
        .map(|_| {
            let drawn: Vec<usize> = groups
                .iter()
                .filter_map(|_| groups.get((next(&mut state) % groups.len() as u64) as usize))
                .flat_map(|group| group.iter().copied())
                .collect();
            measure(&drawn)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get(((values.len() - 1) as f64 * share) as usize).copied().unwrap_or(0.0);
    Interval { low: at(0.025), high: at(0.975) }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_covers_the_mean_and_is_the_same_every_time() {
        let groups: Vec<String> = (0..20).map(|i| format!("g{}", i / 2)).collect();
        let mean = |drawn: &[usize]| drawn.iter().sum::<usize>() as f64 / drawn.len() as f64;
        let interval = bootstrap(&groups, 500, &mean);
        assert!(interval.low < 9.5 && 9.5 < interval.high);
        assert_eq!(interval, bootstrap(&groups, 500, &mean));
    }
}
