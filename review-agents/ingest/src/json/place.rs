//! Places in JSON: text, objects of any key style, nested ranges, lists.

use review_core::{LineRange, Location};

use crate::places::{Roots, Trust, read_places, read_ranges};
use crate::scales::{FieldName, KeyTable};
use crate::value::{Map, Value};

/// Most places of one finding.
const MAX_PLACES: usize = 256;

/// Collects the parts of one place: a path and lines, wherever they stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct PlaceParts {
    pub(crate) path: Option<String>,
    pub(crate) ranges: Vec<LineRange>,
    pub(crate) start: Option<u32>,
    pub(crate) end: Option<u32>,
    pub(crate) span: Option<u32>,
}

impl PlaceParts {
    /// Takes one field; whether it was one of a place's.
    pub(crate) fn take(&mut self, field: FieldName, value: &Value, keys: &KeyTable, depth: usize) -> bool {
        match field {
            FieldName::Path => match value.text() {
                Some(path) => self.path = Some(path.to_owned()),
                None => return false,
            },
            FieldName::Line => self.line(value, keys, depth),
            FieldName::StartLine => self.start = bound(value).or(self.start),
            FieldName::EndLine => self.end = bound(value).or(self.end),
            FieldName::LineSpan => self.span = value.line(),
            _ => return false,
        }
        true
    }

    /// A line, a range as text, `[10, 20]`, or an object with start and end.
    fn line(&mut self, value: &Value, keys: &KeyTable, depth: usize) {
        match value {
            Value::Number(_) => self.start = self.start.or_else(|| value.line()),
            Value::Text(text) => self.ranges.extend(read_ranges(text.trim()).unwrap_or_default()),
            Value::List(list) => match list.as_slice() {
                [start, end] if start.line().is_some() && end.line().is_some() => {
                    (self.start, self.end) = (start.line(), end.line());
                }
                list => {
                    for value in list.iter().take(MAX_PLACES) {
                        if let Some(line) = value.line() {
                            self.ranges.push(LineRange::line(line));
                        } else if depth < 4 {
                            self.line(value, keys, depth + 1);
                        }
                    }
                }
            },
            Value::Map(map) if depth < 4 => {
                for (key, value) in &map.entries {
                    if let Some(field) = keys.get(key) {
                        self.take(field, value, keys, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// The places; empty without a path.
    pub(crate) fn finish(mut self, roots: &Roots) -> Vec<Location> {
        let Some(path) = self.path.take().filter(|path| !path.trim().is_empty()) else {
            return Vec::new();
        };
        if let Some(start) = self.start.or(self.end) {
            let end =
                self.end.or_else(|| self.span.map(|span| start.saturating_add(span - 1))).unwrap_or(start);
            self.ranges.insert(0, LineRange::new(start, end));
        }
        if self.ranges.is_empty() {
            // `"file": "net/pool.rs:4-9"`
            let places = read_places(path.trim(), Trust::Expected, roots);
            if places.only_places {
                return places.locations;
            }
        }
        let path = roots.clean(path.trim());
        if self.ranges.is_empty() {
            return vec![Location::file(path)];
        }
        self.ranges.iter().take(MAX_PLACES).map(|range| Location::file(&path).with_range(*range)).collect()
    }
}

/// A start or end: a number, or an object with the line in it.
fn bound(value: &Value) -> Option<u32> {
    value.line().or_else(|| {
        let map = value.map()?;
        ["line", "line_number", "lineNumber", "row"].iter().find_map(|key| map.get(key)).and_then(Value::line)
    })
}

/// Reads places from text, objects and lists of them.
pub(crate) fn read_value(value: &Value, keys: &KeyTable, roots: &Roots, depth: usize) -> Vec<Location> {
    match value {
        Value::Text(text) => {
            let places = read_places(text, Trust::Expected, roots);
            if places.locations.is_empty() && !text.trim().is_empty() && !text.contains(' ') {
                return vec![Location::file(roots.clean(text.trim()))];
            }
            places.locations
        }
        Value::Map(map) => read_map(map, keys, roots, depth),
        Value::List(list) if depth < 4 => list
            .iter()
            .take(MAX_PLACES)
            .flat_map(|value| read_value(value, keys, roots, depth + 1))
            .take(MAX_PLACES)
            .collect(),
        _ => Vec::new(),
    }
}

fn read_map(map: &Map, keys: &KeyTable, roots: &Roots, depth: usize) -> Vec<Location> {
    let mut parts = PlaceParts::default();
    let mut side = None;
    for (key, value) in &map.entries {
        if key == "side" {
            side = value.text().map(review_core::Side::from_text);
        } else if let Some(field) = keys.get(key)
            && !parts.take(field, value, keys, depth)
            && matches!(field, FieldName::Location | FieldName::Locations)
            && depth < 4
        {
            let inner = read_value(value, keys, roots, depth + 1);
            if !inner.is_empty() {
                return inner;
            }
        }
    }
    let mut places = parts.finish(roots);
    if let Some(side) = side {
        for place in &mut places {
            place.side = Some(side);
        }
    }
    places
}
