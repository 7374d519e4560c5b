//! Fields that this version does not know, carried from ingestion to rendering.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value of any JSON shape, with its keys in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Extra {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as written.
    Number(serde_json::Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Extra>),
    /// A map, ordered by key.
    Map(BTreeMap<String, Extra>),
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Extra {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Extra".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!(true)
    }
}

/// Extra fields by name.
pub type Extensions = BTreeMap<String, Extra>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_json_survives() {
        let text = r#"{"a":[1,2.5,"x",null,true],"b":{"c":-7}}"#;
        let extensions: Extensions = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&extensions).unwrap(), text);
    }
}
