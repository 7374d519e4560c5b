//! The words that reviewers use, as data: severities, kinds, categories, field names and section names.
//!
//! Nothing here is code to be changed for a new scale: callers add words to a [`Tables`] value.

mod fields;
mod scale;
mod sections;

pub use fields::{FieldName, KeyTable};
pub use scale::Scale;
pub use sections::{SectionKind, SectionTable};

use review_core::{Category, Kind, Severity};

/// All word tables. The default knows the usual scales of people, linters and agents.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tables {
    /// Words for severities: `blocker`, `P1`, `nit`, …
    pub severities: Scale<Severity>,
    /// The severity words that mean a severity even without a field name: in brackets, in bold, as a symbol.
    /// `error` or `note` are severities as a value, but not when a title happens to hold them.
    pub severity_tags: Scale<Severity>,
    /// Words for kinds.
    pub kinds: Scale<Kind>,
    /// Words for categories.
    pub categories: Scale<Category>,
    /// Names of fields, in JSON and in Markdown.
    pub keys: KeyTable,
    /// Names of sections.
    pub sections: SectionTable,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            severities: Scale::new(scale::SEVERITY_TAGS).with(scale::SEVERITY_VALUES),
            severity_tags: Scale::new(scale::SEVERITY_TAGS),
            kinds: Scale::new(scale::KINDS),
            categories: Scale::new(scale::CATEGORIES),
            keys: KeyTable::default(),
            sections: SectionTable::default(),
        }
    }
}
