//! Temporary folders of runs that were killed.
//!
//! Every temporary folder is named `deep-review-<process id>-…`. A run that ends, however badly, removes its own; one that
//! is killed with SIGKILL can't. The next run does it.

use std::path::Path;

/// Removes the temporary folders of this user's dead runs. Tells how many. What can't be removed is left alone.
///
/// Only Linux tells whether a process is alive; elsewhere nothing is removed.
pub fn sweep(folder: &Path) -> usize {
    if !Path::new("/proc/self").exists() {
        return 0;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let dead = |entry: &std::fs::DirEntry| {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|name| name.strip_prefix("deep-review-")?.split('-').next()?.parse::<u32>().ok());
        pid.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) && is_own_folder(entry)
    };
    entries.flatten().filter(dead).filter(|entry| std::fs::remove_dir_all(entry.path()).is_ok()).count()
}

/// A real folder of this user: a link, or somebody else's folder in a shared place, is not touched.
#[cfg(unix)]
fn is_own_folder(entry: &std::fs::DirEntry) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let own = std::fs::metadata("/proc/self").map(|own| own.uid());
    match (entry.path().symlink_metadata(), own) {
        (Ok(found), Ok(own)) => found.is_dir() && found.uid() == own,
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_own_folder(_: &std::fs::DirEntry) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_dead_runs_go() {
        let dir = tempfile::tempdir().unwrap();
        // No process has this id: it is above the kernel's largest.
        let dead = dir.path().join("deep-review-4194999-0-a");
        let alive = dir.path().join(format!("deep-review-{}-0-a", std::process::id()));
        let other = dir.path().join("deep-review-notes");
        for folder in [&dead, &alive, &other] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join("file"), "x").unwrap();
        }
        std::os::unix::fs::symlink(&other, dir.path().join("deep-review-4194998-link")).unwrap();
        assert_eq!(sweep(dir.path()), 1);
        assert!(!dead.exists() && alive.exists() && other.join("file").exists());
    }
}
