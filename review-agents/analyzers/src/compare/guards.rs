//! A check that stopped a function early is gone, and what it protected is still there.

use super::pairs::{Pair, Pairs};
use super::text::{mentions, packed, subjects, words};
use super::{Broken, SourcePlace};
use crate::engine::one_line;
use crate::facts::Guard;

/// Shapes that a guard has when it only tells or tunes: nobody misses those.
const IDLE: &[&str] =
    &["debug", "verbose", "log", "deprecat", "version", "warn", "test", "PY2", "PY3", "sys.version"];

pub(super) fn removed(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    let added: Vec<String> = pairs.files.iter().map(|file| packed(&file.added_text())).collect();
    for pair in pairs.in_production() {
        let gone: Vec<&Guard> = pair.base.guards.iter().filter(|guard| is_gone(pair, guard)).collect();
        // Several at once are a rewrite.
        let [guard] = gone.as_slice() else { continue };
        let condition = packed(&guard.condition);
        let moved = condition.len() > 3 && added.iter().any(|text| text.contains(&condition));
        // A function that gives something else than before makes other promises.
        let promises_other = pair.base.result != pair.head.result;
        if moved || promises_other || !pair.is_same_thing() || is_replaced(pair, guard) || says_more(pair) {
            continue;
        }
        if has_nothing_to_do(guard, pair.base_version.code(&guard.span.bytes)) {
            continue;
        }
        let line = pair.head.line;
        let broken = Broken::new(
            "change.guard-removed",
            SourcePlace::head(&pair.head_version.path, review_core::LineRange::line(line)),
            [("CONDITION", &one_line(&guard.condition)), ("FUNCTION", &pair.head.name), ("EXIT", guard.exit)],
        );
        out.push(broken.with_further(vec![SourcePlace::base(&pair.base_version.path, guard.span.lines)]));
    }
}

/// Whether the change also put code into the function: then the check is likely to stand there in another form.
fn says_more(pair: &Pair<'_>) -> bool {
    let own = pair.head_version.lines().filter(|(_, number)| pair.head.span.lines.contains(*number));
    own.into_iter().any(|(line, number)| {
        !line.trim().is_empty() && pair.file.touches(review_core::LineRange::line(number))
    })
}

/// A guard that leaves with nothing when there is nothing: without it the rest mostly does nothing too.
fn has_nothing_to_do(guard: &Guard, code: &str) -> bool {
    let absent = |part: &str| {
        let part = part.trim();
        [
            "== nil",
            "is None",
            "== null",
            "=== null",
            "== undefined",
            "=== undefined",
            "== 0",
            "=== 0",
            "== \"\"",
        ]
        .iter()
        .any(|end| part.ends_with(end))
            && (part.contains("len(") || part.contains("length") || !part.ends_with('0'))
    };
    let leaves = code.rfind("return").is_some_and(|at| {
        let rest = code.get(at + "return".len()..).unwrap_or_default();
        let value = rest.trim_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '}'));
        value.split(',').all(|value| {
            matches!(value.trim(), "" | "nil" | "None" | "null" | "undefined" | "false" | "False")
        })
    });
    leaves
        && guard
            .condition
            .trim_matches(['(', ')'])
            .split("||")
            .flat_map(|part| part.split(" or "))
            .all(absent)
}

fn is_gone(pair: &Pair<'_>, guard: &Guard) -> bool {
    if pair.head.guards.iter().any(|other| is_like(&other.condition, &guard.condition))
        || is_in_callee(pair, guard)
    {
        return false;
    }
    let lower = guard.condition.to_ascii_lowercase();
    if IDLE.iter().any(|word| lower.contains(&word.to_ascii_lowercase())) {
        return false;
    }
    // The lines of the guard were deleted, and nothing of the head says the same in another form.
    let names = subjects(&guard.condition);
    let head = pair.head_version.code(&pair.head.body);
    !names.is_empty()
        && pair.file.deletes(guard.span.lines)
        && names.iter().all(|name| mentions(head, name))
        && !still_asked(head, &packed(&guard.condition))
}

/// Whether a condition stands in the code, as a condition or as a value; a short one may stand there for other reasons.
fn still_asked(code: &str, condition: &str) -> bool {
    const LONG: usize = 24;
    code.lines()
        .any(|line| (is_conditional(line) || mentions(line, "return")) && packed(line).contains(condition))
        || condition.len() >= LONG && packed(code).contains(condition)
}

/// Whether two conditions ask the same, perhaps in other words: at least half of the words are common.
fn is_like(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    a.intersection(&b).count() * 2 >= a.len().max(b.len())
}

/// Whether a function that the head calls makes the same check.
fn is_in_callee(pair: &Pair<'_>, guard: &Guard) -> bool {
    let functions =
        pair.head_version.outline.functions.iter().filter(|function| function.span != pair.head.span);
    functions
        .filter(|function| function.guards.iter().any(|other| other.condition == guard.condition))
        .any(|function| pair.head.calls.iter().any(|call| call.name == function.name))
}

fn is_conditional(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "if", "elif", "while", "match", "switch", "case", "when", "unless", "assert", "try", "catch",
        "except", "raise", "throw", "until", "for",
    ];
    WORDS.iter().any(|word| mentions(line, word))
        || ["?", "&&", "||", " or ", " and "].iter().any(|mark| line.contains(mark))
}

/// Whether the head looks at the same things in a new way: a new condition, another helper, a default.
fn is_replaced(pair: &Pair<'_>, guard: &Guard) -> bool {
    let head = pair.head_version.code(&pair.head.body);
    let base = pair.base_version.code(&pair.base.body);
    let names = subjects(&guard.condition);
    let mut fresh = head.lines().filter(|line| !base.contains(line.trim()));
    let rest = base.replacen(pair.base_version.code(&guard.span.bytes), "", 1);
    let left = words(&rest);
    fresh.any(|line| {
        let line_words = words(line);
        let about = names.iter().any(|name| line_words.contains(name));
        // Another call on the same things may well do the check.
        let calls_new = about && line.contains('(') && line_words.iter().any(|word| !left.contains(word));
        is_conditional(line) || calls_new
    })
}
