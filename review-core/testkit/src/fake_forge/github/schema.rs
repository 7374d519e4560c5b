//! GitHub's description of its interface: requests are checked against it, answers completed and checked.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::super::reply::Reply;

static DESCRIPTION: LazyLock<Value> = LazyLock::new(|| {
    let mut description = serde_json::from_str(include_str!("openapi.json")).expect("openapi.json is JSON");
    for place in WRONGLY_NEVER_NULL {
        let schema: Option<&mut Value> = Value::pointer_mut(&mut description, place);
        let schema = schema.and_then(Value::as_object_mut).expect("the place is in openapi.json");
        schema.insert("nullable".to_owned(), true.into());
    }
    description
});

/// Where GitHub answers null, although its description doesn't say so.
const WRONGLY_NEVER_NULL: [&str; 6] = [
    "/components/schemas/pull-request/properties/head/properties/repo",
    "/components/schemas/pull-request/properties/head/properties/user",
    "/components/schemas/pull-request-review-comment/properties/user",
    "/components/schemas/review-comment/properties/user",
    "/components/schemas/pull-request-review-comment/properties/line",
    "/components/schemas/review-comment/properties/line",
];

/// Components as JSON Schema, as requests (unknown fields refused) and as answers use them.
static CLOSED: LazyLock<Value> = LazyLock::new(|| components(true));
static OPEN: LazyLock<Value> = LazyLock::new(|| components(false));

static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

fn components(closed: bool) -> Value {
    let schemas = DESCRIPTION.pointer("/components/schemas").expect("openapi.json has schemas");
    let schemas = schemas.as_object().expect("schemas are an object");
    schemas
        .iter()
        .map(|(name, schema)| (name.clone(), converted(schema, closed)))
        .collect::<Map<_, _>>()
        .into()
}

fn operation(template: &str, method: &str) -> Option<&'static Value> {
    DESCRIPTION.get("paths")?.get(template)?.get(method.to_ascii_lowercase())
}

const JSON: &str = "/content/application~1json/schema";

/// Checks a request's body.
pub(super) fn check_request(template: &str, method: &str, body: &Value) -> Result<(), String> {
    let Some(wanted) = operation(template, method).and_then(|operation| operation.get("requestBody")) else {
        return Ok(());
    };
    let Some(schema) = wanted.pointer(JSON) else { return Ok(()) };
    if body.is_null() && wanted.get("required").and_then(Value::as_bool) != Some(true) {
        return Ok(());
    }
    check(&format!("{method} {template}"), schema, true, body)
}

/// Adds the fields that the description demands and the fake has nothing to say about, then checks the answer.
pub(super) fn complete(template: &str, method: &str, mut reply: Reply) -> Result<Reply, String> {
    let operation = operation(template, method).ok_or("it is not described")?;
    let (status, Some(body)) = (reply.status, &mut reply.body) else { return Ok(reply) };
    let schema = operation.get("responses").and_then(|responses| responses.get(status.to_string()));
    let Some(schema) = schema.and_then(|schema| schema.pointer(JSON)) else {
        // An error whose body is described elsewhere. A success must be described.
        return if status < 300 { Err(format!("status {status} is not described")) } else { Ok(reply) };
    };
    fill(schema, body).map_err(|why| format!("status {status}: {why}"))?;
    check(&format!("{method} {template} {status}"), schema, false, body)?;
    Ok(reply)
}

/// Adds the fields that a component demands to an object that goes out by another way than an answer.
pub(super) fn fill_component(name: &str, value: &mut Value) {
    let schema = json!({ "$ref": format!("#/components/schemas/{name}") });
    fill(&schema, value).unwrap_or_else(|why| panic!("the fake's {name}: {why}"));
}

fn check(name: &str, schema: &Value, closed: bool, value: &Value) -> Result<(), String> {
    let validator = {
        let mut known = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let mut root = converted(schema, closed);
            if let Some(root) = root.as_object_mut() {
                let schemas = if closed { &*CLOSED } else { &*OPEN };
                root.insert("components".to_owned(), json!({ "schemas": schemas }));
            }
            let validator = jsonschema::draft202012::new(&root);
            Arc::new(validator.unwrap_or_else(|error| panic!("the schema of {name}: {error}")))
        };
        Arc::clone(known.entry(name.to_owned()).or_insert_with(make))
    };
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| {
            let text: String = error.to_string().chars().take(300).collect();
            format!("For '{}': {text}", error.instance_path())
        })
        .collect();
    if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
}

/// OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and where `closed`, objects take no other fields.
fn converted(schema: &Value, closed: bool) -> Value {
    let Some(fields) = schema.as_object() else {
        return match schema {
            Value::Array(items) => items.iter().map(|item| converted(item, closed)).collect(),
            other => other.clone(),
        };
    };
    let mut out = Map::new();
    for (key, value) in fields {
        match key.as_str() {
            "nullable" => {}
            // Names of fields, not keywords.
            "properties" => {
                let named = value.as_object().into_iter().flatten();
                let named: Map<_, _> =
                    named.map(|(name, of)| (name.clone(), converted(of, closed))).collect();
                out.insert(key.clone(), named.into());
            }
            "items" | "oneOf" | "anyOf" | "allOf" | "not" | "additionalProperties" => {
                out.insert(key.clone(), converted(value, closed));
            }
            _ => {
                out.insert(key.clone(), value.clone());
            }
        }
    }
    if closed && out.contains_key("properties") && !out.contains_key("additionalProperties") {
        out.insert("additionalProperties".to_owned(), false.into());
    }
    if fields.get("nullable").and_then(Value::as_bool) == Some(true) {
        return json!({ "anyOf": [out, { "type": "null" }] });
    }
    out.into()
}

fn resolved(schema: &Value) -> &Value {
    let name = schema.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
    match name.and_then(|name| DESCRIPTION.pointer(name)) {
        Some(target) => resolved(target),
        None => schema,
    }
}

fn variants(schema: &Value) -> impl Iterator<Item = &Value> {
    ["oneOf", "anyOf"].iter().filter_map(|key| schema.get(*key)?.as_array()).flatten()
}

/// Adds required fields that are missing. A field that the description doesn't know is an error of the fake.
fn fill(schema: &Value, value: &mut Value) -> Result<(), String> {
    let schema = resolved(schema);
    match value {
        Value::Array(items) => match schema.get("items") {
            Some(of) => items.iter_mut().try_for_each(|item| fill(of, item)),
            None => Ok(()),
        },
        Value::Object(_) if schema.get("allOf").is_some() => fill(&joined(schema), value),
        Value::Object(fields) => {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                let object = variants(schema).find(|variant| resolved(variant).get("properties").is_some());
                return object.map_or(Ok(()), |variant| fill(variant, value));
            };
            for (name, value) in fields.iter_mut() {
                let of = properties.get(name).ok_or_else(|| format!("no field {name:?} is described"))?;
                fill(of, value).map_err(|why| format!("{name}: {why}"))?;
            }
            for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                let Some(name) = name.as_str().filter(|name| !fields.contains_key(*name)) else { continue };
                fields.insert(name.to_owned(), properties.get(name).map_or(Value::Null, unsaid));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// All parts of a schema as one: a field is known when one of them knows it.
fn joined(schema: &Value) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        let part = resolved(part);
        let fields = part.get("properties").and_then(Value::as_object).into_iter().flatten();
        properties.extend(fields.map(|(name, of)| (name.clone(), of.clone())));
        required.extend(part.get("required").and_then(Value::as_array).into_iter().flatten().cloned());
    }
    json!({ "properties": properties, "required": required })
}

/// A value for a field that the fake has nothing to say about.
fn unsaid(schema: &Value) -> Value {
    let schema = resolved(schema);
    if schema.get("nullable").and_then(Value::as_bool) == Some(true) {
        return Value::Null;
    }
    if let Some(first) = schema.get("enum").and_then(Value::as_array).and_then(|values| values.first()) {
        return first.clone();
    }
    let format = schema.get("format").and_then(Value::as_str);
    match (schema.get("type").and_then(Value::as_str), format) {
        (Some("string"), Some("uri")) => "https://forge.invalid/not-faked".into(),
        (Some("string"), Some("date-time")) => "2026-01-01T00:00:00Z".into(),
        (Some("string"), _) => "".into(),
        (Some("integer" | "number"), _) => 0.into(),
        (Some("boolean"), _) => false.into(),
        (Some("array"), _) => json!([]),
        _ => match variants(schema).next() {
            Some(variant) => unsaid(variant),
            None => {
                let mut object = json!({});
                // It has no fields yet that could be unknown.
                let _ = fill(schema, &mut object);
                object
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMENTS: &str = "/repos/{owner}/{repo}/issues/{issue_number}/comments";

    fn answer(status: u16, body: Value) -> Result<Reply, String> {
        complete(COMMENTS, "POST", Reply::new(status, body))
    }

    #[test]
    fn a_wrong_answer_of_the_fake_is_found() {
        let right = json!({ "id": 1, "body": "Hm.", "user": { "login": "bob", "id": 2 } });
        let completed = answer(201, right).unwrap().body.unwrap();
        assert_eq!(completed["user"]["site_admin"], false);
        assert_eq!(completed["user"]["avatar_url"], "https://forge.invalid/not-faked");
        let unknown = answer(201, json!({ "id": 1, "text": "Hm." })).unwrap_err();
        assert_eq!(unknown, "status 201: no field \"text\" is described");
        let kind = answer(201, json!({ "id": "1" })).unwrap_err();
        assert!(kind.starts_with("For '/id'"), "{kind}");
        assert_eq!(answer(200, json!({})).unwrap_err(), "status 200 is not described");
        assert!(answer(404, json!({ "message": "Not Found" })).is_ok());
    }

    #[test]
    fn a_request_has_no_unknown_fields() {
        let check = |body: Value| check_request(COMMENTS, "POST", &body);
        assert_eq!(check(json!({ "body": "Hm." })), Ok(()));
        for wrong in
            [json!({}), Value::Null, json!({ "body": 1 }), json!({ "body": "Hm.", "at": 1 }), json!([])]
        {
            assert!(check(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
