//! True or not: checks that need no model. *Refuting* ones may drop a finding, *doubting* ones only lower its
//! confidence.

pub(crate) mod absent;
pub(crate) mod acknowledged;
pub(crate) mod already;
pub(crate) mod apply;
pub(crate) mod checker;
pub(crate) mod claims;
pub(crate) mod clearances;
pub(crate) mod cleared;
pub(crate) mod doubt;
pub(crate) mod presence;
pub(crate) mod syntax;
pub(crate) mod withdrawn;

use self::checker::ClaimChecker;

/// The checks that are on by default.
pub fn standard_checkers() -> Vec<Box<dyn ClaimChecker>> {
    vec![
        Box::new(absent::AbsentQuote),
        Box::new(already::AlreadyFixed),
        Box::new(syntax::SyntaxClaim),
        Box::new(presence::PresenceClaim),
        Box::new(doubt::NoLinkToChange),
        Box::new(doubt::NoScenario),
        Box::new(doubt::Places),
        Box::new(cleared::Cleared),
    ]
}
