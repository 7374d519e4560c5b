//! The check run with its annotations, or the commit status in its place.

use review_core::{Report, Side};
use review_render::comments::plain;

use super::{Annotation, Conclusion, Write};
use crate::model::{Discussion, ForgeCapabilities};

/// Most annotations of a check run. Each fifty are a request.
const MAX_ANNOTATIONS: usize = 500;

/// The next write of the check, if one is missing, and whether another one follows it.
pub(super) fn next(
    report: &Report,
    there: &Discussion,
    capabilities: &ForgeCapabilities,
    name: &str,
    conclusion: Conclusion,
) -> (Option<(Write, &'static str)>, bool) {
    let head = report.change.head.clone().unwrap_or_default();
    let ours =
        there.checks.iter().find(|check| check.name == name && check.report.as_deref() == Some(&report.id));
    if !capabilities.checks {
        if !capabilities.statuses || ours.is_some() {
            return (None, false);
        }
        let description = described(&short(report), &report.id);
        let status = Write::Status { head, name: name.to_owned(), conclusion, description };
        return (Some((status, "the commit has no status of this report yet")), false);
    }
    let all = annotations(report);
    let done =
        ours.map_or(0, |check| usize::try_from(check.annotations).unwrap_or(usize::MAX)).min(all.len());
    if ours.is_some_and(|check| check.completed && done == all.len()) {
        return (None, false);
    }
    let rest = all.get(done..).unwrap_or_default();
    let batch = rest.get(..capabilities.annotations).unwrap_or(rest).to_vec();
    let more = batch.len() < rest.len();
    let write = Write::Check {
        check: ours.map(|check| check.id.clone()),
        report: report.id.clone(),
        head,
        name: name.to_owned(),
        title: short(report),
        summary: format!("**{}** {}", plain(report.verdict.decision.as_str()), plain(&report.verdict.reason)),
        conclusion: (!more).then_some(conclusion),
        annotations: batch,
    };
    (
        Some((
            write,
            if ours.is_some() {
                "its annotations are not complete"
            } else {
                "the commit has no check of this report yet"
            },
        )),
        more,
    )
}

/// Longest description of a status that all forges take, in characters.
const MAX_DESCRIPTION: usize = 140;

/// The description of a status: a line, and the report's id by which it is found again.
fn described(line: &str, report: &str) -> String {
    let room = MAX_DESCRIPTION.saturating_sub(report.chars().count() + 3);
    format!("{} [{report}]", line.chars().take(room).collect::<String>())
}

/// The report's id at the end of the description of a status.
#[cfg(feature = "http")]
pub(crate) fn report_of(description: &str) -> Option<&str> {
    let (_, id) = description.strip_suffix(']')?.rsplit_once('[')?;
    Some(id)
}

/// `3 important, 1 suggestion`, with the verdict first when it is incomplete.
fn short(report: &Report) -> String {
    use review_core::Severity;
    let counts = Severity::ALL.iter().map(|severity| (severity, report.of_severity(*severity).count()));
    let parts: Vec<String> = counts
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", severity.as_str()))
        .collect();
    let found = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    if report.is_complete() { found } else { format!("incomplete; {found}") }
}

fn annotations(report: &Report) -> Vec<Annotation> {
    let line = |text: &str, most: usize| -> String {
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect()
    };
    report
        .findings
        .iter()
        .filter_map(|finding| {
            let mut at_head = finding.locations.iter().filter(|place| place.side != Some(Side::Base));
            let (place, range) = at_head.find_map(|place| Some((place, place.range()?)))?;
            Some(Annotation {
                path: place.path.clone(),
                start_line: range.start,
                end_line: range.end,
                severity: finding.severity,
                title: line(&format!("{}. {}", finding.id, finding.title), 200),
                message: line(
                    if finding.body.trim().is_empty() { &finding.title } else { &finding.body },
                    2_000,
                ),
            })
        })
        .take(MAX_ANNOTATIONS)
        .collect()
}
