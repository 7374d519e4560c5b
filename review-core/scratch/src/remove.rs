//! Removes a folder with everything in it.

use std::fs;
use std::io;
use std::path::Path;

/// Removes a folder with everything in it, also where files or folders in it are read-only. A folder that does not exist
/// is fine. Links are removed, never followed.
///
/// # Errors
/// When something could not be removed.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) => {
            make_writable(path)?;
            fs::remove_dir_all(path)
        }
        done => done,
    }
}

fn make_writable(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?;
    if kind.is_symlink() {
        return Ok(());
    }
    let mut permissions = kind.permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, if kind.is_dir() { 0o700 } else { 0o600 });
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)?;
    if kind.is_dir() {
        for entry in fs::read_dir(path)? {
            make_writable(&entry?.path())?;
        }
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::ScratchDir;

    #[test]
    fn read_only_folders_are_removed_and_links_are_not_followed() {
        let parent = ScratchDir::new().unwrap();
        let kept = parent.path().join("kept");
        fs::create_dir(&kept).unwrap();
        fs::write(kept.join("file"), "x").unwrap();
        let doomed = parent.path().join("doomed");
        fs::create_dir_all(doomed.join("deep")).unwrap();
        fs::write(doomed.join("deep/file"), "x").unwrap();
        std::os::unix::fs::symlink(&kept, doomed.join("deep/link")).unwrap();
        fs::set_permissions(doomed.join("deep"), fs::Permissions::from_mode(0o500)).unwrap();
        remove_tree(&doomed).unwrap();
        assert!(!doomed.exists() && kept.join("file").exists());
        remove_tree(&doomed).unwrap();
    }
}
