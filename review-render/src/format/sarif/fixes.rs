//! Fixes and regions with their exact columns. A report counts columns in UTF-8 bytes, SARIF in UTF-16 code units.

use std::collections::BTreeMap;

use review_core::{AttributedFix, ConsolidatedFinding, LineRange, Location, Report, Side};

use super::artifact;
use super::document::{ArtifactChange, Content, Fix, Message, Region, Replacement};
use crate::format::comment::is_shown_as_it_is;
use crate::text::clean::{line, visible};
use crate::view::edit::{Edit, edits_of};
use crate::view::links::is_inside;
use crate::view::snippet::numbered;

/// Converts a fix: exact edits as they are, others only if the report shows that their old lines match.
pub(super) fn fix(report: &Report, finding: &ConsolidatedFinding, proposed: &AttributedFix) -> Option<Fix> {
    let edits = &proposed.fix.edits;
    let replacements: Vec<(String, Replacement)> = if edits.is_empty() {
        edits_of(report, finding, &proposed.fix)?.into_iter().map(whole_lines).collect()
    } else {
        let exact = edits.iter().map(|edit| {
            let at_head = edit.location.side != Some(Side::Base);
            let mut deleted_region = region(report, &edit.location).filter(|_| at_head)?;
            // Columns that can't be those of the line are no place for an edit.
            if edit.location.start_column.is_some() && deleted_region.start_column.is_none() {
                return None;
            }
            if edit.replacement.is_empty() && edit.location.start_column.is_none() {
                deleted_region = lines_with_their_end(edit.location.range()?);
            }
            let inserted_content = Content { text: edit.replacement.clone() };
            Some((edit.location.path.clone(), Replacement { deleted_region, inserted_content }))
        });
        exact.collect::<Option<_>>()?
    };
    let fine = |(path, replacement): &(String, Replacement)| {
        is_inside(path) && is_shown_as_it_is(&replacement.inserted_content.text)
    };
    if !replacements.iter().all(fine) {
        return None;
    }
    let mut by_file: BTreeMap<String, Vec<Replacement>> = BTreeMap::new();
    for (path, replacement) in replacements {
        by_file.entry(path).or_default().push(replacement);
    }
    let artifact_changes = by_file
        .into_iter()
        .map(|(path, replacements)| ArtifactChange { artifact_location: artifact(&path), replacements });
    let words = proposed.fix.prose.as_deref().map(|prose| line(prose, 500)).filter(|words| !words.is_empty());
    let description =
        words.unwrap_or_else(|| format!("As proposed by {}", line(&proposed.source.reviewer, 60)));
    Some(Fix {
        description: Message::plain(super::escaped(&visible(&description))),
        artifact_changes: artifact_changes.collect(),
    })
}

fn whole_lines(edit: Edit) -> (String, Replacement) {
    let deleted_region = if edit.new.is_empty() {
        lines_with_their_end(edit.range)
    } else {
        let last = edit.old.last().map_or(0, |line| line.encode_utf16().count());
        Region {
            start_line: edit.range.start,
            start_column: Some(1),
            end_line: Some(edit.range.end),
            end_column: Some(u32::try_from(last).unwrap_or(u32::MAX).saturating_add(1)),
        }
    };
    (edit.path, Replacement { deleted_region, inserted_content: Content { text: edit.new.join("\n") } })
}

/// The region of whole lines, including the last line feed.
fn lines_with_their_end(range: LineRange) -> Region {
    Region {
        start_line: range.start,
        start_column: Some(1),
        end_line: Some(range.end.saturating_add(1)),
        end_column: Some(1),
    }
}

/// Returns the region of a place, or `None` for a whole file.
pub(super) fn region(report: &Report, place: &Location) -> Option<Region> {
    let range = place.range()?;
    let columns = place.start_column.zip(place.end_column).and_then(|(start, end)| {
        let start = utf16_column(report, place, range.start, start)?;
        Some((start, utf16_column(report, place, range.end, end)?))
    });
    Some(Region {
        start_line: range.start,
        start_column: columns.map(|(start, _)| start),
        end_line: Some(range.end),
        end_column: columns.map(|(_, end)| end),
    })
}

/// Returns the column in UTF-16 code units, or `None` if the line has no such column. A line that is not in the report
/// is assumed to be ASCII.
fn utf16_column(report: &Report, place: &Location, line: u32, column: u32) -> Option<u32> {
    let side = place.side.unwrap_or(Side::Head);
    let text = report
        .excerpt(&place.path, side, LineRange::line(line))
        .and_then(|excerpt| numbered(excerpt).find(|(number, _)| *number == line).map(|(_, text)| text));
    let Some(text) = text else { return Some(column) };
    let before = text.get(..usize::try_from(column.checked_sub(1)?).ok()?)?;
    u32::try_from(before.encode_utf16().count()).ok()?.checked_add(1)
}
