//! reviewdog's `rdjson` (one document) and `rdjsonl` (one diagnostic per line).

use review_core::{Completeness, Extra, Fix, Location, RawFinding, Review};

use crate::ids::Ids;
use crate::json::{Drafted, Map, Value, first_sentence, name, say_full};
use crate::limits::MAX_ITEMS;
use crate::options::IngestOptions;
use crate::places::Roots;

/// Reads a document; `None` when its shape is another. Lines are counted by the caller.
pub(crate) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let map = value.map()?;
    let list = match map.get("diagnostics") {
        Some(Value::List(list)) => list.as_slice(),
        _ if is_diagnostic(map) => std::slice::from_ref(value),
        _ => return None,
    };
    if !list.is_empty() && !list.iter().filter_map(Value::map).any(is_diagnostic) {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let level = map.text("severity");
    let maps = list.iter().filter_map(Value::map).take(MAX_ITEMS);
    let drafts = maps.filter_map(|map| diagnostic(map, level, options, &roots)).collect();
    let mut review = Review::new("").with_completeness(Completeness::Complete);
    if let Some(source) = map.at(&["source", "name"]).and_then(Value::text) {
        source.clone_into(&mut review.reviewer);
    }
    if list.len() > MAX_ITEMS {
        say_full(&mut review);
    }
    review.findings = name(drafts, &mut Ids::default());
    Some(review)
}

/// A diagnostic has a message and a location with a path.
fn is_diagnostic(map: &Map) -> bool {
    map.get("message").is_some() && map.at(&["location", "path"]).is_some()
}

fn diagnostic(map: &Map, level: Option<&str>, options: &IngestOptions, roots: &Roots) -> Option<Drafted> {
    let said = map.text("message")?.trim();
    let mut finding = RawFinding::new(crate::text::one_line(&first_sentence(said)));
    if finding.title != said {
        finding.body = said.to_owned();
    }
    finding.severity = map.text("severity").or(level).and_then(|level| options.tables.severities.get(level));
    finding
        .locations
        .extend(map.get("location").and_then(Value::map).and_then(|place| location(place, roots)));
    for related in map
        .get("relatedLocations")
        .or_else(|| map.get("related_locations"))
        .map(Value::as_list)
        .unwrap_or_default()
    {
        finding.locations.extend(
            related
                .map()
                .and_then(|related| related.get("location"))
                .and_then(Value::map)
                .and_then(|place| location(place, roots)),
        );
    }
    if let Some(code) = map.at(&["code", "value"]).and_then(Value::text) {
        finding.extensions.insert("rule".to_owned(), Extra::Text(code.to_owned()));
    }
    let suggestion =
        map.get("suggestions").and_then(Value::list).and_then(<[Value]>::first).and_then(Value::map);
    if let Some(text) = suggestion.and_then(|suggestion| suggestion.text("text")) {
        finding.fix = Some(Fix::suggestion(text));
    }
    finding.recovered = map.cut;
    finding.document_lines = Some((crate::lines::number(map.lines.0), crate::lines::number(map.lines.1)));
    (!finding.title.is_empty()).then_some(Drafted { finding, id: None, number: None })
}

fn location(map: &Map, roots: &Roots) -> Option<Location> {
    let path = roots.clean(map.text("path")?);
    let start = map.at(&["range", "start", "line"]).and_then(Value::line);
    let end = map.at(&["range", "end", "line"]).and_then(Value::line);
    Some(match start {
        Some(start) => Location::lines(path, start, end.unwrap_or(start)),
        None => Location::file(path),
    })
}
