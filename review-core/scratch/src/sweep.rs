//! Removes what owners that were killed left behind.

use std::fs::{self, File};
use std::path::Path;

use crate::remove::remove_tree;
use crate::{LOCK, PREFIX};

/// Removes the scratch folders in `parent` whose owners are gone, and returns how many there were. What can't be removed is
/// left alone.
///
/// Only folders of this user count: in a shared place, links and other people's folders are not touched.
pub fn sweep(parent: &Path) -> usize {
    let Ok(entries) = fs::read_dir(parent) else { return 0 };
    entries.flatten().filter(|entry| is_abandoned(&entry.path()) == Some(true)).count()
}

/// Whether this was the folder of a dead owner, and could be removed.
fn is_abandoned(root: &Path) -> Option<bool> {
    root.file_name()?.to_str()?.strip_prefix(PREFIX)?;
    if !is_own(root) {
        return None;
    }
    let lock = match File::options().write(true).open(root.join(LOCK)) {
        Ok(lock) => lock,
        // Its owner died before it had the lock, or is just about to take it: then the folder is empty, and a new one
        // is made.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Some(fs::remove_dir(root).is_ok());
        }
        Err(_) => return None,
    };
    lock.try_lock().ok()?;
    Some(remove_tree(root).is_ok())
}

/// Whether this is a real folder of this user.
#[cfg(unix)]
fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir() && Some(found.uid()) == own_user())
}

#[cfg(unix)]
fn own_user() -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    // A folder that this process makes is its user's; the standard library has no other way to ask.
    static USER: std::sync::OnceLock<Option<u32>> = std::sync::OnceLock::new();
    *USER.get_or_init(|| {
        let probe = crate::ScratchDir::new().ok()?;
        Some(fs::metadata(probe.path()).ok()?.uid())
    })
}

#[cfg(not(unix))]
fn is_own(folder: &Path) -> bool {
    folder.is_dir()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::ScratchDir;

    #[test]
    fn only_folders_of_dead_owners_go() {
        let parent = ScratchDir::new().unwrap();
        let alive = ScratchDir::new_in(parent.path()).unwrap();
        // What a killed owner leaves: a lock file that nobody holds, and its files.
        let dead = parent.path().join("deep-review-tmp-1-0-a");
        fs::create_dir_all(dead.join("files/deep")).unwrap();
        File::create(dead.join(LOCK)).unwrap();
        let other = parent.path().join("deep-review-notes");
        fs::create_dir(&other).unwrap();
        assert_eq!(sweep(parent.path()), 1);
        assert!(!dead.exists());
        assert!(alive.path().exists() && other.exists(), "a living owner's folder and an unrelated one stay");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_a_folder_is_not_followed() {
        let parent = ScratchDir::new().unwrap();
        let target = parent.path().join("target");
        fs::create_dir(&target).unwrap();
        File::create(target.join(LOCK)).unwrap();
        std::os::unix::fs::symlink(&target, parent.path().join("deep-review-tmp-2-0-a")).unwrap();
        assert_eq!(sweep(parent.path()), 0);
        assert!(target.join(LOCK).exists());
    }
}
