//! Which matches the change made.

use std::collections::HashMap;

use crate::compare::{FileView, Version};
use crate::engine::Match;

/// The matches that the base did not have: on lines that the change touched, and neither moved here from elsewhere nor
/// an old one whose surroundings changed.
pub(crate) fn made_by_the_change(
    views: &[FileView],
    matches: Vec<(usize, Vec<Match>, Vec<Match>)>,
) -> Vec<(usize, Match)> {
    let mut before: HashMap<(String, String), u32> = HashMap::new();
    for (_, _, base) in &matches {
        for found in base {
            *before.entry((found.rule.clone(), found.key.clone())).or_default() += 1;
        }
    }
    let mut take = |found: &Match| match before.get_mut(&(found.rule.clone(), found.key.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    let mut fresh = Vec::new();
    for (index, head, base) in matches {
        let Some(view) = views.get(index) else { continue };
        // Untouched ones first: they are the ones that were there.
        let (touched, old): (Vec<Match>, Vec<Match>) =
            head.into_iter().partition(|found| view.touches(found.range));
        let mut seen: HashMap<(String, String), u32> = HashMap::new();
        for found in &old {
            take(found);
        }
        let mut unknown = Vec::new();
        for found in touched {
            if !take(&found) {
                unknown.push(found);
            }
        }
        // Of one rule in one function, so many as were there before are the same, reworded.
        let function = |version: &Option<Version>, line: u32| {
            version
                .as_ref()
                .and_then(|version| version.function_at(line))
                .map(|function| format!("{}.{}", function.owner, function.name))
        };
        let mut count = |version: &Option<Version>, found: &Match, change: i64| {
            if let Some(name) = function(version, found.range.start) {
                let slot = seen.entry((found.rule.clone(), name)).or_default();
                *slot = u32::try_from(i64::from(*slot) + change).unwrap_or(0);
                return *slot;
            }
            0
        };
        for found in &base {
            count(&view.base, found, 1);
        }
        for found in &old {
            count(&view.head, found, -1);
        }
        for found in unknown {
            let name = function(&view.head, found.range.start);
            let slot = name.and_then(|name| seen.get_mut(&(found.rule.clone(), name)));
            match slot {
                Some(left) if *left > 0 => *left -= 1,
                _ => fresh.push((index, found)),
            }
        }
    }
    fresh
}
