//! A folder that goes with its owner.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use review_core::Result;

/// Home and temporary folder of one run of one program.
pub(crate) struct PrivateFolder {
    pub(crate) path: PathBuf,
}

impl PrivateFolder {
    /// A new folder that only this user can enter.
    pub(crate) fn new() -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt as _;
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| since.as_nanos());
        let name =
            format!("deep-review-{}-{now}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        // Fails when it is there already, so nobody can prepare it for us.
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self { path })
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
