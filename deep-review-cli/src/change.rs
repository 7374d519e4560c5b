//! The change that the arguments name, as a session.

use std::path::Path;

use deep_review::git::{ChangeOptions, Comparison, GitRepository};
use deep_review::{Cancel, Error, ErrorKind, Result, Session};

use super::args::{ChangeArgs, ContextArgs};
use super::input;

/// Resolves the change in its repository.
pub(crate) fn compare(args: &ChangeArgs, cancel: &Cancel) -> Result<Comparison> {
    let folder = args.repo.as_deref().unwrap_or(Path::new("."));
    let repository = GitRepository::open(folder, cancel)?;
    let comparison = repository.compare(&options(args)?, cancel)?;
    tell_range(&comparison, args, cancel)?;
    Ok(comparison)
}

/// What the arguments name. A range as git writes it may stand in place of a base or a head.
fn options(args: &ChangeArgs) -> Result<ChangeOptions> {
    let range =
        [&args.base, &args.head].into_iter().flatten().find_map(|text| ChangeOptions::from_range(text));
    let options = match range {
        Some(_) if args.working_tree || (args.base.is_some() && args.head.is_some()) => {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a range A..B names both ends; give it alone, or give --base and --head",
            ));
        }
        Some(range) => range,
        None => {
            let mut options =
                if args.working_tree { ChangeOptions::working_tree() } else { ChangeOptions::default() };
            options.base.clone_from(&args.base);
            options.head.clone_from(&args.head);
            options
        }
    };
    // Earlier reports are not part of the work.
    Ok(options.without_untracked_in(super::output::DEFAULT_FOLDER))
}

/// Says on standard error what is reviewed and why it starts there. A base that had to be guessed and uncommitted work that
/// is not part of the change are warnings.
fn tell_range(comparison: &Comparison, args: &ChangeArgs, cancel: &Cancel) -> Result<()> {
    let short = |id: Option<&str>| id.map_or("nothing", |id| id.get(..12).unwrap_or(id)).to_owned();
    let head =
        if comparison.is_working_tree() { "the working tree".to_owned() } else { short(comparison.commit()) };
    let commits = comparison.commit_count(cancel)?;
    let plural = if commits == 1 { "" } else { "s" };
    let choice = comparison.base_choice();
    super::output::note(&format!(
        "reviewing {}..{head} ({commits} commit{plural}); base: {choice}",
        short(comparison.base()),
    ));
    if choice.is_guess() {
        super::output::note("warning: the base is a guess; name another one with --base");
    }
    let reviews_head = args.head.is_none() && !comparison.is_working_tree();
    if reviews_head && comparison.repository().has_uncommitted(cancel)? {
        super::output::note(
            "warning: there is uncommitted work, which is not part of the change; --working-tree reviews it",
        );
    }
    Ok(())
}

/// A session over the change, with what the arguments say of it. An empty change is an error.
pub(crate) fn session(comparison: Comparison, args: &ChangeArgs, context: &ContextArgs) -> Result<Session> {
    let session = not_empty(Session::compare(comparison)?)?;
    with_context(with_notes(session, args)?, context)
}

/// Refuses an empty change.
pub(crate) fn not_empty(session: Session) -> Result<Session> {
    if session.change().files.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is nothing to review: the change is empty; name another --base or --head",
        ));
    }
    Ok(session)
}

/// Adds what git does not know.
pub(crate) fn with_notes(session: Session, args: &ChangeArgs) -> Result<Session> {
    match &args.change {
        Some(path) => Ok(session.with_notes(input::change_notes(path)?)),
        None => Ok(session),
    }
}

/// Adds earlier rounds and the policy.
pub(crate) fn with_context(mut session: Session, context: &ContextArgs) -> Result<Session> {
    let previous = input::previous(&context.previous)?;
    for resolution in input::resolutions(&context.resolution, &previous)? {
        session = session.with_resolution(resolution);
    }
    for report in previous {
        session = session.with_previous(report);
    }
    if let Some(policy) = input::policy(context.policy.as_deref())? {
        session = session.with_policy(policy);
    }
    Ok(session)
}
