//! The nouns and contracts of Deep Review.
//!
//! Everything here is data, a trait, or a pure function: no input or output, no async runtime, no clock.

mod builder;
pub mod cancel;
pub mod change;
pub mod document;
pub mod error;
pub mod extra;
pub mod finding;
pub mod hunk;
pub mod location;
pub mod review;
pub mod source;
pub mod tree;
pub mod vocabulary;

pub use cancel::Cancel;
pub use change::{
    ChangeNotes, ChangeSet, ChangedFile, Commit, FileStatus, Origin, Reference, Remark, Repository,
};
pub use document::{Document, SchemaVersion};
pub use error::{Error, ErrorKind, ErrorStatus, Result};
pub use extra::{Extensions, Extra};
pub use finding::{Finding, Fix, RawFinding};
pub use hunk::{Hunk, HunkOp, LineMap};
pub use location::{LineRange, Location, Quote};
pub use review::{
    Check, CoverageNote, Diagnostic, Identity, LineCount, Review, Scope, SectionItem, Sections, Stance,
    ToolCount, Unplaced, Usage,
};
pub use source::SourceId;
pub use tree::{Answer, BlameGroup, Evidence, Fact, Hit, Query, SourceTree};
pub use vocabulary::{Category, Completeness, Kind, Label, Ratio, Severity, Side};
