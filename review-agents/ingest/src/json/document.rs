//! Walks a parsed document: where its findings are, what else it says.

use review_core::{Completeness, RawFinding, Review, Severity};

use super::finding::{Context, is_finding, read_finding};
use super::section::{self, Pending};
use crate::draft::{Drafted, first_sentence, name, say_full};
use crate::ids::Ids;
use crate::limits::MAX_ITEMS;
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, read_places};
use crate::scales::{FieldName, SectionKind};
use crate::value::{Map, Value};

/// Deeper objects are not searched for findings.
const MAX_DEPTH: usize = 8;

/// Reads the values of one document into a review.
pub(crate) struct Walker<'o> {
    options: &'o IngestOptions,
    roots: Roots,
    review: Review,
    drafts: Vec<Drafted>,
    pending: Pending,
    /// Texts that may be documents themselves.
    wrapped: Vec<String>,
    /// Whether a list of findings was seen, even an empty one.
    listed: bool,
    /// Whether the document has more findings than are read.
    full: bool,
}

impl<'o> Walker<'o> {
    pub(crate) fn new(options: &'o IngestOptions) -> Self {
        let roots = Roots::new(options.roots.iter().map(String::as_str));
        Self {
            options,
            roots,
            review: Review::new(""),
            drafts: Vec::new(),
            pending: Pending::default(),
            wrapped: Vec::new(),
            listed: false,
            full: false,
        }
    }

    /// How many findings were read.
    pub(crate) fn count(&self) -> usize {
        self.drafts.len()
    }

    /// Whether nothing of a review was recognised.
    pub(crate) fn is_silent(&self) -> bool {
        self.drafts.is_empty() && self.pending.is_empty() && !self.listed
    }

    /// Texts inside the document that may be reviews, the most likely first: later ones are answers, earlier
    /// ones thoughts.
    pub(crate) fn wrapped(&self) -> Vec<String> {
        self.wrapped.iter().rev().take(8).cloned().collect()
    }

    /// Walks one value.
    pub(crate) fn document(&mut self, value: &Value, context: &Context, depth: usize) {
        if depth > MAX_DEPTH || self.drafts.len() >= MAX_ITEMS {
            self.full |= self.drafts.len() >= MAX_ITEMS;
            return;
        }
        match value {
            Value::Map(map) => self.map(map, context, depth),
            Value::List(list) => {
                for value in list {
                    match value {
                        Value::Text(text) if context.listed => self.text_finding(text, context),
                        Value::Text(_) => {}
                        other => self.document(other, context, depth + 1),
                    }
                }
                self.listed |= depth == 0 && list.is_empty();
            }
            _ => {}
        }
    }

    fn map(&mut self, map: &Map, context: &Context, depth: usize) {
        let tables = &self.options.tables;
        if is_finding(map, tables, context.listed)
            && !self.holds_findings(map)
            && let Some(draft) = read_finding(map, context, tables, &self.roots)
        {
            self.drafts.push(draft);
            return;
        }
        let mut inner = context.clone();
        for (key, value) in &map.entries {
            if tables.keys.get(key) == Some(FieldName::Path)
                && let Some(path) = value.text()
            {
                inner.path = Some(path.to_owned());
            }
        }
        for (key, value) in &map.entries {
            if !self.entry(key, value, &inner, depth) && depth == 0 && !value.is_empty() {
                self.review.extensions.insert(key.clone(), value.to_extra());
            }
        }
    }

    /// Whether the object holds a list of findings: then it is a document or a group, not a finding.
    fn holds_findings(&self, map: &Map) -> bool {
        map.entries.iter().any(|(key, value)| {
            let listed = matches!(value, Value::List(list) if list.first().is_some_and(|first| first.map().is_some_and(|map| is_finding(map, &self.options.tables, true))));
            listed && self.options.tables.keys.get(key) == Some(FieldName::Findings) && !key.eq_ignore_ascii_case("suggestions")
        })
    }

    /// Takes one field of a document; whether it was understood.
    fn entry(&mut self, key: &str, value: &Value, context: &Context, depth: usize) -> bool {
        let tables = &self.options.tables;
        let field = tables.keys.get(key);
        let words = crate::text::normalize_words(key);
        let section = tables.sections.get(&words);
        if key == "reviewer"
            && let Some(name) = value.text()
        {
            name.clone_into(&mut self.review.reviewer);
            return true;
        }
        if matches!(key, "schema_version" | "lines" | "unplaced") {
            return true;
        }
        let group = matches!(value, Value::List(_) | Value::Map(_));
        if group
            && (field == Some(FieldName::Findings)
                || matches!(section, Some(SectionKind::Findings(_)))
                || tables.severity_tags.get(&words).is_some())
        {
            let severity: Option<Severity> = match section {
                Some(SectionKind::Findings(severity)) => severity,
                _ => tables.severity_tags.get(&words),
            };
            let inner =
                Context { severity: severity.or(context.severity), path: context.path.clone(), listed: true };
            self.listed = true;
            self.document(value, &inner, depth + 1);
            return true;
        }
        if let Some(kind) = section
            && section::read(kind, value, &mut self.review, &mut self.pending, self.options, &self.roots)
        {
            return true;
        }
        match (field, value) {
            (Some(FieldName::Summary), Value::Text(text)) => {
                self.wrap(text);
                section::read(
                    SectionKind::Summary,
                    value,
                    &mut self.review,
                    &mut self.pending,
                    self.options,
                    &self.roots,
                )
            }
            (Some(FieldName::Confidence), _) => false,
            (_, Value::Text(text)) => {
                self.wrap(text);
                false
            }
            (_, Value::Map(_) | Value::List(_)) => {
                if self.by_path(key, value, context, depth) {
                    return true;
                }
                let before = (self.drafts.len(), self.wrapped.len(), self.listed, self.pending.is_empty());
                let inner = Context { listed: false, ..context.clone() };
                self.document(value, &inner, depth + 1);
                before != (self.drafts.len(), self.wrapped.len(), self.listed, self.pending.is_empty())
            }
            _ => false,
        }
    }

    /// A map from paths to findings: `{"net/pool.rs": [{…}]}`.
    fn by_path(&mut self, key: &str, value: &Value, context: &Context, depth: usize) -> bool {
        let listed = matches!(value, Value::List(list) if !list.is_empty());
        if !listed || !read_places(key, Trust::Expected, &self.roots).only_places {
            return false;
        }
        let before = self.drafts.len();
        let inner = Context { path: Some(key.to_owned()), listed: true, severity: context.severity };
        self.document(value, &inner, depth + 1);
        self.drafts.len() > before
    }

    /// Keeps a text that may be a document of its own.
    fn wrap(&mut self, text: &str) {
        let trimmed = text.trim();
        if trimmed.len() > 20
            && (trimmed.contains('\n') || crate::value::looks_like_json(trimmed))
            && self.wrapped.len() < 10_000
        {
            self.wrapped.push(text.to_owned());
        }
    }

    /// A finding as one text: `"net/pool.rs:4 — leaks"`.
    fn text_finding(&mut self, text: &str, context: &Context) {
        if text.trim().is_empty() || crate::none::says_none(text) {
            return;
        }
        let (draft, id) = crate::markdown::read_line(text, &self.options.tables, &self.roots);
        let mut finding: RawFinding = draft;
        if finding.title.is_empty() {
            finding.title = first_sentence(text);
        }
        finding.severity = finding.severity.or(context.severity);
        if finding.locations.is_empty()
            && let Some(path) = &context.path
        {
            finding.locations.push(review_core::Location::file(self.roots.clean(path)));
        }
        self.drafts.push(Drafted { finding, id, number: None });
    }

    /// The review: ids given, sections in place.
    pub(crate) fn finish(self) -> Review {
        let mut review = self.review;
        let silent = self.drafts.is_empty() && self.pending.is_empty() && !self.listed;
        let mut ids = Ids::default();
        review.findings = name(self.drafts, &mut ids);
        self.pending.settle(&mut review, &mut ids);
        if self.full {
            say_full(&mut review);
        }
        if silent && review.sections.coverage.is_empty() {
            review.completeness = Completeness::Failed;
            review.incomplete_reason = Some("this JSON holds no list of findings".to_owned());
        }
        review
    }
}
