//! Drives the engine from a blocking tree, without a runtime.

use review_core::{
    Answer, Cancel, Decisions, Evidence, Fact, Input, Query, Report, Result, SourceTree, Step,
};

use crate::anchor::plan::{BYTES, WAVES};
use crate::engine::Engine;

/// Queries that go to the tree in one call, so that a cancel and the limit on content are looked at in between.
pub(crate) const BATCH: usize = 128;

/// A report with the evidence that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Driven {
    /// The report.
    pub report: Report,
    /// What the tree said: recorded, it replays the report byte for byte.
    pub evidence: Evidence,
}

/// Consolidates, answering the engine's queries from a tree.
///
/// # Errors
/// `InvalidInput` when a reviewer and pass occurs twice; `Cancelled` on cancellation. A tree that fails does not
/// fail the consolidation: what it did not answer is *not checkable*.
pub fn drive(engine: &Engine, input: &Input, tree: &dyn SourceTree, cancel: &Cancel) -> Result<Driven> {
    drive_with(engine, input, Evidence::new(), &Decisions::new(), tree, cancel)
}

/// [`drive`] with evidence and decisions that are there already.
///
/// # Errors
/// As [`drive`].
pub fn drive_with(
    engine: &Engine,
    input: &Input,
    mut evidence: Evidence,
    decisions: &Decisions,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Result<Driven> {
    for _ in 0..WAVES {
        cancel.check()?;
        match engine.step(input, &evidence, decisions)? {
            Step::Done(report) => return Ok(Driven { report: *report, evidence }),
            Step::Need(queries) => answer(&queries, &mut evidence, tree, cancel)?,
            _ => break,
        }
    }
    cancel.check()?;
    Ok(Driven { report: engine.report(input, &evidence, decisions)?, evidence })
}

/// Answers queries in batches; what the tree leaves unanswered is recorded as unknown, so that it is not asked twice.
pub(crate) fn answer(
    queries: &[Query],
    evidence: &mut Evidence,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Result<()> {
    for batch in queries.chunks(BATCH) {
        cancel.check()?;
        if evidence.content_bytes() >= BYTES {
            record(batch, Vec::new(), "the limit on content is reached", evidence);
            continue;
        }
        match tree.answer(batch, cancel) {
            Ok(facts) => record(batch, facts, "the tree did not answer", evidence),
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => record(batch, Vec::new(), &error.to_string(), evidence),
        }
    }
    Ok(())
}

/// Records facts that were asked for, and *unknown* for what was not answered.
pub(crate) fn record(asked: &[Query], facts: Vec<Fact>, otherwise: &str, evidence: &mut Evidence) {
    for fact in facts {
        if asked.contains(&fact.query) {
            evidence.add(fact);
        }
    }
    for query in asked {
        if evidence.answer(query).is_none() {
            evidence.add(Fact::new(query.clone(), Answer::Unknown { reason: otherwise.to_owned() }));
        }
    }
}

/// A tree that knows nothing: every claim is *not checkable*.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTree;

impl SourceTree for NoTree {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        cancel.check()?;
        let unknown = |query: &Query| {
            Fact::new(query.clone(), Answer::Unknown { reason: "there is no source tree".into() })
        };
        Ok(queries.iter().map(unknown).collect())
    }
}
