//! Tools that a model may call, and who runs them.

use std::sync::Arc;

use crate::builder::setters;
use crate::cancel::Cancel;
use crate::location::FileRead;

/// Runs the tools that a model in a tool loop may call.
///
/// # Contract
/// * [`specs`](Self::specs) is the same on every call.
/// * [`call`](Self::call) never fails as a whole: an unknown tool, arguments that are not JSON, a path that leads out of
///   the tree are outputs with `is_error`, told to the model, which may then do better.
/// * Outputs are bounded, and say so where something was cut.
/// * Arguments are a model's words and may be an attacker's: a tool only reads, and only what it is meant to read.
///
/// # Cancellation
/// A call blocks; long work looks at `cancel` now and then and returns what it has.
///
/// ```
/// use review_core::{Cancel, ToolCall, ToolOutput, ToolSpec, Toolbox};
///
/// /// Lets the model look up who owns a folder.
/// struct Owners;
///
/// impl Toolbox for Owners {
///     fn specs(&self) -> Vec<ToolSpec> {
///         vec![ToolSpec::new("owner", "Who owns a folder", r#"{"type":"object","properties":{"folder":{"type":"string"}}}"#)]
///     }
///     fn call(&self, call: &ToolCall, _: &Cancel) -> ToolOutput {
///         match call.name.as_str() {
///             "owner" => ToolOutput::new("the storage team"),
///             other => ToolOutput::error(format!("there is no tool `{other}`")),
///         }
///     }
/// }
/// assert!(Owners.call(&ToolCall::new("1", "drop", "{}"), &Cancel::new()).is_error);
/// ```
pub trait Toolbox: Send + Sync {
    /// The tools on offer.
    fn specs(&self) -> Vec<ToolSpec>;

    /// Runs one tool.
    fn call(&self, call: &ToolCall, cancel: &Cancel) -> ToolOutput;
}

impl<T: Toolbox + ?Sized> Toolbox for Arc<T> {
    fn specs(&self) -> Vec<ToolSpec> {
        (**self).specs()
    }
    fn call(&self, call: &ToolCall, cancel: &Cancel) -> ToolOutput {
        (**self).call(call, cancel)
    }
}

/// What a tool brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolOutput {
    /// What is told to the model.
    pub text: String,
    /// Whether the call failed.
    pub is_error: bool,
    /// What was called for, for people who watch: one short line.
    pub summary: String,
    /// Files of the reviewed version that were shown.
    pub reads: Vec<FileRead>,
}

impl ToolOutput {
    /// A successful call.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A failed call.
    pub fn error(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_error: true, ..Self::default() }
    }
}

setters!(ToolOutput {
    set with_summary = summary: String,
    push with_read = reads: FileRead,
});

/// A tool on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments, as JSON text.
    pub parameters: String,
}

impl ToolSpec {
    /// A tool.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), description: description.into(), parameters: parameters.into() }
    }
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The provider's id of the call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments as the model wrote them; need not be JSON.
    pub arguments: String,
}

impl ToolCall {
    /// A call.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), arguments: arguments.into() }
    }
}

/// The result of a tool call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call's id.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What it says to the model.
    pub text: String,
    /// Whether the call failed.
    pub is_error: bool,
}

impl ToolResult {
    /// The result of a call.
    pub fn new(call: &ToolCall, text: impl Into<String>, is_error: bool) -> Self {
        Self { id: call.id.clone(), name: call.name.clone(), text: text.into(), is_error }
    }
}

/// Pins object safety.
const _: fn(&dyn Toolbox) = |_| {};
