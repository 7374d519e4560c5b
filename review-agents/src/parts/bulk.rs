//! Files that nobody reads line by line.

/// Names of lock files.
const LOCKS: &[&str] = &[
    "cargo.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "go.sum",
    "poetry.lock",
    "uv.lock",
    "pipfile.lock",
    "gemfile.lock",
    "composer.lock",
    "flake.lock",
    "podfile.lock",
    "mix.lock",
    "pubspec.lock",
    "packages.lock.json",
    "npm-shrinkwrap.json",
];

/// Folders of code that comes from elsewhere or is made.
const FOLDERS: &[&str] =
    &["vendor", "node_modules", "third_party", "dist", "generated", "__snapshots__", "testdata", "fixtures"];

/// Ends of names of files that are made or hold data.
const ENDS: &[&str] = &[
    ".min.js",
    ".min.css",
    ".map",
    ".snap",
    ".svg",
    ".pb.go",
    "_pb2.py",
    ".g.dart",
    ".generated.ts",
    ".gen.go",
    ".csv",
    ".tsv",
    ".ipynb",
    ".po",
    ".golden",
];

/// Whether a file is bulk.
pub(super) fn is_bulk(path: &str) -> bool {
    let path = path.to_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    LOCKS.contains(&name)
        || ENDS.iter().any(|end| name.ends_with(end))
        || folders.split('/').any(|folder| FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bulk_is_told_by_its_path() {
        for path in ["Cargo.lock", "web/package-lock.json", "vendor/x/y.go", "a/b.min.js", "api/v1.pb.go"] {
            assert!(is_bulk(path), "{path}");
        }
        for path in ["src/lock.rs", "vendors/list.py", "dist.rs", "README.md"] {
            assert!(!is_bulk(path), "{path}");
        }
    }
}
