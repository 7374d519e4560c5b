//! Where a snippet stands in a file.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use review_core::LineRange;

use super::grams::Grams;
use super::quote::{Snippet, stands_on};

/// A snippet of two or more lines counts as found where this share of its lines stands in one run.
const PARTLY: f64 = 0.6;
/// Most lines between the segments around an elision.
const LONGEST_ELISION: usize = 400;
/// A line of at least this many characters, white space aside, is not found by chance.
const TELLING: usize = 12;
/// From this share of known names on a snippet is a paraphrase. An invented one names what is not there.
const PARAPHRASE: f64 = 0.6;
/// A snippet with the file's names shares at least this much of some line with the file, as runs of eight letters and digits, or it is
/// made up. Measured on quotes of published packages (`eval/examples/eval_anchors.rs`).
const NEAR: f64 = 0.3;
/// Most names of a snippet that are looked for: a long one is told by its first names as well.
const NAMES: usize = 64;
/// More places than this are not counted.
const PLACES: usize = 64;

/// A file's lines, ready to be searched.
#[derive(Debug)]
pub(crate) struct FileLines<'e> {
    /// The lines as they are.
    pub(crate) lines: Vec<&'e str>,
    /// All lines without white space, one behind the other, and where each ends.
    squeezed: String,
    ends: Vec<usize>,
    /// Hashes and numbers of the lines that are not blank, ordered.
    order: Vec<(u64, usize)>,
    /// What the squeezed text can contain, for quotes and for names; made when first needed.
    quotes: OnceCell<Grams<8>>,
    names: OnceCell<Grams<4>>,
    /// The runs of letters and digits, whatever stands between them.
    letters: OnceCell<Grams<8>>,
    /// Whether each name that was looked for stands in a line.
    known: RefCell<BTreeMap<String, bool>>,
}

/// Places of a snippet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// The places, in order.
    pub(crate) ranges: Vec<LineRange>,
    /// Not all lines stand there.
    pub(crate) partly: bool,
}

impl<'e> FileLines<'e> {
    /// Prepares a file.
    pub(crate) fn new(text: &'e str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let mut squeezed = String::with_capacity(text.len());
        let mut ends = Vec::with_capacity(lines.len());
        let mut order = Vec::with_capacity(lines.len());
        for (index, line) in lines.iter().enumerate() {
            let from = squeezed.len();
            line.split_whitespace().for_each(|part| squeezed.push_str(part));
            ends.push(squeezed.len());
            if let Some(content) = squeezed.get(from..).filter(|content| !content.is_empty()) {
                order.push((hash(content), index));
            }
        }
        order.sort_unstable();
        let (quotes, names, known) = (OnceCell::new(), OnceCell::new(), RefCell::default());
        Self { lines, squeezed, ends, order, quotes, names, letters: OnceCell::new(), known }
    }

    /// A line without white space.
    fn squeezed(&self, index: usize) -> Option<&str> {
        let from = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.squeezed.get(from..*self.ends.get(index)?)
    }

    /// Numbers of the lines with this content, in order.
    fn at<'s>(&'s self, line: &'s str) -> impl Iterator<Item = usize> + 's {
        let wanted = hash(line);
        let from = self.order.partition_point(|(hash, _)| *hash < wanted);
        let same = self.order.iter().skip(from).take_while(move |(hash, _)| *hash == wanted);
        same.map(|(_, index)| *index).filter(move |index| self.squeezed(*index) == Some(line))
    }

    /// Number of lines.
    pub(crate) fn len(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// A line, from 1, without its end.
    pub(crate) fn line(&self, number: u32) -> Option<&'e str> {
        self.lines.get(number.checked_sub(1)? as usize).copied()
    }

    /// The text of a range.
    pub(crate) fn text(&self, range: LineRange) -> String {
        let (from, to) = (range.start as usize - 1, range.end as usize);
        self.lines.iter().take(to).skip(from).map(|line| format!("{line}\n")).collect()
    }

    /// Every place of a snippet. A single line may be part of a longer one.
    pub(crate) fn find(&self, snippet: &Snippet) -> Found {
        self.search(snippet, snippet.lines().count() == 1)
    }

    /// Every place of a snippet whose lines are whole lines.
    pub(crate) fn find_whole(&self, snippet: &Snippet) -> Found {
        self.search(snippet, false)
    }

    /// Whether one of the snippet's telling lines stands in the file.
    pub(crate) fn has_line_of(&self, snippet: &Snippet) -> bool {
        snippet.lines().any(|line| line.len() >= TELLING && self.at(line).next().is_some())
    }

    /// Whether most of a snippet's names stand in the file.
    pub(crate) fn has_most(&self, names: &[&str]) -> bool {
        let names: Vec<&str> = names.iter().copied().take(NAMES).collect();
        let known = names.iter().filter(|name| self.has_name(name)).count();
        !names.is_empty() && known as f64 >= PARAPHRASE * names.len() as f64
    }

    /// Whether a line of the snippet reads like the file. A snippet of fewer than two telling lines can't be told from it.
    pub(crate) fn reads_like(&self, snippet: &Snippet) -> bool {
        let parts = snippet.lines().flat_map(|line| line.split("...").flat_map(|part| part.split('…')));
        let telling: Vec<String> =
            parts.map(|part| letters(without_comment(part))).filter(|part| part.len() >= TELLING).collect();
        let known = self.letters.get_or_init(|| Grams::of(&letters(&self.squeezed)));
        telling.len() < 2 || telling.iter().any(|part| known.share_of(part) >= NEAR)
    }

    /// Whether a name stands in a line.
    fn has_name(&self, name: &str) -> bool {
        if let Some(known) = self.known.borrow().get(name) {
            return *known;
        }
        let possible = self.names.get_or_init(|| Grams::of(&self.squeezed)).may_contain(name);
        let known = possible && self.lines.iter().any(|line| line.contains(name));
        self.known.borrow_mut().insert(name.to_owned(), known);
        known
    }

    /// Whether a quoted line, perhaps with `...` inside, can be part of a line.
    fn may_have(&self, quoted: &str) -> bool {
        let grams = self.quotes.get_or_init(|| Grams::of(&self.squeezed));
        quoted.split("...").flat_map(|part| part.split('…')).all(|part| grams.may_contain(part))
    }

    fn search(&self, snippet: &Snippet, single: bool) -> Found {
        let Some((first, rest)) = snippet.segments.split_first() else { return Found::default() };
        let mut ranges = Vec::new();
        for start in self.starts(first, single) {
            let Some(mut end) = self.run(first, start, single) else { continue };
            let mut all = true;
            for segment in rest {
                let next = (end + 1..self.lines.len().min(end + LONGEST_ELISION))
                    .find_map(|at| self.run(segment, at, false));
                match next {
                    Some(last) => end = last,
                    None => all = false,
                }
            }
            if all {
                ranges.push(range(start, end));
            }
            if ranges.len() >= PLACES {
                break;
            }
        }
        if !ranges.is_empty() {
            return Found { ranges, partly: false };
        }
        Found { ranges: self.partly(snippet), partly: true }
    }

    /// Lines where a segment could begin.
    fn starts(&self, segment: &[String], single: bool) -> Vec<usize> {
        let Some(first) = segment.first() else { return Vec::new() };
        let at: Vec<usize> = self.at(first).collect();
        if !at.is_empty() {
            return at;
        }
        // Elided or part of a longer line: every line has to be looked at, unless nothing like it is in the file.
        let whole = !single;
        let elided = first.contains("...") || first.contains('…');
        if whole && !elided || !self.may_have(first) {
            return Vec::new();
        }
        (0..self.lines.len())
            .filter(|index| {
                self.squeezed(*index).is_some_and(|line| !line.is_empty() && stands_on(first, line, whole))
            })
            .collect()
    }

    /// The last line of a segment that begins here.
    fn run(&self, segment: &[String], start: usize, single: bool) -> Option<usize> {
        let mut at = start;
        let mut last = start;
        for (index, quoted) in segment.iter().enumerate() {
            if index > 0 {
                while self.squeezed(at).is_some_and(str::is_empty) {
                    at += 1;
                }
            }
            if !stands_on(quoted, self.squeezed(at)?, !single) {
                return None;
            }
            last = at;
            at += 1;
        }
        Some(last)
    }

    /// Places where most lines of the snippet stand at their distance from each other.
    fn partly(&self, snippet: &Snippet) -> Vec<LineRange> {
        let lines: Vec<&str> = snippet.lines().collect();
        if lines.len() < 2 {
            return Vec::new();
        }
        let mut votes: BTreeMap<i64, (usize, usize)> = BTreeMap::new();
        for (offset, line) in lines.iter().enumerate() {
            for at in self.at(line).take(PLACES) {
                let slot = votes.entry(at as i64 - offset as i64).or_insert((0, 0));
                slot.0 += 1;
                slot.1 += line.len();
            }
        }
        let best = votes.values().max().copied().unwrap_or((0, 0));
        if (best.0 as f64) < PARTLY * lines.len() as f64 || best.1 < 12 {
            return Vec::new();
        }
        votes
            .into_iter()
            .filter(|(start, value)| *value == best && *start >= 0)
            .filter_map(|(start, _)| usize::try_from(start).ok())
            .map(|start| range(start, (start + lines.len() - 1).min(self.lines.len().saturating_sub(1))))
            .collect()
    }
}

/// The letters and digits of a text.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What stands before a comment: reviewers write theirs into what they quote.
fn without_comment(line: &str) -> &str {
    let end = [line.find("//"), line.find('#')].into_iter().flatten().min();
    line.get(..end.unwrap_or(line.len())).unwrap_or(line)
}

/// Of a line's content; only looked up, so it never reaches a report.
fn hash(content: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    hasher.finish()
}

fn range(start: usize, end: usize) -> LineRange {
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    LineRange::new(number(start), number(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "fn a() {\n    x();\n}\n\nfn b() {\n    x();\n    y(1, 2);\n}\n";

    fn find(snippet: &str) -> String {
        let found = FileLines::new(FILE).find(&Snippet::read(snippet));
        let ranges: Vec<String> = found.ranges.iter().map(ToString::to_string).collect();
        format!("{}{}", ranges.join(" "), if found.partly && !ranges.is_empty() { " partly" } else { "" })
    }

    #[test]
    fn white_space_elisions_and_repetitions() {
        assert_eq!(find("x( );"), "2 6");
        assert_eq!(find("fn b() {\n...\ny(1, 2);"), "5-7");
        assert_eq!(find("y(1, ...);"), "7");
        assert_eq!(find("fn b() {\n    x();\n    y(1, 2);\n    z();\n}"), "5-8 partly");
        assert_eq!(find("nowhere()"), "");
    }

    #[test]
    fn code_that_only_borrows_names_does_not_read_like_the_file() {
        let file = FileLines::new(
            "fn connect(pool: &Pool, timeout: Duration) -> Session {\n    let session = pool.acquire(timeout);\n    session.authenticate()\n}\n",
        );
        let reads_like = |text: &str| file.reads_like(&Snippet::read(text));
        let invented = "for each in session.pool.drain() {\n    retry_all(each, Duration::MAX);\n}";
        assert!(file.has_most(&["session", "pool", "Duration"]) && !reads_like(invented));
        assert!(
            reads_like("let s = pool.acquire(timeout)  // may block\nreturn s.authenticate()"),
            "a paraphrase"
        );
        assert!(
            reads_like("fn connect(...) -> Session {\n    session . authenticate ( )"),
            "elided and spaced"
        );
        assert!(reads_like("for each in session.pool.drain() {"), "one line tells nothing");
    }
}
