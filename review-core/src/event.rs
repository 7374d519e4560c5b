//! The one event enumeration: the contract between whoever runs reviewers and whoever watches.

use serde::{Deserialize, Serialize};

use crate::review::Usage;
use crate::vocabulary::Completeness;

/// Something that happened during a run.
///
/// Events are for watching: a progress bar, a log. Results never travel by event alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// The run began.
    RunStarted {
        /// How many passes will run.
        passes: u32,
    },
    /// A pass began.
    ReviewerStarted {
        /// Which reviewer.
        reviewer: String,
        /// Which pass, from 1.
        pass: u32,
    },
    /// A backend called a tool.
    ToolCalled {
        /// Which reviewer.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// The tool.
        tool: String,
        /// What it was called with, shortened, secrets stripped.
        summary: String,
    },
    /// A backend said something that is not yet its answer.
    Progress {
        /// Which reviewer.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// What it said, shortened.
        text: String,
    },
    /// Somebody has been working for a while. It comes now and then, so that long work can be told from dead work.
    Waiting {
        /// Which reviewer, or `judge` or `editor`.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// How long it has been working, in milliseconds.
        for_ms: u64,
        /// How long nothing has been heard of it, in milliseconds.
        quiet_ms: u64,
        /// What was last heard, shortened; empty: nothing yet.
        last: String,
    },
    /// Tokens and money so far.
    UsageUpdated {
        /// Which reviewer.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// The sums so far.
        usage: Usage,
    },
    /// An exchange failed and will be tried again.
    Retrying {
        /// Which reviewer.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// Which try comes next, from 2.
        attempt: u32,
        /// After how long.
        delay_ms: u64,
        /// Why, secrets stripped.
        reason: String,
    },
    /// A partial result is safely on disk.
    Delivered {
        /// Which reviewer.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// Findings in it.
        findings: u32,
    },
    /// A pass ended, well or not.
    ReviewerFinished {
        /// Which reviewer.
        reviewer: String,
        /// Which pass.
        pass: u32,
        /// How far it got.
        completeness: Completeness,
        /// Why it is not complete.
        reason: Option<String>,
        /// Findings in it.
        findings: u32,
        /// How long it took.
        duration_ms: u64,
    },
    /// Consolidation began.
    ConsolidationStarted {
        /// Raw findings that go in.
        findings: u32,
    },
    /// Questions go to a judge.
    JudgeAsked {
        /// How many.
        questions: u32,
    },
    /// An editor is asked for prose.
    EditorAsked {
        /// Which try, from 1.
        attempt: u32,
    },
    /// The run ended.
    RunFinished {
        /// Passes that are complete.
        complete: u32,
        /// Passes that are not.
        incomplete: u32,
    },
    /// Something odd that does not stop the run.
    Warning {
        /// What.
        text: String,
    },
}

/// An event with its time: what the journal keeps and what `--events` would print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimedEvent {
    /// Milliseconds since the run began.
    pub at_ms: u64,
    /// Position in the run's one order of events, from 1.
    pub seq: u64,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}
