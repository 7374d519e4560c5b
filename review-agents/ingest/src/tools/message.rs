//! What all tools say: a message, a place, a level, a rule.

use review_core::{Category, Completeness, Extra, RawFinding, Review};

use crate::ids::Ids;
use crate::json::{Drafted, first_sentence, say_full};
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::Roots;

/// One message of a tool.
#[derive(Debug, Default)]
pub(crate) struct Message<'a> {
    pub(crate) path: &'a str,
    pub(crate) line: Option<u32>,
    pub(crate) end: Option<u32>,
    pub(crate) level: &'a str,
    pub(crate) text: &'a str,
    pub(crate) title: &'a str,
    pub(crate) rule: &'a str,
    /// Index of the line of the document, from 0.
    pub(crate) at: usize,
}

/// Makes a finding of a message; `None` when it says nothing.
pub(crate) fn finding(message: &Message<'_>, options: &IngestOptions, roots: &Roots) -> Option<Drafted> {
    let text = message.text.trim();
    let title =
        if message.title.trim().is_empty() { first_sentence(text) } else { message.title.trim().to_owned() };
    let mut finding = RawFinding::new(crate::text::one_line(&title));
    if finding.title.is_empty() {
        return None;
    }
    if text != finding.title {
        finding.body = text.to_owned();
    }
    finding.severity = options.tables.severities.get(message.level);
    if !message.path.trim().is_empty() {
        let path = roots.clean(message.path.trim());
        finding.locations.push(match (message.line, message.end) {
            (Some(line), end) => review_core::Location::lines(path, line, end.unwrap_or(line)),
            (None, _) => review_core::Location::file(path),
        });
    }
    if !message.rule.trim().is_empty() {
        finding.category = options.tables.categories.get(message.rule).or(finding.category);
        finding.extensions.insert("rule".to_owned(), Extra::Text(message.rule.trim().to_owned()));
    }
    let at = crate::lines::number(message.at);
    finding.document_lines = Some((at, at));
    Some(Drafted { finding, id: None, number: None })
}

/// Reads a category word of a tool.
pub(crate) fn category(word: &str, options: &IngestOptions) -> Option<Category> {
    options.tables.categories.get(word)
}

/// A review of the messages of a document whose understood lines are marked in the ledger.
pub(crate) fn review(mut drafts: Vec<Drafted>, ledger: &Ledger<'_>) -> Review {
    let full = drafts.len() > MAX_ITEMS;
    drafts.truncate(MAX_ITEMS);
    let mut review = Review::new("").with_completeness(Completeness::Complete);
    review.findings = crate::json::name(drafts, &mut Ids::default());
    let (lines, unplaced) = ledger.close();
    if full {
        say_full(&mut review);
    }
    review.lines = lines;
    review.sections.unplaced = unplaced;
    review
}
