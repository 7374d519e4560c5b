//! An error that went to the caller before is now thrown away.

use super::pairs::{Pair, Pairs};
use super::text::words;
use super::{Broken, SourcePlace};
use crate::engine::one_line;
use crate::facts::{Call, Handler, Use};

pub(super) fn swallowed(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    for pair in pairs.in_production() {
        let (base, head) = (&pair.base.handlers, &pair.head.handlers);
        for before in base.iter().filter(|handler| handler.passes_on) {
            let twins = |list: &[Handler]| list.iter().filter(|other| is_twin(before, other)).count();
            // With several alike nobody can say which one it was.
            if twins(base) != 1 || twins(head) != 1 {
                continue;
            }
            let Some(after) = head.iter().find(|other| is_twin(before, other)) else { continue };
            if after.passes_on
                || !pair.file.touches(after.span.lines) && pair.base_version.path == pair.head_version.path
            {
                continue;
            }
            if is_retried(pair, after) || is_kept(pair, before, after) {
                continue;
            }
            let what = after.subject.first().map_or("the call", String::as_str);
            out.push(
                Broken::new(
                    "change.error-swallowed",
                    SourcePlace::head(&pair.head_version.path, after.span.lines),
                    [("CALL", &one_line(what)), ("FUNCTION", &pair.head.name)],
                )
                .with_further(vec![SourcePlace::base(&pair.base_version.path, before.span.lines)]),
            );
        }
        ignored_now(pair, out);
    }
}

/// The same place: what may fail overlaps, and what is caught is the same.
fn is_twin(before: &Handler, after: &Handler) -> bool {
    let common = before.subject.iter().filter(|name| after.subject.contains(name)).count();
    before.caught == after.caught && common > 0 && common * 2 >= before.subject.len()
}

/// What failed is tried once more, in the handler or after it: that attempt's error counts.
fn is_retried(pair: &Pair<'_>, after: &Handler) -> bool {
    let again =
        |call: &Call| after.subject.contains(&call.name) && call.span.lines.start > after.span.lines.start;
    pair.head.calls.iter().any(again)
}

/// Everything that was done about the error is done still.
fn is_kept(pair: &Pair<'_>, before: &Handler, after: &Handler) -> bool {
    let old = words(pair.base_version.code(&before.span.bytes));
    let new = words(pair.head_version.code(&after.span.bytes));
    old.iter().all(|word| *word == "_" || new.contains(word))
}

/// `f()?` that became `let _ = f()` or `f().ok()`.
fn ignored_now(pair: &Pair<'_>, out: &mut Vec<Broken>) {
    for before in pair.base.calls.iter().filter(|call| call.used == Use::Propagated) {
        let same = |call: &&Call| call.name == before.name && call.receiver == before.receiver;
        let (old, new) =
            (pair.base.calls.iter().filter(same).count(), pair.head.calls.iter().filter(same).count());
        let after = pair.head.calls.iter().find(same);
        let (1, 1, Some(after)) = (old, new, after) else { continue };
        if matches!(after.used, Use::ErrorIgnored | Use::Dropped) && pair.file.touches(after.span.lines) {
            out.push(
                Broken::new(
                    "change.error-swallowed",
                    SourcePlace::head(&pair.head_version.path, after.span.lines),
                    [("CALL", &one_line(&after.name)), ("FUNCTION", &pair.head.name)],
                )
                .with_further(vec![SourcePlace::base(&pair.base_version.path, before.span.lines)]),
            );
        }
    }
}
