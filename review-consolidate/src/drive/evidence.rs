//! Gathers evidence in bounded steps. What it asks for next does not depend on who calls the tree, blocking or not.

use std::collections::VecDeque;

use review_core::{Answer, Cancel, Decisions, Evidence, Fact, Input, Query, Report, Result, Step};

use crate::engine::Engine;
use crate::stages::anchored::needs::{BYTES, WAVES};

/// Queries that go to the tree in one call, so that a cancel and the limit on content are looked at in between.
const BATCH: usize = 128;

/// What comes next.
pub(crate) enum Next {
    /// These queries go to the tree, and its answer to [`Gathering::record`].
    Ask(Vec<Query>),
    /// All is known that can be.
    Done(Box<Report>),
}

/// The gathering of evidence for one report.
pub(crate) struct Gathering<'g> {
    engine: &'g Engine,
    input: &'g Input,
    decisions: &'g Decisions,
    evidence: &'g mut Evidence,
    cancel: &'g Cancel,
    waves: u8,
    open: VecDeque<Query>,
}

impl<'g> Gathering<'g> {
    pub(crate) fn new(
        engine: &'g Engine,
        input: &'g Input,
        evidence: &'g mut Evidence,
        decisions: &'g Decisions,
        cancel: &'g Cancel,
    ) -> Self {
        Self { engine, input, decisions, evidence, cancel, waves: 0, open: VecDeque::new() }
    }

    /// The queries of the next call, or the report.
    ///
    /// # Errors
    /// As [`Engine::step`]; `Cancelled` on cancellation.
    pub(crate) fn next(&mut self) -> Result<Next> {
        loop {
            self.cancel.check()?;
            let batch: Vec<Query> = self.open.drain(..self.open.len().min(BATCH)).collect();
            if !batch.is_empty() && self.evidence.content_bytes() < BYTES {
                return Ok(Next::Ask(batch));
            }
            if !batch.is_empty() {
                self.unknown(&batch, "the limit on content is reached");
                continue;
            }
            if self.waves == WAVES {
                return Ok(Next::Done(Box::new(self.engine.report(
                    self.input,
                    self.evidence,
                    self.decisions,
                )?)));
            }
            self.waves += 1;
            match self.engine.step(self.input, self.evidence, self.decisions)? {
                Step::Done(report) => return Ok(Next::Done(report)),
                Step::Need(queries) => self.open = queries.into(),
                _ => self.waves = WAVES,
            }
        }
    }

    /// Records what the tree said. What it left unanswered is recorded as unknown, so that it is not asked for twice.
    ///
    /// # Errors
    /// `Cancelled` where the tree was cancelled. A tree that fails otherwise leaves the queries unknown.
    pub(crate) fn record(&mut self, asked: &[Query], answer: Result<Vec<Fact>>) -> Result<()> {
        match answer {
            Ok(facts) => {
                for fact in facts.into_iter().filter(|fact| asked.contains(&fact.query)) {
                    self.evidence.add(fact);
                }
                self.unknown(asked, "the tree did not answer");
            }
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => self.unknown(asked, &error.to_string()),
        }
        Ok(())
    }

    fn unknown(&mut self, asked: &[Query], reason: &str) {
        for query in asked {
            if self.evidence.answer(query).is_none() {
                let answer = Answer::Unknown { reason: reason.to_owned() };
                self.evidence.add(Fact::new(query.clone(), answer));
            }
        }
    }
}
