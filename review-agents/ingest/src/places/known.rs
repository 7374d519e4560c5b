//! Which file of a known list a path means: paths of other checkouts, containers and machines.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Location, Review};

use super::path::{Roots, is_absolute, plain};

/// The paths of a change or a tree, to tell which of them a reviewer or a tool means.
///
/// Tools write absolute paths of the machine that they ran on, and paths relative to a folder of the repository. A
/// path means a known file when one of the two ends in the other, at a `/`.
///
/// ```
/// use review_ingest::KnownPaths;
///
/// let known = KnownPaths::new(["packages/web/src/cart.ts", "packages/api/src/cart.ts", "src/pay.py"]);
/// assert_eq!(known.find("/builds/acme/shop/packages/web/src/cart.ts"), Some("packages/web/src/cart.ts"));
/// assert_eq!(known.find(r"C:\agent\shop\src\pay.py"), Some("src/pay.py"));
/// assert_eq!(known.find("web/src/cart.ts"), Some("packages/web/src/cart.ts"));
/// assert_eq!(known.find("src/cart.ts"), None, "two files end in it");
/// ```
#[derive(Clone, Debug, Default)]
pub struct KnownPaths {
    /// Paths by their last part.
    by_name: BTreeMap<String, BTreeSet<String>>,
}

/// One spelling of a path, as every reader of this crate gives it: no `file:` scheme, percent signs decoded, `/` between
/// parts, `.` and `..` followed, no space around. A `..` that leads out of the tree stays.
pub fn normalise_path(path: &str) -> String {
    plain(path)
}

impl KnownPaths {
    /// From paths relative to the repository's root.
    pub fn new<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut by_name: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for path in paths {
            let path = path.into();
            by_name.entry(name_of(&path).to_owned()).or_default().insert(path);
        }
        Self { by_name }
    }

    /// Whether no path is known.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The one known path that `path` can mean: itself; else the only one that ends in it; else the longest of those in
    /// which it ends.
    pub fn find(&self, path: &str) -> Option<&str> {
        let path = plain(path);
        let named = self.by_name.get(name_of(&path))?;
        if let Some(same) = named.get(&path) {
            return Some(same);
        }
        let rooted = is_absolute(&path);
        let mut longer = named.iter().filter(|known| !rooted && ends_in(known, &path));
        if let Some(known) = longer.next() {
            return longer.next().is_none().then_some(known.as_str());
        }
        // Below a folder of another name, a file of the root is another file; below a machine's folders it is the one.
        let whole = named.iter().filter(|known| ends_in(&path, known) && (rooted || known.contains('/')));
        whole.max_by_key(|known| known.len()).map(String::as_str)
    }

    /// Gives every place, quote and edit of a review the known path that it means. Returns how many findings name
    /// a file that is not known.
    ///
    /// The folder that most absolute paths of the document share, and that makes known paths of them, is taken for
    /// its checkout: a path below it that is not known then is another file of the repository, not a known one of
    /// the same ending.
    pub fn repair(&self, review: &mut Review) -> usize {
        if self.is_empty() {
            return 0;
        }
        let roots = Roots::new(self.checkout(review).as_deref());
        let mend = |path: &mut String| -> bool {
            let clean = roots.clean(path);
            // Below the checkout, a path is what it says.
            let placed = *path != clean && is_absolute(&plain(path));
            let found = match self.by_name.get(name_of(&clean)).and_then(|named| named.get(&clean)) {
                Some(same) => Some(same.as_str()),
                None if placed => None,
                None => self.find(&clean),
            };
            match found {
                Some(found) => found.clone_into(path),
                None => *path = clean,
            }
            found.is_some()
        };
        let mut unknown = 0;
        for finding in &mut review.findings {
            let mut known = finding.locations.is_empty();
            for place in &mut finding.locations {
                known |= mend(&mut place.path);
            }
            for path in finding.quotes.iter_mut().filter_map(|quote| quote.path.as_mut()) {
                mend(path);
            }
            for edit in finding.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                mend(&mut edit.location.path);
            }
            unknown += usize::from(!known);
        }
        for note in &mut review.sections.coverage {
            mend(&mut note.path);
        }
        unknown
    }

    /// The folder that most findings' absolute paths agree on, when what stands below it is known.
    fn checkout(&self, review: &Review) -> Option<String> {
        let mut votes: BTreeMap<String, usize> = BTreeMap::new();
        let mut seen: BTreeMap<&str, Option<String>> = BTreeMap::new();
        let places = review.findings.iter().flat_map(|finding| &finding.locations);
        for Location { path, .. } in places {
            let root = seen.entry(path).or_insert_with(|| {
                let path = plain(path);
                let known = self.find(&path).filter(|_| is_absolute(&path))?;
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
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn ends_in(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|head| head.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use review_core::RawFinding;

    use super::*;

    fn repaired(known: &[&str], paths: &[&str]) -> (Vec<String>, usize) {
        let finding = |path: &&str| RawFinding::new("t").at(Location::line(*path, 1));
        let mut review = Review::new("a").with_findings(paths.iter().map(finding).collect::<Vec<_>>());
        let unknown = KnownPaths::new(known.iter().copied()).repair(&mut review);
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
