//! Which files belong together.

/// What a file and its kin have in common: the name without what marks a test, a header or a style.
///
/// `net/pool_test.go`, `tests/test_pool.py`, `Pool.spec.tsx`, `PoolTest.java` and `pool.h` are kin of `pool`.
pub(super) fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    // The first dot counts, so that `a.test.ts` and `a.module.css` are kin of `a.ts`; a leading one is part of the name.
    let end = name.char_indices().skip(1).find(|(_, c)| *c == '.').map_or(name.len(), |(at, _)| at);
    let bare = name.get(..end).unwrap_or(name);
    let bare = bare.strip_suffix("Tests").or_else(|| bare.strip_suffix("Test")).unwrap_or(bare);
    let lower = bare.to_lowercase().replace('-', "_");
    let bare =
        ["_test", "_tests", "_spec"].iter().find_map(|mark| lower.strip_suffix(mark)).unwrap_or(&lower);
    bare.strip_prefix("test_").unwrap_or(bare).to_owned()
}

/// Whether a name is too common for files of other folders to be kin by it.
pub(super) fn is_common(stem: &str) -> bool {
    const COMMON: &[&str] = &[
        "mod", "lib", "main", "index", "__init__", "readme", "types", "utils", "util", "config", "build",
        "cargo", "",
    ];
    COMMON.contains(&stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kin_have_the_same_stem() {
        for path in [
            "net/pool.go",
            "net/pool_test.go",
            "tests/test_pool.py",
            "ui/Pool.spec.tsx",
            "PoolTest.java",
            "pool.h",
        ] {
            assert_eq!(stem(path), "pool", "{path}");
        }
        assert_eq!(stem(".gitignore"), ".gitignore");
        assert_eq!(stem("src/Latest.rs"), "latest");
        assert!(is_common(&stem("a/mod.rs")));
    }
}
