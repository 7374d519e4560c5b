//! The code of a finding, from the report's excerpts and never from a model's memory.

use review_core::{ConsolidatedFinding, Excerpt, Grade, LineRange, Location, Report, Side};

/// Most lines shown for one place. A longer range is cut, with a note.
const MAX_LINES: u32 = 60;

/// Lines shown immediately; the others are folded, or left out in formats that cannot fold.
const AT_ONCE: u32 = 12;

/// One place with its code.
pub(crate) struct Snippet<'a> {
    /// Where the lines are from.
    pub(crate) excerpt: &'a Excerpt,
    /// The quoted lines or, if no quote was found, the cited ones.
    marked: Vec<LineRange>,
    /// The lines to show: the cited ones with some context.
    pub(crate) shown: LineRange,
    /// The part of them to show immediately.
    pub(crate) at_once: LineRange,
    /// Lines that are left out after `shown`.
    pub(crate) cut: u32,
}

impl<'a> Snippet<'a> {
    /// Returns the code of a place, with `context` lines around it.
    fn of(
        report: &'a Report,
        finding: &ConsolidatedFinding,
        location: &Location,
        context: u32,
    ) -> Option<Self> {
        let cited = location.range()?;
        let side = location.side.unwrap_or(Side::Head);
        let excerpt = report.excerpt(&location.path, side, cited)?;
        let last_known =
            excerpt.first_line.saturating_add(excerpt.text.lines().count() as u32).checked_sub(1)?;
        let from = cited.start.saturating_sub(context).max(excerpt.shown.start).max(excerpt.first_line);
        let wanted = cited.end.saturating_add(context).min(excerpt.shown.end).min(last_known);
        if from > wanted {
            return None;
        }
        let to = wanted.min(from.saturating_add(MAX_LINES - 1));
        let shown = LineRange::new(from, to);
        let marked = marked(finding, location, shown);
        let focus = marked.first().map_or(shown.start, |range| range.start);
        let latest = to.saturating_sub(AT_ONCE - 1).max(from);
        let start = focus.saturating_sub(context).clamp(from, latest);
        let at_once = LineRange::new(start, to.min(start.saturating_add(AT_ONCE - 1)));
        Some(Self { excerpt, marked, shown, at_once, cut: wanted - to })
    }

    /// Returns the lines of a part: number, text, and whether it is marked.
    pub(crate) fn lines(&self, part: LineRange) -> impl Iterator<Item = (u32, &'a str, bool)> {
        numbered(self.excerpt)
            .filter(move |(number, _)| part.contains(*number))
            .map(|(number, text)| (number, text, self.marked.iter().any(|range| range.contains(number))))
    }

    /// Returns the folded lines before and after those shown immediately.
    #[cfg(feature = "html")]
    pub(crate) fn folded(&self) -> (Option<LineRange>, Option<LineRange>) {
        let before = (self.shown.start < self.at_once.start)
            .then(|| LineRange::new(self.shown.start, self.at_once.start.saturating_sub(1)));
        let after = (self.at_once.end < self.shown.end)
            .then(|| LineRange::new(self.at_once.end.saturating_add(1), self.shown.end));
        (before, after)
    }

    /// Returns how many lines follow those shown immediately.
    pub(crate) fn left_out(&self) -> u32 {
        self.shown.end.saturating_sub(self.at_once.end).saturating_add(self.cut)
    }
}

/// Returns the quoted lines among those shown, or the cited ones.
fn marked(finding: &ConsolidatedFinding, location: &Location, shown: LineRange) -> Vec<LineRange> {
    let side = location.side.unwrap_or(Side::Head);
    let quoted = finding.anchors.iter().filter(|anchor| {
        let found = matches!(anchor.grade, Grade::Exact | Grade::Moved | Grade::Elsewhere | Grade::OtherFile);
        found && anchor.path == location.path && anchor.side == side
    });
    let mut ranges: Vec<LineRange> = quoted
        .filter_map(|anchor| anchor.location().range())
        .filter(|range| range.overlaps(&shown))
        .collect();
    if ranges.is_empty() {
        ranges.extend(location.range());
    }
    ranges.sort();
    ranges
}

/// The lines of an excerpt with their numbers. A document may say that an excerpt begins at the last line there can be.
pub(crate) fn numbered(excerpt: &Excerpt) -> impl Iterator<Item = (u32, &str)> {
    let first = excerpt.first_line;
    excerpt
        .text
        .lines()
        .enumerate()
        .map(move |(index, line)| (first.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)), line))
}

/// The places of a finding whose code the report has, each file range once.
pub(crate) fn snippets<'a>(
    report: &'a Report,
    finding: &ConsolidatedFinding,
    context: u32,
    most: usize,
) -> Vec<(usize, Snippet<'a>)> {
    let mut found: Vec<(usize, Snippet<'a>)> = Vec::new();
    for (index, location) in finding.locations.iter().enumerate() {
        if found.len() == most {
            break;
        }
        let Some(snippet) = Snippet::of(report, finding, location, context) else { continue };
        let seen = found.iter().any(|(_, other)| {
            other.excerpt == snippet.excerpt && other.shown == snippet.shown && other.marked == snippet.marked
        });
        if !seen {
            found.push((index, snippet));
        }
    }
    found
}

/// A language name for a fence, from the file's extension.
pub(crate) fn fence_language(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, extension)) if extension.len() <= 12 => extension,
        _ => "",
    }
}
