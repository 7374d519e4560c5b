//! Columns of tools, counted anew in UTF-8 bytes.

use review_core::{Location, Side};

use super::source::Sources;

/// The place with its columns in bytes. Columns behind the end of their line, or inside of a character, are those of other text: the place
/// keeps its lines only. Where the file is not known, its lines are taken for ASCII.
pub(crate) fn in_bytes(place: &Location, side: Side, sources: &Sources<'_>) -> Location {
    let mut counted = place.clone();
    let Some(unit) = counted.column_unit.take() else { return counted };
    let (Some(range), Some(file)) = (place.range(), sources.file(side, &place.path)) else { return counted };
    let bytes = |line: u32, column: Option<u32>| match column {
        // An edit may end before the first column behind the last line.
        None | Some(1) => Some(column),
        Some(wanted) => unit.to_bytes(file.line(line)?, wanted).map(Some),
    };
    match (bytes(range.start, place.start_column), bytes(range.end, place.end_column)) {
        (Some(start), Some(end)) => (counted.start_column, counted.end_column) = (start, end),
        _ => (counted.start_column, counted.end_column) = (None, None),
    }
    counted
}

#[cfg(test)]
mod tests {
    use review_core::{
        Cancel, ChangeSet, ColumnUnit, Fix, Input, Location, MemoryTree, RawFinding, Report, Review, TextEdit,
    };

    use crate::{Engine, drive};

    fn report(edit: Location) -> Report {
        let tree = MemoryTree::new().with_head("a.js", "const ok = 1\nlabel = \"prêt 🚀\" == x\n");
        let finding = RawFinding::new("Use `===`")
            .with_id("I1")
            .at(Location::line("a.js", 2))
            .with_fix(Fix::default().with_edit(TextEdit::new(edit, "===")));
        let input = Input::new(ChangeSet::default(), vec![Review::new("eslint").with_finding(finding)]);
        drive(&Engine::new(), &input, &tree, &Cancel::new()).unwrap().report
    }

    fn edit(unit: ColumnUnit, from: u32, to: u32) -> Location {
        Location::line("a.js", 2).with_columns(from, to).with_column_unit(unit)
    }

    #[test]
    fn an_edit_on_a_line_with_other_characters_hits_what_its_tool_meant() {
        for unit in [edit(ColumnUnit::Utf16, 19, 21), edit(ColumnUnit::CodePoint, 18, 20)] {
            let report = report(unit);
            let place = &report.findings[0].fixes[0].fix.edits[0].location;
            assert_eq!((place.start_column, place.end_column, place.column_unit), (Some(22), Some(24), None));
        }
    }

    #[test]
    fn an_edit_of_the_same_file_by_another_spelling_is_one_of_that_file() {
        let mut place = edit(ColumnUnit::Utf16, 19, 21);
        place.path = "./a.js".to_owned();
        let report = report(place);
        let place = &report.findings[0].fixes[0].fix.edits[0].location;
        assert_eq!((place.path.as_str(), place.start_column), ("a.js", Some(22)));
    }

    #[test]
    fn an_edit_that_can_not_be_of_its_line_is_told_in_words() {
        let report = report(edit(ColumnUnit::Utf16, 16, 17));
        let fix = &report.findings[0].fixes[0].fix;
        assert!(fix.edits.is_empty());
        insta::assert_snapshot!(fix.prose.as_deref().unwrap(), @"
        At a.js:2, put this in its place:

        ````
        ===
        ````
        ");
    }
}
