//! Calls that a function made before and no longer makes: a release, a wait, a deadline, a check.

use std::collections::BTreeSet;

use review_core::LineRange;

use super::pairs::{Pair, Pairs};
use super::text::{mentions, words};
use super::{Broken, SourcePlace};
use crate::engine::one_line;
use crate::facts::{Call, Use};

/// Calls that give something back.
const RELEASES: &[&str] = &[
    "close",
    "Close",
    "unlock",
    "Unlock",
    "RUnlock",
    "release",
    "Release",
    "cancel",
    "shutdown",
    "Shutdown",
    "disconnect",
    "rollback",
    "Rollback",
    "unsubscribe",
    "clearTimeout",
    "clearInterval",
    "removeEventListener",
    "removeListener",
    "terminate",
    "dispose",
    "destroy",
    "Stop",
    "unref",
    "drop",
    "free",
];

/// Beginnings of the names of functions that throw when something is not as it must be.
const CHECKS: &[&str] = &[
    "validate",
    "check",
    "ensure",
    "verify",
    "assert",
    "require",
    "authorize",
    "authenticate",
    "sanitize",
    "enforce",
];

pub(super) fn calls(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    let added: Vec<String> = pairs.files.iter().map(super::view::FileView::added_text).collect();
    let became_plain: BTreeSet<&str> = pairs
        .changed
        .iter()
        .filter(|pair| pair.base.is_async && !pair.head.is_async)
        .map(|pair| pair.head.name.as_str())
        .collect();
    for pair in pairs.in_production() {
        releases(pair, out);
        waits(pair, &became_plain, out);
        deadlines(pair, out);
        checks(pair, &added, out);
    }
}

fn same(a: &Call, b: &Call) -> bool {
    a.name == b.name && a.receiver == b.receiver
}

fn shown(call: &Call) -> String {
    one_line(&if call.receiver.is_empty() {
        call.name.clone()
    } else {
        format!("{}.{}", call.receiver, call.name)
    })
}

fn report(id: &'static str, pair: &Pair<'_>, old: &Call, place: LineRange, out: &mut Vec<Broken>) {
    out.push(
        Broken::new(
            id,
            SourcePlace::head(&pair.head_version.path, place),
            [("CALL", &shown(old)), ("FUNCTION", &pair.head.name)],
        )
        .with_further(vec![SourcePlace::base(&pair.base_version.path, old.span.lines)]),
    );
}

fn releases(pair: &Pair<'_>, out: &mut Vec<Broken>) {
    let is_release = |call: &&Call| {
        RELEASES.contains(&call.name.as_str()) && (call.used == Use::Dropped || call.deferred || call.awaited)
    };
    let head = pair.head_version.code(&pair.head.body);
    let gone: Vec<&Call> = pair
        .base
        .calls
        .iter()
        .filter(is_release)
        .filter(|old| {
            !pair.head.calls.iter().any(|new| {
                RELEASES.contains(&new.name.as_str())
                    && (new.receiver == old.receiver || new.name == old.name)
            })
        })
        .filter(|old| pair.file.deletes(old.span.lines))
        .filter(|old| !went_with_its_lock(pair, old))
        .collect();
    let [old] = gone.as_slice() else { return };
    // What is to be released: a local thing that the function still gets and does not give away.
    let held = &old.receiver;
    let simple = !held.is_empty()
        && held.chars().all(|c| c.is_alphanumeric() || c == '_')
        && held != "self"
        && held != "this";
    let acquired = [
        format!("{held} ="),
        format!("{held} :="),
        format!("{held}, err :="),
        format!("let {held}"),
        format!("const {held}"),
    ]
    .iter()
    .any(|form| head.contains(form.as_str()));
    let given_away = head.lines().any(|line| {
        let line = line.trim();
        (line.starts_with("return") && mentions(line, held))
            || line.starts_with("with ") && mentions(line, held)
            || line.contains("using ") && mentions(line, held)
            || (line.contains("try (") && mentions(line, held))
            || line.trim_end_matches([';', ',']).ends_with(&format!("= {held}"))
            || line.contains("nullcontext(")
            || line.contains("closing(")
            || line.contains("ExitStack")
            || (line.contains("append(") || line.contains(".push(") || line.contains("finally"))
                && mentions(line, held)
    });
    if simple && acquired && !given_away && pair.is_same_thing() {
        let first = pair.head_version.lines().filter(|(_, number)| pair.head.span.lines.contains(*number));
        let line = first
            .filter(|(line, _)| mentions(line, held))
            .map(|(_, number)| number)
            .next()
            .unwrap_or(pair.head.line);
        report("change.release-removed", pair, old, LineRange::line(line), out);
    }
}

/// Whether what an unlock undid is gone too: the caller holds the lock now, or nobody needs it.
fn went_with_its_lock(pair: &Pair<'_>, old: &Call) -> bool {
    let is_lock = |call: &&Call| {
        call.receiver == old.receiver
            && matches!(call.name.as_str(), "Lock" | "RLock" | "TryLock" | "TryRLock" | "lock" | "acquire")
    };
    let undoes = matches!(old.name.as_str(), "Unlock" | "RUnlock" | "unlock" | "release");
    undoes
        && pair.base.calls.iter().any(|call| is_lock(&call))
        && !pair.head.calls.iter().any(|call| is_lock(&call))
}

fn waits(pair: &Pair<'_>, became_plain: &BTreeSet<&str>, out: &mut Vec<Broken>) {
    for old in pair.base.calls.iter().filter(|call| call.awaited) {
        let now: Vec<&Call> = pair.head.calls.iter().filter(|new| same(old, new)).collect();
        let before = pair.base.calls.iter().filter(|call| same(old, call)).count();
        let ([new], 1) = (now.as_slice(), before) else { continue };
        let lost = matches!(new.used, Use::Dropped | Use::Member | Use::Condition | Use::Unpacked(_));
        if !new.awaited
            && lost
            && pair.head.is_async
            && !became_plain.contains(new.name.as_str())
            && !new.arguments.spread
            && pair.file.touches(new.span.lines)
        {
            let code = pair.head_version.code(&new.span.bytes);
            let text = pair.head_version.line(new.span.lines.start);
            // `void f()` and `.catch(…)` say that nobody waits on purpose; `await f().finally(…)` does wait.
            if !code.contains(".catch(")
                && !text.contains("void ")
                && !text.contains("await ")
                && !text.contains(".then(")
                && !text.contains(".catch(")
            {
                report("change.await-removed", pair, old, new.span.lines, out);
            }
        }
    }
}

fn deadlines(pair: &Pair<'_>, out: &mut Vec<Broken>) {
    let limits = |call: &Call| call.arguments.named.iter().any(|name| name == "timeout");
    for old in pair.base.calls.iter().filter(|call| limits(call)) {
        let now: Vec<&Call> = pair.head.calls.iter().filter(|new| same(old, new)).collect();
        let before = pair.base.calls.iter().filter(|call| same(old, call)).count();
        let ([new], 1) = (now.as_slice(), before) else { continue };
        // The value went elsewhere: by place, in a bundle, or around the call.
        let moved = new.arguments.spread
            || new.arguments.positional > old.arguments.positional
            || pair.head_version.code(&pair.head.body).contains("timeout");
        if !limits(new) && !moved && pair.file.touches(new.span.lines) {
            report("change.timeout-removed", pair, old, new.span.lines, out);
        }
    }
}

fn checks(pair: &Pair<'_>, added: &[String], out: &mut Vec<Broken>) {
    let is_named_so = |call: &&Call| {
        let name = call.name.trim_start_matches('_');
        let rest = CHECKS.iter().find_map(|word| name.strip_prefix(word));
        call.used == Use::Dropped
            && rest.is_some_and(|rest| {
                (rest.is_empty() && name != "assert")
                    || rest.starts_with('_')
                    || rest.starts_with(char::is_uppercase)
            })
    };
    let is_check = |call: &&Call| {
        // Room is made, and types are declared, for other reasons than safety.
        let harmless = [
            "capacity", "space", "Object", "Class", "dir", "Dir", "exists", "Exists", "init", "Init",
            "loaded",
        ];
        is_named_so(call) && !harmless.iter().any(|word| call.name.contains(word))
    };
    let gone: Vec<&Call> = pair
        .base
        .calls
        .iter()
        .filter(is_check)
        .filter(|old| !pair.head.calls.iter().any(|new| new.name == old.name))
        .filter(|old| pair.file.deletes(old.span.lines))
        .collect();
    let [old] = gone.as_slice() else { return };
    // Its code moved in, or what it checked is no longer done.
    let defines = |version: &super::view::Version| {
        version.outline.functions.iter().any(|function| function.name == old.name)
    };
    if defines(pair.base_version) && !defines(pair.head_version) {
        return;
    }
    let lives_on = added.iter().any(|text| mentions(text, &old.name));
    let old_code = pair.base_version.code(&old.span.bytes);
    let head = pair.head_version.code(&pair.head.body);
    // Something must still be there that the check was about.
    let about = words(old_code)
        .into_iter()
        .filter(|word| *word != old.name && word.len() > 2 && !matches!(*word, "self" | "this"));
    let still = about.into_iter().any(|word| mentions(head, word));
    // A new check of any kind takes its place.
    let replaced = pair
        .head
        .calls
        .iter()
        .filter(is_named_so)
        .any(|new| !pair.base.calls.iter().any(|old| old.name == new.name))
        || pair.head.guards.len() > pair.base.guards.len();
    if !lives_on && still && !replaced && pair.is_same_thing() {
        report("change.check-removed", pair, old, LineRange::line(pair.head.line), out);
    }
}
