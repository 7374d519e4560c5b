//! One result becomes a finding.

use review_core::{Extra, Fix, Location, Quote};

use super::super::output::{Message, category};
use super::run::{Rule, Run};
use super::{list, maps, message};
use crate::draft::Drafted;
use crate::limits::PLACES_READ;
use crate::options::IngestOptions;
use crate::own::restore;
use crate::value::{Map, Value};

/// Most quotes of one result, and most edits of one fix.
const MAX_QUOTES: usize = 64;
const MAX_EDITS: usize = 1000;

/// Whether a result says that all is well: a rule that is met, or that does not apply.
pub(super) fn is_met(result: &Map) -> bool {
    matches!(result.text("kind"), Some("pass" | "notApplicable"))
}

/// Reads a result; `None` when it says nothing, neither in words nor by its rule.
pub(super) fn read(result: &Map, run: &Run<'_>, options: &IngestOptions) -> Option<Drafted> {
    let rule = run.rule(result);
    let rule_id = result
        .text("ruleId")
        .or_else(|| result.at(&["rule", "id"]).and_then(Value::text))
        .or_else(|| rule?.map.text("id"))
        .unwrap_or_default();
    let mut said = message::text(result.get("message"), rule, run);
    if said.is_empty() {
        // A message that can't be found is no reason to lose the finding: its rule says what it is about.
        said = rule.and_then(|rule| about(rule.map)).unwrap_or_else(|| rule_id.to_owned());
    }
    let places = places(result.get("locations"), run);
    let mut related = places.iter().skip(1).cloned().collect::<Vec<_>>();
    related.extend(self::places(result.get("relatedLocations"), run));
    let message = Message {
        place: places.first().cloned(),
        related,
        level: Some(level(result, rule, run))
            .filter(|level| options.tables.severities.get(level).is_some())
            .unwrap_or("warning"),
        text: &said,
        rule: rule_id,
        fix: fix(result, run),
        quotes: quotes(result, run),
        withdrawn: is_suppressed(result) || result.text("baselineState") == Some("absent"),
        recovered: result.cut,
        lines: result.lines,
        ..Message::default()
    };
    let mut draft = message.into_draft(options)?;
    let tags = |map: &Map| -> Vec<String> {
        let tags = list(map.at(&["properties", "tags"])).iter().filter_map(Value::text);
        tags.map(str::to_owned).collect()
    };
    let mut words = tags(result);
    words.extend(rule.map(|rule| tags(rule.map)).unwrap_or_default());
    if run.own {
        restore(&mut draft, &said, result.get("properties").and_then(Value::map));
    }
    let finding = &mut draft.finding;
    finding.category = words.iter().find_map(|tag| category(tag, options)).or(finding.category);
    if let Some(state) = result.text("baselineState") {
        finding.extensions.insert("baseline_state".to_owned(), Extra::Text(state.to_owned()));
    }
    Some(draft)
}

/// A rule's own words.
fn about(rule: &Map) -> Option<String> {
    let said = ["fullDescription", "shortDescription"].iter().find_map(|key| rule.at(&[key, "text"])?.text());
    let said = said.or_else(|| rule.text("name"))?.trim();
    (!said.is_empty()).then(|| said.to_owned())
}

/// The level; none for anything but a failure, `warning` where nothing is said.
fn level<'a>(result: &'a Map, rule: Option<Rule<'a>>, run: &Run<'a>) -> &'a str {
    if result.text("kind").is_some_and(|kind| kind != "fail") {
        return "none";
    }
    result.text("level").or_else(|| run.level(rule?)).unwrap_or("warning")
}

/// Suppressed: by somebody, and not rejected or still under review.
fn is_suppressed(result: &Map) -> bool {
    let mut suppressions = maps(result.get("suppressions")).peekable();
    suppressions.peek().is_some()
        && suppressions.all(|one| !matches!(one.text("status"), Some("rejected" | "underReview")))
}

fn physical(value: Option<&Value>) -> impl Iterator<Item = &Map> {
    maps(value).filter_map(|place| place.get("physicalLocation")?.map())
}

fn places(value: Option<&Value>, run: &Run<'_>) -> Vec<Location> {
    physical(value).take(PLACES_READ).filter_map(|place| run.place(place)).collect()
}

fn quotes(result: &Map, run: &Run<'_>) -> Vec<Quote> {
    let quotes = physical(result.get("locations")).take(MAX_QUOTES).filter_map(|physical| {
        let text = physical.at(&["region", "snippet", "text"])?.text()?;
        let mut quote = Quote::new(text.trim_end_matches(['\n', '\r']));
        if let Some(place) = run.place(physical) {
            (quote.path, quote.start_line, quote.end_line) =
                (Some(place.path), place.start_line, place.end_line);
        }
        (!quote.text.trim().is_empty()).then_some(quote)
    });
    quotes.collect()
}

/// The first of the fixes: the others are alternatives. Edits are kept when all of them can be read.
fn fix(result: &Map, run: &Run<'_>) -> Option<Fix> {
    let fix = maps(result.get("fixes")).next()?;
    let mut out = Fix::default();
    out.prose = fix.at(&["description", "text"]).and_then(Value::text).map(str::to_owned);
    let changes = maps(fix.get("artifactChanges")).flat_map(|change| {
        let artifact = change.get("artifactLocation").and_then(Value::map);
        maps(change.get("replacements")).map(move |replacement| run.edit(artifact?, replacement))
    });
    out.edits = changes.take(MAX_EDITS).collect::<Option<_>>().unwrap_or_default();
    (!out.is_empty()).then_some(out)
}
