//! The reviewer over repositories of versions.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer};
use review_core::{Cancel, Cx, Extra, RawFinding, Review, ReviewRequest, Reviewer as _, Side, SourceTree};
use review_git::{ChangeOptions, GitRepository};

use crate::labels::Fix;

/// One change of a history and what was found in it.
pub(crate) struct Change {
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
    pub(crate) fn print(&self) {
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

    pub(crate) fn summarize(&self) {
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for found in &self.findings {
            *rules.entry(&found.rule).or_default() += 1;
        }
        let rules: Vec<String> = rules.iter().map(|(rule, count)| format!("{rule}={count}")).collect();
        println!("{}\t{}\t{}\t{}\t{}", self.package, self.from, self.to, self.lines, rules.join(" "));
    }
}

/// Reviews every change of the wanted packages, of all where none is named.
pub(crate) fn histories(folder: &Path, wanted: &[&str], reverse: bool, each: impl Fn(&Change)) {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.join(".git").is_dir());
    folders.sort();
    for path in folders {
        let package = path.file_name().unwrap().to_string_lossy().into_owned();
        if !wanted.is_empty() && !wanted.iter().any(|name| package == *name) {
            continue;
        }
        let versions = versions(&path);
        for pair in versions.windows(2) {
            let (base, head) = if reverse { (&pair[1], &pair[0]) } else { (&pair[0], &pair[1]) };
            each(&review(&path, &package, base, head));
        }
    }
}

/// Takes each fix back and prints what is found.
pub(crate) fn reversed(folder: &Path, fixes: &[Fix]) {
    for fix in fixes {
        let path = folder.join(&fix.package);
        let versions = versions(&path);
        let version = |name: &str| versions.iter().find(|(_, version)| version == name);
        let (Some(base), Some(head)) = (version(&fix.to), version(&fix.from)) else {
            println!("#\t{}\t{}\t{}\tnot fetched", fix.package, fix.to, fix.from);
            continue;
        };
        review(&path, &fix.package, base, head).print();
    }
}

/// The commits of a repository with their versions, oldest first.
fn versions(repository: &Path) -> Vec<(String, String)> {
    let log =
        Command::new("git").args(["log", "--reverse", "--format=%H %s"]).current_dir(repository).output();
    let log = String::from_utf8(log.unwrap().stdout).unwrap();
    log.lines().filter_map(|line| line.split_once(' ')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

fn review(path: &Path, package: &str, base: &(String, String), head: &(String, String)) -> Change {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reviewer = RulesReviewer::with_catalogue("rules", Catalogue::all().unwrap());
    let cancel = Cancel::new();
    let repository = GitRepository::open(path, &cancel).unwrap();
    let comparison = repository.compare(&ChangeOptions::range(&base.0, &head.0).directly(), &cancel).unwrap();
    let change = comparison.change_set(&cancel).unwrap();
    let (lines, _) = change.line_counts();
    let tree: Arc<dyn SourceTree> = Arc::new(comparison.tree());
    let request = ReviewRequest::new(change).with_tree(tree);
    let returned = runtime.block_on(reviewer.review(Arc::new(request), Cx::detached()));
    let review = returned.unwrap_or_else(|error| Review::failed("rules", error.to_string()));
    Change {
        package: package.to_owned(),
        from: base.1.clone(),
        to: head.1.clone(),
        lines,
        findings: review.findings.iter().map(found).collect(),
        skipped: review.incomplete_reason,
    }
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
