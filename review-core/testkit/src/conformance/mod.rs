//! What every implementation of a trait must do, whoever wrote it.
//!
//! Each suite takes a way to make the thing under test and returns a [`Report`](SuiteReport) with one line per case.
//! A case that does not apply is *skipped by name*, derived from what the implementation says of itself, never
//! silently. `assert_conforms` panics with the whole table when a case failed.

mod agent;
mod chat_model;
#[cfg(unix)]
mod cli_agent;
#[cfg(unix)]
mod cli_setting;
mod renderer;
mod reviewer;
mod source_tree;

pub use agent::agent;
pub use chat_model::{ChatFixture, chat_model};
#[cfg(unix)]
pub use cli_agent::{CliFixture, cli_agent};
pub use renderer::renderer;
pub use reviewer::reviewer;
pub use source_tree::{TreeFixture, source_tree};

/// How one case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseResult {
    /// The promise holds.
    Passed,
    /// It does not apply, and why.
    Skipped(String),
    /// It is broken, and how.
    Failed(String),
}

/// The result of a suite: cases in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuiteReport {
    /// Name of the case and how it ended.
    pub cases: Vec<(&'static str, CaseResult)>,
}

impl SuiteReport {
    fn check(&mut self, name: &'static str, result: Result<(), String>) {
        let result = match result {
            Ok(()) => CaseResult::Passed,
            Err(why) => CaseResult::Failed(why),
        };
        self.cases.push((name, result));
    }

    fn skip(&mut self, name: &'static str, why: &str) {
        self.cases.push((name, CaseResult::Skipped(why.to_owned())));
    }

    /// One line per case.
    pub fn table(&self) -> String {
        let line = |(name, result): &(&str, CaseResult)| match result {
            CaseResult::Passed => format!("ok    {name}\n"),
            CaseResult::Skipped(why) => format!("skip  {name}: {why}\n"),
            CaseResult::Failed(why) => format!("FAIL  {name}: {why}\n"),
        };
        self.cases.iter().map(line).collect()
    }

    /// Panics with the table when a case failed; gives it back otherwise.
    ///
    /// # Panics
    /// When a case failed.
    pub fn assert_conforms(self) -> Self {
        let failed = self.cases.iter().any(|(_, result)| matches!(result, CaseResult::Failed(_)));
        assert!(!failed, "it does not conform:\n{}", self.table());
        self
    }
}

fn ensure(holds: bool, otherwise: impl Into<String>) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}
