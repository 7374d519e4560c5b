//! What is at the forge from earlier rounds, and what people answered: as the earlier reports and resolutions that
//! consolidation takes.

use std::collections::BTreeMap;

use review_core::{Action, Report, Resolution, Resolved};

use crate::command::{Command, parse};
use crate::marker;
use crate::model::{Comment, Discussion, Permission, Thread};
use crate::state::{RoundState, declined};

/// The round before this one, as far as the forge tells of it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Earlier {
    /// Its report, of which only the findings, their places and code, and the reviewed commit are known.
    pub report: Option<Report>,
    /// What was done with its findings.
    pub resolution: Option<Resolution>,
    /// What could not be used, for people.
    pub notes: Vec<String>,
}

/// Accounts with a right to answer for the project, by login. Filled by asking [`Forge::permission`](crate::Forge::permission) for
/// each of [`voices`].
pub type Permissions = BTreeMap<String, Permission>;

/// Returns the logins whose rights decide about something: those who answered in our threads, reacted to them or wrote
/// commands, where the forge did not tell their rights with what they wrote. Ordered, each once.
pub fn voices(said: &Discussion) -> Vec<String> {
    let mut logins: Vec<String> = Vec::new();
    let mut ask = |author: &str, known: Option<bool>| {
        if known.is_none() && !said.is_ours(author) && !author.is_empty() {
            logins.push(author.to_owned());
        }
    };
    for thread in said.threads.iter().filter(|thread| fingerprint(said, thread).is_some()) {
        for (index, comment) in thread.comments.iter().enumerate() {
            if index > 0 && refusal(&comment.body).is_some() {
                ask(&comment.author, comment.author_may_write);
            }
            let down = comment.reactions.iter().filter(|reaction| reaction.thumb_down && index == 0);
            down.for_each(|reaction| ask(&reaction.author, reaction.author_may_write));
        }
    }
    for comment in commands(said) {
        ask(&comment.author, comment.author_may_write);
    }
    logins.sort();
    logins.dedup();
    logins
}

/// Reads the newest round and the answers to it.
///
/// A finding counts as dismissed when a person closed its thread while its lines are unchanged, when somebody with the right to write
/// answered that it won't be fixed, gave its comment a thumb down or wrote `/deep-review dismiss`. Markers in what others wrote, and
/// states that were changed, are ignored and noted.
pub fn earlier(said: &Discussion, permissions: &Permissions) -> Earlier {
    let mut earlier = Earlier::default();
    let Some(state) = newest_state(said, &mut earlier.notes) else { return earlier };
    let (report, mut resolution) = state.as_previous();
    let by_print: BTreeMap<&str, &str> =
        state.findings.iter().map(|known| (known.fingerprint.as_str(), known.id.as_str())).collect();
    for thread in &said.threads {
        let Some(id) = fingerprint(said, thread).and_then(|print| by_print.get(print)) else { continue };
        if let Some(resolved) = answer(said, thread, id, permissions) {
            resolution = resolution.with_item(resolved);
        }
    }
    for comment in commands(said) {
        if !may_write(&comment.author, comment.author_may_write, permissions) {
            earlier.notes.push(format!(
                "a command of @{} was ignored: writing to the repository is needed",
                comment.author
            ));
            continue;
        }
        for command in parse(&comment.body).into_iter().flatten() {
            let Command::Dismiss { finding: Some(id), reason } = command else { continue };
            if state.findings.iter().any(|known| known.id == id) {
                resolution = resolution.with_item(declined(&id, &comment.author, &reason));
            } else {
                earlier
                    .notes
                    .push(format!("@{} dismissed {id}, which the last report does not have", comment.author));
            }
        }
    }
    if state.omitted > 0 {
        let many = state.omitted;
        earlier.notes.push(format!(
            "{many} findings of the last round had no room in its summary and are not remembered"
        ));
    }
    earlier.report = Some(report);
    earlier.resolution = Some(resolution);
    earlier
}

/// The state in the newest summary of ours.
pub(crate) fn newest_state(said: &Discussion, notes: &mut Vec<String>) -> Option<RoundState> {
    let mut newest: Option<RoundState> = None;
    for comment in said.comments.iter().filter(|comment| marker::read(&comment.body, marker::STATE).is_some())
    {
        if !said.is_ours(&comment.author) {
            notes.push(format!("a summary that @{} wrote in our name was ignored", comment.author));
            continue;
        }
        match RoundState::read(&comment.body) {
            Some(state) if newest.as_ref().is_none_or(|known| state.round >= known.round) => {
                newest = Some(state)
            }
            Some(_) => {}
            None => notes.push(
                "our earlier summary was changed or is of another version; its round is not known".to_owned(),
            ),
        }
    }
    newest
}

/// The fingerprint of the finding that a thread of ours is about.
pub(crate) fn fingerprint<'a>(said: &Discussion, thread: &'a Thread) -> Option<&'a str> {
    let first = thread.comments.first().filter(|first| said.is_ours(&first.author))?;
    marker::read(&first.body, marker::FINDING)
}

/// What a thread of ours says of its finding.
fn answer(said: &Discussion, thread: &Thread, id: &str, permissions: &Permissions) -> Option<Resolved> {
    let person = |login: &&String| !said.is_ours(login);
    for comment in thread.comments.iter().skip(1).rev().filter(|comment| !said.is_ours(&comment.author)) {
        let Some(why) = refusal(&comment.body) else { continue };
        if may_write(&comment.author, comment.author_may_write, permissions) {
            return Some(declined(id, &comment.author, &why));
        }
    }
    if let Some(by) = thread.resolved_by.as_ref().filter(person).filter(|_| thread.resolved) {
        // Closed after its lines changed: that is how a thread looks whose finding was mended.
        return Some(if thread.outdated {
            Resolved::new(id, Action::Fixed).with_by(by.as_str()).with_reason(format!("closed by @{by}"))
        } else {
            declined(id, by, "the thread was closed")
        });
    }
    let first = thread.comments.first()?;
    let down = first.reactions.iter().find(|reaction| {
        reaction.thumb_down
            && !said.is_ours(&reaction.author)
            && may_write(&reaction.author, reaction.author_may_write, permissions)
    })?;
    Some(declined(id, &down.author, "thumb down"))
}

fn may_write(login: &str, known: Option<bool>, permissions: &Permissions) -> bool {
    known.unwrap_or_else(|| permissions.get(login).is_some_and(|permission| permission.may_write()))
}

/// Comments of others with commands, at the change and in threads of ours (there without the thread's own id, which [`refusal`]
/// reads).
fn commands(said: &Discussion) -> impl Iterator<Item = &Comment> {
    let in_threads = said.threads.iter().flat_map(|thread| &thread.comments);
    said.comments
        .iter()
        .chain(in_threads)
        .filter(|comment| !said.is_ours(&comment.author) && !parse(&comment.body).is_empty())
}

/// Why an answer refuses a finding, if it does: by the command, or by one of a few fixed phrases at its start. Anything longer or
/// vaguer is left to people.
fn refusal(body: &str) -> Option<String> {
    const PHRASES: [&str; 9] = [
        "won't fix",
        "wont fix",
        "wontfix",
        "will not fix",
        "not a bug",
        "by design",
        "false positive",
        "works as intended",
        "not an issue",
    ];
    for command in parse(body).into_iter().flatten() {
        if let Command::Dismiss { finding: None, reason } = command {
            return Some(reason);
        }
    }
    let text: String = body.chars().map(|c| if c == '’' { '\'' } else { c }).collect();
    let text = text.trim_start();
    let lower = text.to_lowercase();
    let phrase = PHRASES.iter().find(|phrase| lower.starts_with(**phrase))?;
    let next = lower.get(phrase.len()..).and_then(|rest| rest.chars().next());
    let first: String = text.lines().next().unwrap_or_default().chars().take(300).collect();
    next.is_none_or(|c| !c.is_alphanumeric() && c != '?').then_some(first)
}
