//! The small words that every document uses: severity, kind, category, side and their like.
//!
//! Each is an *open* enumeration: a value that this version does not know is kept as text
//! ([`Label`]) instead of being refused, so that a newer minor version of a document can be read.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A short word carried by value: the text of an enumeration value that this version does not know.
///
/// At most 31 bytes are kept (longer input is cut at a character boundary), so that the enumerations
/// stay `Copy`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    bytes: [u8; 31],
    len: u8,
}

impl Label {
    /// Keeps the first 31 bytes of `text`, cut at a character boundary.
    pub fn new(text: &str) -> Self {
        let mut len = text.len().min(31);
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        let mut bytes = [0; 31];
        for (to, from) in bytes.iter_mut().zip(text.bytes().take(len)) {
            *to = from;
        }
        Self { bytes, len: len as u8 }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.bytes
            .get(..usize::from(self.len))
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or("")
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares an open enumeration: `Copy`, spelled as text in documents, unknown text kept in `Other`.
macro_rules! open_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$vmeta])* #[doc = concat!("\n\nSpelled `", $text, "` in documents.")] $variant,)+
            /// A value that this version does not know, kept as text.
            Other($crate::vocabulary::Label),
        }

        impl $name {
            /// The values that this version knows, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling in documents.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(label) => label.as_str(),
                }
            }

            /// Reads the spelling of documents; unknown text becomes `Other`.
            pub fn from_text(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    other => Self::Other($crate::vocabulary::Label::new(other)),
                }
            }

            /// Whether this version knows the value.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$variant => f.write_str(stringify!($variant)),)+
                    Self::Other(label) => f.debug_tuple("Other").field(label).finish(),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from_text(&text))
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn inline_schema() -> bool {
                true
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "examples": [$($text),+] })
            }
        }
    };
}
pub(crate) use open_enum;

open_enum! {
    /// How much a finding matters. Ordered by weight: `Critical > Important > Suggestion`.
    Severity {
        /// Breaks users, data or security on a path that will be taken; blocks the merge.
        Critical = "critical",
        /// Should be fixed before or right after the merge.
        Important = "important",
        /// Worth doing, no harm if not.
        Suggestion = "suggestion",
    }
}

impl Severity {
    /// The letter used in ids: `C`, `I` or `S`. A severity that this version does not know counts as `S`.
    pub fn letter(self) -> char {
        match self {
            Self::Critical => 'C',
            Self::Important => 'I',
            Self::Suggestion | Self::Other(_) => 'S',
        }
    }

    /// 3 for critical, 2 for important, 1 for suggestion and everything unknown.
    pub fn weight(self) -> u8 {
        match self {
            Self::Critical => 3,
            Self::Important => 2,
            Self::Suggestion | Self::Other(_) => 1,
        }
    }
}

impl Ord for Severity {
    /// By [weight](Severity::weight); those of equal weight by their spelling, so that the order is total.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.weight().cmp(&other.weight()).then_with(|| self.as_str().cmp(other.as_str()))
    }
}

impl PartialOrd for Severity {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// How the change relates to the problem.
    Kind {
        /// The change made it.
        Regression = "regression",
        /// The change left it open.
        Gap = "gap",
        /// Nothing is wrong; it could be better.
        Enhancement = "enhancement",
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// What a finding is about: a small fixed taxonomy, shared by every reviewer and renderer.
    Category {
        /// Wrong results.
        Correctness = "correctness",
        /// Races, deadlocks, leaked tasks.
        Concurrency = "concurrency",
        /// Something an attacker can use.
        Security = "security",
        /// Errors swallowed, mistranslated or not handled.
        ErrorHandling = "error-handling",
        /// Memory, files, connections or processes not released.
        Resource = "resource",
        /// A promise to callers broken or unclear.
        ApiContract = "api-contract",
        /// Slower or bigger than it need be.
        Performance = "performance",
        /// Missing, disabled or empty tests.
        Tests = "tests",
        /// Missing or wrong documentation.
        Docs = "docs",
        /// Hard to read, change or configure.
        Maintainability = "maintainability",
        /// Build, packaging, continuous integration, repository hygiene.
        Build = "build",
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// Which version of the source a place is in.
    Side {
        /// The reviewed version.
        Head = "head",
        /// The version that the change starts from.
        Base = "base",
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// How far a review, or a reviewer's part of a report, got.
    Completeness {
        /// It said all it wanted to say.
        Complete = "complete",
        /// It ended early; what it delivered is kept.
        Truncated = "truncated",
        /// It delivered nothing that can be trusted as a review.
        Failed = "failed",
    }
}

/// A number from 0 to 1 in thousandths: confidences, impacts and shares.
///
/// Stored as an integer so that no platform's floating point can change a decision or a byte. In
/// documents it is a JSON number with at most three decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ratio(u16);

impl Ratio {
    /// 0.
    pub const ZERO: Self = Self(0);
    /// 1.
    pub const ONE: Self = Self(1000);

    /// From thousandths; more than 1000 becomes 1000.
    pub fn from_millis(millis: u16) -> Self {
        Self(millis.min(1000))
    }

    /// Rounds to the nearest thousandth; values outside 0..=1 are clamped and NaN becomes 0.
    pub fn from_f64(value: f64) -> Self {
        if value.is_nan() { Self(0) } else { Self((value.clamp(0.0, 1.0) * 1000.0 + 0.5) as u16) }
    }

    /// Thousandths, 0 to 1000.
    pub fn millis(self) -> u16 {
        self.0
    }

    /// As a floating-point number, for display and arithmetic at the edges.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl fmt::Debug for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}", self.as_f64())
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_f64())
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::from_f64)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Ratio {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Ratio".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "minimum": 0, "maximum": 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_values_are_kept_as_text() {
        let severity: Severity = serde_json::from_str("\"blocker\"").unwrap();
        assert!(!severity.is_known());
        assert_eq!(serde_json::to_string(&severity).unwrap(), "\"blocker\"");
    }

    #[test]
    fn labels_are_cut_at_a_character_boundary() {
        let label = Label::new(&"é".repeat(20));
        assert_eq!(label.as_str(), "é".repeat(15));
    }

    #[test]
    fn ratios_round_to_thousandths_and_clamp() {
        assert_eq!(serde_json::to_string(&Ratio::from_f64(0.93)).unwrap(), "0.93");
        assert_eq!(Ratio::from_f64(7.0), Ratio::ONE);
        assert_eq!(Ratio::from_f64(f64::NAN), Ratio::ZERO);
    }

    #[test]
    fn severities_compare_by_weight() {
        assert!(Severity::Critical > Severity::Important && Severity::Important > Severity::Suggestion);
        assert!(Severity::from_text("blocker") < Severity::Important);
    }
}
