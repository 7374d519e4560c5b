//! Where a note is to go: three commits, two paths, and lines by the numbers that their kind has.

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::Value;

use super::super::diff::FileDiff;
use super::super::reply::Reply;
use super::super::state::{Place, Spot};
use super::context::{Context, error, failure};

const FIELDS: [&str; 9] = [
    "position_type",
    "base_sha",
    "start_sha",
    "head_sha",
    "old_path",
    "new_path",
    "old_line",
    "new_line",
    "line_range",
];

/// What GitLab says of every place that isn't in the diff.
fn no_line_code() -> Reply {
    error(400, "400 Bad request - Note {:line_code=>[\"can't be blank\", \"must be a valid line code\"]}")
}

fn number(of: &Value, field: &str) -> Option<u32> {
    of.get(field).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok())
}

/// The kinds of lines have to be told by their own numbers: an added one by the new one, a removed one by the
/// old one, an unchanged one by both.
fn spot(old: Option<u32>, new: Option<u32>) -> Option<Spot> {
    Some(match (old, new) {
        (None, None) => return None,
        (Some(old), None) => Spot::Old(old),
        (None, Some(new)) => Spot::New(new),
        (Some(old), Some(new)) => Spot::Both { old, new },
    })
}

pub(super) fn place(context: &mut Context<'_>, wanted: &Value) -> Result<Place, Reply> {
    let Some(fields) = wanted.as_object() else { return Err(failure(400, "position is invalid")) };
    if let Some(unknown) = fields.keys().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(failure(400, &format!("position[{unknown}] is no field of this request")));
    }
    let text = |field: &str| {
        let value = wanted.get(field).and_then(Value::as_str);
        value.ok_or_else(|| failure(400, &format!("position[{field}] is missing")))
    };
    let of_file = match text("position_type")? {
        "text" => false,
        "file" => true,
        _ => return Err(failure(400, "position[position_type] does not have a valid value")),
    };
    let (base, start, head) = (text("base_sha")?, text("start_sha")?, text("head_sha")?);
    let (old_path, new_path) = (text("old_path")?, text("new_path")?);
    let end = spot(number(wanted, "old_line"), number(wanted, "new_line"));
    if end.is_some() == of_file {
        return Err(no_line_code());
    }
    let (name, iid) = (context.name()?, context.number(1)?);
    let target = context.merge_request()?.base.clone();
    let place = context.state.place(&name, iid, head, new_path, None, end).map_err(|_| no_line_code())?;
    if place.base != base || target != start || place.old_path != old_path {
        return Err(no_line_code());
    }
    let dir = context.project()?.git_dir.clone();
    let diff = context.state.git.diff(&dir, &place.base, &place.commit, 3);
    let file = diff.file(new_path).ok_or_else(no_line_code)?;
    if let Some(end) = end {
        exact(file, end)?;
    }
    let Some(range) = wanted.get("line_range").filter(|range| !range.is_null()) else { return Ok(place) };
    let side = |name: &str| {
        range.get(name).ok_or_else(|| failure(400, &format!("position[line_range][{name}] is missing")))
    };
    let first = range_end(file, side("start")?)?;
    let last = range_end(file, side("end")?)?;
    if Some(last) != end || file.hunk(first) != file.hunk(last) {
        return Err(no_line_code());
    }
    let checked = context.state.place(&name, iid, head, new_path, (first != last).then_some(first), end);
    checked.map_err(|_| no_line_code())
}

/// Refuses an unchanged line that is told by one number only.
fn exact(file: &FileDiff, spot: Spot) -> Result<(), Reply> {
    let mut lines = file.hunks.iter().flat_map(|hunk| &hunk.lines);
    let line = lines.find(|line| line.is(spot)).ok_or_else(no_line_code)?;
    let both = line.old.is_some() && line.new.is_some();
    if both == matches!(spot, Spot::Both { .. }) { Ok(()) } else { Err(no_line_code()) }
}

/// One end of a range: its line code must be that of a line of the diff, its kind that line's.
fn range_end(file: &FileDiff, end: &Value) -> Result<Spot, Reply> {
    let code = end.get("line_code").and_then(Value::as_str).ok_or_else(no_line_code)?;
    let path = digest(&SHA1_FOR_LEGACY_USE_ONLY, file.path.as_bytes());
    let path: String = path.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    for hunk in &file.hunks {
        // Lines that one side lacks have the number there that the next one will have.
        let (mut old, mut new) = (hunk.old_start, hunk.new_start);
        for line in &hunk.lines {
            if format!("{path}_{old}_{new}") == code {
                // GitLab's documentation has `old` for unchanged lines, its own pages send none.
                let kinds: &[Option<&str>] = match (line.old, line.new) {
                    (None, _) => &[Some("new")],
                    (_, None) => &[Some("old")],
                    _ => &[Some("old"), None],
                };
                let said = end.get("type").and_then(Value::as_str);
                let spot = spot(line.old, line.new).filter(|_| kinds.contains(&said));
                let numbers = |field: &str, known: Option<u32>| {
                    number(end, field).is_none_or(|said| Some(said) == known)
                };
                let right = numbers("old_line", line.old) && numbers("new_line", line.new);
                return spot.filter(|_| right).ok_or_else(no_line_code);
            }
            old += u32::from(line.old.is_some());
            new += u32::from(line.new.is_some());
        }
    }
    Err(no_line_code())
}
