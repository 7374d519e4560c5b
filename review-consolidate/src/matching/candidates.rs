//! Which pairs are worth comparing: all of them in a small review, those that share a place or rare words in a
//! big one, so that the work grows with the findings and not with their square.

use review_core::{LineRange, Location, Side};

use super::place::{NEAR, file_name};
use super::vectors::Profile;

/// Up to so many items every pair is compared: 4,950 cosines are below a millisecond or two.
pub(crate) const ALL_PAIRS_UP_TO: usize = 100;
/// So many items with neighbouring places are compared with each.
const NEIGHBOURS: usize = 32;
/// At least and at most so many candidates per item are kept, the best by shared weight. In between, twice the number of
/// reviews: an issue that everybody raises must still find all its others. Of a term that more items share, twice
/// as many neighbours (by place, then by order) are looked at.
const KEEP: (usize, usize) = (24, 160);

/// Pairs of item numbers, the smaller first, ordered.
pub(crate) fn candidates(
    profiles: &[Profile],
    places: &[Vec<Location>],
    reviews: usize,
    terms: usize,
) -> Vec<(usize, usize)> {
    let n = profiles.len();
    let keep = (2 * reviews).clamp(KEEP.0, KEEP.1);
    if n <= ALL_PAIRS_UP_TO {
        return (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
    }
    let order = by_place(places);
    let mut rank = vec![0usize; n];
    for (position, item) in order.iter().enumerate() {
        if let Some(slot) = rank.get_mut(*item) {
            *slot = position;
        }
    }
    let mut postings: Vec<Vec<(usize, f64)>> = vec![Vec::new(); terms];
    for item in &order {
        for (term, weight) in profiles.get(*item).into_iter().flat_map(Profile::key_terms) {
            if let Some(list) = postings.get_mut(term as usize) {
                list.push((*item, weight));
            }
        }
    }
    let files = file_numbers(&order, places);
    let spots: Vec<Option<Spot>> =
        places.iter().zip(&files).map(|(places, file)| spot(places, *file)).collect();
    let mut shared = vec![0.0f64; n];
    let mut touched: Vec<usize> = Vec::new();
    let mut pairs: Vec<u64> = Vec::new();
    let mut ranked: Vec<(f64, usize)> = Vec::new();
    for (position, item) in order.iter().enumerate() {
        for (term, weight) in profiles.get(*item).into_iter().flat_map(Profile::key_terms) {
            let list = postings.get(term as usize).map(Vec::as_slice).unwrap_or_default();
            for (other, theirs) in around(list, position, &rank, 2 * keep) {
                bump(&mut shared, &mut touched, *other, weight * theirs);
            }
        }
        let from = position.saturating_sub(NEIGHBOURS / 2);
        for other in order.iter().skip(from).take(NEIGHBOURS + 1) {
            if near(spots.get(*item), spots.get(*other)) {
                bump(&mut shared, &mut touched, *other, 0.05);
            }
        }
        ranked.clear();
        for other in touched.drain(..) {
            if let Some(sum) = shared.get_mut(other) {
                if other != *item {
                    ranked.push((*sum, other));
                }
                *sum = 0.0;
            }
        }
        if ranked.len() > keep {
            ranked.select_nth_unstable_by(keep - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        pairs.extend(ranked.iter().take(keep).map(|(_, other)| packed(*item.min(other), *item.max(other))));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(|pair| ((pair >> 32) as usize, (pair & u64::from(u32::MAX)) as usize)).collect()
}

/// A pair as one number, which sorts faster. An input has fewer than four thousand million items.
fn packed(a: usize, b: usize) -> u64 {
    (a as u64) << 32 | b as u64
}

fn bump(shared: &mut [f64], touched: &mut Vec<usize>, item: usize, weight: f64) {
    if let Some(sum) = shared.get_mut(item) {
        if *sum == 0.0 {
            touched.push(item);
        }
        *sum += weight;
    }
}

/// The part of a posting list around a position in the order of places.
fn around<'a>(list: &'a [(usize, f64)], position: usize, rank: &[usize], most: usize) -> &'a [(usize, f64)] {
    if list.len() <= most {
        return list;
    }
    let at = list.partition_point(|(item, _)| rank.get(*item).is_some_and(|r| *r < position));
    let from = at.saturating_sub(most / 2).min(list.len() - most);
    list.get(from..from + most).unwrap_or_default()
}

/// Item numbers by file name, first line and number.
fn by_place(places: &[Vec<Location>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by_key(|item| {
        let first = places.get(*item).and_then(|places| places.first());
        let line = first.and_then(Location::range).map(|range| range.start);
        (first.map(|place| (file_name(&place.path), place.side == Some(Side::Base))), line, *item)
    });
    order
}

/// Where an item's first place is: the number of its file's name, and its lines.
type Spot = (usize, Option<LineRange>);

fn spot(places: &[Location], file: usize) -> Option<Spot> {
    Some((file, places.first()?.range()))
}

/// Equal numbers for equal file names, item by item. `order` has the items by file name.
fn file_numbers(order: &[usize], places: &[Vec<Location>]) -> Vec<usize> {
    let name = |item: usize| places.get(item).and_then(|places| places.first()).map(|at| file_name(&at.path));
    let mut numbers = vec![0; places.len()];
    let mut number = 0;
    let mut last = None;
    for item in order {
        let here = name(*item);
        if last != Some(here) {
            number += 1;
            last = Some(here);
        }
        if let Some(slot) = numbers.get_mut(*item) {
            *slot = number;
        }
    }
    numbers
}

fn near(a: Option<&Option<Spot>>, b: Option<&Option<Spot>>) -> bool {
    let (Some(Some((file, x))), Some(Some((other, y)))) = (a, b) else { return false };
    file == other
        && match (x, y) {
            (Some(x), Some(y)) => x.distance(y) <= NEAR,
            _ => true,
        }
}
