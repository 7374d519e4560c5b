//! `deep-review eval`: how good ingestion and consolidation are on a corpus of labelled reviews.

mod ablation;
mod compared;
pub(super) mod corpus;
mod ingestion;
mod measure;

use deep_review::{Error, ErrorKind, Result};

use super::args::EvalArgs;
use super::exit::{self, Exit};
use super::{input, output};

pub(crate) fn run(args: EvalArgs) -> Result<Exit> {
    let as_json = match args.format.as_str() {
        "json" => true,
        "text" => false,
        other => {
            return Err(Error::new(ErrorKind::InvalidInput, "`eval` writes text or json")
                .with_context("given", other));
        }
    };
    let policy = input::policy(args.policy.as_deref())?.unwrap_or_default();
    let cases = corpus::load(&args.corpus)?;
    let mut measured = measure::measure(&cases, &policy)?;
    if args.ablation {
        measured = measured.with_ablation(ablation::ablation(&cases, &policy)?);
    }
    output::print(&if as_json { measured.json()? } else { measured.table() })?;
    Ok(exit::DONE)
}
