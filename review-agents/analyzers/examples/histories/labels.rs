//! What people said about findings, and the figures that follow from it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use review_analyzers::Catalogue;

/// A label, a row of `labels/labels.tsv`.
struct Label {
    package: String,
    rule: String,
    /// A careful reviewer would raise it on this change.
    raise: bool,
}

/// A fix release, a row of `labels/fixes.tsv`.
pub(crate) struct Fix {
    pub(crate) package: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// `found`, `missed`, or `off` where only a rule that is off by default finds it.
    outcome: String,
    /// Whether it was looked at before the rules were written.
    seen: bool,
}

/// A change, a row of `labels/changes.tsv`.
struct Change {
    package: String,
    lines: u64,
    findings: Vec<(String, u64)>,
}

fn rows(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("labels").join(name);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn labels() -> Vec<Label> {
    let rows = rows("labels.tsv").into_iter();
    rows.map(|cells| Label {
        package: cells[0].clone(),
        rule: cells[3].clone(),
        raise: match cells[7].as_str() {
            "raise" => true,
            "skip" => false,
            other => unreachable!("a label is raise or skip, not {other}"),
        },
    })
    .collect()
}

/// The fix releases that are taken back.
pub(crate) fn fixes() -> Vec<Fix> {
    let rows = rows("fixes.tsv").into_iter();
    rows.map(|cells| Fix {
        package: cells[0].clone(),
        from: cells[1].clone(),
        to: cells[2].clone(),
        seen: cells[4] == "seen",
        outcome: cells[5].clone(),
    })
    .collect()
}

fn changes() -> Vec<Change> {
    let rows = rows("changes.tsv").into_iter();
    rows.map(|cells| Change {
        package: cells[0].clone(),
        lines: cells[3].parse().unwrap(),
        findings: cells
            .get(4)
            .map(|list| list.split(' ').filter_map(|item| item.split_once('=')))
            .into_iter()
            .flatten()
            .map(|(rule, count)| (rule.to_owned(), count.parse().unwrap()))
            .collect(),
    })
    .collect()
}

/// The packages that were kept out while rules were written and tightened.
fn held_out() -> BTreeSet<String> {
    let rows = rows("packages.tsv").into_iter().filter(|cells| cells[2] == "held-out");
    rows.map(|cells| format!("{}-{}", cells[0], cells[1].replace('/', "-"))).collect()
}

/// The interval in which the true share lies with 95 % probability, by Wilson.
fn wilson(hits: usize, all: usize) -> (f64, f64) {
    if all == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z) = (all as f64, hits as f64 / all as f64, 1.96_f64);
    let centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
}

fn share(hits: usize, all: usize) -> String {
    let (low, high) = wilson(hits, all);
    format!("{hits}/{all} = {:.0} %, {low:.2}-{high:.2}", 100.0 * hits as f64 / all.max(1) as f64)
}

/// Prints every figure that follows from the data.
pub(crate) fn score() {
    let standard = Catalogue::standard().unwrap();
    let on: BTreeSet<&str> = (standard.rules.rules().map(|rule| rule.info().id.as_str()))
        .chain(standard.checks.iter().map(|check| check.id.as_str()))
        .collect();
    let (labels, changes, held_out) = (labels(), changes(), held_out());
    for split in [false, true] {
        println!("{}:", if split { "held-out" } else { "develop" });
        let own: Vec<&Label> =
            labels.iter().filter(|label| held_out.contains(&label.package) == split).collect();
        // Spelling is easier to be right about, and there is more of it: the rest is told apart.
        let is_on = |label: &Label| on.contains(label.rule.as_str());
        precision("rules that are on by default", own.iter().filter(|label| is_on(label)));
        let text = |label: &&&Label| is_on(label) && is_about_text(&label.rule);
        precision("  of these, spelling and documentation", own.iter().filter(text));
        let other = |label: &&&Label| is_on(label) && !is_about_text(&label.rule);
        precision("  of these, everything else", own.iter().filter(other));
        precision("rules that are off by default", own.iter().filter(|label| !is_on(label)));
        volume(changes.iter().filter(|change| held_out.contains(&change.package) == split), &on);
    }
    by_rule(&labels, &held_out, &on);
    recall();
}

fn precision<'a>(what: &str, labels: impl Iterator<Item = &'a &'a Label>) {
    let labels: Vec<_> = labels.collect();
    let right = labels.iter().filter(|label| label.raise).count();
    println!("  precision, {what}: {}", share(right, labels.len()));
}

/// Whether a rule is about what is written for people.
fn is_about_text(rule: &str) -> bool {
    rule.starts_with("prose.") || rule.starts_with("doc.")
}

fn volume<'a>(changes: impl Iterator<Item = &'a Change>, on: &BTreeSet<&str>) {
    let (mut all, mut with, mut lines, mut findings, mut code, mut code_with) = (0, 0, 0, 0, 0, 0);
    let mut with_other = 0;
    for change in changes {
        let others =
            change.findings.iter().any(|(rule, _)| on.contains(rule.as_str()) && !is_about_text(rule));
        with_other += usize::from(others);
        let count: u64 = (change.findings.iter())
            .filter(|(rule, _)| on.contains(rule.as_str()))
            .map(|(_, count)| count)
            .sum();
        all += 1;
        with += usize::from(count > 0);
        lines += change.lines;
        findings += count;
        // A release of a version number alone is no change that anybody reviews.
        code += usize::from(change.lines >= 20);
        code_with += usize::from(change.lines >= 20 && count > 0);
    }
    println!("  changes with a finding: {}", share(with, all));
    println!("    with one that is not about spelling or documentation: {}", share(with_other, all));
    println!("  of those with at least 20 added lines: {}", share(code_with, code));
    println!(
        "  findings: {findings} in {lines} added lines, {:.2} per 500",
        findings as f64 * 500.0 / lines.max(1) as f64
    );
}

fn by_rule(labels: &[Label], held_out: &BTreeSet<String>, on: &BTreeSet<&str>) {
    let mut rules: BTreeMap<&str, [(usize, usize); 2]> = BTreeMap::new();
    for label in labels {
        let slot = &mut rules.entry(&label.rule).or_default()[usize::from(held_out.contains(&label.package))];
        slot.0 += usize::from(label.raise);
        slot.1 += 1;
    }
    println!("\nrule\tdefault\tdevelop\theld-out\tboth, with interval");
    for (rule, [develop, held]) in rules {
        let both = share(develop.0 + held.0, develop.1 + held.1);
        let default = if on.contains(rule) { "on" } else { "off" };
        println!("{rule}\t{default}\t{}/{}\t{}/{}\t{both}", develop.0, develop.1, held.0, held.1);
    }
}

fn recall() {
    println!("\nfixes taken back:");
    for seen in [true, false] {
        let own: Vec<Fix> = fixes().into_iter().filter(|fix| fix.seen == seen).collect();
        let count = |outcome: &str| own.iter().filter(|fix| fix.outcome == outcome).count();
        println!(
            "  {}: found {}, by a rule that is off by default {}, missed {}",
            if seen { "seen" } else { "unseen" },
            share(count("found"), own.len()),
            count("off"),
            count("missed")
        );
    }
}
