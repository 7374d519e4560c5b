//! Finds and ends processes by their parents and by the mark in their environment. Linux' `/proc` tells; elsewhere
//! nothing is found, and the process group is all there is.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::invocation::MARK;

/// Parent of every process, zombies left out.
fn parents() -> BTreeMap<i32, i32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return BTreeMap::new() };
    entries
        .filter_map(|entry| {
            let pid: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name in brackets may hold anything; what counts stands behind the last bracket.
            let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_ascii_whitespace();
            let state = fields.next()?;
            let parent = fields.next()?.parse().ok()?;
            (state != "Z").then_some((pid, parent))
        })
        .collect()
}

/// Everything below a process, itself not included.
pub(crate) fn below(root: i32) -> BTreeSet<i32> {
    let parents = parents();
    let mut found = BTreeSet::new();
    let mut grown = true;
    while grown {
        let next: Vec<i32> = parents
            .iter()
            .filter(|(pid, parent)| !found.contains(*pid) && (**parent == root || found.contains(*parent)))
            .map(|(pid, _)| *pid)
            .collect();
        grown = !next.is_empty();
        found.extend(next);
    }
    found.remove(&root);
    found
}

/// Everything whose environment holds this mark.
pub(crate) fn marked(mark: &str) -> BTreeSet<i32> {
    let wanted = format!("{MARK}={mark}");
    parents()
        .into_keys()
        .filter(|pid| {
            std::fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
                environment.split(|byte| *byte == 0).any(|entry| entry == wanted.as_bytes())
            })
        })
        .collect()
}

/// Sends a signal to each; those that are gone already don't matter.
pub(crate) fn signal(pids: &BTreeSet<i32>, signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(*pid)) {
        let _ = kill_process(pid, signal);
    }
}

/// So many looks in a row must find nobody: a process that is just starting its program has no environment for a moment, so one
/// look can miss it.
const CLEAR_LOOKS: u32 = 3;

/// Kills until nobody is left or the time is over. Tells whether nobody is left.
pub(crate) fn end_all(find: impl Fn() -> BTreeSet<i32>, within: Duration) -> bool {
    let begun = Instant::now();
    let mut clear = 0;
    loop {
        let left = find();
        clear = if left.is_empty() { clear + 1 } else { 0 };
        if clear == CLEAR_LOOKS {
            return true;
        }
        if begun.elapsed() > within {
            return left.is_empty();
        }
        signal(&left, Signal::KILL);
        std::thread::sleep(Duration::from_millis(5));
    }
}
