//! Threads of ours whose finding is gone: answered, and closed or folded away. Nothing is closed because nobody raised it again.

use review_core::{FindingState, HistoryItem, Report};

use super::Write;
use super::inline::identity;
use crate::marker;
use crate::model::{Discussion, ForgeCapabilities, Thread};
use crate::rounds::fingerprint;

/// The writes for threads of earlier rounds, each with its reason.
pub(super) fn close(
    report: &Report,
    there: &Discussion,
    capabilities: &ForgeCapabilities,
) -> Vec<(Write, String)> {
    let mut writes = Vec::new();
    for thread in &there.threads {
        let Some(print) = fingerprint(there, thread) else { continue };
        let Some(first) = thread.comments.first() else { continue };
        if thread.resolved
            || first.minimised
            || report.findings.iter().any(|finding| identity(finding) == print)
        {
            continue;
        }
        let Some(item) = newest(report, print) else { continue };
        let (word, closes) = match item.state {
            FindingState::FixedAndVerified => ("Fixed: its code changed as was said", true),
            FindingState::CodeGone => ("The code that this is about is gone", true),
            FindingState::CodeChanged if item.continued_as.is_none() => {
                ("The code that this is about changed, and no reviewer raised it again", false)
            }
            _ => continue,
        };
        let commit = report.change.head.as_deref().map(|id| id.chars().take(12).collect::<String>());
        let at = commit.map(|commit| format!(" (at {commit})")).unwrap_or_default();
        if capabilities.replies && !is_answered(there, thread, item.state) {
            let value = format!("{}:{}", report.id, item.state.as_str());
            let body = format!("{}\n{word}{at}.", marker::write(marker::REPLY, &value));
            let reply = Write::Reply { thread: thread.id.clone(), comment: first.id.clone(), body };
            writes.push((reply, format!("{} of round {}: {}", item.item, item.round, item.reason)));
        }
        let comment = first.node.clone().unwrap_or_else(|| first.id.clone());
        if closes && capabilities.resolve && thread.can_resolve {
            writes.push((
                Write::Resolve { thread: thread.id.clone() },
                "its finding is gone by evidence".to_owned(),
            ));
        } else if capabilities.minimise {
            writes.push((Write::Minimise { comment }, "outdated; the thread itself stays open".to_owned()));
        }
    }
    writes
}

/// What the report says of a finding of an earlier round.
fn newest<'a>(report: &'a Report, print: &str) -> Option<&'a HistoryItem> {
    report
        .history
        .iter()
        .filter(|item| item.fingerprint == print || item.item == print)
        .max_by_key(|item| item.round)
}

fn is_answered(there: &Discussion, thread: &Thread, state: FindingState) -> bool {
    let ours = thread.comments.iter().filter(|comment| there.is_ours(&comment.author));
    ours.filter_map(|comment| marker::read(&comment.body, marker::REPLY))
        .any(|value| value.ends_with(state.as_str()))
}
