//! What is started.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Name of the environment variable that marks everything a run started.
pub(crate) const MARK: &str = "DEEP_REVIEW_RUN";

/// A program with its arguments and the whole of its environment.
///
/// The environment is exactly what is given here: nothing is inherited. Values may be secrets; `Debug` hides them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invocation {
    /// The program: an absolute path, or a name that is looked up in the given `PATH`.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its whole environment.
    pub environment: BTreeMap<String, String>,
    /// The folder it runs in.
    pub folder: PathBuf,
    /// What it reads on standard input; then the end. Absent: nothing, at once the end.
    #[serde(default)]
    pub input: Option<String>,
    /// The only folders that it may write to, where the machine can confine it; reading is then confined too, see
    /// [`readable`](Self::readable). Absent: it may read and write whatever this user may.
    #[serde(default)]
    pub writable: Option<Vec<PathBuf>>,
    /// What it may read, where it is confined: beside the system's programs and libraries, its own files and its folder.
    #[serde(default)]
    pub readable: Vec<PathBuf>,
    /// Whether the supervisor confines it.
    #[serde(default)]
    pub(crate) landlock: bool,
}

impl Invocation {
    /// A program in a folder, without arguments and environment.
    pub fn new(program: impl Into<PathBuf>, folder: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), folder: folder.into(), ..Self::default() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Lets it write only to these folders. See [`Driver::protection`](super::Driver::protection).
    #[must_use]
    pub fn writing_only_to(mut self, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        self.writable = Some(folders.into_iter().collect());
        self
    }

    /// Lets it read these folders too, where it is confined.
    #[must_use]
    pub fn reading(mut self, folders: impl IntoIterator<Item = PathBuf>) -> Self {
        self.readable.extend(folders);
        self
    }

    /// Sets what it reads on standard input.
    #[must_use]
    pub fn input(mut self, text: impl Into<String>) -> Self {
        self.input = Some(text.into());
        self
    }
}

impl std::fmt::Debug for Invocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invocation")
            .field("program", &self.program)
            .field("arguments", &self.arguments)
            .field("variables", &self.environment.keys().collect::<Vec<_>>())
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// How surely everything that was started is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guarantee {
    /// Always, also after SIGKILL of this process.
    Supervised,
    /// While this process lives, for everything that kept its process group or its environment.
    ProcessGroup,
}

impl Guarantee {
    /// One word for the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Supervised => "supervised",
            Self::ProcessGroup => "process-group",
        }
    }
}
