//! Where a comment may be placed at a forge: only on lines that its diff shows. One line outside the diff makes a forge
//! refuse a whole review, so every placement is checked against the report's hunks.

use review_core::{FileHunks, Hunk, HunkOp, LineRange, Location, Report, Side};

/// A place in the forge's diff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placement<'a> {
    /// The file's hunks.
    pub(crate) file: &'a FileHunks,
    /// The hunk that contains all lines.
    pub(crate) hunk: &'a Hunk,
    /// The side on which the lines are counted.
    pub(crate) side: Side,
    /// The lines.
    pub(crate) lines: LineRange,
    /// How well this fits the wanted place.
    pub(crate) fit: Fit,
}

/// How well a placement fits: the fallbacks in order. The last resort is the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// All lines, exactly.
    Lines,
    /// Those of the lines that are in a hunk.
    Hunk,
    /// The hunk of the file that is nearest.
    File,
}

/// Returns the best placement of a location, or `None` if the diff does not show its file.
pub(crate) fn place<'a>(report: &'a Report, location: &Location) -> Option<Placement<'a>> {
    let side = if location.side == Some(Side::Base) { Side::Base } else { Side::Head };
    let file = file_of(report, &location.path, side)?;
    let Some(wanted) = location.range() else { return nearest(file, side, 1) };
    exactly(file, side, wanted)
        .or_else(|| partly(file, side, wanted))
        .or_else(|| nearest(file, side, wanted.start))
}

/// Returns the placement of exactly these head lines.
pub(crate) fn place_exactly<'a>(report: &'a Report, path: &str, lines: LineRange) -> Option<Placement<'a>> {
    exactly(file_of(report, path, Side::Head)?, Side::Head, lines)
}

fn file_of<'a>(report: &'a Report, path: &str, side: Side) -> Option<&'a FileHunks> {
    let by_old = |file: &&FileHunks| side == Side::Base && file.old_path.as_deref() == Some(path);
    let by_path = |file: &&FileHunks| file.path == path;
    let found = report.hunks.iter().find(by_old).or_else(|| report.hunks.iter().find(by_path));
    found.filter(|file| is_plain(&file.path) && file.old_path.as_deref().is_none_or(is_plain))
}

/// Whether a forge can know this path. Paths come from git, but a report file may have been written by anybody.
fn is_plain(path: &str) -> bool {
    let control = |c: char| c.is_control() || crate::is_invisible(c);
    super::links::encoded_path(path).is_some() && !path.chars().any(control)
}

/// Whether the numbers of a hunk are plausible; others could overflow when added.
fn is_sane(hunk: &Hunk) -> bool {
    let lines: u64 = hunk
        .ops
        .iter()
        .map(|op| match *op {
            HunkOp::Context(n) | HunkOp::Add(n) | HunkOp::Delete(n) => u64::from(n),
            _ => 0,
        })
        .sum();
    lines + u64::from(hunk.old_start.max(hunk.new_start)) < u64::from(u32::MAX)
}

/// Counts the lines added and deleted by all hunks.
pub(crate) fn line_counts(report: &Report) -> (u64, u64) {
    let ops = report.hunks.iter().flat_map(|file| &file.hunks).flat_map(|hunk| &hunk.ops);
    ops.fold((0, 0), |(added, deleted), op| match *op {
        HunkOp::Add(n) => (added + u64::from(n), deleted),
        HunkOp::Delete(n) => (added, deleted + u64::from(n)),
        _ => (added, deleted),
    })
}

/// Returns the lines of a side that a hunk shows, counted from its runs and not taken from the document.
fn range_of(hunk: &Hunk, side: Side) -> Option<LineRange> {
    if !is_sane(hunk) {
        return None;
    }
    let counted = Hunk::new(hunk.old_start, hunk.new_start, hunk.ops.clone());
    if side == Side::Base { counted.old_range() } else { counted.new_range() }
}

fn exactly(file: &FileHunks, side: Side, wanted: LineRange) -> Option<Placement<'_>> {
    file.hunks.iter().find_map(|hunk| {
        let range = range_of(hunk, side)?;
        let fits = range.contains(wanted.start) && range.contains(wanted.end);
        fits.then_some(Placement { file, hunk, side, lines: wanted, fit: Fit::Lines })
    })
}

fn partly(file: &FileHunks, side: Side, wanted: LineRange) -> Option<Placement<'_>> {
    file.hunks.iter().find_map(|hunk| {
        let range = range_of(hunk, side).filter(|range| range.overlaps(&wanted))?;
        let lines = LineRange::new(range.start.max(wanted.start), range.end.min(wanted.end));
        Some(Placement { file, hunk, side, lines, fit: Fit::Hunk })
    })
}

/// Returns the first changed line of the nearest hunk, on the side that has one.
fn nearest(file: &FileHunks, side: Side, line: u32) -> Option<Placement<'_>> {
    let wanted = LineRange::line(line);
    let other = if side == Side::Base { Side::Head } else { Side::Base };
    [side, other].into_iter().find_map(|side| {
        let near = file.hunks.iter().filter_map(|hunk| Some((range_of(hunk, side)?, hunk)));
        let (range, hunk) = near.min_by_key(|(range, _)| (range.distance(&wanted), range.start))?;
        let changed = runs(hunk).into_iter().find_map(|(op, old, new)| match (op, side == Side::Base) {
            (HunkOp::Add(n), false) if n > 0 => Some(new),
            (HunkOp::Delete(n), true) if n > 0 => Some(old),
            _ => None,
        });
        let lines = LineRange::line(changed.unwrap_or(range.start));
        Some(Placement { file, hunk, side, lines, fit: Fit::File })
    })
}

fn runs(hunk: &Hunk) -> Vec<(HunkOp, u32, u32)> {
    Hunk::new(hunk.old_start, hunk.new_start, hunk.ops.clone()).runs().collect()
}

impl Placement<'_> {
    /// Returns both line numbers of a line of this placement's hunk, and its kind. Forges need both for an unchanged line.
    /// The number on the side that lacks the line is that of the next one there, and 0 in a file that is new or gone.
    pub(crate) fn numbers(&self, line: u32) -> Option<(u32, u32, LineKind)> {
        let (old, new, kind) = self.counted(line)?;
        let lines = |side: Side| range_of(self.hunk, side).is_some();
        let old = if kind == LineKind::Added && !lines(Side::Base) { self.hunk.old_start } else { old };
        let new = if kind == LineKind::Deleted && !lines(Side::Head) { self.hunk.new_start } else { new };
        Some((old, new, kind))
    }

    fn counted(&self, line: u32) -> Option<(u32, u32, LineKind)> {
        runs(self.hunk).into_iter().find_map(|(op, old, new)| match op {
            HunkOp::Context(n) => {
                let first = if self.side == Side::Base { old } else { new };
                let at = line.checked_sub(first).filter(|at| *at < n)?;
                Some((old + at, new + at, LineKind::Kept))
            }
            HunkOp::Add(n) if self.side != Side::Base => {
                let at = line.checked_sub(new).filter(|at| *at < n)?;
                Some((old, new + at, LineKind::Added))
            }
            HunkOp::Delete(n) if self.side == Side::Base => {
                let at = line.checked_sub(old).filter(|at| *at < n)?;
                Some((old + at, new, LineKind::Deleted))
            }
            _ => None,
        })
    }
}

/// What the change did to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    Kept,
    Added,
    Deleted,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        use HunkOp::{Add, Context, Delete};
        let mut report = Report::default();
        report.hunks = vec![
            FileHunks::new(
                "a.rs",
                None,
                vec![
                    Hunk::new(10, 10, vec![Context(3), Delete(1), Add(2), Context(3)]),
                    Hunk::new(40, 41, vec![Context(3), Add(1), Context(3)]),
                ],
            ),
            FileHunks::new("gone.rs", None, vec![Hunk::new(1, 0, vec![Delete(5)])]),
        ];
        report
    }

    fn shown(location: Location) -> String {
        match place(&report(), &location) {
            Some(found) => format!("{:?} {}:{} {}", found.fit, found.file.path, found.lines, found.side),
            None => "body".to_owned(),
        }
    }

    #[test]
    fn lines_then_hunk_then_file_then_body() {
        assert_eq!(shown(Location::lines("a.rs", 12, 15)), "Lines a.rs:12-15 head");
        assert_eq!(shown(Location::lines("a.rs", 16, 30)), "Hunk a.rs:16-17 head");
        assert_eq!(shown(Location::lines("a.rs", 17, 42)), "Hunk a.rs:17 head", "never over two hunks");
        assert_eq!(shown(Location::line("a.rs", 200)), "File a.rs:44 head");
        assert_eq!(shown(Location::file("a.rs")), "File a.rs:13 head");
        assert_eq!(shown(Location::line("b.rs", 1)), "body");
    }

    #[test]
    fn a_deleted_line_is_on_the_left() {
        assert_eq!(shown(Location::line("a.rs", 13).with_side(Side::Base)), "Lines a.rs:13 base");
        assert_eq!(shown(Location::line("gone.rs", 3)), "File gone.rs:1 base");
    }

    #[test]
    fn a_kept_line_has_both_numbers() {
        let report = report();
        let found = place(&report, &Location::line("a.rs", 15)).unwrap();
        assert_eq!(found.numbers(15), Some((14, 15, LineKind::Kept)));
        assert_eq!(found.numbers(13), Some((14, 13, LineKind::Added)));
        assert_eq!(found.numbers(99), None);
    }
}
