//! Drafts that the reviewer took back in the same document. They are kept and marked, not published.

use std::collections::BTreeMap;

use review_core::RawFinding;

/// Beginnings of sentences that take a finding back by themselves.
const CLEAR: &[&str] = &[
    "withdrawing this finding",
    "withdraw this finding",
    "i withdraw",
    "withdrawing this one",
    "i am withdrawing",
    "retracting this finding",
    "retract this finding",
    "i retract",
    "scratch that",
    "disregard this finding",
    "this finding is invalid",
    "this finding is withdrawn",
    "finding withdrawn",
    "removing this finding",
    "dropping this finding",
    "drop this finding",
    "strike this finding",
    "ignore this finding",
    "not a finding",
    "no finding here",
    "i'll drop this",
    "i will drop this",
    "let me drop this",
    "this is not a finding",
    "so this is not a finding",
];

/// Words that take a finding back only when they are the whole sentence, or a reason follows: on their own they
/// may speak of the code (`withdrawn funds`, `false alarm rate`).
const ALONE: &[&str] = &[
    "withdrawn",
    "withdrawing",
    "retracted",
    "retracting",
    "false alarm",
    "disregard",
    "never mind",
    "nevermind",
];

/// What follows such a word when it gives a reason.
const REASONS: &[&str] = &[
    " after",
    " because",
    " as ",
    " since",
    " in favor",
    " in favour",
    " on closer",
    " on second",
    ",",
    " –",
    " -",
];

/// Marks in a title.
const MARKS: &[&str] =
    &["(withdrawn)", "[withdrawn]", "withdrawn:", "withdrawn —", "(retracted)", "[retracted]"];

/// Words of doubt. They take a draft back only when its label is used again: the reviewer started over.
const DOUBT: &[&str] = &[
    "not an issue",
    "not a bug",
    "not a problem",
    "actually",
    "on closer",
    "on reflection",
    "wait",
    "is fine",
    "is correct",
    "no issue",
    "re-reading",
    "rereading",
    "i was wrong",
    "let me re",
    "so this is",
    "never mind",
    "nevermind",
    "hmm",
    "correction",
    "moot",
    "replaced by",
    "superseded",
    "rephras",
];

/// Marks the drafts.
pub(crate) fn settle(findings: &mut [RawFinding]) {
    // How many later findings reuse a label: ids `I3`, `I3b`, … share the base `I3`.
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings.iter() {
        *left.entry(base(&finding.id).to_owned()).or_default() += 1;
    }
    for finding in findings.iter_mut() {
        let reused = left.get_mut(base(&finding.id)).is_some_and(|count| {
            *count = count.saturating_sub(1);
            *count > 0
        });
        if finding.withdrawn {
            continue;
        }
        let title = finding.title.to_lowercase();
        let last = last_words(&finding.body).to_lowercase();
        let clear = MARKS.iter().any(|mark| title.contains(mark)) || sentences(&last).any(takes_back);
        let doubted = reused && DOUBT.iter().any(|words| last.contains(words));
        finding.withdrawn = clear || doubted;
    }
}

/// The sentences of a text, without the marks around them.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '!', '\n', '?', '—', ';', ':'])
        .map(|sentence| sentence.trim_matches([' ', '*', '_', '(', ')', '[', ']', '~', '>']))
}

fn takes_back(sentence: &str) -> bool {
    let Some(first) = sentence.bytes().next() else { return false };
    let starts = |words: &&&str| words.as_bytes().first() == Some(&first) && sentence.starts_with(**words);
    if CLEAR.iter().any(|words| starts(&words)) {
        return true;
    }
    let alone = ALONE
        .iter()
        .find(starts)
        .map(|words| crate::text::tail(sentence, words.len()).trim_start_matches(['*', '_']));
    alone.is_some_and(|rest| rest.is_empty() || REASONS.iter().any(|reason| rest.starts_with(reason)))
}

fn base(id: &str) -> &str {
    id.trim_end_matches(|c: char| c.is_ascii_lowercase())
}

/// The end of a body: where a reviewer who changed its mind says so.
fn last_words(body: &str) -> &str {
    let mut at = body.len().saturating_sub(900);
    while !body.is_char_boundary(at) {
        at += 1;
    }
    crate::text::tail(body, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn withdrawn(findings: &[(&str, &str)]) -> Vec<bool> {
        let mut findings: Vec<RawFinding> =
            findings.iter().map(|(id, body)| RawFinding::new("t").with_id(*id).with_body(*body)).collect();
        settle(&mut findings);
        findings.iter().map(|finding| finding.withdrawn).collect()
    }

    #[test]
    fn a_draft_whose_label_is_used_again_is_withdrawn_when_it_says_so() {
        let doubt = "The lock leaks. Actually, the guard drops it; not an issue.";
        assert_eq!(withdrawn(&[("I3", doubt), ("I3b", "The pool leaks.")]), [true, false]);
        assert_eq!(withdrawn(&[("I3", doubt), ("I4", "The pool leaks.")]), [false, false]);
        assert_eq!(withdrawn(&[("I3", "The lock leaks."), ("I3b", "The pool leaks.")]), [false, false]);
    }

    #[test]
    fn a_clear_word_is_enough() {
        assert_eq!(withdrawn(&[("I3", "The lock leaks.\n\n**Withdrawn** after reading `take`.")]), [true]);
        for body in [
            "A withdrawn offer is still listed.",
            "Withdrawn funds stay booked.",
            "Money can't be withdrawn.",
            "False alarm rates rise.",
        ] {
            assert_eq!(withdrawn(&[("I3", body)]), [false], "{body}");
        }
        for body in [
            "On reflection the guard is fine. Withdrawn.",
            "False alarm.",
            "Scratch that: `take` drops it.",
            "(Withdrawing, see I4)",
        ] {
            assert_eq!(withdrawn(&[("I3", body)]), [true], "{body}");
        }
    }
}
