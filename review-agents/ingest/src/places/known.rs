//! Gives a review's places the files of a list that they mean.

use std::collections::BTreeMap;

use review_core::{KnownPaths, Location, Review, is_absolute_path, normalise_path};

use super::path::Roots;

/// Gives every place, quote and edit of a review the known path that it means. Returns how many findings name
/// a file that is not known.
///
/// The folder that most absolute paths of the document share, and that makes known paths of them, is taken for
/// its checkout: a path below it that is not known then is another file of the repository, not a known one of
/// the same ending.
pub fn repair_paths(review: &mut Review, known: &KnownPaths) -> usize {
    if known.is_empty() {
        return 0;
    }
    let roots = Roots::new(checkout(review, known).as_deref());
    let mend = |path: &mut String| -> bool {
        let clean = roots.clean(path);
        // Below the checkout, a path is what it says.
        let placed = *path != clean && is_absolute_path(&normalise_path(path));
        let found = if placed { known.get(&clean) } else { known.find(&clean) };
        match found {
            Some(found) => found.clone_into(path),
            None => *path = clean,
        }
        found.is_some()
    };
    let mut unknown = 0;
    for finding in &mut review.findings {
        let mut named = finding.locations.is_empty();
        for place in &mut finding.locations {
            named |= mend(&mut place.path);
        }
        for path in finding.quotes.iter_mut().filter_map(|quote| quote.path.as_mut()) {
            mend(path);
        }
        for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
            mend(&mut edit.location.path);
        }
        unknown += usize::from(!named);
    }
    for note in &mut review.sections.coverage {
        mend(&mut note.path);
    }
    unknown
}

/// The folder that most findings' absolute paths agree on, when what stands below it is known.
fn checkout(review: &Review, known: &KnownPaths) -> Option<String> {
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let places = review.findings.iter().flat_map(|finding| &finding.locations);
    for Location { path, .. } in places {
        let root = seen.entry(path).or_insert_with(|| {
            let path = normalise_path(path);
            let known = known.find(&path).filter(|_| is_absolute_path(&path))?;
            path.strip_suffix(known).filter(|root| root.len() > 1).map(str::to_owned)
        });
        if let Some(root) = root {
            *votes.entry(root.clone()).or_default() += 1;
        }
    }
    // Of roots with the same number of votes, the shortest: it makes the longest paths.
    votes
        .into_iter()
        .max_by(|(a, more), (b, than)| {
            more.cmp(than).then_with(|| b.len().cmp(&a.len())).then_with(|| b.cmp(a))
        })
        .map(|(root, _)| root)
}

#[cfg(test)]
mod tests {
    use review_core::RawFinding;

    use super::*;

    fn repaired(known: &[&str], paths: &[&str]) -> (Vec<String>, usize) {
        let finding = |path: &&str| RawFinding::new("t").at(Location::line(*path, 1));
        let mut review = Review::new("a").with_findings(paths.iter().map(finding).collect::<Vec<_>>());
        let unknown = repair_paths(&mut review, &KnownPaths::new(known.iter().copied()));
        (review.findings.iter().map(|finding| finding.locations[0].path.clone()).collect(), unknown)
    }

    #[test]
    fn paths_of_another_checkout() {
        let known = ["packages/web/src/cart.ts", "cart.ts"];
        let (paths, unknown) = repaired(
            &known,
            &["/builds/shop/packages/web/src/cart.ts", "/builds/shop/other/cart.ts", "/builds/shop/cart.ts"],
        );
        assert_eq!(paths, ["packages/web/src/cart.ts", "other/cart.ts", "cart.ts"]);
        assert_eq!(unknown, 1);
        let (paths, unknown) =
            repaired(&known, &["C:\\w\\packages\\web\\src\\cart.ts", "web/src/cart.ts", "lib/b.ts"]);
        assert_eq!(paths, ["packages/web/src/cart.ts", "packages/web/src/cart.ts", "lib/b.ts"]);
        assert_eq!(unknown, 1);
    }

    #[test]
    fn nothing_known_changes_nothing() {
        assert_eq!(repaired(&[], &["/w/a.ts"]), (vec!["/w/a.ts".to_owned()], 0));
    }
}
