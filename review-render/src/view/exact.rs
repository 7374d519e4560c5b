//! Converts exact edits, with their columns, to replaced lines, if the report's excerpts contain the surrounding text.

use review_core::{Excerpt, LineRange, Report, Side, TextEdit};

use super::edit::{Edit, around, has_plain_ends, known_lines, plain_path};

/// Edits of one file at most this many lines apart are joined: each hunk of a patch has three lines of context.
const NEAR: u32 = 6;

/// Most lines that one edit may span.
const MAX_LINES: u32 = 200;

/// Returns all edits of a fix as replaced lines, in order, or `None` unless every one of them is certain.
pub(super) fn lines_of(report: &Report, edits: &[TextEdit]) -> Option<Vec<Edit>> {
    let mut all: Vec<&TextEdit> = edits.iter().collect();
    all.sort_by_key(|edit| {
        (&edit.location.path, edit.location.range().map(|range| range.start), start(edit))
    });
    let mut groups: Vec<Vec<&TextEdit>> = Vec::new();
    for edit in all {
        let range = edit.location.range()?;
        let near = |other: &&TextEdit| {
            let end = other.location.range().map_or(0, |range| range.end);
            other.location.path == edit.location.path && range.start <= end.saturating_add(NEAR)
        };
        match groups.last_mut().filter(|group| group.last().is_some_and(near)) {
            Some(group) => group.push(edit),
            None => groups.push(vec![edit]),
        }
    }
    groups.iter().map(|group| replaced(report, group)).collect()
}

fn start(edit: &TextEdit) -> u32 {
    edit.location.start_column.unwrap_or(0)
}

/// Returns the lines that edits of one file touch, before and after.
fn replaced(report: &Report, edits: &[&TextEdit]) -> Option<Edit> {
    let path = &edits.first()?.location.path;
    let ranges: Vec<LineRange> = edits.iter().filter_map(|edit| edit.location.range()).collect();
    let range = LineRange::new(
        ranges.iter().map(|range| range.start).min()?,
        ranges.iter().map(|range| range.end).max()?,
    );
    if range.len() > MAX_LINES || !plain_path(path) {
        return None;
    }
    let ends_before = edits.last().is_some_and(|edit| edit.location.end_column == Some(1)) && range.len() > 1;
    let (excerpt, range, old) = match known(report, path, range) {
        Some((excerpt, old)) => (excerpt, range, old),
        // An edit may end before the first column behind the last line, of which there need not be any.
        None if ends_before => {
            let range = LineRange::new(range.start, range.end - 1);
            let (excerpt, old) = known(report, path, range)?;
            (excerpt, range, old)
        }
        None => return None,
    };
    let text: String = old.iter().map(|line| format!("{line}\n")).collect();
    let mut new = String::new();
    let mut done = 0;
    for edit in edits {
        let (from, to) = bytes(edit, range.start, &old)?;
        // Edits that overlap contradict each other.
        new.push_str(text.get(done..from)?);
        new.push_str(&edit.replacement);
        let whole_lines = edit.location.start_column.is_none();
        if whole_lines && !edit.replacement.is_empty() && !edit.replacement.ends_with('\n') {
            new.push('\n');
        }
        done = to;
    }
    new.push_str(text.get(done..)?);
    let new: Vec<String> = new.strip_suffix('\n').unwrap_or(&new).split('\n').map(str::to_owned).collect();
    let new = if new.len() == 1 && new.iter().all(String::is_empty) && text.len() == done {
        Vec::new()
    } else {
        new
    };
    if new.iter().any(|line| line.contains('\r')) || new == old {
        return None;
    }
    Some(narrowed(excerpt, path, range, old, new))
}

/// Returns the excerpt that contains a range, and the lines of the range.
fn known<'a>(report: &'a Report, path: &str, range: LineRange) -> Option<(&'a Excerpt, Vec<String>)> {
    let excerpt = report.excerpt(path, Side::Head, range).filter(|excerpt| has_plain_ends(excerpt))?;
    Some((excerpt, known_lines(excerpt, range)?))
}

/// Returns the byte range of an edit in the lines from `first` on, each with its line feed.
fn bytes(edit: &TextEdit, first: u32, lines: &[String]) -> Option<(usize, usize)> {
    let range = edit.location.range()?;
    let offset = |line: u32| -> Option<usize> {
        let before = lines.get(..usize::try_from(line.checked_sub(first)?).ok()?)?;
        Some(before.iter().map(|line| line.len() + 1).sum())
    };
    let column = |line: u32, column: u32| -> Option<usize> {
        if column == 1 {
            return offset(line);
        }
        let text = lines.get(usize::try_from(line.checked_sub(first)?).ok()?)?;
        let at = usize::try_from(column.checked_sub(1)?).ok()?;
        (at <= text.len() && text.is_char_boundary(at)).then_some(offset(line)? + at)
    };
    match (edit.location.start_column, edit.location.end_column) {
        (Some(start), Some(end)) => {
            let (from, to) = (column(range.start, start)?, column(range.end, end)?);
            (from <= to).then_some((from, to))
        }
        (None, None) => Some((offset(range.start)?, offset(range.end.checked_add(1)?)?)),
        _ => None,
    }
}

/// Drops unchanged lines at both ends, keeping at least one line to attach the edit to.
fn narrowed(excerpt: &Excerpt, path: &str, range: LineRange, old: Vec<String>, new: Vec<String>) -> Edit {
    let most = old.len().saturating_sub(1);
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count().min(most);
    let left = (old.len() - head).min(new.len() - head).min(old.len() - head - 1);
    let tail = old.iter().rev().zip(new.iter().rev()).take(left).take_while(|(a, b)| a == b).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let range = LineRange::new(range.start + count(head), range.end.saturating_sub(count(tail)));
    let middle = |lines: Vec<String>| {
        let end = lines.len() - tail;
        lines.into_iter().take(end).skip(head).collect::<Vec<_>>()
    };
    Edit { path: path.to_owned(), range, old: middle(old), new: middle(new), around: around(excerpt, range) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_core::Location;

    fn report() -> Report {
        let mut report = Report::default();
        let text = "one = 1\ntwo = f(2)\nthree = “3”\nfour\nfive\n";
        report.excerpts = vec![Excerpt::new("a.rs", Side::Head, 1, LineRange::new(1, 5), text)];
        report
    }

    fn edit(lines: (u32, u32), columns: Option<(u32, u32)>, text: &str) -> TextEdit {
        let place = Location::lines("a.rs", lines.0, lines.1);
        TextEdit::new(columns.map_or(place.clone(), |(start, end)| place.with_columns(start, end)), text)
    }

    fn shown(edits: &[TextEdit]) -> String {
        match lines_of(&report(), edits) {
            Some(all) => all
                .iter()
                .map(|edit| format!("{}: {:?} -> {:?}", edit.range, edit.old, edit.new))
                .collect::<Vec<_>>()
                .join("; "),
            None => "text".to_owned(),
        }
    }

    #[test]
    fn the_rest_of_the_line_stays() {
        insta::assert_snapshot!(shown(&[edit((2, 2), Some((7, 8)), "g")]), @r#"2: ["two = f(2)"] -> ["two = g(2)"]"#);
        insta::assert_snapshot!(shown(&[edit((1, 2), Some((7, 6)), "2; ")]), @r#"1-2: ["one = 1", "two = f(2)"] -> ["one = 2;  f(2)"]"#);
    }

    #[test]
    fn insertion_points_are_kept() {
        insta::assert_snapshot!(shown(&[edit((2, 2), Some((1, 1)), "new\n")]), @r#"2: ["two = f(2)"] -> ["new", "two = f(2)"]"#);
        insta::assert_snapshot!(shown(&[edit((1, 1), Some((8, 8)), ";")]), @r#"1: ["one = 1"] -> ["one = 1;"]"#);
    }

    #[test]
    fn lines_are_replaced_and_removed_as_a_whole() {
        insta::assert_snapshot!(shown(&[edit((1, 2), None, "both")]), @r#"1-2: ["one = 1", "two = f(2)"] -> ["both"]"#);
        insta::assert_snapshot!(shown(&[edit((4, 4), None, "")]), @r#"4: ["four"] -> []"#);
        insta::assert_snapshot!(shown(&[edit((4, 5), Some((1, 1)), "")]), @r#"4: ["four"] -> []"#);
        insta::assert_snapshot!(shown(&[edit((5, 6), Some((1, 1)), "")]), @r#"5: ["five"] -> []"#);
    }

    #[test]
    fn several_edits_are_one_where_they_are_near() {
        insta::assert_snapshot!(shown(&[edit((4, 4), Some((1, 5)), "4"), edit((2, 2), Some((9, 10)), "3")]), @r#"2-4: ["two = f(2)", "three = “3”", "four"] -> ["two = f(3)", "three = “3”", "4"]"#);
    }

    #[test]
    fn what_is_not_certain_is_text() {
        assert_eq!(shown(&[edit((3, 3), Some((10, 11)), "x")]), "text", "inside of a character");
        assert_eq!(shown(&[edit((2, 2), Some((1, 99)), "x")]), "text", "behind the line");
        assert_eq!(shown(&[edit((9, 9), None, "x")]), "text", "not in the report");
        assert_eq!(
            shown(&[edit((2, 2), Some((1, 5)), "x"), edit((2, 2), Some((3, 7)), "y")]),
            "text",
            "they overlap"
        );
        assert_eq!(shown(&[TextEdit::new(Location::file("a.rs"), "x")]), "text", "the whole file");
    }
}
