//! What a reviewer says is wrong: the object-safe view and the finding as reported.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::extra::Extensions;
use crate::location::{Location, Quote};
use crate::vocabulary::{Category, Kind, Ratio, Severity};

/// The read view of anything that says what is wrong, where.
///
/// Implemented by [`RawFinding`], by [`ConsolidatedFinding`](crate::report::ConsolidatedFinding), and by an
/// embedder's own diagnostic type. Only the title has no default. [`RawFinding::from_view`] takes any view in.
///
/// # Contract
/// Coordinates are those of [`Location`]: 1-based lines, ends included. Texts are what the reviewer
/// wrote: they are data, may be hostile, and are escaped by renderers, not here.
///
/// ```
/// use std::borrow::Cow;
/// use review_core::{Finding, Location, RawFinding};
///
/// struct Lint { message: String, file: String, row: u32 }
/// impl Finding for Lint {
///     fn title(&self) -> &str { &self.message }
///     fn locations(&self) -> Cow<'_, [Location]> { vec![Location::line(&self.file, self.row)].into() }
/// }
/// let raw = RawFinding::from_view(&Lint { message: "unused".into(), file: "a.rs".into(), row: 3 });
/// assert_eq!(raw.locations[0].to_string(), "a.rs:3");
/// ```
pub trait Finding {
    /// One line that says what is wrong.
    fn title(&self) -> &str;
    /// The explanation, Markdown. Empty when there is none.
    fn body(&self) -> &str {
        ""
    }
    /// How much it matters, as claimed.
    fn severity(&self) -> Option<Severity> {
        None
    }
    /// How it relates to the change, as claimed.
    fn kind(&self) -> Option<Kind> {
        None
    }
    /// What it is about, as claimed.
    fn category(&self) -> Option<Category> {
        None
    }
    /// The places, the main one first.
    fn locations(&self) -> Cow<'_, [Location]> {
        Cow::Borrowed(&[])
    }
    /// The code it relies on.
    fn quotes(&self) -> Cow<'_, [Quote]> {
        Cow::Borrowed(&[])
    }
    /// What would mend it.
    fn fix(&self) -> Option<Cow<'_, Fix>> {
        None
    }
    /// How it fails: inputs or state, and the wrong result.
    fn scenario(&self) -> Option<&str> {
        None
    }
    /// Fields beyond these.
    fn extensions(&self) -> Cow<'_, Extensions> {
        Cow::Owned(Extensions::new())
    }
}

/// What would mend a finding: a patch, replacement lines, prose, or several of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Fix {
    /// A diff as the reviewer wrote it; it need not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// Lines that replace the finding's location as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Exact edits, all of which belong to the fix. They say their own file and range, which need not be the
    /// finding's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<TextEdit>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prose: Option<String>,
}

impl Fix {
    /// A fix as a diff.
    pub fn patch(patch: impl Into<String>) -> Self {
        Self { patch: Some(patch.into()), ..Self::default() }
    }

    /// A fix in words.
    pub fn prose(prose: impl Into<String>) -> Self {
        Self { prose: Some(prose.into()), ..Self::default() }
    }

    /// Lines that replace the finding's location.
    pub fn suggestion(lines: impl Into<String>) -> Self {
        Self { suggestion: Some(lines.into()), ..Self::default() }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
            && [&self.patch, &self.suggestion, &self.prose]
                .iter()
                .all(|part| part.as_deref().is_none_or(str::is_empty))
    }
}

setters!(Fix {
    opt with_patch = patch: String,
    opt with_suggestion = suggestion: String,
    push with_edit = edits: TextEdit,
    opt with_prose = prose: String,
});

/// One replacement of a range of a file of the reviewed version.
///
/// With columns on the location, the text between them is replaced and the rest of the first and last line stays.
/// Without, the lines are replaced as a whole, and `replacement` is what stands there instead (no line feed at its
/// end is needed; empty removes the lines). A location without lines is the whole file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TextEdit {
    /// What is replaced.
    #[serde(flatten)]
    pub location: Location,
    /// What stands there instead.
    pub replacement: String,
}

impl TextEdit {
    /// Replaces what is at `location`.
    pub fn new(location: Location, replacement: impl Into<String>) -> Self {
        Self { location, replacement: replacement.into() }
    }
}

/// A finding as one reviewer reported it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RawFinding {
    /// Label, unique within the review. Where a reviewer gave none it is made from the content (`h` and eight
    /// hexadecimal digits), so that it does not depend on order.
    #[serde(default)]
    pub id: String,
    /// How much it matters, as claimed.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// How it relates to the change, as claimed.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// What it is about, as claimed.
    #[serde(default)]
    pub category: Option<Category>,
    /// One line that says what is wrong.
    pub title: String,
    /// The explanation, Markdown.
    #[serde(default)]
    pub body: String,
    /// The places, the main one first.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// The code it relies on.
    #[serde(default)]
    pub quotes: Vec<Quote>,
    /// What would mend it.
    #[serde(default)]
    pub fix: Option<Fix>,
    /// How it fails: inputs or state, and the wrong result.
    #[serde(default)]
    pub scenario: Option<String>,
    /// The commit that brought the problem, as claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introduced_by: Option<String>,
    /// The reviewer's own confidence. Recorded, never believed alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Ratio>,
    /// Labels of other items of the same review that its prose mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// The reviewer took it back in the same document; it is accounted for, not published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withdrawn: bool,
    /// It was saved from a document that is cut or broken; parts may be missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recovered: bool,
    /// First and last line of the document it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_lines: Option<(u32, u32)>,
    /// Fields that this version does not know.
    #[serde(default, skip_serializing_if = "Extensions::is_empty")]
    pub extensions: Extensions,
}

impl RawFinding {
    /// A finding of which only the title is known.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Copies any view of a finding.
    pub fn from_view(view: &dyn Finding) -> Self {
        Self {
            title: view.title().to_owned(),
            body: view.body().to_owned(),
            severity: view.severity(),
            kind: view.kind(),
            category: view.category(),
            locations: view.locations().into_owned(),
            quotes: view.quotes().into_owned(),
            fix: view.fix().map(Cow::into_owned),
            scenario: view.scenario().map(str::to_owned),
            extensions: view.extensions().into_owned(),
            ..Self::default()
        }
    }
}

setters!(RawFinding {
    set with_id = id: String,
    some with_severity = severity: Severity,
    some with_kind = kind: Kind,
    some with_category = category: Category,
    set with_body = body: String,
    push at = locations: Location,
    push with_quote = quotes: Quote,
    opt with_fix = fix: Fix,
    opt with_scenario = scenario: String,
    opt with_introduced_by = introduced_by: String,
    some with_confidence = confidence: Ratio,
    push with_reference = references: String,
    val with_withdrawn = withdrawn: bool,
    val with_recovered = recovered: bool,
    opt with_document_lines = document_lines: (u32, u32),
    set with_extensions = extensions: Extensions,
});

impl Finding for RawFinding {
    fn title(&self) -> &str {
        &self.title
    }
    fn body(&self) -> &str {
        &self.body
    }
    fn severity(&self) -> Option<Severity> {
        self.severity
    }
    fn kind(&self) -> Option<Kind> {
        self.kind
    }
    fn category(&self) -> Option<Category> {
        self.category
    }
    fn locations(&self) -> Cow<'_, [Location]> {
        Cow::Borrowed(&self.locations)
    }
    fn quotes(&self) -> Cow<'_, [Quote]> {
        Cow::Borrowed(&self.quotes)
    }
    fn fix(&self) -> Option<Cow<'_, Fix>> {
        self.fix.as_ref().map(Cow::Borrowed)
    }
    fn scenario(&self) -> Option<&str> {
        self.scenario.as_deref()
    }
    fn extensions(&self) -> Cow<'_, Extensions> {
        Cow::Borrowed(&self.extensions)
    }
}

/// Pins object safety.
const _: fn(&dyn Finding) = |_| {};
