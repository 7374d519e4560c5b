//! Tests that were switched off or taken away.

use std::collections::BTreeSet;

use review_core::LineRange;

use super::pairs::{Lone, Pair, Pairs};
use super::text::words;
use super::{Broken, SourcePlace};
use crate::engine::one_line;

pub(super) fn disabled(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    for pair in &pairs.changed {
        if let (true, None, Some(mark)) = (pair.base.is_test, &pair.base.disabled, &pair.head.disabled) {
            if names_an_issue(pair) {
                continue;
            }
            out.push(Broken::new(
                "change.test-disabled",
                SourcePlace::head(&pair.head_version.path, LineRange::line(pair.head.line)),
                [("TEST", &one_line(&pair.head.name)), ("MARK", &one_line(mark))],
            ));
        }
    }
}

/// Whether the lines that switch a test off lead to an issue, so that it is not forgotten.
fn names_an_issue(pair: &Pair<'_>) -> bool {
    let line = pair.head.line;
    let around = LineRange::new(line.saturating_sub(3).max(1), line + 2);
    pair.head_version
        .text
        .lines()
        .zip(1_u32..)
        .filter(|(_, number)| around.contains(*number) && pair.file.touches(LineRange::line(*number)))
        .any(|(text, _)| text.contains("://") && text.contains("/issues/"))
}

/// A test is gone, and what it tested is not.
pub(super) fn removed(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    let gone: Vec<&Lone<'_>> = pairs
        .removed
        .iter()
        .filter(|lone| lone.function.is_test && lone.function.disabled.is_none())
        .collect();
    if gone.is_empty() {
        return;
    }
    let fresh: Vec<BTreeSet<&str>> = pairs
        .added
        .iter()
        .filter(|lone| lone.function.is_test || lone.file.kind == crate::paths::PathKind::Test)
        .map(|lone| words(lone.version.code(&lone.function.span.bytes)))
        .collect();
    let removed_names: BTreeSet<&str> = pairs
        .removed
        .iter()
        .filter(|lone| !lone.function.is_test)
        .map(|lone| lone.function.name.as_str())
        .collect();
    let changed_tests: Vec<BTreeSet<&str>> =
        pairs.changed.iter().filter(|pair| pair.head.is_test).map(|pair| words(pair.head_code())).collect();
    let fresh_names: Vec<&str> = pairs
        .added
        .iter()
        .filter(|lone| lone.function.is_test)
        .map(|lone| lone.function.name.as_str())
        .collect();
    for lone in gone {
        // A whole file of tests that goes is a decision that nobody overlooks.
        if lone.file.head.is_none() {
            continue;
        }
        let own = words(lone.version.code(&lone.function.span.bytes));
        let lives_on = |others: &[BTreeSet<&str>]| {
            others.iter().any(|other| own.intersection(other).count() * 2 >= own.len())
        };
        let name = lone.function.name.as_str();
        // It stands elsewhere in the change, or only the type around it was renamed.
        if pairs.named_at_head(name) > 0 {
            continue;
        }
        // The same with more or fewer words in its name.
        if fresh_names.iter().any(|fresh| fresh.starts_with(name) || name.starts_with(fresh)) {
            continue;
        }
        // Renamed, merged into another test, or about something that is gone too.
        if lives_on(&fresh) || lives_on(&changed_tests) || own.iter().any(|word| removed_names.contains(word))
        {
            continue;
        }
        out.push(Broken::new(
            "change.test-removed",
            SourcePlace::base(&lone.version.path, LineRange::line(lone.function.line)),
            [("TEST", &one_line(&lone.function.name)), ("FILE", &lone.version.path)],
        ));
    }
}
