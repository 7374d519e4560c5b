//! Which findings get a comment on lines, and which are in a thread already.

use std::collections::BTreeSet;

use review_core::{ConsolidatedFinding, FindingState, Report};
use review_render::comments::{FindingComment, PlaceFit};

use super::{InlineComment, Placement, PublishOptions, Write, Written};
use crate::model::{Discussion, ForgeCapabilities, Thread};
use crate::rounds::fingerprint;

pub(super) struct Inline {
    /// New comments on lines, in the order of the report.
    pub(super) new: Vec<InlineComment>,
    /// New comments on files.
    pub(super) files: Vec<Write>,
    /// Where each finding is.
    pub(super) placements: Vec<Placement>,
}

/// The identity of a finding over rounds, as its comment's marker has it.
pub(super) fn identity(finding: &ConsolidatedFinding) -> &str {
    if finding.fingerprint.is_empty() { &finding.id } else { &finding.fingerprint }
}

pub(super) fn choose(
    report: &Report,
    comments: &[FindingComment<'_>],
    there: &Discussion,
    capabilities: &ForgeCapabilities,
    options: &PublishOptions,
) -> Inline {
    let open: Vec<(&str, &Thread)> = there
        .threads
        .iter()
        .filter_map(|thread| Some((fingerprint(there, thread)?, thread)))
        .filter(|(_, thread)| stands(there, thread))
        .collect();
    // Threads of earlier rounds that are still open count, or every round would add as many again.
    let shown = |thread: &Thread| !thread.resolved && !thread.outdated;
    let mut room = options.max_inline.saturating_sub(open.iter().filter(|(_, thread)| shown(thread)).count());
    let mut inline = Inline { new: Vec::new(), files: Vec::new(), placements: Vec::new() };
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for comment in comments {
        let finding = comment.finding;
        let print = identity(finding);
        // Two findings of one fingerprint would look like one at the next round; the second is in the summary.
        let first = seen.insert(print);
        let again = finding.state == FindingState::DeclinedRaisedAgain;
        let thread = open.iter().find(|(known, thread)| *known == print && !(again && thread.resolved));
        let (at, reason) = match (&comment.place, thread) {
            (_, Some((_, thread))) if thread.outdated => {
                (Written::Thread, "its thread is there, on lines that changed")
            }
            (_, Some(_)) => (Written::Thread, "its thread is there"),
            _ if !first => (Written::Summary, "another finding has its fingerprint"),
            _ if options.refused.contains(print) => (Written::Summary, "the forge refused its comment"),
            _ if finding.folded => (Written::Summary, "of less weight"),
            _ if finding.severity < options.min_severity => {
                (Written::Summary, "below the severity for comments")
            }
            _ if room == 0 => (Written::Summary, "beyond the most comments on lines"),
            (None, None) if capabilities.file_comments && changed_file(report, finding).is_some() => {
                (Written::File, "the diff shows no lines of its file")
            }
            (None, None) => (Written::Summary, "its place is not in the diff"),
            (Some(place), None) => (
                Written::Lines,
                match place.fit {
                    PlaceFit::Lines => "its own lines",
                    PlaceFit::Hunk => "those of its lines that the diff shows",
                    _ => "the nearest lines of its file that the diff shows",
                },
            ),
        };
        match (at, &comment.place) {
            (Written::Lines, Some(place)) => {
                room -= 1;
                inline.new.push(InlineComment {
                    finding: finding.id.clone(),
                    fingerprint: print.to_owned(),
                    place: place.clone(),
                    body: comment.body.clone(),
                });
            }
            (Written::File, _) => {
                room -= 1;
                inline.files.extend(changed_file(report, finding).map(|path| Write::FileComment {
                    head: report.change.head.clone().unwrap_or_default(),
                    fingerprint: print.to_owned(),
                    path: path.to_owned(),
                    body: comment.body.clone(),
                }));
            }
            _ => {}
        }
        inline.placements.push(Placement { finding: finding.id.clone(), at, reason: reason.to_owned() });
    }
    inline
}

/// Whether a thread still speaks for its finding: it is open, or a person closed it. One that we closed or folded away does not.
fn stands(there: &Discussion, thread: &Thread) -> bool {
    let folded = thread.comments.first().is_some_and(|first| first.minimised);
    let by_us = thread.resolved_by.as_ref().is_none_or(|login| there.is_ours(login));
    !(folded || thread.resolved && by_us)
}

/// The finding's file, if the change touches it.
fn changed_file<'a>(report: &'a Report, finding: &ConsolidatedFinding) -> Option<&'a str> {
    let files = &report.change.files;
    finding
        .locations
        .iter()
        .find_map(|place| files.iter().find(|file| file.path == place.path).map(|file| file.path.as_str()))
}
