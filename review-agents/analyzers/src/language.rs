//! The languages of this build.

use ast_grep_language::SupportLang;
use serde::Deserialize;

/// A language that rules are written for. Which ones can be parsed depends on the crate's features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Language {
    /// Rust.
    Rust,
    /// Go.
    Go,
    /// Python.
    Python,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// JavaScript, JSX included.
    JavaScript,
}

impl Language {
    /// The language of a file, by its name.
    pub fn of_path(path: &str) -> Option<Self> {
        let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
        Some(match extension {
            "rs" => Self::Rust,
            "go" => Self::Go,
            "py" | "pyi" => Self::Python,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            _ => return None,
        })
    }

    /// The parser, where this build has it. Asking ast-grep for one that is not compiled in would panic.
    pub(crate) fn parser(self) -> Option<SupportLang> {
        match self {
            Self::Rust if cfg!(feature = "rust") => Some(SupportLang::Rust),
            Self::Go if cfg!(feature = "go") => Some(SupportLang::Go),
            Self::Python if cfg!(feature = "python") => Some(SupportLang::Python),
            Self::TypeScript if cfg!(feature = "typescript") => Some(SupportLang::TypeScript),
            Self::Tsx if cfg!(feature = "typescript") => Some(SupportLang::Tsx),
            Self::JavaScript if cfg!(feature = "typescript") => Some(SupportLang::JavaScript),
            _ => None,
        }
    }

    /// Whether this build can parse it.
    pub fn is_built_in(self) -> bool {
        self.parser().is_some()
    }

    /// Whether the path is that of test code, by the habits of the language.
    pub(crate) fn is_test_path(self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let in_folder =
            path.split('/').any(|part| matches!(part, "test" | "tests" | "__tests__" | "testdata" | "spec"));
        in_folder
            || match self {
                Self::Go => name.ends_with("_test.go"),
                Self::Python => name.starts_with("test_") || name == "conftest.py",
                Self::Rust => name == "tests.rs",
                _ => name.contains(".test.") || name.contains(".spec."),
            }
    }
}
