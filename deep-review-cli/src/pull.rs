//! `--pr`: the pull request that a run is about.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args as ClapArgs;
use deep_review::forge::{Forge, RequestState};
use deep_review::{
    Cancel, Cx, Error, ErrorKind, GitRepository, NullSink, PullRequest, Result, ScriptedReviewer,
};

use super::args::ChangeArgs;
use super::forge::ForgeArgs;
use super::publish::PublishArgs;
use super::{event, output, run};

/// Which pull request, and whether the report goes there.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PullArgs {
    /// Review a pull or merge request: its address, or its number in the clone's own repository.
    #[arg(long, visible_alias = "mr", value_name = "URL|NUMBER", conflicts_with_all = ["base", "head", "working_tree", "resume"])]
    pub(crate) pr: Option<String>,
    /// Review the pull request that an event is about, if the event asks for that: the file that a workflow of GitHub or Gitea has in
    /// GITHUB_EVENT_PATH.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pr", "base", "head", "working_tree", "resume"])]
    pub(crate) event: Option<PathBuf>,
    /// Take what an account said about the pull request as a review of its own; `bots` takes all programs. May be repeated.
    #[arg(long, value_name = "LOGIN|bots")]
    pub(crate) reviews_of: Vec<String>,
    /// Publish the report to the pull request: comments on lines, one summary, a check.
    #[arg(long)]
    pub(crate) publish: bool,
    /// Publish to a draft as well.
    #[arg(long, requires = "publish")]
    pub(crate) draft: bool,
    #[command(flatten)]
    pub(crate) forge: ForgeArgs,
    #[command(flatten)]
    pub(crate) how: PublishArgs,
}

/// A pull request and the forge that it is at.
pub(crate) struct Pull {
    pub(crate) forge: Arc<dyn Forge>,
    pub(crate) pull: PullRequest,
}

/// What a run is about.
pub(crate) enum Subject {
    /// What the other arguments name.
    Local,
    /// A pull request.
    Pull(Box<Pull>),
    /// Nothing: the event asks for no review.
    Nothing,
}

/// Reads the pull request that the call names, if it names one.
pub(crate) fn read(args: &PullArgs, change: &ChangeArgs, cancel: &Cancel) -> Result<Subject> {
    let folder = change.repo.as_deref().unwrap_or(Path::new("."));
    let clone = || match GitRepository::open(folder, cancel) {
        Ok(clone) => Ok(Some(clone)),
        // Without a clone everything is fetched; a folder that was named must be one.
        Err(error) if change.repo.is_some() || error.is_cancelled() => Err(error),
        Err(_) => Ok(None),
    };
    let (address, forge, clone) = match (&args.pr, &args.event) {
        (Some(named), _) => {
            let clone = clone()?;
            let address = args.forge.address(named, clone.as_ref(), cancel)?;
            let forge = args.forge.connect(&address, true)?;
            (address, forge, clone)
        }
        (None, Some(path)) => match event::wanted(path, &args.forge, cancel)? {
            Some((address, forge)) => (address, forge, clone()?),
            None => return Ok(Subject::Nothing),
        },
        (None, None) if args.publish || args.how.dry_run => {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "publishing needs a pull request; name one with --pr",
            ));
        }
        (None, None) => return Ok(Subject::Local),
    };
    let cx = Cx::new(cancel.clone(), Arc::new(NullSink));
    let pull = run::runtime()?.block_on(PullRequest::read(&*forge, &address, clone, cx))?;
    tell(&pull);
    may_publish(&pull, args)?;
    Ok(Subject::Pull(Box::new(Pull { forge, pull })))
}

impl Pull {
    /// What others said about it, as reviewers.
    pub(crate) fn others(&self, args: &PullArgs) -> Result<Vec<ScriptedReviewer>> {
        let mut logins: Vec<String> = Vec::new();
        for named in &args.reviews_of {
            match named.as_str() {
                "bots" => logins.extend(self.pull.reviewing_programs()),
                login => logins.push(login.to_owned()),
            }
        }
        logins.sort();
        logins.dedup();
        let mut reviewers = Vec::new();
        for login in logins {
            match self.pull.review_of(&login).map_err(|error| error.with_context("login", &login))? {
                Some(review) => reviewers.push(ScriptedReviewer::new(review)),
                None => output::note(&format!("note: {login} has no open threads and no review")),
            }
        }
        Ok(reviewers)
    }
}

fn tell(pull: &PullRequest) {
    let short = |id: &str| id.get(..12).unwrap_or(id).to_owned();
    let base = pull.comparison.base().map_or("nothing".to_owned(), short);
    let head = short(&pull.request.head.commit);
    output::note(&format!("reviewing {} ({base}..{head}): {}", pull.address, plain(&pull.request.title)));
    if let Some(report) = &pull.earlier.report {
        let answered = pull.earlier.resolution.as_ref().map_or(0, |resolution| resolution.items.len());
        output::note(&format!("round {}; {answered} earlier findings were answered", report.round + 1));
    }
    for note in &pull.earlier.notes {
        output::note(&format!("note: {note}"));
    }
}

/// A text of somebody else's on one line of a terminal.
fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || deep_review::render::is_invisible(c) { ' ' } else { c })
        .take(200)
        .collect()
}

/// Refuses what can't be published before anything is paid for.
fn may_publish(pull: &PullRequest, args: &PullArgs) -> Result<()> {
    if !args.publish {
        return Ok(());
    }
    let refused =
        |message: &str| Err(Error::new(ErrorKind::InvalidInput, message).with_context("at", &pull.address));
    match pull.request.state {
        RequestState::Merged => {
            refused("the pull request is merged, so nothing is published; review it without --publish")
        }
        RequestState::Closed => {
            refused("the pull request is closed, so nothing is published; review it without --publish")
        }
        _ if pull.request.draft && !args.draft => {
            refused("the pull request is a draft; --draft publishes to it as well")
        }
        _ => Ok(()),
    }
}
