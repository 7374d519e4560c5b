//! The pure engine: from several reviews to one report that accounts for every finding.
//!
//! [`consolidate`] is a function of its arguments. It reads no file and has no clock: what it wants to know of the
//! source it asks for ([`Step::Need`](review_core::Step)), and a driver answers. [`drive`] is the blocking driver,
//! [`StandardConsolidator`] the async one, without a runtime of its own.
//!
//! The stages, each in its own room: *intake* (canonical order), *anchor* (every place and quote checked), *match*
//! (what two findings have in common), *cluster*, *support* (section items that say the same), *merge*, *check*
//! (refute or doubt), *calibrate*, *rounds* (earlier reports and resolutions), *questions*, and *publish* (order,
//! ids, sections, ledger, coverage, retro, verdict, excerpts). [`Engine`] lets most of them be replaced.

mod anchor;
mod assemble;
mod calibrate;
mod check;
mod cluster;
mod consolidator;
mod consult;
mod draft;
mod drive;
mod echo;
mod engine;
mod intake;
mod item;
mod leave_out;
mod matching;
mod material;
mod merge;
mod publish;
mod questions;
mod rounds;
mod support;
mod text;

pub mod eval;

pub use anchor::Anchored;
pub use calibrate::{Calibrated, CalibrationContext, Calibrator, Claims, StandardCalibrator};
pub use check::absent::AbsentQuote;
pub use check::already::AlreadyFixed;
pub use check::cleared::Cleared;
pub use check::doubt::{NoLinkToChange, NoScenario, Places};
pub use check::presence::PresenceClaim;
pub use check::syntax::SyntaxClaim;
pub use check::{CheckContext, CheckResult, ClaimChecker, Clearances, standard_checkers};
pub use consolidator::{Blocking, Consolidated, InPlace, StandardConsolidator};
pub use draft::Draft;
pub use drive::{Driven, NoTree, drive, drive_with};
pub use engine::{Engine, consolidate};
pub use item::{Item, Role};
pub use matching::{LogisticScorer, Pair, PairScorer, PairSignals, Place, Weights, match_items};
pub use publish::prose::check_prose;
pub use publish::summary::{StandardSummary, SummaryTemplate};
pub use publish::verdict::{StandardVerdict, VerdictFacts, VerdictTable};
