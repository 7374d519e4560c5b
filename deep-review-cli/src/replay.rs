//! `deep-review replay`: the report of a recorded run, without backend and repository.

use deep_review::record::Record;
use deep_review::{Result, session};

use super::args::ReplayArgs;
use super::exit::{self, Exit};
use super::{input, output};

pub(crate) fn run(args: ReplayArgs) -> Result<Exit> {
    output::check_format(args.out.format.as_deref().unwrap_or("terminal"))?;
    let mut record = Record::load(&args.run_dir)?;
    if let Some(policy) = input::policy(args.policy.as_deref())? {
        record.input.policy = policy;
    }
    if args.decisions.is_some() {
        record.decisions = input::decisions(args.decisions.as_deref())?;
    }
    let report = session::replay(&record)?;
    output::emit(&report, &args.out, "terminal", None)?;
    Ok(exit::of_report(&report, &record.input.policy, None))
}
