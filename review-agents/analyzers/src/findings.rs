//! Matches and broken promises as findings.

use std::collections::BTreeMap;

use review_core::{Extra, Fix, Kind, Location, Quote, RawFinding, Side};

use crate::catalogue::{Catalogue, Check};
use crate::compare::{Broken, FileView, SourcePlace};
use crate::engine::{Match, RuleInfo};
use crate::review::lines_of;

/// Lines of a quote: enough to find the place, little enough to read.
const QUOTED_LINES: u32 = 12;

/// From so many places of one rule in one file on, they are one finding.
const FOLDED: usize = 3;

/// The findings of the rules.
pub(crate) fn of_matches(
    catalogue: &Catalogue,
    views: &[FileView],
    matches: Vec<(usize, Match)>,
) -> Vec<RawFinding> {
    let mut groups: BTreeMap<(usize, String), Vec<Match>> = BTreeMap::new();
    for (view, found) in matches {
        groups.entry((view, found.rule.clone())).or_default().push(found);
    }
    let mut findings = Vec::new();
    for ((index, id), mut group) in groups {
        let (Some(rule), Some(head)) =
            (catalogue.rules.get(&id), views.get(index).and_then(|view| view.head.as_ref()))
        else {
            continue;
        };
        group.sort_by_key(|found| found.range);
        if group.len() >= FOLDED {
            let rest = group.split_off(1);
            for found in group {
                let mut finding = of_match(rule.info(), found, &head.path, &head.text);
                finding.body.push_str(&format!("\n\nThe same in {} more places of this file.", rest.len()));
                finding
                    .locations
                    .extend(rest.iter().map(|found| Location::file(&head.path).with_range(found.range)));
                findings.push(finding);
            }
        } else {
            findings
                .extend(group.into_iter().map(|found| of_match(rule.info(), found, &head.path, &head.text)));
        }
    }
    findings
}

fn of_match(info: &RuleInfo, found: Match, path: &str, text: &str) -> RawFinding {
    let quote = Quote::new(lines_of(text, found.range, QUOTED_LINES))
        .with_path(path)
        .with_start_line(found.range.start);
    let mut fix = Fix::prose(found.fix);
    fix.patch = found.patch;
    let mut finding = RawFinding::new(found.title)
        .with_severity(info.severity)
        .with_category(info.category)
        .with_body(body(&found.body, &found.rule, &info.references))
        .at(Location::file(path).with_range(found.range))
        .with_quote(quote)
        .with_fix(fix)
        .with_scenario(found.scenario);
    finding.kind = info.kind;
    finding.extensions.insert("rule".to_owned(), Extra::Text(found.rule));
    finding
}

fn body(text: &str, rule: &str, references: &[String]) -> String {
    let mut body = text.trim_end().to_owned();
    if !body.is_empty() {
        body.push_str("\n\n");
    }
    body.push_str(&format!("Rule `{rule}`."));
    for reference in references {
        body.push_str(&format!(" <{reference}>"));
    }
    body
}

/// The findings of the checks that are in the catalogue.
pub(crate) fn of_broken(catalogue: &Catalogue, views: &[FileView], broken: Vec<Broken>) -> Vec<RawFinding> {
    let mut groups: BTreeMap<(&'static str, String), Vec<Broken>> = BTreeMap::new();
    for item in broken {
        groups.entry((item.id, item.place.path.clone())).or_default().push(item);
    }
    let mut findings = Vec::new();
    for ((id, _), mut group) in groups {
        let Some(check) = catalogue.check(id) else { continue };
        group.sort_by(|a, b| a.place.cmp(&b.place));
        let mut made = group.iter().map(|item| of_check(check, item, text_at(views, &item.place)));
        // A comparison says something of its own at each place; line by line checks and tests say the same again.
        let alike =
            ["file.", "prose.", "doc.missing", "change.test"].iter().any(|family| id.starts_with(family));
        let folds = alike && group.len() >= FOLDED;
        if folds && let Some(mut first) = made.next() {
            first.body.push_str(&format!("\n\nThe same in {} more places of this file:", group.len() - 1));
            for other in made {
                first.body.push_str(&format!("\n* {}", other.title));
                first.locations.extend(other.locations);
            }
            findings.push(first);
        } else {
            findings.extend(made);
        }
    }
    findings
}

fn text_at<'a>(views: &'a [FileView], place: &SourcePlace) -> Option<&'a str> {
    let versions = views
        .iter()
        .filter_map(|view| if place.side == Side::Base { view.base.as_ref() } else { view.head.as_ref() });
    versions.into_iter().find(|version| version.path == place.path).map(|version| &*version.text)
}

fn of_check(check: &Check, item: &Broken, text: Option<&str>) -> RawFinding {
    let fill = |text: &str| fill(text, &item.words);
    let mut finding = RawFinding::new(fill(&check.title))
        .with_severity(check.severity)
        .with_category(check.category)
        .with_body(body(&fill(&check.body), &check.id, &check.references))
        .at(location(&item.place))
        .with_fix(Fix::prose(fill(&check.fix)))
        .with_scenario(fill(&check.scenario));
    finding.kind = Some(check.kind.unwrap_or(Kind::Regression));
    finding.locations.extend(item.further.iter().map(location));
    finding.locations.dedup();
    let quote =
        item.quote.clone().or_else(|| text.map(|text| lines_of(text, item.place.lines, QUOTED_LINES)));
    if let Some(quote) = quote.filter(|quote| !quote.trim().is_empty()) {
        finding
            .quotes
            .push(Quote::new(quote).with_path(&item.place.path).with_start_line(item.place.lines.start));
    }
    finding.extensions.insert("rule".to_owned(), Extra::Text(check.id.clone()));
    finding
}

fn location(place: &SourcePlace) -> Location {
    let location = Location::file(&place.path).with_range(place.lines);
    if place.side == Side::Base { location.with_side(Side::Base) } else { location }
}

/// Puts words in the place of `$NAME`.
fn fill(text: &str, words: &BTreeMap<&'static str, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(after.len());
        let (name, tail) = after.split_at(end);
        match words.get(name) {
            Some(word) => out.push_str(&word.replace('`', "'")),
            None if name.is_empty() => out.push('$'),
            None => out.push_str(&name.to_lowercase()),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
