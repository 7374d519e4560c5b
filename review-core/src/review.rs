//! What one pass of one reviewer returned.

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::document::SchemaVersion;
use crate::extra::Extensions;
use crate::finding::RawFinding;
use crate::location::LineRange;
use crate::vocabulary::{Completeness, open_enum};

/// What one pass of one reviewer returned: findings, the other sections, and how the pass went.
///
/// Also the review *document*: what `deep-review parse` prints and what native input looks like. Only the
/// reviewer's name is required; a review without findings is a valid clean review **only if** its
/// completeness says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Review {
    /// Version of this document's format.
    #[serde(default)]
    pub schema_version: SchemaVersion,
    /// Name of the reviewer within the run.
    #[serde(default)]
    pub reviewer: String,
    /// Which pass, from 1.
    #[serde(default = "first_pass")]
    pub pass: u32,
    /// Who answered, as far as the backend reported it.
    #[serde(default, skip_serializing_if = "Identity::is_empty")]
    pub identity: Identity,
    /// What the pass concentrated on, by the names of its briefs; empty: everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub briefs: Vec<String>,
    /// How far the pass got. Absent in a document means complete.
    #[serde(default = "complete", skip_serializing_if = "is_complete")]
    pub completeness: Completeness,
    /// Why it is not complete; one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete_reason: Option<String>,
    /// The findings, in document order.
    #[serde(default)]
    pub findings: Vec<RawFinding>,
    /// How many findings were left out because they are not about the change. They are not in `findings`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u32,
    /// Everything beside the findings.
    #[serde(default)]
    pub sections: Sections,
    /// Commands that the reviewer says it ran.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Tool calls by name, ordered by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCount>,
    /// What it used.
    #[serde(default, skip_serializing_if = "Usage::is_empty")]
    pub usage: Usage,
    /// Wall-clock time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// The parts of a large change that were asked for one by one, as far as they were answered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<AnsweredPart>,
    /// Where the raw stream is kept, relative to the run's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
    /// What was odd about the document.
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
    /// How much of the document was understood.
    #[serde(default)]
    pub lines: LineCount,
    /// Fields that this version does not know.
    #[serde(default, skip_serializing_if = "Extensions::is_empty")]
    pub extensions: Extensions,
}

fn first_pass() -> u32 {
    1
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn complete() -> Completeness {
    Completeness::Complete
}

fn is_complete(completeness: &Completeness) -> bool {
    *completeness == Completeness::Complete
}

impl Default for Completeness {
    fn default() -> Self {
        Self::Complete
    }
}

impl Review {
    /// An empty, complete first pass.
    pub fn new(reviewer: impl Into<String>) -> Self {
        Self { reviewer: reviewer.into(), pass: 1, ..Self::default() }
    }

    /// A review that failed, with its one-line reason.
    pub fn failed(reviewer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::new(reviewer).with_completeness(Completeness::Failed).with_incomplete_reason(reason)
    }

    /// Whether it said all it wanted to say.
    pub fn is_complete(&self) -> bool {
        self.completeness == Completeness::Complete
    }
}

setters!(Review {
    val with_pass = pass: u32,
    set with_identity = identity: Identity,
    set with_briefs = briefs: Vec<String>,
    val with_completeness = completeness: Completeness,
    opt with_incomplete_reason = incomplete_reason: String,
    push with_finding = findings: RawFinding,
    set with_findings = findings: Vec<RawFinding>,
    val with_left_out = left_out: u32,
    set with_sections = sections: Sections,
    push with_check = checks: Check,
    set with_tool_calls = tool_calls: Vec<ToolCount>,
    val with_usage = usage: Usage,
    some with_duration_ms = duration_ms: u64,
    opt with_transcript = transcript: String,
    push with_diagnostic = diagnostics: Diagnostic,
    val with_lines = lines: LineCount,
});

/// One part of a change that was asked for on its own and answered, so that a run which goes on need not ask again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AnsweredPart {
    /// What identifies what was asked: a hash of the prompt.
    pub id: String,
    /// Why its answer is not whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete_reason: Option<String>,
    /// Labels of the findings and section items that it brought.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

impl AnsweredPart {
    /// A part that was answered whole and brought nothing.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), incomplete_reason: None, labels: Vec::new() }
    }
}

setters!(AnsweredPart { opt with_incomplete_reason = incomplete_reason: String, set with_labels = labels: Vec<String>, });

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// What a reviewer is.
    ReviewerKind {
        /// A language model, or a program around one.
        Model = "model",
        /// Rules, a linter or another analyser: the same input gives the same findings.
        Tool = "tool",
        /// A person.
        Person = "person",
    }
}

/// Who answered. Everything is as the backend reports it, not as it was configured.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Identity {
    /// What answered: a model, or a tool that only knows its rules. Absent: not known, and counted as a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ReviewerKind>,
    /// Company or program: `anthropic`, `openai`, `google`, `rules`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Reasoning effort, in the provider's own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// Version of the program that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How the program was confined: `bubblewrap`, `landlock`, `unprotected, …`; for models over HTTP, what their tools can
    /// reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<String>,
    /// Version of the prompt that it was asked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

impl Identity {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

setters!(Identity {
    some with_kind = kind: ReviewerKind,
    opt with_provider = provider: String,
    opt with_model = model: String,
    opt with_effort = effort: String,
    opt with_version = version: String,
    opt with_isolation = isolation: String,
    opt with_prompt = prompt: String,
});

/// The parts of a review beside its findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Sections {
    /// Executive summary, Markdown.
    #[serde(default)]
    pub summary: String,
    /// Observations about the design: concerns and strengths. Ids `D1`, `D2`, …
    #[serde(default)]
    pub design: Vec<SectionItem>,
    /// Missing or weak tests. Ids `T1`, …
    #[serde(default)]
    pub testing: Vec<SectionItem>,
    /// Missing or wrong documentation. Ids `O1`, …
    #[serde(default)]
    pub documentation: Vec<SectionItem>,
    /// How the commits are cut, Markdown.
    #[serde(default)]
    pub commit_structure: String,
    /// Limitations that the author acknowledged. Ids `A1`, …
    #[serde(default)]
    pub limitations: Vec<SectionItem>,
    /// Earlier feedback that was not taken up. Ids `U1`, …
    #[serde(default)]
    pub unresolved_feedback: Vec<SectionItem>,
    /// What it looked at.
    #[serde(default)]
    pub coverage: Vec<CoverageNote>,
    /// Non-blank lines that could not be typed, with their line numbers.
    #[serde(default)]
    pub unplaced: Vec<Unplaced>,
}

setters!(Sections {
    set with_summary = summary: String,
    push with_design = design: SectionItem,
    push with_testing = testing: SectionItem,
    push with_documentation = documentation: SectionItem,
    set with_commit_structure = commit_structure: String,
    push with_limitation = limitations: SectionItem,
    push with_unresolved_feedback = unresolved_feedback: SectionItem,
    push with_coverage = coverage: CoverageNote,
    push with_unplaced = unplaced: Unplaced,
});

/// The sections of a review that are lists of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SectionKind {
    /// Observations about the design.
    Design,
    /// Missing or weak tests.
    Testing,
    /// Missing or wrong documentation.
    Documentation,
    /// Limitations that the author acknowledged.
    Limitations,
    /// Earlier feedback that was not taken up.
    UnresolvedFeedback,
}

impl SectionKind {
    /// The sections, in the order of the report.
    pub const ALL: &'static [Self] =
        &[Self::Design, Self::Testing, Self::Documentation, Self::Limitations, Self::UnresolvedFeedback];

    /// The letter of the items' ids.
    pub fn letter(self) -> char {
        match self {
            Self::Design => 'D',
            Self::Testing => 'T',
            Self::Documentation => 'O',
            Self::Limitations => 'A',
            Self::UnresolvedFeedback => 'U',
        }
    }
}

impl Sections {
    /// The items of one section.
    pub fn list(&self, kind: SectionKind) -> &[SectionItem] {
        match kind {
            SectionKind::Design => &self.design,
            SectionKind::Testing => &self.testing,
            SectionKind::Documentation => &self.documentation,
            SectionKind::Limitations => &self.limitations,
            SectionKind::UnresolvedFeedback => &self.unresolved_feedback,
        }
    }

    /// The items of one section.
    pub fn list_mut(&mut self, kind: SectionKind) -> &mut Vec<SectionItem> {
        match kind {
            SectionKind::Design => &mut self.design,
            SectionKind::Testing => &mut self.testing,
            SectionKind::Documentation => &mut self.documentation,
            SectionKind::Limitations => &mut self.limitations,
            SectionKind::UnresolvedFeedback => &mut self.unresolved_feedback,
        }
    }

    /// The items of every section, in the order of the report.
    pub fn items(&self) -> impl Iterator<Item = (SectionKind, &SectionItem)> {
        SectionKind::ALL.iter().flat_map(|kind| self.list(*kind).iter().map(move |item| (*kind, item)))
    }

    /// The items of every section, in the order of the report.
    pub fn items_mut(&mut self) -> impl Iterator<Item = (SectionKind, &mut SectionItem)> {
        // Destructured, so that a new field has to be thought of here.
        let Self {
            summary: _,
            design,
            testing,
            documentation,
            commit_structure: _,
            limitations,
            unresolved_feedback,
            coverage: _,
            unplaced: _,
        } = self;
        SectionKind::ALL
            .iter()
            .zip([design, testing, documentation, limitations, unresolved_feedback])
            .flat_map(|(kind, list)| list.iter_mut().map(move |item| (*kind, item)))
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// What a design observation says.
    Stance {
        /// Something is worrying.
        Concern = "concern",
        /// Something is good.
        Strength = "strength",
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// Whether a design observation asks for work in this change.
    Scope {
        /// In this change.
        InScope = "in-scope",
        /// Later.
        Future = "future",
    }
}

/// One item of a section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SectionItem {
    /// Label, unique within the review; shares its name space with the findings.
    #[serde(default)]
    pub id: String,
    /// What it says, Markdown; starts with the item's own title where it has one.
    pub text: String,
    /// Places it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<crate::location::Location>,
    /// Concern or strength, for design observations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
    /// In scope or future, for design observations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
}

impl SectionItem {
    /// An item from its label and text.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), text: text.into(), ..Self::default() }
    }
}

setters!(SectionItem {
    some with_stance = stance: Stance,
    some with_scope = scope: Scope,
    push at = locations: crate::location::Location,
});

/// What a reviewer says of its look at one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CoverageNote {
    /// The file.
    pub path: String,
    /// In the reviewer's words.
    #[serde(default)]
    pub note: String,
    /// Lines of the reviewed version that it is known to have read, from its tool calls. Empty when only
    /// the reviewer's word is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ranges: Vec<LineRange>,
}

impl CoverageNote {
    /// A note on a file.
    pub fn new(path: impl Into<String>, note: impl Into<String>) -> Self {
        Self { path: path.into(), note: note.into(), ranges: Vec::new() }
    }
}

setters!(CoverageNote { push with_range = ranges: LineRange, });

/// A line of a document that could not be typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Unplaced {
    /// Line number in the document, from 1.
    pub line: u32,
    /// The line.
    pub text: String,
}

impl Unplaced {
    /// A line that could not be typed.
    pub fn new(line: u32, text: impl Into<String>) -> Self {
        Self { line, text: text.into() }
    }
}

/// Something odd in a document, for the person who wrote it or the adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Diagnostic {
    /// Line number in the document, from 1; 0 when it concerns the whole.
    pub line: u32,
    /// What is odd.
    pub message: String,
}

impl Diagnostic {
    /// A remark on a line (0: on the whole document).
    pub fn new(line: u32, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

/// How much of a document was understood, in non-blank lines: `typed + unplaced == total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct LineCount {
    /// Non-blank lines.
    pub total: u32,
    /// Those that became part of something typed.
    pub typed: u32,
    /// Those listed under `sections.unplaced`.
    pub unplaced: u32,
}

/// A command that a reviewer says it ran.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Check {
    /// The command.
    pub command: String,
    /// Its result, in the reviewer's words.
    #[serde(default)]
    pub result: String,
    /// Whether it passed, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
}

impl Check {
    /// A command and its result.
    pub fn new(command: impl Into<String>, result: impl Into<String>) -> Self {
        Self { command: command.into(), result: result.into(), passed: None }
    }
}

setters!(Check { some with_passed = passed: bool, });

/// Calls of one tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ToolCount {
    /// The tool.
    pub tool: String,
    /// How often it was called.
    pub calls: u32,
}

impl ToolCount {
    /// Calls of one tool.
    pub fn new(tool: impl Into<String>, calls: u32) -> Self {
        Self { tool: tool.into(), calls }
    }
}

/// Tokens and money. Normalised over providers: `input` excludes cache reads and writes, `output` includes
/// `reasoning`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Usage {
    /// Fresh input tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<u64>,
    /// Input tokens read from a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read_tokens: Option<u64>,
    /// Input tokens written to a cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_tokens: Option<u64>,
    /// Output tokens, reasoning included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<u64>,
    /// Reasoning tokens, part of the output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_tokens: Option<u64>,
    /// Exchanges with the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turns: Option<u64>,
    /// Cost in millionths of a US dollar, as the backend says or from the caller's price list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_micro_usd: Option<u64>,
}

impl Usage {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds another usage; unknown plus known is known, sums stop at the largest number.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        fn add(a: Option<u64>, b: Option<u64>) -> Option<u64> {
            match (a, b) {
                (None, None) => None,
                (a, b) => Some(a.unwrap_or(0).saturating_add(b.unwrap_or(0))),
            }
        }
        Self {
            input_tokens: add(self.input_tokens, other.input_tokens),
            cache_read_tokens: add(self.cache_read_tokens, other.cache_read_tokens),
            cache_write_tokens: add(self.cache_write_tokens, other.cache_write_tokens),
            output_tokens: add(self.output_tokens, other.output_tokens),
            reasoning_tokens: add(self.reasoning_tokens, other.reasoning_tokens),
            turns: add(self.turns, other.turns),
            cost_micro_usd: add(self.cost_micro_usd, other.cost_micro_usd),
        }
    }
}

setters!(Usage {
    some with_input_tokens = input_tokens: u64,
    some with_cache_read_tokens = cache_read_tokens: u64,
    some with_cache_write_tokens = cache_write_tokens: u64,
    some with_output_tokens = output_tokens: u64,
    some with_reasoning_tokens = reasoning_tokens: u64,
    some with_turns = turns: u64,
    some with_cost_micro_usd = cost_micro_usd: u64,
});
