//! Temporary folders that go with their owner, however it ends.
//!
//! A [`ScratchDir`] is removed when it is dropped. An owner that is killed can't do that, so each has a lock file that the
//! owner holds: once nobody holds it, [`sweep`] removes the folder. A lock says who lives; a process id in a name would
//! not, since ids are used again. A program that ends on a signal without unwinding calls [`remove_all`].
//!
//! ```
//! let folder = review_scratch::ScratchDir::new()?;
//! std::fs::write(folder.path().join("note"), "x")?;
//! let path = folder.path().to_owned();
//! drop(folder);
//! assert!(!path.exists());
//! # Ok::<(), std::io::Error>(())
//! ```

mod remove;
mod sweep;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

pub use remove::remove_tree;
pub use sweep::sweep;

/// What the names of all folders begin with.
const PREFIX: &str = "deep-review-tmp-";
/// The file in it that the owner holds.
const LOCK: &str = "lock";
/// The folder in it that the owner uses.
const FILES: &str = "files";

/// The folders that this process has now.
static LIVE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The folder for temporary files: an absolute `TMPDIR`, else the system's.
///
/// A relative or empty `TMPDIR` would put private files wherever the process happens to stand, so it does not count.
pub fn temp_dir() -> PathBuf {
    let found = std::env::temp_dir();
    if found.is_absolute() { found } else { PathBuf::from("/tmp") }
}

/// An empty folder that only this user can enter, removed when dropped.
#[derive(Debug)]
pub struct ScratchDir {
    root: PathBuf,
    files: PathBuf,
    /// Held as long as the folder is in use. Children don't inherit it.
    _lock: File,
}

impl ScratchDir {
    /// A new folder among the temporary files.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn new() -> io::Result<Self> {
        Self::new_in(&temp_dir())
    }

    /// A new folder in `parent`, which is made where it does not exist.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn new_in(parent: &Path) -> io::Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let parent = std::path::absolute(parent)?;
        fs::create_dir_all(&parent)?;
        let parent = parent.canonicalize()?;
        loop {
            let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
            let count = NEXT.fetch_add(1, Ordering::Relaxed);
            let root = parent.join(format!("{PREFIX}{}-{count}-{nanos:x}", std::process::id()));
            // Exclusive: what somebody else prepared under this name is not used.
            match private_folder(&root) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made?,
            }
            match Self::fill(&root) {
                // A sweep came before the lock was held, and took the folder for a dead owner's.
                Err(error) if error.kind() == io::ErrorKind::NotFound && parent.exists() => {}
                Err(error) => {
                    let _ = remove_tree(&root);
                    return Err(error);
                }
                Ok(scratch) => return Ok(scratch),
            }
        }
    }

    fn fill(root: &Path) -> io::Result<Self> {
        let lock = File::options().write(true).create_new(true).open(root.join(LOCK))?;
        lock.try_lock().map_err(io::Error::from)?;
        let files = root.join(FILES);
        private_folder(&files)?;
        live().insert(root.to_owned());
        Ok(Self { root: root.to_owned(), files, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.files
    }

    /// The folder around it, which holds the lock too: everything that this value made.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for ScratchDir {
    fn drop(&mut self) {
        // Nothing sensible can be done about a failure here; a later sweep tries again.
        let _ = remove_tree(&self.root);
        live().remove(&self.root);
    }
}

/// Removes every scratch folder of this process, for a program that is about to end without unwinding. Owners that are
/// still at work lose their folders.
pub fn remove_all() {
    for root in std::mem::take(&mut *live()) {
        let _ = remove_tree(&root);
    }
}

fn live() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_folder_is_private_and_goes_with_its_owner() {
        let parent = ScratchDir::new().unwrap();
        let folder = ScratchDir::new_in(parent.path()).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
        }
        drop(folder);
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 0, "nothing is left");
    }
}
