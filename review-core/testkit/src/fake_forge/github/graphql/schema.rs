//! GitHub's GraphQL schema, as far as it is faked.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use graphql_parser::schema::{Definition, Field, InputValue, Type, TypeDefinition};

/// The types by their names.
pub(super) static TYPES: LazyLock<BTreeMap<String, Kind>> = LazyLock::new(|| {
    let text = include_str!("../schema.graphql");
    let document =
        graphql_parser::parse_schema::<String>(text).expect("schema.graphql is a schema").into_static();
    document.definitions.into_iter().filter_map(known).collect()
});

/// What a type is, for a document that uses it.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar,
    Enumeration(Vec<String>),
    Input(Vec<InputValue<'static, String>>),
    /// An object or interface, with the interfaces it has.
    Fields {
        fields: Vec<Field<'static, String>>,
        interfaces: Vec<String>,
    },
    Union(Vec<String>),
}

fn known(definition: Definition<'static, String>) -> Option<(String, Kind)> {
    let Definition::TypeDefinition(definition) = definition else { return None };
    Some(match definition {
        TypeDefinition::Scalar(of) => (of.name, Kind::Scalar),
        TypeDefinition::Enum(of) => {
            (of.name, Kind::Enumeration(of.values.into_iter().map(|value| value.name).collect()))
        }
        TypeDefinition::InputObject(of) => (of.name, Kind::Input(of.fields)),
        TypeDefinition::Object(of) => {
            (of.name, Kind::Fields { fields: of.fields, interfaces: of.implements_interfaces })
        }
        TypeDefinition::Interface(of) => {
            (of.name, Kind::Fields { fields: of.fields, interfaces: of.implements_interfaces })
        }
        TypeDefinition::Union(of) => (of.name, Kind::Union(of.types)),
    })
}

/// A field of an object or interface.
pub(super) fn field(kind: &str, name: &str) -> Option<&'static Field<'static, String>> {
    match TYPES.get(kind)? {
        Kind::Fields { fields, .. } => fields.iter().find(|field| field.name == name),
        _ => None,
    }
}

/// Whether an object is of this interface, or one of this union.
pub(super) fn implements(kind: &str, of: &str) -> bool {
    let has = matches!(TYPES.get(kind), Some(Kind::Fields { interfaces, .. }) if interfaces.iter().any(|it| it == of));
    has || matches!(TYPES.get(of), Some(Kind::Union(types)) if types.iter().any(|it| it == kind))
}

/// The name of a type without its lists and exclamation marks.
pub(super) fn base<'t>(of: &'t Type<'_, String>) -> &'t str {
    match of {
        Type::NamedType(name) => name,
        Type::ListType(inner) | Type::NonNullType(inner) => base(inner),
    }
}
