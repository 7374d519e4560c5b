//! The forms themselves.

use review_core::ColumnUnit;

use crate::signal::{Signal, When};
use crate::tools::fixes::Fixes;

pub(in crate::tools) type Path = &'static [&'static str];

/// One linter's form. A path of keys leads to each field; an empty one means that it has none.
pub(in crate::tools) struct Shape {
    /// Its name, as users know it.
    pub(in crate::tools) name: &'static str,
    /// The way to the messages: keys, and `*` for each entry of a list or of a map whose keys are files.
    pub(in crate::tools) entries: Path,
    /// On the way, the key of an object that names the file of the messages below it.
    pub(in crate::tools) file: &'static str,
    /// Keys that each message must have, so that no other document is taken for this one.
    pub(in crate::tools) marks: &'static [Path],
    /// Keys of the document, one of which tells whose it is when it has no message.
    pub(in crate::tools) signed: &'static [Path],
    pub(in crate::tools) path: Path,
    pub(in crate::tools) line: Path,
    pub(in crate::tools) end: Path,
    pub(in crate::tools) column: Path,
    pub(in crate::tools) end_column: Path,
    /// Whether its lines count from 0.
    pub(in crate::tools) zero_lines: bool,
    /// Whether its columns count from 0.
    pub(in crate::tools) zero_columns: bool,
    /// What its columns count; `None`: bytes.
    pub(in crate::tools) unit: Option<ColumnUnit>,
    /// Whether its end column is the last one rather than the one behind it.
    pub(in crate::tools) closed: bool,
    pub(in crate::tools) text: Path,
    pub(in crate::tools) rule: Path,
    pub(in crate::tools) level: Path,
    pub(in crate::tools) category: Path,
    /// The code that it shows.
    pub(in crate::tools) quote: Path,
    /// Levels that are numbers or words of its own, as words that everybody knows.
    pub(in crate::tools) levels: &'static [(&'static str, &'static str)],
    /// Messages with this key set were suppressed in the source.
    pub(in crate::tools) suppressed: Path,
    pub(in crate::tools) fixes: Fixes,
    /// How it says that it failed.
    pub(in crate::tools) signals: &'static [Signal],
    /// Rules whose message says that the file could not be read, and so was not looked at.
    pub(in crate::tools) unread: &'static [&'static str],
}

const NO: Path = &[];

const PLAIN: Shape = Shape {
    name: "",
    entries: &["*"],
    file: "",
    marks: &[],
    signed: &[],
    path: NO,
    line: NO,
    end: NO,
    column: NO,
    end_column: NO,
    zero_lines: false,
    zero_columns: false,
    unit: None,
    closed: false,
    text: &["message"],
    rule: NO,
    level: NO,
    category: NO,
    quote: NO,
    levels: &[],
    suppressed: NO,
    fixes: Fixes::None,
    signals: &[],
    unread: &[],
};

const SHELLCHECK: Shape = Shape {
    name: "shellcheck",
    unit: Some(ColumnUnit::CodePoint),
    marks: &[&["file"], &["line"], &["endLine"], &["level"], &["code"], &["message"]],
    path: &["file"],
    line: &["line"],
    end: &["endLine"],
    column: &["column"],
    end_column: &["endColumn"],
    rule: &["code"],
    level: &["level"],
    fixes: Fixes::Shellcheck,
    // It stops at what it can't parse.
    unread: &["1072", "1073", "1080", "1088", "1091"],
    ..PLAIN
};

const fn part(at: Path, when: When, reason: &'static [Path], means: &'static str) -> Signal {
    Signal { at, when, reason, means, whole: false }
}

const fn whole(at: Path, when: When, reason: &'static [Path], means: &'static str) -> Signal {
    Signal { at, when, reason, means, whole: true }
}

/// All forms. Of two that fit, the first counts.
pub(in crate::tools) const SHAPES: &[Shape] = &[
    Shape {
        name: "eslint",
        unit: Some(ColumnUnit::Utf16),
        entries: &["*", "messages", "*"],
        file: "filePath",
        marks: &[&["message"], &["severity"]],
        line: &["line"],
        end: &["endLine"],
        column: &["column"],
        end_column: &["endColumn"],
        rule: &["ruleId"],
        level: &["severity"],
        levels: &[("2", "error"), ("1", "warning"), ("0", "info")],
        fixes: Fixes::Eslint,
        signals: &[part(
            &["*", "messages", "*", "fatal"],
            When::Is(&["true"]),
            &[&["message"]],
            "a file could not be linted",
        )],
        ..PLAIN
    },
    Shape {
        name: "stylelint",
        unit: Some(ColumnUnit::Utf16),
        entries: &["*", "warnings", "*"],
        file: "source",
        marks: &[&["text"], &["rule"]],
        line: &["line"],
        end: &["endLine"],
        column: &["column"],
        end_column: &["endColumn"],
        text: &["text"],
        rule: &["rule"],
        level: &["severity"],
        signals: &[
            part(
                &["*", "parseErrors", "*"],
                When::Present,
                &[&["text"], &["message"]],
                "a file could not be parsed",
            ),
            part(
                &["*", "invalidOptionWarnings", "*"],
                When::Present,
                &[&["text"]],
                "a rule was configured wrongly",
            ),
        ],
        unread: &["CssSyntaxError"],
        ..PLAIN
    },
    Shape {
        name: "ruff",
        unit: Some(ColumnUnit::CodePoint),
        marks: &[&["filename"], &["code"], &["location", "row"], &["message"]],
        path: &["filename"],
        line: &["location", "row"],
        end: &["end_location", "row"],
        column: &["location", "column"],
        end_column: &["end_location", "column"],
        rule: &["code"],
        fixes: Fixes::Ruff,
        signals: &[part(&["*", "code"], When::Null, &[&["message"]], "a file could not be parsed")],
        unread: &["E902", "E999", "invalid-syntax"],
        ..PLAIN
    },
    Shape {
        name: "bandit",
        entries: &["results", "*"],
        marks: &[&["test_id"], &["issue_text"], &["filename"]],
        signed: &[&["metrics"], &["generated_at"]],
        path: &["filename"],
        line: &["line_number"],
        column: &["col_offset"],
        end_column: &["end_col_offset"],
        zero_columns: true,
        text: &["issue_text"],
        rule: &["test_id"],
        level: &["issue_severity"],
        signals: &[
            part(
                &["errors", "*"],
                When::Present,
                &[&["reason"], &["message"], &["filename"]],
                "a file was skipped",
            ),
            whole(&["results"], When::Absent, &[], "it holds no list of results"),
        ],
        ..PLAIN
    },
    Shape {
        name: "semgrep",
        entries: &["results", "*"],
        marks: &[&["check_id"], &["path"], &["extra", "message"]],
        signed: &[&["paths", "scanned"], &["skipped_rules"], &["interfile_languages_used"]],
        path: &["path"],
        line: &["start", "line"],
        end: &["end", "line"],
        column: &["start", "col"],
        end_column: &["end", "col"],
        text: &["extra", "message"],
        rule: &["check_id"],
        level: &["extra", "severity"],
        category: &["extra", "metadata", "category"],
        quote: &["extra", "lines"],
        suppressed: &["extra", "is_ignored"],
        fixes: Fixes::Semgrep,
        signals: &[
            part(
                &["errors", "*"],
                When::Present,
                &[&["message"], &["long_msg"], &["short_msg"], &["type"]],
                "a part was not scanned",
            ),
            whole(&["results"], When::Absent, &[], "it holds no list of results"),
            whole(&["paths", "scanned"], When::Empty, &[], "it scanned no file"),
        ],
        ..PLAIN
    },
    Shape {
        name: "golangci-lint",
        entries: &["Issues", "*"],
        marks: &[&["FromLinter"], &["Pos", "Filename"], &["Text"]],
        signed: &[&["Report"]],
        path: &["Pos", "Filename"],
        line: &["Pos", "Line"],
        column: &["Pos", "Column"],
        text: &["Text"],
        rule: &["FromLinter"],
        level: &["Severity"],
        quote: &["SourceLines"],
        fixes: Fixes::Golangci,
        signals: &[
            part(&["Report", "Error"], When::Present, &[&[]], "a linter did not run"),
            part(
                &["Report", "Warnings", "*", "Text"],
                When::Mentions(&["can't run", "cannot run", "could not", "failed", "skipped", "panic"]),
                &[&[]],
                "a linter did not run",
            ),
            whole(&["Issues"], When::Absent, &[], "it holds no list of issues"),
        ],
        unread: &["typecheck"],
        ..PLAIN
    },
    Shape {
        name: "gosec",
        entries: &["Issues", "*"],
        marks: &[&["rule_id"], &["details"], &["file"]],
        signed: &[&["Golang errors"], &["GosecVersion"]],
        path: &["file"],
        line: &["line"],
        column: &["column"],
        text: &["details"],
        rule: &["rule_id"],
        level: &["severity"],
        signals: &[
            part(&["Golang errors"], When::Present, &[], "a package could not be loaded"),
            whole(&["Stats", "files"], When::Is(&["0"]), &[], "it looked at no file"),
        ],
        ..PLAIN
    },
    SHELLCHECK,
    Shape {
        // Its newer form, below a key.
        entries: &["comments", "*"],
        marks: &[&["file"], &["line"], &["level"], &["code"], &["message"]],
        signed: &[&["comments"]],
        ..SHELLCHECK
    },
    Shape {
        // The secret itself is in the document too; it is not read.
        name: "gitleaks",
        marks: &[&["RuleID"], &["File"], &["StartLine"], &["Description"]],
        path: &["File"],
        line: &["StartLine"],
        end: &["EndLine"],
        column: &["StartColumn"],
        end_column: &["EndColumn"],
        closed: true,
        text: &["Description"],
        rule: &["RuleID"],
        ..PLAIN
    },
    Shape {
        name: "pyright",
        unit: Some(ColumnUnit::Utf16),
        entries: &["generalDiagnostics", "*"],
        marks: &[&["file"], &["message"], &["severity"]],
        signed: &[&["summary", "filesAnalyzed"]],
        path: &["file"],
        line: &["range", "start", "line"],
        end: &["range", "end", "line"],
        column: &["range", "start", "character"],
        end_column: &["range", "end", "character"],
        zero_lines: true,
        zero_columns: true,
        rule: &["rule"],
        level: &["severity"],
        signals: &[
            whole(&["summary", "filesAnalyzed"], When::Is(&["0"]), &[], "it looked at no file"),
            whole(&["generalDiagnostics"], When::Absent, &[], "it holds no list of diagnostics"),
        ],
        ..PLAIN
    },
    Shape {
        name: "mypy",
        marks: &[&["file"], &["line"], &["column"], &["message"], &["hint"], &["severity"]],
        path: &["file"],
        line: &["line"],
        column: &["column"],
        zero_columns: true,
        rule: &["code"],
        level: &["severity"],
        unread: &["syntax"],
        ..PLAIN
    },
    Shape {
        name: "pylint",
        unit: Some(ColumnUnit::CodePoint),
        marks: &[&["path"], &["line"], &["symbol"], &["message"], &["type"]],
        path: &["path"],
        line: &["line"],
        end: &["endLine"],
        column: &["column"],
        end_column: &["endColumn"],
        zero_columns: true,
        rule: &["symbol"],
        level: &["type"],
        unread: &["syntax-error", "astroid-error", "fatal", "parse-error", "config-parse-error"],
        signals: &[part(&["*", "type"], When::Is(&["fatal"]), &[&["message"]], "it could not go on")],
        ..PLAIN
    },
    Shape {
        name: "rubocop",
        unit: Some(ColumnUnit::CodePoint),
        entries: &["files", "*", "offenses", "*"],
        file: "path",
        marks: &[&["cop_name"], &["message"], &["location"]],
        signed: &[&["summary", "inspected_file_count"]],
        line: &["location", "start_line"],
        end: &["location", "last_line"],
        column: &["location", "start_column"],
        end_column: &["location", "last_column"],
        closed: true,
        rule: &["cop_name"],
        level: &["severity"],
        signals: &[
            part(
                &["files", "*", "offenses", "*", "severity"],
                When::Is(&["fatal"]),
                &[&["message"]],
                "a file could not be inspected",
            ),
            whole(&["summary", "inspected_file_count"], When::Is(&["0"]), &[], "it inspected no file"),
        ],
        unread: &["Lint/Syntax"],
        ..PLAIN
    },
    Shape {
        name: "phpstan",
        entries: &["files", "*", "messages", "*"],
        marks: &[&["message"], &["line"], &["ignorable"]],
        signed: &[&["totals", "file_errors"]],
        line: &["line"],
        rule: &["identifier"],
        signals: &[part(&["errors", "*"], When::Present, &[&[]], "it could not go on")],
        unread: &["phpstan.parse"],
        ..PLAIN
    },
    Shape {
        name: "biome",
        entries: &["diagnostics", "*"],
        marks: &[&["category"], &["description"], &["location", "path"]],
        signed: &[&["summary", "suggestedFixesSkipped"]],
        path: &["location", "path", "file"],
        line: &["location", "start", "line"],
        end: &["location", "end", "line"],
        column: &["location", "start", "column"],
        end_column: &["location", "end", "column"],
        text: &["description"],
        rule: &["category"],
        level: &["severity"],
        signals: &[part(
            &["diagnostics", "*", "category"],
            When::Mentions(&["internalerror", "parse"]),
            &[&["description"]],
            "a file could not be checked",
        )],
        ..PLAIN
    },
    Shape {
        name: "ast-grep",
        unit: Some(ColumnUnit::CodePoint),
        marks: &[&["file"], &["range", "byteOffset"], &["range", "start", "line"], &["ruleId"]],
        path: &["file"],
        line: &["range", "start", "line"],
        end: &["range", "end", "line"],
        column: &["range", "start", "column"],
        end_column: &["range", "end", "column"],
        zero_lines: true,
        zero_columns: true,
        rule: &["ruleId"],
        level: &["severity"],
        fixes: Fixes::AstGrep,
        ..PLAIN
    },
    Shape {
        // Diagnostics of a language server.
        name: "lsp",
        unit: Some(ColumnUnit::Utf16),
        entries: &["*", "diagnostics", "*"],
        file: "uri",
        marks: &[&["range", "start", "character"], &["message"]],
        line: &["range", "start", "line"],
        end: &["range", "end", "line"],
        column: &["range", "start", "character"],
        end_column: &["range", "end", "character"],
        zero_lines: true,
        zero_columns: true,
        rule: &["code"],
        level: &["severity"],
        levels: &[("1", "error"), ("2", "warning"), ("3", "info"), ("4", "hint")],
        ..PLAIN
    },
    Shape {
        name: "tflint",
        entries: &["issues", "*"],
        marks: &[&["rule", "name"], &["message"], &["range", "filename"]],
        path: &["range", "filename"],
        line: &["range", "start", "line"],
        end: &["range", "end", "line"],
        column: &["range", "start", "column"],
        end_column: &["range", "end", "column"],
        rule: &["rule", "name"],
        level: &["rule", "severity"],
        signals: &[part(
            &["errors", "*"],
            When::Present,
            &[&["message"], &["summary"]],
            "it could not go on",
        )],
        ..PLAIN
    },
    Shape {
        name: "trivy",
        entries: &["Results", "*", "Misconfigurations", "*"],
        file: "Target",
        marks: &[&["ID"], &["Title"], &["Severity"]],
        signed: &[&["ArtifactName"], &["SchemaVersion"]],
        line: &["CauseMetadata", "StartLine"],
        end: &["CauseMetadata", "EndLine"],
        text: &["Message"],
        rule: &["ID"],
        level: &["Severity"],
        signals: &[whole(&["Results"], When::Absent, &[], "it names nothing that it scanned")],
        ..PLAIN
    },
    Shape {
        name: "trivy",
        entries: &["Results", "*", "Vulnerabilities", "*"],
        file: "Target",
        marks: &[&["VulnerabilityID"], &["PkgName"], &["Severity"]],
        signed: &[&["ArtifactName"]],
        text: &["Title"],
        rule: &["VulnerabilityID"],
        level: &["Severity"],
        ..PLAIN
    },
    Shape {
        name: "trivy",
        entries: &["Results", "*", "Secrets", "*"],
        file: "Target",
        marks: &[&["RuleID"], &["Title"], &["StartLine"]],
        signed: &[&["ArtifactName"]],
        line: &["StartLine"],
        end: &["EndLine"],
        text: &["Title"],
        rule: &["RuleID"],
        level: &["Severity"],
        ..PLAIN
    },
    Shape {
        name: "markdownlint",
        unit: Some(ColumnUnit::Utf16),
        marks: &[&["fileName"], &["lineNumber"], &["ruleNames"]],
        path: &["fileName"],
        line: &["lineNumber"],
        text: &["ruleDescription"],
        ..PLAIN
    },
    Shape {
        name: "hadolint",
        marks: &[&["file"], &["line"], &["column"], &["code"], &["level"], &["message"]],
        path: &["file"],
        line: &["line"],
        column: &["column"],
        rule: &["code"],
        level: &["level"],
        unread: &["DL1000"],
        ..PLAIN
    },
    Shape {
        name: "actionlint",
        marks: &[&["filepath"], &["line"], &["column"], &["kind"], &["message"], &["snippet"]],
        path: &["filepath"],
        line: &["line"],
        column: &["column"],
        rule: &["kind"],
        unread: &["syntax-check"],
        ..PLAIN
    },
];
