//! Findings as records: each line names a field and its value, and nothing heads them.
//!
//! ```text
//! File: src/pool.rs
//! Line: 12
//! Severity: High
//! Issue: The pool is never closed
//! ```
//!
//! A record becomes a head with the remaining lines below it, line for line, before the document is cut into findings.

use std::borrow::Cow;

use super::cues::is_rule;
use super::fences::{LineKind, classify};
use super::fields::{BodyField, read_field};
use super::headings::{Dress, dress, read_heading};
use super::label::read_label;
use crate::draft::first_sentence;
use crate::places::{Roots, Trust, is_range_list, read_places};
use crate::scales::Tables;
use crate::text::{normalize_words, strip_bullet, strip_emphasis, strip_number};

/// Most lines of a record, those that continue a value included.
const MAX_LINES: usize = 200;

/// The text with a head in place of each record's first line.
pub(super) fn with_heads<'t>(
    text: &'t str,
    tables: &Tables,
    roots: &Roots,
    is_landmark: impl Fn(&str) -> bool,
) -> Cow<'t, str> {
    let begins = |line: &str| field(line).is_some_and(|(field, _)| heads(field));
    let whole: Vec<&str> = text.split('\n').collect();
    if !whole.iter().any(|line| begins(line)) {
        return Cow::Borrowed(text);
    }
    let (places, _) = classify(&whole, is_landmark);
    let mut lines: Vec<Cow<'_, str>> = whole.into_iter().map(Cow::Borrowed).collect();
    let mut index = 0;
    let mut after = None;
    while index < lines.len() {
        if places.get(index) == Some(&LineKind::Text)
            && lines.get(index).is_some_and(|line| begins(line))
            && let Some(above) = above(&lines, index, after, tables)
            && let Some(record) = Record::read(&lines, index, roots)
            && (record.severity.is_some()
                || record.place.as_ref().is_some_and(|(_, own)| *own)
                || record.lines.is_some())
        {
            if let Some(generic) = above.generic.and_then(|at| lines.get_mut(at)) {
                *generic = Cow::Borrowed("");
            }
            let end = record.end;
            record.write(index, &mut lines);
            after = Some(end);
            index = end;
        } else {
            index += 1;
        }
    }
    if after.is_some() { Cow::Owned(lines.join("\n")) } else { Cow::Borrowed(text) }
}

/// Fields that a record's head is made of.
fn heads(field: BodyField) -> bool {
    matches!(
        field,
        BodyField::Severity | BodyField::Place | BodyField::Line | BodyField::Title | BodyField::Id
    )
}

/// A field line with a value: also the first of a numbered item.
fn field(line: &str) -> Option<(BodyField, &str)> {
    let line = line.trim();
    let line = strip_number(line).map_or(line, |(_, rest)| rest);
    if line.starts_with('#') {
        return None;
    }
    read_field(line).filter(|(_, value)| !value.is_empty())
}

/// What stands above a record.
struct Above {
    /// A heading that only counts: `### Issue 1`.
    generic: Option<usize>,
}

/// `None` where a head may stand above: the fields are that finding's. Without one, a record stands at the top, below the heading of a section
/// or one that only counts, below a rule or a line that announces it, or follows the record before it. `after`: where that ended.
fn above(lines: &[Cow<'_, str>], index: usize, after: Option<usize>, tables: &Tables) -> Option<Above> {
    let free = Some(Above { generic: None });
    let at = (0..index).rev().find(|at| lines.get(*at).is_some_and(|line| !line.trim().is_empty()));
    let Some(at) = at.filter(|at| after.is_none_or(|after| *at >= after)) else { return free };
    let line = lines.get(at).map_or("", |line| line.trim());
    if read_heading(line, tables).is_some() || is_rule(line) {
        return free;
    }
    let item = strip_bullet(line).is_some() || strip_number(line).is_some();
    let named = match dress(line) {
        Dress::Hash(_, text) | Dress::Bold(text, "") => text,
        Dress::Plain(text) if !item => {
            let labelled = line.starts_with('[') || read_label(text, tables).is_some();
            // Text between two records belongs to the first of them.
            let announces = after.is_none() && line.ends_with(':');
            return free.filter(|_| !labelled && (announces || after.is_some()));
        }
        _ => return None,
    };
    let name = strip_emphasis(named).trim_end_matches([':', '.']);
    let counts = name.bytes().all(|byte| byte.is_ascii_digit())
        || read_label(&format!("{name}:"), tables)
            .is_some_and(|(label, rest)| label.lettered.is_none() && rest == ":")
        || matches!(normalize_words(name).as_str(), "issue" | "finding" | "problem" | "comment" | "bug");
    counts.then_some(Above { generic: Some(at) })
}

/// One record.
#[derive(Default)]
struct Record {
    /// One past its last line.
    end: usize,
    severity: Option<String>,
    /// The place, and whether it has lines of its own.
    place: Option<(String, bool)>,
    lines: Option<(usize, String)>,
    title: Option<String>,
    prose: Option<(usize, String)>,
    /// Lines that the head says.
    told: Vec<usize>,
    /// Lines of other fields.
    others: Vec<usize>,
}

impl Record {
    /// `None` without a place or a severity, or without words.
    fn read(all: &[Cow<'_, str>], from: usize, roots: &Roots) -> Option<Self> {
        let mut record = Self { end: from, ..Self::default() };
        let mut spoken = false;
        for (index, line) in all.iter().enumerate().skip(from).take(MAX_LINES) {
            let line = line.trim();
            let Some((name, value)) = field(line) else {
                // A value goes on, a blank line parts fields, anything else ends the record.
                let goes_on =
                    spoken && strip_bullet(line).is_none() && !line.starts_with(['#', '`', '|', '>', '-']);
                if line.is_empty() && !record.is_whole() || !line.is_empty() && goes_on {
                    continue;
                }
                break;
            };
            let taken = match name {
                BodyField::Severity => record.severity.replace(value.to_owned()).is_some(),
                BodyField::Place => {
                    let read = read_places(value, Trust::Expected, roots);
                    let own = read.locations.first().is_some_and(|place| place.start_line.is_some());
                    !read.locations.is_empty() && record.place.replace((value.to_owned(), own)).is_some()
                }
                BodyField::Line => record.lines.replace((index, value.to_owned())).is_some(),
                BodyField::Title => record.title.replace(value.to_owned()).is_some(),
                BodyField::Prose if record.prose.is_none() => {
                    record.prose = Some((index, value.to_owned()));
                    false
                }
                _ => false,
            };
            if taken {
                // The next record. What was replaced is read again, in a record that ends here.
                return Self::read(all.get(..index)?, from, roots).filter(|_| index > from);
            }
            if matches!(name, BodyField::Severity | BodyField::Place | BodyField::Title) {
                record.told.push(index);
            } else if name != BodyField::Line {
                record.others.push(index);
            }
            spoken =
                matches!(name, BodyField::Title | BodyField::Prose | BodyField::Fix | BodyField::Scenario);
            record.end = index + 1;
        }
        record.is_whole().then_some(record)
    }

    fn is_whole(&self) -> bool {
        (self.title.is_some() || self.prose.is_some()) && (self.place.is_some() || self.severity.is_some())
    }

    /// Puts the head in place of the first line.
    fn write(mut self, first: usize, all: &mut [Cow<'_, str>]) {
        let title = match (self.title, &self.prose) {
            (Some(title), _) => title,
            (None, Some((_, prose))) => first_sentence(prose),
            (None, None) => return,
        };
        let severity =
            self.severity.map(|severity| format!("[{}] ", strip_emphasis(&severity))).unwrap_or_default();
        let mut place = self.place.as_ref().map(|(place, _)| place.trim_matches('`').to_owned());
        if let Some((at, said)) = self.lines.take() {
            let lines = said.replace(' ', "").replace('–', "-");
            let lines = lines.trim_start_matches(['L', 'l']);
            match &mut place {
                Some(file) if self.place.as_ref().is_some_and(|(_, own)| !own) && is_range_list(lines) => {
                    file.push_str(&format!(":{lines}"));
                    self.told.push(at);
                }
                // The head has no place for it.
                _ => self.others.push(at),
            }
        }
        let place = place.map(|place| format!(" — `{place}`"));
        let head = format!(
            "**{severity}{}** {}",
            strip_emphasis(&title).replace("**", ""),
            place.unwrap_or_default()
        );
        let whole = self.prose.map(|(at, prose)| (at, if prose == title { String::new() } else { prose }));
        let others: Vec<(usize, String)> = self
            .others
            .iter()
            .filter_map(|at| {
                let line = all.get(*at)?.trim();
                let line = strip_number(line).map_or(line, |(_, rest)| rest);
                Some((*at, strip_bullet(line).unwrap_or(line).to_owned()))
            })
            .collect();
        let told = self.told.iter().map(|at| (*at, String::new()));
        for (at, line) in told.chain(others).chain(whole).chain([(first, head)]).collect::<Vec<_>>() {
            if let Some(slot) = all.get_mut(at) {
                *slot = Cow::Owned(line);
            }
        }
    }
}
