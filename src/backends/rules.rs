//! The embedded reviewer by specification.

use std::path::Path;
use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer, rules_in};
use review_core::{Error, ErrorKind, Result, Reviewer};

use super::{Backend, OptionInfo, OptionKind, ReviewerSpec};

/// The rules as a backend.
pub(super) fn backend() -> Backend {
    Backend::new("rules", "built-in structural rules; offline, free", reviewer).with_options(OPTIONS)
}

const OPTIONS: &[OptionInfo] = &[
    OptionInfo::new("folder", OptionKind::Path, "a folder with rules of your own", "~/rules"),
    OptionInfo::new("all", OptionKind::Flag, "whether rules that are off by default run too", "yes")
        .with_default("no"),
    OptionInfo::new(
        "off",
        OptionKind::Words,
        "rules that don't run, by id or family",
        "go.error-swallowed+prose.*",
    ),
    OptionInfo::new(
        "repository",
        OptionKind::Flag,
        "whether the rules that the repository has at the base commit run",
        "no",
    )
    .with_default("yes"),
];

/// A folder is the user's own, never one of the reviewed branch; the repository's rules are those of the base commit.
fn reviewer(spec: &ReviewerSpec) -> Result<Arc<dyn Reviewer>> {
    let all = spec.flag("all")?.unwrap_or(false);
    let mut catalogue = if all { Catalogue::all()? } else { Catalogue::standard()? };
    if let Some(folder) = spec.option("folder") {
        catalogue = catalogue.with_rules(&rules_in(Path::new(folder))?);
    }
    if let Some(ids) = spec.option("off") {
        let all = Catalogue::all()?;
        for id in ids.split('+') {
            // What is off already is known all the same.
            if !all.has(id) && !catalogue.has(id) {
                let message = "there is no such rule; `deep-review rules list` shows them";
                return Err(Error::new(ErrorKind::InvalidInput, message).with_context("given", id));
            }
            catalogue = catalogue.without(id);
        }
    }
    let reviewer = RulesReviewer::with_catalogue(&spec.name, catalogue);
    let uses_repository = spec.flag("repository")?.unwrap_or(true);
    Ok(Arc::new(if uses_repository { reviewer } else { reviewer.without_repository_rules() }))
}
