//! What a path says about a file: production code, tests, examples, or something that nobody wrote by hand.

use crate::language::Language;

/// What kind of file a path names, by the habits of the languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathKind {
    /// Code that runs for users.
    Production,
    /// Tests and what they need.
    Test,
    /// Examples, benchmarks, documentation, scripts of the build.
    Aside,
    /// Generated, minified or copied from elsewhere: not reviewed line by line.
    Foreign,
}

/// The kind of a file by its path.
pub(crate) fn kind(path: &str) -> PathKind {
    if is_foreign(path) {
        return PathKind::Foreign;
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let folders = || path.split('/').rev().skip(1);
    let test_folder = |part: &str| {
        let part = part.to_ascii_lowercase();
        matches!(
            part.as_str(),
            "test"
                | "tests"
                | "__tests__"
                | "__mocks__"
                | "testdata"
                | "testing"
                | "testutil"
                | "spec"
                | "specs"
                | "e2e"
                | "fixture"
                | "_fixture"
                | "fixtures"
                | "mocks"
                | "testkit"
                | "integration-tests"
                | "unit_tests"
        ) || part.ends_with("_test")
            || part.ends_with("_tests")
            || part.ends_with("-tests")
    };
    let test_name = name.ends_with("_test.go")
        || name.ends_with("_tests.go")
        || (name.ends_with(".py")
            && (stem.starts_with("test_") || stem.ends_with("_test") || stem == "conftest"))
        || (name.ends_with(".rs")
            && (stem == "tests" || stem == "test" || stem.ends_with("_test") || stem.ends_with("_tests")))
        || (name.ends_with(".java")
            && (stem.ends_with("Test")
                || stem.ends_with("Tests")
                || stem.ends_with("TestCase")
                || (stem.starts_with("Test") && stem.chars().nth(4).is_some_and(char::is_uppercase))))
        || (name.ends_with(".rb")
            && (stem.ends_with("_spec") || stem.ends_with("_test") || stem.starts_with("test_")))
        || ([".c", ".sh", ".bash"].iter().any(|ending| name.ends_with(ending))
            && (stem.starts_with("test_")
                || stem.starts_with("test-")
                || stem.ends_with("_test")
                || stem.ends_with("_tests")
                || stem == "test"))
        || name.ends_with(".bats")
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.contains("-test.")
        || name.contains(".stories.");
    if test_name || folders().any(test_folder) {
        return PathKind::Test;
    }
    // A script is what it is wherever it lies; for other languages these folders hold what is not delivered.
    let is_script = Language::of_path(name) == Some(Language::Bash);
    let script_folder =
        |part: &str| matches!(part, "scripts" | "script" | "tools" | "hack" | "ci" | ".github" | "build");
    let aside_folder = |part: &str| {
        matches!(
            part,
            "example"
                | "examples"
                | "bench"
                | "benches"
                | "benchmark"
                | "benchmarks"
                | "doc"
                | "docs"
                | "demo"
                | "demos"
                | "sample"
                | "samples"
                | "xtask"
                | "fuzz"
                | "playground"
                | "tutorial"
                | "tutorials"
                | "_examples"
                | "_generate"
        ) || (!is_script && script_folder(part))
    };
    let aside_name = matches!(
        name,
        "setup.py"
            | "build.rs"
            | "conf.py"
            | "noxfile.py"
            | "tasks.py"
            | "fabfile.py"
            | "gulpfile.js"
            | "Gruntfile.js"
            | "Rakefile"
            | "Gemfile"
            | "extconf.rb"
    ) || name.contains(".config.")
        || name.starts_with("example");
    if aside_name || folders().any(aside_folder) {
        return PathKind::Aside;
    }
    PathKind::Production
}

/// Whether a path is that of generated, minified or vendored code.
fn is_foreign(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = |part: &str| {
        matches!(
            part,
            "vendor"
                | "node_modules"
                | "third_party"
                | "third-party"
                | "thirdparty"
                | "bower_components"
                | "dist"
                | "_vendor"
                | "vendored"
                | "client-dist"
                | "umd"
                | "generated"
                | "gen"
                | "__generated__"
                | "site-packages"
                | "deps"
        )
    };
    [
        ".min.js",
        ".min.mjs",
        ".bundle.js",
        ".pb.go",
        "_pb2.py",
        "_pb2_grpc.py",
        ".g.dart",
        ".pb.ts",
        "_pb.js",
        "_pb.d.ts",
    ]
    .iter()
    .any(|ending| name.ends_with(ending))
        || name.contains("_generated.")
        || name.contains(".generated.")
        || name.contains(".gen.")
        || name.starts_with("zz_generated")
        || path.split('/').rev().skip(1).any(folder)
}

/// Whether the first lines say that a program wrote the file: the header that Go's tools agreed on, and its kin.
pub(crate) fn says_generated(text: &str) -> bool {
    text.lines().take(30).filter(|line| line.len() < 300).any(|line| {
        let line = line.trim_start();
        let comment = ["//", "#", "/*", "*", "--", "<!--", ";"].iter().any(|mark| line.starts_with(mark));
        let lower = line.to_ascii_lowercase();
        comment
            && (lower.contains("@generated")
                || lower.contains("file was automatically generated")
                || lower.contains("automatically generated by")
                || lower.contains("generated") && lower.contains("do not edit"))
    })
}

/// Whether a header of that name holds C++: words that begin a line there, and no line of C.
pub(crate) fn is_cpp_header(path: &str, text: &str) -> bool {
    const WORDS: &[&str] = &[
        "namespace ",
        "template <",
        "template<",
        "class ",
        "public:",
        "private:",
        "protected:",
        "constexpr ",
    ];
    path.ends_with(".h")
        && text.lines().map(str::trim_start).any(|line| WORDS.iter().any(|word| line.starts_with(word)))
}

/// Whether a text was packed by a tool: nobody reads lines that long.
pub(crate) fn is_minified(text: &str) -> bool {
    text.len() > 1_000 && text.len() / (text.bytes().filter(|byte| *byte == b'\n').count() + 1) > 400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is_for() {
        let kinds = |paths: &[&str]| paths.iter().map(|path| kind(path)).collect::<Vec<_>>();
        assert_eq!(kinds(&["src/a.rs", "pkg/attest.go", "lib/latest.py"]), [PathKind::Production; 3]);
        assert_eq!(
            kinds(&["pkg/a_test.go", "tests/x.py", "web/a.spec.ts", "src/FooTest.java"]),
            [PathKind::Test; 4]
        );
        assert_eq!(
            kinds(&["a/cart_spec.rb", "a/cart_test.rb", "src/test_list.c", "a/test-run.sh", "a/run.bats"]),
            [PathKind::Test; 5]
        );
        assert_eq!(kinds(&["scripts/release.sh", "src/attest.c"]), [PathKind::Production; 2]);
        assert_eq!(kinds(&["examples/a.rs", "setup.py", "scripts/a.py", "Rakefile"]), [PathKind::Aside; 4]);
        assert_eq!(kinds(&["vendor/x/a.go", "api/a.pb.go", "web/app.min.js"]), [PathKind::Foreign; 3]);
    }

    #[test]
    fn a_header_is_of_c_unless_it_has_words_of_another_language() {
        assert!(is_cpp_header("src/buffer.h", "#pragma once\n\ntemplate <size_t N> struct Buffer {\n};\n"));
        assert!(!is_cpp_header(
            "src/list.h",
            "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(int class_id);\n"
        ));
        assert!(!is_cpp_header("src/list.c", "class A;\n"));
    }

    #[test]
    fn only_a_header_says_generated() {
        assert!(says_generated("// Code generated by protoc. DO NOT EDIT.\npackage p\n"));
        assert!(says_generated("/*\n * This file was automatically generated by \"schema-utils\".\n */\n"));
        assert!(says_generated(
            "/*\n * This file was automatically generated.\n * DO NOT MODIFY BY HAND.\n */\n"
        ));
        assert!(!says_generated("text = 'generated; DO NOT EDIT'\n"));
    }
}
