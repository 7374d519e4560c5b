//! A report to its pull request: right after a run, or later by `deep-review publish`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args as ClapArgs;
use deep_review::forge::{ChangeAddress, Conclusion, Forge, PublishOptions, Published, dry_run, publish};
use deep_review::record::Record;
use deep_review::{Cancel, Cx, Error, ErrorKind, GitRepository, NullSink, Policy, Report, Result};

use super::args::FailOn;
use super::exit::{self, Exit};
use super::forge::ForgeArgs;
use super::{input, output};

/// How a report is published.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PublishArgs {
    /// Show what would be written to the forge, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Most open comments on lines; what is beyond stands in the summary.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) max_inline: usize,
    /// Least severity for a comment on lines; what is below stands in the summary.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) min_inline: Option<FailOn>,
    /// Ask for changes when there is a critical finding. Nothing is ever approved.
    #[arg(long)]
    pub(crate) request_changes: bool,
}

impl PublishArgs {
    fn options(&self, exit: Exit) -> PublishOptions {
        let conclusion = Conclusion::from(exit);
        let mut options = PublishOptions::default()
            .with_max_inline(self.max_inline)
            .with_request_changes(self.request_changes)
            .with_conclusion(conclusion);
        if let Some(limit) = self.min_inline {
            options = options.with_min_severity(deep_review::Severity::from(limit));
        }
        options
    }
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PublishRunArgs {
    /// The output folder of a run, or its `run` folder.
    pub(crate) run_dir: PathBuf,
    /// The pull request. Default: the one that was reviewed.
    #[arg(long, visible_alias = "mr", value_name = "URL|NUMBER")]
    pub(crate) pr: Option<String>,
    #[command(flatten)]
    pub(crate) forge: ForgeArgs,
    #[command(flatten)]
    pub(crate) publish: PublishArgs,
    /// The check fails when a finding is at least this severe.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// `text` for people, or `plan` for the plan as JSON.
    #[arg(long, value_name = "F", default_value = "text")]
    pub(crate) format: String,
}

/// `deep-review publish`: goes on where it stopped; run twice, it changes nothing.
pub(crate) fn run(args: PublishRunArgs, cancel: Cancel) -> Result<Exit> {
    if !matches!(args.format.as_str(), "text" | "plan") {
        return Err(Error::new(ErrorKind::InvalidInput, "`publish` prints text or plan")
            .with_context("given", args.format));
    }
    let folder = report_folder(&args.run_dir)?;
    let report: Report = input::document(&folder.join("report.json"))?;
    let policy =
        Record::load(&folder).map(|record| record.input.policy).unwrap_or_else(|_| Policy::default());
    let address = match &args.pr {
        Some(named) => {
            let clone = GitRepository::open(".", &cancel).ok();
            args.forge.address(named, clone.as_ref(), &cancel)?
        }
        None => reviewed(&report)?,
    };
    let forge = args.forge.connect(&address, args.pr.is_some())?;
    let status = exit::of_report(&report, &policy, args.fail_on.map(Into::into));
    let runtime = super::run::runtime()?;
    let cx = Cx::new(cancel, Arc::new(NullSink));
    let options = args.publish.options(status);
    if args.publish.dry_run || args.format == "plan" {
        let plan = runtime.block_on(dry_run(&*forge, address.number, &report, &options, cx.clone()))?;
        output::print(&shown_plan(&plan, &args.format)?)?;
        if args.publish.dry_run {
            return Ok(exit::DONE);
        }
    }
    let published = runtime.block_on(publish(&*forge, address.number, &report, &options, cx))?;
    tell(&published, &address);
    Ok(exit::DONE)
}

/// The folder with `report.json`: the given one, or the one above the run's record.
fn report_folder(folder: &Path) -> Result<PathBuf> {
    let above = folder.canonicalize()?.parent().map(PathBuf::from);
    let candidates = [Some(folder.to_owned()), above];
    candidates.into_iter().flatten().find(|folder| folder.join("report.json").is_file()).ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "there is no report here; `deep-review run --resume` makes it from the run's record",
        )
        .with_context("path", folder.display())
    })
}

fn reviewed(report: &Report) -> Result<ChangeAddress> {
    let url = report.change.notes.url.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "the report is of no pull request; name one with --pr")
    })?;
    let mut address = ChangeAddress::from_url(url)?;
    // The address alone can't tell a GitHub Enterprise from others that use its form.
    if let Some(kind) =
        report.change.repository.forge.as_deref().and_then(deep_review::forge::ForgeKind::from_name)
    {
        address.kind = kind;
    }
    Ok(address)
}

/// Publishes the report of a run that has just ended.
pub(crate) fn after_run(
    forge: &dyn Forge,
    address: &ChangeAddress,
    report: &Report,
    args: &PublishArgs,
    status: Exit,
    cancel: Cancel,
) -> Result<()> {
    let runtime = super::run::runtime()?;
    let options = args.options(status);
    let cx = Cx::new(cancel, Arc::new(NullSink));
    if args.dry_run {
        let plan = runtime.block_on(dry_run(forge, address.number, report, &options, cx))?;
        output::note(shown_plan(&plan, "text")?.trim_end());
        return Ok(());
    }
    let published = runtime.block_on(publish(forge, address.number, report, &options, cx))?;
    tell(&published, address);
    Ok(())
}

fn shown_plan(plan: &deep_review::forge::PublishPlan, format: &str) -> Result<String> {
    if format == "plan" {
        let text = serde_json::to_string_pretty(plan).map_err(|error| {
            Error::new(ErrorKind::Internal, "the plan can't be written").with_source(error)
        })?;
        return Ok(format!("{text}\n"));
    }
    let mut out = String::new();
    for planned in &plan.writes {
        out.push_str(&format!("would write: {} ({})\n", planned.write.name(), planned.reason));
    }
    for placement in &plan.placements {
        out.push_str(&format!("{}: {} ({})\n", placement.finding, placement.at.as_str(), placement.reason));
    }
    if plan.writes.is_empty() {
        out.push_str("nothing to write: everything is there\n");
    }
    Ok(out)
}

fn tell(published: &Published, address: &ChangeAddress) {
    for note in &published.notes {
        output::note(&format!("note: {note}"));
    }
    let writes = published.made.len();
    let what = match writes {
        0 => "nothing to write, everything was there".to_owned(),
        1 => "1 write".to_owned(),
        more => format!("{more} writes"),
    };
    output::note(&format!("published to {address}: {what}"));
}
