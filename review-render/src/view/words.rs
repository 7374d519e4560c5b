//! Words for the values of a report.

use review_core::{
    Action, ConsolidatedFinding, Disposition, FindingState, Grade, Kind, LedgerEntry, Ratio, Relation,
    ReviewerSummary, Severity, TextEdit, VerdictDecision,
};

/// `Critical`, `Important`, `Suggestion`, or the word of an unknown severity.
pub(crate) fn severity(severity: Severity) -> String {
    match severity {
        Severity::Critical => "Critical".to_owned(),
        Severity::Important => "Important".to_owned(),
        Severity::Suggestion => "Suggestion".to_owned(),
        other => other.as_str().to_owned(),
    }
}

/// The heading over the findings of a severity.
pub(crate) fn severity_heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical issues",
        Severity::Important => "Important issues",
        Severity::Suggestion => "Suggestions",
        _ => "Other findings",
    }
}

pub(crate) fn verdict(decision: VerdictDecision) -> String {
    match decision {
        VerdictDecision::Merge => "Merge".to_owned(),
        VerdictDecision::MergeWithFixes => "Merge with fixes".to_owned(),
        VerdictDecision::Rework => "Rework".to_owned(),
        VerdictDecision::Incomplete => "Incomplete".to_owned(),
        VerdictDecision::ToolsOnly => "Rules and linters only".to_owned(),
        other => spaced(other.as_str()),
    }
}

/// `claimed critical by gemini`, if that differs from the published severity.
pub(crate) fn claimed(finding: &ConsolidatedFinding) -> Option<String> {
    let claimed = finding.claimed_severity.as_ref().filter(|claimed| claimed.severity != finding.severity)?;
    let by = if claimed.reviewers.is_empty() {
        String::new()
    } else {
        format!(" by {}", claimed.reviewers.join(", "))
    };
    let why = if claimed.by_evidence { ", changed by evidence" } else { "" };
    Some(format!("claimed {}{by}{why}", claimed.severity))
}

/// Returns the confidence in a finding together with the evidence for it.
pub(crate) fn sureness(finding: &ConsolidatedFinding) -> String {
    let sure = format!("confidence {}", percent(finding.confidence));
    match finding.anchors.first() {
        Some(anchor) if anchor.grade == Grade::NotCheckable => {
            format!("{sure}, on reviewers’ word: no quoted code to check")
        }
        Some(anchor) => format!("{sure} · {}", grade(anchor.grade, anchor.moved_by, anchor.candidates)),
        None => sure,
    }
}

/// Names the relation of a reported finding to the published one.
pub(crate) fn relation(relation: Relation) -> String {
    match relation {
        Relation::Same => "same issue".to_owned(),
        Relation::Covers => "one covers the other".to_owned(),
        Relation::Recurrence => "same defect at another place".to_owned(),
        other => spaced(other.as_str()),
    }
}

/// Names what became of a reported finding, with its relation to the published one.
pub(crate) fn outcome(entry: &LedgerEntry) -> String {
    match entry.relation {
        Some(known) => format!("{} ({})", disposition(entry.disposition), relation(known)),
        None => disposition(entry.disposition),
    }
}

/// Names the place of an edit, and which part of its lines it changes.
pub(crate) fn edit_place(edit: &TextEdit) -> (String, String) {
    let place = &edit.location;
    let one_line = place.range().is_none_or(|range| range.len() == 1);
    let part = match (place.start_column, place.end_column) {
        (Some(start), Some(end)) if one_line && start == end => format!("insert at column {start}"),
        (Some(start), Some(end)) if one_line => {
            format!("columns {start} to {}", end.saturating_sub(1).max(start))
        }
        (Some(start), Some(end)) => {
            format!("from column {start} of the first line to before column {end} of the last")
        }
        _ if edit.replacement.is_empty() => "remove the lines".to_owned(),
        _ => String::new(),
    };
    (place.to_string(), part)
}

/// Explains a grade.
pub(crate) fn grade(grade: Grade, moved_by: Option<i64>, candidates: Option<u32>) -> String {
    match grade {
        Grade::Exact => "quote found at the line".to_owned(),
        Grade::Moved => match moved_by {
            Some(n) => {
                let lines = n.unsigned_abs();
                let way = if n < 0 { "up" } else { "down" };
                format!("quote found {lines} line{} {way}", if lines == 1 { "" } else { "s" })
            }
            None => "quote found nearby".to_owned(),
        },
        Grade::Elsewhere => "quote found elsewhere in the file".to_owned(),
        Grade::OtherFile => "quote found in another file".to_owned(),
        Grade::OnlyInBase => "quote found only in the base".to_owned(),
        Grade::Ambiguous => match candidates {
            Some(n) => format!("quote found in {n} places"),
            None => "quote found in several places".to_owned(),
        },
        Grade::Absent => "quote not found".to_owned(),
        Grade::NotCheckable => "not checked".to_owned(),
        other => spaced(other.as_str()),
    }
}

/// Returns how strong a grade is as evidence, from 3 (found) to 0 (refuted).
#[cfg(feature = "html")]
pub(crate) fn grade_strength(grade: Grade) -> u8 {
    match grade {
        Grade::Exact | Grade::Moved => 3,
        Grade::Elsewhere | Grade::OtherFile | Grade::OnlyInBase | Grade::Ambiguous => 2,
        Grade::NotCheckable => 1,
        Grade::Absent => 0,
        _ => 1,
    }
}

pub(crate) fn state(state: FindingState) -> String {
    match state {
        FindingState::New => "new".to_owned(),
        FindingState::StillPresent => "still present".to_owned(),
        FindingState::CodeChanged => "code changed since".to_owned(),
        FindingState::CodeGone => "code is gone".to_owned(),
        FindingState::FixedAndVerified => "fixed and verified".to_owned(),
        FindingState::Declined => "declined".to_owned(),
        FindingState::DeclinedRaisedAgain => "declined, raised again".to_owned(),
        FindingState::NotRechecked => "not rechecked".to_owned(),
        other => spaced(other.as_str()),
    }
}

pub(crate) fn disposition(disposition: Disposition) -> String {
    spaced(disposition.as_str())
}

pub(crate) fn action(action: Action) -> String {
    spaced(action.as_str())
}

pub(crate) fn kind(kind: Kind) -> String {
    kind.as_str().to_owned()
}

/// `93 %`.
pub(crate) fn percent(ratio: Ratio) -> String {
    format!("{} %", (u32::from(ratio.millis()) + 5) / 10)
}

/// `Claude Opus 4.6, high effort`, as far as known.
pub(crate) fn identity(reviewer: &ReviewerSummary) -> String {
    let model = reviewer.model.as_deref().or(reviewer.provider.as_deref());
    let effort = reviewer.effort.as_deref().map(|effort| format!("{effort} effort"));
    let passes = (reviewer.passes > 1).then(|| format!("{} passes", reviewer.passes));
    [model.map(str::to_owned), effort, passes].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// How a reviewer was run: `version 2.1.3 · checkout protected by bubblewrap · prompt review/3`. Empty if nothing is
/// known.
pub(crate) fn setting(reviewer: &ReviewerSummary) -> String {
    let parts = [
        ("version", &reviewer.version),
        ("checkout protected by", &reviewer.isolation),
        ("prompt", &reviewer.prompt),
    ];
    let known = parts.iter().filter_map(|(name, value)| {
        let value = value.as_deref().filter(|value| !value.trim().is_empty())?;
        Some(format!("{name} {}", crate::text::clean::line(value, 100)))
    });
    known.collect::<Vec<_>>().join(" · ")
}

/// The first twelve digits of a commit id.
pub(crate) fn short_commit(id: &str) -> &str {
    match id.get(..12) {
        Some(short) if id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit()) => short,
        _ => id,
    }
}

/// `1,234,567`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn spaced(word: &str) -> String {
    word.replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_like_words() {
        assert_eq!(grade(Grade::Moved, Some(-1), None), "quote found 1 line up");
        assert_eq!(grade(Grade::Ambiguous, None, Some(3)), "quote found in 3 places");
        assert_eq!(percent(Ratio::from_millis(935)), "94 %");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(disposition(Disposition::FalsePositive), "false positive");
        assert_eq!(short_commit(&"a".repeat(40)), "aaaaaaaaaaaa");
    }
}
