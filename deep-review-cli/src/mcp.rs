//! `deep-review mcp`: reviews for an editor's agent.

use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use deep_review::git::{ChangeOptions, GitRepository};
use deep_review::{Cancel, Error, ErrorKind, Registry, Result, ReviewerSpec, Session};
use review_mcp::{Server, Sessions};

use super::args::{AskArgs, ChangeArgs, QUESTIONS};
use super::exit::{self, Exit};
use super::judge::JudgeCall;
use super::repository_config::RepositoryConfig;
use super::run::{bounded, choose_reviewers, runtime, with_reviewers};
use super::{input, judge, output};

#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct McpArgs {
    /// The repository, or a folder in it. Default: the current one.
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// A reviewer that a client may choose: [NAME=]BACKEND[:KEY=VALUE,…]; may be repeated. Default: those of your configuration, else
    /// the built-in rules.
    #[arg(long, value_name = "SPEC")]
    reviewer: Vec<ReviewerSpec>,
    #[command(flatten)]
    ask: AskArgs,
    /// Who answers open questions, as for `deep-review run`; `terminal` is not possible here. Default: auto.
    #[arg(long, value_name = "auto|none|SPEC")]
    judge: Option<String>,
    /// What reviewers concentrate on, as for `deep-review run`.
    #[arg(long, value_name = "auto|none|A+B", default_value = "auto")]
    briefs: String,
    /// Where reports go. Default: deep-review-reports at the repository's root.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Let clients start reviewers of your configuration that cost money. Reviewers named with --reviewer need no further word.
    #[arg(long)]
    yes: bool,
    /// How long one reviewer may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    reviewer_timeout: Option<u64>,
    /// How long all reviewers of a run together may take, in seconds.
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
}

pub(crate) fn run(args: McpArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    if args.judge.as_deref() == Some("terminal") {
        return Err(Error::new(ErrorKind::InvalidInput, "nobody sits at the terminal of an MCP server"));
    }
    deep_review::scratch::sweep(&deep_review::scratch::temp_dir());
    let registry = registry.with_prompt(input::prompt(&args.ask)?);
    let mut specs = choose_reviewers(&args.reviewer, args.judge.as_deref(), args.yes, &registry)?;
    registry.deal_briefs(&mut specs, &args.briefs)?;
    let folder = match &args.output {
        Some(folder) => folder.clone(),
        None => output::reports_folder(&ChangeArgs { repo: args.repo.clone(), ..ChangeArgs::default() })?,
    };
    let names: Vec<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
    output::note(&format!("serving MCP; reviewers: {}; reports: {}", names.join(" "), folder.display()));
    let server = Server::new(Repository { args, specs, registry }, folder)?;
    let runtime = runtime()?;
    let served = runtime.block_on(server.serve(review_mcp::stdio(), cancel));
    // A read of standard input can't be called off.
    runtime.shutdown_background();
    served.map(|()| exit::DONE)
}

/// Sessions as `deep-review run` makes them.
struct Repository {
    args: McpArgs,
    specs: Vec<ReviewerSpec>,
    registry: Registry,
}

impl Sessions for Repository {
    fn reviewers(&self) -> Vec<String> {
        self.specs.iter().map(|spec| spec.name.clone()).collect()
    }

    fn session(&self, change: &ChangeOptions, reviewers: &[String], cancel: &Cancel) -> Result<Session> {
        let folder = self.args.repo.as_deref().unwrap_or(Path::new("."));
        // Earlier reports are not part of the work.
        let change = change.clone().without_untracked_in(output::DEFAULT_FOLDER);
        let comparison = GitRepository::open(folder, cancel)?.compare(&change, cancel)?;
        let config = RepositoryConfig::read(&comparison.tree(), cancel)?;
        let mut session = input::with_extra_dirs(Session::compare(comparison)?, &self.args.ask)?;
        if let Some(policy) = &config.policy {
            session = session.with_policy(policy.clone());
        }
        if reviewers.is_empty() {
            return Ok(session);
        }
        session = config.exclude(session)?;
        let named = self.specs.iter().filter(|spec| reviewers.contains(&spec.name));
        let specs: Vec<ReviewerSpec> = named.cloned().collect();
        let call = JudgeCall {
            who: self.args.judge.as_deref(),
            max_questions: config.questions(QUESTIONS),
            previous: &[],
        };
        session = judge::with_judge(session, &call, &specs, &config, &self.registry)?;
        session = with_reviewers(session, specs, &config, &self.registry)?;
        let bounds = config.timeouts(self.args.reviewer_timeout, self.args.timeout);
        Ok(bounded(session, bounds))
    }
}
