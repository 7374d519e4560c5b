//! The stages, each of which consumes the type of the one before: [`Intake`](intake::Intake),
//! [`AnchoredItems`](anchored::AnchoredItems), [`Matched`](matched::Matched), [`Grouped`](grouped::Grouped),
//! [`Judged`](judged::Judged), [`Numbered`](numbered::Numbered). The last three borrow what was matched, because they run
//! once for everybody and once without each reviewer.

pub(crate) mod anchored;
pub(crate) mod fingerprints;
pub(crate) mod grouped;
pub(crate) mod impact;
pub(crate) mod intake;
pub(crate) mod judged;
pub(crate) mod matched;
pub(crate) mod numbered;
pub(crate) mod replaceable;
pub(crate) mod rulings;
