//! Which pairs are worth comparing: all of them in a small review, those that share a place or rare words in a
//! big one, so that the work grows with the findings and not with their square.

use review_core::{LineRange, Location, Side};

use super::vectors::Profile;
use crate::model::ids::{Id as _, ItemId, Table};
use crate::model::place::NEAR;
use crate::text::paths::file_name;

/// The checked places of each item.
pub(crate) type Places<'a> = Table<ItemId, &'a [Location]>;

/// Up to this many items every pair is compared: 4,950 cosines take a millisecond or two.
pub(crate) const ALL_PAIRS_UP_TO: usize = 100;
/// How many items with neighbouring places each item is compared with.
const NEIGHBOURS: usize = 32;
/// Fewest and most candidates that are kept for an item, the best by shared weight. In between, twice the number of
/// reviews: an issue that everybody raises must still find all its others. Of a term that more items share, twice
/// as many neighbours (by place, then by order) are looked at.
const KEEP: (usize, usize) = (24, 160);

/// Pairs of items, the smaller first, ordered.
pub(crate) fn candidates(
    profiles: &Table<ItemId, Profile>,
    places: &Places<'_>,
    reviews: usize,
    terms: usize,
) -> Vec<(ItemId, ItemId)> {
    let n = profiles.len();
    let keep = (2 * reviews).clamp(KEEP.0, KEEP.1);
    if n <= ALL_PAIRS_UP_TO {
        let all = |a: ItemId| profiles.ids().skip(a.row() + 1).map(move |b| (a, b));
        return profiles.ids().flat_map(all).collect();
    }
    let order = by_place(places);
    let mut rank = Table::like(profiles, 0usize);
    for (position, item) in order.iter().enumerate() {
        rank[*item] = position;
    }
    let mut postings: Vec<Vec<(ItemId, f64)>> = vec![Vec::new(); terms];
    for item in &order {
        for (term, weight) in profiles[*item].key_terms() {
            if let Some(list) = postings.get_mut(term as usize) {
                list.push((*item, weight));
            }
        }
    }
    let files = file_numbers(&order, places);
    let spots: Table<ItemId, Option<Spot>> = places.map(|item, places| spot(places, files[item]));
    let mut shared = Table::like(profiles, 0.0f64);
    let mut touched: Vec<ItemId> = Vec::new();
    let mut pairs: Vec<u64> = Vec::new();
    let mut ranked: Vec<(f64, ItemId)> = Vec::new();
    for (position, item) in order.iter().enumerate() {
        for (term, weight) in profiles[*item].key_terms() {
            let list = postings.get(term as usize).map(Vec::as_slice).unwrap_or_default();
            for (other, theirs) in around(list, position, &rank, 2 * keep) {
                bump(&mut shared, &mut touched, *other, weight * theirs);
            }
        }
        let from = position.saturating_sub(NEIGHBOURS / 2);
        for other in order.iter().skip(from).take(NEIGHBOURS + 1) {
            if near(spots[*item], spots[*other]) {
                bump(&mut shared, &mut touched, *other, 0.05);
            }
        }
        ranked.clear();
        for other in touched.drain(..) {
            let sum = std::mem::take(&mut shared[other]);
            if other != *item {
                ranked.push((sum, other));
            }
        }
        if ranked.len() > keep {
            ranked.select_nth_unstable_by(keep - 1, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        }
        pairs.extend(ranked.iter().take(keep).map(|(_, other)| packed(*item, *other)));
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.into_iter().map(unpacked).collect()
}

/// A pair as one number, which sorts faster. An input has fewer than four thousand million items.
fn packed(a: ItemId, b: ItemId) -> u64 {
    (a.min(b).row() as u64) << 32 | a.max(b).row() as u64
}

fn unpacked(pair: u64) -> (ItemId, ItemId) {
    (ItemId::from_row((pair >> 32) as usize), ItemId::from_row((pair & u64::from(u32::MAX)) as usize))
}

fn bump(shared: &mut Table<ItemId, f64>, touched: &mut Vec<ItemId>, item: ItemId, weight: f64) {
    if shared[item] == 0.0 {
        touched.push(item);
    }
    shared[item] += weight;
}

/// The part of a posting list around a position in the order of places.
fn around<'l>(
    list: &'l [(ItemId, f64)],
    position: usize,
    rank: &Table<ItemId, usize>,
    most: usize,
) -> &'l [(ItemId, f64)] {
    if list.len() <= most {
        return list;
    }
    let at = list.partition_point(|(item, _)| rank[*item] < position);
    let from = at.saturating_sub(most / 2).min(list.len() - most);
    list.get(from..from + most).unwrap_or_default()
}

/// Items by file name, first line and canonical order.
fn by_place(places: &Places<'_>) -> Vec<ItemId> {
    let mut order: Vec<ItemId> = places.ids().collect();
    order.sort_by_key(|item| {
        let first = places[*item].first();
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
fn file_numbers(order: &[ItemId], places: &Places<'_>) -> Table<ItemId, usize> {
    let mut numbers = Table::like(places, 0);
    let mut number = 0;
    let mut last = None;
    for item in order {
        let here = places[*item].first().map(|at| file_name(&at.path));
        if last != Some(here) {
            number += 1;
            last = Some(here);
        }
        numbers[*item] = number;
    }
    numbers
}

fn near(a: Option<Spot>, b: Option<Spot>) -> bool {
    let (Some((file, x)), Some((other, y))) = (a, b) else { return false };
    file == other
        && match (x, y) {
            (Some(x), Some(y)) => x.distance(&y) <= NEAR,
            _ => true,
        }
}
