//! A document against the schema, before anything of it is run.

use std::collections::HashMap;

use graphql_parser::query::{
    Field, FragmentDefinition, Selection, SelectionSet, Type, TypeCondition, Value as Literal,
    VariableDefinition,
};
use graphql_parser::schema::InputValue;

use super::Operation;
use super::schema::{self, Kind, TYPES};

/// Fragments don't nest deeper than this; one that holds itself does.
const MAX_DEPTH: usize = 40;

const SCALARS: [&str; 5] = ["String", "ID", "Int", "Float", "Boolean"];

struct Validator<'v, 'd> {
    variables: &'v [VariableDefinition<'d, String>],
    fragments: &'v HashMap<&'d str, &'d FragmentDefinition<'d, String>>,
    used: Vec<String>,
}

/// Why the document can't be run, if it can't.
pub(super) fn check<'d>(
    operation: &Operation<'d>,
    fragments: &HashMap<&'d str, &'d FragmentDefinition<'d, String>>,
) -> Result<(), String> {
    let mut validator = Validator { variables: operation.variables, fragments, used: Vec::new() };
    for variable in operation.variables {
        let kind = schema::base(&variable.var_type);
        let input = matches!(TYPES.get(kind), Some(Kind::Scalar | Kind::Enumeration(_) | Kind::Input(_)));
        if !input && !SCALARS.contains(&kind) {
            return Err(format!("{kind} isn't a defined input type (on ${})", variable.name));
        }
    }
    let root = if operation.mutation { "Mutation" } else { "Query" };
    validator.selection(operation.selection, root, 0)?;
    match operation.variables.iter().find(|variable| !validator.used.contains(&variable.name)) {
        Some(unused) => Err(format!("Variable ${} is declared but not used", unused.name)),
        None => Ok(()),
    }
}

impl<'d> Validator<'_, 'd> {
    fn selection(
        &mut self,
        set: &'d SelectionSet<'d, String>,
        kind: &str,
        depth: usize,
    ) -> Result<(), String> {
        if depth > MAX_DEPTH {
            return Err("Fragments nest too deep".to_owned());
        }
        for selection in &set.items {
            match selection {
                Selection::Field(field) => self.field(field, kind, depth)?,
                Selection::InlineFragment(fragment) => match &fragment.type_condition {
                    Some(TypeCondition::On(on)) => self.fragment(&fragment.selection_set, on, kind, depth)?,
                    None => self.selection(&fragment.selection_set, kind, depth + 1)?,
                },
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    let fragment = *self
                        .fragments
                        .get(name)
                        .ok_or_else(|| format!("Fragment {name} was used, but not defined"))?;
                    let TypeCondition::On(on) = &fragment.type_condition;
                    self.fragment(&fragment.selection_set, on, kind, depth)?;
                }
            }
        }
        Ok(())
    }

    fn fragment(
        &mut self,
        set: &'d SelectionSet<'d, String>,
        on: &str,
        kind: &str,
        depth: usize,
    ) -> Result<(), String> {
        if !TYPES.contains_key(on) {
            return Err(format!("No such type {on}, so it can't be a fragment condition"));
        }
        if on != kind && !schema::implements(on, kind) && !schema::implements(kind, on) {
            return Err(format!("Fragment on {on} can't be spread inside {kind}"));
        }
        self.selection(set, on, depth + 1)
    }

    fn field(&mut self, field: &'d Field<'d, String>, kind: &str, depth: usize) -> Result<(), String> {
        let name = field.name.as_str();
        if name == "__typename" {
            return Ok(());
        }
        let known = schema::field(kind, name)
            .ok_or_else(|| format!("Field '{name}' doesn't exist on type '{kind}'"))?;
        self.arguments(&field.arguments, &known.arguments, &format!("Field '{name}'"))?;
        let of = schema::base(&known.field_type);
        let composite = matches!(TYPES.get(of), Some(Kind::Fields { .. } | Kind::Union(_)));
        match (composite, field.selection_set.items.is_empty()) {
            (true, true) => Err(format!("Field must have selections (field '{name}' returns {of})")),
            (true, false) => self.selection(&field.selection_set, of, depth + 1),
            (false, true) => Ok(()),
            (false, false) => {
                Err(format!("Selections can't be made on scalars (field '{name}' returns {of})"))
            }
        }
    }

    fn arguments(
        &mut self,
        given: &'d [(String, Literal<'d, String>)],
        known: &[InputValue<'static, String>],
        of: &str,
    ) -> Result<(), String> {
        for (name, value) in given {
            let argument = known.iter().find(|known| known.name == *name);
            let argument = argument.ok_or_else(|| format!("{of} doesn't accept argument '{name}'"))?;
            self.value(value, &argument.value_type, &format!("Argument '{name}' on {of}"))?;
        }
        let required = |known: &&InputValue<'static, String>| {
            matches!(known.value_type, Type::NonNullType(_)) && known.default_value.is_none()
        };
        match known.iter().filter(required).find(|known| !given.iter().any(|(name, _)| *name == known.name)) {
            Some(missing) => Err(format!("{of} is missing required arguments: {}", missing.name)),
            None => Ok(()),
        }
    }

    fn value(
        &mut self,
        value: &'d Literal<'d, String>,
        kind: &Type<'_, String>,
        of: &str,
    ) -> Result<(), String> {
        if let Literal::Variable(name) = value {
            return self.variable(name, kind, of);
        }
        let wrong = || format!("{of} has an invalid value. Expected type '{kind}'.");
        match kind {
            Type::NonNullType(_) if matches!(value, Literal::Null) => Err(wrong()),
            Type::NonNullType(inner) => self.value(value, inner, of),
            _ if matches!(value, Literal::Null) => Ok(()),
            Type::ListType(inner) => match value {
                Literal::List(items) => items.iter().try_for_each(|item| self.value(item, inner, of)),
                one => self.value(one, inner, of),
            },
            Type::NamedType(name) => match TYPES.get(name.as_str()) {
                Some(Kind::Input(fields)) => self.object(value, fields, name, of),
                Some(Kind::Enumeration(names)) => {
                    let fits = matches!(value, Literal::Enum(given) if names.contains(given));
                    fits.then_some(()).ok_or_else(wrong)
                }
                Some(Kind::Scalar) => Ok(()),
                _ => {
                    let fits = match name.as_str() {
                        "String" => matches!(value, Literal::String(_)),
                        "ID" => matches!(value, Literal::String(_) | Literal::Int(_)),
                        "Int" => matches!(value, Literal::Int(_)),
                        "Float" => matches!(value, Literal::Int(_) | Literal::Float(_)),
                        "Boolean" => matches!(value, Literal::Boolean(_)),
                        _ => false,
                    };
                    fits.then_some(()).ok_or_else(wrong)
                }
            },
        }
    }

    fn object(
        &mut self,
        value: &'d Literal<'d, String>,
        fields: &[InputValue<'static, String>],
        name: &str,
        of: &str,
    ) -> Result<(), String> {
        let Literal::Object(given) = value else { return Err(format!("{of} has an invalid value")) };
        for (field, value) in given {
            let known = fields.iter().find(|known| known.name == *field);
            let known =
                known.ok_or_else(|| format!("InputObject '{name}' doesn't accept argument '{field}'"))?;
            let of = format!("Argument '{field}' on InputObject '{name}'");
            self.value(value, &known.value_type, &of)?;
        }
        let missing = fields.iter().find(|known| {
            let required = matches!(known.value_type, Type::NonNullType(_)) && known.default_value.is_none();
            required && !given.contains_key(&known.name)
        });
        match missing {
            Some(missing) => Err(format!("Argument '{}' on InputObject '{name}' is required", missing.name)),
            None => Ok(()),
        }
    }

    fn variable(&mut self, name: &str, wanted: &Type<'_, String>, of: &str) -> Result<(), String> {
        let declared = self.variables.iter().find(|variable| variable.name == name);
        let declared =
            declared.ok_or_else(|| format!("Variable ${name} is used by the operation but not declared"))?;
        self.used.push(name.to_owned());
        let fits = goes_into(&declared.var_type, wanted, declared.default_value.is_some());
        let mismatch = || {
            let kind = &declared.var_type;
            format!("Type mismatch on variable ${name} and {of} ({kind} / {wanted})")
        };
        fits.then_some(()).ok_or_else(mismatch)
    }
}

/// Whether a variable of one type may stand where another is wanted.
fn goes_into(declared: &Type<'_, String>, wanted: &Type<'_, String>, has_default: bool) -> bool {
    match (declared, wanted) {
        (Type::NonNullType(declared), Type::NonNullType(wanted)) => goes_into(declared, wanted, false),
        (declared, Type::NonNullType(wanted)) => has_default && goes_into(declared, wanted, false),
        (Type::NonNullType(declared), wanted) => goes_into(declared, wanted, false),
        (Type::ListType(declared), Type::ListType(wanted)) => goes_into(declared, wanted, false),
        (declared, Type::ListType(wanted)) => goes_into(declared, wanted, false),
        (Type::NamedType(declared), Type::NamedType(wanted)) => declared == wanted,
        _ => false,
    }
}
