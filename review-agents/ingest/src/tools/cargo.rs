//! What cargo prints, one document a line: the messages of rustc and clippy, and how the build ended.

use review_core::{ColumnUnit, Fix, LineRange, Location, Review, TextEdit};

use super::output::{Message, Output, Span};
use crate::limits::PLACES_READ;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::signal::Shortfall;
use crate::value::{Map, Value};

/// How often a macro's span is followed to where the macro is used.
const MAX_EXPANSIONS: usize = 64;

/// Reads the messages; `None` when none of the documents is one.
pub(super) fn read<'a>(values: impl Iterator<Item = &'a Value>, options: &IngestOptions) -> Option<Review> {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let (mut known, mut built, mut ended) = (false, false, false);
    let mut output = Output { tool: Some("cargo".to_owned()), ..Output::default() };
    for map in values.filter_map(Value::map) {
        match map.text("reason") {
            Some("compiler-message") => {
                known = true;
                if let Some(message) = map.get("message").and_then(Value::map) {
                    read_message(message, options, &roots, &mut output);
                }
            }
            Some("compiler-artifact" | "build-script-executed") => (known, built) = (true, true),
            Some("build-finished") => {
                (known, ended) = (true, true);
                if map.get("success") == Some(&Value::Bool(false)) {
                    output.shortfalls.push(Shortfall::part("the build failed"));
                }
            }
            // rustc itself prints its messages bare.
            None if map.text("$message_type") == Some("diagnostic") => {
                known = true;
                read_message(map, options, &roots, &mut output);
            }
            _ => {}
        }
        if output.is_full() {
            break;
        }
    }
    if !known {
        return None;
    }
    if built && !ended {
        output.shortfalls.push(Shortfall::part("the build's end is missing"));
    }
    Some(output.into_review(None))
}

fn read_message(message: &Map, options: &IngestOptions, roots: &Roots, output: &mut Output) {
    let spans: Vec<&Map> = maps(message.get("spans")).collect();
    let level = message.text("level").unwrap_or_default();
    let text = message.text("message").unwrap_or_default();
    let primary = spans.iter().find(|span| span.get("is_primary") == Some(&Value::Bool(true)));
    let Some(span) = primary.or(spans.first()) else {
        // "3 warnings emitted" sums up; an error without a place says why the build stopped.
        let sums_up = text.starts_with("aborting due to") || text.starts_with("could not compile");
        if level.starts_with("error") || level == "failure-note" {
            output.shortfalls.push(Shortfall::part(text));
            if !sums_up {
                let lines = message.lines;
                output
                    .drafts
                    .extend(Message { level, text, lines, ..Message::default() }.into_draft(options));
            }
        }
        return;
    };
    let place = place(span, roots);
    let related = spans.iter().filter(|other| !std::ptr::eq(**other, *span)).take(PLACES_READ);
    let message = Message {
        related: related.filter_map(|span| self::place(span, roots)).map(without_columns).collect(),
        place,
        level,
        text,
        rule: message.at(&["code", "code"]).and_then(Value::text).unwrap_or_default(),
        fix: fix(message, roots),
        recovered: message.cut,
        lines: message.lines,
        ..Message::default()
    };
    output.drafts.extend(message.into_draft(options));
}

fn without_columns(mut place: Location) -> Location {
    (place.start_column, place.end_column) = (None, None);
    place
}

/// The span in the user's own code: what a macro of another crate expands to stands where it is used.
fn place(span: &Map, roots: &Roots) -> Option<Location> {
    let mut span = span;
    for _ in 0..MAX_EXPANSIONS {
        let file = span.text("file_name").unwrap_or_default();
        let foreign = file.starts_with('<') || file.starts_with('/') || file.contains(":\\");
        match span.at(&["expansion", "span"]).and_then(Value::map) {
            Some(outer) if foreign => span = outer,
            _ => break,
        }
    }
    let number = |key: &str| span.get(key).and_then(Value::line);
    let place = Span {
        line: number("line_start"),
        end_line: number("line_end"),
        column: number("column_start"),
        end_column: number("column_end"),
        unit: Some(ColumnUnit::CodePoint),
    };
    place.at(span.text("file_name")?, roots)
}

/// The compiler's suggestions: the first child that replaces something, and the help in words.
fn fix(message: &Map, roots: &Roots) -> Option<Fix> {
    let mut fix = Fix::default();
    let mut helps: Vec<&str> = Vec::new();
    for child in maps(message.get("children")) {
        let said = child.text("message").unwrap_or_default();
        if child.text("level") != Some("help") || said.starts_with("for further information") {
            continue;
        }
        helps.push(said);
        if fix.edits.is_empty() {
            fix.edits = maps(child.get("spans"))
                .map(|span| edit(span, roots))
                .collect::<Option<_>>()
                .unwrap_or_default();
        }
    }
    if !helps.is_empty() {
        fix.prose = Some(helps.join("\n"));
    }
    (!fix.is_empty()).then_some(fix)
}

fn edit(span: &Map, roots: &Roots) -> Option<TextEdit> {
    let text = span.text("suggested_replacement")?;
    let number = |key: &str| span.get(key).and_then(Value::line);
    let lines = LineRange::new(number("line_start")?, number("line_end")?);
    let place = Location::file(roots.clean(span.text("file_name")?)).with_range(lines);
    let place = place.with_columns(number("column_start")?, number("column_end")?);
    Some(TextEdit::new(place.with_column_unit(ColumnUnit::CodePoint), text))
}

fn maps(value: Option<&Value>) -> impl Iterator<Item = &Map> {
    value.map(Value::as_list).unwrap_or_default().iter().filter_map(Value::map)
}
