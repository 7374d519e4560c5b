//! An object becomes a finding. One bad field never costs the finding: it is kept among the extra fields.

use review_core::{Category, Extra, Fix, Kind, Location, Quote, RawFinding, Severity, TextEdit};

use super::place::{PlaceParts, read_value};
use crate::draft::{Drafted, first_sentence};
use crate::limits::PLACES_READ;
use crate::lines::number;
use crate::markdown::{leading_kind, read_comment, read_confidence, read_tag};
use crate::options::IngestOptions;
use crate::own::{has_own_rule, restore};
use crate::places::{Roots, Trust, read_places};
use crate::scales::{FieldName, Tables};
use crate::value::{Map, Value};

/// What the surroundings say of a finding.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) severity: Option<Severity>,
    pub(crate) path: Option<String>,
    /// Whether the object stands in a list of findings.
    pub(crate) listed: bool,
}

/// Whether an object is a finding: it says something, and where or how bad. In a list of findings, any of it will do.
pub(crate) fn is_finding(map: &Map, tables: &Tables, listed: bool) -> bool {
    let (mut says, mut where_or_how, mut how) = (false, false, false);
    for (key, value) in &map.entries {
        match tables.keys.get(key) {
            Some(FieldName::Title | FieldName::Body) => {
                says |= !value.is_empty() && !matches!(value, Value::List(_))
            }
            Some(FieldName::Severity) => {
                where_or_how |= !value.is_empty();
                how |= value.text().is_some_and(|word| tables.severities.get(word).is_some());
            }
            Some(
                FieldName::Path
                | FieldName::Location
                | FieldName::Locations
                | FieldName::Line
                | FieldName::StartLine
                | FieldName::Kind
                | FieldName::Confidence
                | FieldName::Fix,
            ) => {
                where_or_how |= !value.is_empty();
            }
            _ => {}
        }
    }
    if listed {
        // Names that nobody knows still say something.
        let unknown = || {
            map.entries.iter().any(|(_, value)| matches!(value, Value::Text(text) if !text.trim().is_empty()))
        };
        return says || where_or_how || unknown();
    }
    let bare = how && map.entries.iter().all(|(key, _)| tables.keys.get(key).is_some());
    (says && where_or_how) || bare
}

/// Reads an object as a finding; `None` when it says nothing.
pub(crate) fn read_finding(
    map: &Map,
    context: &Context,
    options: &IngestOptions,
    roots: &Roots,
) -> Option<Drafted> {
    let mut reader = FindingReader {
        options,
        tables: &options.tables,
        roots,
        finding: RawFinding::default(),
        parts: PlaceParts::default(),
        bodies: Vec::new(),
        id: None,
        number: None,
    };
    for (key, value) in &map.entries {
        if value.is_empty() {
            continue;
        }
        if !reader.native(key, value) && !reader.parts.forge(key, value) && !reader.field(key, value) {
            reader.finding.extensions.insert(key.clone(), value.to_extra());
        }
    }
    reader.finish(map, context)
}

struct FindingReader<'a> {
    options: &'a IngestOptions,
    tables: &'a Tables,
    roots: &'a Roots,
    finding: RawFinding,
    parts: PlaceParts,
    bodies: Vec<(String, String)>,
    id: Option<String>,
    number: Option<u32>,
}

impl FindingReader<'_> {
    /// Fields of the native document that have one spelling only.
    fn native(&mut self, key: &str, value: &Value) -> bool {
        match (key, value) {
            ("references", Value::List(list)) => {
                self.finding.references = list.iter().filter_map(Value::text).map(str::to_owned).collect();
            }
            ("withdrawn", Value::Bool(truth)) => self.finding.withdrawn = *truth,
            ("recovered", Value::Bool(truth)) => self.finding.recovered = *truth,
            ("extensions", Value::Map(map)) => self.finding.extensions.extend(map.to_extensions()),
            ("document_lines", Value::List(_)) => {}
            // The lines around a comment, with the head of their hunk: neither a quote nor a fix.
            ("diff_hunk" | "diffHunk", Value::Text(_)) => return false,
            _ => return false,
        }
        true
    }

    /// Takes a field by its meaning; whether it had one that fits its value.
    fn field(&mut self, key: &str, value: &Value) -> bool {
        let Some(field) = self.tables.keys.get(key) else { return false };
        let words = value.as_words();
        let finding = &mut self.finding;
        match (field, words) {
            (FieldName::Id, Some(id)) => self.take_id(key, &id),
            (FieldName::Title, Some(title)) if finding.title.is_empty() => finding.title = title,
            (FieldName::Title | FieldName::Body, Some(text)) => self.bodies.push((key.to_owned(), text)),
            // `content: {body: …}`, `message: {text: …}`
            (FieldName::Title | FieldName::Body, None) => {
                let inner = value.map().and_then(|map| {
                    ["body", "text", "markdown", "message", "content", "description"]
                        .iter()
                        .find_map(|key| map.text(key))
                });
                let Some(text) = inner else { return false };
                self.bodies.push((key.to_owned(), text.to_owned()));
            }
            (FieldName::Rule, Some(rule)) => {
                finding.extensions.insert("rule".to_owned(), Extra::Text(rule));
            }
            (FieldName::Severity, Some(text)) => return self.take_severity(key, value, &text),
            (FieldName::Kind, Some(text)) => self.take_kind(&text),
            (FieldName::Category, Some(text)) => self.take_category(&text),
            (FieldName::Location | FieldName::Locations, _) => {
                let places = read_value(value, &self.tables.keys, self.roots, 0);
                if places.is_empty() {
                    // A location that holds lines only belongs to a path elsewhere in the object.
                    let Value::Map(map) = value else { return false };
                    for (key, value) in &map.entries {
                        if let Some(field) = self.tables.keys.get(key) {
                            self.parts.take(field, value, &self.tables.keys, 1);
                        }
                    }
                }
                self.add_places(places);
            }
            (FieldName::Path, None) => self.add_places(read_value(value, &self.tables.keys, self.roots, 0)),
            (FieldName::Quote, _) => return self.take_quotes(value),
            (FieldName::Fix, _) => return self.take_fix(value),
            (FieldName::Findings, _) if key.eq_ignore_ascii_case("suggestions") => {
                return self.take_fix(value);
            }
            (FieldName::Patch, Some(text)) => self.fix().patch = Some(text),
            (FieldName::Replacement, Some(text)) => self.fix().suggestion = Some(text),
            (FieldName::Scenario, Some(text)) => self.finding.scenario = Some(text),
            (FieldName::IntroducedBy, Some(text)) => self.finding.introduced_by = Some(text),
            (FieldName::Confidence, Some(text)) => match read_confidence(&text) {
                Some(confidence) => self.finding.confidence = Some(confidence),
                None => return false,
            },
            (FieldName::Reviewers, _) => {
                self.finding.extensions.insert(
                    "reviewers".to_owned(),
                    Extra::List(value.as_list().iter().map(Value::to_extra).collect()),
                );
            }
            (FieldName::Summary | FieldName::Wrapper, Some(text)) => {
                if self.finding.title.is_empty() && text.len() <= 240 && !text.contains('\n') {
                    self.finding.title = text;
                } else {
                    self.bodies.push((key.to_owned(), text));
                }
            }
            (field, _) => return self.parts.take(field, value, &self.tables.keys, 0),
        }
        true
    }

    fn fix(&mut self) -> &mut Fix {
        self.finding.fix.get_or_insert_with(Fix::default)
    }

    fn add_places(&mut self, places: Vec<Location>) {
        for place in places {
            if self.finding.locations.len() < PLACES_READ && !self.finding.locations.contains(&place) {
                self.finding.locations.push(place);
            }
        }
    }

    /// An id is kept as the document gives it; a printed number gets its severity's letter, as in prose.
    fn take_id(&mut self, key: &str, id: &str) {
        let id = id.trim();
        let printed = !matches!(
            key.to_ascii_lowercase().as_str(),
            "id" | "key" | "ref" | "finding_id" | "findingid" | "issue_id" | "issueid" | "label"
        );
        match id.trim_start_matches('#').parse::<u32>() {
            Ok(number) if printed => self.number = Some(number),
            _ => self.id = Some(id.chars().take(64).filter(|c| !c.is_control()).collect()),
        }
    }

    /// A known word, a number of a known scale, or any word as it is.
    fn take_severity(&mut self, key: &str, value: &Value, text: &str) -> bool {
        let scale = &self.tables.severities;
        let bare = text.trim();
        // A number means what its key says: `priority 0`, `severity 2`.
        let named = format!("{} {bare}", crate::text::normalize_words(key));
        let known = if matches!(value, Value::Number(_)) || bare.parse::<f64>().is_ok() {
            scale.get(&named)
        } else {
            scale
                .get(bare)
                .or_else(|| read_tag(bare, self.tables)?.severity)
                .or_else(|| scale.get(bare.split([' ', '/', '(', ':', '-', '_']).next()?))
        };
        match known {
            // Of several scales in one object, a severity outranks a priority.
            Some(severity) if self.finding.severity.is_none() || key.eq_ignore_ascii_case("severity") => {
                self.finding.severity = Some(severity)
            }
            Some(_) => return false,
            None if matches!(value, Value::Text(_))
                && self.finding.severity.is_none()
                && bare.parse::<f64>().is_err()
                && bare.len() <= 31 =>
            {
                self.finding.severity = Some(Severity::from_text(bare));
            }
            None => return false,
        }
        true
    }

    fn take_kind(&mut self, text: &str) {
        let bare = text.trim();
        let kind = leading_kind(bare, self.tables)
            .or_else(|| (bare.len() <= 31).then(|| Kind::from_text(&bare.to_lowercase())));
        self.finding.kind = self.finding.kind.or(kind);
    }

    fn take_category(&mut self, text: &str) {
        let bare = text.trim();
        if let Some(kind) = self.tables.kinds.get(bare) {
            self.finding.kind = self.finding.kind.or(Some(kind));
            return;
        }
        // What every entry of a list is called says nothing of one.
        if matches!(
            bare.to_lowercase().as_str(),
            "issue"
                | "comment"
                | "finding"
                | "note"
                | "result"
                | "diffnote"
                | "discussionnote"
                | "file"
                | "line"
        ) {
            return;
        }
        let known = self.tables.categories.get(bare);
        let category =
            known.or_else(|| (bare.len() <= 31).then(|| Category::from_text(&bare.to_lowercase())));
        self.finding.category = self.finding.category.or(category);
    }

    fn take_quotes(&mut self, value: &Value) -> bool {
        for value in value.as_list().iter().take(64) {
            match value {
                // What stands in the place of code that is not free is no quote.
                Value::Text(text) if text.trim() == "requires login" => {}
                Value::Text(text) => self.finding.quotes.push(Quote::new(text.trim_matches('\n'))),
                Value::Map(map) => {
                    let Some(text) =
                        ["text", "code", "quote", "snippet", "content"].iter().find_map(|key| map.text(key))
                    else {
                        continue;
                    };
                    let mut quote = Quote::new(text);
                    let place = read_value(&Value::Map(map.clone()), &self.tables.keys, self.roots, 0)
                        .into_iter()
                        .next();
                    if let Some(place) = place {
                        quote.path = Some(place.path);
                        (quote.start_line, quote.end_line) = (place.start_line, place.end_line);
                    }
                    quote.language = map.text("language").map(str::to_owned);
                    quote.inline = matches!(map.get("inline"), Some(Value::Bool(true)));
                    self.finding.quotes.push(quote);
                }
                _ => {}
            }
        }
        true
    }

    fn take_fix(&mut self, value: &Value) -> bool {
        for value in value.as_list().iter().take(16) {
            match value {
                Value::Text(text) => {
                    let diff =
                        text.starts_with("@@ ") || text.starts_with("--- ") || text.starts_with("diff --git");
                    let slot = if diff { &mut self.fix().patch } else { &mut self.fix().prose };
                    match slot {
                        Some(more) => {
                            more.push('\n');
                            more.push_str(text);
                        }
                        None => *slot = Some(text.clone()),
                    }
                }
                Value::Map(map) => {
                    if let Some(edits) = edits(map, self.tables, self.roots) {
                        self.fix().edits.extend(edits);
                        continue;
                    }
                    for (key, value) in &map.entries {
                        if key == "edits" {
                            let read = value.as_list().iter().filter_map(Value::map);
                            let read: Option<Vec<TextEdit>> =
                                read.map(|map| edit(map, self.tables, self.roots)).collect();
                            self.fix().edits.extend(read.unwrap_or_default());
                        }
                        let Some(text) = value.text() else { continue };
                        match (key.as_str(), self.tables.keys.get(key)) {
                            (_, Some(FieldName::Patch)) => self.fix().patch = Some(text.to_owned()),
                            ("suggestion" | "text", _)
                            | (_, Some(FieldName::Replacement | FieldName::Quote)) => {
                                self.fix().suggestion = Some(text.to_owned())
                            }
                            ("prose", _) | (_, Some(FieldName::Body | FieldName::Title | FieldName::Fix)) => {
                                self.fix().prose = Some(text.to_owned())
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        self.finding.fix.as_ref().is_some_and(|fix| !fix.is_empty())
    }

    fn finish(mut self, map: &Map, context: &Context) -> Option<Drafted> {
        if self.parts.path.is_none() && self.finding.locations.is_empty() {
            self.parts.path.clone_from(&context.path);
        }
        let places = std::mem::take(&mut self.parts).finish(self.roots);
        if self.finding.locations.is_empty() {
            self.add_places(places);
        } else if places.iter().any(|place| place.start_line.is_some()) {
            self.finding.locations.splice(0..0, places);
            self.finding.locations.dedup();
        }
        if self.finding.title.trim().is_empty() && self.bodies.is_empty() {
            self.guess(map);
        }
        self.finish_text();
        let finding = &mut self.finding;
        finding.severity = finding.severity.or(context.severity);
        if finding.title.is_empty() {
            // A finding that says only how bad it is, or where, is one all the same.
            let said = finding.severity.is_some() || !finding.locations.is_empty() || finding.fix.is_some();
            if !said {
                return None;
            }
            finding.title = match (finding.locations.first(), finding.severity) {
                (Some(place), _) => format!("(no title) {place}"),
                (None, Some(severity)) => format!("({severity}, no title)"),
                (None, None) => "(no title)".to_owned(),
            };
        }
        finding.recovered |= map.cut;
        finding.document_lines = Some((number(map.lines.0), number(map.lines.1)));
        Some(Drafted { finding: self.finding, id: self.id, number: self.number })
    }

    /// An object without a known name for its text: its longest text is it. What looks like a place, a line or a
    /// severity is taken for one where nothing better is known.
    fn guess(&mut self, map: &Map) {
        let mut longest: Option<(&str, &str)> = None;
        for (key, value) in &map.entries {
            if self.tables.keys.get(key).is_some() {
                continue;
            }
            match value {
                Value::Text(text) if text.trim().is_empty() => {}
                Value::Text(text) => {
                    let places = read_places(text, Trust::Expected, self.roots);
                    if places.only_places && !text.contains(' ') {
                        if self.finding.locations.is_empty() {
                            self.add_places(places.locations);
                        }
                    } else if let Some(severity) = self.tables.severities.get(text) {
                        self.finding.severity = self.finding.severity.or(Some(severity));
                    } else if longest.is_none_or(|(_, most)| text.len() > most.len()) {
                        longest = Some((key, text));
                    }
                }
                _ => {}
            }
        }
        if let Some((key, text)) = longest {
            self.bodies.push((key.to_owned(), text.to_owned()));
            self.finding.extensions.remove(key);
        }
        let mut lines = map.entries.iter().filter_map(|(_, value)| match value {
            Value::Number(_) => value.line(),
            _ => None,
        });
        if let (Some(line), None, [place]) =
            (lines.next(), lines.next(), self.finding.locations.as_mut_slice())
            && place.start_line.is_none()
        {
            (place.start_line, place.end_line) = (Some(line), Some(line));
        }
    }

    /// The first text is the body, more follow under their names; without a title, the body is read as a comment.
    fn finish_text(&mut self) {
        let titled = !self.finding.title.trim().is_empty();
        let finding = &mut self.finding;
        for (index, (name, text)) in self.bodies.drain(..).enumerate() {
            if index == 0 {
                finding.body = text;
            } else {
                finding.body.push_str(&format!("\n\n**{name}:** {text}"));
            }
        }
        if !titled && has_own_rule(finding) {
            let said = std::mem::take(&mut finding.body);
            let mut draft = Drafted { finding: std::mem::take(finding), id: self.id.take(), number: None };
            restore(&mut draft, &said, None);
            (*finding, self.id) = (draft.finding, draft.id);
        } else if !titled && !finding.body.trim().is_empty() {
            let comment = read_comment(&finding.body, self.options);
            finding.title =
                if comment.title.is_empty() { first_sentence(&finding.body) } else { comment.title };
            finding.severity = finding.severity.or(comment.severity);
            finding.kind = finding.kind.or(comment.kind);
            if let Some(fix) = comment.fix
                && finding.fix.is_none()
            {
                finding.fix = Some(fix);
            }
            if !comment.places.is_empty() {
                finding.locations = comment.places;
            }
            if finding.quotes.is_empty() {
                finding.quotes = comment.quotes;
            }
            self.id = comment.id.or(self.id.take());
        }
        let finding = &mut self.finding;
        let (tag, title) = strip_tag(&finding.title, self.tables);
        finding.severity = finding.severity.or(tag);
        finding.title = crate::text::one_line(&title);
    }
}

/// An object that is one edit, or a list of them: a range and what replaces it.
fn edits(map: &Map, tables: &Tables, roots: &Roots) -> Option<Vec<TextEdit>> {
    let replaces =
        map.get("replacement").is_some() || map.get("newText").is_some() || map.get("new_text").is_some();
    (replaces && map.entries.iter().any(|(key, _)| tables.keys.get(key) == Some(FieldName::Path)))
        .then(|| edit(map, tables, roots).into_iter().collect::<Vec<_>>())
        .filter(|edits| !edits.is_empty())
}

/// One edit of a file: its place with columns, and the text that stands there instead.
fn edit(map: &Map, tables: &Tables, roots: &Roots) -> Option<TextEdit> {
    let text = ["replacement", "newText", "new_text", "text"].iter().find_map(|key| map.text(key))?;
    let place = read_value(&Value::Map(map.clone()), &tables.keys, roots, 0).into_iter().next()?;
    Some(TextEdit::new(place, text))
}

/// `[P1] title` → severity and title.
fn strip_tag(title: &str, tables: &Tables) -> (Option<Severity>, String) {
    let title = title.trim();
    if let Some(inner) = title.strip_prefix('[')
        && let Some(end) = inner.find(']').filter(|end| *end <= 40)
        && let Some(tag) = read_tag(crate::text::head(inner, end), tables)
        && tag.severity.is_some()
    {
        let rest = crate::text::tail(inner, end + 1).trim_start_matches([':', ' ', '-', '—']);
        if !rest.is_empty() {
            return (tag.severity, rest.to_owned());
        }
    }
    (None, title.to_owned())
}
