//! Several answers in one text: a reviewer that was cut off and started over. The last whole one counts.

use std::collections::BTreeSet;

use review_core::{Diagnostic, Review};

use super::document::Walker;
use super::finding::Context;
use crate::options::IngestOptions;
use crate::scales::FieldName;
use crate::value::{Parsed, Value};

/// Most titles that a diagnostic lists.
const MAX_TITLES: usize = 10;

/// Which of a text's values are read.
pub(super) struct Answers {
    /// Indexes of earlier answers, which are left aside.
    left: BTreeSet<usize>,
}

/// Chooses among the values of a text. Only answers as a whole replace one another: objects with a list of findings and
/// without a file of their own, which would make them parts of one answer.
pub(super) fn choose(values: &[Parsed], options: &IngestOptions) -> Answers {
    let answers: Vec<usize> = values
        .iter()
        .enumerate()
        .filter(|(_, parsed)| is_answer(&parsed.value, options))
        .map(|(index, _)| index)
        .collect();
    let whole = answers.iter().rev().find(|index| values.get(**index).is_some_and(|parsed| !parsed.cut));
    let last = whole.or(answers.last()).copied();
    Answers { left: answers.into_iter().filter(|index| Some(*index) != last).collect() }
}

fn is_answer(value: &Value, options: &IngestOptions) -> bool {
    let Some(map) = value.map() else { return false };
    let keys = &options.tables.keys;
    let (mut listed, mut placed) = (false, false);
    for (key, value) in &map.entries {
        match keys.get(key) {
            Some(FieldName::Findings) => listed |= matches!(value, Value::List(_)),
            Some(FieldName::Path | FieldName::Location | FieldName::Line) => placed = true,
            _ => {}
        }
    }
    listed && !placed
}

impl Answers {
    /// The values that count.
    pub(super) fn kept<'v>(&self, values: &'v [Parsed]) -> impl Iterator<Item = &'v Parsed> + Clone {
        let left = self.left.clone();
        values.iter().enumerate().filter(move |(index, _)| !left.contains(index)).map(|(_, parsed)| parsed)
    }

    /// Says what only an answer that was left aside had. Its lines are unplaced.
    pub(super) fn tell(&self, review: &mut Review, values: &[Parsed], options: &IngestOptions) {
        if self.left.is_empty() {
            return;
        }
        let mut walker = Walker::new(options);
        for parsed in self.left.iter().filter_map(|index| values.get(*index)) {
            walker.document(&parsed.value, &Context::default(), 0);
        }
        let known: BTreeSet<&str> = review.findings.iter().map(|finding| finding.title.as_str()).collect();
        let only: Vec<String> = walker
            .finish()
            .findings
            .into_iter()
            .map(|finding| finding.title)
            .filter(|title| !known.contains(title.as_str()))
            .collect();
        let count = self.left.len();
        let mut said =
            format!("{count} earlier answers in the same text were left aside; the last whole one counts");
        if !only.is_empty() {
            let listed =
                only.iter().take(MAX_TITLES).map(|title| format!("“{title}”")).collect::<Vec<_>>().join(", ");
            said.push_str(&format!("; only there: {listed}"));
            if only.len() > MAX_TITLES {
                said.push_str(&format!(" and {} more", only.len() - MAX_TITLES));
            }
        }
        review.diagnostics.push(Diagnostic::new(0, said));
    }
}
