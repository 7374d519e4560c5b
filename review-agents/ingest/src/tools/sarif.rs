//! SARIF 2.1.0, read leniently: unknown levels, `uriBaseId`, rules by index or id, message ids, suppressions.

use std::collections::BTreeMap;

use review_core::{Completeness, Extra, Fix, Location, Quote, RawFinding, Review};

use crate::ids::Ids;
use crate::json::{Drafted, Map, Value, first_sentence, name, say_full};
use crate::limits::MAX_ITEMS;
use crate::options::IngestOptions;
use crate::places::Roots;

/// Reads a document; `None` when its shape is another. Lines are counted by the caller.
pub(crate) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let map = value.map()?;
    let runs = map.get("runs")?.list()?;
    let sarif = map.get("version").is_some()
        || map.get("$schema").is_some()
        || runs.iter().any(|run| run.map().is_some_and(|run| run.get("tool").is_some()));
    if !sarif {
        return None;
    }
    let mut review = Review::new("").with_completeness(Completeness::Complete);
    let mut drafts = Vec::new();
    for run in runs.iter().filter_map(Value::map) {
        let run = Run::new(run, options);
        if review.reviewer.is_empty()
            && let Some(tool) = run.map.at(&["tool", "driver", "name"]).and_then(Value::text)
        {
            tool.clone_into(&mut review.reviewer);
        }
        for result in
            run.map.get("results").map(Value::as_list).unwrap_or_default().iter().filter_map(Value::map)
        {
            if drafts.len() >= MAX_ITEMS {
                say_full(&mut review);
                break;
            }
            drafts.extend(run.result(result, options));
        }
        for invocation in
            run.map.get("invocations").map(Value::as_list).unwrap_or_default().iter().filter_map(Value::map)
        {
            if invocation.get("executionSuccessful") == Some(&Value::Bool(false)) {
                review.completeness = Completeness::Truncated;
                review.incomplete_reason = Some("the tool says that it did not finish".to_owned());
            }
        }
    }
    review.findings = name(drafts, &mut Ids::default());
    Some(review)
}

/// One run and its look-ups.
struct Run<'a> {
    map: &'a Map,
    rules: Vec<&'a Map>,
    by_id: BTreeMap<&'a str, &'a Map>,
    roots: Roots,
}

impl<'a> Run<'a> {
    fn new(map: &'a Map, options: &IngestOptions) -> Self {
        let rules: Vec<&Map> = map
            .at(&["tool", "driver", "rules"])
            .map(Value::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(Value::map)
            .collect();
        let by_id = rules.iter().filter_map(|rule| Some((rule.text("id")?, *rule))).collect();
        let mut roots = Roots::new(options.roots.iter().map(String::as_str));
        // The base of relative addresses often is the checkout itself.
        if let Some(bases) = map.get("originalUriBaseIds").and_then(Value::map) {
            for (_, base) in bases.entries.iter().take(32) {
                if let Some(uri) = base.map().and_then(|base| base.text("uri")) {
                    let path = uri.strip_prefix("file://").unwrap_or(uri);
                    if path.starts_with('/') && path.len() > 1 {
                        roots.add(path);
                    }
                }
            }
        }
        Self { map, rules, by_id, roots }
    }

    fn rule(&self, result: &Map) -> Option<&'a Map> {
        let index = result
            .get("ruleIndex")
            .or_else(|| result.at(&["rule", "index"]))
            .and_then(Value::as_words)
            .and_then(|index| index.parse::<usize>().ok());
        index.and_then(|index| self.rules.get(index).copied()).or_else(|| {
            let id = result.text("ruleId").or_else(|| result.at(&["rule", "id"]).and_then(Value::text))?;
            // `rule/sub` falls back to `rule`.
            self.by_id.get(id).or_else(|| self.by_id.get(id.split_once('/')?.0)).copied()
        })
    }

    fn result(&self, result: &Map, options: &IngestOptions) -> Option<Drafted> {
        let rule = self.rule(result);
        let said =
            self.message(result.get("message"), rule).or_else(|| rule_text(rule?, "fullDescription"))?;
        let rule_id = result.text("ruleId").or_else(|| rule?.text("id")).unwrap_or_default();
        let mut finding = RawFinding::new(crate::text::one_line(&first_sentence(&said)));
        if finding.title != said {
            finding.body = said;
        }
        let level = result
            .text("level")
            .or_else(|| rule?.at(&["defaultConfiguration", "level"]).and_then(Value::text));
        let kind = result.text("kind").unwrap_or("fail");
        if matches!(kind, "pass" | "notApplicable") {
            return None;
        }
        let severity = |word: &str| options.tables.severities.get(word);
        // No level means `warning` by the standard.
        finding.severity = level.and_then(severity).or_else(|| severity("warning"));
        finding.locations = places(result.get("locations"), &self.roots);
        for place in places(result.get("relatedLocations"), &self.roots) {
            if !finding.locations.contains(&place) {
                finding.locations.push(place);
            }
        }
        finding.quotes = quotes(result.get("locations"), &self.roots);
        if !rule_id.is_empty() {
            finding.extensions.insert("rule".to_owned(), Extra::Text(rule_id.to_owned()));
        }
        let tags =
            rule.and_then(|rule| rule.at(&["properties", "tags"])).map(Value::as_list).unwrap_or_default();
        finding.category =
            tags.iter().filter_map(Value::text).find_map(|tag| super::message::category(tag, options));
        let suppressed =
            result.get("suppressions").and_then(Value::list).is_some_and(|list| !list.is_empty());
        finding.withdrawn = suppressed;
        finding.fix = fix(result);
        finding.recovered = result.cut;
        finding.document_lines =
            Some((crate::lines::number(result.lines.0), crate::lines::number(result.lines.1)));
        Some(Drafted { finding, id: None, number: None }).filter(|draft| !draft.finding.title.is_empty())
    }

    /// The message's text, or the rule's string under its id with the arguments filled in.
    fn message(&self, message: Option<&Value>, rule: Option<&Map>) -> Option<String> {
        let message = match message? {
            Value::Text(text) => return Some(text.trim().to_owned()),
            other => other.map()?,
        };
        if let Some(text) =
            message.text("text").or_else(|| message.text("markdown")).filter(|text| !text.trim().is_empty())
        {
            return Some(text.trim().to_owned());
        }
        let id = message.text("id")?;
        let strings = rule
            .and_then(|rule| rule.at(&["messageStrings", id]))
            .or_else(|| self.map.at(&["tool", "driver", "globalMessageStrings", id]))?;
        let mut text = strings.map()?.text("text")?.to_owned();
        for (index, argument) in
            message.get("arguments").map(Value::as_list).unwrap_or_default().iter().take(10).enumerate()
        {
            text = text.replace(&format!("{{{index}}}"), argument.text().unwrap_or_default());
        }
        Some(text)
    }
}

fn rule_text(rule: &Map, key: &str) -> Option<String> {
    rule.at(&[key, "text"]).and_then(Value::text).map(|text| text.trim().to_owned())
}

fn places(value: Option<&Value>, roots: &Roots) -> Vec<Location> {
    let physical = value
        .map(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::map)
        .filter_map(|place| place.get("physicalLocation")?.map());
    physical
        .filter_map(|place| {
            let path = roots.clean(place.at(&["artifactLocation", "uri"])?.text()?);
            let region = place.get("region").and_then(Value::map);
            let start = region.and_then(|region| region.get("startLine")).and_then(Value::line);
            let end = region.and_then(|region| region.get("endLine")).and_then(Value::line);
            Some(match start {
                Some(start) => Location::lines(path, start, end.unwrap_or(start)),
                None => Location::file(path),
            })
        })
        .take(256)
        .collect()
}

fn quotes(value: Option<&Value>, roots: &Roots) -> Vec<Quote> {
    let physical = value
        .map(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::map)
        .filter_map(|place| place.get("physicalLocation")?.map());
    physical
        .filter_map(|place| {
            let text = place.at(&["region", "snippet", "text"])?.text()?;
            let mut quote = Quote::new(text.trim_end_matches('\n'));
            quote.path =
                place.at(&["artifactLocation", "uri"]).and_then(Value::text).map(|path| roots.clean(path));
            quote.start_line = place.at(&["region", "startLine"]).and_then(Value::line);
            quote.end_line = place.at(&["region", "endLine"]).and_then(Value::line).or(quote.start_line);
            Some(quote)
        })
        .take(64)
        .collect()
}

fn fix(result: &Map) -> Option<Fix> {
    let fix = result.get("fixes")?.as_list().first()?.map()?;
    let mut out = Fix::default();
    out.prose = fix.at(&["description", "text"]).and_then(Value::text).map(str::to_owned);
    let replacement =
        fix.get("artifactChanges").map(Value::as_list).unwrap_or_default().first().and_then(Value::map);
    let inserted = replacement.and_then(|change| {
        change.get("replacements")?.as_list().first()?.map()?.at(&["insertedContent", "text"])?.text()
    });
    out.suggestion = inserted.map(str::to_owned);
    (!out.is_empty()).then_some(out)
}
