//! JSON that linters write in forms of their own, as data: where each keeps what every linter says, and how it
//! says that it failed.

mod shapes;

use review_core::{Fix, Location, Quote, Review, TextEdit};

pub(super) use shapes::SHAPES;
use shapes::{Path, Shape};

use super::fixes::{self, Fixes, Source};
use super::output::{Message, Output, Span, category};
use crate::limits::PLACES_READ;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::signal::{Shortfall, shortfalls};
use crate::value::{Map, Value};

/// A message of one line and so many bytes is a title as it stands.
const MAX_TITLE: usize = 160;

/// Reads one document; `None` when its shape is another. Lines are counted by the caller.
pub(super) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let fitting: Vec<&Shape> = SHAPES.iter().filter(|shape| shape.fits(value)).collect();
    let first = fitting.first()?;
    let mut output = Output { tool: Some(first.name.to_owned()), ..Output::default() };
    // A document with messages of several kinds has a shape for each.
    for shape in fitting.iter().filter(|shape| shape.name == first.name) {
        shape.read(value, options, &roots, &mut output);
    }
    Some(output.into_review(None))
}

/// Whether a document is one message of a linter that writes one a line.
pub(super) fn is_message(map: &Map) -> bool {
    let marked =
        |shape: &Shape| !shape.marks.is_empty() && shape.marks.iter().all(|mark| map.at(mark).is_some());
    SHAPES.iter().any(|shape| shape.entries == ["*"] && marked(shape))
}

impl Shape {
    /// Rules that say that a file was not looked at.
    #[cfg(test)]
    pub(super) fn unread(&self) -> &'static [&'static str] {
        self.unread
    }

    /// Whether the document is of this form: every message has its marks; one without messages is signed.
    fn fits(&self, value: &Value) -> bool {
        let (mut any, mut all) = (false, true);
        self.visit(value, &mut |entry, _, _| {
            if !all {
                return;
            }
            any = true;
            all = self.marks.iter().all(|mark| entry.map().is_some_and(|map| map.at(mark).is_some()));
        });
        if any {
            return all;
        }
        // `{"comments": []}` alone is a linter's; with more beside it, it is anybody's.
        let alone =
            self.signed != [&["comments"] as Path] || value.map().is_some_and(|map| map.entries.len() == 1);
        let signed = self.signed.iter().any(|path| value.map().is_some_and(|map| map.at(path).is_some()));
        let signed = signed && alone;
        // `[{"filePath": …, "messages": []}]`: files without messages are a clean run.
        let listed = !self.file.is_empty() && self.entries.first() == Some(&"*") && {
            let files = value.list().unwrap_or_default();
            !files.is_empty()
                && files.iter().all(|file| {
                    file.map().is_some_and(|file| {
                        file.text(self.file).is_some()
                            && self.entries.get(1).is_some_and(|key| file.get(key).is_some())
                    })
                })
        };
        signed || listed
    }

    /// Calls back with each message, the file named on the way to it, and the object that names it.
    fn visit<'v>(
        &self,
        value: &'v Value,
        found: &mut impl FnMut(&'v Value, Option<&'v str>, Option<&'v Map>),
    ) {
        fn go<'v>(
            shape: &Shape,
            value: &'v Value,
            path: &[&str],
            (file, holder): (Option<&'v str>, Option<&'v Map>),
            found: &mut dyn FnMut(&'v Value, Option<&'v str>, Option<&'v Map>),
        ) {
            let own = value.map().and_then(|map| map.text(shape.file));
            let holder = if !shape.file.is_empty() && own.is_some() { value.map() } else { holder };
            let file = if shape.file.is_empty() { file } else { own.or(file) };
            let Some((key, rest)) = path.split_first() else {
                found(value, file, holder);
                return;
            };
            let file = (file, holder);
            match (*key, value) {
                // One document of a language server is an object; several are a list.
                ("*", Value::Map(map)) if shape.name == "lsp" && map.get("diagnostics").is_some() => {
                    go(shape, value, rest, file, found);
                }
                ("*", Value::List(list)) => list.iter().for_each(|entry| go(shape, entry, rest, file, found)),
                ("*", Value::Map(map)) => {
                    map.entries.iter().for_each(|(name, entry)| {
                        go(shape, entry, rest, (Some(name.as_str()), holder), found)
                    });
                }
                (key, Value::Map(map)) => {
                    if let Some(value) = map.get(key) {
                        go(shape, value, rest, file, found);
                    }
                }
                _ => {}
            }
        }
        go(self, value, self.entries, (None, None), found);
    }

    fn read(&self, value: &Value, options: &IngestOptions, roots: &Roots, output: &mut Output) {
        output.shortfalls.extend(shortfalls(value, self.signals));
        // The text of the file that the messages are about, as long as they are about the same.
        let mut source: Option<(*const Map, Source<'_>)> = None;
        self.visit(value, &mut |entry, file, holder| {
            if output.is_full() {
                return;
            }
            let Some(map) = entry.map() else { return };
            let rule = words(map, self.rule);
            let text = words(map, self.text);
            if self.unread.contains(&rule.as_str()) {
                let reason = format!("a file could not be read: {text}");
                output.shortfalls.push(Shortfall::part(reason));
            }
            if let Some(holder) = holder.filter(|_| self.fixes == Fixes::Eslint)
                && source.as_ref().is_none_or(|(known, _)| !std::ptr::eq(*known, holder))
            {
                source = holder.text("source").map(|text| (std::ptr::from_ref(holder), Source::new(text)));
            }
            let text_of_file = source.as_ref().map(|(_, source)| source);
            let draft = self.message(map, file, (&rule, &text), text_of_file, roots).into_draft(options);
            output.drafts.extend(draft.map(|mut draft| {
                let finding = &mut draft.finding;
                finding.category = category(&words(map, self.category), options).or(finding.category);
                draft
            }));
        });
    }

    fn message<'a>(
        &self,
        map: &'a Map,
        file: Option<&'a str>,
        (rule, text): (&'a str, &'a str),
        source: Option<&Source<'_>>,
        roots: &Roots,
    ) -> Message<'a> {
        let path = file.filter(|_| self.path.is_empty()).or_else(|| map.at(self.path)?.text());
        // Lines of a notebook's cell are none of the file.
        let cell = map.get("cell").is_some_and(|cell| *cell != Value::Null);
        let span = if cell { Span::default() } else { self.span(map) };
        let place = path.and_then(|path| span.at(path, roots));
        let level = map.at(self.level).map_or("", |level| match level {
            Value::Text(text) => text.as_str(),
            Value::Number(number) => number.as_str(),
            _ => "",
        });
        let level = self.levels.iter().find(|(own, _)| *own == level).map_or(level, |(_, known)| *known);
        let fix = place.as_ref().and_then(|place| fixes::read(self.fixes, map, place, source));
        let short = text.len() <= MAX_TITLE && !text.contains('\n');
        let quote = place.as_ref().and_then(|place| quote(map.at(self.quote)?, place));
        Message {
            quotes: quote.into_iter().collect(),
            related: self.related(map, path, roots),
            place,
            level,
            text,
            title: if short { text } else { "" },
            rule,
            fix,
            withdrawn: map.at(self.suppressed) == Some(&Value::Bool(true)),
            recovered: map.cut,
            lines: map.lines,
        }
    }

    fn span(&self, map: &Map) -> Span {
        let line = |path: Path| map.at(path).and_then(|value| number(value, self.zero_lines));
        let column = |path: Path| map.at(path).and_then(|value| number(value, self.zero_columns));
        Span {
            line: line(self.line),
            end_line: line(self.end),
            column: column(self.column),
            end_column: column(self.end_column).map(|end| end.saturating_add(u32::from(self.closed))),
            unit: self.unit,
        }
    }

    /// Other places that a message of a language server or of pyright names.
    fn related(&self, map: &Map, path: Option<&str>, roots: &Roots) -> Vec<Location> {
        let listed = map.get("relatedInformation").map(Value::as_list).unwrap_or_default();
        let places = listed.iter().take(PLACES_READ).filter_map(Value::map).filter_map(|one| {
            let place = one.get("location").and_then(Value::map)?;
            let line = |end: &str| number(place.at(&["range", end, "line"])?, self.zero_lines);
            let path = place.text("uri").or_else(|| place.text("file")).or(path)?;
            Span { line: line("start"), end_line: line("end"), ..Span::default() }.at(path, roots)
        });
        places.collect()
    }
}

/// The lines that a message shows; what stands in their place where they are not free is no code.
fn quote(value: &Value, place: &Location) -> Option<Quote> {
    let lines: Vec<&str> = value.as_list().iter().filter_map(Value::text).collect();
    let text = lines.join("\n");
    let text = text.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() || text.trim() == "requires login" {
        return None;
    }
    let mut quote = Quote::new(text);
    quote.path = Some(place.path.clone());
    (quote.start_line, quote.end_line) = (place.start_line, place.end_line);
    Some(quote)
}

/// A line or column that counts from 1, whatever the document's first is. Line 0 of a tool that counts from 1
/// means the file as a whole.
pub(super) fn number(value: &Value, zero: bool) -> Option<u32> {
    if zero { value.count().map(|number| number.saturating_add(1)) } else { value.line() }
}

fn words(map: &Map, path: Path) -> String {
    map.at(path).and_then(Value::as_words).unwrap_or_default()
}

/// A fix of one edit.
pub(super) fn edit(place: Location, text: impl Into<String>, prose: Option<&str>) -> Fix {
    let fix = Fix::default().with_edit(TextEdit::new(place, text));
    match prose {
        Some(prose) => fix.with_prose(prose),
        None => fix,
    }
}
