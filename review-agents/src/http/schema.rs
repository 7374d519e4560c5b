//! JSON Schemas as each provider takes them.
//!
//! Every provider refuses some part of JSON Schema. [`Profile::lower`] takes those parts out; what they said goes into the
//! description, where the model reads it, and has to be checked by whoever gets the answer. Sources: the providers' pages
//! on structured output, as of November 2026.

use serde_json::{Map, Value, json};

/// Deepest schema that is lowered.
const MAX_DEPTH: usize = 32;

/// What one provider takes.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Profile {
    /// Every object must say that it is closed.
    pub closed: bool,
    /// Every property must be required; what was optional may be null instead.
    pub all_required: bool,
    /// `minimum`, `maximum` and their like are taken.
    pub number_bounds: bool,
    /// `minLength`, `maxLength` and `pattern` are taken.
    pub string_bounds: bool,
    /// `minItems` and `maxItems` are taken.
    pub item_bounds: bool,
    /// `const` is taken; else it becomes an enumeration of one.
    pub constants: bool,
}

impl Profile {
    /// OpenAI's strict mode.
    pub const OPENAI: Self = Self {
        closed: true,
        all_required: true,
        number_bounds: true,
        string_bounds: false,
        item_bounds: true,
        constants: true,
    };

    /// Anthropic's `output_config.format`.
    pub const ANTHROPIC: Self = Self {
        closed: true,
        all_required: false,
        number_bounds: false,
        string_bounds: false,
        item_bounds: false,
        constants: true,
    };

    /// Gemini's `responseJsonSchema`.
    pub const GEMINI: Self = Self {
        closed: false,
        all_required: false,
        number_bounds: true,
        string_bounds: false,
        item_bounds: true,
        constants: false,
    };

    /// The schema as this provider takes it; none where it can't be said there: a schema that refers to itself or is
    /// nested too deeply, and, where objects must be closed, maps with any keys.
    pub fn lower(&self, schema: &str) -> Option<Value> {
        let whole: Value = serde_json::from_str(schema).ok()?;
        let lowered = self.node(&whole, &whole, 0)?;
        lowered.is_object().then_some(lowered)
    }

    fn node(&self, node: &Value, root: &Value, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        let Value::Object(map) = node else {
            // `true` takes anything; nothing can be said for `false`.
            return (*node == Value::Bool(true)).then(|| json!({}));
        };
        if let Some(target) = map.get("$ref") {
            // A schema that refers to itself runs into the depth.
            let pointer = target.as_str()?.strip_prefix('#')?;
            let target = root.pointer(pointer)?;
            let mut inlined = self.node(target, root, depth + 1)?;
            if let (Value::Object(inlined), Some(about)) = (&mut inlined, map.get("description")) {
                inlined.insert("description".to_owned(), about.clone());
            }
            return Some(inlined);
        }
        let mut out = Map::new();
        let mut notes = Vec::new();
        for (key, value) in map {
            match key.as_str() {
                "type" | "enum" | "required" => {
                    out.insert(key.clone(), value.clone());
                }
                "const" if self.constants => {
                    out.insert(key.clone(), value.clone());
                }
                "const" => {
                    out.insert("enum".to_owned(), json!([value]));
                }
                "description" => {
                    out.insert(key.clone(), value.clone());
                }
                "properties" => {
                    let mut properties = Map::new();
                    for (name, property) in value.as_object()? {
                        properties.insert(name.clone(), self.node(property, root, depth + 1)?);
                    }
                    out.insert(key.clone(), Value::Object(properties));
                }
                "items" => {
                    out.insert(key.clone(), self.node(value, root, depth + 1)?);
                }
                "anyOf" | "oneOf" => {
                    let branches: Option<Vec<Value>> =
                        value.as_array()?.iter().map(|branch| self.node(branch, root, depth + 1)).collect();
                    out.insert("anyOf".to_owned(), Value::Array(branches?));
                }
                "allOf" => {
                    // One branch is how generators put a description beside a reference.
                    let [branch] = value.as_array()?.as_slice() else { return None };
                    let Value::Object(branch) = self.node(branch, root, depth + 1)? else { return None };
                    for (key, value) in branch {
                        out.entry(key).or_insert(value);
                    }
                }
                "additionalProperties" => match value {
                    Value::Bool(false) => {
                        out.insert(key.clone(), value.clone());
                    }
                    _ if self.closed => return None,
                    _ => {}
                },
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                    keep(self.number_bounds, key, value, &mut out, &mut notes);
                }
                "minLength" | "maxLength" | "pattern" => {
                    keep(self.string_bounds, key, value, &mut out, &mut notes);
                }
                "minItems" | "maxItems" => keep(self.item_bounds, key, value, &mut out, &mut notes),
                _ => {}
            }
        }
        if !notes.is_empty() {
            let about = out.get("description").and_then(Value::as_str).unwrap_or_default();
            let about = format!("{about} ({})", notes.join(", "));
            out.insert("description".to_owned(), Value::from(about.trim_start()));
        }
        if out.contains_key("properties") || out.get("type") == Some(&json!("object")) {
            self.object(&mut out);
        }
        Some(Value::Object(out))
    }

    fn object(&self, out: &mut Map<String, Value>) {
        if self.closed {
            out.insert("additionalProperties".to_owned(), json!(false));
            out.entry("properties").or_insert_with(|| json!({}));
        }
        if !self.all_required {
            return;
        }
        let required: Vec<String> = out
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
            .unwrap_or_default();
        let mut names = Vec::new();
        if let Some(Value::Object(properties)) = out.get_mut("properties") {
            for (name, property) in properties {
                names.push(name.clone());
                if !required.contains(name) {
                    nullable(property);
                }
            }
        }
        out.insert("required".to_owned(), json!(names));
    }
}

fn keep(taken: bool, key: &str, value: &Value, out: &mut Map<String, Value>, notes: &mut Vec<String>) {
    if taken {
        out.insert(key.to_owned(), value.clone());
    } else {
        notes.push(format!("{key} {value}"));
    }
}

/// Lets a property be null.
fn nullable(property: &mut Value) {
    let Value::Object(map) = property else { return };
    let null = json!("null");
    if let Some(values) = map.get_mut("enum").and_then(Value::as_array_mut)
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    match map.get_mut("type") {
        Some(Value::Array(types)) if !types.contains(&null) => types.push(null),
        Some(Value::Array(_)) => {}
        Some(one) if *one != null => *one = json!([one.clone(), "null"]),
        Some(_) => {}
        None => match map.get_mut("anyOf").and_then(Value::as_array_mut) {
            Some(branches) => branches.push(json!({"type": "null"})),
            None => {
                let about = map.remove("description");
                let mut wrapped = json!({"anyOf": [Value::Object(std::mem::take(map)), {"type": "null"}]});
                if let (Some(wrapped), Some(about)) = (wrapped.as_object_mut(), about) {
                    wrapped.insert("description".to_owned(), about);
                }
                *property = wrapped;
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r##"{
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Answer", "type": "object",
        "properties": {
            "title": {"type": "string", "maxLength": 80},
            "line": {"type": "integer", "minimum": 1, "format": "uint32", "default": 1},
            "severity": {"$ref": "#/$defs/Severity", "description": "how bad"},
            "kind": {"const": "bug"},
            "fix": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
        },
        "required": ["title"],
        "$defs": {"Severity": {"type": "string", "enum": ["a", "b"]}}
    }"##;

    #[test]
    fn each_provider_gets_what_it_takes() {
        let show = |profile: Profile| profile.lower(SCHEMA).unwrap().to_string();
        insta::assert_snapshot!(show(Profile::OPENAI), @r#"{"additionalProperties":false,"properties":{"fix":{"anyOf":[{"type":"string"},{"items":{"type":"string"},"minItems":1,"type":"array"},{"type":"null"}]},"kind":{"anyOf":[{"const":"bug"},{"type":"null"}]},"line":{"minimum":1,"type":["integer","null"]},"severity":{"description":"how bad","enum":["a","b",null],"type":["string","null"]},"title":{"description":"(maxLength 80)","type":"string"}},"required":["fix","kind","line","severity","title"],"type":"object"}"#);
        insta::assert_snapshot!(show(Profile::ANTHROPIC), @r#"{"additionalProperties":false,"properties":{"fix":{"anyOf":[{"type":"string"},{"description":"(minItems 1)","items":{"type":"string"},"type":"array"}]},"kind":{"const":"bug"},"line":{"description":"(minimum 1)","type":"integer"},"severity":{"description":"how bad","enum":["a","b"],"type":"string"},"title":{"description":"(maxLength 80)","type":"string"}},"required":["title"],"type":"object"}"#);
        insta::assert_snapshot!(show(Profile::GEMINI), @r#"{"properties":{"fix":{"anyOf":[{"type":"string"},{"items":{"type":"string"},"minItems":1,"type":"array"}]},"kind":{"enum":["bug"]},"line":{"minimum":1,"type":"integer"},"severity":{"description":"how bad","enum":["a","b"],"type":"string"},"title":{"description":"(maxLength 80)","type":"string"}},"required":["title"],"type":"object"}"#);
    }

    #[test]
    fn what_can_not_be_said_is_not_sent() {
        let recursive = r##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##;
        let map = r#"{"type":"object","additionalProperties":{"type":"string"}}"#;
        for odd in [recursive, "no schema", "[]", r#"{"allOf":[{},{}]}"#, "false"] {
            assert_eq!(Profile::OPENAI.lower(odd), None, "{odd}");
        }
        assert_eq!(Profile::OPENAI.lower(map), None);
        assert_eq!(Profile::GEMINI.lower(map), Some(json!({"type": "object"})));
    }
}
