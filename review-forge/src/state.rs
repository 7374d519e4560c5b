//! What a later round needs to know of this one, small enough for a hidden marker in the summary comment.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use review_core::{
    Action, ConsolidatedFinding, Excerpt, FindingState, LineRange, Location, Report, Resolution, Resolved,
    Severity, Side, SourceId,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::marker;

/// Version of the form, first part of the marker. A reader that does not know it has no earlier round.
const VERSION: &str = "v1";
/// Most bytes that a state may unfold to.
const MAX_UNFOLDED: usize = 4 << 20;
/// Most lines of code kept of a finding's place.
const MAX_CODE_LINES: usize = 8;
/// Most characters of one such line.
const MAX_LINE: usize = 200;
/// Most characters of a title and of a reason.
const MAX_TEXT: usize = 300;

/// A round as the forge keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoundState {
    /// Id of the report.
    pub(crate) report: String,
    /// Which round it was.
    pub(crate) round: u32,
    /// The commit that was reviewed.
    pub(crate) head: String,
    /// What was published, and what stays dismissed.
    pub(crate) findings: Vec<KnownFinding>,
    /// How many findings had no room.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) omitted: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// A finding of an earlier round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KnownFinding {
    pub(crate) id: String,
    #[serde(rename = "fp")]
    pub(crate) fingerprint: String,
    #[serde(rename = "s")]
    pub(crate) severity: Severity,
    #[serde(rename = "t")]
    pub(crate) title: String,
    #[serde(rename = "at", default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Location>,
    /// The lines of `place`, to tell later whether they have changed.
    #[serde(rename = "c", default, skip_serializing_if = "String::is_empty")]
    pub(crate) code: String,
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reviewers: Vec<String>,
    /// Who dismissed it, and why.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(crate) dismissed: Option<Dismissed>,
}

/// A dismissal as the state keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Dismissed {
    pub(crate) by: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) why: String,
}

impl RoundState {
    /// Returns what the next round needs to know after this report: its findings, and those that stay dismissed although they
    /// are not in it.
    pub(crate) fn after(report: &Report, earlier: Option<&Self>) -> Self {
        let mut state = Self {
            report: report.id.clone(),
            round: report.round.max(1),
            head: report.change.head.clone().unwrap_or_default(),
            findings: report.findings.iter().map(|finding| known(report, finding)).collect(),
            omitted: 0,
        };
        let Some(earlier) = earlier else { return state };
        let mut dismissed: Vec<KnownFinding> = Vec::new();
        for old in &earlier.findings {
            if earlier.report == report.id {
                // The same report again: what was carried then is carried now.
                dismissed.extend(old.dismissed.is_some().then(|| old.clone()));
                continue;
            }
            let item = report.history.iter().rev().find(|item| {
                item.report == earlier.report && item.item == old.id && item.state == FindingState::Declined
            });
            if let Some(item) = item {
                let why = item.action_reason.clone().unwrap_or_default();
                let known = old.dismissed.clone();
                let by = known.unwrap_or_else(|| split_who(&why));
                dismissed.push(KnownFinding { dismissed: Some(by), ..old.clone() });
            }
        }
        dismissed.retain(|old| !state.findings.iter().any(|new| new.fingerprint == old.fingerprint));
        for (number, mut old) in dismissed.into_iter().enumerate() {
            // Their old ids may be taken by other findings now.
            old.id = format!("D{}", number + 1);
            state.findings.push(old);
        }
        state
    }

    /// Writes the marker in at most `max_chars` characters. Where there is no room for everything, code goes first, then
    /// findings from the end; how many is recorded.
    pub(crate) fn marker(&self, max_chars: usize) -> String {
        let mut state = self.clone();
        loop {
            let text = marker::write(marker::STATE, &state.encode());
            if text.len() <= max_chars || state.findings.is_empty() {
                return text;
            }
            if state.findings.iter().any(|finding| !finding.code.is_empty() && finding.dismissed.is_none()) {
                let open = state.findings.iter_mut().filter(|finding| finding.dismissed.is_none());
                open.for_each(|finding| finding.code.clear());
            } else {
                let kept = state.findings.len() * 3 / 4;
                // Dismissals are what people asked for, so they go last.
                state.findings.sort_by_key(|finding| finding.dismissed.is_none());
                state.omitted += u32::try_from(state.findings.len() - kept).unwrap_or(u32::MAX);
                state.findings.truncate(kept);
            }
        }
    }

    /// Reads the marker of a text that our own account wrote. `None` without one, or when it is of another version or was changed.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let mut parts = marker::read(body, marker::STATE)?.split(':');
        let (version, hash, data) = (parts.next()?, parts.next()?, parts.next()?);
        if version != VERSION || hash != digest(data) {
            return None;
        }
        let packed = STANDARD.decode(data).ok()?;
        let json = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, MAX_UNFOLDED).ok()?;
        serde_json::from_slice(&json).ok()
    }

    fn encode(&self) -> String {
        // Plain data: it can't fail, and an empty state only costs the next round its memory.
        let json = serde_json::to_vec(self).unwrap_or_default();
        let data = STANDARD.encode(miniz_oxide::deflate::compress_to_vec(&json, 9));
        format!("{VERSION}:{}:{data}", digest(&data))
    }

    /// Returns the round as an earlier report, with what is dismissed in it.
    pub(crate) fn as_previous(&self) -> (Report, Resolution) {
        let mut report = Report::default();
        report.id.clone_from(&self.report);
        report.round = self.round;
        report.change.head = Some(self.head.clone()).filter(|head| !head.is_empty());
        let mut resolution = Resolution::new(&self.report);
        for known in &self.findings {
            let source =
                SourceId::new(known.reviewers.first().map_or("unknown", String::as_str), 1, &known.id);
            let mut finding = ConsolidatedFinding::new(&known.id, known.severity, &known.title, source)
                .with_fingerprint(known.fingerprint.as_str());
            if !known.reviewers.is_empty() {
                finding = finding.with_reviewers(known.reviewers.clone());
            }
            if let Some(place) = &known.place {
                finding = finding.at(place.clone());
                report.excerpts.extend(excerpt(place, &known.code));
            }
            report.findings.push(finding);
            if let Some(dismissed) = &known.dismissed {
                resolution = resolution.with_item(declined(&known.id, &dismissed.by, &dismissed.why));
            }
        }
        (report, resolution)
    }
}

/// An item that a person dismissed: it stays so until its code changes.
pub(crate) fn declined(item: &str, by: &str, why: &str) -> Resolved {
    let reason =
        if why.is_empty() { format!("dismissed by @{by}") } else { format!("dismissed by @{by}: {why}") };
    Resolved::new(item, Action::Declined).with_by(by).with_reason(reason).with_until_changed(true)
}

/// Reads `dismissed by @WHO: WHY`, as [`declined`] writes it.
fn split_who(reason: &str) -> Dismissed {
    let Some(rest) = reason.strip_prefix("dismissed by @") else {
        return Dismissed { by: "the author".to_owned(), why: cut(reason, MAX_TEXT) };
    };
    match rest.split_once(": ") {
        Some((by, why)) => Dismissed { by: by.to_owned(), why: cut(why, MAX_TEXT) },
        None => Dismissed { by: rest.to_owned(), why: String::new() },
    }
}

fn known(report: &Report, finding: &ConsolidatedFinding) -> KnownFinding {
    let place = finding.locations.first().cloned();
    KnownFinding {
        id: finding.id.clone(),
        fingerprint: finding.fingerprint.clone(),
        severity: finding.severity,
        title: cut(&finding.title, MAX_TEXT),
        code: place.as_ref().map(|place| code_at(report, place)).unwrap_or_default(),
        place,
        reviewers: finding.reviewers.clone(),
        dismissed: None,
    }
}

/// The lines of a place that the report shows.
fn code_at(report: &Report, place: &Location) -> String {
    let Some(range) = place.range() else { return String::new() };
    let Some(excerpt) = report.excerpt(&place.path, place.side.unwrap_or(Side::Head), range) else {
        return String::new();
    };
    let lines = excerpt.lines().filter(|(number, _)| range.contains(*number)).take(MAX_CODE_LINES);
    lines.map(|(_, line)| cut(line, MAX_LINE)).collect::<Vec<_>>().join("\n")
}

fn excerpt(place: &Location, code: &str) -> Option<Excerpt> {
    let range = place.range()?;
    if code.is_empty() {
        return None;
    }
    let lines = u32::try_from(code.lines().count()).unwrap_or(u32::MAX);
    let shown = LineRange::new(range.start, range.start.saturating_add(lines.saturating_sub(1)));
    Some(Excerpt::new(&place.path, place.side.unwrap_or(Side::Head), range.start, shown, format!("{code}\n")))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

fn digest(data: &str) -> String {
    Sha256::digest(data.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(findings: usize) -> Report {
        let mut report = Report::default();
        report.id = "20260101-000000-pr-7".to_owned();
        report.round = 2;
        report.change.head = Some("a".repeat(40));
        for n in 1..=findings {
            let source = SourceId::new("claude", 1, "I1");
            let line = u32::try_from(n * 10).unwrap();
            report.findings.push(
                ConsolidatedFinding::new(
                    format!("I{n}"),
                    Severity::Important,
                    format!("Title {n} -- with marks -->"),
                    source,
                )
                .with_fingerprint(format!("fp/v1:{n:032x}"))
                .at(Location::lines("src/a.rs", line, line + 1)),
            );
            let range = LineRange::new(line, line + 1);
            let text = format!("    let value{n} = {n};\n    use_it(value{n});\n");
            report.excerpts.push(Excerpt::new("src/a.rs", Side::Head, line, range, text));
        }
        report
    }

    #[test]
    fn a_state_comes_back_as_an_earlier_report() {
        let report = report(2);
        let state = RoundState::after(&report, None);
        let body = format!("Some words\n{}\nmore", state.marker(60_000));
        let read = RoundState::read(&body).unwrap();
        assert_eq!(read, state);
        let (previous, resolution) = read.as_previous();
        assert_eq!((previous.round, previous.findings.len(), resolution.items.len()), (2, 2, 0));
        let range = LineRange::new(20, 21);
        let excerpt = previous.excerpt("src/a.rs", Side::Head, range).unwrap();
        assert_eq!(excerpt.text, "    let value2 = 2;\n    use_it(value2);\n");
    }

    #[test]
    fn what_was_changed_or_is_of_another_version_is_no_state() {
        let marker = RoundState::after(&report(3), None).marker(60_000);
        assert!(RoundState::read(&marker).is_some());
        for odd in [
            marker.replace("v1:", "v2:"),
            marker.replace(&marker[60..64], "AAAA"),
            marker.replace(" -->", ""),
            "<!-- deep-review:state -->".to_owned(),
            String::new(),
        ] {
            assert_eq!(RoundState::read(&odd), None, "{odd}");
        }
    }

    #[test]
    fn a_state_fits_its_room_and_says_what_it_lacks() {
        let state = RoundState::after(&report(2_000), None);
        let small = state.marker(20_000);
        assert!(small.len() <= 20_000);
        let read = RoundState::read(&small).unwrap();
        assert_eq!(read.findings.len() + read.omitted as usize, 2_000);
    }

    #[test]
    fn a_dismissal_is_carried_on_and_making_the_state_again_changes_nothing() {
        let first = RoundState::after(&report(2), None);
        let mut second = report(0);
        second.id = "20260102-000000-pr-7".to_owned();
        second.round = 3;
        let (previous, _) = first.as_previous();
        second.history.push(
            review_core::HistoryItem::new(&first.report, 2, &previous.findings[1], FindingState::Declined)
                .with_action(Action::Declined)
                .with_action_reason("dismissed by @ann: by design"),
        );
        let state = RoundState::after(&second, Some(&first));
        assert_eq!(state.findings.len(), 1);
        assert_eq!(state.findings[0].dismissed.as_ref().unwrap().by, "ann");
        assert_eq!(RoundState::after(&second, Some(&state)), state);
        let (_, resolution) = state.as_previous();
        assert_eq!(resolution.items[0].reason.as_deref(), Some("dismissed by @ann: by design"));
    }
}
