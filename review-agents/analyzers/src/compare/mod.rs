//! What the change did to what was there: base and head are compared by structure, function by function.
//!
//! Each shape says one thing that a change can break. It is silent when the comparison leaves a doubt: a function that
//! was rewritten, a name that means several things, a call whose arguments can't be counted.

mod callers;
mod doc_entries;
mod docs;
mod errors;
mod guards;
mod licenses;
mod locks;
mod members;
mod pairs;
mod protection;
mod removed;
mod tests;
mod text;
mod view;

use std::collections::BTreeMap;

use review_core::{LineRange, Side};

pub(crate) use pairs::Pairs;
pub(crate) use text::{mentions, parts};
pub(crate) use view::{FileView, Searcher, Version};

/// Something that a shape found. The texts come from the catalogue, by id.
#[derive(Clone, Debug)]
pub(crate) struct Broken {
    /// Id of the check.
    pub(crate) id: &'static str,
    /// Values of the placeholders.
    pub(crate) words: BTreeMap<&'static str, String>,
    /// Where the reader should look first.
    pub(crate) place: SourcePlace,
    /// Further places that belong to it.
    pub(crate) further: Vec<SourcePlace>,
    /// What stands at the place, where the file is not code and nothing else can say it.
    pub(crate) quote: Option<String>,
}

/// A place in one version of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourcePlace {
    pub(crate) path: String,
    pub(crate) lines: LineRange,
    pub(crate) side: Side,
}

impl SourcePlace {
    pub(crate) fn head(path: &str, lines: LineRange) -> Self {
        Self { path: path.to_owned(), lines, side: Side::Head }
    }

    pub(crate) fn base(path: &str, lines: LineRange) -> Self {
        Self { path: path.to_owned(), lines, side: Side::Base }
    }
}

impl Broken {
    pub(crate) fn new<const N: usize>(
        id: &'static str,
        place: SourcePlace,
        words: [(&'static str, &str); N],
    ) -> Self {
        let words = words.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        Self { id, words, place, further: Vec::new(), quote: None }
    }

    pub(crate) fn with_quote(mut self, line: &str) -> Self {
        self.quote = Some(line.to_owned());
        self
    }

    /// The same at other places, of which so many further ones are kept.
    pub(crate) fn also_at(&mut self, places: impl IntoIterator<Item = SourcePlace>, most: usize) {
        for place in places {
            if self.further.len() < most && place != self.place && self.further.last() != Some(&place) {
                self.further.push(place);
            }
        }
    }

    pub(crate) fn with_further(mut self, places: Vec<SourcePlace>) -> Self {
        self.further = places;
        self
    }
}

/// Everything that the shapes find in a change.
pub(crate) fn compare(files: &[FileView], searcher: &mut dyn Searcher) -> Vec<Broken> {
    let pairs = Pairs::new(files);
    let grown = members::grown(&pairs);
    let followed = callers::followed(&pairs);
    let needles =
        grown.iter().map(members::Grown::needle).chain(followed.iter().map(callers::Followed::needle));
    searcher.expect(needles.collect(), &callers::changed_paths(&pairs));
    let mut broken = Vec::new();
    guards::removed(&pairs, &mut broken);
    errors::swallowed(&pairs, &mut broken);
    tests::disabled(&pairs, &mut broken);
    tests::removed(&pairs, &mut broken);
    locks::widened(&pairs, &mut broken);
    docs::out_of_date(&pairs, &mut broken);
    docs::wrong(&pairs, &mut broken);
    licenses::missing(files, &mut broken);
    members::not_handled(&pairs, &grown, searcher, &mut broken);
    protection::removed(&pairs, &mut broken);
    removed::calls(&pairs, &mut broken);
    callers::broken(&pairs, &followed, searcher, &mut broken);
    broken
}
