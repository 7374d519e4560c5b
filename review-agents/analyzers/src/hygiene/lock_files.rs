//! A lock file that changed although nothing that it follows from did.

use review_core::{ChangeSet, FileStatus, LineRange};

use crate::compare::{Broken, SourcePlace};
use crate::language::Language;

/// Lock files and what they follow from.
const LOCKS: &[(&str, &[&str])] = &[
    ("Cargo.lock", &["Cargo.toml"]),
    ("package-lock.json", &["package.json"]),
    ("yarn.lock", &["package.json"]),
    ("pnpm-lock.yaml", &["package.json", "pnpm-workspace.yaml"]),
    ("poetry.lock", &["pyproject.toml"]),
    ("uv.lock", &["pyproject.toml"]),
    ("Pipfile.lock", &["Pipfile"]),
    ("go.sum", &["go.mod"]),
    ("Gemfile.lock", &["Gemfile"]),
    ("composer.lock", &["composer.json"]),
];

/// Says that a lock file changed beside code, but not beside its manifest. One that changed all alone is an update of
/// dependencies, and that is fine.
pub(crate) fn alone(change: &ChangeSet, out: &mut Vec<Broken>) {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let has_code = change.files.iter().any(|file| Language::of_path(&file.path).is_some());
    for file in change.files.iter().filter(|file| file.status == FileStatus::Modified) {
        let own = name(&file.path);
        let Some((_, manifests)) = LOCKS.iter().find(|(lock, _)| *lock == own) else { continue };
        let beside = change.files.iter().any(|other| manifests.contains(&name(&other.path).as_str()));
        if has_code && !beside {
            let line = file
                .hunks
                .iter()
                .flat_map(|hunk| hunk.added_ranges().collect::<Vec<_>>())
                .map(|range| range.start)
                .next();
            let place = SourcePlace::head(&file.path, LineRange::line(line.unwrap_or(1)));
            out.push(Broken::new(
                "file.lock-alone",
                place,
                [("NAME", &own), ("MANIFEST", &manifests.join("` or `"))],
            ));
        }
    }
}
