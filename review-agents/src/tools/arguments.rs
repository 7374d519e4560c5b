//! Arguments as a model wrote them.

use review_core::Side;
use serde_json::{Map, Value};

/// The arguments of one call. What is wrong with them is said in words for the model.
pub(super) struct Arguments(Map<String, Value>);

impl Arguments {
    /// Reads a JSON object; nothing at all is an empty one.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_str(text) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(Value::Null) => Ok(Self(Map::new())),
            Ok(_) => Err("the arguments must be a JSON object".to_owned()),
            Err(error) => Err(format!("the arguments are not JSON: {error}")),
        }
    }

    /// A text; absent and empty are the same.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, String> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{key}` must be a text")),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, key: &str) -> Result<&str, String> {
        self.text(key)?.ok_or_else(|| format!("`{key}` is missing"))
    }

    /// A whole number from 1, also where it is written as a text.
    pub(super) fn number(&self, key: &str) -> Result<Option<u32>, String> {
        let number = match self.0.get(key) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Number(number)) => number.as_u64().or_else(|| whole(number.as_f64()?)),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        match number.and_then(|number| u32::try_from(number).ok()) {
            Some(number) if number > 0 => Ok(Some(number)),
            _ => Err(format!("`{key}` must be a whole number from 1")),
        }
    }

    /// Whether something is wanted.
    pub(super) fn flag(&self, key: &str) -> Result<bool, String> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(Value::String(text)) if text == "true" || text == "false" => Ok(text == "true"),
            Some(_) => Err(format!("`{key}` must be true or false")),
        }
    }

    /// Which version is meant; the reviewed one where nothing is said.
    pub(super) fn side(&self) -> Result<Side, String> {
        match self.text("version")? {
            None | Some("head") => Ok(Side::Head),
            Some("base") => Ok(Side::Base),
            Some(_) => Err("`version` must be `head` or `base`".to_owned()),
        }
    }

    /// A path from the root of the tree; none where nothing is said, or the root itself.
    pub(super) fn path(&self, key: &str) -> Result<Option<String>, String> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let path = text.trim().trim_start_matches("./").trim_end_matches('/');
        if path.starts_with('/') || path.contains(":\\") {
            return Err(format!("`{key}` must be relative to the root of the repository"));
        }
        if path.split('/').any(|part| part == "..") {
            return Err(format!("`{key}` leads out of the repository"));
        }
        Ok((!path.is_empty() && path != ".").then(|| path.to_owned()))
    }

    /// The path of a file, which must be there.
    pub(super) fn file(&self, key: &str) -> Result<String, String> {
        self.path(key)?.ok_or_else(|| format!("`{key}` is missing"))
    }
}

fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (1.0..4e9).contains(&number)).then_some(number as u64)
}
