//! The ids that a report shows.

use std::fmt;

use review_core::Severity;

use super::item::Role;

/// An id of this report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PublishedId {
    /// A published finding: `C1`, `I2`, `S3`.
    Finding(Severity, u32),
    /// An item of a section: `D1`, `T2`.
    Section(Role, u32),
    /// What was removed together: `X1`.
    Removed(u32),
}

impl fmt::Display for PublishedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finding(severity, number) => write!(f, "{}{number}", severity.letter()),
            Self::Section(role, number) => write!(f, "{}{number}", role.letter()),
            Self::Removed(number) => write!(f, "X{number}"),
        }
    }
}
