//! A finding's body: its text, and the facts in it.

use review_core::Location;

use super::cues::is_rule;
use super::facts::{BodyFacts, read_confidence, read_kind};
use super::fences::LineKind;
use super::fields::{BodyField, read_field};
use super::page::Page;
use super::quotes;
use super::tags::{find_commit, find_tag, read_tag};
use crate::lines::Ledger;
use crate::places::{Trust, read_places, read_ranges};
use crate::text::{cut, head, tail};

/// What the current lines belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Prose,
    Fix,
    Scenario,
}

/// Reads lines `from..to`. `places` are those of the head.
pub(crate) fn read_body(
    from: usize,
    to: usize,
    ledger: &Ledger<'_>,
    page: &Page<'_>,
    places: &[Location],
) -> BodyFacts {
    let mut facts = BodyFacts { text: text_of(from, to, ledger), ..BodyFacts::default() };
    let mut part = Part::Prose;
    let mut fix = String::new();
    let mut scenario = String::new();
    let mut first_text = true;
    let mut index = from;
    while index < to {
        let line = ledger.line(index).trim();
        if page.places.get(index).is_some_and(|place| *place == LineKind::Open) {
            let fence = quotes::read_block(index, to, ledger, &page.places);
            let own = if facts.own_places.is_empty() { places.to_vec() } else { facts.own_places.clone() };
            quotes::sort_block(&fence, &own, part == Part::Fix, &mut facts, &mut fix, page);
            index = fence.end;
            first_text = false;
            continue;
        }
        index += 1;
        if line.is_empty() || is_rule(line) {
            continue;
        }
        if line.starts_with("<!--") && !line.contains("-->") {
            index = read_hidden(index, to, line, ledger, page, &mut facts);
            continue;
        }
        if first_text {
            first_text = false;
            if read_own_places(line, places, page, &mut facts) {
                continue;
            }
        }
        read_class(line, page, &mut facts);
        if let Some((field, value)) = read_field(line) {
            part = match field {
                BodyField::Fix => Part::Fix,
                BodyField::Scenario => Part::Scenario,
                _ => Part::Prose,
            };
            read_value(field, value, page, &mut facts);
            match part {
                Part::Fix => push_line(&mut fix, value),
                Part::Scenario => push_line(&mut scenario, value),
                Part::Prose => {}
            }
        } else {
            match part {
                Part::Fix => push_line(&mut fix, line),
                Part::Scenario => push_line(&mut scenario, line),
                Part::Prose => {}
            }
        }
        if facts.introduced_by.is_none() && line.contains("ntroduced") {
            facts.introduced_by = introduced_by(line);
        }
        if facts.first_mention.is_none() && places.is_empty() && part == Part::Prose {
            facts.first_mention = first_mention(line, page);
        }
        if part == Part::Prose {
            quotes::inline(line, &mut facts.quotes, page);
        }
    }
    facts.fix_prose = finished(without_final_tag(&fix, page));
    facts.scenario = finished(without_final_tag(&scenario, page));
    facts
}

/// A comment of several lines is hidden. Bots keep the finding's places in one: `<!-- LOCATIONS START`.
fn read_hidden(
    from: usize,
    to: usize,
    opening: &str,
    ledger: &Ledger<'_>,
    page: &Page<'_>,
    facts: &mut BodyFacts,
) -> usize {
    let places = opening.contains("LOCATION");
    for index in from..to {
        let line = ledger.line(index).trim();
        if line.contains("-->") {
            return index + 1;
        }
        let room = facts.own_places.len() < crate::limits::PLACES_READ;
        if places && room && line.len() < 1000 {
            facts.own_places.extend(read_places(line, Trust::Expected, &page.roots).locations);
        }
    }
    to
}

/// The text without a class tag at its end: agents often close a finding with one, behind the fix.
fn without_final_tag<'t>(text: &'t str, page: &Page<'_>) -> &'t str {
    let text = text.trim_end();
    let line = text.rfind('\n').map_or(0, |end| end + 1);
    match find_tag(tail(text, line), &page.options.tables) {
        Some(found) if line + found.end == text.len() => head(text, line + found.start).trim_end(),
        _ => text,
    }
}

fn finished(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// The lines as text, without blank lines and rules at the ends.
fn text_of(from: usize, to: usize, ledger: &Ledger<'_>) -> String {
    let blank = |index: &usize| {
        let line = ledger.line(*index).trim();
        line.is_empty() || is_rule(line)
    };
    let Some(first) = (from..to).find(|index| !blank(index)) else {
        return String::new();
    };
    let last = (first..to).rev().find(|index| !blank(index)).unwrap_or(first);
    let mut text = String::new();
    for index in first..=last {
        if index > first {
            text.push('\n');
        }
        text.push_str(ledger.line(index));
    }
    text
}

/// The line right below the head often is the place: `` `net/pool.rs:4-9` ``, with or without a class tag.
fn read_own_places(line: &str, head_places: &[Location], page: &Page<'_>, facts: &mut BodyFacts) -> bool {
    if !head_places.is_empty() || line.len() > 1000 {
        return false;
    }
    let line = crate::text::strip_bullet(line).unwrap_or(line);
    let mut rest = line.trim_matches(['*', '_']).trim().to_owned();
    if let Some(found) = find_tag(&rest, &page.options.tables) {
        rest = format!("{} {}", head(&rest, found.start), tail(&rest, found.end));
    }
    let rest = rest.trim().trim_matches(['*', '—', '–', '-', ' ', '📍']).trim_start_matches("at ");
    let places = read_places(rest, Trust::Expected, &page.roots);
    // `a vs b`: the first is the finding's place, the rest a comparison.
    let compared = !places.locations.is_empty()
        && rest.starts_with('`')
        && (rest.contains("` vs") || rest.contains("` versus"));
    if places.only_places || compared {
        facts.own_places = places.locations;
        read_class(line, page, facts);
        return true;
    }
    false
}

/// Class tags in the body: alone on a line, at the end of one, or at its start with a remark behind.
fn read_class(line: &str, page: &Page<'_>, facts: &mut BodyFacts) {
    let tail_start = line.len().saturating_sub(260);
    let ends = line.trim_end_matches(['*', '`', '_', '.']).ends_with([')', ']']);
    let starts = line.trim_start_matches(['*', '`', '_']).starts_with(['(', '[']);
    let tables = &page.options.tables;
    if !ends && !starts {
        // Without brackets, both words must be there: `*Important, gap*` alone, `… — important, gap` at the end.
        let end = line.rfind(" — ").map_or(line, |at| tail(line, at + " — ".len()));
        if end.len() < 60
            && end.contains(',')
            && let Some(tag) = read_tag(end.trim_matches(['*', '_', '`', '.', ' ']), tables)
            && tag.severity.is_some()
            && tag.kind.is_some_and(|kind| kind.is_known())
        {
            take(tag, facts);
        }
        return;
    }
    if starts
        && let Some(found) = find_tag(line, tables)
        && found.start == 0
        && (found.tag.severity.is_some() || found.tag.kind.is_some())
    {
        take(found.tag, facts);
        return;
    }
    let mut at = tail_start;
    while !line.is_char_boundary(at) {
        at += 1;
    }
    let end = tail(line, at);
    // The last group of the line.
    let Some(open) = end.rfind(['(', '[']) else { return };
    let group = tail(end, open);
    if let Some(found) = find_tag(group, tables)
        && found.tag.severity.is_some()
        && cut(group, found.end..group.len()).trim_matches(['*', '`', '_', '.', ' ']).is_empty()
    {
        take(found.tag, facts);
    }
}

fn take(tag: super::tags::Tag, facts: &mut BodyFacts) {
    facts.severity = facts.severity.or(tag.severity);
    facts.kind = facts.kind.or(tag.kind);
    facts.introduced_by = facts.introduced_by.take().or(tag.introduced_by);
}

fn read_value(field: BodyField, value: &str, page: &Page<'_>, facts: &mut BodyFacts) {
    let tables = &page.options.tables;
    let bare = value.trim_matches(|c| matches!(c, '*' | '_' | '`' | '.' | '"' | ' '));
    match field {
        BodyField::Severity => {
            let tag = read_tag(bare, tables).unwrap_or_default();
            let symbol = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
            let word = symbol.split([' ', '(', ',', '/', '—']).next().unwrap_or(symbol);
            facts.severity = facts
                .severity
                .or(tables.severities.get(symbol))
                .or(tag.severity)
                .or_else(|| tables.severities.get(word));
            facts.kind = facts.kind.or(tag.kind);
        }
        BodyField::Kind => {
            facts.kind = facts.kind.or_else(|| read_kind(value, page));
            facts.severity = facts.severity.or_else(|| read_tag(bare, tables)?.severity);
            facts.introduced_by = facts.introduced_by.take().or_else(|| introduced_by(value));
        }
        BodyField::Category => {
            facts.category = facts.category.or_else(|| tables.categories.get(bare));
            facts.kind = facts.kind.or_else(|| super::leading_kind(bare, tables));
        }
        BodyField::Place => {
            if facts.own_places.is_empty() {
                facts.own_places = read_places(value, Trust::Expected, &page.roots).locations;
                add_lines(facts);
            }
        }
        BodyField::Line => {
            if facts.own_lines.is_empty() {
                facts.own_lines = read_ranges(bare).unwrap_or_default();
                add_lines(facts);
            }
        }
        BodyField::Confidence => facts.confidence = facts.confidence.or_else(|| read_confidence(value)),
        BodyField::IntroducedBy => {
            facts.introduced_by = facts.introduced_by.take().or_else(|| find_commit(value))
        }
        BodyField::Title => facts.title = facts.title.take().or_else(|| finished(value)),
        BodyField::Fix | BodyField::Scenario | BodyField::Id | BodyField::Prose => {}
    }
}

/// `File:` and `Line:` on lines of their own belong together.
fn add_lines(facts: &mut BodyFacts) {
    if let [only] = facts.own_places.as_slice()
        && only.start_line.is_none()
        && !facts.own_lines.is_empty()
    {
        let path = only.path.clone();
        facts.own_places =
            facts.own_lines.iter().map(|range| Location::file(&path).with_range(*range)).collect();
    }
}

/// `introduced by 1a2b3c4`, `(introduced in commit 1a2b3c4)`.
fn introduced_by(line: &str) -> Option<String> {
    let at = line.find("ntroduced")?;
    let after = tail(line, at);
    let reach = head(after, after.char_indices().nth(60).map_or(after.len(), |(at, _)| at));
    let said = ["ntroduced by", "ntroduced in"].iter().any(|words| reach.starts_with(words));
    said.then(|| find_commit(reach)).flatten()
}

/// The first place with lines in a line of prose: in code, or as a bare word.
fn first_mention(line: &str, page: &Page<'_>) -> Option<Location> {
    if !line.contains(':') && !line.contains("#L") {
        return None;
    }
    for (at, _) in line.match_indices([':', '#']).take(64) {
        if !tail(line, at + 1).starts_with(|c: char| c.is_ascii_digit() || c == 'L') {
            continue;
        }
        let start = head(line, at).rfind([' ', '`', '(', '[', '"', ',']).map_or(0, |at| at + 1);
        let rest = tail(line, start);
        let end = rest.find([' ', '`', ')', ']', '"']).unwrap_or(rest.len());
        let places = read_places(head(rest, end), Trust::Code, &page.roots);
        if let Some(location) =
            places.locations.into_iter().next().filter(|location| location.start_line.is_some())
        {
            return Some(location);
        }
    }
    None
}
