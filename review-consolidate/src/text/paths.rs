//! What paths tell without a tree.

/// Whether two paths mean the same file: equal, or one is the end of the other (a bare file name).
pub(crate) fn same_path(a: &str, b: &str) -> bool {
    fn ends(long: &str, short: &str) -> bool {
        long.strip_suffix(short).is_some_and(|head| head.ends_with('/'))
    }
    a == b || ends(a, b) || ends(b, a)
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path is a test, by the conventions of the usual languages.
pub(crate) fn is_test_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let folder =
        lower.split('/').rev().skip(1).any(|part| {
            matches!(part, "test" | "tests" | "__tests__" | "testdata" | "spec" | "specs" | "bats")
        });
    folder
        || name.ends_with(".bats")
        || name.starts_with("test_")
        || ["_test.", ".test.", ".spec.", "_spec.", "test.java", "tests.cs", "test.kt"]
            .iter()
            .any(|mark| name.contains(mark))
}
