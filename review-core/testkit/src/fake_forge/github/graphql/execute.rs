//! Picks what a document selects out of the objects that there are.

use std::collections::HashMap;

use graphql_parser::query::{
    Field, FragmentDefinition, Selection, SelectionSet, TypeCondition, Value as Literal,
};
use serde_json::{Map, Value, json};

use super::super::super::Access;
use super::super::super::state::State;
use super::{Failure, Operation, mutations, objects, schema};

/// A page has no more entries than this.
const MAX_PAGE: usize = 100;

/// The field of an object of ours that holds all entries of a connection.
pub(super) const NODES: &str = "$nodes";

type Arguments = Map<String, Value>;

pub(super) struct Executor<'e, 'd> {
    pub(super) state: &'e mut State,
    pub(super) access: &'e Access,
    pub(super) variables: &'e Map<String, Value>,
    pub(super) fragments: HashMap<&'d str, &'d FragmentDefinition<'d, String>>,
    pub(super) errors: Vec<Value>,
}

/// A literal of a document as JSON; names of enumerations become strings.
pub(super) fn literal(value: &Literal<'_, String>, variables: &Map<String, Value>) -> Result<Value, String> {
    Ok(match value {
        Literal::Variable(name) => variables
            .get(name)
            .cloned()
            .ok_or_else(|| format!("Variable ${name} is used but not declared"))?,
        Literal::Int(number) => json!(number.as_i64()),
        Literal::Float(number) => json!(number),
        Literal::String(text) | Literal::Enum(text) => json!(text),
        Literal::Boolean(yes) => json!(yes),
        Literal::Null => Value::Null,
        Literal::List(items) => {
            items.iter().map(|item| literal(item, variables)).collect::<Result<Vec<_>, _>>()?.into()
        }
        Literal::Object(fields) => {
            let mut object = Map::new();
            for (name, value) in fields {
                object.insert(name.clone(), literal(value, variables)?);
            }
            object.into()
        }
    })
}

impl<'d> Executor<'_, 'd> {
    /// The data; `Err` refuses the document.
    pub(super) fn run(&mut self, operation: &Operation<'d>) -> Result<Value, String> {
        let mut data = Map::new();
        let root = if operation.mutation { "Mutation" } else { "Query" };
        for field in self.fields(operation.selection, root)? {
            let key = key(field);
            let arguments = self.arguments(field)?;
            let found = if operation.mutation {
                mutations::perform(self.state, self.access, &field.name, &arguments)?
            } else {
                self.query(&field.name, &arguments)?
            };
            let value = match found {
                Ok(object) => self.select(field, &object)?,
                Err(failure) => {
                    self.fail(&key, &failure);
                    Value::Null
                }
            };
            data.insert(key, value);
        }
        Ok(data.into())
    }

    fn fail(&mut self, path: &str, failure: &Failure) {
        self.errors.push(json!({
            "type": failure.kind,
            "path": [path],
            "locations": [{ "line": 1, "column": 1 }],
            "message": failure.message,
        }));
    }

    /// A field of the query's root.
    fn query(&mut self, name: &str, arguments: &Arguments) -> Result<Result<Value, Failure>, String> {
        let text = |field: &str| arguments.get(field).and_then(Value::as_str).unwrap_or_default();
        match name {
            "viewer" => Ok(Ok(objects::viewer(self.state, self.access))),
            "rateLimit" => {
                Ok(Ok(json!({ "__typename": "RateLimit", "limit": 5000, "remaining": 4999, "cost": 1 })))
            }
            "repository" => {
                let name = format!("{}/{}", text("owner"), text("name"));
                let missing = || {
                    let message = format!("Could not resolve to a Repository with the name '{name}'.");
                    Failure::new("NOT_FOUND", message)
                };
                Ok(objects::repository(self.state, self.access, &name).ok_or_else(missing))
            }
            "node" => {
                let id = text("id");
                Ok(objects::node(self.state, self.access, id).ok_or_else(|| Failure::no_node(id)))
            }
            _ => Err(format!("Field '{name}' of type 'Query' isn't faked")),
        }
    }

    /// The fields that are selected on an object of this type.
    fn fields(
        &self,
        set: &'d SelectionSet<'d, String>,
        kind: &str,
    ) -> Result<Vec<&'d Field<'d, String>>, String> {
        let mut fields = Vec::new();
        let meant = |condition: &TypeCondition<'_, String>| {
            let TypeCondition::On(name) = condition;
            name == kind || schema::implements(kind, name)
        };
        for selection in &set.items {
            match selection {
                Selection::Field(field) => {
                    if !field.directives.is_empty() {
                        return Err("directives are not faked".to_owned());
                    }
                    fields.push(field);
                }
                Selection::InlineFragment(fragment) => {
                    if fragment.type_condition.as_ref().is_none_or(meant) {
                        fields.extend(self.fields(&fragment.selection_set, kind)?);
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    let fragment = self
                        .fragments
                        .get(name)
                        .ok_or_else(|| format!("Fragment {name} was used, but not defined"))?;
                    if meant(&fragment.type_condition) {
                        fields.extend(self.fields(&fragment.selection_set, kind)?);
                    }
                }
            }
        }
        Ok(fields)
    }

    fn arguments(&self, field: &Field<'_, String>) -> Result<Arguments, String> {
        let mut arguments = Map::new();
        for (name, value) in &field.arguments {
            arguments.insert(name.clone(), literal(value, self.variables)?);
        }
        Ok(arguments)
    }

    /// What a field selects of its value.
    fn select(&mut self, field: &'d Field<'d, String>, value: &Value) -> Result<Value, String> {
        match value {
            Value::Null => Ok(Value::Null),
            Value::Array(items) => items.iter().map(|item| self.select(field, item)).collect(),
            Value::Object(object) if object.contains_key(NODES) => {
                let page = page(&field.name, &self.arguments(field)?, object)?;
                self.select_object(field, &page)
            }
            Value::Object(object) => self.select_object(field, object),
            leaf => Ok(leaf.clone()),
        }
    }

    fn select_object(
        &mut self,
        field: &'d Field<'d, String>,
        object: &Map<String, Value>,
    ) -> Result<Value, String> {
        let kind = object.get("__typename").and_then(Value::as_str).unwrap_or_default().to_owned();
        // What the fake says is held to GitHub's schema as much as what it is asked.
        let known = |name: &String| name == "__typename" || schema::field(&kind, name).is_some();
        if let Some(wrong) = object.keys().find(|name| !known(name)) {
            return Err(format!("the fake forge is wrong: {kind} has no field {wrong}"));
        }
        let mut out = Map::new();
        for inner in self.fields(&field.selection_set, &kind)? {
            let value = if kind == "Repository" && inner.name == "pullRequest" {
                let name = object.get("nameWithOwner").and_then(Value::as_str).unwrap_or_default();
                let number = self.arguments(inner)?.get("number").and_then(Value::as_u64).unwrap_or_default();
                let found = objects::pull(self.state, self.access, name, number);
                if found.is_none() {
                    let message = format!("Could not resolve to a PullRequest with the number of {number}.");
                    self.fail(&key(inner), &Failure::new("NOT_FOUND", message));
                }
                found.unwrap_or_default()
            } else {
                let known = object.get(&inner.name).filter(|_| inner.name != NODES);
                known
                    .cloned()
                    .ok_or_else(|| format!("Field '{}' of type '{kind}' isn't faked", inner.name))?
            };
            out.insert(key(inner), self.select(inner, &value)?);
        }
        Ok(out.into())
    }
}

fn key(field: &Field<'_, String>) -> String {
    field.alias.as_ref().unwrap_or(&field.name).clone()
}

/// The page of a connection that its arguments ask for.
fn page(
    name: &str,
    arguments: &Arguments,
    connection: &Map<String, Value>,
) -> Result<Map<String, Value>, String> {
    let mut all = connection.get(NODES).and_then(Value::as_array).cloned().unwrap_or_default();
    for (argument, wanted) in arguments.iter().filter(|(_, wanted)| !wanted.is_null()) {
        match argument.as_str() {
            "first" | "last" | "after" | "before" => {}
            "content" => all.retain(|node| node.get("content") == Some(wanted)),
            "states" => all.retain(|node| {
                let one = node.get("state");
                one == Some(wanted)
                    || wanted.as_array().is_some_and(|wanted| wanted.iter().any(|it| Some(it) == one))
            }),
            other => return Err(format!("Argument '{other}' on Field '{name}' isn't faked")),
        }
    }
    let count =
        |name: &str| arguments.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
    let (first, last) = (count("first"), count("last"));
    let Some(size) = first.or(last) else {
        return Err(format!(
            "You must provide a `first` or `last` value to properly paginate the `{name}` connection."
        ));
    };
    if size == 0 || size > MAX_PAGE {
        return Err(format!(
            "Requesting {size} records on the `{name}` connection exceeds the limit of {MAX_PAGE} records."
        ));
    }
    let cursor = |name: &str| -> Result<Option<usize>, String> {
        let Some(text) = arguments.get(name).and_then(Value::as_str) else { return Ok(None) };
        let number = text.strip_prefix("cursor:v1:").and_then(|text| text.parse().ok());
        number.map(Some).ok_or_else(|| format!("`{text}` does not appear to be a valid cursor."))
    };
    let mut start = cursor("after")?.map_or(0, |after| after + 1);
    let mut end = cursor("before")?.unwrap_or(all.len()).min(all.len());
    start = start.min(end);
    if first.is_some() {
        end = end.min(start + size);
    } else {
        start = start.max(end.saturating_sub(size));
    }
    let nodes: Vec<Value> = all.iter().skip(start).take(end - start).cloned().collect();
    let at = |index: usize| format!("cursor:v1:{index}");
    let kind = connection.get("__typename").and_then(Value::as_str).unwrap_or_default();
    let edge = kind.replace("Connection", "Edge");
    let edges: Vec<Value> = nodes
        .iter()
        .enumerate()
        .map(|(index, node)| json!({ "__typename": edge, "cursor": at(start + index), "node": node }))
        .collect();
    let mut page = connection.clone();
    page.remove(NODES);
    page.insert("totalCount".to_owned(), all.len().into());
    page.insert(
        "pageInfo".to_owned(),
        json!({
            "__typename": "PageInfo",
            "hasNextPage": end < all.len(),
            "hasPreviousPage": start > 0,
            "startCursor": (start < end).then(|| at(start)),
            "endCursor": (start < end).then(|| at(end - 1)),
        }),
    );
    page.insert("edges".to_owned(), edges.into());
    page.insert("nodes".to_owned(), nodes.into());
    Ok(page)
}
