//! The code that a finding shows: from the report's excerpts, never from a model's memory.

use review_core::{ConsolidatedFinding, Excerpt, LineRange, Location, Report, Side};

/// Most lines that one place shows. A longer range is cut, and that is said.
const MAX_LINES: u32 = 60;

/// One place with its code.
pub(crate) struct Snippet<'a> {
    /// Where the lines are from.
    pub(crate) excerpt: &'a Excerpt,
    /// The lines that the finding cites.
    pub(crate) cited: LineRange,
    /// The lines to show: the cited ones and some around them.
    pub(crate) shown: LineRange,
    /// Lines that are left out after `shown`.
    pub(crate) cut: u32,
}

impl<'a> Snippet<'a> {
    /// The code of a place, with so many lines of context.
    pub(crate) fn of(report: &'a Report, location: &Location, context: u32) -> Option<Self> {
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
        Some(Self { excerpt, cited, shown: LineRange::new(from, to), cut: wanted - to })
    }

    /// The lines to show: number, text, whether it is cited.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (u32, &'a str, bool)> {
        let (shown, cited) = (self.shown, self.cited);
        numbered(self.excerpt)
            .filter(move |(number, _)| shown.contains(*number))
            .map(move |(number, text)| (number, text, cited.contains(number)))
    }
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
        let Some(snippet) = Snippet::of(report, location, context) else { continue };
        let seen = found.iter().any(|(_, other)| {
            other.excerpt == snippet.excerpt && other.shown == snippet.shown && other.cited == snippet.cited
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
