//! JSON that linters write in a form of their own: rustc and clippy, eslint, ruff, bandit, golangci-lint, shellcheck,
//! gitleaks.

use review_core::{Completeness, Fix, Review};

use super::message::{self, Message};
use crate::ids::Ids;
use crate::json::{Drafted, Map, Value, name, say_full};
use crate::limits::MAX_ITEMS;
use crate::options::IngestOptions;
use crate::places::Roots;

/// A message of one line and so many bytes is a title as it stands.
const MAX_TITLE: usize = 160;

/// Where one linter keeps what every linter says. A path of keys leads to each; an empty one means that it says none.
struct Shape {
    /// Keys that each entry must have, so that no other document is taken for this one.
    marks: &'static [&'static [&'static str]],
    path: &'static [&'static str],
    line: &'static [&'static str],
    end: &'static [&'static str],
    text: &'static [&'static str],
    rule: &'static [&'static str],
    level: &'static [&'static str],
}

const RUFF: Shape = Shape {
    marks: &[&["filename"], &["code"], &["location", "row"], &["message"]],
    path: &["filename"],
    line: &["location", "row"],
    end: &["end_location", "row"],
    text: &["message"],
    rule: &["code"],
    level: &[],
};

const BANDIT: Shape = Shape {
    marks: &[&["test_id"], &["issue_text"], &["filename"]],
    path: &["filename"],
    line: &["line_number"],
    end: &[],
    text: &["issue_text"],
    rule: &["test_id"],
    level: &["issue_severity"],
};

const GOLANGCI: Shape = Shape {
    marks: &[&["FromLinter"], &["Pos", "Filename"], &["Text"]],
    path: &["Pos", "Filename"],
    line: &["Pos", "Line"],
    end: &[],
    text: &["Text"],
    rule: &["FromLinter"],
    level: &["Severity"],
};

const SHELLCHECK: Shape = Shape {
    marks: &[&["file"], &["line"], &["endLine"], &["level"], &["code"], &["message"]],
    path: &["file"],
    line: &["line"],
    end: &["endLine"],
    text: &["message"],
    rule: &["code"],
    level: &["level"],
};

/// The secret itself is in the document too; it is not read.
const GITLEAKS: Shape = Shape {
    marks: &[&["RuleID"], &["File"], &["StartLine"], &["Description"]],
    path: &["File"],
    line: &["StartLine"],
    end: &["EndLine"],
    text: &["Description"],
    rule: &["RuleID"],
    level: &[],
};

const ESLINT: Shape = Shape {
    marks: &[&["message"], &["line"], &["severity"]],
    path: &[],
    line: &["line"],
    end: &["endLine"],
    text: &["message"],
    rule: &["ruleId"],
    level: &["severity"],
};

/// Reads one document; `None` when its shape is another. Lines are counted by the caller.
pub(crate) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    if let Some(list) = value.list() {
        if let Some(drafts) = eslint(list, options, &roots) {
            return Some(review(drafts));
        }
        let shape = [RUFF, SHELLCHECK, GITLEAKS].into_iter().find(|shape| shape.is_of(list))?;
        return Some(review(shape.drafts(list, options, &roots)));
    }
    let map = value.map()?;
    let (key, shapes) = [("results", &BANDIT), ("Issues", &GOLANGCI), ("comments", &SHELLCHECK)]
        .into_iter()
        .find(|(key, _)| map.get(key).is_some_and(|list| list.list().is_some() || list.is_empty()))?;
    let list = map.get(key).map(Value::as_list).unwrap_or_default();
    // An empty list is a clean run, when the document says whose it is.
    let signed = ["metrics", "generated_at", "Report", "comments"].iter().any(|mark| map.get(mark).is_some());
    (shapes.is_of(list) || (list.is_empty() && signed)).then(|| review(shapes.drafts(list, options, &roots)))
}

/// Reads the messages that cargo prints, one document a line; `None` when none of them is one.
pub(crate) fn read_cargo<'a>(
    values: impl Iterator<Item = &'a Value>,
    options: &IngestOptions,
) -> Option<Review> {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut known = false;
    let mut drafts = Vec::new();
    for map in values.filter_map(Value::map) {
        let Some(reason) = map.text("reason") else { continue };
        known |= matches!(reason, "compiler-message" | "compiler-artifact" | "build-finished");
        let Some(message) = map.get("message").and_then(Value::map).filter(|_| reason == "compiler-message")
        else {
            continue;
        };
        drafts.extend(compiler_message(message, options, &roots));
    }
    known.then(|| review(drafts))
}

fn compiler_message(message: &Map, options: &IngestOptions, roots: &Roots) -> Option<Drafted> {
    let spans: Vec<&Map> =
        message.get("spans").map(Value::as_list).unwrap_or_default().iter().filter_map(Value::map).collect();
    let is_primary = |span: &&&Map| matches!(span.get("is_primary"), Some(Value::Bool(true)));
    // "3 warnings emitted" has no place.
    let span = spans.iter().find(is_primary)?;
    let mut draft = message::finding(
        &Message {
            path: span.text("file_name").unwrap_or_default(),
            line: span.get("line_start").and_then(Value::line),
            end: span.get("line_end").and_then(Value::line),
            level: message.text("level").unwrap_or_default(),
            text: message.text("message").unwrap_or_default(),
            rule: message.at(&["code", "code"]).and_then(Value::text).unwrap_or_default(),
            ..Message::default()
        },
        options,
        roots,
    )?;
    let children = message.get("children").map(Value::as_list).unwrap_or_default();
    let helps: Vec<&str> = children
        .iter()
        .filter_map(Value::map)
        .filter(|child| child.text("level") == Some("help"))
        .filter_map(|child| child.text("message"))
        .filter(|help| !help.starts_with("for further information"))
        .collect();
    if !helps.is_empty() {
        draft.finding.fix = Some(Fix::prose(helps.join("\n")));
    }
    Some(draft)
}

fn eslint(list: &[Value], options: &IngestOptions, roots: &Roots) -> Option<Vec<Drafted>> {
    let files: Vec<(&str, &[Value])> = list
        .iter()
        .map(|file| {
            let file = file.map()?;
            Some((file.text("filePath")?, file.get("messages")?.as_list()))
        })
        .collect::<Option<_>>()?;
    if files.is_empty() {
        return None;
    }
    let mut drafts = Vec::new();
    for (path, messages) in files {
        for entry in messages.iter().filter_map(Value::map) {
            drafts.extend(ESLINT.draft(entry, Some(path), options, roots));
        }
    }
    Some(drafts)
}

impl Shape {
    /// Whether every entry of a list has this shape; an empty list has none.
    fn is_of(&self, list: &[Value]) -> bool {
        !list.is_empty()
            && list.iter().all(|entry| {
                entry.map().is_some_and(|map| self.marks.iter().all(|mark| map.at(mark).is_some()))
            })
    }

    fn drafts(&self, list: &[Value], options: &IngestOptions, roots: &Roots) -> Vec<Drafted> {
        list.iter()
            .filter_map(Value::map)
            .filter_map(|entry| self.draft(entry, None, options, roots))
            .collect()
    }

    fn draft(
        &self,
        entry: &Map,
        path: Option<&str>,
        options: &IngestOptions,
        roots: &Roots,
    ) -> Option<Drafted> {
        let at = |keys: &[&str]| if keys.is_empty() { None } else { entry.at(keys) };
        let words = |keys: &[&str]| at(keys).and_then(Value::as_words).unwrap_or_default();
        let (rule, level) = (words(self.rule), words(self.level));
        // eslint counts: 2 is an error, 1 a warning.
        let level = match level.as_str() {
            "2" => "error",
            "1" => "warning",
            other => other,
        };
        let text = at(self.text).and_then(Value::text).unwrap_or_default();
        // Linters say one thing in one line; a full stop inside of it is code.
        let title = if text.len() <= MAX_TITLE && !text.contains('\n') { text } else { "" };
        message::finding(
            &Message {
                title,
                path: path.or_else(|| at(self.path).and_then(Value::text)).unwrap_or_default(),
                line: at(self.line).and_then(Value::line),
                end: at(self.end).and_then(Value::line),
                level,
                text,
                rule: &rule,
                ..Message::default()
            },
            options,
            roots,
        )
    }
}

fn review(mut drafts: Vec<Drafted>) -> Review {
    let full = drafts.len() > MAX_ITEMS;
    drafts.truncate(MAX_ITEMS);
    let mut review = Review::new("").with_completeness(Completeness::Complete);
    review.findings = name(drafts, &mut Ids::default());
    if full {
        say_full(&mut review);
    }
    review
}
