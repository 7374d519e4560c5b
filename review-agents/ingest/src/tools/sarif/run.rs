//! What the results of one run refer to.

use std::collections::BTreeMap;

use review_core::{ColumnUnit, Location, TextEdit};

use super::super::output::Span;
use super::{index, list, maps};
use crate::options::IngestOptions;
use crate::own::is_own;
use crate::places::{Roots, absolute, join};
use crate::value::{Map, Value};

/// Bases of addresses may refer to one another this often.
const MAX_BASES: usize = 16;

/// One run and its look-ups.
pub(super) struct Run<'a> {
    /// The driver, then the extensions.
    components: Vec<Component<'a>>,
    artifacts: Vec<Artifact<'a>>,
    /// Full addresses of the bases, as far as they are known.
    bases: BTreeMap<&'a str, String>,
    roots: Roots,
    /// Levels of rules that an invocation sets otherwise, by component and position of the rule.
    overrides: BTreeMap<(usize, usize), &'a str>,
    /// What its columns count.
    unit: ColumnUnit,
    /// Whether this program wrote it.
    pub(super) own: bool,
}

/// A tool component: its rules and message strings.
pub(super) struct Component<'a> {
    map: &'a Map,
    rules: Vec<&'a Map>,
    by_id: BTreeMap<&'a str, usize>,
}

/// A rule and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Rule<'a> {
    pub(super) map: &'a Map,
    component: usize,
    position: usize,
}

/// A file that the run knows by its index.
struct Artifact<'a> {
    location: Option<&'a Map>,
    /// Its text, where the document holds it, and where each line starts.
    text: Option<(&'a str, Vec<usize>)>,
}

impl<'a> Run<'a> {
    pub(super) fn new(map: &'a Map, options: &IngestOptions) -> Self {
        let driver = map.at(&["tool", "driver"]).and_then(Value::map).into_iter();
        let components = driver.chain(maps(map.at(&["tool", "extensions"]))).map(Component::new).collect();
        let artifacts = list(map.get("artifacts")).iter().map(Artifact::new).collect();
        let bases = bases(map);
        let mut roots = Roots::new(options.roots.iter().map(String::as_str));
        for root in roots_of(map, &bases) {
            roots.add(root);
        }
        let own = map.at(&["tool", "driver", "name"]).and_then(Value::text).is_some_and(is_own);
        let unit = match map.text("columnKind") {
            Some("unicodeCodePoints") => ColumnUnit::CodePoint,
            _ => ColumnUnit::Utf16,
        };
        let mut run = Self { components, artifacts, bases, roots, overrides: BTreeMap::new(), unit, own };
        for invocation in maps(map.get("invocations")) {
            for change in maps(invocation.get("ruleConfigurationOverrides")) {
                let Some(level) = change.at(&["configuration", "level"]).and_then(Value::text) else {
                    continue;
                };
                let Some(descriptor) = change.get("descriptor").and_then(Value::map) else { continue };
                if let Some(rule) = run.referred(descriptor, None) {
                    run.overrides.insert((rule.component, rule.position), level);
                }
            }
        }
        run
    }

    /// The rule of a result: by the reference with its component, else by index and id in the driver, else by id
    /// in any component.
    pub(super) fn rule(&self, result: &Map) -> Option<Rule<'a>> {
        let id = result.text("ruleId");
        if let Some(reference) = result.get("rule").and_then(Value::map)
            && let Some(rule) = self.referred(reference, id)
        {
            return Some(rule);
        }
        self.in_component(0, index(result.get("ruleIndex")), id).or_else(|| self.anywhere(id?))
    }

    /// What a reference means: a component by index, GUID or name, and a rule in it.
    fn referred(&self, reference: &Map, id: Option<&str>) -> Option<Rule<'a>> {
        let id = reference.text("id").or(id);
        let component = reference.get("toolComponent").and_then(Value::map);
        let position = match component {
            None => 0,
            Some(component) => match index(component.get("index")) {
                Some(extension) => extension + 1,
                None => {
                    let named = |key: &str| {
                        let wanted = component.text(key)?;
                        self.components.iter().position(|component| component.map.text(key) == Some(wanted))
                    };
                    named("guid").or_else(|| named("name")).unwrap_or(0)
                }
            },
        };
        self.in_component(position, index(reference.get("index")), id).or_else(|| self.anywhere(id?))
    }

    fn in_component(&self, component: usize, index: Option<usize>, id: Option<&str>) -> Option<Rule<'a>> {
        let own = self.components.get(component)?;
        // An index counts, unless the id says that another rule is meant.
        let position = index
            .filter(|index| {
                own.rules.get(*index).is_some_and(|rule| match (id, rule.text("id")) {
                    (Some(id), Some(own)) => {
                        id.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                    }
                    _ => true,
                })
            })
            .or_else(|| own.position(id?))?;
        own.rules.get(position).map(|map| Rule { map, component, position })
    }

    fn anywhere(&self, id: &str) -> Option<Rule<'a>> {
        (0..self.components.len()).find_map(|component| self.in_component(component, None, Some(id)))
    }

    /// The level of a rule: as the invocation set it, else the rule's own.
    pub(super) fn level(&self, rule: Rule<'a>) -> Option<&'a str> {
        let set = self.overrides.get(&(rule.component, rule.position)).copied();
        set.or_else(|| rule.map.at(&["defaultConfiguration", "level"]).and_then(Value::text))
    }

    /// A message string by its id: the rule's, its component's, the driver's.
    pub(super) fn string(&self, id: &str, rule: Option<Rule<'a>>) -> Option<&'a Map> {
        let own = rule.and_then(|rule| rule.map.at(&["messageStrings", id]));
        let component = rule.and_then(|rule| self.components.get(rule.component));
        let global = component
            .into_iter()
            .chain(self.components.first())
            .find_map(|component| component.map.at(&["globalMessageStrings", id]));
        own.or(global)?.map()
    }

    /// A physical location.
    pub(super) fn place(&self, physical: &Map) -> Option<Location> {
        let artifact = physical.get("artifactLocation").and_then(Value::map)?;
        let path = self.path(artifact)?;
        let region = ["region", "contextRegion"].iter().find_map(|key| physical.get(key)?.map());
        let span = region.map(|region| self.span(region, artifact)).unwrap_or_default();
        // Lines of a notebook's cell are none of the file.
        let span =
            if physical.at(&["region", "properties", "cell"]).is_some() { Span::default() } else { span };
        span.at(&path, &self.roots)
    }

    /// One replacement of a fix in a file.
    pub(super) fn edit(&self, artifact: &Map, replacement: &Map) -> Option<TextEdit> {
        let path = self.path(artifact)?;
        let region = replacement.get("deletedRegion").and_then(Value::map)?;
        let span = self.span(region, artifact);
        let line = span.line?;
        let end = span.end_line.unwrap_or(line);
        let place = Location::lines(self.roots.clean(&path), line, end);
        let mut place = match (span.column, span.end_column) {
            (None | Some(1), None) => place,
            (column, Some(last)) if end > line || last >= column.unwrap_or(1) => {
                place.with_columns(column.unwrap_or(1), last)
            }
            // Up to an end of the line that only the file knows.
            _ => return None,
        };
        place.column_unit = place.start_column.and(span.unit);
        let text = replacement.at(&["insertedContent", "text"]).and_then(Value::text).unwrap_or_default();
        Some(TextEdit::new(place, text))
    }

    /// The full address of an artifact: its own or its index's, under its base.
    fn path(&self, artifact: &Map) -> Option<String> {
        let known = index(artifact.get("index")).and_then(|index| self.artifacts.get(index)?.location);
        let field = |key: &str| artifact.text(key).or_else(|| known?.text(key));
        let uri = field("uri")?;
        let base = field("uriBaseId").and_then(|base| self.bases.get(base));
        // What stands behind `#` is a cell of a notebook or a fragment, no part of the file's name.
        let uri = uri.split_once('#').map_or(uri, |(file, _)| file);
        Some(match base {
            Some(base) if absolute(uri).is_none() => join(base, uri),
            _ => uri.to_owned(),
        })
    }

    /// Lines and columns of a region; offsets are looked up where the document holds the file's text.
    fn span(&self, region: &Map, artifact: &Map) -> Span {
        let number = |key: &str| region.get(key).and_then(Value::line);
        let span = Span {
            line: number("startLine"),
            end_line: number("endLine"),
            column: number("startColumn"),
            end_column: number("endColumn"),
            unit: Some(self.unit),
        };
        if span.line.is_some() {
            return span;
        }
        let artifact = index(artifact.get("index")).and_then(|index| self.artifacts.get(index));
        let count = |key: &str| region.get(key).and_then(Value::count).map(|count| count as usize);
        let (unit, start, length) = match (count("byteOffset"), count("charOffset")) {
            (Some(start), _) => (Unit::Bytes, start, count("byteLength")),
            (None, Some(start)) => (Unit::Characters, start, count("charLength")),
            (None, None) => return span,
        };
        artifact
            .and_then(|artifact| artifact.span(unit, start, start.saturating_add(length.unwrap_or(0))))
            .unwrap_or(span)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Bytes,
    /// UTF-16 code units, as the standard's default says.
    Characters,
}

impl<'a> Component<'a> {
    fn new(map: &'a Map) -> Self {
        let rules: Vec<&Map> = maps(map.get("rules")).collect();
        let mut by_id = BTreeMap::new();
        for (position, rule) in rules.iter().enumerate() {
            if let Some(id) = rule.text("id") {
                by_id.entry(id).or_insert(position);
            }
        }
        Self { map, rules, by_id }
    }

    /// The rule with this id; `rule/sub` falls back to `rule`.
    fn position(&self, id: &str) -> Option<usize> {
        let mut id = id;
        loop {
            if let Some(position) = self.by_id.get(id) {
                return Some(*position);
            }
            id = id.rsplit_once('/')?.0;
        }
    }
}

impl<'a> Artifact<'a> {
    fn new(value: &'a Value) -> Self {
        let map = value.map();
        let text = map.and_then(|map| map.at(&["contents", "text"])?.text()).filter(|text| text.is_ascii());
        let text = text.map(|text| {
            let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
            (text, starts)
        });
        Self { location: map.and_then(|map| map.get("location")?.map()), text }
    }

    /// Only texts of ASCII are kept, in which bytes and characters are the same.
    fn span(&self, _: Unit, start: usize, end: usize) -> Option<Span> {
        let (text, starts) = self.text.as_ref()?;
        let at = |offset: usize| {
            let offset = offset.min(text.len());
            let line = starts.partition_point(|start| *start <= offset).checked_sub(1)?;
            let column = offset - starts.get(line)?;
            Some((u32::try_from(line + 1).ok()?, u32::try_from(column + 1).ok()?))
        };
        let ((line, column), (end_line, end_column)) = (at(start)?, at(end)?);
        Some(Span {
            line: Some(line),
            end_line: Some(end_line),
            column: Some(column),
            end_column: Some(end_column),
            unit: None,
        })
    }
}

/// The bases of addresses, each under the base that it names.
fn bases(map: &Map) -> BTreeMap<&str, String> {
    let entries = map.get("originalUriBaseIds").and_then(Value::map).map(|map| map.entries.as_slice());
    let named: BTreeMap<&str, &Map> = entries
        .unwrap_or_default()
        .iter()
        .take(1000)
        .filter_map(|(id, base)| Some((id.as_str(), base.map()?)))
        .collect();
    let full = |id: &str| {
        let mut uri = named.get(id)?.text("uri").unwrap_or_default().to_owned();
        let mut above = named.get(id)?.text("uriBaseId");
        for _ in 0..MAX_BASES {
            let Some(base) = above.filter(|_| absolute(&uri).is_none()).and_then(|id| named.get(id)) else {
                break;
            };
            uri = join(base.text("uri").unwrap_or_default(), &uri);
            above = base.text("uriBaseId");
        }
        Some(uri)
    };
    named.keys().filter_map(|id| Some((*id, full(id)?))).filter(|(_, uri)| !uri.is_empty()).collect()
}

/// The bases that are a checkout: those that the run's version control says, else the outermost of all.
fn roots_of<'b>(map: &Map, bases: &'b BTreeMap<&str, String>) -> Vec<&'b str> {
    let mapped = maps(map.get("versionControlProvenance"))
        .filter_map(|one| bases.get(one.at(&["mappedTo", "uriBaseId"])?.text()?))
        .map(String::as_str);
    let mut roots: Vec<&str> = mapped.collect();
    if roots.is_empty() {
        let folder = |uri: &'b str| absolute(uri).map(|path| format!("{}/", path.trim_end_matches('/')));
        let all: Vec<(String, &str)> =
            bases.values().filter_map(|uri| Some((folder(uri)?, uri.as_str()))).take(64).collect();
        let inner =
            |path: &str| all.iter().any(|(other, _)| other != path && path.starts_with(other.as_str()));
        roots = all.iter().filter(|(path, _)| path != "/" && !inner(path)).map(|(_, uri)| *uri).collect();
    }
    roots
}
