//! The conclusion, from one total table.

use review_core::{Verdict, VerdictDecision};

use crate::text::count::count;

/// What the verdict depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerdictFacts {
    /// Open critical findings, published or left from earlier rounds.
    pub criticals: u32,
    /// Open important findings, published or left from earlier rounds.
    pub importants: u32,
    /// Published suggestions.
    pub suggestions: u32,
    /// Of the open critical and important ones, how many nobody rechecked in this round.
    pub not_rechecked: u32,
    /// Reviewers that are complete.
    pub complete: Vec<String>,
    /// Required reviewers that are not, with the reason.
    pub incomplete: Vec<String>,
    /// Changed hunks that nobody looked at, where the policy requires that and reading is known.
    pub unread_hunks: u32,
    /// Only built-in rules or analysers took part.
    pub rules_only: bool,
    /// From this many critical findings on it is *rework*.
    pub rework_from: u32,
}

/// Decides the verdict.
///
/// # Contract
/// Total: every combination has an answer. A run that is not complete is never *merge*.
pub trait VerdictTable: Send + Sync {
    /// The verdict.
    fn verdict(&self, facts: &VerdictFacts) -> Verdict;
}

/// The table of the policy document.
///
/// | nobody complete | required missing | hunks unread | criticals | importants | verdict |
/// |---|---|---|---|---|---|
/// | yes | | | | | incomplete |
/// | no | yes | | | | incomplete |
/// | no | no | yes | | | incomplete |
/// | no | no | no | ≥ limit | | rework |
/// | no | no | no | 1 … | | merge with fixes |
/// | no | no | no | 0 | 1 … | merge with fixes |
/// | no | no | no | 0 | 0 | merge |
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardVerdict;

impl VerdictTable for StandardVerdict {
    fn verdict(&self, facts: &VerdictFacts) -> Verdict {
        let open = open(facts);
        let mut verdict = if facts.complete.is_empty() {
            Verdict::new(VerdictDecision::Incomplete, format!("no reviewer finished{}", and(&open)))
        } else if !facts.incomplete.is_empty() {
            let who = facts.incomplete.join("; ");
            Verdict::new(VerdictDecision::Incomplete, format!("not everybody finished: {who}{}", and(&open)))
        } else if facts.unread_hunks > 0 {
            let hunks = count(facts.unread_hunks, "changed hunk");
            Verdict::new(VerdictDecision::Incomplete, format!("nobody looked at {hunks}{}", and(&open)))
        } else if facts.criticals > 0 && facts.criticals >= facts.rework_from {
            Verdict::new(VerdictDecision::Rework, open)
        } else if facts.criticals + facts.importants > 0 {
            Verdict::new(VerdictDecision::MergeWithFixes, open)
        } else if facts.suggestions > 0 {
            let reason =
                format!("nothing important is open; {} to consider", count(facts.suggestions, "suggestion"));
            Verdict::new(VerdictDecision::Merge, reason)
        } else {
            Verdict::new(VerdictDecision::Merge, "no reviewer found anything")
        };
        if facts.rules_only {
            verdict
                .reason
                .push_str("; only built-in rules looked at it, no reviewer that understands the change");
        }
        verdict
    }
}

fn open(facts: &VerdictFacts) -> String {
    let mut parts = Vec::new();
    if facts.criticals > 0 {
        parts.push(count(facts.criticals, "critical finding"));
    }
    if facts.importants > 0 {
        parts.push(count(facts.importants, "important finding"));
    }
    if parts.is_empty() {
        return String::new();
    }
    let mut text = format!("{} open", parts.join(" and "));
    if facts.not_rechecked > 0 {
        text.push_str(&format!(" ({} from earlier rounds, not rechecked)", facts.not_rechecked));
    }
    text
}

fn and(open: &str) -> String {
    if open.is_empty() { String::new() } else { format!("; {open}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_total_and_never_merges_what_is_not_complete() {
        for bits in 0u32..64 {
            let on = |bit: u32| bits & (1 << bit) != 0;
            let facts = VerdictFacts {
                criticals: u32::from(on(0)),
                importants: u32::from(on(1)),
                suggestions: u32::from(on(2)),
                complete: if on(3) { vec!["a".into()] } else { Vec::new() },
                incomplete: if on(4) { vec!["b (timed out)".into()] } else { Vec::new() },
                unread_hunks: u32::from(on(5)),
                rework_from: 1,
                ..VerdictFacts::default()
            };
            let verdict = StandardVerdict.verdict(&facts);
            assert!(!verdict.reason.is_empty());
            let complete = on(3) && !on(4) && !on(5);
            assert_eq!(verdict.decision == VerdictDecision::Incomplete, !complete);
            if complete {
                let expected = match (on(0), on(1)) {
                    (true, _) => VerdictDecision::Rework,
                    (false, true) => VerdictDecision::MergeWithFixes,
                    _ => VerdictDecision::Merge,
                };
                assert_eq!(verdict.decision, expected);
            }
        }
    }
}
