//! What it takes to answer a question: the findings' own words, and apart from them the code that they point at, so that
//! whoever answers many questions sees it once.
//!
//! The first line of a question's text is the question, for a list of open questions; the rest is the material, for
//! whoever answers.

use std::fmt::Write as _;

use review_core::{Excerpt, LineRange, Location, QuestionKind, Side};

use super::references::References;
use crate::model::item::Item;
use crate::stages::anchored::source::Sources;

/// Longest text of one finding, in characters.
const BODY: usize = 1_500;
/// Longest line of code, in characters.
const WIDTH: usize = 240;
/// Lines around a place.
const CONTEXT: u32 = 5;
/// Most lines of one place.
const LONGEST: u32 = 40;
/// Most places of one finding.
const PLACES: usize = 2;

/// A finding that is asked about, with its checked places.
pub(crate) struct Asked<'a> {
    pub(crate) item: &'a Item<'a>,
    pub(crate) places: &'a [Location],
    pub(crate) references: &'a References,
}

impl Asked<'_> {
    /// A text of the finding with the ids that the report shows.
    fn text(&self, text: &str) -> String {
        self.references.rewrite(text, &self.item.source)
    }
}

/// The question in words, with what is needed to answer it.
///
/// Judges favour what they read first, so the order of two findings follows the last digit of the question's id:
/// fixed for a question, without a direction over many.
pub(crate) fn wording(id: &str, kind: QuestionKind, dispute: &str, subjects: &mut [Asked<'_>]) -> String {
    if id.chars().last().and_then(|digit| digit.to_digit(16)).is_some_and(|digit| digit % 2 == 1) {
        subjects.reverse();
    }
    let named: Vec<String> = subjects
        .iter()
        .map(|subject| {
            format!("{}: “{}”", subject.item.source.reviewer, subject.text(&subject.item.finding.title))
        })
        .collect();
    let named = named.join(". ");
    let mut out = match kind {
        QuestionKind::SameIssue => format!("Would fixing one also fix the other? {named}."),
        QuestionKind::Severity => format!("How severe is it? {named} ({dispute})."),
        _ => format!("Is it true? {named}. A *no* needs a quoted line that shows it."),
    };
    // Titles are foreign text: what follows them must not look like the first line.
    out = out.replace(['\n', '\r'], " ");
    for (letter, subject) in ('A'..).zip(subjects.iter()) {
        describe(&mut out, letter, subject);
    }
    out
}

fn describe(out: &mut String, letter: char, subject: &Asked<'_>) {
    let finding = &subject.item.finding;
    let severity = finding.severity.map(|severity| format!(", claimed as {severity}")).unwrap_or_default();
    let _ =
        write!(out, "\n\n{letter}. {}{severity}\n", subject.text(&finding.title).replace(['\n', '\r'], " "));
    let body = cut(subject.text(finding.body.trim()).trim(), BODY);
    if !body.is_empty() {
        let _ = writeln!(out, "{body}");
    }
    if subject.places.is_empty() {
        out.push_str("It names no place.\n");
    }
    for place in subject.places.iter().take(PLACES) {
        let _ = writeln!(out, "Place: {place}");
    }
    out.truncate(out.trim_end().len());
}

/// The code that the findings point at, each excerpt once.
pub(crate) fn excerpts(subjects: &[Asked<'_>], sources: &Sources<'_>) -> Vec<Excerpt> {
    let places = subjects.iter().flat_map(|subject| subject.places.iter().take(PLACES));
    let mut found: Vec<Excerpt> = Vec::new();
    for excerpt in places.filter_map(|place| excerpt(place, sources)) {
        if !found.contains(&excerpt) {
            found.push(excerpt);
        }
    }
    found
}

/// The lines around a place.
pub(crate) fn excerpt(place: &Location, sources: &Sources<'_>) -> Option<Excerpt> {
    let range = place.range()?;
    let side = place.side.unwrap_or(Side::Head);
    let file = sources.file(side, &place.path)?;
    let first = range.start.saturating_sub(CONTEXT).max(1);
    let last = range.end.min(range.start.saturating_add(LONGEST)).saturating_add(CONTEXT).min(file.len());
    if first > last {
        return None;
    }
    let shown = LineRange::new(first, last);
    let mut text = String::new();
    for line in file.text(shown).lines() {
        text.push_str(&cut(line, WIDTH));
        text.push('\n');
    }
    Some(Excerpt::new(&place.path, side, first, shown, text))
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
