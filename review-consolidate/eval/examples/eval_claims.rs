//! Claims about names, true and false, planted on published packages: "never called" and "not defined".
//! `cargo run --release -p review-consolidate-eval --example eval_claims -- DIR`; `DIR` is laid out as for `eval_anchors`.
//!
//! What is true is told by words alone: a name that stands nowhere but in its definition is never called, and a name that stands nowhere
//! is not defined. What is false is told the same way: a name with one definition is defined, and where another line of code that
//! is no test calls it by this name, it is called.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example may stop at broken data"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use review_consolidate::{Engine, drive};
use review_core::{Cancel, ChangeSet, Input, Location, MemoryTree, Outcome, RawFinding, Review, Severity};

/// Most claims of one kind about one package.
const CLAIMS: usize = 15;
/// Most files of one package.
const FILES: usize = 2_500;

const DEFINES: [&str; 4] = ["func ", "def ", "fn ", "function "];

/// Where a name stands.
#[derive(Default)]
struct Standing {
    defined: Vec<(String, u32)>,
    /// Lines with the name that define nothing.
    elsewhere: usize,
    /// Of these, lines outside of tests that call it.
    called: usize,
}

fn collect(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_symlink() || name.starts_with('.') || files.len() >= FILES {
            continue;
        }
        if path.is_dir() {
            collect(&path, root, files);
        } else if ["rs", "go", "py", "js", "ts"].iter().any(|e| name.ends_with(&format!(".{e}")))
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push((path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), text));
        }
    }
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter_map(move |word| {
        let start = at;
        at += word.len() + 1;
        (word.len() >= 5).then_some((start, word))
    })
}

fn standings(files: &[(String, String)]) -> BTreeMap<&str, Standing> {
    let mut found: BTreeMap<&str, Standing> = BTreeMap::new();
    for (path, text) in files {
        let is_test = path.to_lowercase().contains("test") || path.contains("spec");
        for (line, number) in text.lines().zip(1u32..).filter(|(line, _)| line.is_ascii() && line.len() < 400)
        {
            let defined = DEFINES.iter().find_map(|word| {
                let start = line.trim_start().strip_prefix("pub ").unwrap_or(line.trim_start());
                let start = start.strip_prefix("async ").unwrap_or(start);
                start.strip_prefix(word)?.split(|c: char| !c.is_alphanumeric() && c != '_').next()
            });
            let code = !line.trim_start().starts_with(['#', '/', '*', '"', '\'']);
            for (start, word) in words(line) {
                let standing = found.entry(word).or_default();
                if defined == Some(word) {
                    standing.defined.push((path.clone(), number));
                } else {
                    standing.elsewhere += 1;
                    standing.called +=
                        usize::from(code && !is_test && line[start + word.len()..].starts_with('('));
                }
            }
        }
    }
    found
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap());
    let mut packages: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    packages.retain(|path| path.join(".git").is_dir());
    packages.sort();
    let mut table: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for package in &packages {
        let mut files = Vec::new();
        collect(package, package, &mut files);
        let standings = standings(&files);
        let once = |standing: &&Standing| standing.defined.len() == 1;
        let pick = |wanted: &dyn Fn(&Standing) -> bool| -> Vec<(&str, &Standing)> {
            let all: Vec<_> =
                standings.iter().filter(|(_, standing)| once(standing) && wanted(standing)).collect();
            let step = (all.len() / CLAIMS).max(1);
            all.into_iter().step_by(step).take(CLAIMS).map(|(name, standing)| (*name, standing)).collect()
        };
        let mut tree = MemoryTree::new();
        for (path, text) in &files {
            tree = tree.with_both(path, text);
        }
        let mut claims: Vec<(&str, String, (String, u32))> = Vec::new();
        for (name, standing) in pick(&|standing| standing.elsewhere == 0) {
            claims.push((
                "true: never called",
                format!("`{name}` is never called"),
                standing.defined[0].clone(),
            ));
        }
        for (name, standing) in pick(&|standing| standing.called > 0) {
            claims.push((
                "false: never called",
                format!("`{name}` is never called"),
                standing.defined[0].clone(),
            ));
            claims.push((
                "false: not defined",
                format!("`{name}` is not defined"),
                standing.defined[0].clone(),
            ));
            let other = format!("{name}Qx");
            if !standings.contains_key(other.as_str()) {
                claims.push((
                    "true: not defined",
                    format!("`{other}` is not defined"),
                    standing.defined[0].clone(),
                ));
            }
        }
        let mut kinds = BTreeMap::new();
        let mut review = Review::new("model");
        for (count, (kind, title, (path, line))) in claims.into_iter().enumerate() {
            let id = format!("I{count}");
            let finding = RawFinding::new(&title)
                .with_id(&id)
                .with_severity(Severity::Important)
                .with_body(format!("{title}."))
                .at(Location::line(path, line));
            review = review.with_finding(finding);
            kinds.insert(id, kind);
        }
        let input = Input::new(ChangeSet::default(), vec![review]);
        let report = drive(&Engine::new(), &input, &tree, &Cancel::new()).unwrap().report;
        for entry in &report.ledger {
            *table.entry((kinds[&entry.source.id], entry.outcome == Outcome::Dropped)).or_default() += 1;
        }
    }
    println!("{} packages", packages.len());
    for ((kind, dropped), count) in table {
        println!("{kind:<22} {:<8} {count}", if dropped { "dropped" } else { "kept" });
    }
}
