//! Which file of a change a path means.

use std::collections::BTreeMap;

use review_core::{ChangeSet, FileStatus, KnownPaths, Side};

/// The files of a change, to tell which of them a path means.
#[derive(Debug)]
pub(crate) struct ChangedPaths {
    /// Paths at head.
    head: KnownPaths,
    /// What stands at a path of either version: the path to look at, and in which version.
    meaning: BTreeMap<String, (String, Side)>,
}

impl ChangedPaths {
    pub(crate) fn new(change: &ChangeSet) -> Self {
        let mut meaning = BTreeMap::new();
        for file in &change.files {
            if let Some(old) = &file.old_path {
                meaning.entry(old.clone()).or_insert_with(|| (file.path.clone(), Side::Head));
            }
        }
        // A path at head is meant before one that another file had at base.
        for file in &change.files {
            let deleted = file.status == FileStatus::Deleted;
            let (path, side) =
                if deleted { (file.base_path(), Side::Base) } else { (file.path.as_str(), Side::Head) };
            meaning.insert(file.path.clone(), (path.to_owned(), side));
        }
        Self { head: KnownPaths::new(change.files.iter().map(|file| file.path.clone())), meaning }
    }

    /// A changed file that this path can only mean: an absolute path or a bare name may stand for one.
    pub(crate) fn find(&self, path: &str) -> Option<(&str, Side)> {
        let (path, side) = match self.meaning.get(path) {
            Some(known) => known,
            None => self.meaning.get(self.head.find(path)?)?,
        };
        Some((path, *side))
    }

    /// Whether a file of the change has this path, in either version.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.meaning.contains_key(path)
    }
}

#[cfg(test)]
mod tests {
    use review_core::ChangedFile;

    use super::*;

    #[test]
    fn a_path_means_what_stands_there_before_what_stood_there() {
        let change = ChangeSet::default()
            .with_file(ChangedFile::new("src/new.rs", FileStatus::Renamed).with_old_path("src/old.rs"))
            .with_file(ChangedFile::new("src/old.rs", FileStatus::Added))
            .with_file(ChangedFile::new("lib/gone.rs", FileStatus::Deleted));
        let paths = ChangedPaths::new(&change);
        assert_eq!(paths.find("src/old.rs"), Some(("src/old.rs", Side::Head)));
        assert_eq!(paths.find("/builds/shop/src/new.rs"), Some(("src/new.rs", Side::Head)));
        assert_eq!(paths.find("gone.rs"), Some(("lib/gone.rs", Side::Base)));
        assert_eq!(paths.find("src/other.rs"), None);
    }
}
