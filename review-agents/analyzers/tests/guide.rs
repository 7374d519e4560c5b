//! `docs/rules.md` follows from the data: `UPDATE_DOCS=1 cargo test -p review-analyzers --test guide` writes it anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::fmt::Write as _;

use review_analyzers::tools::tools;
use review_analyzers::{Catalogue, Check, ExampleFile, Language, Place, Rule, RuleInfo};

/// What people need to know beside the rules; it stands before them.
const INTRODUCTION: &str = include_str!("guide/introduction.md");

/// The rule in the introduction, so that what is shown works.
fn shown_rule() -> &'static str {
    INTRODUCTION.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap()
}

#[test]
fn the_guide_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rules.md");
    let text = guide();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == kept, "docs/rules.md differs from the data; UPDATE_DOCS=1 writes it anew");
}

#[test]
fn the_rule_that_is_shown_works() {
    let rules = review_analyzers::RuleSet::new(Rule::parse(shown_rule()).unwrap());
    assert_eq!(review_analyzers::broken_rule_examples(&rules), []);
}

fn guide() -> String {
    let catalogue = Catalogue::all().unwrap();
    let mut text = INTRODUCTION.to_owned();
    text.push_str("\n## Analysers\n\n| name | what it is | runs code of the repository | command |\n|---|---|---|---|\n");
    for tool in tools().unwrap() {
        let runs = if tool.runs_code { "yes" } else { "no" };
        let _ =
            writeln!(text, "| `{}` | {} | {runs} | `{}` |", tool.name, tool.about, tool.command.join(" "));
    }
    let families: [(&str, &[&str]); 3] = [
        ("What the change broke", &["change"]),
        ("Documentation and spelling", &["doc", "prose"]),
        ("Files", &["file"]),
    ];
    let family = |check: &Check| check.id.split('.').next().unwrap().to_owned();
    assert!(
        catalogue.checks.iter().all(|check| families.iter().any(|(_, ids)| ids.contains(&&*family(check))))
    );
    for (title, ids) in families {
        let checks: Vec<&Check> =
            catalogue.checks.iter().filter(|check| ids.contains(&&*family(check))).collect();
        section(&mut text, title, checks.iter().map(|check| row(&check.id, check)));
        checks.iter().for_each(|check| of_check(&mut text, check));
    }
    for language in Language::ALL {
        let rules: Vec<&RuleInfo> =
            catalogue.rules.rules().map(Rule::info).filter(|info| info.language == *language).collect();
        if rules.is_empty() {
            continue;
        }
        let rows = rules.iter().map(|info| {
            let on = if info.default { "on" } else { "off" };
            (info.id.as_str(), on, info.severity.to_string(), info.category.to_string(), info.title.as_str())
        });
        section(&mut text, language.name(), rows);
        rules.iter().for_each(|info| of_rule(&mut text, info));
    }
    text
}

type Row<'a> = (&'a str, &'static str, String, String, &'a str);

fn row<'a>(id: &'a str, check: &'a Check) -> Row<'a> {
    let on = if check.default { "on" } else { "off" };
    (id, on, check.severity.to_string(), check.category.to_string(), &check.title)
}

fn section<'a>(text: &mut String, title: &str, rows: impl Iterator<Item = Row<'a>>) {
    let _ = write!(
        text,
        "\n## {title}\n\n| id | | severity | category | what it says |\n|---|---|---|---|---|\n"
    );
    for (id, on, severity, category, title) in rows {
        let title = title.replace('|', "\\|");
        let anchor = id.replace('.', "");
        let _ = writeln!(text, "| [`{id}`](#{anchor}) | {on} | {severity} | {category} | {title} |");
    }
}

fn described(text: &mut String, id: &str, parts: [&str; 3], note: Option<&str>, references: &[String]) {
    let [body, scenario, fix] = parts;
    let _ = write!(text, "\n### {id}\n\n{body}\n\n*How it fails:* {scenario}\n\n*Fix:* {fix}\n");
    if let Some(note) = note {
        let _ = write!(text, "\n*Note:* {note}\n");
    }
    let more: Vec<String> = references.iter().map(|reference| format!("<{reference}>")).collect();
    let _ = write!(text, "\n*More:* {}\n", more.join(", "));
}

fn of_rule(text: &mut String, info: &RuleInfo) {
    described(
        text,
        &info.id,
        [&info.body, &info.scenario, &info.fix],
        info.note.as_deref(),
        &info.references,
    );
    let languages: Vec<&str> = info.languages().map(Language::name).collect();
    let place = match info.place {
        Place::Production => "production code",
        Place::Tests => "tests",
        _ => "all code",
    };
    let rewrite = if info.rewrite.is_some() { "; offers the fix as a diff" } else { "" };
    let _ = write!(text, "\n*Looks at:* {place} in {}{rewrite}\n", languages.join(", "));
    for (title, code) in [("Speaks of", &info.must_match), ("Is silent about", &info.must_not_match)] {
        block(text, title, info.language.name(), &code[0]);
    }
}

fn of_check(text: &mut String, check: &Check) {
    let parts = [check.body.as_str(), &check.scenario, &check.fix];
    described(text, &check.id, parts, check.note.as_deref(), &check.references);
    for file in check.must_match.first().into_iter().flatten() {
        of_file(text, file);
    }
}

fn of_file(text: &mut String, file: &ExampleFile) {
    let language = Language::of_path(&file.path).map_or("", Language::name);
    match (file.base(), file.head()) {
        (Some(before), Some(after)) if before == after => {
            block(text, &format!("`{}`, unchanged", file.path), language, before);
        }
        (before, after) => {
            for (side, code) in [("before", before), ("after", after)] {
                if let Some(code) = code {
                    block(text, &format!("`{}`, {side}", file.path), language, code);
                }
            }
        }
    }
}

fn block(text: &mut String, title: &str, language: &str, code: &str) {
    let language = language.to_lowercase();
    let _ = write!(text, "\n{title}:\n\n````{language}\n{}\n````\n", code.trim_end());
}
