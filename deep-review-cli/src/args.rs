//! The arguments, as the contract has them.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use deep_review::{ReviewerSpec, Severity};

/// Run several AI code reviewers on one change and consolidate what they found into one report.
#[derive(Debug, Parser)]
#[command(name = "deep-review", version, about, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The formats of this build, for help and completions.
fn formats() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(deep_review::render::formats())
}

const RUN_EXAMPLES: &str = "Examples:
  deep-review run                                       the built-in rules on this branch: free, offline
  deep-review run --reviewer rules --reviewer claude-code:max-cost=2.50 --reviewer codex
  deep-review run --reviewer claude-code:passes=3       three passes, each with other briefs
  deep-review run --base v1.2 --head v1.3 --reviewer anthropic --judge anthropic --output out
  deep-review run --working-tree --fail-on important    what is not committed yet; status 1 on an important finding
  deep-review run --reviewer openai-chat:endpoint=http://127.0.0.1:11434,model=qwen3-coder

`deep-review reviewers` lists the backends with all of their options, `deep-review doctor` what works on this machine.";

const CONSOLIDATE_EXAMPLES: &str = "Examples:
  deep-review consolidate claude=claude.md codex=codex.json lint=results.sarif
  deep-review consolidate --base main --head HEAD --format html -o report.html claude@1=a.md claude@2=b.md";

const BENCH_EXAMPLES: &str = "Examples:
  deep-review bench team-bench --reviewer rules --reviewer codex:max-cost=2 --reviewer anthropic --repeat 3
  deep-review bench team-bench --format markdown -o bench.md         what is recorded, measured again; nobody is asked
  deep-review bench martian --import martian=benchmark.jsonl --keep 2";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Review a change with one or more reviewers and write the report.
    #[command(after_long_help = RUN_EXAMPLES)]
    Run(Box<RunArgs>),
    /// Consolidate reviews that are there already, as any agent or tool wrote them.
    #[command(after_long_help = CONSOLIDATE_EXAMPLES)]
    Consolidate(Box<ConsolidateArgs>),
    /// Publish the report of a run to its pull request, or go on where that stopped.
    Publish(Box<super::publish::PublishRunArgs>),
    /// Make the report of a recorded run again, without backend and repository.
    Replay(ReplayArgs),
    /// Show a review as typed JSON.
    Parse(ParseArgs),
    /// Render a report in another format.
    Render(RenderArgs),
    /// Print what a reviewer would be asked.
    Prompt(Box<PromptArgs>),
    /// Measure ingestion and consolidation on a corpus of labelled reviews.
    Eval(EvalArgs),
    /// Measure which reviewers find what, alone and together, and at what price.
    #[command(after_help = BENCH_EXAMPLES)]
    Bench(Box<super::bench::BenchArgs>),
    /// Write index.html over a folder of reports.
    Index(IndexArgs),
    /// Learn from recorded outcomes how far each reviewer's claims hold, as a policy.
    Learn(LearnArgs),
    /// Receive webhooks of forges, review pull requests, and publish the reports.
    #[cfg(feature = "serve")]
    Serve(super::serve::ServeArgs),
    /// Do the reviews that a service took in, on this machine too.
    #[cfg(feature = "serve")]
    Worker(super::serve::WorkerArgs),
    /// Serve an editor's agent over standard input and output: it starts reviews and reads the reports (MCP).
    #[cfg(feature = "mcp")]
    #[command(
        after_help = "Example, for Claude Code: claude mcp add deep-review -- deep-review mcp --reviewer rules --reviewer codex"
    )]
    Mcp(Box<super::mcp::McpArgs>),
    /// List the reviewer backends of this build.
    Reviewers,
    /// Show or check the built-in rules.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Print the JSON Schema of a document.
    Schema(SchemaArgs),
    /// Write a commented deep-review.toml, and tell which reviewers are at hand and what they cost at most.
    Init(super::init::InitArgs),
    /// Tell what works on this machine: git, confinement, agent programs, keys, reviewers.
    Doctor(super::doctor::DoctorArgs),
    /// Print completions for a shell.
    #[command(
        after_help = "Example: deep-review completions bash > ~/.local/share/bash-completion/completions/deep-review"
    )]
    Completions(super::completions::CompletionsArgs),
    /// Print the manual page.
    #[command(after_help = "Example: deep-review man run | man -l -")]
    Man(super::completions::ManArgs),
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the rules: id, on or off by default, severity, category, title.
    List {
        /// A folder with rules of your own, listed beside the built-in ones.
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Explain one rule, with code that it matches and code that it does not.
    Explain {
        /// Id of the rule.
        id: String,
        /// A folder with rules of your own.
        #[arg(long, value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Check that rules match what they must, and nothing that they must not.
    Test {
        /// A folder with rules of your own; without it the built-in ones are checked.
        folder: Option<PathBuf>,
    },
}

/// Which change is reviewed.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct ChangeArgs {
    /// The repository, or a folder in it.
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
    /// Where the change starts. Default: the merge base with the default branch.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub(crate) base: Option<String>,
    /// The reviewed revision. Default: HEAD.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub(crate) head: Option<String>,
    /// Review uncommitted work instead of a commit.
    #[arg(long, conflicts_with = "head")]
    pub(crate) working_tree: bool,
    /// JSON with what git does not know: number, title, state, url, author, description, discussion, references.
    #[arg(long, value_name = "FILE")]
    pub(crate) change: Option<PathBuf>,
}

/// What reviewing agents are told, and what they may read.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct AskArgs {
    /// A further folder that reviewers may read; may be repeated.
    #[arg(long, value_name = "DIR")]
    pub(crate) also: Vec<PathBuf>,
    /// Your own instructions, after the built-in ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) instructions: Option<PathBuf>,
    /// Your own task template instead of the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(crate) prompt: Option<PathBuf>,
}

/// What is known from before, and how to judge.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct ContextArgs {
    /// Report of an earlier round of the same change; may be repeated.
    #[arg(long, value_name = "REPORT.json")]
    pub(crate) previous: Vec<PathBuf>,
    /// What the author did with the items of an earlier report; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub(crate) resolution: Vec<PathBuf>,
    /// Thresholds, weights and caps.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

/// Questions to a judge unless the call says otherwise.
pub(crate) const QUESTIONS: u32 = 12;

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) pull: super::pull::PullArgs,
    /// Who reviews: [NAME=]BACKEND[:KEY=VALUE,…]; may be repeated.
    #[arg(long, value_name = "SPEC")]
    pub(crate) reviewer: Vec<ReviewerSpec>,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    #[command(flatten)]
    pub(crate) context: ContextArgs,
    /// Who answers open questions: a backend with a model, as for --reviewer; `terminal`, which asks you; `none`; or `auto`, the
    /// first reviewer that can, where at least two are models. Default: auto.
    #[arg(long, value_name = "auto|none|terminal|SPEC")]
    pub(crate) judge: Option<String>,
    /// Look in depth at what has changed since this commit, which was reviewed before; `auto` takes it from the earlier round of
    /// the pull request or from --previous. The whole change is under review all the same.
    #[arg(long, value_name = "auto|REV")]
    pub(crate) since: Option<String>,
    /// At most so many questions to the judge.
    #[arg(long, value_name = "N", default_value_t = QUESTIONS)]
    pub(crate) max_questions: u32,
    /// Who writes the summary. Without one it is made from the facts.
    #[arg(long, value_name = "SPEC")]
    pub(crate) editor: Option<String>,
    /// Where the report and the run's record go. Default: deep-review-reports/<report id>.
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// What is printed. Default: terminal.
    #[arg(long, value_name = "F", value_parser = formats())]
    pub(crate) format: Option<String>,
    /// What reviewers concentrate on: `auto` shares the built-in briefs out over all passes of all models; `none`; or names
    /// joined by `+`, one of which may be a file that ends in .md.
    #[arg(long, value_name = "auto|none|A+B", default_value = "auto")]
    pub(crate) briefs: String,
    /// Show every finding and section in full, also what the format leaves short.
    #[arg(long)]
    pub(crate) full: bool,
    /// Exit with status 1 when a finding is at least this severe.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Go on with a run that died, without asking again for what it has.
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub(crate) resume: Option<PathBuf>,
    /// Start what costs money without asking.
    #[arg(long)]
    pub(crate) yes: bool,
    /// How long one reviewer may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) reviewer_timeout: Option<u64>,
    /// How long all reviewers together may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ConsolidateArgs {
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) context: ContextArgs,
    /// Answers to open questions of an earlier report.
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) out: OutArgs,
    /// Exit with status 1 when a finding is at least this severe.
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<FailOn>,
    /// Id of the report. Default: made from the reviewed commit's time, or from the reviews; never from the clock, so
    /// that the same call gives the same bytes.
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<String>,
    /// The reviews: who wrote it, and the file.
    #[arg(required = true, value_name = "NAME[@PASS]=FILE")]
    pub(crate) reviews: Vec<String>,
}

/// Where a rendering goes.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(crate) struct OutArgs {
    /// Format of the output.
    #[arg(long, value_name = "F", value_parser = formats())]
    pub(crate) format: Option<String>,
    /// Show every finding and section in full, also what the format leaves short.
    #[arg(long)]
    pub(crate) full: bool,
    /// File to write instead of standard output.
    #[arg(short = 'o', long = "output-file", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ReplayArgs {
    /// The run's folder, or the output folder that holds it.
    pub(crate) run_dir: PathBuf,
    /// Another policy than the recorded one.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Other decisions than the recorded ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) out: OutArgs,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ParseArgs {
    /// The review, or `-` for standard input.
    pub(crate) file: PathBuf,
    /// Who wrote it.
    #[arg(long, value_name = "NAME")]
    pub(crate) reviewer: Option<String>,
    /// Only `json`.
    #[arg(long, value_name = "F", default_value = "json")]
    pub(crate) format: String,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct RenderArgs {
    /// The report, or `-` for standard input.
    pub(crate) report: PathBuf,
    #[command(flatten)]
    pub(crate) out: OutArgs,
    /// Longest output in characters, for formats that have a limit.
    #[arg(long, value_name = "N")]
    pub(crate) max_chars: Option<usize>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PromptArgs {
    #[command(flatten)]
    pub(crate) change: ChangeArgs,
    #[command(flatten)]
    pub(crate) ask: AskArgs,
    #[command(flatten)]
    pub(crate) context: ContextArgs,
    /// Who would be asked.
    #[arg(long, value_name = "SPEC")]
    pub(crate) reviewer: Option<ReviewerSpec>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct EvalArgs {
    /// A folder with `reviews/<id>/raw-<agent>.md` and `gold.json`.
    pub(crate) corpus: PathBuf,
    /// Thresholds, weights and caps to measure with.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Also tell what each signal of the match is worth. Takes a while.
    #[arg(long)]
    pub(crate) ablation: bool,
    /// `text` or `json`.
    #[arg(long, value_name = "F", default_value = "text")]
    pub(crate) format: String,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct IndexArgs {
    /// The folder, for example deep-review-reports.
    pub(crate) folder: PathBuf,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct LearnArgs {
    /// A folder with report.json and resolution files, a folder of such folders, or a corpus with gold.json files; may
    /// be repeated.
    #[arg(long, value_name = "DIR", required = true, num_args = 1..)]
    pub(crate) from: Vec<PathBuf>,
    /// The policy to add to. Default: the built-in one.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// File to write instead of standard output.
    #[arg(short = 'o', long = "output-file", value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct SchemaArgs {
    /// review, report, policy, decisions, resolution or journal.
    pub(crate) document: String,
}

/// A severity on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Critical,
    Important,
    Suggestion,
}

impl From<FailOn> for Severity {
    fn from(limit: FailOn) -> Self {
        match limit {
            FailOn::Critical => Self::Critical,
            FailOn::Important => Self::Important,
            FailOn::Suggestion => Self::Suggestion,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
    }
}
