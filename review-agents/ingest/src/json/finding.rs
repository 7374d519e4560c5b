//! An object becomes a finding. One bad field never costs the finding: it is kept among the extra fields.

use review_core::{Category, Extra, Fix, Kind, Location, Quote, RawFinding, Severity};

use super::place::{PlaceParts, read_value};
use crate::draft::{Drafted, first_sentence};
use crate::lines::number;
use crate::markdown::{leading_kind, read_confidence, read_tag};
use crate::places::Roots;
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

/// Whether an object is a finding: it says something, and where or how bad.
pub(crate) fn is_finding(map: &Map, tables: &Tables, listed: bool) -> bool {
    let (mut says, mut where_or_how) = (false, false);
    for (key, value) in &map.entries {
        match tables.keys.get(key) {
            Some(FieldName::Title | FieldName::Body) => {
                says |= matches!(value, Value::Text(text) if !text.trim().is_empty())
            }
            Some(
                FieldName::Severity
                | FieldName::Path
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
    says && (where_or_how || listed)
}

/// Reads an object as a finding; `None` when it says nothing.
pub(crate) fn read_finding(map: &Map, context: &Context, tables: &Tables, roots: &Roots) -> Option<Drafted> {
    let mut reader = Reader {
        tables,
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
        if !reader.native(key, value) && !reader.field(key, value) {
            reader.finding.extensions.insert(key.clone(), value.to_extra());
        }
    }
    reader.finish(map, context)
}

struct Reader<'a> {
    tables: &'a Tables,
    roots: &'a Roots,
    finding: RawFinding,
    parts: PlaceParts,
    bodies: Vec<(String, String)>,
    id: Option<String>,
    number: Option<u32>,
}

impl Reader<'_> {
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
            (FieldName::Id, Some(id)) => self.take_id(&id),
            (FieldName::Title, Some(title)) if finding.title.is_empty() => finding.title = title,
            (FieldName::Title | FieldName::Body, Some(text)) => self.bodies.push((key.to_owned(), text)),
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
            if self.finding.locations.len() < 256 && !self.finding.locations.contains(&place) {
                self.finding.locations.push(place);
            }
        }
    }

    fn take_id(&mut self, id: &str) {
        let id = id.trim();
        match id.trim_start_matches('#').parse::<u32>() {
            Ok(number) => self.number = Some(number),
            Err(_) => self.id = Some(id.chars().take(64).filter(|c| !c.is_control()).collect()),
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
        let known = self.tables.categories.get(bare);
        let category =
            known.or_else(|| (bare.len() <= 31).then(|| Category::from_text(&bare.to_lowercase())));
        self.finding.category = self.finding.category.or(category);
    }

    fn take_quotes(&mut self, value: &Value) -> bool {
        for value in value.as_list().iter().take(64) {
            match value {
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
                    for (key, value) in &map.entries {
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
        self.finish_text();
        let finding = &mut self.finding;
        if finding.title.is_empty() {
            return None;
        }
        finding.severity = finding.severity.or(context.severity);
        finding.recovered |= map.cut;
        finding.document_lines = Some((number(map.lines.0), number(map.lines.1)));
        Some(Drafted { finding: self.finding, id: self.id, number: self.number })
    }

    /// The first text is the body, more follow under their names; without a title the body's first sentence is one.
    fn finish_text(&mut self) {
        let finding = &mut self.finding;
        for (index, (name, text)) in self.bodies.drain(..).enumerate() {
            if index == 0 {
                finding.body = text;
            } else {
                finding.body.push_str(&format!("\n\n**{name}:** {text}"));
            }
        }
        if finding.title.trim().is_empty() {
            finding.title = first_sentence(&finding.body);
        }
        let (tag, title) = strip_tag(&finding.title, self.tables);
        finding.severity = finding.severity.or(tag);
        finding.title = crate::text::one_line(&title);
    }
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
