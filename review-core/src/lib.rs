//! The nouns and contracts of Deep Review.
//!
//! Everything here is data, a trait, or a pure function: no input or output, no async runtime, no clock.
//!
//! * What goes in: a [`ChangeSet`], and [`Reviewer`]s that turn it into [`Review`]s full of [`RawFinding`]s.
//! * What comes out: a [`Report`] of [`ConsolidatedFinding`]s with a ledger ([`LedgerEntry`]) that accounts for every raw one.
//! * Who plugs in: implementors of [`Reviewer`], [`Agent`], [`ChatModel`], [`Toolbox`], [`SourceTree`], [`Judge`],
//!   [`Consolidator`] and [`Renderer`].
//!
//! # Coordinates
//!
//! Paths are relative to the repository's root, with `/` between the parts and no leading `./`. A path that is not
//! UTF-8 is spelled as git quotes it, quotation marks included: `"caf\351.txt"`. Lines are 1-based; a range includes its
//! end. A location without lines speaks of the file as a whole. Columns are 1-based and count UTF-8 bytes; an end column
//! is exclusive, so that equal columns on one line are a point of insertion.

mod agent;
mod builder;
mod calendar;
mod cancel;
mod change;
mod chat;
mod consolidate;
mod cx;
mod document;
mod error;
mod event;
mod extra;
mod finding;
pub mod fingerprint;
mod hunk;
pub mod journal;
mod ledger;
mod location;
mod memory_tree;
mod normalise;
mod paths;
mod policy;
mod prose;
mod question;
mod recorded_tree;
mod render;
mod report;
mod resolution;
mod resolution_table;
mod review;
mod reviewer;
#[cfg(feature = "schema")]
pub mod schema;
mod scripted;
mod scripted_model;
mod source;
mod toolbox;
mod tree;
mod vocabulary;

pub use agent::{Agent, AgentRequest, AgentResponse, AnswerCheck};
pub use calendar::Utc;
pub use cancel::{Cancel, Cancelled};
pub use change::{
    ChangeNotes, ChangeSet, ChangedFile, Commit, FileStatus, Origin, Reference, Remark, Repository,
    StatusCheck, ThreadState,
};
pub use chat::{ChatModel, Message, ModelInfo, StopReason, TurnEvent, TurnRequest};
pub use consolidate::{Consolidator, Input, RunFacts, Step};
pub use cx::{Cx, MemorySink, NullSink, PartialReview, RawLine, Sink};
pub use document::{Document, SchemaVersion};
pub use error::{Error, ErrorKind, ErrorStatus, Result};
pub use event::{Event, TimedEvent};
pub use extra::{Extensions, Extra};
pub use finding::{Finding, Fix, RawFinding, TextEdit};
pub use hunk::{Hunk, HunkOp, LineMap};
pub use ledger::{Disposition, EvidenceNote, LedgerEntry, Outcome, Relation};
pub use location::{ColumnUnit, FileRead, LineRange, Location, Quote};
pub use memory_tree::MemoryTree;
pub use paths::{KnownPaths, is_absolute_path, normalise_path, unescape_path};
pub use policy::{Policy, ReviewerPrior};
pub use prose::{EditRequest, Editor, Prose, RetroProse};
pub use question::{Decision, DecisionValue, Decisions, Judge, Question, QuestionKind, SameIssue};
pub use recorded_tree::{RecordedTree, RecordingTree};
pub use render::{RenderOptions, Rendered, Renderer};
pub use report::{
    Anchor, AttributedCheck, AttributedFix, BriefRetro, ClaimedSeverity, ConsolidatedFinding, Coverage,
    Excerpt, FileCoverage, FileHunks, FindingState, Grade, HistoryItem, HunkRef, MissedEstimate, Original,
    Reason, Remarked, Report, ReportItem, ReportSections, Retro, ReviewerRetro, ReviewerSummary,
    SeverityWithout, Verdict, VerdictDecision,
};
pub use resolution::{Action, Resolution, Resolved};
pub use review::{
    AnsweredPart, Check, CoverageNote, Diagnostic, Identity, LineCount, Review, ReviewerKind, Scope,
    SectionItem, SectionKind, Sections, Stance, ToolCount, Unplaced, Usage,
};
pub use reviewer::{
    Capabilities, DeclinedItem, FilePatch, Guidance, Layer, Limits, ReviewRequest, Reviewer, ReviewerInfo,
    Since,
};
pub use scripted::{ScriptedAgent, ScriptedReviewer};
pub use scripted_model::ScriptedModel;
pub use source::{PassId, SourceId};
pub use toolbox::{ToolCall, ToolOutput, ToolResult, ToolSpec, Toolbox};
pub use tree::{Answer, BlameGroup, Evidence, Fact, Hit, Query, SourceTree};
pub use vocabulary::{Category, Completeness, Kind, Label, Ratio, Severity, Side};
