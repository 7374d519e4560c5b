//! How the places of two findings lie to each other.

use review_core::{LineRange, Location, Side};

use crate::text::paths::same_path;

/// Places up to this many lines apart are *near* each other.
pub(crate) const NEAR: u32 = 40;

/// How the places of two findings lie to each other: the best of all combinations.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Place {
    /// Both have places.
    pub known: bool,
    /// They share a file.
    pub same_file: bool,
    /// They share a line.
    pub overlap: bool,
    /// Shared lines against the smaller range, 0 to 1.
    pub tightness: f64,
    /// 1 at the same line, falling to 0 at forty lines' distance.
    pub nearness: f64,
}

/// Compares the places of two findings.
pub(crate) fn compare(a: &[Location], b: &[Location]) -> Place {
    let mut best = Place { known: !a.is_empty() && !b.is_empty(), ..Place::default() };
    for x in a.iter().take(32) {
        for y in b.iter().take(32).filter(|y| same_path(&x.path, &y.path)) {
            best.same_file = true;
            if side(x) != side(y) {
                continue;
            }
            let (Some(x), Some(y)) = (x.range(), y.range()) else { continue };
            let distance = x.distance(&y);
            let nearness = 1.0 - f64::from(distance.min(NEAR)) / f64::from(NEAR);
            best.nearness = best.nearness.max(nearness);
            if distance == 0 {
                best.overlap = true;
                best.tightness = best.tightness.max(shared(x, y));
            }
        }
    }
    best
}

fn side(location: &Location) -> Side {
    location.side.unwrap_or(Side::Head)
}

fn shared(a: LineRange, b: LineRange) -> f64 {
    let lines = LineRange::new(a.start.max(b.start), a.end.min(b.end)).len();
    f64::from(lines) / f64::from(a.len().min(b.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_names_mean_the_file_they_end() {
        assert!(same_path("a/b/lima.yaml", "lima.yaml"));
        assert!(!same_path("a/b/lima.yaml", "ma.yaml"));
        let place = compare(
            &[Location::lines("x/a.go", 10, 20)],
            &[Location::line("a.go", 20), Location::line("b.go", 1)],
        );
        assert!(place.overlap && place.tightness == 1.0 && place.nearness == 1.0);
        let apart = compare(&[Location::line("a.go", 10)], &[Location::line("a.go", 30)]);
        assert!(apart.same_file && !apart.overlap && apart.nearness == 0.5);
    }
}
