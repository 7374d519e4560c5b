//! What two items have in common.

use review_core::Relation;

use super::place::Place;

/// What two items have in common, as numbers. All are symmetric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PairSignals {
    /// Cosine of their TF-IDF vectors over title, prose and code.
    pub words: f64,
    /// The same over titles alone.
    pub title: f64,
    /// The same over the ordinary words of title and prose, without any code.
    pub prose: f64,
    /// How much of what each title says the other one speaks of too, by the weight of the words: the mean of both
    /// directions, 0 to 1.
    pub headline: f64,
    /// How many of each one's twelve weightiest terms, rare names above all, the other one has, by weight: the mean of both
    /// directions, 0 to 1.
    pub key: f64,
    /// Their titles name different things: each names something in code marks or with inner structure, and neither text has
    /// anything of what the other's title names.
    pub apart: bool,
    /// Names that only one of them says, by weight, against all that both say, 0 to 1; 0 where neither says one.
    pub strange: f64,
    /// How much of the one that is contained best the other one has, by weight, 0 to 1: a broad finding has all of a narrow
    /// one.
    pub cover: f64,
    /// How long the shorter text is against the longer one, in different words, 0 to 1.
    pub balance: f64,
    /// How far they ask for the same kind of work, 0 to 1; one half where one of them asks for nothing that is known.
    pub asks: f64,
    /// Quoted lines of code in common, against the fewer of the two, 0 to 1.
    pub code: f64,
    /// How their places lie to each other.
    pub place: Place,
    /// How short the shorter text is: 0 from sixty different words on, 1 for eight and fewer. Short texts about one issue
    /// share less.
    pub shortness: f64,
    /// How little text the shorter of the two has, 0 to 1: the less it is, the more the place has to tell.
    pub brevity: f64,
    /// There is nothing but text: neither has a place.
    pub bare: bool,
    /// Each is the other's best match among the other's review, by `words`.
    pub mutual: bool,
    /// By how much `words` is better than the next best match in either review, the smaller of the two; may be negative.
    pub margin: f64,
    /// Whether there was a choice: 1 where both reviews have further items, 0.5 where one has, 0 where none has.
    pub rivals: f64,
    /// Whether they come from the same review.
    pub same_review: bool,
}

/// Texts that have this much wording in common say the same of two places.
const ONE_KIND: f64 = 0.8;
/// The same within one review: its reviewer told them apart, so it takes less to see what they have in common.
const ONE_KIND_IN_REVIEW: f64 = 0.55;
/// Longer texts than these are about one issue even if they name different places.
const LONGEST_MESSAGE: f64 = 0.25;
/// A text that has this much of another one covers it.
const COVERED: f64 = 0.75;
/// The text that is covered has at most this share of the other's words.
const NARROW: f64 = 0.5;

impl PairSignals {
    /// Whether two findings are the same kind of defect at different places.
    pub(crate) fn is_one_kind_elsewhere(&self) -> bool {
        let elsewhere = self.place.known && !self.place.overlap && self.place.nearness == 0.0;
        let least = if self.same_review { ONE_KIND_IN_REVIEW } else { ONE_KIND };
        let message = self.same_review || self.shortness >= LONGEST_MESSAGE;
        elsewhere && message && self.words >= least
    }

    /// How two findings relate that are one issue.
    pub(crate) fn merged(&self) -> Relation {
        if self.cover >= COVERED && self.balance <= NARROW { Relation::Covers } else { Relation::Same }
    }

    /// The signals in words.
    pub fn describe(&self) -> String {
        let mut parts = Vec::new();
        let percent = |value: f64| libm::round(value * 100.0) as i64;
        parts.push(format!("wording {} %", percent(self.words)));
        parts.push(format!("prose {} %", percent(self.prose)));
        parts.push(format!("headlines {} %", percent(self.headline)));
        parts.push(format!("key terms {} %", percent(self.key)));
        if self.apart {
            parts.push("titles that name different things".to_owned());
        }
        if self.code > 0.0 {
            parts.push(format!("quoted code {} %", percent(self.code)));
        }
        parts.push(
            match self.place {
                Place { overlap: true, .. } => "overlapping lines",
                Place { nearness, .. } if nearness > 0.0 => "neighbouring lines",
                Place { same_file: true, .. } => "same file",
                Place { known: true, .. } => "different files",
                _ => "places not known",
            }
            .to_owned(),
        );
        if self.mutual {
            parts.push("each the other's best match".to_owned());
        }
        parts.join(", ")
    }
}

/// Signals as they are kept: in ten-thousandths, which is what they are rounded to. There are many pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PackedSignals {
    parts: [i16; 16],
    flags: u8,
}

const APART: u8 = 1;
const KNOWN: u8 = 2;
const SAME_FILE: u8 = 4;
const OVERLAP: u8 = 8;
const BARE: u8 = 16;
const MUTUAL: u8 = 32;
const SAME_REVIEW: u8 = 64;

impl PackedSignals {
    /// Whether the two come from the same review.
    pub(crate) fn same_review(&self) -> bool {
        self.flags & SAME_REVIEW != 0
    }
}

impl From<PairSignals> for PackedSignals {
    fn from(from: PairSignals) -> Self {
        let place = from.place;
        let parts = [
            from.words,
            from.title,
            from.prose,
            from.headline,
            from.key,
            from.strange,
            from.cover,
            from.balance,
            from.asks,
            from.code,
            place.tightness,
            place.nearness,
            from.shortness,
            from.brevity,
            from.margin,
            from.rivals,
        ];
        let flags = [
            (from.apart, APART),
            (place.known, KNOWN),
            (place.same_file, SAME_FILE),
            (place.overlap, OVERLAP),
            (from.bare, BARE),
            (from.mutual, MUTUAL),
            (from.same_review, SAME_REVIEW),
        ];
        Self {
            parts: parts.map(|part| libm::round(part * 10_000.0) as i16),
            flags: flags.iter().filter(|(on, _)| *on).map(|(_, flag)| flag).sum(),
        }
    }
}

impl From<PackedSignals> for PairSignals {
    fn from(from: PackedSignals) -> Self {
        let on = |flag: u8| from.flags & flag != 0;
        let [
            words,
            title,
            prose,
            headline,
            key,
            strange,
            cover,
            balance,
            asks,
            code,
            tightness,
            nearness,
            shortness,
            brevity,
            margin,
            rivals,
        ] = from.parts.map(|part| f64::from(part) / 10_000.0);
        Self {
            words,
            title,
            prose,
            headline,
            key,
            apart: on(APART),
            strange,
            cover,
            balance,
            asks,
            code,
            place: Place {
                known: on(KNOWN),
                same_file: on(SAME_FILE),
                overlap: on(OVERLAP),
                tightness,
                nearness,
            },
            shortness,
            brevity,
            bare: on(BARE),
            mutual: on(MUTUAL),
            margin,
            rivals,
            same_review: on(SAME_REVIEW),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_measured() {
        let place =
            Place { known: true, overlap: true, tightness: 0.6667, nearness: 1.0, ..Place::default() };
        let signals = PairSignals {
            words: 0.4321,
            asks: 0.5,
            apart: true,
            mutual: true,
            margin: -0.1234,
            rivals: 1.0,
            place,
            ..PairSignals::default()
        };
        assert_eq!(PairSignals::from(PackedSignals::from(signals)), signals);
        let other = PairSignals { same_review: true, bare: true, strange: 1.0, ..PairSignals::default() };
        assert_eq!(PairSignals::from(PackedSignals::from(other)), other);
    }
}
