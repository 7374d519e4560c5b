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

/// Reads the fix of a message that stands at `place`.
pub(super) fn read(form: Fixes, map: &Map, place: &Location) -> Option<Fix> {
    match form {
        Fixes::None => None,
        Fixes::Eslint => eslint(map),
        Fixes::Ruff => ruff(map, place),
        Fixes::Semgrep => semgrep(map, place),
        Fixes::Golangci => golangci(map),
        Fixes::Shellcheck => shellcheck(map, place),
        Fixes::AstGrep => ast_grep(map, place),
    }
}

/// eslint gives offsets into a file that it does not show: what would be done can only be said in words.
fn eslint(map: &Map) -> Option<Fix> {
    if let Some(text) = map.at(&["fix", "text"]).and_then(Value::text) {
        return Some(Fix::prose(replace_by(text)));
    }
    let suggestion = map.get("suggestions")?.list()?.first()?.map()?;
    let text = suggestion.at(&["fix", "text"]).and_then(Value::text).map(replace_by);
    let words = suggestion.text("desc").map(str::to_owned).or(text)?;
    Some(Fix::prose(words))
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
    (!backwards)
        .then(|| Location::file(&place.path).with_range(LineRange::new(line, last)).with_columns(column, end))
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

fn golangci(map: &Map) -> Option<Fix> {
    let replacement = map.get("Replacement")?.map()?;
    let lines: Vec<&str> =
        replacement.get("NewLines").map(Value::as_list)?.iter().filter_map(Value::text).collect();
    (!lines.is_empty()).then(|| Fix::suggestion(lines.join("\n")))
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
