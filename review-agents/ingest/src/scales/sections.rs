//! Section names, and what they hold.

use std::collections::BTreeMap;

use review_core::{Severity, Stance};

use crate::text::normalize_words;

/// What a section of a review holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SectionKind {
    /// Findings; with a severity where the heading says one.
    Findings(Option<Severity>),
    /// The executive summary and the verdict.
    Summary,
    /// Design observations; with a stance where the heading says one.
    Design(Option<Stance>),
    /// Testing gaps.
    Testing,
    /// Documentation gaps.
    Documentation,
    /// How the commits are cut.
    CommitStructure,
    /// Limitations that the author acknowledged.
    Limitations,
    /// Earlier feedback and what became of it.
    UnresolvedFeedback,
    /// Which files were looked at.
    Coverage,
    /// Commands that were run.
    Checks,
    /// About the review itself, not the change: retrospectives, process notes.
    Process,
}

/// Section names to what they hold.
#[derive(Clone, Debug)]
pub struct SectionTable {
    names: BTreeMap<String, SectionKind>,
    longest: usize,
}

impl Default for SectionTable {
    fn default() -> Self {
        let mut table = Self { names: BTreeMap::new(), longest: 0 };
        for (kind, names) in NAMES {
            for name in *names {
                table.insert(name, *kind);
            }
        }
        table
    }
}

impl SectionTable {
    /// Adds a name or changes what it means.
    pub fn insert(&mut self, name: &str, kind: SectionKind) {
        let name = normalize_words(name);
        self.longest = self.longest.max(name.len());
        self.names.insert(name, kind);
    }

    /// What a heading with this text holds. Numbering, emoji, counts and trailing remarks are read over:
    /// `2. Critical Issues (3)` is `critical issues`.
    pub fn get(&self, heading: &str) -> Option<SectionKind> {
        // Names are short; a long heading is a sentence or a finding.
        if heading.len() > 96 {
            return None;
        }
        let mark = heading.find(['(', '—', '–', ':']).filter(|at| *at > 0);
        let dash = [" -- ", " - "].iter().find_map(|dash| heading.find(dash));
        let cut_at = mark.into_iter().chain(dash).min().unwrap_or(heading.len());
        let name = normalize_words(crate::text::head(heading, cut_at));
        let kind = self.exact(strip_numbering(&name));
        if matches!(kind, Some(SectionKind::Findings(Some(_))))
            && says_what(crate::text::tail(heading, cut_at))
        {
            return None;
        }
        kind.or_else(|| self.exact(strip_numbering(&normalize_words(heading))))
    }

    fn exact(&self, words: &str) -> Option<SectionKind> {
        if words.len() > self.longest {
            return None;
        }
        self.names.get(words).or_else(|| self.names.get(words.strip_suffix(" section")?)).copied()
    }
}

/// Whether the text behind a severity is a finding's title (`Critical: the guard leaks`) rather than a remark
/// on the section (`Critical — must fix`).
fn says_what(remark: &str) -> bool {
    if !remark.trim_start().starts_with([':', '—', '–', '-']) {
        return false;
    }
    let words = normalize_words(remark);
    let first = words.split(' ').next().unwrap_or("");
    words.contains(' ')
        && !matches!(
            first,
            "must"
                | "should"
                | "fix"
                | "none"
                | "nice"
                | "optional"
                | "blocking"
                | "block"
                | "no"
                | "non"
                | "to"
                | "issues"
                | "before"
                | "consider"
                | "could"
                | "will"
        )
}

/// Removes `2 `, `2 1 `, `a ` or `section 3 ` from the front of normalised words.
fn strip_numbering(words: &str) -> &str {
    let mut rest = words.strip_prefix("section ").or_else(|| words.strip_prefix("part ")).unwrap_or(words);
    while let Some((first, after)) = rest.split_once(' ') {
        let roman = matches!(first, "i" | "ii" | "iii" | "iv" | "v" | "vi" | "vii" | "viii" | "ix" | "x");
        if first.bytes().all(|b| b.is_ascii_digit()) || roman || matches!(first, "the" | "my") {
            rest = after;
        } else {
            break;
        }
    }
    rest
}

#[rustfmt::skip]
const NAMES: &[(SectionKind, &[&str])] = &[
    (
        SectionKind::Findings(None),
        &[
            "findings", "finding", "issues", "issues found", "review findings", "detailed findings",
            "code review findings", "key findings", "problems", "comments", "review comments",
            "inline comments", "detailed review", "bugs", "issues identified", "all findings",
            "code findings", "detailed issues", "line by line", "feedback", "identified issues",
            "main findings", "technical findings", "new findings", "findings by severity",
            "outside diff range comments", "outside diff range and nitpick comments", "duplicate comments",
            "individual comments", "code review comments", "comments failed to post", "recommended focus areas for review",
            "key issues to review", "pr code suggestions", "additional comments outside the diff",
            "security", "performance", "correctness", "error handling", "concurrency", "maintainability", "security issues", "security findings", "security vulnerabilities", "vulnerabilities", "performance issues",
            "correctness issues", "logic errors", "potential issues", "potential bugs", "possible issues", "open issues",
            "remaining issues", "new issues", "defects", "code issues", "bugs found", "reported issues", "violations",
        ],
    ),
    (
        SectionKind::Findings(Some(Severity::Critical)),
        &[
            "critical issues", "critical", "critical findings", "critical issue", "blockers",
            "blocking issues", "blocking", "must fix", "criticals", "severity critical",
            "critical severity", "critical bugs", "blocker", "p0", "critical problems",
            "must fix before merge", "showstoppers", "critical blockers",
        ],
    ),
    (
        SectionKind::Findings(Some(Severity::Important)),
        &[
            "important issues", "important", "important findings", "important issue", "major issues",
            "major", "high", "high severity", "high priority", "should fix", "major findings",
            "severity important", "severity high", "important severity", "p1", "warnings", "errors",
            "important problems", "major problems", "significant issues", "high severity issues",
            "high priority issues", "serious issues",
        ],
    ),
    (
        SectionKind::Findings(Some(Severity::Suggestion)),
        &[
            "suggestions", "suggestion", "minor issues", "minor", "minor findings", "nits", "nitpicks",
            "low", "low severity", "medium", "medium severity", "low priority", "medium priority",
            "nice to have", "optional", "improvements", "suggested improvements", "p2", "p3",
            "severity suggestion", "severity low", "severity medium", "style", "suggestion issues",
            "minor suggestions", "suggestions for improvement", "other suggestions", "minor comments",
            "non blocking", "non blocking issues", "non blocking suggestions", "polish",
            "nitpick comments", "comments suppressed due to low confidence",
            "comments suppressed due to low confidence threshold", "low confidence comments", "suppressed comments",
            "suggestion findings", "nit", "medium severity issues", "low severity issues",
            "code suggestions", "further suggestions", "enhancements",
        ],
    ),
    (
        SectionKind::Summary,
        &[
            "executive summary", "summary", "overview", "verdict", "overall assessment", "overall",
            "conclusion", "tl dr", "tldr", "recommendation", "overall verdict", "final verdict",
            "assessment", "high level summary", "abstract", "review summary", "summary of changes",
            "merge recommendation", "final recommendation", "bottom line", "change summary",
            "what changed", "context", "pr summary", "introduction", "scope", "scope of review",
            "review scope", "overall recommendation", "summary and verdict",
            "executive summary and verdict", "closing", "final assessment", "pr overview",
            "summary of findings", "findings summary", "background", "pull request overview", "walkthrough",
            "greptile summary", "cursor bugbot summary", "codex review summary", "reviewed changes",
        ],
    ),
    (
        SectionKind::Design(None),
        &[
            "design observations", "design", "design observation", "architecture",
            "architectural observations", "design notes", "design review", "design and architecture",
            "observations", "architecture observations", "design assessment", "design considerations",
            "architecture and design", "design feedback", "design comments", "architecture review",
            "architecture notes", "architecture assessment", "general observations", "other observations",
            "additional observations",
        ],
    ),
    (
        SectionKind::Design(Some(Stance::Concern)),
        &[
            "concerns", "concern", "design concerns", "weaknesses", "architectural concerns", "risks",
            "drawbacks", "cons", "in scope", "future", "in scope concerns", "future concerns",
        ],
    ),
    (
        SectionKind::Design(Some(Stance::Strength)),
        &[
            "strengths", "strength", "design strengths", "positives", "what works well", "what went well",
            "good", "positive observations", "whats good", "whats done well", "what is good", "highlights",
            "praise", "pros", "what looks good", "positive aspects", "positive notes",
            "strengths and good practices", "things done well", "well done",
        ],
    ),
    (
        SectionKind::Testing,
        &[
            "testing assessment", "testing", "tests", "test coverage", "test assessment", "test gaps",
            "testing gaps", "testing notes", "test review", "testing review", "test quality", "test suite",
            "missing tests", "coverage gaps", "test coverage assessment", "test coverage gaps",
            "testing observations", "untested scenarios", "test adequacy", "tests assessment",
            "testing and verification", "testing coverage",
        ],
    ),
    (
        SectionKind::Documentation,
        &[
            "documentation assessment", "documentation", "docs", "documentation gaps", "doc assessment",
            "docs assessment", "documentation review", "documentation notes", "documentation and comments",
            "documentation observations",
        ],
    ),
    (
        SectionKind::CommitStructure,
        &[
            "commit structure", "commits", "commit structure assessment", "commit hygiene",
            "commit history", "commit assessment", "commit organization", "commit organisation",
            "commit review", "commit quality", "commit structure and messages", "commit messages",
            "commit log",
        ],
    ),
    (
        SectionKind::Limitations,
        &[
            "acknowledged limitations", "limitations", "known limitations", "acknowledged limitation",
            "known issues", "acknowledged trade offs", "acknowledged gaps", "acknowledged issues",
            "limitations acknowledged", "author acknowledged limitations", "acknowledged todos",
            "acknowledged limitations and todos", "accepted limitations", "out of scope", "deferred",
            "acknowledged",
        ],
    ),
    (
        SectionKind::UnresolvedFeedback,
        &[
            "unresolved feedback", "previous review findings", "prior feedback", "previous feedback",
            "prior review feedback", "previous review", "unresolved review feedback",
            "unresolved comments", "previous findings", "prior findings", "status of previous findings",
            "prior review findings", "unresolved review comments", "unresolved pr feedback",
            "unresolved previous feedback", "unresolved reviewer feedback", "previous review status",
            "previous review comments", "prior review comments", "prior round findings", "prior reviews",
            "reviewer feedback", "previous round findings", "status of prior findings", "pr feedback",
            "resolved feedback",
        ],
    ),
    (
        SectionKind::Coverage,
        &[
            "coverage summary", "coverage", "files reviewed", "review coverage", "file coverage",
            "files examined", "reviewed files", "files changed", "per file coverage", "file by file",
            "file by file coverage", "changed files", "coverage table", "coverage checklist",
            "file by file summary", "file summary", "per file summary", "coverage report", "files covered",
            "coverage by file", "coverage statement",
        ],
    ),
    (
        SectionKind::Checks,
        &[
            "checks", "verification", "checks run", "commands run", "verification performed", "validation",
            "tests run", "commands executed", "what i ran", "verification notes", "verification steps",
        ],
    ),
    (
        SectionKind::Process,
        &[
            "agent performance retro", "review process notes", "appendix", "appendix original reviews",
            "resolution", "skill improvements", "repo context updates", "reconciliation", "process notes",
            "original reviews", "performance retro", "methodology", "review methodology", "notes",
            "review notes", "analysis", "thinking", "review metadata", "metadata", "next steps",
            "action items", "references", "resolutions", "false positives", "dropped findings", "process",
            "rejected findings", "non findings", "non issues", "considered and rejected",
            "considered but rejected", "things i checked", "verified", "things verified", "review details",
            "review info", "files selected for processing", "commits", "configuration used", "additional context used",
            "prompt for all review comments with ai agents", "files ignored due to path filters",
            "files skipped from review as they are similar to previous changes", "additional comments",
            "finishing touches", "pre merge checks", "about codex in github", "tips",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbering_counts_and_remarks_are_read_over() {
        let table = SectionTable::default();
        for heading in
            ["Critical Issues", "2. Critical issues (3)", "🔴 CRITICAL ISSUES:", "Critical — must fix"]
        {
            assert_eq!(
                table.get(heading),
                Some(SectionKind::Findings(Some(Severity::Critical))),
                "{heading}"
            );
        }
        assert_eq!(table.get("Previous Review Findings — Status"), Some(SectionKind::UnresolvedFeedback));
        assert_eq!(table.get("Criticality of the lock"), None);
    }
}
