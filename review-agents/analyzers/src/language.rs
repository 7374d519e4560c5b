//! The languages of this build, and what a file's name says about it.

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
    /// Java.
    Java,
    /// Bash, and the POSIX shell that it grew out of.
    Bash,
    /// C.
    C,
    /// Ruby.
    Ruby,
}

impl Language {
    /// Every language.
    pub const ALL: &'static [Self] = &[
        Self::Rust,
        Self::Go,
        Self::Python,
        Self::TypeScript,
        Self::Tsx,
        Self::JavaScript,
        Self::Java,
        Self::Bash,
        Self::C,
        Self::Ruby,
    ];

    /// The language of a file, by its name.
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?;
        if matches!(name, "Rakefile" | "Gemfile") {
            return Some(Self::Ruby);
        }
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension {
            "rs" => Self::Rust,
            "go" => Self::Go,
            "py" | "pyi" => Self::Python,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "java" => Self::Java,
            "sh" | "bash" => Self::Bash,
            "c" | "h" => Self::C,
            "rb" | "rake" | "gemspec" => Self::Ruby,
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
            Self::Java if cfg!(feature = "java") => Some(SupportLang::Java),
            Self::Bash if cfg!(feature = "bash") => Some(SupportLang::Bash),
            Self::C if cfg!(feature = "c") => Some(SupportLang::C),
            Self::Ruby if cfg!(feature = "ruby") => Some(SupportLang::Ruby),
            _ => None,
        }
    }

    /// Whether this build can parse it.
    pub fn is_built_in(self) -> bool {
        self.parser().is_some()
    }

    /// Its name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Go => "Go",
            Self::Python => "Python",
            Self::TypeScript => "TypeScript",
            Self::Tsx => "TSX",
            Self::JavaScript => "JavaScript",
            Self::Java => "Java",
            Self::Bash => "Bash",
            Self::C => "C",
            Self::Ruby => "Ruby",
        }
    }

    /// What begins a comment that ends with its line.
    pub(crate) fn comment_mark(self) -> &'static str {
        match self {
            Self::Python | Self::Bash | Self::Ruby => "#",
            _ => "//",
        }
    }

    /// Whether the two are dialects of one language: a function of one is called from the other.
    pub(crate) fn is_kin(self, other: Self) -> bool {
        let web = |language| matches!(language, Self::TypeScript | Self::Tsx | Self::JavaScript);
        self == other || (web(self) && web(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_language() {
        let said = |paths: &[&str]| paths.iter().map(|path| Language::of_path(path)).collect::<Vec<_>>();
        assert_eq!(said(&["a.sh", "lib/b.bash"]), [Some(Language::Bash); 2]);
        assert_eq!(said(&["src/a.c", "include/a.h"]), [Some(Language::C); 2]);
        assert_eq!(
            said(&["a.rb", "lib/tasks/b.rake", "c.gemspec", "Rakefile", "x/Gemfile"]),
            [Some(Language::Ruby); 5]
        );
        assert_eq!(said(&["configure", "a.hpp", "Gemfile.lock", "a.bats"]), [None; 4]);
    }
}
