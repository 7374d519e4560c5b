//! GraphQL, as far as a reviewer needs it: threads are resolved, and comments minimised, nowhere else.

mod execute;
mod mutations;
mod objects;
mod schema;
mod validate;

use std::collections::HashMap;

use graphql_parser::query::{
    Definition, Document, FragmentDefinition, OperationDefinition, SelectionSet, VariableDefinition,
};
use serde_json::{Map, Value, json};

use super::super::Access;
use super::super::reply::{Answer, Reply};
use super::super::state::State;
use super::context::error;
use execute::Executor;

/// An error of the kind that GraphQL reports with status 200.
#[derive(Debug)]
pub(super) struct Failure {
    kind: &'static str,
    message: String,
}

impl Failure {
    fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    fn no_node(id: &str) -> Self {
        Self::new("NOT_FOUND", format!("Could not resolve to a node with the global id of '{id}'"))
    }
}

/// The parts of a document that is to be run.
struct Operation<'d> {
    mutation: bool,
    variables: &'d [VariableDefinition<'d, String>],
    selection: &'d SelectionSet<'d, String>,
}

/// Whether a request's body asks for a mutation.
pub(in super::super) fn is_mutation(body: &str) -> bool {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    let text = body.get("query").and_then(Value::as_str).unwrap_or_default();
    let Ok(document) = graphql_parser::parse_query::<String>(text) else { return false };
    let name = body.get("operationName").and_then(Value::as_str);
    operation(&document, name).is_ok_and(|operation| operation.mutation)
}

pub(super) fn handle(state: &mut State, access: &Access, body: &Value) -> Answer {
    if access.login.is_empty() {
        return Err(error(401, "This endpoint requires you to be authenticated."));
    }
    let Some(text) = body.get("query").and_then(Value::as_str) else {
        return Err(error(400, "A query attribute must be specified and must be a string."));
    };
    let document = match graphql_parser::parse_query::<String>(text) {
        Ok(document) => document,
        Err(why) => return Ok(refused(&format!("Parse error on {why}"))),
    };
    let name = body.get("operationName").and_then(Value::as_str);
    let operation = match operation(&document, name) {
        Ok(operation) => operation,
        Err(why) => return Ok(refused(&why)),
    };
    let given = body.get("variables").and_then(Value::as_object).cloned().unwrap_or_default();
    let variables = match variables(operation.variables, given) {
        Ok(variables) => variables,
        Err(why) => return Ok(refused(&why)),
    };
    let fragments = fragments(&document);
    if let Err(why) = validate::check(&operation, &fragments) {
        return Ok(refused(&why));
    }
    let mut executor = Executor { state, access, variables: &variables, fragments, errors: Vec::new() };
    let data = executor.run(&operation);
    let errors = std::mem::take(&mut executor.errors);
    Ok(Reply::ok(match data {
        Err(why) => return Ok(refused(&why)),
        Ok(data) if errors.is_empty() => json!({ "data": data }),
        Ok(data) => json!({ "data": data, "errors": errors }),
    }))
}

/// A document that is refused as a whole.
fn refused(why: &str) -> Reply {
    Reply::ok(json!({ "errors": [{ "message": why, "locations": [{ "line": 1, "column": 1 }] }] }))
}

fn operation<'d>(document: &'d Document<'d, String>, name: Option<&str>) -> Result<Operation<'d>, String> {
    let mut found = Vec::new();
    for definition in &document.definitions {
        let Definition::Operation(operation) = definition else { continue };
        found.push(match operation {
            OperationDefinition::SelectionSet(selection) => {
                (None, Operation { mutation: false, variables: &[], selection })
            }
            OperationDefinition::Query(query) => {
                let variables = &query.variable_definitions;
                (
                    query.name.as_deref(),
                    Operation { mutation: false, variables, selection: &query.selection_set },
                )
            }
            OperationDefinition::Mutation(mutation) => {
                let variables = &mutation.variable_definitions;
                (
                    mutation.name.as_deref(),
                    Operation { mutation: true, variables, selection: &mutation.selection_set },
                )
            }
            OperationDefinition::Subscription(_) => {
                return Err("Schema is not configured for subscriptions".to_owned());
            }
        });
    }
    let many = found.len() > 1;
    match name {
        None if many => Err("An operation name is required".to_owned()),
        None => {
            found.into_iter().next().map(|(_, operation)| operation).ok_or_else(|| "No operation".to_owned())
        }
        Some(name) => {
            let named = found.into_iter().find(|(known, _)| *known == Some(name));
            named.map(|(_, operation)| operation).ok_or_else(|| format!("No operation named \"{name}\""))
        }
    }
}

fn fragments<'d>(document: &'d Document<'d, String>) -> HashMap<&'d str, &'d FragmentDefinition<'d, String>> {
    let fragments = document.definitions.iter().filter_map(|definition| match definition {
        Definition::Fragment(fragment) => Some((fragment.name.as_str(), fragment)),
        Definition::Operation(_) => None,
    });
    fragments.collect()
}

/// The values of the declared variables.
fn variables(
    declared: &[VariableDefinition<'_, String>],
    mut given: Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut values = Map::new();
    for variable in declared {
        let name = &variable.name;
        let given = given.remove(name);
        let default =
            variable.default_value.as_ref().map(|value| execute::literal(value, &Map::new())).transpose()?;
        let value = given.or(default).unwrap_or_default();
        let kind = variable.var_type.to_string();
        let fits = match kind.trim_end_matches('!') {
            "String" | "ID" => value.is_string() || (kind.starts_with("ID") && value.is_u64()),
            "Int" => value.is_i64(),
            "Boolean" => value.is_boolean(),
            name => match (schema::TYPES.get(name), value.as_str()) {
                (Some(schema::Kind::Enumeration(names)), given) => {
                    given.is_some_and(|given| names.iter().any(|name| name == given))
                }
                _ => true,
            },
        };
        if (value.is_null() && kind.ends_with('!')) || (!value.is_null() && !fits) {
            return Err(format!("Variable ${name} of type {kind} was provided invalid value"));
        }
        values.insert(name.clone(), value);
    }
    // Variables that aren't declared are no error.
    Ok(values)
}
