//! Tools are data.

use review_core::{Category, ChangeSet, Error, ErrorKind, FileStatus, Result, Severity};
use serde::Deserialize;

const TOOLS: &str = include_str!("../../rules/tools.yml");

/// What stands for the changed files in a command.
const FILES: &str = "{files}";

/// So many files are named on one command line; a change with more is looked at as a whole folder.
const MAX_FILES: usize = 2_000;

/// An analyser: how it is started, what it writes, and what its words weigh.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Tool {
    /// Its name, as a backend.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    /// Program and arguments; `{files}` stands for the changed files of its kind.
    pub command: Vec<String>,
    /// What it writes: a name of an ingestion format, `json` for a form of its own.
    pub format: String,
    /// Endings of the files that it looks at; none: every file.
    pub extensions: Vec<String>,
    /// Whether it runs code of the repository: build scripts, macros, plugins, configuration that is a program.
    pub runs_code: bool,
    /// Exit codes of a whole run.
    pub done: Vec<i32>,
    /// Variables of the user's environment that it needs.
    #[serde(default)]
    pub keep: Vec<String>,
    /// What its rules weigh; the first one that fits counts.
    #[serde(default)]
    pub words: Vec<Word>,
}

/// What a rule weighs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Word {
    /// Beginning of the rule's name.
    pub rule: String,
    /// How much it matters; absent: as the tool says.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// What it is about.
    #[serde(default)]
    pub category: Option<Category>,
}

/// The tools that are known by name.
///
/// # Errors
/// Never for the data as shipped: the crate's tests read it.
pub fn tools() -> Result<Vec<Tool>> {
    ast_grep_config::from_str(TOOLS).map_err(|error| {
        Error::new(ErrorKind::Internal, "the definitions of tools can't be read").with_source(error)
    })
}

/// One tool by its name.
///
/// # Errors
/// `InvalidInput` for a name that is not known, with those that are.
pub fn tool(name: &str) -> Result<Tool> {
    let all = tools()?;
    let known: Vec<&str> = all.iter().map(|tool| tool.name.as_str()).collect();
    let known = known.join(" ");
    all.into_iter().find(|tool| tool.name == name).ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "there is no such analyser")
            .with_context("given", name)
            .with_context("known", known)
    })
}

impl Tool {
    /// The changed files that it looks at, as they are at head.
    pub fn files<'a>(&self, change: &'a ChangeSet) -> Vec<&'a str> {
        let fits = |path: &str| {
            self.extensions.is_empty()
                || path
                    .rsplit_once('.')
                    .is_some_and(|(_, ending)| self.extensions.iter().any(|own| own == ending))
        };
        let there = change.files.iter().filter(|file| file.status != FileStatus::Deleted && !file.binary);
        there.map(|file| file.path.as_str()).filter(|path| fits(path)).collect()
    }

    /// Program and arguments for a change; `None` when the change has nothing that the tool looks at.
    pub fn command_for(&self, change: &ChangeSet) -> Option<Vec<String>> {
        let files = self.files(change);
        if files.is_empty() {
            return None;
        }
        let named: Vec<String> = if files.len() > MAX_FILES {
            vec![".".to_owned()]
        } else {
            // A name that begins with a dash would be taken for an option.
            files.iter().map(|path| format!("./{path}")).collect()
        };
        let parts = self
            .command
            .iter()
            .flat_map(|part| if part == FILES { named.clone() } else { vec![part.clone()] });
        Some(parts.collect())
    }

    /// What a rule weighs.
    pub(super) fn word(&self, rule: &str) -> Option<&Word> {
        self.words.iter().find(|word| rule.starts_with(&word.rule))
    }
}
