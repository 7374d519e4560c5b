//! Drives the engine from a blocking tree, without a runtime.

use review_core::{Answer, Cancel, Decisions, Evidence, Fact, Input, Query, Report, Result, SourceTree};

use super::evidence::{Gathering, Next};
use crate::engine::Engine;

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
    let mut gathering = Gathering::new(engine, input, &mut evidence, decisions, cancel);
    let report = loop {
        match gathering.next()? {
            Next::Ask(queries) => gathering.record(&queries, tree.answer(&queries, cancel))?,
            Next::Done(report) => break *report,
        }
    };
    Ok(Driven { report, evidence })
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
