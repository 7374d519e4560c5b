//! Documents in JSON: a lenient parser, and values as they were found: numbers as text, keys in order, and what was cut.

mod lenient;

use review_core::{Extensions, Extra};

pub(crate) use lenient::{Parsed, looks_like_json, parse};

/// A value of a lenient document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// A number, as written: it may be larger than any type.
    Number(String),
    Text(String),
    List(Vec<Value>),
    Map(Map),
}

/// An object: entries in order, repeated keys included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Map {
    pub(crate) entries: Vec<(String, Value)>,
    /// Whether the document ended inside it.
    pub(crate) cut: bool,
    /// Line indexes from 0, both included.
    pub(crate) lines: (usize, usize),
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Text, or a number or truth value as text.
    pub(crate) fn as_words(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.clone()),
            Self::Bool(truth) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// A number of a line: also `"12"`, `12.0`. Too large or negative numbers are none.
    pub(crate) fn line(&self) -> Option<u32> {
        let number = match self {
            Self::Number(number) => number.as_str(),
            Self::Text(text) => text.trim().trim_start_matches(['L', 'l']),
            _ => return None,
        };
        if let Ok(line) = number.parse::<u32>() {
            return (line > 0).then_some(line);
        }
        let line = number.parse::<f64>().ok().filter(|line| *line >= 1.0 && *line <= 9_999_999.0)?;
        Some(line as u32)
    }

    /// A number that counts from 0: a line of a language server, a column, an offset.
    pub(crate) fn count(&self) -> Option<u32> {
        let number = match self {
            Self::Number(number) => number.as_str(),
            Self::Text(text) => text.trim(),
            _ => return None,
        };
        number.parse().ok()
    }

    pub(crate) fn map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> Option<&[Value]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// One value as a list of one.
    pub(crate) fn as_list(&self) -> &[Value] {
        match self {
            Self::List(list) => list,
            Self::Null => &[],
            other => std::slice::from_ref(other),
        }
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Map(map) => map.entries.is_empty(),
            _ => false,
        }
    }

    /// The value as an extra field.
    pub(crate) fn to_extra(&self) -> Extra {
        match self {
            Self::Null => Extra::Null,
            Self::Bool(truth) => Extra::Bool(*truth),
            Self::Number(number) => match number.parse::<serde_json::Number>() {
                Ok(number) => Extra::Number(number),
                Err(_) => Extra::Text(number.clone()),
            },
            Self::Text(text) => Extra::Text(text.clone()),
            Self::List(list) => Extra::List(list.iter().map(Self::to_extra).collect()),
            Self::Map(map) => Extra::Map(map.to_extensions()),
        }
    }
}

impl Map {
    /// The value of a key; of repeated keys the last one that says something, as parsers usually do.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let mut found = None;
        for (name, value) in &self.entries {
            if name == key && (found.is_none() || !value.is_empty()) {
                found = Some(value);
            }
        }
        found
    }

    /// The text of a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::text)
    }

    /// The value at a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        let value = self.get(first)?;
        if rest.is_empty() { Some(value) } else { value.map()?.at(rest) }
    }

    pub(crate) fn to_extensions(&self) -> Extensions {
        self.entries.iter().map(|(key, value)| (key.clone(), value.to_extra())).collect()
    }
}
