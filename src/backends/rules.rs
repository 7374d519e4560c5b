//! The embedded reviewer by specification.

use std::path::Path;
use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer, rules_in};
use review_core::{Error, ErrorKind, Result, Reviewer};

use super::ReviewerSpec;

/// `rules[:folder=DIR,all=yes,off=ID+FAMILY.*,repository=no]`. A folder is the user's own, never one of the reviewed branch; the
/// repository's rules are those of the base commit.
pub(super) fn reviewer(spec: &ReviewerSpec) -> Result<Arc<dyn Reviewer>> {
    spec.only(&["folder", "all", "off", "repository"])?;
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
