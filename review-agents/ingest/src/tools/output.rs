//! What a tool's document holds: its messages, and what it says of its own run.

use review_core::{
    Category, ColumnUnit, Diagnostic, Extra, Fix, Identity, Location, Quote, RawFinding, Review, ReviewerKind,
};

use crate::draft::{Drafted, first_sentence, name, say_full};
use crate::ids::Ids;
use crate::limits::{MAX_ITEMS, PLACES_READ};
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::own::is_own;
use crate::places::Roots;
use crate::signal::{Shortfall, tell};

/// Everything read from one document of a tool.
#[derive(Default)]
pub(super) struct Output {
    /// The tool's own name.
    pub(super) tool: Option<String>,
    pub(super) version: Option<String>,
    pub(super) drafts: Vec<Drafted>,
    /// What the tool says that it could not do, in its words.
    pub(super) shortfalls: Vec<Shortfall>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Output {
    /// Whether no more messages are taken.
    pub(super) fn is_full(&self) -> bool {
        self.drafts.len() > MAX_ITEMS
    }

    /// The review. Its lines are counted by the caller, or from the ledger.
    pub(super) fn into_review(mut self, ledger: Option<&Ledger<'_>>) -> Review {
        let full = self.drafts.len() > MAX_ITEMS;
        self.drafts.truncate(MAX_ITEMS);
        let mut review = Review::new(self.tool.as_deref().unwrap_or_default());
        review.identity = self.identity();
        review.diagnostics = self.diagnostics;
        review.findings = name(self.drafts, &mut Ids::default());
        if let Some(ledger) = ledger {
            (review.lines, review.sections.unplaced) = ledger.close();
        }
        if full {
            say_full(&mut review);
        }
        tell(&mut review, &self.shortfalls);
        review
    }

    /// Analysers are tools; a report of this program that comes back is what its reviewers were.
    fn identity(&self) -> Identity {
        let own = self.tool.as_deref().is_some_and(is_own);
        if own {
            return Identity::default();
        }
        let mut identity = Identity::default().with_kind(ReviewerKind::Tool);
        identity.version.clone_from(&self.version);
        identity
    }
}

/// One message of a tool.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    /// The place; without a path it has none.
    pub(super) place: Option<Location>,
    pub(super) related: Vec<Location>,
    pub(super) level: &'a str,
    pub(super) text: &'a str,
    pub(super) title: &'a str,
    pub(super) rule: &'a str,
    pub(super) fix: Option<Fix>,
    pub(super) quotes: Vec<Quote>,
    /// The tool itself took it back: suppressed in the source.
    pub(super) withdrawn: bool,
    /// The document ends inside it.
    pub(super) recovered: bool,
    /// Index of the first and last line of the document, from 0.
    pub(super) lines: (usize, usize),
}

impl Message<'_> {
    /// Makes a finding; `None` when the tool says nothing, neither in words nor by a rule.
    pub(super) fn into_draft(self, options: &IngestOptions) -> Option<Drafted> {
        let text = self.text.trim();
        let said = if text.is_empty() { self.rule.trim() } else { text };
        let title = match self.title.trim() {
            "" => first_sentence(said),
            title => title.to_owned(),
        };
        let mut finding = RawFinding::new(crate::text::one_line(&title));
        if finding.title.is_empty() {
            return None;
        }
        if said != finding.title {
            finding.body = said.to_owned();
        }
        finding.severity = options.tables.severities.get(self.level);
        finding.locations.extend(self.place);
        for place in self.related {
            if finding.locations.len() < PLACES_READ && !finding.locations.contains(&place) {
                finding.locations.push(place);
            }
        }
        if !self.rule.trim().is_empty() {
            finding.category = options.tables.categories.get(self.rule);
            finding.extensions.insert("rule".to_owned(), Extra::Text(self.rule.trim().to_owned()));
        }
        finding.fix = self.fix.filter(|fix| !fix.is_empty());
        finding.quotes = self.quotes;
        finding.withdrawn = self.withdrawn;
        finding.recovered = self.recovered;
        let (first, last) = self.lines;
        finding.document_lines = Some((crate::lines::number(first), crate::lines::number(last)));
        Some(Drafted { finding, id: None, number: None })
    }
}

/// Lines and columns as a document gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) line: Option<u32>,
    pub(super) end_line: Option<u32>,
    pub(super) column: Option<u32>,
    pub(super) end_column: Option<u32>,
    /// What the columns count; `None`: bytes.
    pub(super) unit: Option<ColumnUnit>,
}

impl Span {
    /// The place in a file; `None` without a path.
    pub(super) fn at(self, path: &str, roots: &Roots) -> Option<Location> {
        let path = path.trim();
        if path.is_empty() {
            return None;
        }
        let place = Location::file(roots.clean(path));
        let Some(line) = self.line.or(self.end_line) else { return Some(place) };
        let end = self.end_line.unwrap_or(line);
        let mut place = place.with_range(review_core::LineRange::new(line, end));
        // Columns of a range that is given backwards belong to other lines than it says.
        if end >= line
            && let Some(column) = self.column
        {
            place.column_unit = self.unit;
            place.start_column = Some(column);
            place.end_column = self.end_column.filter(|last| end > line || *last >= column);
        }
        Some(place)
    }
}

/// Reads a category word of a tool.
pub(super) fn category(word: &str, options: &IngestOptions) -> Option<Category> {
    options.tables.categories.get(word)
}
