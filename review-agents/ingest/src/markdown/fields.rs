//! `Name: value` lines inside a finding: `**Fix:** …`, `Classification: gap`, `- Severity: High`.

use crate::text::{head, normalize_words, strip_bullet, tail};

/// What a field line of a finding holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyField {
    Severity,
    Kind,
    Category,
    Place,
    Line,
    Fix,
    Scenario,
    Confidence,
    IntroducedBy,
    Id,
    Title,
    /// Part of the explanation: problem, impact, evidence.
    Prose,
}

const NAMES: &[(BodyField, &[&str])] = &[
    (BodyField::Severity, &["severity", "priority", "level", "importance", "severity level"]),
    (BodyField::Kind, &["classification", "kind", "class", "nature"]),
    (BodyField::Category, &["category", "type", "area"]),
    (
        BodyField::Place,
        &[
            "file",
            "files",
            "location",
            "locations",
            "path",
            "where",
            "place",
            "affected files",
            "affected file",
            "code location",
            "file path",
        ],
    ),
    (BodyField::Line, &["line", "lines", "line numbers", "line number", "line range"]),
    (
        BodyField::Fix,
        &[
            "fix",
            "suggested fix",
            "recommendation",
            "recommended fix",
            "remediation",
            "solution",
            "proposed fix",
            "how to fix",
            "suggestion",
            "suggested change",
            "proposed change",
            "recommended change",
            "fix suggestion",
            "action",
            "resolution",
            "better",
            "possible fix",
            "minimal fix",
            "suggested remediation",
            "recommendations",
            "suggestions",
            "fix direction",
            "suggested approach",
            "mitigation",
            "patch",
            "diff",
            "suggested patch",
            "simplest fix",
            "options",
            "fix options",
            "proposal",
            "alternative",
            "corrected code",
            "suggested code",
            "improvement",
        ],
    ),
    (
        BodyField::Scenario,
        &[
            "scenario",
            "failure scenario",
            "trigger",
            "reproduction",
            "repro",
            "steps to reproduce",
            "how it fails",
            "failure mode",
            "concrete scenario",
            "example scenario",
            "attack scenario",
            "failure path",
            "sequence",
        ],
    ),
    (BodyField::Confidence, &["confidence", "confidence score", "certainty", "confidence level"]),
    (BodyField::IntroducedBy, &["introduced by", "introduced in", "commit", "introducing commit", "since"]),
    (BodyField::Id, &["id", "label"]),
    (BodyField::Title, &["title", "summary", "issue", "finding"]),
    (
        BodyField::Prose,
        &[
            "problem",
            "impact",
            "description",
            "details",
            "detail",
            "evidence",
            "why it matters",
            "why",
            "explanation",
            "rationale",
            "root cause",
            "effect",
            "risk",
            "consequence",
            "note",
            "context",
            "reason",
            "observation",
            "analysis",
            "what",
            "current code",
            "code",
            "current behavior",
            "example",
            "why this matters",
            "background",
            "status",
            "reference",
            "references",
            "verification",
            "verified",
            "proof",
            "snippet",
            "test",
            "tests",
            "expected",
            "actual",
            "consolidator note",
            "caveat",
            "also",
            "related",
            "see also",
            "diagnosis",
            "cause",
            "symptom",
            "before",
            "after",
            "concern",
            "notes",
            "testing",
            "documentation",
        ],
    ),
];

/// Whether the words name a field.
pub(crate) fn is_field_name(name: &str) -> bool {
    look_up(name).is_some()
}

fn look_up(name: &str) -> Option<BodyField> {
    if name.len() > 40 {
        return None;
    }
    let words = normalize_words(name);
    NAMES.iter().find(|(_, names)| names.contains(&words.as_str())).map(|(field, _)| *field)
}

/// Reads a trimmed line as a field: the field and its value, which may be empty.
pub(crate) fn read_field(line: &str) -> Option<(BodyField, &str)> {
    let text = strip_bullet(line).unwrap_or(line);
    let text = text.trim_start_matches('#').trim_start();
    let marks = text.bytes().take_while(|b| matches!(b, b'*' | b'_')).count();
    let inner = tail(text, marks);
    if !inner.starts_with(char::is_alphabetic) {
        return None;
    }
    let reach = head(inner, inner.char_indices().nth(44).map_or(inner.len(), |(at, _)| at));
    let (name, value) = match reach.find([':', '*', '—', '(', '|']) {
        Some(at) => (head(inner, at), tail(inner, at)),
        // `### Fix` and `**Fix**` alone.
        None if marks > 0 || line.starts_with('#') => (inner, ""),
        None => return None,
    };
    let name = name.trim_end_matches(['*', '_', ' ']);
    let mut value = value;
    if value.starts_with('(') {
        // `Fix (minimal): …`
        let close = value.find(')')?;
        value = tail(value, close + 1);
        if !value.trim_start_matches(['*', '_']).starts_with(':') {
            return None;
        }
    }
    let dressed = marks > 0 || line.starts_with('#');
    let joined = value.trim_start_matches(['*', '_', ' ']);
    let separated = joined.starts_with(':')
        || value.starts_with("**:")
        || (dressed && joined.starts_with('—'))
        || (marks > 0 && value.starts_with('*'))
        || (dressed && value.is_empty());
    if !separated {
        return None;
    }
    let field = look_up(name)?;
    let value = joined.trim_start_matches([':', '—', ' ']).trim_start_matches(['*', '_']).trim();
    Some((field, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_in_every_dress() {
        for (line, field, value) in [
            ("**Fix:** drop the guard", BodyField::Fix, "drop the guard"),
            ("**Fix**: drop the guard", BodyField::Fix, "drop the guard"),
            ("Fix: drop the guard", BodyField::Fix, "drop the guard"),
            ("- **Classification:** gap", BodyField::Kind, "gap"),
            ("* *Severity*: High", BodyField::Severity, "High"),
            ("#### Suggested fix", BodyField::Fix, ""),
            ("**Fix (minimal):** x", BodyField::Fix, "x"),
            ("File: `net/pool.rs`", BodyField::Place, "`net/pool.rs`"),
        ] {
            assert_eq!(read_field(line), Some((field, value)), "{line}");
        }
        for line in ["The fix: none", "Fix the guard", "Note that", "fixed: yes"] {
            assert_eq!(read_field(line), None, "{line}");
        }
    }
}
