//! Anchors on histories of published packages: quotes cut out of the version before, disfigured the way reviewers do it, and quotes of
//! other packages, as they stand and written with the names of the file, held against the next version.
//! `cargo run --release -p review-consolidate-eval --example eval_anchors -- DIR`; `DIR` holds one git repository per package, one commit per
//! version, as `review-agents/analyzers/labels/fetch.py` lays them out.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "an example may stop at broken data"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use review_consolidate::{Engine, drive};
use review_core::{
    Cancel, ChangeSet, ChangedFile, FileStatus, Input, Location, MemoryTree, Outcome, Quote, RawFinding,
    Review, Severity, SourceId,
};

/// Lines of a quote.
const LINES: usize = 4;
/// At most so many quotes of one package.
const QUOTES: usize = 80;
/// One quote of another package after so many of this one.
const EVERY: usize = 5;

/// A package's file in two versions.
struct Versions {
    path: String,
    base: String,
    head: String,
}

/// What must become of a quote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Expected {
    /// It stands once in the next version, at this line.
    Once(u32),
    /// It stands in several places of it.
    Several,
    /// Only the version before has it.
    Gone,
    /// Another package has it.
    Foreign,
    /// Another package has it, and its names are those of the file.
    Borrowed,
    /// The file has it in other words.
    Paraphrase,
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let ran = Command::new("git").args(arguments).current_dir(folder).output().unwrap();
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

fn changed(folder: &Path) -> Vec<Versions> {
    let names = git(folder, &["diff", "--name-only", "--diff-filter=M", "HEAD~1", "HEAD"]);
    let code =
        |path: &&str| ["rs", "go", "py", "js", "ts", "java"].iter().any(|e| path.ends_with(&format!(".{e}")));
    let version = |path: &str, at: &str| git(folder, &["show", &format!("{at}:{path}")]);
    let read = |path: &str| Versions {
        path: path.to_owned(),
        base: version(path, "HEAD~1"),
        head: version(path, "HEAD"),
    };
    names.lines().filter(code).take(25).map(read).collect()
}

fn windows(text: &str) -> Vec<(u32, String)> {
    let lines: Vec<&str> = text.lines().collect();
    let telling = |line: &&&str| line.trim().len() > 16 && !line.trim().starts_with(['/', '#', '*']);
    (5..lines.len().saturating_sub(LINES))
        .step_by(17)
        .map(|start| (start, &lines[start..start + LINES]))
        .filter(|(_, window)| {
            window.iter().filter(telling).count() >= 3 && window.iter().all(|line| line.len() < 200)
        })
        .map(|(start, window)| (start as u32 + 1, window.join("\n")))
        .collect()
}

/// Lines at which a quote stands, whatever the blanks.
fn places(text: &str, quote: &str) -> Vec<u32> {
    let squeeze = |line: &str| line.split_whitespace().collect::<String>();
    let lines: Vec<String> = text.lines().map(squeeze).collect();
    let wanted: Vec<String> = quote.lines().map(squeeze).collect();
    lines
        .windows(wanted.len())
        .zip(1u32..)
        .filter(|(window, _)| *window == wanted)
        .map(|(_, line)| line)
        .collect()
}

fn disfigured(text: &str, how: usize) -> String {
    let each = |write: &dyn Fn(usize, &str) -> String| {
        text.lines().enumerate().map(|(n, line)| write(n, line)).collect::<Vec<_>>().join("\n")
    };
    match how % 5 {
        0 => text.to_owned(),
        1 => each(&|_, line| line.trim().to_owned()),
        2 => each(&|n, line| format!("{}: {line}", n + 40)),
        3 => each(&|_, line| format!("+{line}")),
        _ => each(&|_, line| line.replace('\t', "    ")),
    }
}

/// The longer names of a text, each once.
fn names(text: &str) -> Vec<&str> {
    const COMMON: [&str; 14] = [
        "return", "const", "function", "import", "class", "struct", "self", "this", "async", "await", "else",
        "match", "impl", "from",
    ];
    let mut found: Vec<&str> = Vec::new();
    for name in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if name.len() >= 4 && starts && !COMMON.contains(&name) && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

/// A text with some of its names replaced.
fn renamed(text: &str, new: impl Fn(usize, &str) -> Option<String>) -> String {
    let names = names(text);
    let mut out = String::new();
    for part in text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        let bare = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        let other = names.iter().position(|name| *name == bare).and_then(|at| new(at, bare));
        out.push_str(other.as_deref().unwrap_or(bare));
        out.push_str(&part[bare.len()..]);
    }
    out
}

/// Another package's code in the words of this file, as who makes it up would write it.
fn borrowed(foreign: &str, file: &str, count: usize) -> String {
    let own = names(file);
    renamed(foreign, |at, _| {
        (at % 5 != 4 && !own.is_empty()).then(|| own[(at * 31 + count * 17) % own.len()].to_owned())
    })
}

/// Code of the file as who reads it in a hurry writes it.
fn paraphrased(text: &str, how: usize) -> String {
    let each = |write: &dyn Fn(&str) -> String| text.lines().map(write).collect::<Vec<_>>().join("\n");
    match how % 5 {
        0 => renamed(text, |at, name| (at % 3 == 0).then(|| format!("my_{}", &name[..3]))),
        1 => each(&|line| line.trim().to_owned()).replace('\n', " "),
        2 => each(&|line| format!("{}  // <- wrong here", line.trim().trim_end_matches([';', ',', '{']))),
        3 => each(&|line| line.replace(['(', ')', '{', '}', ';', ':'], " ")),
        _ => each(&|line| match (line.find('('), line.rfind(')')) {
            (Some(from), Some(to)) if from < to => format!("{}(...{}", &line[..from], &line[to..]),
            _ => line.to_owned(),
        }),
    }
}

/// A text that no other finding has, so that none merges.
fn body(quote: &str) -> String {
    let mut names: Vec<&str> =
        quote.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() >= 4).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.dedup();
    names.truncate(12);
    format!("It is wrong in how it treats {}.", names.join(" and "))
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap());
    let mut packages: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    packages.retain(|path| path.join(".git").is_dir());
    packages.sort();
    let all: Vec<Vec<Versions>> = packages.iter().map(|path| changed(path)).collect();
    let mut table: BTreeMap<(&str, String), usize> = BTreeMap::new();
    let mut doubted = 0;
    for (number, files) in all.iter().enumerate() {
        let extension = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
        let foreign: Vec<(String, String)> = all
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number)
            .flat_map(|(_, files)| files.iter().rev().take(2))
            .flat_map(|file| {
                windows(&file.head).into_iter().take(3).map(|(_, text)| (extension(&file.path), text))
            })
            .collect();
        let mut review = Review::new("model");
        let mut expected: BTreeMap<String, Expected> = BTreeMap::new();
        let mut tree = MemoryTree::new();
        for file in files {
            tree = tree.with_base(&file.path, &file.base).with_head(&file.path, &file.head);
        }
        let anywhere = |quote: &str| {
            files
                .iter()
                .any(|file| !places(&file.head, quote).is_empty() || !places(&file.base, quote).is_empty())
        };
        let own: Vec<(&Versions, u32, String)> = files
            .iter()
            .flat_map(|file| windows(&file.base).into_iter().map(move |(line, text)| (file, line, text)))
            .collect();
        let step = (own.len() / QUOTES).max(1);
        for (count, (file, line, text)) in own.iter().step_by(step).enumerate() {
            let mut quote = (
                text.clone(),
                match places(&file.head, text).as_slice() {
                    [] => Expected::Gone,
                    [at] => Expected::Once(*at),
                    _ => Expected::Several,
                },
            );
            if count % EVERY == 0
                && let Some((_, other)) = foreign
                    .iter()
                    .cycle()
                    .skip(count * 7 + number)
                    .take(foreign.len())
                    .find(|(e, text)| *e == extension(&file.path) && !anywhere(text))
            {
                quote = (other.clone(), Expected::Foreign);
            }
            let mut quotes = vec![(disfigured(&quote.0, count), quote.1)];
            if let (1, Some((_, other))) = (
                count % EVERY,
                foreign
                    .iter()
                    .cycle()
                    .skip(count * 7)
                    .take(foreign.len())
                    .find(|(e, _)| *e == extension(&file.path)),
            ) {
                quotes.push((borrowed(other, &file.head, count), Expected::Borrowed));
            }
            if count % EVERY == 2 {
                quotes.push((paraphrased(text, count / EVERY), Expected::Paraphrase));
            }
            for (index, (text, wanted)) in quotes.into_iter().enumerate() {
                let id = format!("I{count:03}{index}");
                let about = if index == 0 { body(&quote.0) } else { body(&text) };
                let title = about.split_whitespace().skip(5).take(4).collect::<Vec<_>>().join(" ");
                let finding = RawFinding::new(title)
                    .with_id(&id)
                    .with_severity(Severity::Important)
                    .with_body(about)
                    .at(Location::lines(&file.path, *line, line + LINES as u32 - 1))
                    .with_quote(Quote::new(text));
                review = review.with_finding(finding);
                expected.insert(id, wanted);
            }
        }
        let mut change = ChangeSet::default();
        change.files = files.iter().map(|file| ChangedFile::new(&file.path, FileStatus::Modified)).collect();
        let input = Input::new(change, vec![review]);
        let report = drive(&Engine::new(), &input, &tree, &Cancel::new()).unwrap().report;
        doubted += usize::from(
            report.diagnostics.iter().any(|note| note.message.contains("may not be the revision")),
        );
        for entry in &report.ledger {
            let SourceId { id, .. } = &entry.source;
            let anchor = report
                .findings
                .iter()
                .flat_map(|finding| &finding.anchors)
                .find(|anchor| anchor.source.as_ref() == Some(&entry.source));
            let became = match (entry.outcome, anchor) {
                (Outcome::Dropped, _) => "dropped".to_owned(),
                (_, Some(anchor)) => match (expected[id], anchor.grade) {
                    // A blank first line is no part of a place.
                    (Expected::Once(at), _)
                        if anchor.start_line.is_some_and(|line| line.abs_diff(at) <= 3) =>
                    {
                        "at its lines".to_owned()
                    }
                    (_, grade) => grade.as_str().to_owned(),
                },
                _ => "merged".to_owned(),
            };
            let row = match expected[id] {
                Expected::Once(_) => "stands once in the next version",
                Expected::Several => "stands several times",
                Expected::Gone => "only in the version before",
                Expected::Foreign => "of another package",
                Expected::Borrowed => "of another package, own names",
                Expected::Paraphrase => "in other words",
            };
            *table.entry((row, became)).or_default() += 1;
        }
    }
    println!("{} packages, {doubted} of them with a source that does not fit", all.len());
    for ((row, became), count) in table {
        println!("{row:<34} {became:<20} {count}");
    }
}
