//! The embedded reviewer by specification.

use std::path::Path;
use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer, rules_in};
use review_core::{Error, ErrorKind, Result, Reviewer};

use super::ReviewerSpec;

/// `rules[:folder=DIR,all=yes,off=ID+ID]`. A folder is the user's own, never one of the reviewed branch.
pub(super) fn reviewer(spec: &ReviewerSpec) -> Result<Arc<dyn Reviewer>> {
    spec.only(&["folder", "all", "off"])?;
    let mut catalogue = match spec.option("all") {
        None | Some("no") => Catalogue::standard()?,
        Some("yes") => Catalogue::all()?,
        Some(_) => {
            return Err(Error::new(ErrorKind::InvalidInput, "the option `all` is yes or no")
                .with_context("given", spec));
        }
    };
    if let Some(folder) = spec.option("folder") {
        catalogue = catalogue.with_rules(rules_in(Path::new(folder))?);
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
    Ok(Arc::new(RulesReviewer::with_catalogue(&spec.name, catalogue)))
}
