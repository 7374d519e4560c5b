//! Places in JSON: text, objects of any key style, nested ranges, lists, both sides of a diff, lines from 0 or 1.

use review_core::{ColumnUnit, LineRange, Location, Side};

use crate::limits::PLACES_READ;
use crate::places::{Roots, Trust, read_places, read_ranges};
use crate::scales::{FieldName, KeyTable};
use crate::value::{Map, Value};

/// Places are not looked for in deeper objects.
const MAX_DEPTH: usize = 6;

/// A line and a column, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Point {
    line: Option<u32>,
    column: Option<u32>,
    /// Columns were counted from 0: the point is one of a language server, whose ends are exclusive.
    exclusive: bool,
}

/// Collects the parts of one place: a path and lines, wherever they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct PlaceParts {
    pub(super) path: Option<String>,
    pub(super) ranges: Vec<LineRange>,
    /// A single `line`: the first, or the last where a first one is named too.
    line: Option<u32>,
    start: Point,
    end: Point,
    span: Option<u32>,
    side: Option<Side>,
    /// Lines of the version that a comment was made on; they count when the others are not known any more.
    original: (Option<u32>, Option<u32>),
    /// Path and lines of the version before the change.
    old: (Option<String>, Option<u32>),
    /// Lines on the two sides of the first and last line of a range.
    range_sides: [(Option<u32>, Option<u32>); 2],
}

impl PlaceParts {
    /// Takes a field that has one spelling only: those of forges.
    pub(super) fn forge(&mut self, key: &str, value: &Value) -> bool {
        match key {
            "original_line" | "originalLine" => self.original.1 = value.line(),
            "original_start_line" | "originalStartLine" => self.original.0 = value.line(),
            "new_line" | "newLine" => self.line = value.line().or(self.line),
            "old_line" | "oldLine" => self.old.1 = value.line(),
            "old_path" | "oldPath" => self.old.0 = value.text().map(str::to_owned),
            "side" | "diffSide" | "diff_side" => self.side = value.text().map(side),
            "start_side" | "original_position" | "base_sha" | "start_sha" | "head_sha" | "position_type" => {}
            "line_range" | "lineRange" if sides(value).is_some() => {
                self.range_sides = sides(value).unwrap_or_default();
            }
            _ => return false,
        }
        true
    }

    /// Takes one field; whether it was one of a place's.
    pub(super) fn take(&mut self, field: FieldName, value: &Value, keys: &KeyTable, depth: usize) -> bool {
        match field {
            FieldName::Path => match value.text() {
                Some(path) => self.path = Some(path.to_owned()),
                None => return false,
            },
            FieldName::Line => self.line(value, keys, depth),
            FieldName::StartLine => self.start = point(value, keys).or(self.start),
            FieldName::EndLine => self.end = point(value, keys).or(self.end),
            FieldName::Column => self.start.column = value.line().or(self.start.column),
            FieldName::EndColumn => self.end.column = value.line().or(self.end.column),
            FieldName::LineSpan => self.span = value.line(),
            _ => return false,
        }
        true
    }

    /// A line, a range as text, `[10, 20]`, or an object with start and end.
    fn line(&mut self, value: &Value, keys: &KeyTable, depth: usize) {
        match value {
            Value::Number(_) => self.line = self.line.or_else(|| value.line()),
            Value::Text(text) => self.ranges.extend(read_ranges(text.trim()).unwrap_or_default()),
            Value::List(list) => match list.as_slice() {
                [start, end] if start.line().is_some() && end.line().is_some() => {
                    (self.start.line, self.end.line) = (start.line(), end.line());
                }
                list => {
                    for value in list.iter().take(PLACES_READ) {
                        if let Some(line) = value.line() {
                            self.ranges.push(LineRange::line(line));
                        } else if depth < MAX_DEPTH {
                            self.line(value, keys, depth + 1);
                        }
                    }
                }
            },
            Value::Map(map) if depth < MAX_DEPTH => {
                // `begin: {line, column}` is a point, anything else a range.
                if map.get("line").is_some() && point(value, keys).line.is_some() {
                    self.start = point(value, keys);
                    return;
                }
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
    pub(super) fn finish(mut self, roots: &Roots) -> Vec<Location> {
        self.settle_sides();
        let Some(path) = self.path.take().filter(|path| !path.trim().is_empty()) else {
            return Vec::new();
        };
        let place =
            |range: LineRange, roots: &Roots| Location::file(roots.clean(path.trim())).with_range(range);
        let mut places: Vec<Location> = Vec::new();
        if let Some(start) = self.start.line.or(self.end.line) {
            let end = self
                .end
                .line
                .or_else(|| self.span.map(|span| start.saturating_add(span - 1)))
                .unwrap_or(start);
            // The end of a language server's range is behind its last character: at the start of a line, it is the line
            // before.
            let end =
                if self.end.exclusive && self.end.column == Some(1) && end > start { end - 1 } else { end };
            let mut first = place(LineRange::new(start, end), roots);
            if self.end.line.is_none_or(|own| own == end) && start <= end {
                first.column_unit =
                    self.start.column.filter(|_| self.start.exclusive).map(|_| ColumnUnit::Utf16);
                first.start_column = self.start.column;
                first.end_column = self
                    .end
                    .column
                    .filter(|last| self.start.column.is_some_and(|column| end > start || *last >= column));
            }
            places.push(first);
        }
        if places.is_empty() && self.ranges.is_empty() {
            // `"file": "net/pool.rs:4-9"`
            let named = read_places(path.trim(), Trust::Expected, roots);
            if named.only_places && !named.locations.is_empty() {
                places = named.locations;
            }
        }
        let room = PLACES_READ.saturating_sub(places.len());
        places.extend(self.ranges.iter().take(room).map(|range| place(*range, roots)));
        if places.is_empty() {
            places.push(Location::file(roots.clean(path.trim())));
        }
        for place in &mut places {
            place.side = self.side;
        }
        places
    }

    /// Which lines of which side are meant.
    fn settle_sides(&mut self) {
        let [(old_start, new_start), (old_end, new_end)] = self.range_sides;
        if new_start.is_some() && new_end.is_some() {
            (self.start.line, self.end.line) = (new_start, new_end);
        } else if self.line.is_none() && (old_start.is_some() || old_end.is_some()) {
            (self.start.line, self.end.line) = (old_start, old_end);
        }
        if let Some(line) = self.line.take() {
            if self.start.line.is_some() && self.end.line.is_none() {
                // A forge's comment on several lines: `start_line` and `line`.
                self.end.line = Some(line);
            } else if self.start.line.is_none() {
                self.start.line = Some(line);
            }
        }
        if self.start.line.is_none() && self.end.line.is_none() && self.ranges.is_empty() {
            if let Some(line) = self.old.1 {
                // Only the version before the change has this line.
                self.path = self.old.0.take().or(self.path.take());
                (self.start.line, self.side) = (Some(line), Some(Side::Base));
            } else if let (start, Some(line)) = self.original {
                (self.start.line, self.end.line) = (start.or(Some(line)), Some(line));
            }
        }
        self.path = self.path.take().or(self.old.0.take());
    }
}

impl Point {
    fn or(self, other: Self) -> Self {
        if self.line.is_some() { self } else { other }
    }
}

/// Forges call the version before the change `LEFT`, or old.
fn side(word: &str) -> Side {
    match word.trim().to_ascii_lowercase().as_str() {
        "left" | "old" | "base" | "before" | "removed" => Side::Base,
        "right" | "new" | "head" | "after" | "added" => Side::Head,
        other => Side::from_text(other),
    }
}

/// `{"start": {"old_line": …, "new_line": …}, "end": {…}}`.
fn sides(value: &Value) -> Option<[(Option<u32>, Option<u32>); 2]> {
    let map = value.map()?;
    let end = |key: &str| {
        let end = map.get(key)?.map()?;
        (end.get("new_line").is_some() || end.get("old_line").is_some())
            .then(|| (end.get("old_line").and_then(Value::line), end.get("new_line").and_then(Value::line)))
    };
    Some([end("start")?, end("end")?])
}

/// A start or end: a number, or an object with line and column. With `character`, both count from 0.
fn point(value: &Value, keys: &KeyTable) -> Point {
    let Some(map) = value.map() else { return Point { line: value.line(), ..Point::default() } };
    let line = ["line", "line_number", "lineNumber", "row"].iter().find_map(|key| map.get(key));
    if let Some(character) = map.get("character") {
        let from_zero = |value: &Value| value.count().map(|number| number.saturating_add(1));
        return Point { line: line.and_then(from_zero), column: from_zero(character), exclusive: true };
    }
    let column = map.entries.iter().find(|(key, _)| keys.get(key) == Some(FieldName::Column));
    Point {
        line: line.and_then(Value::line),
        column: column.and_then(|(_, value)| value.line()),
        exclusive: false,
    }
}

/// Reads places from text, objects and lists of them.
pub(super) fn read_value(value: &Value, keys: &KeyTable, roots: &Roots, depth: usize) -> Vec<Location> {
    match value {
        Value::Text(text) => {
            let places = read_places(text, Trust::Expected, roots);
            let one = places.locations.is_empty() || !places.only_places;
            if one && !text.trim().is_empty() && !text.trim().contains(' ') {
                return vec![Location::file(roots.clean(text.trim()))];
            }
            places.locations
        }
        Value::Map(map) => read_map(map, keys, roots, depth),
        Value::List(list) if depth < MAX_DEPTH => list
            .iter()
            .take(PLACES_READ)
            .flat_map(|value| read_value(value, keys, roots, depth + 1))
            .take(PLACES_READ)
            .collect(),
        _ => Vec::new(),
    }
}

fn read_map(map: &Map, keys: &KeyTable, roots: &Roots, depth: usize) -> Vec<Location> {
    let mut parts = PlaceParts::default();
    for (key, value) in &map.entries {
        if parts.forge(key, value) {
            continue;
        }
        if let Some(field) = keys.get(key)
            && !parts.take(field, value, keys, depth)
            && matches!(field, FieldName::Location | FieldName::Locations)
            && depth < MAX_DEPTH
        {
            let inner = read_value(value, keys, roots, depth + 1);
            if !inner.is_empty() {
                return inner;
            }
        }
    }
    parts.finish(roots)
}
