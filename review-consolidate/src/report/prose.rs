//! Holds an editor's words against the facts of the report.

use std::collections::BTreeSet;

use review_core::{Completeness, Prose, Report, VerdictDecision};

use super::summary::WORDS;

/// Longest text on one reviewer, in words.
const RETRO_WORDS: usize = 80;
/// Most bytes of a word on average.
const WORD_BYTES: usize = 30;
/// More problems than these say nothing new.
const PROBLEMS: usize = 12;
/// Words of numbers. `one` is left out: it is a pronoun too.
const NUMBER_WORDS: [(&str, u64); 11] = [
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
];
/// What only a change without open important findings may be called.
const MERGEABLE: &[&str] =
    &["safe to merge", "ready to merge", "can be merged", "good to go", "ready to ship"];

/// What is wrong with an editor's words; nothing where they can be published.
///
/// Every id, number and piece of code must be one of the report. The summary is one paragraph of at most 120 words in which
/// everybody who did not finish is named, and at least one of the critical and important findings by its id.
pub fn check_prose(prose: &Prose, report: &Report) -> Vec<String> {
    let facts = Facts::new(report);
    let mut problems = Vec::new();
    facts.check("the summary", &prose.summary, WORDS, &mut problems);
    for reviewer in &report.reviewers {
        if reviewer.completeness != Completeness::Complete && !prose.summary.contains(&reviewer.name) {
            problems.push(format!("the summary does not say that {} did not finish", reviewer.name));
        }
    }
    let severe: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.severity.weight() > 1)
        .map(|finding| finding.id.as_str())
        .collect();
    let named: Vec<&str> = tokens(&prose.summary).collect();
    if !severe.is_empty() && !severe.iter().any(|id| named.contains(id)) {
        problems.push(format!(
            "the summary names none of {}",
            severe.iter().take(3).copied().collect::<Vec<_>>().join(", ")
        ));
    }
    for one in &prose.retro {
        if !report.reviewers.iter().any(|reviewer| reviewer.name == one.reviewer) {
            problems.push(format!("there is no reviewer {}", clip(&one.reviewer)));
        }
        facts.check(&format!("the text on {}", clip(&one.reviewer)), &one.text, RETRO_WORDS, &mut problems);
    }
    problems.truncate(PROBLEMS);
    problems
}

/// Puts an editor's words in place of the template's, where they hold. What does not hold is said in the diagnostics.
pub(crate) fn apply(prose: &Prose, report: &mut Report) -> Vec<String> {
    let problems = check_prose(prose, report);
    if !problems.is_empty() {
        return problems;
    }
    report.sections.summary = paragraph(&prose.summary);
    report.sections.summary_by = Some(prose.by.clone());
    for one in &prose.retro {
        if let Some(retro) = report.retro.reviewers.iter_mut().find(|retro| retro.reviewer == one.reviewer) {
            retro.prose = paragraph(&one.text);
        }
    }
    Vec::new()
}

/// What may be named.
struct Facts {
    ids: BTreeSet<String>,
    numbers: BTreeSet<u64>,
    /// All texts of the report, for pieces of code.
    text: String,
    mergeable: bool,
}

impl Facts {
    fn new(report: &Report) -> Self {
        let mut facts = Self {
            ids: BTreeSet::new(),
            numbers: BTreeSet::new(),
            text: String::new(),
            mergeable: report.verdict.decision == VerdictDecision::Merge,
        };
        let change = &report.change;
        for text in [&change.notes.title, &change.branch, &change.head, &change.base].into_iter().flatten() {
            facts.add(text);
        }
        change.files.iter().for_each(|file| facts.add(&file.path));
        change.commits.iter().for_each(|commit| facts.add(&format!("{} {}", commit.id, commit.subject)));
        facts.add(&report.verdict.reason);
        facts.add(&report.sections.summary);
        for finding in &report.findings {
            facts.ids.insert(finding.id.clone());
            facts.add(&finding.title);
            facts.add(&finding.body);
            finding.locations.iter().for_each(|place| facts.add(&place.to_string()));
        }
        let sections = &report.sections;
        let items = [&sections.design, &sections.testing, &sections.documentation, &sections.limitations];
        for item in items.into_iter().flatten().chain(&sections.unresolved_feedback) {
            facts.ids.insert(item.id.clone());
            facts.add(&item.text);
        }
        facts.ids.extend(report.ledger.iter().flat_map(|entry| entry.targets.iter().cloned()));
        for reviewer in &report.reviewers {
            facts.add(&reviewer.name);
            for text in [&reviewer.model, &reviewer.incomplete_reason].into_iter().flatten() {
                facts.add(text);
            }
        }
        facts.count(report);
        facts
    }

    fn add(&mut self, text: &str) {
        self.numbers.extend(numbers(text));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// The counts that the report shows.
    fn count(&mut self, report: &Report) {
        let len = |count: usize| count as u64;
        let of = |weight: u8| {
            len(report.findings.iter().filter(|finding| finding.severity.weight() == weight).count())
        };
        let complete =
            report.reviewers.iter().filter(|reviewer| reviewer.completeness == Completeness::Complete);
        let complete = len(complete.count());
        let (added, deleted) = report.change.line_counts();
        self.numbers.extend([
            of(3),
            of(2),
            of(1),
            of(3) + of(2),
            len(report.findings.len()),
            len(report.reviewers.len()),
            complete,
            len(report.reviewers.len()) - complete,
            len(report.change.files.len()),
            len(report.change.commits.len()),
            len(report.ledger.len()),
            len(report.coverage.unread.len()),
            added,
            deleted,
            u64::from(report.round),
        ]);
        self.numbers.extend(report.change.notes.number);
        self.numbers.extend(report.findings.iter().map(|finding| len(finding.reviewers.len())));
        for retro in &report.retro.reviewers {
            self.numbers.extend(numbers(&retro.prose));
            let counts = [
                retro.critical,
                retro.important,
                retro.suggestions,
                retro.critical + retro.important + retro.suggestions,
                retro.published,
                retro.unique,
                retro.false_positives,
                retro.dropped,
                retro.suppressed,
                retro.downgraded,
                retro.upgraded,
                retro.rerouted,
                retro.files_reviewed,
                retro.checks,
                retro.tool_calls.iter().map(|tool| tool.calls).sum(),
            ];
            self.numbers.extend(counts.map(u64::from));
            self.numbers.extend(retro.coverage_misses.map(u64::from));
        }
    }

    fn check(&self, what: &str, text: &str, words: usize, problems: &mut Vec<String>) {
        let mut say = |problem: String| problems.push(format!("{what} {problem}"));
        let count = text.split_whitespace().count();
        if count == 0 {
            return say("is empty".to_owned());
        }
        if count > words || text.len() > words * WORD_BYTES {
            say(format!("is too long: {count} words, {words} are the most"));
        }
        if text.contains(['<', '>', '@', '#', '*', '|'])
            || text.contains("](")
            || text.contains("://")
            || text.contains("```")
        {
            say("has marks, links or mentions: plain sentences only, code in single backticks".to_owned());
        }
        if text.trim().contains("\n\n") {
            say("is more than one paragraph".to_owned());
        }
        for token in tokens(text) {
            if is_id(token) {
                if !self.ids.contains(token) {
                    say(format!("names {}, which is not in the report", clip(token)));
                }
            } else if let Some(number) =
                numbers(token).into_iter().find(|number| !self.numbers.contains(number))
            {
                say(format!("says {number}, which no fact says"));
            }
        }
        for (index, code) in text.split('`').enumerate() {
            if index % 2 == 1 && !self.text.contains(code) {
                say(format!("shows `{}`, which is not in the report", clip(code)));
            }
        }
        let lower = text.to_lowercase();
        for (word, number) in NUMBER_WORDS {
            let said = lower.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
            if said && !self.numbers.contains(&number) {
                say(format!("says {word}, which no fact says"));
            }
        }
        if let Some(words) = MERGEABLE.iter().find(|words| !self.mergeable && lower.contains(**words)) {
            say(format!("calls the change “{words}”, and the verdict is another"));
        }
    }
}

/// The words of a text, without the marks around them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let edge = |c: char| !c.is_alphanumeric();
    text.split(|c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '[' | ']' | '/' | '–' | '—')
    })
    .map(move |word| word.trim_matches(edge))
    .filter(|word| !word.is_empty())
}

/// `C1`, `I12`, `T3b`: a capital letter and a number.
fn is_id(token: &str) -> bool {
    let mut chars = token.chars();
    let letter = chars.next().is_some_and(|c| c.is_ascii_uppercase());
    let rest = chars.as_str().trim_end_matches(|c: char| c.is_ascii_lowercase());
    letter && !rest.is_empty() && rest.len() <= 4 && rest.bytes().all(|b| b.is_ascii_digit())
}

/// The numbers that are written in digits.
fn numbers(text: &str) -> Vec<u64> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

fn paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The beginning of something that the editor wrote.
fn clip(text: &str) -> String {
    text.chars().take(60).collect()
}
