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
    "go.work.sum",
    "bun.lockb",
    "gradle.lockfile",
    "deno.lock",
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

/// Folders of other people's code.
const VENDORED: &[&str] = &["vendor", "node_modules", "third_party", "bower_components"];

/// Folders of what a program makes.
const MADE: &[&str] = &["dist", "generated", "__generated__", "__snapshots__", "mocks", "__mocks__"];

/// Ends of names that only a program gives.
const MADE_ENDS: &[(&str, &str)] = &[
    (".min.js", "minified"),
    (".min.css", "minified"),
    (".map", "generated"),
    (".snap", "snapshot"),
    (".golden", "snapshot"),
    (".pb.go", "generated"),
    (".pb.gw.go", "generated"),
    ("_pb2.py", "generated"),
    ("_pb2_grpc.py", "generated"),
    (".g.dart", "generated"),
    (".freezed.dart", "generated"),
    (".generated.ts", "generated"),
    (".gen.go", "generated"),
    ("_generated.go", "generated"),
    (".designer.cs", "generated"),
    ("_mock.go", "mock"),
    ("_mocks.go", "mock"),
];

/// What a file is by its path, where nobody wrote it by hand.
pub(super) fn made(path: &str) -> Option<&'static str> {
    let lower = path.to_lowercase();
    let (folders, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let within = |list: &[&str]| folders.split('/').any(|folder| list.contains(&folder));
    if LOCKS.contains(&name) {
        Some("lock file")
    } else if within(VENDORED) {
        Some("vendored")
    } else if name.starts_with("mock_") && name.ends_with(".go") {
        Some("mock")
    } else if let Some((_, what)) = MADE_ENDS.iter().find(|(end, _)| name.ends_with(end)) {
        Some(what)
    } else {
        within(MADE).then_some("generated, by its folder")
    }
}

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
