//! A slow call that ran outside of a lock or transaction now runs inside.

use super::pairs::Pairs;
use super::{Broken, SourcePlace};
use crate::engine::one_line;
use crate::facts::{Call, Function};

/// Names of calls that wait for something beyond the process, or sleep.
const SLOW: &[&str] = &[
    "send",
    "sendall",
    "recv",
    "request",
    "fetch",
    "sleep",
    "urlopen",
    "connect",
    "dial",
    "post",
    "download",
    "upload",
    "query",
    "execute",
    "notify",
    "publish",
    "sendmail",
    "send_email",
    "send_mail",
    "wait",
    "join",
    "read_to_end",
    "write_all",
    "flush",
    "sync",
    "fsync",
    "do",
    "roundtrip",
    "exec",
    "query_row",
    "call",
    "invoke",
    "commit",
    "check_output",
    "run",
    "copy",
    "readall",
    "callback",
    "callbacks",
    "get",
    "save",
    "load",
];

/// Of those, names that mean many things: they count with these receivers only.
const VAGUE: &[&str] = &[
    "get", "do", "call", "run", "post", "copy", "save", "load", "wait", "join", "exec", "query", "commit",
    "flush", "sync", "notify", "invoke", "send",
];
const FAR: &[&str] = &[
    "http",
    "client",
    "conn",
    "sock",
    "session",
    "requests",
    "db",
    "api",
    "smtp",
    "mail",
    "redis",
    "net",
    "remote",
    "subprocess",
    "stream",
    "server",
    "url",
    "peer",
    "rpc",
    "store",
    "queue",
    "thread",
    "cmd",
];

pub(super) fn widened(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    for pair in pairs.in_production() {
        for call in &pair.head.calls {
            let Some(scope) = held(pair.head, call).filter(|_| is_slow(call)) else { continue };
            let mut before =
                pair.base.calls.iter().filter(|old| old.name == call.name && old.receiver == call.receiver);
            let (Some(old), None) = (before.next(), before.next()) else { continue };
            let twice = pair
                .head
                .calls
                .iter()
                .filter(|new| new.name == call.name && new.receiver == call.receiver)
                .count()
                > 1;
            // The lock must have been there before: a new lock is another matter.
            let was_there = pair.base.locks.iter().any(|lock| lock.name == scope);
            if twice || held(pair.base, old).is_some() || !was_there {
                continue;
            }
            let shown = if call.receiver.is_empty() {
                call.name.clone()
            } else {
                format!("{}.{}", call.receiver, call.name)
            };
            out.push(
                Broken::new(
                    "change.lock-widened",
                    SourcePlace::head(&pair.head_version.path, call.span.lines),
                    [("CALL", &one_line(&shown)), ("LOCK", &one_line(&scope)), ("FUNCTION", &pair.head.name)],
                )
                .with_further(vec![SourcePlace::base(&pair.base_version.path, old.span.lines)]),
            );
        }
    }
}

/// The lock that is held where a call stands.
fn held(function: &Function, call: &Call) -> Option<String> {
    let inside = |bytes: &std::ops::Range<usize>| {
        bytes.start <= call.span.bytes.start && call.span.bytes.end <= bytes.end
    };
    function.locks.iter().find(|lock| inside(&lock.span.bytes)).map(|lock| lock.name.clone())
}

fn is_slow(call: &Call) -> bool {
    if call.awaited {
        return true;
    }
    let name = call.name.to_ascii_lowercase();
    let receiver = call.receiver.to_ascii_lowercase();
    SLOW.contains(&name.as_str())
        && (!VAGUE.contains(&name.as_str()) || FAR.iter().any(|far| receiver.contains(far)))
}
