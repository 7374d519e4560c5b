//! JSON that linters write in forms of their own, as data: where each keeps what every linter says, and how it
//! says that it failed.

use review_core::{Fix, Location, Quote, Review, TextEdit};

use super::fixes::{self, Fixes};
use super::output::{Message, Output, Span, category};
use crate::limits::PLACES_READ;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::signal::{Shortfall, Signal, When, shortfalls};
use crate::value::{Map, Value};

/// A message of one line and so many bytes is a title as it stands.
const MAX_TITLE: usize = 160;

type Path = &'static [&'static str];

/// One linter's form. A path of keys leads to each field; an empty one means that it has none.
pub(super) struct Shape {
    /// Its name, as users know it.
    pub(super) name: &'static str,
    /// The way to the messages: keys, and `*` for each entry of a list or of a map whose keys are files.
    entries: Path,
    /// On the way, the key of an object that names the file of the messages below it.
    file: &'static str,
    /// Keys that each message must have, so that no other document is taken for this one.
    marks: &'static [Path],
    /// Keys of the document, one of which tells whose it is when it has no message.
    signed: &'static [Path],
    path: Path,
    line: Path,
    end: Path,
    column: Path,
    end_column: Path,
    /// Whether its lines count from 0.
    zero_lines: bool,
    /// Whether its columns count from 0.
    zero_columns: bool,
    /// Whether its end column is the last one rather than the one behind it.
    closed: bool,
    text: Path,
    rule: Path,
    level: Path,
    category: Path,
    /// The code that it shows.
    quote: Path,
    /// Levels that are numbers or words of its own, as words that everybody knows.
    levels: &'static [(&'static str, &'static str)],
    /// Messages with this key set were suppressed in the source.
    suppressed: Path,
    fixes: Fixes,
    /// How it says that it failed.
    pub(super) signals: &'static [Signal],
    /// Rules whose message says that the file could not be read, and so was not looked at.
    unread: &'static [&'static str],
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

const fn part(at: Path, when: When, reason: &'static [Path], means: &'static str) -> Signal {
    Signal { at, when, reason, means, whole: false }
}

const fn whole(at: Path, when: When, reason: &'static [Path], means: &'static str) -> Signal {
    Signal { at, when, reason, means, whole: true }
}

/// All forms. Of two that fit, the first counts.
pub(super) const SHAPES: &[Shape] = &[
    Shape {
        name: "eslint",
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
    Shape {
        name: "shellcheck",
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
    },
    Shape {
        name: "shellcheck",
        entries: &["comments", "*"],
        marks: &[&["file"], &["line"], &["level"], &["code"], &["message"]],
        signed: &[&["comments"]],
        path: &["file"],
        line: &["line"],
        end: &["endLine"],
        column: &["column"],
        end_column: &["endColumn"],
        rule: &["code"],
        level: &["level"],
        fixes: Fixes::Shellcheck,
        unread: &["1072", "1073", "1080", "1088", "1091"],
        ..PLAIN
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

/// Reads one document; `None` when its shape is another. Lines are counted by the caller.
pub(super) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let fitting: Vec<&Shape> = SHAPES.iter().filter(|shape| shape.fits(value)).collect();
    let first = fitting.first()?;
    let mut output = Output { tool: Some(first.name.to_owned()), ..Output::default() };
    // A document with messages of several kinds has a shape for each.
    for shape in fitting.iter().filter(|shape| shape.name == first.name) {
        shape.read(value, options, &roots, &mut output);
    }
    Some(output.into_review(None))
}

/// Whether a document is one message of a linter that writes one a line.
pub(super) fn is_message(map: &Map) -> bool {
    let marked =
        |shape: &Shape| !shape.marks.is_empty() && shape.marks.iter().all(|mark| map.at(mark).is_some());
    SHAPES.iter().any(|shape| shape.entries == ["*"] && marked(shape))
}

impl Shape {
    /// Rules that say that a file was not looked at.
    #[cfg(test)]
    pub(super) fn unread(&self) -> &'static [&'static str] {
        self.unread
    }

    /// Whether the document is of this form: every message has its marks; one without messages is signed.
    fn fits(&self, value: &Value) -> bool {
        let (mut any, mut all) = (false, true);
        self.visit(value, &mut |entry, _| {
            if !all {
                return;
            }
            any = true;
            all = self.marks.iter().all(|mark| entry.map().is_some_and(|map| map.at(mark).is_some()));
        });
        if any {
            return all;
        }
        // `{"comments": []}` alone is a linter's; with more beside it, it is anybody's.
        let alone =
            self.signed != [&["comments"] as Path] || value.map().is_some_and(|map| map.entries.len() == 1);
        let signed = self.signed.iter().any(|path| value.map().is_some_and(|map| map.at(path).is_some()));
        let signed = signed && alone;
        // `[{"filePath": …, "messages": []}]`: files without messages are a clean run.
        let listed = !self.file.is_empty() && self.entries.first() == Some(&"*") && {
            let files = value.list().unwrap_or_default();
            !files.is_empty()
                && files.iter().all(|file| {
                    file.map().is_some_and(|file| {
                        file.text(self.file).is_some()
                            && self.entries.get(1).is_some_and(|key| file.get(key).is_some())
                    })
                })
        };
        signed || listed
    }

    /// Calls back with each message and the file named on the way to it.
    fn visit<'v>(&self, value: &'v Value, found: &mut impl FnMut(&'v Value, Option<&'v str>)) {
        fn go<'v>(
            shape: &Shape,
            value: &'v Value,
            path: &[&str],
            file: Option<&'v str>,
            found: &mut dyn FnMut(&'v Value, Option<&'v str>),
        ) {
            let own = value.map().and_then(|map| map.text(shape.file));
            let file = if shape.file.is_empty() { file } else { own.or(file) };
            let Some((key, rest)) = path.split_first() else {
                found(value, file);
                return;
            };
            match (*key, value) {
                // One document of a language server is an object; several are a list.
                ("*", Value::Map(map)) if shape.name == "lsp" && map.get("diagnostics").is_some() => {
                    go(shape, value, rest, file, found);
                }
                ("*", Value::List(list)) => list.iter().for_each(|entry| go(shape, entry, rest, file, found)),
                ("*", Value::Map(map)) => {
                    map.entries.iter().for_each(|(name, entry)| go(shape, entry, rest, Some(name), found));
                }
                (key, Value::Map(map)) => {
                    if let Some(value) = map.get(key) {
                        go(shape, value, rest, file, found);
                    }
                }
                _ => {}
            }
        }
        go(self, value, self.entries, None, found);
    }

    fn read(&self, value: &Value, options: &IngestOptions, roots: &Roots, output: &mut Output) {
        output.shortfalls.extend(shortfalls(value, self.signals));
        self.visit(value, &mut |entry, file| {
            if output.is_full() {
                return;
            }
            let Some(map) = entry.map() else { return };
            let rule = words(map, self.rule);
            let text = words(map, self.text);
            if self.unread.contains(&rule.as_str()) {
                let reason = format!("a file could not be read: {text}");
                output.shortfalls.push(Shortfall::part(reason));
            }
            let draft = self.message(map, file, &rule, &text, roots).into_draft(options);
            output.drafts.extend(draft.map(|mut draft| {
                let finding = &mut draft.finding;
                finding.category = category(&words(map, self.category), options).or(finding.category);
                draft
            }));
        });
    }

    fn message<'a>(
        &self,
        map: &'a Map,
        file: Option<&'a str>,
        rule: &'a str,
        text: &'a str,
        roots: &Roots,
    ) -> Message<'a> {
        let path = file.filter(|_| self.path.is_empty()).or_else(|| map.at(self.path)?.text());
        let span = self.span(map);
        let place = path.and_then(|path| span.at(path, roots));
        let level = map.at(self.level).map_or("", |level| match level {
            Value::Text(text) => text.as_str(),
            Value::Number(number) => number.as_str(),
            _ => "",
        });
        let level = self.levels.iter().find(|(own, _)| *own == level).map_or(level, |(_, known)| *known);
        let fix = place.as_ref().and_then(|place| fixes::read(self.fixes, map, place));
        let short = text.len() <= MAX_TITLE && !text.contains('\n');
        let quote = place.as_ref().and_then(|place| quote(map.at(self.quote)?, place));
        Message {
            quotes: quote.into_iter().collect(),
            related: self.related(map, path, roots),
            place,
            level,
            text,
            title: if short { text } else { "" },
            rule,
            fix,
            withdrawn: map.at(self.suppressed) == Some(&Value::Bool(true)),
            recovered: map.cut,
            lines: map.lines,
        }
    }

    fn span(&self, map: &Map) -> Span {
        let line = |path: Path| map.at(path).and_then(|value| number(value, self.zero_lines));
        let column = |path: Path| map.at(path).and_then(|value| number(value, self.zero_columns));
        Span {
            line: line(self.line),
            end_line: line(self.end),
            column: column(self.column),
            end_column: column(self.end_column).map(|end| end.saturating_add(u32::from(self.closed))),
        }
    }

    /// Other places that a message of a language server or of pyright names.
    fn related(&self, map: &Map, path: Option<&str>, roots: &Roots) -> Vec<Location> {
        let listed = map.get("relatedInformation").map(Value::as_list).unwrap_or_default();
        let places = listed.iter().take(PLACES_READ).filter_map(Value::map).filter_map(|one| {
            let place = one.get("location").and_then(Value::map)?;
            let line = |end: &str| number(place.at(&["range", end, "line"])?, self.zero_lines);
            let path = place.text("uri").or_else(|| place.text("file")).or(path)?;
            Span { line: line("start"), end_line: line("end"), ..Span::default() }.at(path, roots)
        });
        places.collect()
    }
}

/// The lines that a message shows; what stands in their place where they are not free is no code.
fn quote(value: &Value, place: &Location) -> Option<Quote> {
    let lines: Vec<&str> = value.as_list().iter().filter_map(Value::text).collect();
    let text = lines.join("\n");
    let text = text.trim_end_matches(['\n', '\r']);
    if text.trim().is_empty() || text.trim() == "requires login" {
        return None;
    }
    let mut quote = Quote::new(text);
    quote.path = Some(place.path.clone());
    (quote.start_line, quote.end_line) = (place.start_line, place.end_line);
    Some(quote)
}

/// A line or column that counts from 1, whatever the document's first is. Line 0 of a tool that counts from 1
/// means the file as a whole.
pub(super) fn number(value: &Value, zero: bool) -> Option<u32> {
    if zero { value.count().map(|number| number.saturating_add(1)) } else { value.line() }
}

fn words(map: &Map, path: Path) -> String {
    map.at(path).and_then(Value::as_words).unwrap_or_default()
}

/// A fix of one edit.
pub(super) fn edit(place: Location, text: impl Into<String>, prose: Option<&str>) -> Fix {
    let fix = Fix::default().with_edit(TextEdit::new(place, text));
    match prose {
        Some(prose) => fix.with_prose(prose),
        None => fix,
    }
}
