//! `deep-review bench`: which reviewers find what, alone and together, and at what price.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args as ClapArgs, ValueEnum};
use deep_review::bench::{
    AskLimits, Bench, BenchRun, Crediting, Measured, Measuring, Planned, RankBy, Runs, import, measure,
};
use deep_review::files::{read_text, write_whole};
use deep_review::{Cancel, Cx, Decisions, Document as _, Error, ErrorKind, Registry, Result, ReviewerSpec};

use super::exit::{self, Exit};
use super::progress::Progress;
use super::run::runtime;
use super::{input, output};

/// Largest file of a public benchmark: 512 MiB.
const MAX_BYTES: u64 = 512 << 20;
/// The judge's answers, below the benchmark's folder.
const DECISIONS: &str = "decisions.json";
/// The recorded runs, below the benchmark's folder.
const RUNS: &str = "runs";

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct BenchArgs {
    /// The benchmark: `DIR/changes/*.json`, as docs/bench.md describes; recorded runs go to `DIR/runs`.
    dir: PathBuf,
    /// Ask this reviewer: [NAME=]BACKEND[:KEY=VALUE,…]; may be repeated. What is recorded is not asked again. Without one, what is recorded
    /// is measured.
    #[arg(long, value_name = "SPEC")]
    reviewer: Vec<ReviewerSpec>,
    /// How often each reviewer is asked about each change.
    #[arg(long, value_name = "K", default_value_t = 1)]
    repeat: u32,
    /// Runs at the same time.
    #[arg(long, value_name = "N", default_value_t = 2)]
    at_once: usize,
    /// Begin no run once the recorded runs have cost this many US dollars.
    #[arg(long, value_name = "USD")]
    max_cost: Option<f64>,
    /// Ask this model which findings say what golden comments say, where neither labels nor the matcher are sure. Its answers are kept.
    #[arg(long, value_name = "SPEC")]
    judge: Option<ReviewerSpec>,
    /// Take no notice of labels of recorded reviews.
    #[arg(long)]
    ignore_labels: bool,
    /// Combinations of up to so many reviewers.
    #[arg(long, value_name = "N", default_value_t = 3)]
    size: usize,
    /// Of a combination, count what at least so many of its reviewers raised.
    #[arg(long, value_name = "N", default_value_t = 1)]
    keep: usize,
    /// What combinations are ranked by.
    #[arg(long, value_enum, default_value_t = Rank::F1)]
    rank_by: Rank,
    /// The policy that reviews are consolidated by.
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// First make changes of a public benchmark's file: `martian=FILE` or `aacr=FILE`; may be repeated.
    #[arg(long, value_name = "KIND=FILE")]
    import: Vec<String>,
    /// What is written.
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// Where it goes. Default: standard output.
    #[arg(short = 'o', value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Rank {
    F1,
    Recall,
    Precision,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Text,
    Markdown,
    Json,
}

pub(crate) fn run(args: BenchArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    for import in &args.import {
        take_in(import, &args.dir)?;
    }
    let bench = Bench::load(&args.dir)?;
    let mut failures: Vec<(String, String)> =
        bench.failures.iter().map(|(change, error)| (change.clone(), error.to_string())).collect();
    let mut runs = Runs::open(args.dir.join(RUNS))?;
    let runtime = runtime()?;
    let cx = Cx::new(cancel.clone(), Arc::new(Progress::new()));
    if !args.reviewer.is_empty() {
        failures.extend(runtime.block_on(ask(&args, &bench, &mut runs, &registry, &cx))?);
    }
    let mut all = runs.recorded(&bench)?;
    all.extend(bench.runs.iter().cloned());
    let measured = runtime.block_on(credit_and_measure(&args, &bench, &all, &registry, &cx))?;
    let incomplete = !failures.is_empty() || !measured.left_out.is_empty();
    let specs = |name: &str| runs.spec(name).map(str::to_owned);
    write(&args, &measured.with_specs(specs).with_failures(failures))?;
    // What was left out is told; the figures are of the rest.
    Ok(if incomplete { exit::INCOMPLETE } else { exit::DONE })
}

/// Asks for what is not recorded yet. What failed is returned with its change.
async fn ask(
    args: &BenchArgs,
    bench: &Bench,
    runs: &mut Runs,
    registry: &Registry,
    cx: &Cx,
) -> Result<Vec<(String, String)>> {
    let planned = runs.plan(bench, &args.reviewer, args.repeat)?;
    let all = planned.len();
    output::note(&format!("{all} runs to ask for; answers are kept in {}", runs.folder().display()));
    let told = |planned: &Planned, ran: &Result<BenchRun>| {
        let how = match ran {
            Ok(run) => match run.failure() {
                Some(reason) => format!("failed: {reason}"),
                None => {
                    let found: usize = run.reviews.iter().map(|review| review.findings.len()).sum();
                    format!("{found} findings")
                }
            },
            Err(error) => format!("failed: {error}"),
        };
        output::note(&format!("{} {} {}: {how}", planned.change, planned.spec.name, planned.number));
    };
    let most = args.max_cost.map(|dollars| (dollars.max(0.0) * 1e6).round() as u64);
    let limits = AskLimits::default().with_at_once(args.at_once).with_max_cost_micro_usd(most);
    let asked = runs.ask(bench, planned, registry, limits, cx, &told).await?;
    if asked.unpaid > 0 {
        output::note(&format!("{} runs were not begun: --max-cost is used up", asked.unpaid));
    }
    if asked.unpriced > 0 && most.is_some() {
        output::note(&format!(
            "what {} runs cost is not known: --max-cost does not count them",
            asked.unpriced
        ));
    }
    cx.cancel.check()?;
    Ok(asked.failures.into_iter().map(|(change, error)| (change, error.to_string())).collect())
}

async fn credit_and_measure(
    args: &BenchArgs,
    bench: &Bench,
    all: &[BenchRun],
    registry: &Registry,
    cx: &Cx,
) -> Result<Measured> {
    let policy = input::policy(args.policy.as_deref())?.unwrap_or_default();
    let file = args.dir.join(DECISIONS);
    let known = if file.is_file() { input::document::<Decisions>(&file)? } else { Decisions::default() };
    let mut crediting =
        Crediting::new(policy.clone()).with_decisions(known).ignoring_labels(args.ignore_labels);
    if let Some(spec) = &args.judge {
        crediting = crediting.with_judge(Arc::new(registry.judge(spec)?));
    }
    let mut credited = Vec::new();
    for run in all {
        let Some(change) = bench.change(&run.change) else { continue };
        let known = crediting.decisions().decisions.len();
        let of_run = crediting.credit(change, run, cx).await;
        // Answers are paid for: they are kept as they come, whatever happens to the rest.
        if crediting.decisions().decisions.len() != known {
            write_whole(&file, crediting.decisions().to_json()?.as_bytes())?;
        }
        credited.push(of_run?);
    }
    let rank = match args.rank_by {
        Rank::F1 => RankBy::F1,
        Rank::Recall => RankBy::Recall,
        Rank::Precision => RankBy::Precision,
    };
    let how =
        Measuring::default().with_size(args.size).with_keep(args.keep).with_rank_by(rank).with_policy(policy);
    measure(bench, &credited, &how, &cx.cancel)
}

fn write(args: &BenchArgs, measured: &Measured) -> Result<()> {
    let text = match args.format {
        Form::Text => measured.text(),
        Form::Markdown => measured.markdown(),
        Form::Json => measured.json()?,
    };
    match &args.file {
        Some(file) => write_whole(file, text.as_bytes()),
        None => output::print(&text),
    }
}

/// Writes the changes of a public benchmark's file into the folder. A change that is there already is written anew.
fn take_in(named: &str, folder: &Path) -> Result<()> {
    let wrong = || {
        Error::new(ErrorKind::InvalidInput, "--import reads martian=FILE or aacr=FILE")
            .with_context("given", named)
    };
    let (kind, file) = named.split_once('=').ok_or_else(wrong)?;
    let text = read_text(Path::new(file), MAX_BYTES)?;
    let changes = match kind {
        "martian" => import::martian(&text),
        "aacr" => import::aacr(&text),
        _ => return Err(wrong()),
    };
    for change in changes.map_err(|error| error.with_context("file", file))? {
        let path = folder.join("changes").join(format!("{}.json", change.id));
        write_whole(&path, change.to_json()?.as_bytes())?;
    }
    Ok(())
}
