//! One scale: words to values.

use std::collections::BTreeMap;

use review_core::{Category, Kind, Severity};

use crate::text::normalize_words;

/// Words to values of one enumeration. Words are compared without case and punctuation.
#[derive(Clone, Debug)]
pub struct Scale<T> {
    words: BTreeMap<String, T>,
}

impl<T: Copy> Scale<T> {
    /// A scale from word lists.
    pub fn new(entries: &[(T, &[&str])]) -> Self {
        let words =
            entries.iter().flat_map(|(value, words)| words.iter().map(|word| (key(word), *value))).collect();
        Self { words }
    }

    /// The same scale with more words; words that it has keep their value.
    #[must_use]
    pub fn with(mut self, entries: &[(T, &[&str])]) -> Self {
        for (word, value) in Self::new(entries).words {
            self.words.entry(word).or_insert(value);
        }
        self
    }

    /// Adds a word or changes its value.
    pub fn insert(&mut self, word: &str, value: T) {
        self.words.insert(key(word), value);
    }

    /// The value of exactly this word.
    pub fn get(&self, word: &str) -> Option<T> {
        // Longer text is a sentence, not a word; this keeps the look-up cheap on hostile input.
        if word.len() > 64 {
            return None;
        }
        if let Some(value) = self.words.get(word) {
            return Some(*value);
        }
        self.words.get(&key(word)).copied()
    }
}

/// Words are compared without case and punctuation; a symbol is its own key.
fn key(word: &str) -> String {
    let words = normalize_words(word);
    if words.is_empty() { word.trim().to_owned() } else { words }
}

/// Words that mean a severity wherever they stand as a mark of their own. Symbols are looked up as they are.
pub(super) const SEVERITY_TAGS: &[(Severity, &[&str])] = &[
    (
        Severity::Critical,
        &[
            "critical",
            "crit",
            "blocker",
            "severe",
            "fatal",
            "p0",
            "sev0",
            "sev 0",
            "must fix",
            "showstopper",
            "🔴",
            "🚨",
            "⛔",
            "🛑",
            "critical severity",
            "severity critical",
            "critical issue",
            "critical bug",
        ],
    ),
    (
        Severity::Important,
        &[
            "important",
            "imp",
            "high",
            "major",
            "p1",
            "sev1",
            "sev 1",
            "serious",
            "should fix",
            "🟠",
            "⚠",
            "⚠️",
            "❗",
            "high severity",
            "high priority",
            "severity high",
            "important issue",
            "major issue",
            "severity important",
        ],
    ),
    (
        Severity::Suggestion,
        &[
            "suggestion",
            "sug",
            "medium",
            "moderate",
            "minor",
            "low",
            "nit",
            "nitpick",
            "trivial",
            "p2",
            "p3",
            "p4",
            "sev2",
            "sev3",
            "sev 2",
            "sev 3",
            "🟡",
            "🟢",
            "🔵",
            "💡",
            "ℹ️",
            "ℹ",
            "⚪",
            "medium severity",
            "low severity",
            "medium priority",
            "low priority",
            "severity medium",
            "severity low",
            "cosmetic",
            "nice to have",
            "minor issue",
            "severity suggestion",
        ],
    ),
];

/// Words that are severities only as the value of a severity field.
pub(super) const SEVERITY_VALUES: &[(Severity, &[&str])] = &[
    (
        Severity::Critical,
        &[
            "priority 0",
            "blocking",
            "block",
            "s0",
            "emergency",
            "alert",
            "very high",
            "highest",
            "kritisch",
            "blockierend",
            "critique",
            "crítico",
            "crítica",
            "critico",
            "critica",
            "bloqueante",
            "kritiek",
            "致命",
            "严重",
            "致命的",
            "критический",
        ],
    ),
    (
        Severity::Important,
        &[
            "priority 1",
            "severity 2",
            "error",
            "significant",
            "issue",
            "bug",
            "problem",
            "failure",
            "failed",
            "err",
            "s1",
            "logic",
            "syntax",
            "hoch",
            "wichtig",
            "schwer",
            "élevé",
            "élevée",
            "eleve",
            "majeur",
            "majeure",
            "alto",
            "alta",
            "grave",
            "importante",
            "hoog",
            "高",
            "重要",
            "重大",
            "высокий",
        ],
    ),
    (
        Severity::Suggestion,
        &[
            "priority 2",
            "priority 3",
            "priority 4",
            "severity 1",
            "severity 0",
            "suggestions",
            "nits",
            "info",
            "informational",
            "information",
            "note",
            "notice",
            "warning",
            "warn",
            "hint",
            "style",
            "optional",
            "non blocking",
            "nonblocking",
            "polish",
            "thought",
            "question",
            "chore",
            "typo",
            "none",
            "todo",
            "lowest",
            "very low",
            "advisory",
            "convention",
            "refactor",
            "ignore",
            "s2",
            "s3",
            "mittel",
            "niedrig",
            "gering",
            "hinweis",
            "vorschlag",
            "moyen",
            "moyenne",
            "faible",
            "mineur",
            "mineure",
            "medio",
            "media",
            "médio",
            "média",
            "bajo",
            "baja",
            "baixo",
            "baixa",
            "basso",
            "bassa",
            "menor",
            "sugerencia",
            "laag",
            "中",
            "低",
            "轻微",
            "建议",
            "提示",
            "軽微",
            "низкий",
            "средний",
        ],
    ),
];

/// Kind words. Anything else that stands in the kind's place is kept as the reviewer wrote it.
pub(super) const KINDS: &[(Kind, &[&str])] = &[
    (Kind::Regression, &["regression", "regressed", "introduced"]),
    (Kind::Gap, &["gap", "omission", "preexisting", "pre existing"]),
    (Kind::Enhancement, &["enhancement", "improvement", "future"]),
];

/// Category words.
pub(super) const CATEGORIES: &[(Category, &[&str])] = &[
    (
        Category::Correctness,
        &["correctness", "logic", "logic error", "functional", "functionality", "possible bug", "bug"],
    ),
    (Category::Concurrency, &["concurrency", "race", "race condition", "deadlock", "threading"]),
    (Category::Security, &["security", "vulnerability"]),
    (Category::ErrorHandling, &["error handling", "errors", "robustness", "reliability"]),
    (Category::Resource, &["resource", "resource leak", "resources", "leak", "memory"]),
    (Category::ApiContract, &["api contract", "api", "contract", "compatibility", "breaking change"]),
    (Category::Performance, &["performance", "efficiency", "perf"]),
    (Category::Tests, &["tests", "test", "testing", "test coverage", "coverage"]),
    (Category::Docs, &["docs", "documentation", "doc", "comments", "comment"]),
    (
        Category::Maintainability,
        &[
            "maintainability",
            "readability",
            "style",
            "design",
            "code quality",
            "naming",
            "complexity",
            "duplication",
            "refactoring",
        ],
    ),
    (Category::Build, &["build", "ci", "packaging", "dependencies"]),
];
