//! How long consolidation takes, with the evidence loaded: `cargo bench -p review-consolidate`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "a benchmark may stop"
)]

use divan::Bencher;
use review_consolidate::{Engine, drive};
use review_core::{
    Cancel, ChangeSet, Decisions, Evidence, Input, Location, MemoryTree, Quote, RawFinding, Review, Severity,
};

const REVIEWERS: usize = 10;
const NOUNS: [&str; 40] = [
    "watcher",
    "cache",
    "token",
    "session",
    "buffer",
    "queue",
    "socket",
    "handler",
    "parser",
    "index",
    "lock",
    "timer",
    "config",
    "volume",
    "mirror",
    "finalizer",
    "namespace",
    "reconciler",
    "condition",
    "status",
    "retry",
    "backoff",
    "deadline",
    "context",
    "header",
    "payload",
    "cursor",
    "migration",
    "schema",
    "replica",
    "bucket",
    "digest",
    "signal",
    "worker",
    "pool",
    "stream",
    "filter",
    "router",
    "template",
    "secret",
];
const VERBS: [&str; 20] = [
    "leaks",
    "drops",
    "overwrites",
    "ignores",
    "swallows",
    "duplicates",
    "races with",
    "blocks",
    "truncates",
    "misreads",
    "skips",
    "reorders",
    "retains",
    "rejects",
    "panics on",
    "forgets",
    "shadows",
    "exhausts",
    "corrupts",
    "delays",
];

struct Rng(u64);

impl Rng {
    fn next(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n
    }
}

/// `count` findings of ten reviewers about some `count / 3` issues in `count / 20` files.
fn input(count: usize, one_line: bool) -> (Input, MemoryTree) {
    let mut rng = Rng(7);
    let mut reviews: Vec<Review> = (0..REVIEWERS).map(|n| Review::new(format!("reviewer-{n}"))).collect();
    let mut tree = MemoryTree::new();
    let files = (count / 20).max(3);
    for file in 0..files {
        let text: String = (0..400)
            .map(|line| format!("    let value_{file}_{line} = compute_{line}(state, {file});\n"))
            .collect();
        tree = tree.with_head(format!("src/module_{}/file_{file}.rs", file % 17), text);
    }
    for number in 0..count {
        let issue = rng.next((count / 3).max(1));
        let mut about = Rng(issue as u64 * 977 + 13);
        let (a, b, c) = (NOUNS[about.next(40)], VERBS[about.next(20)], NOUNS[about.next(40)]);
        let (file, line) = if one_line { (0, 100) } else { (about.next(files), 1 + about.next(390) as u32) };
        let path = format!("src/module_{}/file_{file}.rs", file % 17);
        let extra: Vec<&str> = (0..25).map(|_| NOUNS[rng.next(40)]).collect();
        let name = format!("{a}_{c}_{}", issue % 997);
        let finding = RawFinding::new(format!("`{name}` {b} the {c} of the {a}"))
            .with_id(format!("S{number}"))
            .with_body(format!(
                "When the {a} {b} the {c}, `{name}` is wrong: {}. The {c} must be kept.",
                extra.join(" ")
            ))
            .with_severity([Severity::Critical, Severity::Important, Severity::Suggestion][rng.next(3)])
            .at(Location::lines(&path, line, line + 3))
            .with_quote(Quote::new(format!("    let value_{file}_{line} = compute_{line}(state, {file});")));
        let who = rng.next(REVIEWERS);
        reviews[who].findings.push(finding);
    }
    (Input::new(ChangeSet::default(), reviews), tree)
}

fn loaded(count: usize, one_line: bool) -> (Input, Evidence) {
    let (input, tree) = input(count, one_line);
    let evidence = drive(&Engine::new(), &input, &tree, &Cancel::new()).unwrap().evidence;
    (input, evidence)
}

#[divan::bench(args = [30, 1_000, 10_000, 100_000], sample_count = 3)]
fn spread(bencher: Bencher<'_, '_>, count: usize) {
    let (input, evidence) = loaded(count, false);
    let engine = Engine::new();
    bencher.bench_local(|| engine.report(&input, &evidence, &Decisions::new()).unwrap());
}

#[divan::bench(sample_count = 3)]
fn ten_thousand_on_one_line(bencher: Bencher<'_, '_>) {
    let (input, evidence) = loaded(10_000, true);
    let engine = Engine::new();
    bencher.bench_local(|| engine.step(&input, &evidence, &Decisions::new()).unwrap());
}

/// The same finding, a little differently worded, from each of many reviewers.
#[divan::bench(args = [125, 250, 500, 1_000], sample_count = 3)]
fn one_finding_of_many_reviewers(bencher: Bencher<'_, '_>, reviewers: usize) {
    let (input, evidence) = of_many_reviewers(reviewers);
    let engine = Engine::new();
    bencher.bench_local(|| engine.report(&input, &evidence, &Decisions::new()).unwrap());
}

fn of_many_reviewers(reviewers: usize) -> (Input, Evidence) {
    let mut rng = Rng(3);
    let reviews = (0..reviewers).map(|number| {
        let finding = RawFinding::new("Error of `file.Close` is lost in `Save`")
            .with_id("I1")
            .with_severity(Severity::Important)
            .with_body(format!(
                "`Save` ignores what `file.Close` returns: on a full disk the {} never reaches the {}.",
                NOUNS[rng.next(40)],
                NOUNS[rng.next(40)]
            ))
            .at(Location::lines("src/save.rs", 40, 44));
        Review::new(format!("reviewer-{number}")).with_finding(finding)
    });
    (Input::new(ChangeSet::default(), reviews.collect()), Evidence::new())
}

/// One finding that names many places.
#[divan::bench(args = [6_000, 12_000, 24_000, 48_000], sample_count = 3)]
fn places_of_one_finding(bencher: Bencher<'_, '_>, places: u32) {
    let mut finding = RawFinding::new("The error is not wrapped").with_id("S1").with_body("Wrap it.");
    finding.locations = (0..places).map(|n| Location::line(format!("src/file{}.rs", n % 997), n)).collect();
    let input = Input::new(ChangeSet::default(), vec![Review::new("linter").with_finding(finding)]);
    let engine = Engine::new();
    bencher.bench_local(|| engine.report(&input, &Evidence::new(), &Decisions::new()).unwrap());
}

/// Quotes that stand nowhere in a long file.
#[divan::bench(args = [750, 1_500, 3_000, 6_000], sample_count = 3)]
fn absent_quotes(bencher: Bencher<'_, '_>, quotes: usize) {
    let text: String = (0..50_000).map(|n| format!("    let value_{n} = compute_{n}(state);\n")).collect();
    let finding = |n: usize| {
        RawFinding::new(format!("Wrong `value_{n}`"))
            .with_id(format!("S{n}"))
            .with_quote(Quote::new(format!("reconcile_{n}(context, pending_{n})")))
            .at(Location::line("src/long.rs", 7))
    };
    let findings: Vec<RawFinding> = (0..quotes).map(finding).collect();
    let input = Input::new(ChangeSet::default(), vec![Review::new("claude").with_findings(findings)]);
    quoted(bencher, &input, text);
}

/// Long quotes against one very long line.
#[divan::bench(args = [12, 25, 50], sample_count = 3)]
fn long_quotes_of_one_line(bencher: Bencher<'_, '_>, quotes: usize) {
    let text: String = (0..120_000).map(|n| format!("value{n}=f({n});")).collect();
    let finding = |n: usize| {
        let quote: String = (0..1_500).map(|k| format!("other{k}=g{n}({k});")).collect();
        RawFinding::new(format!("Wrong `value{n}`"))
            .with_id(format!("S{n}"))
            .with_quote(Quote::new(quote))
            .at(Location::line("src/long.rs", 1))
    };
    let findings: Vec<RawFinding> = (0..quotes).map(finding).collect();
    let input = Input::new(ChangeSet::default(), vec![Review::new("claude").with_findings(findings)]);
    quoted(bencher, &input, text);
}

fn quoted(bencher: Bencher<'_, '_>, input: &Input, text: String) {
    let tree = MemoryTree::new().with_both("src/long.rs", text);
    let engine = Engine::new();
    let evidence = drive(&engine, input, &tree, &Cancel::new()).unwrap().evidence;
    bencher.bench_local(|| engine.report(input, &evidence, &Decisions::new()).unwrap());
}

fn main() {
    divan::main();
}
