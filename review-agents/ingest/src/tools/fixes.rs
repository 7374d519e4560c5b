//! The edits that linters propose, with their exact ranges.

use review_core::{Fix, LineRange, Location, TextEdit};

use super::linters::{edit, number};
use crate::value::{Map, Value};

/// Whose form of fixes it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fixes {
    None,
    Eslint,
    Ruff,
    Semgrep,
    Golangci,
    Shellcheck,
    AstGrep,
}

/// Most edits of one fix.
const MAX_EDITS: usize = 1000;

/// A file's text and where its lines start, to find what an offset means. Offsets count UTF-16 code units.
pub(super) struct Source<'v> {
    text: &'v str,
    /// Of each line: its first code unit, its first byte, and whether it is ASCII only.
    lines: Vec<(usize, usize, bool)>,
}

/// Longest line with other characters than ASCII in which an offset is counted.
const MAX_COUNTED: usize = 4096;

impl<'v> Source<'v> {
    pub(super) fn new(text: &'v str) -> Self {
        let (mut unit, mut byte) = (0, 0);
        let lines = text.split_inclusive('\n').map(|line| {
            let start = (unit, byte, line.is_ascii());
            unit += if line.is_ascii() { line.len() } else { line.encode_utf16().count() };
            byte += line.len();
            start
        });
        Self { text, lines: lines.collect() }
    }

    /// Line and column, both from 1, the column in bytes.
    fn at(&self, offset: usize) -> Option<(u32, u32)> {
        let line = self.lines.partition_point(|(unit, ..)| *unit <= offset).checked_sub(1)?;
        let (unit, byte, ascii) = *self.lines.get(line)?;
        let within = offset - unit;
        let text = crate::text::tail(self.text, byte);
        let column = if ascii {
            within
        } else {
            let reach = text.char_indices().take(MAX_COUNTED);
            let mut units = 0;
            let mut found = None;
            for (at, c) in reach {
                if units >= within {
                    found = Some(at);
                    break;
                }
                units += c.len_utf16();
            }
            found?
        };
        Some((u32::try_from(line + 1).ok()?, u32::try_from(column + 1).ok()?))
    }
}

/// Reads the fix of a message that stands at `place`.
pub(super) fn read(form: Fixes, map: &Map, place: &Location, source: Option<&Source<'_>>) -> Option<Fix> {
    match form {
        Fixes::None => None,
        Fixes::Eslint => eslint(map, place, source),
        Fixes::Ruff => ruff(map, place),
        Fixes::Semgrep => semgrep(map, place),
        Fixes::Golangci => golangci(map, place),
        Fixes::Shellcheck => shellcheck(map, place),
        Fixes::AstGrep => ast_grep(map, place),
    }
}

/// eslint gives offsets into a file whose text stands beside the messages. Without it, what would be done can only be said
/// in words.
fn eslint(map: &Map, place: &Location, source: Option<&Source<'_>>) -> Option<Fix> {
    let (fix, words) = match map.get("fix").and_then(Value::map) {
        Some(fix) => (fix, None),
        None => {
            let suggestion = map.get("suggestions")?.list()?.first()?.map()?;
            (suggestion.get("fix")?.map()?, suggestion.text("desc"))
        }
    };
    let text = fix.text("text")?;
    let exact = || {
        let [start, end] = fix.get("range")?.list()? else { return None };
        let point = |value: &Value| source?.at(usize::try_from(value.count()?).ok()?);
        let ((line, column), (last, end)) = (point(start)?, point(end)?);
        let mut place = range(place, [Some(line), Some(column)], [Some(last), Some(end)])?;
        // These were counted in the file's text.
        place.column_unit = None;
        Some(place)
    };
    Some(match exact() {
        Some(place) => edit(place, text, words),
        None => Fix::prose(words.map_or_else(|| replace_by(text), str::to_owned)),
    })
}

fn replace_by(text: &str) -> String {
    if text.trim().is_empty() {
        "Remove it.".to_owned()
    } else if text.contains(['`', '\n']) {
        format!("Put this in its place:\n\n````\n{text}\n````")
    } else {
        format!("Put `{text}` in its place.")
    }
}

/// Columns of a range within one file; `None` when the range is not whole.
fn range(place: &Location, start: [Option<u32>; 2], end: [Option<u32>; 2]) -> Option<Location> {
    let ([Some(line), Some(column)], [Some(last), Some(end)]) = (start, end) else { return None };
    let backwards = last < line || (last == line && end < column);
    let mut exact =
        Location::file(&place.path).with_range(LineRange::new(line, last)).with_columns(column, end);
    exact.column_unit = place.column_unit;
    (!backwards).then_some(exact)
}

/// A fix of these edits; none of them when one of them can't be read: half a fix is a wrong one.
fn whole(edits: impl Iterator<Item = Option<TextEdit>>, prose: Option<&str>) -> Option<Fix> {
    let edits: Vec<TextEdit> = edits.take(MAX_EDITS + 1).collect::<Option<_>>().unwrap_or_default();
    let mut fix = Fix::default();
    if edits.len() <= MAX_EDITS {
        fix.edits = edits;
    }
    fix.prose = prose.map(str::to_owned);
    Some(fix)
}

fn at(map: &Map, path: &[&str]) -> Option<u32> {
    number(map.at(path)?, false)
}

fn ruff(map: &Map, place: &Location) -> Option<Fix> {
    let fix = map.get("fix")?.map()?;
    let edits = fix.get("edits")?.list()?.iter().map(|edit| {
        let edit = edit.map()?;
        let start = [at(edit, &["location", "row"]), at(edit, &["location", "column"])];
        let end = [at(edit, &["end_location", "row"]), at(edit, &["end_location", "column"])];
        Some(TextEdit::new(range(place, start, end)?, edit.text("content").unwrap_or_default()))
    });
    whole(edits, fix.text("message"))
}

fn semgrep(map: &Map, place: &Location) -> Option<Fix> {
    let text = map.at(&["extra", "fix"])?.text()?;
    let start = [at(map, &["start", "line"]), at(map, &["start", "col"])];
    let end = [at(map, &["end", "line"]), at(map, &["end", "col"])];
    Some(match range(place, start, end) {
        Some(place) => edit(place, text, None),
        None => Fix::prose(replace_by(text)),
    })
}

/// Up to version 1: whole lines, a part of the line, or that the lines go. From version 2 on: offsets into all files that were read,
/// which nobody else can place, so that they are told in words.
fn golangci(map: &Map, place: &Location) -> Option<Fix> {
    let Some(replacement) = map.get("Replacement").and_then(Value::map) else { return golangci_words(map) };
    let lines: Vec<&str> = replacement
        .get("NewLines")
        .map(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::text)
        .collect();
    let whole = || {
        let range = map.get("LineRange").and_then(Value::map);
        let line = |key: &str| range.and_then(|range| at(range, &[key])).or(place.start_line);
        Some(Location::file(&place.path).with_range(LineRange::new(line("From")?, line("To")?)))
    };
    if replacement.get("NeedOnlyDelete") == Some(&Value::Bool(true)) {
        return Some(edit(whole()?, "", None));
    }
    if let Some(inline) = replacement.get("Inline").and_then(Value::map) {
        let start = number(inline.get("StartCol")?, true)?;
        let length = inline.get("Length")?.count()?;
        let line = place.start_line?;
        let part = range(place, [Some(line), Some(start)], [Some(line), start.checked_add(length)])?;
        return Some(edit(part, inline.text("NewString").unwrap_or_default(), None));
    }
    (!lines.is_empty()).then(|| whole().map(|place| edit(place, lines.join("\n"), None))).flatten()
}

fn golangci_words(map: &Map) -> Option<Fix> {
    let first = map.get("SuggestedFixes")?.list()?.first()?.map()?;
    first.text("Message").filter(|message| !message.trim().is_empty()).map(Fix::prose)
}

fn shellcheck(map: &Map, place: &Location) -> Option<Fix> {
    let replacements = map.at(&["fix", "replacements"])?.list()?;
    let edits = replacements.iter().map(|one| {
        let one = one.map()?;
        let start = [at(one, &["line"]), at(one, &["column"])];
        let end = [at(one, &["endLine"]), at(one, &["endColumn"])];
        Some(TextEdit::new(range(place, start, end)?, one.text("replacement")?))
    });
    whole(edits, None)
}

fn ast_grep(map: &Map, place: &Location) -> Option<Fix> {
    let text = map.text("replacement")?;
    let place = place.clone();
    place.start_column.and(place.end_column)?;
    Some(edit(place, text, map.text("note")))
}
