//! Measures reviewers on changes whose golden comments are known: which of them find what, alone and together, and at what price.
//!
//! * [`BenchChange`]: one change with its golden comments, and reviews of it that exist already. [`Bench::load`] reads a folder.
//! * [`import`]: the files of public benchmarks, as such a folder.
//! * [`Runs`]: asks reviewers, keeps a record of each run, and asks nobody twice.
//! * [`Crediting`]: which finding says what which golden comment says: by labels, by a judge, or by the matcher of consolidation.
//! * [`measure()`]: recall, precision, agreement, cost and time, for each reviewer, brief and combination, with intervals.
//! * [`text`](Measured::text), [`markdown`](Measured::markdown): the answer for people.

mod bed;
mod change;
mod crediting;
pub mod import;
mod measure;
mod measured;
mod partial;
mod run;
mod runs;
mod table;

pub use change::{Bench, BenchChange, Golden, RecordedReview};
pub use crediting::{Credited, CreditedBy, Crediting};
pub use measure::{Measuring, RankBy, measure};
pub use measured::{BriefRow, CombinationRow, Estimate, LeftOutRow, Measured, PairRow, ReviewerRow};
pub use run::BenchRun;
pub use runs::{AskLimits, Asked, Planned, Runs};
