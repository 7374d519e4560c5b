//! `deep-review consolidate`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use deep_review::fingerprint::content_hash;
use deep_review::ingest::ingest;
use deep_review::{
    Cancel, ChangeSet, Cx, Error, ErrorKind, IngestOptions, NullSink, RecordedTree, Result, Review, Session,
    Utc,
};

use super::args::ConsolidateArgs;
use super::exit::{self, Exit};
use super::{change, input, output};

pub(crate) fn run(args: ConsolidateArgs, cancel: Cancel) -> Result<Exit> {
    output::check_format(args.out.format.as_deref().unwrap_or("markdown"))?;
    let named = named_reviews(&args.reviews)?;
    let in_git = args.change.repo.is_some()
        || args.change.base.is_some()
        || args.change.head.is_some()
        || args.change.working_tree;
    let mut session = if in_git {
        let comparison = change::compare(&args.change, &cancel)?;
        change::session(comparison, &args.change, &args.context)?
    } else {
        let session = Session::new(ChangeSet::default(), RecordedTree::default());
        change::with_context(change::with_notes(session, &args.change)?, &args.context)?
    };
    session = session.with_decisions(input::decisions(args.decisions.as_deref())?);

    let mut reviews = Vec::new();
    let mut unreadable = Vec::new();
    for (name, pass, path) in &named {
        match read(name, *pass, path) {
            Ok(review) => reviews.push(review),
            Err(error) => {
                output::note(&format!("deep-review: {name}: {error}"));
                unreadable.push(Review::failed(name, error.to_string()).with_pass(*pass));
            }
        }
    }
    if reviews.is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "none of the reviews could be read"));
    }
    reviews.extend(unreadable);
    session = identified(session, args.id.as_deref(), &reviews);
    let outcome = session.consolidate_blocking(reviews, Cx::new(cancel, Arc::new(NullSink)))?;
    output::emit(&outcome.report, &args.out, "markdown", None)?;
    Ok(exit::of_report(&outcome.report, &outcome.record.input.policy, args.fail_on.map(Into::into)))
}

/// Sets the id and the time without a clock: from the newest commit, else from the reviews themselves.
fn identified(session: Session, id: Option<&str>, reviews: &[Review]) -> Session {
    let time = session.change().commits.iter().filter_map(|commit| commit.time_ms).max();
    let what = deep_review::session::report_id(0, session.change());
    let what = what.splitn(3, '-').nth(2).unwrap_or("range").to_owned();
    let session = match time {
        Some(time) => session.with_started_ms(time),
        None => session,
    };
    let id = match (id, time) {
        (Some(id), _) => id.to_owned(),
        (None, Some(time)) => format!("{}-{what}", Utc::from_millis(time).compact()),
        (None, None) => {
            // Ordered, so that the order of the arguments does not matter.
            let mut parts: Vec<String> = reviews
                .iter()
                .map(|review| {
                    format!(
                        "{}/{} {}",
                        review.reviewer,
                        review.pass,
                        serde_json::to_string(review).unwrap_or_default()
                    )
                })
                .collect();
            parts.sort();
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            format!("00000000-000000-{what}-{}", content_hash(&parts, 8))
        }
    };
    session.with_report_id(id)
}

/// `NAME[@PASS]=FILE`: without a pass, the next free one of that name.
fn named_reviews(texts: &[String]) -> Result<Vec<(String, u32, String)>> {
    let invalid = |text: &str, why: &str| {
        Error::new(ErrorKind::InvalidInput, format!("a review reads NAME[@PASS]=FILE; {why}"))
            .with_context("given", text)
    };
    let mut named = Vec::new();
    let mut taken: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let mut waiting = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let (who, file) = text.split_once('=').ok_or_else(|| invalid(text, "the `=` is missing"))?;
        let (name, pass) = match who.split_once('@') {
            Some((name, pass)) => match pass.parse() {
                Ok(pass) if pass > 0 => (name, Some(pass)),
                _ => return Err(invalid(text, "the pass is a whole number from 1")),
            },
            None => (who, None),
        };
        if name.is_empty() || file.is_empty() {
            return Err(invalid(text, "the name and the file must not be empty"));
        }
        match pass {
            Some(pass) => {
                let passes = taken.entry(name.to_owned()).or_default();
                if passes.contains(&pass) {
                    return Err(invalid(text, "this reviewer and pass is given twice"));
                }
                passes.push(pass);
                named.push((index, name.to_owned(), pass, file.to_owned()));
            }
            None => waiting.push((index, name.to_owned(), file.to_owned())),
        }
    }
    for (index, name, file) in waiting {
        let passes = taken.entry(name.clone()).or_default();
        let pass = (1..).find(|pass| !passes.contains(pass)).unwrap_or(u32::MAX);
        passes.push(pass);
        named.push((index, name, pass, file));
    }
    named.sort_by_key(|(index, ..)| *index);
    Ok(named.into_iter().map(|(_, name, pass, file)| (name, pass, file)).collect())
}

fn read(name: &str, pass: u32, path: &str) -> Result<Review> {
    let bytes = input::review_bytes(Path::new(path))?;
    ingest(&bytes, &IngestOptions::new(name).with_pass(pass))
        .map_err(|error| error.with_context("path", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(texts: &[&str]) -> String {
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        match named_reviews(&texts) {
            Ok(named) => named.iter().map(|(n, p, f)| format!("{n}@{p}={f}")).collect::<Vec<_>>().join(" "),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn passes_are_counted_where_they_are_not_given() {
        insta::assert_snapshot!(show(&["claude=a", "codex=b", "claude=c"]), @"claude@1=a codex@1=b claude@2=c");
        insta::assert_snapshot!(show(&["claude=a", "claude@1=b", "claude=c"]), @"claude@2=a claude@1=b claude@3=c");
        insta::assert_snapshot!(show(&["claude@1=a", "claude@1=b"]), @"a review reads NAME[@PASS]=FILE; this reviewer and pass is given twice (given: claude@1=b)");
        insta::assert_snapshot!(show(&["claude"]), @"a review reads NAME[@PASS]=FILE; the `=` is missing (given: claude)");
        insta::assert_snapshot!(show(&["claude@0=x"]), @"a review reads NAME[@PASS]=FILE; the pass is a whole number from 1 (given: claude@0=x)");
    }
}
