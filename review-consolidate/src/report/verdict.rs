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
    /// Nobody but rules, linters and other analysers took part.
    pub tools_only: bool,
    /// Reviewers all of whose findings were left out because they are not about the change.
    pub all_left_out: Vec<String>,
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
/// | nobody complete | required missing | hunks unread | tools only | criticals | importants | all of somebody's findings left out | verdict |
/// |---|---|---|---|---|---|---|---|
/// | yes | | | | | | | incomplete |
/// | no | yes | | | | | | incomplete |
/// | no | no | yes | | | | | incomplete |
/// | no | no | no | yes | | | | tools only, or incomplete where they found nothing else |
/// | no | no | no | no | ≥ limit | | | rework |
/// | no | no | no | no | 1 … | | | merge with fixes |
/// | no | no | no | no | 0 | 1 … | | merge with fixes |
/// | no | no | no | no | 0 | 0 | yes | incomplete |
/// | no | no | no | no | 0 | 0 | no | merge |
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardVerdict;

impl VerdictTable for StandardVerdict {
    fn verdict(&self, facts: &VerdictFacts) -> Verdict {
        let open = open(facts);
        let incomplete = |reason: String| Verdict::new(VerdictDecision::Incomplete, reason);
        let severe = facts.criticals + facts.importants;
        if facts.complete.is_empty() {
            return incomplete(format!("no reviewer finished{}", and(&open)));
        }
        if !facts.incomplete.is_empty() {
            let who = facts.incomplete.join("; ");
            return incomplete(format!("not everybody finished: {who}{}", and(&open)));
        }
        if facts.unread_hunks > 0 {
            let hunks = count(facts.unread_hunks, "changed hunk");
            return incomplete(format!("nobody looked at {hunks}{}", and(&open)));
        }
        if severe == 0 && !facts.all_left_out.is_empty() {
            let who = facts.all_left_out.join(", ");
            return incomplete(format!("everything was left out as not about the change: {who}"));
        }
        let suggestions = count(facts.suggestions, "suggestion");
        if facts.tools_only {
            let found = match (severe, facts.suggestions) {
                (0, 0) => "no rule matched".to_owned(),
                (0, _) => format!("{suggestions} to consider"),
                _ => open,
            };
            let reason = format!("only rules and linters ran: {found}");
            return Verdict::new(VerdictDecision::ToolsOnly, reason);
        }
        if facts.criticals > 0 && facts.criticals >= facts.rework_from {
            Verdict::new(VerdictDecision::Rework, open)
        } else if severe > 0 {
            Verdict::new(VerdictDecision::MergeWithFixes, open)
        } else if facts.suggestions > 0 {
            let reason = format!("nothing important is open; {suggestions} to consider");
            Verdict::new(VerdictDecision::Merge, reason)
        } else {
            Verdict::new(VerdictDecision::Merge, "no reviewer found anything")
        }
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
        for bits in 0u32..256 {
            let on = |bit: u32| bits & (1 << bit) != 0;
            let facts = VerdictFacts {
                criticals: u32::from(on(0)),
                importants: u32::from(on(1)),
                suggestions: u32::from(on(2)),
                complete: if on(3) { vec!["a".into()] } else { Vec::new() },
                incomplete: if on(4) { vec!["b (timed out)".into()] } else { Vec::new() },
                unread_hunks: u32::from(on(5)),
                tools_only: on(6),
                all_left_out: if on(7) { vec!["c (2 findings)".into()] } else { Vec::new() },
                rework_from: 1,
                ..VerdictFacts::default()
            };
            let verdict = StandardVerdict.verdict(&facts);
            assert!(!verdict.reason.is_empty());
            let nothing_severe = !on(0) && !on(1);
            let expected = match () {
                () if !on(3) || on(4) || on(5) => VerdictDecision::Incomplete,
                () if nothing_severe && on(7) => VerdictDecision::Incomplete,
                () if on(6) => VerdictDecision::ToolsOnly,
                () if on(0) => VerdictDecision::Rework,
                () if on(1) => VerdictDecision::MergeWithFixes,
                () => VerdictDecision::Merge,
            };
            assert_eq!(verdict.decision, expected, "{facts:?}");
        }
    }
}
