//! From a report and what is there to the writes that are missing.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Action, FindingState, Report, VerdictDecision};
use review_render::comments::{FindingComment, Summary, finding_comments, summary};

use super::inline::{Inline, choose};
use super::{Conclusion, PlannedWrite, PublishOptions, PublishPlan, Write};
use crate::marker;
use crate::model::{Comment, Discussion, ForgeCapabilities};
use crate::plan::{check, threads};
use crate::rounds::newest_state;
use crate::state::RoundState;

/// Most characters of the summary that the next round's memory may take.
const MAX_STATE: usize = 24_000;
/// Most lines about earlier findings in the summary.
const MAX_HISTORY: usize = 40;

/// Plans how a report gets to a forge. Pure: same report, discussion and capabilities, same plan; a plan made after another one
/// was carried out is empty.
pub fn plan(
    report: &Report,
    there: &Discussion,
    capabilities: &ForgeCapabilities,
    options: &PublishOptions,
) -> PublishPlan {
    let head = report.change.head.clone().unwrap_or_default();
    let mut plan = PublishPlan { report: report.id.clone(), head: head.clone(), ..PublishPlan::default() };
    let mut add =
        |write: Write, reason: &str| plan.writes.push(PlannedWrite { reason: reason.to_owned(), write });

    for review in there.reviews.iter().filter(|review| review.pending && there.is_ours(&review.author)) {
        if marker::is_marked(&review.body) {
            let review = review.id.clone();
            add(Write::DiscardPending { review }, "an earlier attempt left it behind, seen by nobody");
        }
    }
    if !plan.writes.is_empty() {
        // Its comments look like threads to us, and go with it: what is missing is only seen afterwards.
        plan.more = true;
        return plan;
    }
    let mut add =
        |write: Write, reason: &str| plan.writes.push(PlannedWrite { reason: reason.to_owned(), write });
    let comments = finding_comments(report, capabilities.dialect);
    let Inline { new, files, placements } = choose(report, &comments, there, capabilities, options);
    let request_changes = options.request_changes
        && report.findings.iter().any(|finding| finding.severity == review_core::Severity::Critical);
    if !new.is_empty() && capabilities.reviews {
        let many = if new.len() == 1 { "one comment".to_owned() } else { format!("{} comments", new.len()) };
        let body = format!(
            "{}\nDeep Review: {many} on lines; the summary has everything.",
            marker::write(marker::REVIEW, &report.id)
        );
        let review = Write::Review { head: head.clone(), request_changes, body, comments: new };
        add(review, "findings that no thread is about yet");
    } else {
        let base = report.change.base.clone().unwrap_or_default();
        for comment in new {
            let thread = Write::Thread { head: head.clone(), base: base.clone(), comment };
            add(thread, "a finding that no thread is about yet");
        }
    }
    for write in files {
        add(write, "a finding in a file of which the diff shows no lines");
    }
    for (write, reason) in threads::close(report, there, capabilities) {
        add(write, &reason);
    }
    let commented = placements.iter().filter(|placement| placement.at != super::Written::Summary);
    let commented: BTreeSet<&str> = commented.map(|placement| placement.finding.as_str()).collect();
    if let Some((write, reason)) = summarise(report, &comments, commented, there, capabilities) {
        add(write, reason);
    }
    let conclusion = options.conclusion.unwrap_or(match report.verdict.decision {
        _ if !report.is_complete() => Conclusion::Neutral,
        VerdictDecision::Incomplete => Conclusion::Neutral,
        _ => Conclusion::Success,
    });
    let (check, more) = check::next(report, there, capabilities, &options.check_name, conclusion);
    if let Some((write, reason)) = check {
        add(write, reason);
    }
    plan.more = more;
    plan.placements = placements;
    plan
}

/// The summary, created or updated where its text is another one.
fn summarise(
    report: &Report,
    comments: &[FindingComment<'_>],
    commented: BTreeSet<&str>,
    there: &Discussion,
    capabilities: &ForgeCapabilities,
) -> Option<(Write, &'static str)> {
    let earlier = newest_state(there, &mut Vec::new());
    let state = RoundState::after(report, earlier.as_ref());
    let mut wanted = Summary::default();
    wanted.notes.clone_from(&capabilities.notes);
    let unplaced = comments.iter().filter(|comment| !commented.contains(comment.finding.id.as_str())).count();
    if unplaced > 0 && !commented.is_empty() {
        wanted.notes.push(format!(
            "{unplaced} of {} findings have no comment of their own and are written out here",
            comments.len()
        ));
    }
    wanted.commented = commented;
    wanted.history = history(report);
    wanted.footer = format!("\n{}\n", state.marker(MAX_STATE.min(capabilities.max_body / 2)));
    wanted.max_chars = Some(capabilities.max_body);
    let (body, _) = summary(report, &wanted);
    let ours = |comment: &&Comment| {
        there.is_ours(&comment.author) && marker::read(&comment.body, marker::STATE).is_some()
    };
    match there.comments.iter().rfind(ours) {
        Some(comment) if same_text(&comment.body, &body) => None,
        Some(comment) => Some((
            Write::UpdateSummary { comment: comment.id.clone(), body },
            "the summary is of an earlier state",
        )),
        None => Some((Write::CreateSummary { body }, "there is no summary yet")),
    }
}

/// Forges change line ends and take off blanks at the end.
fn same_text(there: &str, wanted: &str) -> bool {
    let lines = |text: &str| text.trim().lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    lines(there) == lines(wanted)
}

/// What became of earlier findings, one line each: what was mended or dismissed, and what nobody looked at again.
fn history(report: &Report) -> Vec<String> {
    let mut newest: BTreeMap<&str, &review_core::HistoryItem> = BTreeMap::new();
    for item in &report.history {
        newest.insert(if item.fingerprint.is_empty() { &item.item } else { &item.fingerprint }, item);
    }
    let line = |item: &&review_core::HistoryItem| {
        let name = format!("{} “{}”", item.item, item.title);
        let why = item.action_reason.as_deref();
        match (item.state, item.action) {
            (FindingState::FixedAndVerified, _) => Some(format!("Fixed: {name}")),
            (FindingState::CodeGone, _) => Some(format!("Gone with its code: {name}")),
            (FindingState::Declined, _) => Some(match why {
                Some(why) => format!("Not raised again, {why}: {name}"),
                None => format!("Not raised again, declined by the author: {name}"),
            }),
            (FindingState::DeclinedRaisedAgain, _) => {
                let now = item.continued_as.as_deref().unwrap_or("again");
                Some(format!("Raised again as {now}, since its code changed after it was declined: {name}"))
            }
            (FindingState::CodeChanged, _) if item.continued_as.is_none() => {
                Some(format!("Not seen again in code that changed: {name}"))
            }
            (FindingState::NotRechecked, action) if action != Some(Action::Declined) => {
                Some(format!("Not rechecked, still open: {name}"))
            }
            _ => None,
        }
    };
    let mut lines: Vec<String> = report
        .history
        .iter()
        .filter(|item| newest.values().any(|kept| std::ptr::eq(*kept, *item)))
        .filter_map(|item| line(&item))
        .collect();
    if lines.len() > MAX_HISTORY {
        let more = lines.len() - MAX_HISTORY;
        lines.truncate(MAX_HISTORY);
        lines.push(format!("and {more} more, in the full report"));
    }
    lines
}
