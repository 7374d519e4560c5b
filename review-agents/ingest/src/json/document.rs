//! Walks a parsed document: where its findings are, what else it says.

use std::collections::BTreeMap;

use review_core::{Completeness, Extra, RawFinding, Review, Severity};

use super::finding::{Context, is_finding, read_finding};
use super::section::{self, Pending};
use super::status::{self, Status};
use crate::draft::{Drafted, first_sentence, name, say_full};
use crate::ids::Ids;
use crate::limits::MAX_ITEMS;
use crate::none::{claims_some, holds_none, says_none, sentences};
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, mentions, read_places};
use crate::scales::{FieldName, SectionKind};
use crate::signal::{Shortfall, tell};
use crate::value::{Map, Value};

/// Deeper values are not searched for findings; the parser keeps deeper ones as text anyway.
const MAX_DEPTH: usize = 96;

/// Statements about the run stand in the document itself, or in what it wraps.
const MAX_STATUS_DEPTH: usize = 2;

/// A report of this program.
fn is_report(map: &Map) -> bool {
    ["ledger", "verdict", "findings", "reviewers"].iter().all(|key| map.get(key).is_some())
}

/// Objects that only hold what their key names: pages and edges of forges.
const TRANSPARENT: &[&str] =
    &["nodes", "edges", "node", "items", "entries", "values", "data", "list", "results"];

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
    /// Entries of lists of findings that say nothing that can be read, and where they stand.
    unread: Vec<Option<(usize, usize)>>,
    /// What the document says of its own run, and whether a gate that findings close says the same.
    shortfall: Option<(Shortfall, bool)>,
    /// Whether a text of the document says that there is nothing.
    none: bool,
    /// Whether its summary or verdict says that there is something.
    some: bool,
    /// Replies in a thread, by the id of what they answer.
    replies: Vec<(String, String)>,
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
            unread: Vec::new(),
            shortfall: None,
            none: false,
            some: false,
            replies: Vec::new(),
        }
    }

    /// How many findings were read.
    pub(crate) fn count(&self) -> usize {
        self.drafts.len()
    }

    /// Whether a list of findings was seen, even an empty one.
    pub(crate) fn has_list(&self) -> bool {
        self.listed
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

    /// Lines of entries that could not be read.
    pub(crate) fn unread_lines(&self) -> impl Iterator<Item = (usize, usize)> {
        self.unread.iter().flatten().copied()
    }

    /// Walks one value.
    pub(crate) fn document(&mut self, value: &Value, context: &Context, depth: usize) {
        if self.drafts.len() >= MAX_ITEMS {
            self.full = true;
            return;
        }
        if depth > MAX_DEPTH {
            self.unread.push(None);
            return;
        }
        match value {
            Value::Map(map) => self.map(map, context, depth),
            Value::List(list) => {
                for value in list {
                    match value {
                        Value::Text(text) if context.listed => self.text_finding(text, context),
                        Value::Map(_) if context.listed => self.listed_entry(value, context, depth),
                        Value::Number(_) | Value::Bool(_) | Value::Null if context.listed => {
                            self.unread.push(None)
                        }
                        Value::Text(_) => {}
                        other => self.document(other, context, depth + 1),
                    }
                }
                self.listed |= depth == 0 && list.is_empty();
            }
            Value::Text(text) if context.listed => self.text_finding(text, context),
            Value::Number(_) | Value::Bool(_) if context.listed => self.unread.push(None),
            _ => {}
        }
    }

    /// An object in a list of findings: one that yields nothing was not read.
    fn listed_entry(&mut self, value: &Value, context: &Context, depth: usize) {
        let before = (self.drafts.len(), self.unread.len(), self.replies.len());
        self.document(value, context, depth + 1);
        if before == (self.drafts.len(), self.unread.len(), self.replies.len()) {
            self.unread.push(value.map().map(|map| map.lines));
        }
    }

    fn map(&mut self, map: &Map, context: &Context, depth: usize) {
        let tables = &self.options.tables;
        if is_finding(map, tables, context.listed) && !self.holds_findings(map) {
            // A service's own note on a thread (`changed the description`) is nobody's finding.
            if map.get("system") == Some(&Value::Bool(true)) {
                self.replies.push((String::new(), String::new()));
                return;
            }
            if let Some(parent) =
                ["in_reply_to_id", "in_reply_to", "replyTo"].iter().find_map(|key| map.get(key)?.as_words())
            {
                self.replies.push((parent, map.text("body").unwrap_or_default().to_owned()));
                return;
            }
            if let Some(draft) = read_finding(map, context, self.options, &self.roots) {
                self.drafts.push(draft);
                return;
            }
        }
        if !context.listed && depth <= MAX_STATUS_DEPTH {
            self.status(map);
        }
        if depth == 0 && is_report(map) {
            // Of a report of this program, the findings as published and the sections; the rest says how it came to be.
            for (key, value) in
                map.entries.iter().filter(|(key, _)| matches!(key.as_str(), "findings" | "sections"))
            {
                self.entry(key, value, context, depth);
            }
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

    /// The notes of one discussion.
    fn thread(&mut self, notes: &[Value], context: &Context, depth: usize) {
        self.listed = true;
        let inner = Context { listed: true, ..context.clone() };
        let mut parent: Option<String> = None;
        for note in notes {
            let map = note.map();
            let system = map.is_some_and(|map| map.get("system") == Some(&Value::Bool(true)));
            match (&parent, map) {
                (Some(parent), Some(map)) if !system => {
                    self.replies.push((parent.clone(), map.text("body").unwrap_or_default().to_owned()));
                }
                _ => {
                    let before = self.drafts.len();
                    self.listed_entry(note, &inner, depth + 1);
                    let first = self.drafts.get(before).and_then(|draft| draft.id.clone());
                    parent = parent.or(first);
                }
            }
        }
    }

    /// Of several documents, the last that says how its run went counts.
    fn status(&mut self, map: &Map) {
        match status::read(map) {
            Status::Silent => {}
            Status::Well => self.shortfall = None,
            Status::Short { shortfall, gate } => self.shortfall = Some((shortfall, gate)),
        }
        // Errors without a place are statements about the run.
        for error in map.get("errors").map(Value::as_list).unwrap_or_default() {
            let text = match error {
                Value::Text(text) => Some(text.as_str()),
                Value::Map(map) if !self.has_place(map) => {
                    ["message", "reason", "error", "detail"].iter().find_map(|key| map.text(key))
                }
                _ => None,
            };
            if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                self.shortfall = Some((Shortfall::whole(format!("the run reports an error: {text}")), false));
            }
        }
    }

    fn has_place(&self, map: &Map) -> bool {
        map.entries.iter().any(|(key, value)| {
            !value.is_empty()
                && matches!(
                    self.options.tables.keys.get(key),
                    Some(
                        FieldName::Path
                            | FieldName::Location
                            | FieldName::Locations
                            | FieldName::Line
                            | FieldName::StartLine
                            | FieldName::Severity
                    )
                )
        })
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
        if let (Some(text), true) =
            (value.text(), field == Some(FieldName::Summary) || section == Some(SectionKind::Summary))
        {
            self.none |= holds_none(text);
            self.some |= sentences(text).any(claims_some);
        }
        // A thread: its first note is a comment, the others answer it.
        if key == "notes"
            && let Some(list) = value.list()
            && list.iter().any(|note| note.map().is_some_and(|note| note.get("body").is_some()))
        {
            self.thread(list, context, depth);
            return true;
        }
        // Plain texts under these names are remarks.
        let remarks = matches!(key, "notes" | "discussions")
            && value.as_list().iter().any(|entry| matches!(entry, Value::Text(_)));
        if key == "errors"
            && value.as_list().iter().all(|error| !error.map().is_some_and(|map| self.has_place(map)))
        {
            return !value.is_empty();
        }
        if context.listed && TRANSPARENT.contains(&key) && group {
            let before = self.drafts.len();
            self.document(value, context, depth + 1);
            return self.drafts.len() > before || value.is_empty();
        }
        let single = matches!(value, Value::Text(_) | Value::Number(_))
            && field == Some(FieldName::Findings)
            && depth == 0;
        if (group || single)
            && !remarks
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
            (Some(FieldName::Wrapper), Value::Text(text)) => {
                self.none |= holds_none(text);
                self.wrap(text);
                false
            }
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
                if self.own_text(text) {
                    return true;
                }
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

    /// Findings of this program that stand in the text of a comment on the whole change.
    fn own_text(&mut self, text: &str) -> bool {
        let Some(findings) = crate::markdown::own_findings(text, self.options) else { return false };
        self.none |= holds_none(text);
        self.drafts.extend(findings.into_iter().map(|finding| Drafted {
            id: Some(finding.id.clone()),
            finding,
            number: None,
        }));
        true
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
        if text.trim().is_empty() || says_none(text) {
            return;
        }
        let (draft, id) = crate::markdown::read_line(text, &self.options.tables, &self.roots);
        let mut finding: RawFinding = draft;
        if finding.title.is_empty() {
            finding.title = first_sentence(text);
        }
        finding.severity = finding.severity.or(context.severity);
        if finding.locations.is_empty() {
            finding.locations = mentions(text, &self.roots);
        }
        if finding.locations.is_empty()
            && let Some(path) = &context.path
        {
            finding.locations.push(review_core::Location::file(self.roots.clean(path)));
        }
        self.drafts.push(Drafted { finding, id, number: None });
    }

    /// The review: ids given, sections in place.
    pub(crate) fn finish(mut self) -> Review {
        self.attach_replies();
        let mut review = self.review;
        let silent = self.drafts.is_empty() && !self.listed && !self.none;
        let mut ids = Ids::default();
        review.findings = name(self.drafts, &mut ids);
        self.pending.settle(&mut review, &mut ids);
        if self.full {
            say_full(&mut review);
        }
        if silent {
            review.completeness = Completeness::Failed;
            review.incomplete_reason = Some("this JSON holds no list of findings".to_owned());
        }
        let mut shortfalls = Vec::new();
        if self.some && review.findings.is_empty() {
            shortfalls.push(Shortfall::whole("it says that there are findings, but lists none"));
        }
        if let Some((shortfall, gate)) = self.shortfall
            && (!gate || review.findings.is_empty())
        {
            shortfalls.push(shortfall);
        }
        if !self.unread.is_empty() {
            let count = self.unread.len();
            shortfalls
                .push(Shortfall::part(format!("{count} entries of its list of findings could not be read")));
        }
        tell(&mut review, &shortfalls);
        review
    }

    /// Marks a review that stood inside this document with what this document says of the run.
    pub(crate) fn judge(&self, review: &mut Review) {
        if let Some((shortfall, gate)) = &self.shortfall
            && (!*gate || review.findings.is_empty())
        {
            tell(review, std::slice::from_ref(shortfall));
        }
    }

    /// What answers a comment belongs to it; an answer to nothing that is here is kept by itself.
    fn attach_replies(&mut self) {
        let replies = std::mem::take(&mut self.replies);
        if replies.is_empty() {
            return;
        }
        let id = |draft: &Drafted| draft.id.clone().or_else(|| draft.number.map(|number| number.to_string()));
        let by_id: BTreeMap<String, usize> =
            self.drafts.iter().enumerate().filter_map(|(index, draft)| Some((id(draft)?, index))).collect();
        for (parent, text) in replies {
            if text.trim().is_empty() {
                continue;
            }
            match by_id.get(&parent).and_then(|index| self.drafts.get_mut(*index)) {
                Some(draft) => {
                    let extensions = &mut draft.finding.extensions;
                    let replies =
                        extensions.entry("replies".to_owned()).or_insert_with(|| Extra::List(Vec::new()));
                    if let Extra::List(list) = replies {
                        list.push(Extra::Text(text));
                    }
                }
                None => self.text_finding(&text, &Context::default()),
            }
        }
    }
}
