//! Runs the embedded reviewer over histories of packages and measures it against the labels.
//!
//! ```text
//! histories find DIR [--all] [--reverse] [PACKAGE…]   findings of each change, as tab-separated values
//! histories score DIR                                  precision from the labels, with Wilson intervals
//! ```
//!
//! `DIR` holds one git repository per package, one commit per version, as `labels/fetch.py` lays them out. `--all` runs
//! what is off by default too; `--reverse` takes each change backwards: fixes that are undone.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool of the developers")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer};
use review_core::{Cancel, Cx, Extra, RawFinding, ReviewRequest, Reviewer as _, Side, SourceTree};
use review_git::{ChangeOptions, GitRepository};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| arguments.iter().any(|argument| argument == name);
    let plain: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    let usage = "usage: histories find|score DIR [--all] [--reverse] [PACKAGE…]";
    let (Some(command), Some(folder)) = (plain.first(), plain.get(1)) else { return eprintln!("{usage}") };
    let catalogue = || if flag("--all") { Catalogue::all().unwrap() } else { Catalogue::standard().unwrap() };
    let wanted: Vec<&str> = plain.iter().skip(2).map(|name| name.as_str()).collect();
    let changes = run(Path::new(folder.as_str()), &wanted, catalogue, flag("--reverse"));
    match command.as_str() {
        "find" => changes.iter().for_each(Change::print),
        "score" => score(&changes),
        _ => eprintln!("{usage}"),
    }
}

/// One change of a history and what was found in it.
struct Change {
    package: String,
    from: String,
    to: String,
    lines: u64,
    findings: Vec<Found>,
    skipped: Option<String>,
}

/// A finding with what identifies it.
struct Found {
    rule: String,
    path: String,
    line: u32,
    hash: String,
    title: String,
    code: String,
}

impl Change {
    fn print(&self) {
        println!(
            "#\t{}\t{}\t{}\t{} lines\t{} findings\t{}",
            self.package,
            self.from,
            self.to,
            self.lines,
            self.findings.len(),
            self.skipped.as_deref().unwrap_or("complete")
        );
        for found in &self.findings {
            let Found { rule, path, line, hash, title, code } = found;
            println!(
                "{}\t{}\t{}\t{rule}\t{path}\t{line}\t{hash}\t{title}\t{code}",
                self.package, self.from, self.to
            );
        }
    }
}

fn run(folder: &Path, wanted: &[&str], catalogue: impl Fn() -> Catalogue, reverse: bool) -> Vec<Change> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.join(".git").is_dir());
    folders.sort();
    let mut changes = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reviewer = RulesReviewer::with_catalogue("rules", catalogue());
    for path in folders {
        let package = path.file_name().unwrap().to_string_lossy().into_owned();
        if !wanted.is_empty() && !wanted.iter().any(|name| package == *name) {
            continue;
        }
        let log = Command::new("git")
            .args(["log", "--reverse", "--format=%H %s"])
            .current_dir(&path)
            .output()
            .unwrap();
        let log = String::from_utf8(log.stdout).unwrap();
        let versions: Vec<(&str, &str)> = log.lines().filter_map(|line| line.split_once(' ')).collect();
        for pair in versions.windows(2) {
            let (base, head) = if reverse { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
            let cancel = Cancel::new();
            let repository = GitRepository::open(&path, &cancel).unwrap();
            let comparison = repository.compare(&ChangeOptions::range(base.0, head.0), &cancel).unwrap();
            let change = comparison.change_set(&cancel).unwrap();
            let (added, _) = change.line_counts();
            let tree: Arc<dyn SourceTree> = Arc::new(comparison.tree());
            let request = ReviewRequest::new(change).with_tree(tree);
            let review = runtime.block_on(reviewer.review(Arc::new(request), Cx::detached()));
            let findings = review.findings.iter().map(found).collect();
            changes.push(Change {
                package: package.clone(),
                from: base.1.to_owned(),
                to: head.1.to_owned(),
                lines: added,
                findings,
                skipped: review.incomplete_reason,
            });
        }
    }
    changes
}

fn found(finding: &RawFinding) -> Found {
    let rule = match finding.extensions.get("rule") {
        Some(Extra::Text(rule)) => rule.clone(),
        _ => String::new(),
    };
    let place = &finding.locations[0];
    let code = finding
        .quotes
        .first()
        .map(|quote| quote.text.split_whitespace().collect::<Vec<_>>().join(" "))
        .unwrap_or_default();
    let side = if place.side == Some(Side::Base) { "base:" } else { "" };
    Found {
        rule,
        path: format!("{side}{}", place.path),
        line: place.start_line.unwrap_or(0),
        hash: review_core::fingerprint::content_hash(&[&code], 12),
        title: finding.title.clone(),
        code: code.chars().take(300).collect(),
    }
}

/// One label: what a careful reviewer would do with a finding.
struct Label {
    would_raise: bool,
}

type Key = (String, String, String, String, String);

fn labels() -> BTreeMap<Key, Label> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("labels/labels.tsv"))
        .unwrap_or_default();
    let mut labels = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let key = (cells[0].into(), cells[2].into(), cells[3].into(), cells[4].into(), cells[6].into());
        labels.insert(key, Label { would_raise: cells[7] == "yes" });
    }
    labels
}

fn held_out() -> BTreeMap<String, bool> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("labels/packages.tsv")).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        (format!("{}-{}", cells[0], cells[1].replace('/', "-")), cells[2] == "held-out")
    })
    .collect()
}

/// The interval in which the true share lies with 95 % probability, by Wilson.
fn wilson(hits: usize, all: usize) -> (f64, f64) {
    if all == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z) = (all as f64, hits as f64 / all as f64, 1.96_f64);
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (centre - half, centre + half)
}

fn score(changes: &[Change]) {
    let (labels, splits) = (labels(), held_out());
    let mut rules: BTreeMap<(bool, &str), (usize, usize, usize)> = BTreeMap::new();
    for split in [false, true] {
        let of_split: Vec<&Change> =
            changes.iter().filter(|change| splits.get(&change.package) == Some(&split)).collect();
        let (mut right, mut labelled, mut all) = (0, 0, 0);
        for change in &of_split {
            for found in &change.findings {
                all += 1;
                let key = (
                    change.package.clone(),
                    change.to.clone(),
                    found.rule.clone(),
                    found.path.clone(),
                    found.hash.clone(),
                );
                let slot = rules.entry((split, &found.rule)).or_default();
                slot.2 += 1;
                if let Some(label) = labels.get(&key) {
                    labelled += 1;
                    slot.1 += 1;
                    right += usize::from(label.would_raise);
                    slot.0 += usize::from(label.would_raise);
                }
            }
        }
        let with = of_split.iter().filter(|change| !change.findings.is_empty()).count();
        let lines: u64 = of_split.iter().map(|change| change.lines).sum();
        let (low, high) = wilson(right, labelled);
        println!(
            "{}: {} changes, {lines} added lines, {all} findings ({:.2} per 500 lines), {with} changes with a finding ({:.0} %); labelled {labelled}, right {right} ({:.0} %, {low:.2}-{high:.2})",
            if split { "held-out" } else { "develop" },
            of_split.len(),
            all as f64 * 500.0 / lines.max(1) as f64,
            100.0 * with as f64 / of_split.len().max(1) as f64,
            100.0 * right as f64 / labelled.max(1) as f64,
        );
    }
    println!("\nrule\tsplit\tright\tlabelled\tfindings\tinterval");
    for ((split, rule), (right, labelled, all)) in rules {
        let (low, high) = wilson(right, labelled);
        println!(
            "{rule}\t{}\t{right}\t{labelled}\t{all}\t{low:.2}-{high:.2}",
            if split { "held-out" } else { "develop" }
        );
    }
}
