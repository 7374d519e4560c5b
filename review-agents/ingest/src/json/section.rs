//! Sections in JSON: lists of texts or objects under a section's name.

use review_core::{CoverageNote, Location, Review, Scope, SectionItem, Stance};

use super::place::read_value;
use crate::ids::Ids;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::scales::{FieldName, SectionKind};
use crate::value::Value;

/// Items that wait for their ids.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    items: Vec<(SectionKind, SectionItem)>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Gives ids, printed ones first, and puts the items in their places.
    pub(crate) fn settle(self, review: &mut Review, ids: &mut Ids) {
        let mut items = self.items;
        for (_, item) in &mut items {
            if !item.id.trim().is_empty() {
                item.id = ids.printed(item.id.trim());
            }
        }
        for (kind, mut item) in items {
            let (letter, list) = match kind {
                SectionKind::Design(_) => ('D', &mut review.sections.design),
                SectionKind::Testing => ('T', &mut review.sections.testing),
                SectionKind::Documentation => ('O', &mut review.sections.documentation),
                SectionKind::Limitations => ('A', &mut review.sections.limitations),
                _ => ('U', &mut review.sections.unresolved_feedback),
            };
            if item.id.is_empty() {
                item.id = ids.next(letter);
            }
            list.push(item);
        }
    }
}

/// Reads a section's value; whether it was understood.
pub(crate) fn read(
    kind: SectionKind,
    value: &Value,
    review: &mut Review,
    pending: &mut Pending,
    options: &IngestOptions,
    roots: &Roots,
) -> bool {
    match kind {
        SectionKind::Summary => match value.text() {
            Some(text) => append(&mut review.sections.summary, text),
            None => return false,
        },
        SectionKind::CommitStructure => match value.text() {
            Some(text) => append(&mut review.sections.commit_structure, text),
            None => return false,
        },
        SectionKind::Coverage => return read_coverage(value, review, options, roots),
        SectionKind::Design(stance) => return read_items(kind, stance, value, pending, options, roots),
        SectionKind::Testing
        | SectionKind::Documentation
        | SectionKind::Limitations
        | SectionKind::UnresolvedFeedback => {
            return read_items(kind, None, value, pending, options, roots);
        }
        _ => return false,
    }
    true
}

fn append(text: &mut String, more: &str) {
    if !text.is_empty() && !more.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}

fn read_items(
    kind: SectionKind,
    stance: Option<Stance>,
    value: &Value,
    pending: &mut Pending,
    options: &IngestOptions,
    roots: &Roots,
) -> bool {
    let mut read = false;
    for value in value.as_list() {
        let item = match value {
            Value::Text(text) if crate::none::says_none(text) => {
                read = true;
                continue;
            }
            Value::Text(text) => Some(SectionItem::new("", text.trim())),
            Value::Map(map) => item_of(value, map, options, roots),
            _ => None,
        };
        let Some(mut item) = item.filter(|item| !item.text.is_empty()) else { continue };
        item.stance = item.stance.or(stance);
        pending.items.push((kind, item));
        read = true;
    }
    read || value.is_empty()
}

fn item_of(
    value: &Value,
    map: &crate::value::Map,
    options: &IngestOptions,
    roots: &Roots,
) -> Option<SectionItem> {
    let keys = &options.tables.keys;
    let mut item = SectionItem::default();
    let mut texts: Vec<&str> = Vec::new();
    for (key, value) in &map.entries {
        match (key.as_str(), keys.get(key), value.text()) {
            ("stance", _, Some(text)) => item.stance = Some(Stance::from_text(text)),
            ("scope", _, Some(text)) => item.scope = Some(Scope::from_text(text)),
            (_, Some(FieldName::Id), Some(text)) => item.id = text.to_owned(),
            (_, Some(FieldName::Title), Some(text)) => texts.insert(0, text),
            (_, Some(FieldName::Path | FieldName::Line | FieldName::Location | FieldName::Locations), _) => {}
            (_, _, Some(text)) => texts.push(text),
            _ => {}
        }
    }
    item.text = texts.join("\n\n");
    item.locations = match map.get("locations") {
        Some(places) => read_value(places, keys, roots, 0),
        None => read_value(value, keys, roots, 0),
    };
    item.locations.retain(|place: &Location| !place.path.is_empty());
    (!item.text.is_empty()).then_some(item)
}

fn read_coverage(value: &Value, review: &mut Review, options: &IngestOptions, roots: &Roots) -> bool {
    let mut read = value.is_empty();
    for value in value.as_list() {
        match value {
            Value::Text(path) => {
                review.sections.coverage.push(CoverageNote::new(roots.clean(path.trim()), ""))
            }
            Value::Map(map) => {
                let path = map
                    .entries
                    .iter()
                    .find(|(key, _)| options.tables.keys.get(key) == Some(FieldName::Path))
                    .and_then(|(_, value)| value.text());
                match path {
                    Some(path) => {
                        let note = ["note", "status", "notes", "comment", "text"]
                            .iter()
                            .find_map(|key| map.text(key))
                            .unwrap_or_default();
                        review.sections.coverage.push(CoverageNote::new(roots.clean(path), note));
                    }
                    // `{"net/pool.rs": "no issues"}`
                    None => {
                        for (path, note) in &map.entries {
                            review
                                .sections
                                .coverage
                                .push(CoverageNote::new(roots.clean(path), note.text().unwrap_or_default()));
                        }
                    }
                }
            }
            _ => continue,
        }
        read = true;
    }
    read
}
