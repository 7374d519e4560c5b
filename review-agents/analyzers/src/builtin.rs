//! Where rules come from: the crate itself, and folders of the user. Never the reviewed branch.

use std::path::Path;

use review_core::{Error, ErrorKind, Result};

use crate::rule::Rule;

const FILES: &[&str] = &[
    include_str!("../rules/go.yml"),
    include_str!("../rules/python.yml"),
    include_str!("../rules/rust.yml"),
    include_str!("../rules/typescript.yml"),
];

/// The built-in rules, ordered by id.
///
/// # Errors
/// Never for the rules as shipped: the crate's tests read them all.
pub fn builtin_rules() -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for yaml in FILES {
        rules.extend(Rule::parse(yaml)?);
    }
    rules.sort_by(|a, b| a.info().id.cmp(&b.info().id));
    Ok(rules)
}

/// Largest file of rules that is read: 4 MiB.
const MAX_BYTES: u64 = 4 << 20;

/// The rules of a folder (`*.yml`, `*.yaml`, not below), in the order of the files' names.
///
/// # Errors
/// `NotFound` when the folder can't be read, `InvalidInput` when it has no rules or one can't be used.
pub fn rules_in(folder: &Path) -> Result<Vec<Rule>> {
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
    Ok(rules)
}
