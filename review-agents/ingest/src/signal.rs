//! How a document says that its tool failed, as data: a path, what stands there, and where the reason is.

use review_core::{Completeness, Diagnostic, Review};

use crate::value::{Map, Value};

/// A statement of failure that a format knows.
pub(crate) struct Signal {
    /// Keys from the document's root; `*` stands for each entry of a list.
    pub(crate) at: &'static [&'static str],
    pub(crate) when: When,
    /// Keys from what was found to the tool's own words; the first that is there is the reason.
    pub(crate) reason: &'static [&'static [&'static str]],
    /// What it means in our words, before the tool's.
    pub(crate) means: &'static str,
    /// Whether nothing was looked at; else only a part was not.
    pub(crate) whole: bool,
}

/// A statement that a result is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shortfall {
    /// Whether nothing was looked at; else only a part was not.
    pub(crate) whole: bool,
    /// In the document's words, or in ours where it has none.
    pub(crate) reason: String,
}

impl Shortfall {
    /// A part was not looked at.
    pub(crate) fn part(reason: impl Into<String>) -> Self {
        Self { whole: false, reason: reason.into() }
    }

    /// Nothing was looked at.
    pub(crate) fn whole(reason: impl Into<String>) -> Self {
        Self { whole: true, reason: reason.into() }
    }
}

/// Most reasons that are listed one by one.
const MAX_REASONS: usize = 20;

/// Marks a review as not whole for these reasons: *failed* when nothing was found and nothing was looked at, else
/// *truncated*. What was found stays.
pub(crate) fn tell(review: &mut Review, shortfalls: &[Shortfall]) {
    let Some(first) = shortfalls.first() else { return };
    let nothing = review.findings.is_empty() && shortfalls.iter().any(|one| one.whole);
    review.completeness = if nothing { Completeness::Failed } else { Completeness::Truncated };
    let reason = crate::text::one_line(&first.reason);
    review.incomplete_reason = Some(match shortfalls.len() {
        1 => reason,
        more => format!("{reason} (and {} more)", more - 1),
    });
    for shortfall in shortfalls.iter().take(MAX_REASONS) {
        review.diagnostics.push(Diagnostic::new(0, crate::text::one_line(&shortfall.reason)));
    }
}

/// What must stand at a signal's path.
pub(crate) enum When {
    /// Nothing: the key is missing or null.
    Absent,
    /// The key is there and null.
    Null,
    /// An empty list or map.
    Empty,
    /// Anything that says something: not null, not empty, not `false`.
    Present,
    /// One of these words, compared without case; numbers and truth values as they are written.
    Is(&'static [&'static str]),
    /// A text that holds one of these, compared without case.
    Mentions(&'static [&'static str]),
}

/// Most statements that are taken from one document.
const MAX_SHORTFALLS: usize = 1000;

/// The statements of a document that fit.
pub(crate) fn shortfalls(value: &Value, signals: &[Signal]) -> Vec<Shortfall> {
    let mut found = Vec::new();
    for signal in signals {
        visit(Some(value), signal.at, &mut |at, holder| {
            if found.len() < MAX_SHORTFALLS && signal.when.fits(at) {
                let said = signal.reason.iter().find_map(|path| words(at.and_then(|at| follow(at, path))));
                let said = said.or_else(|| {
                    signal.reason.iter().find_map(|path| words(holder.and_then(|map| map.at(path))))
                });
                let reason = match said {
                    Some(said) => format!("{}: {said}", signal.means),
                    None => signal.means.to_owned(),
                };
                found.push(Shortfall { whole: signal.whole, reason });
            }
        });
    }
    found
}

/// Calls back with each value at a path, and the object that holds it. A missing key is one call with nothing,
/// where the object that should hold it is there.
fn visit<'v>(
    value: Option<&'v Value>,
    path: &[&str],
    found: &mut impl FnMut(Option<&'v Value>, Option<&'v Map>),
) {
    fn go<'v>(
        value: Option<&'v Value>,
        holder: Option<&'v Map>,
        path: &[&str],
        found: &mut dyn FnMut(Option<&'v Value>, Option<&'v Map>),
    ) {
        let Some((key, rest)) = path.split_first() else {
            found(value, holder);
            return;
        };
        match (*key, value) {
            ("*", Some(value)) => {
                for entry in value.as_list() {
                    go(Some(entry), entry.map(), rest, found);
                }
            }
            (key, Some(Value::Map(map))) => go(map.get(key), Some(map), rest, found),
            _ => {}
        }
    }
    go(value, value.and_then(Value::map), path, found);
}

fn follow<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    if path.is_empty() { Some(value) } else { value.map()?.at(path) }
}

fn words(value: Option<&Value>) -> Option<String> {
    value.and_then(Value::as_words).map(|words| words.trim().to_owned()).filter(|words| !words.is_empty())
}

impl When {
    pub(crate) fn fits(&self, value: Option<&Value>) -> bool {
        let said = |value: &Value| value.as_words().unwrap_or_default().trim().to_lowercase();
        match (self, value) {
            (Self::Absent, value) => value.is_none_or(|value| *value == Value::Null),
            (_, None) => false,
            (Self::Null, Some(value)) => *value == Value::Null,
            (Self::Empty, Some(value)) => {
                matches!(value, Value::List(list) if list.is_empty())
                    || matches!(value, Value::Map(map) if map.entries.is_empty())
            }
            (Self::Present, Some(value)) => !value.is_empty() && *value != Value::Bool(false),
            (Self::Is(words), Some(value)) => words.contains(&said(value).as_str()),
            (Self::Mentions(parts), Some(value)) => {
                let said = said(value);
                parts.iter().any(|part| said.contains(part))
            }
        }
    }
}
