//! `deep-review run`.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use deep_review::session::{SessionOutcome, report_id};
use deep_review::{
    Cancel, Cx, Error, ErrorKind, Journal, Registry, Result, ReviewerSpec, Session, VerdictDecision, record,
};

use super::args::RunArgs;
use super::exit::{self, Exit};
use super::judge::JudgeCall;
use super::progress::Progress;
use super::pull::{self, Pull, Subject};
use super::repository_config::RepositoryConfig;
use super::{change, choice, config, input, judge, output, publish};

/// Name of the run's record within the output folder.
const RUN_FOLDER: &str = "run";

pub(crate) fn run(mut args: RunArgs, registry: Registry, cancel: Cancel) -> Result<Exit> {
    let format = args.format.clone().unwrap_or_else(|| "terminal".into());
    output::check_format(&format)?;
    deep_review::scratch::sweep(&deep_review::scratch::temp_dir());
    let registry = registry.with_prompt(input::prompt(&args.ask)?);
    let pull = match pull::read(&args.pull, &args.change, &cancel)? {
        Subject::Nothing => return Ok(exit::DONE),
        Subject::Local => None,
        Subject::Pull(pull) => Some(pull),
    };
    let comparison = match &pull {
        Some(found) => found.pull.comparison.clone(),
        None => change::compare(&args.change, &cancel)?,
    };
    let repository = RepositoryConfig::read(&comparison.tree(), &cancel)?;
    repository.lower(&mut args);
    let session = match &pull {
        Some(found) => change::with_context(change::not_empty(found.pull.session()?)?, &args.context)?,
        None => change::session(comparison, &args.change, &args.context)?,
    };
    let mut session = repository.exclude(input::with_extra_dirs(session, &args.ask)?)?;
    if let (None, Some(policy)) = (&args.context.policy, &repository.policy) {
        session = session.with_policy(policy.clone());
    }

    if let Some(named) = &args.since {
        session = since(session, named, pull.as_deref(), &args, &cancel)?;
    }
    let mut specs = choose_reviewers(&args.reviewer, args.judge.as_deref(), args.yes, &registry)?;
    registry.deal_briefs(&mut specs, &args.briefs)?;
    let call = JudgeCall {
        who: args.judge.as_deref(),
        max_questions: args.max_questions,
        previous: &args.context.previous,
    };
    session = judge::with_judge(session, &call, &specs, &repository, &registry)?;
    session = with_reviewers(session, specs, &repository, &registry)?;
    if let Some(found) = &pull {
        for other in found.others(&args.pull)? {
            session = session.with_reviewer(other);
        }
    }
    if let Some(editor) = &args.editor {
        session = session.with_agent_editor(registry.editor(&editor.parse()?)?);
    }
    session = bounded(session, (args.reviewer_timeout, args.timeout));

    let (folder, mut session) = place(session, &args)?;
    // The folder must be writable before anything is paid for.
    std::fs::create_dir_all(&folder).map_err(|error| {
        Error::new(ErrorKind::Io, format!("the output folder can't be made: {error}"))
            .with_context("path", folder.display())
    })?;
    session = if args.resume.is_some() {
        session.with_resumed(record::run_folder(&folder)?)
    } else {
        session.with_record(folder.join(RUN_FOLDER))
    };

    let outcome = drive(session, cancel.clone())?;
    let exit = finish(&outcome, &folder, &format, &args)?;
    match pull.filter(|_| args.pull.publish || args.pull.how.dry_run) {
        Some(found) => Ok(published(&found, &outcome, &folder, &args, exit, cancel)),
        None => Ok(exit),
    }
}

/// Tells the session which commit was reviewed before. Without an earlier round, or where its commit is gone, everything is new.
fn since(
    session: Session,
    named: &str,
    pull: Option<&Pull>,
    args: &RunArgs,
    cancel: &Cancel,
) -> Result<Session> {
    if named != "auto" {
        return Ok(session.with_since(named));
    }
    let previous = input::previous(&args.context.previous)?;
    let newest =
        previous.iter().max_by_key(|report| report.round).and_then(|report| report.change.head.clone());
    match newest.or_else(|| pull?.pull.reviewed_head(cancel)) {
        Some(head) => Ok(session.with_since(head)),
        None => {
            output::note("note: no earlier head is known, so everything is looked at in depth");
            Ok(session)
        }
    }
}

/// Publishes the report. It is on disk already; when publishing fails, the status says so and it can go on later.
fn published(
    found: &Pull,
    outcome: &SessionOutcome,
    folder: &std::path::Path,
    args: &RunArgs,
    exit: Exit,
    cancel: Cancel,
) -> Exit {
    let Pull { forge, pull } = found;
    match publish::after_run(&**forge, &pull.address, &outcome.report, &args.pull.how, exit, cancel) {
        Ok(()) => exit,
        Err(error) => {
            output::note(&format!("deep-review: the report could not be published: {error}"));
            output::note(&format!("it is on disk; `deep-review publish {}` goes on", folder.display()));
            exit::INCOMPLETE
        }
    }
}

/// Adds the reviewers. One whose key or program is missing costs the others nothing: the report says that it is missing, and
/// is incomplete. If that is all of them, there is nothing to run.
pub(crate) fn with_reviewers(
    mut session: Session,
    specs: Vec<ReviewerSpec>,
    repository: &RepositoryConfig,
    registry: &Registry,
) -> Result<Session> {
    let mut missing = Vec::new();
    for spec in specs {
        let name = spec.name.clone();
        match registry.make(&repository.bound(spec, registry)?) {
            Ok(reviewer) => session = session.with_reviewer(reviewer),
            Err(error) if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::NotFound) => {
                missing.push((name, error));
            }
            Err(error) => return Err(error),
        }
    }
    if session.reviewers().is_empty()
        && let Some((name, error)) = missing.pop()
    {
        return Err(error.with_context("reviewer", name));
    }
    for (name, error) in missing {
        output::note(&format!("warning: {name} can't review: {error}"));
        session = session.with_missing(name, error.to_string());
    }
    Ok(session)
}

/// The session with at most so many seconds for one pass, and for all reviewers together.
pub(crate) fn bounded(mut session: Session, (pass, all): (Option<u64>, Option<u64>)) -> Session {
    if let Some(seconds) = pass {
        session = session.with_reviewer_deadline(Duration::from_secs(seconds));
    }
    if let Some(seconds) = all {
        session = session.with_total_deadline(Duration::from_secs(seconds));
    }
    session
}

/// The output folder, and the session with the id that goes with it.
fn place(session: Session, args: &RunArgs) -> Result<(PathBuf, Session)> {
    if let Some(folder) = &args.resume {
        Journal::load(&record::run_folder(folder)?)?;
        let is_run = folder.join(deep_review::Journal::FILE_NAME).is_file();
        let parent = folder.canonicalize()?.parent().map(PathBuf::from);
        let output = if is_run { parent.unwrap_or_else(|| folder.clone()) } else { folder.clone() };
        return Ok((output, session));
    }
    let started = std::time::SystemTime::now()
        .duration_since(std::time::SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as i64);
    let id = report_id(started, session.change());
    let (folder, id) = match &args.output {
        Some(folder) => (folder.clone(), id),
        None => record::new_folder(&output::reports_folder(&args.change)?, &id)?,
    };
    if folder.join(RUN_FOLDER).join(deep_review::Journal::FILE_NAME).exists() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the output folder holds a run already; continue it with --resume or name another folder",
        )
        .with_context("path", folder.display()));
    }
    Ok((folder, session.with_report_id(id).with_started_ms(started)))
}

/// Runs on a runtime of its own.
fn drive(session: Session, cancel: Cancel) -> Result<SessionOutcome> {
    runtime()?.block_on(session.run(Cx::new(cancel, Arc::new(Progress::new()))))
}

/// A runtime for one piece of work.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Error::from(error).with_operation("starting a runtime"))
}

fn finish(outcome: &SessionOutcome, folder: &std::path::Path, format: &str, args: &RunArgs) -> Result<Exit> {
    let report = &outcome.report;
    let written = deep_review::files::write_report(report, folder);
    let options = output::options(false).with_full(args.full);
    output::print_with(|stdout| output::render_with(report, format, &options, stdout))?;
    let mut exit = exit::of_report(report, &outcome.record.input.policy, args.fail_on.map(Into::into));
    match written {
        Ok(()) => output::note(&format!("report: {}", folder.join("report.md").display())),
        Err(error) => {
            output::note(&format!("deep-review: the report could not be written: {error}"));
            exit = exit::INCOMPLETE;
        }
    }
    if let Some(error) = &outcome.record_error {
        output::note(&format!("deep-review: the run's record is incomplete: {error}"));
        exit = exit::INCOMPLETE;
    }
    if report.verdict.decision == VerdictDecision::Incomplete {
        output::note(&format!("incomplete: {}", report.verdict.reason));
    }
    Ok(exit)
}

/// Who reviews: as called; else as the user configured; else the built-in rules. Nothing that costs money starts
/// unasked.
pub(crate) fn choose_reviewers(
    named: &[ReviewerSpec],
    judge: Option<&str>,
    yes: bool,
    registry: &Registry,
) -> Result<Vec<ReviewerSpec>> {
    let mut specs = named.to_vec();
    let named = !specs.is_empty();
    if !named {
        specs = config::user()?.specs()?;
    }
    if specs.is_empty() {
        // Whoever is asked has said yes.
        return choice::choose(registry);
    }
    let mut costly: Vec<String> = specs
        .iter()
        .filter(|spec| registry.backends().any(|backend| backend.name == spec.backend && backend.costs_money))
        .map(ToString::to_string)
        .collect();
    if judge.is_none_or(|judge| judge == "auto")
        && let Some(judge) = judge::automatic(&specs, registry)
    {
        costly.push(format!("judge={}", judge.name));
    }
    if !costly.is_empty() && !named && !yes {
        ask_to_spend(&costly)?;
    }
    Ok(specs)
}

/// Reviewers from the configuration cost money each time; a person says yes, or the call does.
fn ask_to_spend(costly: &[String]) -> Result<()> {
    let refused = || {
        Error::new(
            ErrorKind::InvalidInput,
            "nothing that costs money starts unasked: name the reviewers with --reviewer or say --yes",
        )
        .with_context("would start", costly.join(" "))
    };
    if !std::io::stdin().is_terminal() {
        return Err(refused());
    }
    output::note(&format!("this will cost money: {}. Start? [y/N]", costly.join(" ")));
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    if matches!(line.trim(), "y" | "Y" | "yes") { Ok(()) } else { Err(refused()) }
}
