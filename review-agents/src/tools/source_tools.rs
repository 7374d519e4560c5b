//! The toolbox over a source tree.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use review_core::{
    Answer, Cancel, ChangeSet, Error, ErrorKind, Fact, Query, Result, Side, SourceTree, ToolCall, ToolOutput,
    ToolSpec, Toolbox,
};

use super::arguments::Arguments;
use super::folder_tree::FolderTree;
use super::{git_diff, history, list_files, read_file, search, specs};

/// What a tool says to the model, or why it can't.
pub(super) type Said = std::result::Result<ToolOutput, String>;

/// Where a path of a call lies.
pub(super) struct Place<'a> {
    /// The tree: the reviewed source, or a further folder.
    pub(super) tree: Arc<dyn SourceTree>,
    /// The path within the tree.
    pub(super) path: &'a str,
    /// What stands before the tree's paths when they are told to the model; empty for the reviewed source.
    pub(super) prefix: String,
}

/// Read-only tools over a change and its source.
///
/// ```
/// use std::sync::Arc;
/// use review_agents::tools::SourceTools;
/// use review_core::{Cancel, ChangeSet, MemoryTree, ToolCall, Toolbox};
///
/// let tree = MemoryTree::new().with_head("a.rs", "fn main() {}\n");
/// let tools = SourceTools::new(Arc::new(tree), Arc::new(ChangeSet::default()));
/// let output = tools.call(&ToolCall::new("1", "read_file", r#"{"path":"a.rs"}"#), &Cancel::new());
/// assert_eq!(output.text, "1\tfn main() {}\n");
/// ```
#[derive(Clone)]
pub struct SourceTools {
    pub(super) tree: Arc<dyn SourceTree>,
    pub(super) change: Arc<ChangeSet>,
    extra_dirs: BTreeMap<String, Arc<dyn SourceTree>>,
}

impl SourceTools {
    /// Tools over the reviewed source.
    pub fn new(tree: Arc<dyn SourceTree>, change: Arc<ChangeSet>) -> Self {
        Self { tree, change, extra_dirs: BTreeMap::new() }
    }

    /// Lets the model read a further folder, under `@NAME/`, where NAME is the folder's own name.
    ///
    /// # Errors
    /// `NotFound` when there is no such folder, `InvalidInput` when another one has the same name.
    pub fn with_extra_dir(mut self, folder: &Path) -> Result<Self> {
        let tree = FolderTree::new(folder)?;
        let name = tree.name().to_owned();
        if self.extra_dirs.insert(name.clone(), Arc::new(tree)).is_some() {
            return Err(Error::new(ErrorKind::InvalidInput, "two further folders have the same name")
                .with_context("name", name));
        }
        Ok(self)
    }

    /// Names of the further folders.
    pub(super) fn extra_dirs(&self) -> impl Iterator<Item = &str> {
        self.extra_dirs.keys().map(String::as_str)
    }

    /// Where a path lies.
    pub(super) fn place<'a>(&self, path: &'a str) -> std::result::Result<Place<'a>, String> {
        let Some(rest) = path.strip_prefix('@').filter(|_| !self.extra_dirs.is_empty()) else {
            return Ok(Place { tree: Arc::clone(&self.tree), path, prefix: String::new() });
        };
        let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
        let prefix = format!("@{name}/");
        let known = || self.extra_dirs().map(|name| format!("@{name}/")).collect::<Vec<_>>().join(" ");
        let tree = self
            .extra_dirs
            .get(name)
            .ok_or_else(|| format!("there is no `{prefix}`; there is {}", known()))?;
        Ok(Place { tree: Arc::clone(tree), path, prefix })
    }

    /// Asks one question of a tree.
    pub(super) fn ask(
        tree: &dyn SourceTree,
        query: Query,
        cancel: &Cancel,
    ) -> std::result::Result<Fact, String> {
        let facts = tree.answer(&[query], cancel).map_err(|error| error.to_string())?;
        facts.into_iter().next().ok_or_else(|| "the source gave no answer".to_owned())
    }

    /// The text of a file.
    pub(super) fn text(
        tree: &dyn SourceTree,
        side: Side,
        path: &str,
        cancel: &Cancel,
    ) -> std::result::Result<String, Box<Answer>> {
        match Self::ask(tree, Query::file(side, path), cancel) {
            Ok(Fact { text: Some(text), .. }) => Ok(text),
            Ok(fact) => Err(Box::new(fact.answer)),
            Err(reason) => Err(Box::new(Answer::Unknown { reason })),
        }
    }

    fn run(&self, call: &ToolCall, cancel: &Cancel) -> Said {
        let arguments = Arguments::read(&call.arguments)?;
        match call.name.as_str() {
            "read_file" => read_file::run(self, &arguments, cancel),
            "list_files" => list_files::run(self, &arguments, cancel),
            "search" => search::run(self, &arguments, cancel),
            "git_diff" => git_diff::run(self, &arguments, cancel),
            "git_log" => history::log(self, &arguments, cancel),
            "git_show" => history::show(self, &arguments, cancel),
            "git_blame" => history::blame(self, &arguments, cancel),
            other => {
                let known: Vec<String> = specs::all().into_iter().map(|spec| spec.name).collect();
                let other: String = other.chars().take(60).collect();
                Err(format!("there is no tool `{other}`; there is {}", known.join(", ")))
            }
        }
    }
}

impl Toolbox for SourceTools {
    fn specs(&self) -> Vec<ToolSpec> {
        specs::all()
    }

    fn call(&self, call: &ToolCall, cancel: &Cancel) -> ToolOutput {
        self.run(call, cancel).unwrap_or_else(ToolOutput::error)
    }
}

impl std::fmt::Debug for SourceTools {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.extra_dirs().collect();
        f.debug_struct("SourceTools").field("extra_dirs", &names).finish_non_exhaustive()
    }
}

/// Why there is no text, in words for the model.
pub(super) fn no_text(path: &str, answer: &Answer) -> String {
    match answer {
        Answer::Missing => format!("there is no file `{path}` in this version"),
        Answer::NotText { what } => format!("`{path}` is no text: {what}"),
        Answer::TooLarge { bytes } => format!("`{path}` is too large to be shown: {bytes} bytes"),
        Answer::Unknown { reason } => format!("`{path}` can't be read: {reason}"),
        _ => format!("`{path}` can't be read"),
    }
}
