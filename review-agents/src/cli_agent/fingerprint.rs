//! Tells whether a checkout was changed, where nothing kept the program from it.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Entries that are looked at.
const MAX_ENTRIES: usize = 500_000;

/// Changed paths that are named.
const MAX_NAMED: usize = 5;

/// Size, time of change, mode and inode of everything in a folder, `.git` at its root left out: that is the run's own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint(BTreeMap<String, (u64, i64, i64, u32, u64)>);

impl Fingerprint {
    /// Looks at a folder. It blocks.
    pub(super) fn of(folder: &Path) -> Self {
        let mut seen = BTreeMap::new();
        let mut waiting = vec![folder.to_owned()];
        while let Some(place) = waiting.pop() {
            let Ok(entries) = std::fs::read_dir(&place) else { continue };
            for entry in entries.flatten() {
                if seen.len() >= MAX_ENTRIES {
                    return Self(seen);
                }
                let path = entry.path();
                let Ok(found) = path.symlink_metadata() else { continue };
                if place == folder && entry.file_name() == ".git" {
                    continue;
                }
                // A folder's own time changes with what is in it, which is looked at anyway.
                let times = if found.is_dir() { (0, 0) } else { (found.mtime(), found.mtime_nsec()) };
                let size = if found.is_dir() { 0 } else { found.len() };
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                seen.insert(name, (size, times.0, times.1, found.mode(), found.ino()));
                if found.is_dir() {
                    waiting.push(path);
                }
            }
        }
        Self(seen)
    }

    /// What differs now, in words; none where nothing does.
    pub(super) fn changes(&self, now: &Self) -> Option<String> {
        let changed =
            self.0.iter().filter(|(path, was)| now.0.get(*path) != Some(*was)).map(|(path, _)| path);
        let new = now.0.keys().filter(|path| !self.0.contains_key(*path));
        let all: Vec<&str> = changed.chain(new).map(String::as_str).collect();
        if all.is_empty() {
            return None;
        }
        let named: Vec<&str> = all.iter().take(MAX_NAMED).copied().collect();
        let more = all.len() - named.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        Some(format!("{}{more}", named.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(at("src")).unwrap();
        std::fs::create_dir_all(at(".git")).unwrap();
        std::fs::write(at("src/a"), "1").unwrap();
        let before = Fingerprint::of(folder.path());
        std::fs::write(at(".git/index"), "x").unwrap();
        assert_eq!(before.changes(&Fingerprint::of(folder.path())), None);
        std::fs::write(at("src/a"), "22").unwrap();
        std::fs::write(at("src/new"), "1").unwrap();
        assert_eq!(before.changes(&Fingerprint::of(folder.path())).unwrap(), "src/a, src/new");
    }
}
