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
    let mut options =
        if args.working_tree { ChangeOptions::working_tree() } else { ChangeOptions::default() };
    // Earlier reports are not part of the work.
    options = options.without_untracked_in(super::output::DEFAULT_FOLDER);
    options.base.clone_from(&args.base);
    options.head.clone_from(&args.head);
    repository.compare(&options, cancel)
}

/// A session over the change, with what the arguments say of it. An empty change is an error.
pub(crate) fn session(comparison: Comparison, args: &ChangeArgs, context: &ContextArgs) -> Result<Session> {
    let session = Session::compare(comparison)?;
    if session.change().files.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is nothing to review: the change is empty; name another --base or --head",
        ));
    }
    with_context(with_notes(session, args)?, context)
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
