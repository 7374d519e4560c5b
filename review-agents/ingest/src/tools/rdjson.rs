//! reviewdog's `rdjson` (one document) and `rdjsonl` (one diagnostic per line).

use review_core::{Fix, LineRange, Location, Review, TextEdit};

use super::output::{Message, Output, Span};
use crate::limits::PLACES_READ;
use crate::options::IngestOptions;
use crate::own;
use crate::places::Roots;
use crate::signal::Shortfall;
use crate::value::{Map, Value};

/// Reads a document; `None` when its shape is another. Lines are counted by the caller.
pub(super) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let map = value.map()?;
    let list = match map.get("diagnostics") {
        Some(Value::List(list)) => list.as_slice(),
        _ if is_diagnostic(map) => std::slice::from_ref(value),
        _ => return None,
    };
    if !list.is_empty() && !list.iter().filter_map(Value::map).any(is_diagnostic) {
        return None;
    }
    Some(read_list(list.iter(), map, options))
}

/// Reads diagnostics one by one; `None` when one of the documents is none.
pub(super) fn read_lines<'a>(
    values: impl Iterator<Item = &'a Value> + Clone,
    options: &IngestOptions,
) -> Option<Review> {
    let mut all = values.clone();
    let first = values.clone().next()?.map()?;
    all.all(|value| value.map().is_some_and(is_diagnostic)).then(|| read_list(values, first, options))
}

fn read_list<'a>(list: impl Iterator<Item = &'a Value>, document: &Map, options: &IngestOptions) -> Review {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let level = document.text("severity").unwrap_or_default();
    let tool = document.at(&["source", "name"]).and_then(Value::text);
    let mut output = Output { tool: tool.map(str::to_owned), ..Output::default() };
    for map in list.filter_map(Value::map) {
        if output.is_full() {
            break;
        }
        let draft = diagnostic(map, level, &roots).into_draft(options);
        let own = map.at(&["source", "name"]).and_then(Value::text).or(tool).is_some_and(own::is_own);
        let Some(mut draft) = draft else {
            output.shortfalls.push(Shortfall::part("a diagnostic says nothing that can be read"));
            continue;
        };
        if own {
            let original = own::original(map);
            let fields = original.as_ref().and_then(Value::map);
            own::restore(&mut draft, map.text("message").unwrap_or_default(), fields);
            // What has no label is a remark on the review itself.
            if draft.id.is_none() {
                output.shortfalls.push(Shortfall::part(draft.finding.title));
                continue;
            }
        }
        output.drafts.push(draft);
    }
    output.into_review(None)
}

/// A diagnostic has a message and a location with a path.
fn is_diagnostic(map: &Map) -> bool {
    map.get("message").is_some() && map.at(&["location", "path"]).is_some()
}

fn diagnostic<'a>(map: &'a Map, level: &'a str, roots: &Roots) -> Message<'a> {
    let place = map.get("location").and_then(Value::map).and_then(|place| location(place, roots));
    let related = map.get("relatedLocations").or_else(|| map.get("related_locations"));
    let related = related.map(Value::as_list).unwrap_or_default().iter().take(PLACES_READ);
    let related =
        related.filter_map(|related| location(related.map()?.get("location")?.map()?, roots)).collect();
    let fix = place.as_ref().and_then(|place| fix(map, &place.path));
    Message {
        place,
        related,
        level: map.text("severity").unwrap_or(level),
        text: map.text("message").unwrap_or_default(),
        rule: map.at(&["code", "value"]).and_then(Value::text).unwrap_or_default(),
        fix,
        recovered: map.cut,
        lines: map.lines,
        ..Message::default()
    }
}

fn location(map: &Map, roots: &Roots) -> Option<Location> {
    let number = |end: &str, key: &str| map.at(&["range", end, key]).and_then(Value::line);
    let span = Span {
        line: number("start", "line"),
        end_line: number("end", "line"),
        column: number("start", "column"),
        end_column: number("end", "column"),
        // Its definition says bytes.
        unit: None,
    };
    span.at(map.text("path")?, roots)
}

/// The suggestions, each of which replaces a range of the file. Without columns, whole lines are replaced; without
/// an end, nothing: it is a point of insertion.
fn fix(map: &Map, path: &str) -> Option<Fix> {
    let suggestions = map.get("suggestions")?.list()?;
    let edits = suggestions.iter().take(1000).map(|suggestion| {
        let suggestion = suggestion.map()?;
        let text = suggestion.text("text")?;
        let number = |end: &str, key: &str| suggestion.at(&["range", end, key]).and_then(Value::line);
        let start = number("start", "line")?;
        let (column, end) = (number("start", "column"), number("end", "line"));
        let place = Location::file(path).with_range(LineRange::new(start, end.unwrap_or(start)));
        let place = match (column, number("end", "column")) {
            (Some(column), Some(last)) => place.with_columns(column, last),
            (Some(column), None) if end.is_none() => place.with_columns(column, column),
            _ => place,
        };
        Some(TextEdit::new(place, text))
    });
    let mut fix = Fix::default();
    fix.edits = edits.collect::<Option<_>>()?;
    Some(fix)
}
