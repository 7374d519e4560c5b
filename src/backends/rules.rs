//! The embedded reviewer by specification.

use std::path::Path;
use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer, rules_in};
use review_core::{Error, ErrorKind, Result, Reviewer};

use super::ReviewerSpec;

/// `rules[:folder=DIR,all=yes,off=ID+ID,repository=no]`. A folder is the user's own, never one of the reviewed branch; the
/// repository's rules are those of the base commit.
pub(super) fn reviewer(spec: &ReviewerSpec) -> Result<Arc<dyn Reviewer>> {
    spec.only(&["folder", "all", "off", "repository"])?;
    let mut catalogue = if is_yes(spec, "all", false)? { Catalogue::all()? } else { Catalogue::standard()? };
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
    Ok(Arc::new(if is_yes(spec, "repository", true)? {
        reviewer
    } else {
        reviewer.without_repository_rules()
    }))
}

fn is_yes(spec: &ReviewerSpec, option: &str, unless_given: bool) -> Result<bool> {
    match spec.option(option) {
        None => Ok(unless_given),
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        Some(_) => Err(Error::new(ErrorKind::InvalidInput, format!("the option `{option}` is yes or no"))
            .with_context("given", spec)),
    }
}
