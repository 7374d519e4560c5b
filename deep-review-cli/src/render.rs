//! `deep-review render`.

use deep_review::{Report, Result};

use super::args::RenderArgs;
use super::exit::{self, Exit};
use super::{input, output};

pub(crate) fn run(args: RenderArgs) -> Result<Exit> {
    output::check_format(args.out.format.as_deref().unwrap_or("terminal"))?;
    let report: Report = input::document(&args.report)?;
    output::emit(&report, &args.out, "terminal", args.max_chars)?;
    Ok(exit::DONE)
}
