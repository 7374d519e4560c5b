//! The pure engine: from several reviews to one report that accounts for every finding.
//!
//! [`consolidate`] is a function of its arguments. It reads no file and has no clock: what it wants to know of the
//! source it asks for ([`Step::Need`](review_core::Step)), and a driver answers. [`drive`] is the blocking driver,
//! [`StandardConsolidator`] the async one, without a runtime of its own.
//!
//! `model` has the plain types, `stages` the stages, each of which consumes the type of the one before, `report` the
//! sections of the report, and `drive` the drivers. [`Stages`] are those that can be replaced.

mod drive;
mod engine;
mod model;
mod report;
mod stages;
mod text;

pub mod eval;

pub use drive::blocking::{Driven, NoTree, drive, drive_with};
pub use drive::consolidator::{Blocking, Consolidated, InPlace, StandardConsolidator};
pub use engine::{Engine, consolidate};
pub use model::anchored::Anchored;
pub use model::cluster::ClusterView;
pub use model::item::{Held, Item, Role};
pub use model::place::Place;
pub use model::remarks::PlaceRemark;
pub use model::signals::PairSignals;
pub use report::prose::check_prose;
pub use report::summary::{StandardSummary, SummaryTemplate};
pub use report::verdict::{StandardVerdict, VerdictFacts, VerdictTable};
pub use stages::judged::calibrate::{Calibrated, CalibrationContext, Calibrator, Claims, StandardCalibrator};
pub use stages::judged::check::absent::AbsentQuote;
pub use stages::judged::check::already::AlreadyFixed;
pub use stages::judged::check::checker::{CheckContext, CheckResult, ClaimChecker};
pub use stages::judged::check::clearances::Clearances;
pub use stages::judged::check::cleared::Cleared;
pub use stages::judged::check::doubt::{NoLinkToChange, NoScenario, Places};
pub use stages::judged::check::presence::PresenceClaim;
pub use stages::judged::check::standard_checkers;
pub use stages::judged::check::syntax::SyntaxClaim;
pub use stages::matched::scorer::{LogisticScorer, PairScorer, Weights};
pub use stages::replaceable::Stages;
