//! JSON Schemas of the documents.

use schemars::generate::SchemaSettings;

/// The documents that have a schema.
pub const DOCUMENTS: &[&str] = &["review", "report", "policy", "decisions", "resolution", "journal"];

/// The JSON Schema (draft 2020-12) of a document, as indented JSON with a final line feed; `None` when there is
/// no such document.
pub fn document_schema(document: &str) -> Option<String> {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let schema = match document {
        "review" => generator.root_schema_for::<crate::Review>(),
        "report" => generator.root_schema_for::<crate::Report>(),
        "policy" => generator.root_schema_for::<crate::Policy>(),
        "decisions" => generator.root_schema_for::<crate::Decisions>(),
        "resolution" => generator.root_schema_for::<crate::Resolution>(),
        "journal" => generator.root_schema_for::<crate::journal::Record>(),
        _ => return None,
    };
    serde_json::to_string_pretty(&schema).ok().map(|text| text + "\n")
}
