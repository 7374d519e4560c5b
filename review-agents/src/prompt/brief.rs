//! Briefs: what one reviewer, or one pass, concentrates on.

use review_core::fingerprint::content_hash;
use review_core::{Error, ErrorKind, Result};

/// What a reviewer concentrates on: a heading and a procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Brief {
    /// Its name, for specifications and records.
    pub name: String,
    /// What is to be done, in one line.
    pub title: String,
    /// How, Markdown.
    pub procedure: String,
}

/// The built-in briefs, in the order in which they are dealt out.
const BUILTIN: &[(&str, &str)] = &[
    ("line-walk", include_str!("../../templates/briefs/line-walk.md")),
    ("removed-behaviour", include_str!("../../templates/briefs/removed-behaviour.md")),
    ("callers-and-siblings", include_str!("../../templates/briefs/callers-and-siblings.md")),
    ("failure-paths", include_str!("../../templates/briefs/failure-paths.md")),
    ("concurrency", include_str!("../../templates/briefs/concurrency.md")),
    ("security", include_str!("../../templates/briefs/security.md")),
    ("tests-and-docs", include_str!("../../templates/briefs/tests-and-docs.md")),
];

impl Brief {
    /// The built-in briefs.
    pub fn builtin() -> Vec<Self> {
        BUILTIN.iter().filter_map(|(name, text)| Self::from_markdown(*name, text).ok()).collect()
    }

    /// A built-in brief.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown name, with the known ones.
    pub fn named(name: &str) -> Result<Self> {
        Self::builtin().into_iter().find(|brief| brief.name == name).ok_or_else(|| {
            let known: Vec<&str> = BUILTIN.iter().map(|(name, _)| *name).collect();
            Error::new(ErrorKind::InvalidInput, format!("there is no brief `{name}`"))
                .with_context("known", known.join(" "))
        })
    }

    /// A brief from a text: its first line is the title (a Markdown heading or not), the rest the procedure.
    ///
    /// # Errors
    /// `InvalidInput` when there is no procedure.
    pub fn from_markdown(name: impl Into<String>, text: &str) -> Result<Self> {
        let (title, procedure) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
        let (title, procedure) = (title.trim_start_matches('#').trim(), procedure.trim());
        if title.is_empty() || procedure.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a brief needs a title in its first line and a procedure below it",
            ));
        }
        Ok(Self { name: name.into(), title: title.to_owned(), procedure: procedure.to_owned() })
    }

    /// A brief of one's own: its name also tells its text, so that a record tells two versions apart.
    ///
    /// # Errors
    /// As [`from_markdown`](Self::from_markdown).
    pub fn own(name: &str, text: &str) -> Result<Self> {
        Self::from_markdown(format!("{name}#{}", content_hash(&[text.trim()], 8)), text)
    }
}

/// How to look, with these briefs.
pub(super) fn look(briefs: &[Brief]) -> String {
    let mut out = String::from(
        "## Your brief\n\nSeveral reviewers share the work on this change; each has a part of it. Yours is below. Do it thoroughly, \
         file by file, before anything else. Whatever else you see on the way you report as well, but you need not search for it.\n",
    );
    for brief in briefs {
        out.push_str(&format!("\n### {}\n\n{}\n", brief.title, brief.procedure));
    }
    out.push_str(
        "\nBefore you write a finding down, try to prove yourself wrong: open the file once more, read the exact lines and what calls \
         them. Drop the finding if they do not say what you remember, or if the case is handled elsewhere.\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brief_is_whole() {
        assert_eq!(Brief::builtin().len(), BUILTIN.len());
        insta::assert_snapshot!(Brief::named("speed").unwrap_err(), @"there is no brief `speed` (known: line-walk removed-behaviour callers-and-siblings failure-paths concurrency security tests-and-docs)");
        assert!(Brief::from_markdown("x", "# Only a title\n").is_err());
    }

    #[test]
    fn briefs_are_told_with_their_procedure() {
        let own = Brief::own("money", "# Count the money\n\nAdd it up.\n").unwrap();
        assert_eq!((own.title.as_str(), own.name.len()), ("Count the money", "money#".len() + 8));
        let text = look(&[own, Brief::named("security").unwrap()]);
        assert!(
            text.contains("### Count the money\n\nAdd it up.\n") && text.contains("### Attack it\n"),
            "{text}"
        );
    }
}
