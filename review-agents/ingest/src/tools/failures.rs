//! What "I failed" looks like in every format: each is read, none is taken for a clean run.

use std::collections::BTreeSet;

use review_core::{Completeness, ReviewerKind};

use super::linters::SHAPES;
use crate::{IngestOptions, ingest};

/// A document in which the tool says that it failed, and what the reason must hold.
struct Case {
    format: &'static str,
    document: &'static str,
    reason: &'static str,
    findings: usize,
}

const fn case(format: &'static str, document: &'static str, reason: &'static str, findings: usize) -> Case {
    Case { format, document, reason, findings }
}

const CASES: &[Case] = &[
    case("sarif", r#"{"version":"2.1.0","runs":[]}"#, "no run", 0),
    case("sarif", r#"{"version":"2.1.0","runs":null}"#, "no run", 0),
    case(
        "sarif",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}}}]}"#,
        "no list of results",
        0,
    ),
    case(
        "sarif",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":null}]}"#,
        "no list of results",
        0,
    ),
    case(
        "sarif",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"executionSuccessful":false,"exitCodeDescription":"killed"}],"results":[{"message":{"text":"Leaks."}}]}]}"#,
        "killed",
        1,
    ),
    case(
        "sarif",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"executionSuccessful":true,"toolExecutionNotifications":[{"level":"error","message":{"text":"net/pool.rs is too long"}}]}],"results":[]}]}"#,
        "net/pool.rs is too long",
        0,
    ),
    case(
        "sarif",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"invocations":[{"executionSuccessful":true,"toolConfigurationNotifications":[{"level":"error","descriptor":{"id":"no-rules"}}]}],"results":[]}]}"#,
        "no-rules",
        0,
    ),
    case(
        "sarif",
        r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{},7]}]}"#,
        "2 of its results",
        0,
    ),
    case("cargo", r#"{"reason":"build-finished","success":false}"#, "the build failed", 0),
    case("cargo", r#"{"reason":"compiler-artifact","target":{}}"#, "end is missing", 0),
    case(
        "cargo",
        "{\"reason\":\"compiler-message\",\"message\":{\"level\":\"error\",\"message\":\"linking with `cc` failed\",\"spans\":[]}}\n{\"reason\":\"build-finished\",\"success\":true}",
        "linking with",
        1,
    ),
    case(
        "checkstyle",
        "<checkstyle><file name=\"a.rs\"><exception><![CDATA[TreeWalkerException: odd token\n\tat x]]></exception></file></checkstyle>",
        "odd token",
        0,
    ),
    case("checkstyle", "<checkstyle><file name=\"a.rs\"><error message=\"m\"/>", "ends in the middle", 1),
    case(
        "lines",
        "src/a.py:3: error: bad\nFound 1 error in 1 file (errors prevented further checking)\n",
        "errors prevented further checking",
        1,
    ),
    case(
        "lines",
        "src/a.ts(3,1): error TS1005: ';' expected.\nerror TS5083: Cannot read file 'b.json'.\n",
        "TS5083",
        1,
    ),
    case(
        "eslint",
        r#"[{"filePath":"a.js","messages":[{"fatal":true,"severity":2,"message":"Parsing error: Unexpected token"}]}]"#,
        "Unexpected token",
        1,
    ),
    case(
        "stylelint",
        r#"[{"source":"a.css","warnings":[],"parseErrors":[{"text":"odd brace"}]}]"#,
        "odd brace",
        0,
    ),
    case(
        "stylelint",
        r#"[{"source":"a.css","warnings":[{"rule":"CssSyntaxError","text":"Unclosed block","line":1,"column":1,"severity":"error"}]}]"#,
        "Unclosed block",
        1,
    ),
    case(
        "ruff",
        r#"[{"filename":"a.py","code":null,"location":{"row":1,"column":1},"message":"SyntaxError: Expected an expression"}]"#,
        "Expected an expression",
        1,
    ),
    case(
        "ruff",
        r#"[{"filename":"a.py","code":"E902","location":{"row":1,"column":1},"message":"No such file"}]"#,
        "No such file",
        1,
    ),
    case(
        "bandit",
        r#"{"errors":[{"filename":"a.py","reason":"syntax error while parsing AST"}],"results":[],"metrics":{}}"#,
        "syntax error while parsing",
        0,
    ),
    case(
        "semgrep",
        r#"{"results":[],"errors":[{"level":"warn","type":"Timeout","message":"Timeout on a.py"}],"paths":{"scanned":["a.py"]}}"#,
        "Timeout on a.py",
        0,
    ),
    case("semgrep", r#"{"results":[],"errors":[],"paths":{"scanned":[]}}"#, "scanned no file", 0),
    case("golangci-lint", r#"{"Issues":null,"Report":{"Linters":[]}}"#, "no list of issues", 0),
    case(
        "golangci-lint",
        r#"{"Issues":[],"Report":{"Error":"can't load package"}}"#,
        "can't load package",
        0,
    ),
    case(
        "golangci-lint",
        r#"{"Issues":[],"Report":{"Warnings":[{"Tag":"runner","Text":"Can't run linter unused: panic"}]}}"#,
        "Can't run linter unused",
        0,
    ),
    case(
        "golangci-lint",
        r#"{"Issues":[{"FromLinter":"typecheck","Text":"undefined: x","Pos":{"Filename":"a.go","Line":3}}],"Report":{}}"#,
        "undefined: x",
        1,
    ),
    case(
        "gosec",
        r#"{"Golang errors":{"a.go":[{"error":"expected package"}]},"Issues":[],"Stats":{"files":1}}"#,
        "could not be loaded",
        0,
    ),
    case("gosec", r#"{"Golang errors":{},"Issues":[],"Stats":{"files":0}}"#, "no file", 0),
    case(
        "shellcheck",
        r#"[{"file":"a.sh","line":3,"endLine":3,"level":"error","code":1072,"message":"Expected a 'then'."}]"#,
        "Expected a 'then'",
        1,
    ),
    case(
        "pyright",
        r#"{"generalDiagnostics":[],"summary":{"filesAnalyzed":0,"errorCount":0}}"#,
        "no file",
        0,
    ),
    case(
        "mypy",
        "{\"file\":\"a.py\",\"line\":1,\"column\":0,\"message\":\"Invalid syntax\",\"hint\":null,\"code\":\"syntax\",\"severity\":\"error\"}",
        "Invalid syntax",
        1,
    ),
    case(
        "pylint",
        r#"[{"type":"fatal","path":"a.py","line":1,"column":0,"symbol":"astroid-error","message":"a.py: Fatal error while checking"}]"#,
        "Fatal error while checking",
        1,
    ),
    case(
        "rubocop",
        r#"{"metadata":{},"files":[],"summary":{"offense_count":0,"inspected_file_count":0}}"#,
        "inspected no file",
        0,
    ),
    case(
        "rubocop",
        r#"{"files":[{"path":"a.rb","offenses":[{"severity":"fatal","message":"unexpected token","cop_name":"Lint/Syntax","location":{"start_line":1}}]}],"summary":{"inspected_file_count":1}}"#,
        "unexpected token",
        1,
    ),
    case(
        "phpstan",
        r#"{"totals":{"errors":1,"file_errors":0},"files":[],"errors":["Child process error"]}"#,
        "Child process error",
        0,
    ),
    case(
        "biome",
        r#"{"summary":{"suggestedFixesSkipped":0},"diagnostics":[{"category":"internalError/io","description":"can't open a.ts","location":{"path":{"file":"a.ts"}},"severity":"error"}]}"#,
        "can't open a.ts",
        1,
    ),
    case(
        "tflint",
        r#"{"issues":[{"rule":{"name":"r","severity":"error"},"message":"m","range":{"filename":"a.tf","start":{"line":1}}}],"errors":[{"message":"Failed to load configurations","severity":"error"}]}"#,
        "Failed to load",
        1,
    ),
    case("trivy", r#"{"SchemaVersion":2,"ArtifactName":"."}"#, "nothing that it scanned", 0),
    case(
        "hadolint",
        r#"[{"file":"Dockerfile","line":1,"column":1,"code":"DL1000","level":"error","message":"unexpected 'F'"}]"#,
        "unexpected 'F'",
        1,
    ),
    case(
        "actionlint",
        r#"[{"filepath":".github/workflows/a.yml","line":1,"column":1,"kind":"syntax-check","message":"unexpected key","snippet":"x"}]"#,
        "unexpected key",
        1,
    ),
];

/// Formats in which a tool can't say that it failed; only its exit status tells.
const SILENT: &[&str] = &["rdjson", "github", "gitleaks", "ast-grep", "lsp", "markdownlint"];

/// A run that went well and found nothing, per format.
const CLEAN: &[(&str, &str)] = &[
    ("sarif", r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}"#),
    ("rdjson", r#"{"source":{"name":"x"},"diagnostics":[]}"#),
    ("cargo", r#"{"reason":"build-finished","success":true}"#),
    ("checkstyle", "<checkstyle version=\"8\"></checkstyle>"),
    ("checkstyle", "<?xml version=\"1.0\"?><checkstyle version=\"8\"/>"),
    ("eslint", r#"[{"filePath":"a.js","messages":[]}]"#),
    ("stylelint", r#"[{"source":"a.css","warnings":[],"parseErrors":[]}]"#),
    ("bandit", r#"{"errors":[],"results":[],"metrics":{}}"#),
    ("semgrep", r#"{"results":[],"errors":[],"paths":{"scanned":["a.py"]}}"#),
    (
        "golangci-lint",
        r#"{"Issues":[],"Report":{"Linters":[],"Warnings":[{"Text":"The linter 'x' is deprecated"}]}}"#,
    ),
    ("gosec", r#"{"Golang errors":{},"Issues":[],"Stats":{"files":3}}"#),
    ("shellcheck", r#"{"comments":[]}"#),
    ("pyright", r#"{"generalDiagnostics":[],"summary":{"filesAnalyzed":4,"errorCount":0}}"#),
    (
        "rubocop",
        r#"{"files":[{"path":"a.rb","offenses":[]}],"summary":{"offense_count":0,"inspected_file_count":1}}"#,
    ),
    ("phpstan", r#"{"totals":{"errors":0,"file_errors":0},"files":[],"errors":[]}"#),
    ("trivy", r#"{"SchemaVersion":2,"ArtifactName":".","Results":[{"Target":"go.mod"}]}"#),
];

#[test]
fn a_tool_that_failed_never_looks_clean() {
    for Case { format, document, reason, findings } in CASES {
        let review = ingest(document.as_bytes(), &IngestOptions::default()).unwrap();
        let said = review.incomplete_reason.clone().unwrap_or_default();
        assert_ne!(review.completeness, Completeness::Complete, "{format}: {document}");
        assert!(said.contains(reason), "{format}: {said:?} does not hold {reason:?} for {document}");
        assert_eq!(review.findings.len(), *findings, "{format}: {document}");
        assert_eq!(review.identity.kind, Some(ReviewerKind::Tool), "{format}: {document}");
    }
}

#[test]
fn a_clean_run_is_complete() {
    for (format, document) in CLEAN {
        let review = ingest(document.as_bytes(), &IngestOptions::default()).unwrap();
        assert_eq!(review.completeness, Completeness::Complete, "{format}: {:?}", review.incomplete_reason);
        assert!(review.findings.is_empty(), "{format}");
        assert_eq!(review.identity.kind, Some(ReviewerKind::Tool), "{format}: {document}");
    }
}

#[test]
fn every_format_says_how_it_fails_or_that_it_can_not() {
    let mut registered: BTreeSet<&str> = SHAPES.iter().map(|shape| shape.name).collect();
    registered.extend(["sarif", "rdjson", "cargo", "checkstyle", "github", "lines"]);
    let mut listed: BTreeSet<&str> = CASES.iter().map(|case| case.format).collect();
    listed.extend(SILENT);
    assert_eq!(registered, listed);
    for shape in SHAPES {
        let silent = shape.signals.is_empty() && shape.unread().is_empty();
        assert!(
            !silent
                || SILENT.contains(&shape.name)
                || SHAPES.iter().any(|other| other.name == shape.name && !other.signals.is_empty()),
            "{}",
            shape.name
        );
    }
}
