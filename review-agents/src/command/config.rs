//! A program that speaks in events, as data.

use std::collections::BTreeMap;

use review_core::{Error, ErrorKind, Result};
use serde::Deserialize;

/// How a program is started, and what its events mean.
///
/// Arguments and values of variables may hold `{home}` (the program's private folder), `{checkout}`, `{model}`, `{effort}`
/// and, in [`again`](Self::again), `{session}`. Nothing of a config is run by a shell.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProgramConfig {
    /// Its name, for errors and records.
    pub name: String,
    /// The program: an absolute path, or a name that is looked up.
    pub program: String,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Its arguments when it goes on with a session; empty: it can't.
    #[serde(default)]
    pub again: Vec<String>,
    /// Its variables.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Variables of the user that it gets where they are set: keys. Their values are never shown.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Whether it needs to write nothing but in its home, so that the machine can keep it from more.
    #[serde(default)]
    pub only_reads: bool,
    /// What its events mean; absent: all that it prints is the answer.
    #[serde(default)]
    pub events: Option<EventMap>,
}

impl ProgramConfig {
    /// Reads a configuration from JSON.
    ///
    /// # Errors
    /// `InvalidInput` when it is none, or a field is unknown.
    pub fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, format!("the program's configuration can't be used: {error}"))
        })
    }
}

/// What the events of a program mean. Every path is a JSON pointer into an event, for example `/part/text`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct EventMap {
    /// Where the kind of an event stands.
    pub kind: String,
    /// Where the name of the session stands.
    #[serde(default)]
    pub session: Option<String>,
    /// Kinds that mean nothing here.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// What it says. The answer is what it said since the last tool.
    pub text: TextMap,
    /// A tool that it used.
    #[serde(default)]
    pub tool: Option<ToolMap>,
    /// The end of a step. Without it, a run that ends with code 0 has ended well.
    #[serde(default)]
    pub end: Option<EndMap>,
    /// A failure.
    #[serde(default)]
    pub error: Option<ErrorMap>,
}

/// An event with text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextMap {
    /// The kind.
    pub when: String,
    /// Where the text stands.
    pub text: String,
}

/// An event about a tool.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolMap {
    /// The kind.
    pub when: String,
    /// Where the tool's name stands.
    pub name: String,
    /// Where it may stand what it was called with; the first that is there counts.
    #[serde(default)]
    pub summary: Vec<String>,
    /// Which tool reads files.
    #[serde(default)]
    pub reads: Option<ReadMap>,
}

/// A tool that reads files.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadMap {
    /// The tool's name.
    pub tool: String,
    /// Where the file's path stands.
    pub path: String,
}

/// An event at the end of a step.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndMap {
    /// The kind.
    pub when: String,
    /// Where it stands why the step ended.
    pub reason: String,
    /// Reasons with which the whole run has ended well.
    pub done: Vec<String>,
    /// Reasons with which it goes on. Every other reason is one that cut it.
    #[serde(default)]
    pub goes_on: Vec<String>,
    /// What the step took.
    #[serde(default)]
    pub usage: Option<UsageMap>,
}

/// Where it stands what a step took.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UsageMap {
    /// Fresh input tokens.
    pub input: Option<String>,
    /// Input tokens from a cache.
    pub cache_read: Option<String>,
    /// Input tokens into a cache.
    pub cache_write: Option<String>,
    /// Output tokens.
    pub output: Option<String>,
    /// Reasoning tokens.
    pub reasoning: Option<String>,
    /// Whether the reasoning tokens are not part of the output tokens.
    pub reasoning_is_extra: bool,
    /// Cost in US dollars.
    pub cost_usd: Option<String>,
}

/// An event about a failure.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorMap {
    /// The kind.
    pub when: String,
    /// Where the message stands.
    pub message: String,
    /// Where an HTTP status stands.
    #[serde(default)]
    pub status: Option<String>,
}
