//! Everything that the embedded reviewer can say: rules with patterns, and checks that are code. Both are described by
//! data that comes with the crate; rules may come from folders of the user too. Never from the reviewed branch.

use std::path::Path;

use review_core::{Category, Error, ErrorKind, Kind, Result, Severity};
use serde::Deserialize;

use crate::engine::{Rule, RuleSet};

const RULES: &[&str] = &[
    include_str!("../rules/bash.yml"),
    include_str!("../rules/c.yml"),
    include_str!("../rules/go.yml"),
    include_str!("../rules/java.yml"),
    include_str!("../rules/python.yml"),
    include_str!("../rules/ruby.yml"),
    include_str!("../rules/rust.yml"),
    include_str!("../rules/typescript.yml"),
];

const CHECKS: &[&str] = &[
    include_str!("../rules/change.yml"),
    include_str!("../rules/hygiene.yml"),
    include_str!("../rules/prose.yml"),
    include_str!("../rules/imports.yml"),
];

/// Largest file of rules that is read: 4 MiB.
const MAX_BYTES: u64 = 4 << 20;

/// A check that is code: a comparison of base and head, or a look at files as a whole.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Check {
    /// `change.name` or `file.name`, stable over versions.
    pub id: String,
    /// What it is about.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// How it relates to the change.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// Title of its findings; `$NAME` stands for what was found.
    pub title: String,
    /// Explanation, Markdown, with `$NAME` too.
    #[serde(default)]
    pub body: String,
    /// How the code fails.
    pub scenario: String,
    /// What would mend it, in words.
    pub fix: String,
    /// Whether it runs unless it is named.
    #[serde(default = "yes")]
    pub default: bool,
    /// Why it is on or off, where the measured labels alone don't say it.
    #[serde(default)]
    pub note: Option<String>,
    /// Where to read more: web addresses.
    #[serde(default)]
    pub references: Vec<String>,
    /// Changes that it must speak up about.
    #[serde(rename = "match")]
    pub must_match: Vec<Vec<ExampleFile>>,
    /// Changes that it must not speak up about.
    #[serde(rename = "no_match")]
    pub must_not_match: Vec<Vec<ExampleFile>>,
}

fn yes() -> bool {
    true
}

/// One file of an example: before and after. Absent: it is not there in that version.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct ExampleFile {
    /// Its path.
    pub path: String,
    /// Its text at base; the head's where only that is given as `both`.
    #[serde(default)]
    pub before: Option<String>,
    /// Its text at head.
    #[serde(default)]
    pub after: Option<String>,
    /// Its text in both versions: the change leaves it alone.
    #[serde(default)]
    pub both: Option<String>,
}

impl ExampleFile {
    /// The text at base.
    pub fn base(&self) -> Option<&str> {
        self.before.as_deref().or(self.both.as_deref())
    }

    /// The text at head.
    pub fn head(&self) -> Option<&str> {
        self.after.as_deref().or(self.both.as_deref())
    }
}

/// Which rules and checks run.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Rules with patterns.
    pub rules: RuleSet,
    /// Checks that are code, by id.
    pub checks: Vec<Check>,
}

impl Catalogue {
    /// Everything that the crate has, what is off by default included.
    ///
    /// # Errors
    /// Never for the data as shipped: the crate's tests read it all.
    pub fn all() -> Result<Self> {
        let mut rules = Vec::new();
        for yaml in RULES {
            rules.extend(Rule::parse(yaml)?);
        }
        let mut checks: Vec<Check> = Vec::new();
        for yaml in CHECKS {
            checks.extend(ast_grep_config::from_str::<Vec<Check>>(yaml).map_err(|error| {
                Error::new(ErrorKind::Internal, "the built-in checks can't be read").with_source(error)
            })?);
        }
        checks.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self { rules: RuleSet::new(rules), checks })
    }

    /// What runs unless the user says otherwise.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn standard() -> Result<Self> {
        let mut catalogue = Self::all()?;
        catalogue.checks.retain(|check| check.default);
        catalogue.rules = catalogue.rules.only(|rule| rule.info().default);
        Ok(catalogue)
    }

    /// Adds rules of the user. One with the id of a built-in rule takes its place.
    #[must_use]
    pub fn with_rules(mut self, rules: &RuleSet) -> Self {
        self.rules = self.rules.with(rules);
        self
    }

    /// Leaves the rule or check with this id out, or a whole family: `prose.*`.
    #[must_use]
    pub fn without(mut self, id: &str) -> Self {
        self.checks.retain(|check| !is_meant(id, &check.id));
        self.rules = self.rules.only(|rule| !is_meant(id, &rule.info().id));
        self
    }

    /// Whether there is a rule or check with this id, or one of this family: `prose.*`.
    pub fn has(&self, id: &str) -> bool {
        self.checks.iter().any(|check| is_meant(id, &check.id))
            || self.rules.rules().any(|rule| is_meant(id, &rule.info().id))
    }

    /// The check with this id.
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks
            .binary_search_by(|check| check.id.as_str().cmp(id))
            .ok()
            .and_then(|at| self.checks.get(at))
    }
}

/// Whether an id, or a family with `.*` at its end, means a rule.
fn is_meant(wanted: &str, id: &str) -> bool {
    match wanted.strip_suffix(".*") {
        Some(family) => id.split_once('.').is_some_and(|(own, _)| own == family),
        None => wanted == id,
    }
}

/// The rules of a folder (`*.yml`, `*.yaml`, not below), in the order of the files' names.
///
/// # Errors
/// `NotFound` when the folder can't be read, `InvalidInput` when it has no rules or one can't be used.
pub fn rules_in(folder: &Path) -> Result<RuleSet> {
    let entries = std::fs::read_dir(folder).map_err(|error| {
        Error::new(ErrorKind::NotFound, format!("can't read the folder of rules: {error}"))
            .with_context("path", folder.display())
    })?;
    let mut files: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml"));
    files.sort();
    if files.is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "the folder has no rules (*.yml)")
            .with_context("path", folder.display()));
    }
    let mut rules = Vec::new();
    for file in files {
        let located = |error: Error| error.with_context("file", file.display());
        let size = std::fs::metadata(&file).map_err(|error| located(error.into()))?.len();
        if size > MAX_BYTES {
            return Err(located(Error::new(ErrorKind::InvalidInput, "the file of rules is too large")));
        }
        let yaml = std::fs::read_to_string(&file).map_err(|error| located(error.into()))?;
        rules.extend(Rule::parse(&yaml).map_err(located)?);
    }
    Ok(RuleSet::new(rules))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_left_out_as_a_whole() {
        let all = Catalogue::all().unwrap();
        assert!(all.has("prose.*") && all.has("prose.grammar") && !all.has("pros.*") && !all.has("prose"));
        let rest = all.clone().without("prose.*");
        assert!(!rest.has("prose.*") && rest.has("doc.missing"));
        assert_eq!(all.clone().without("nothing.*").checks.len(), all.checks.len());
    }
}
