//! All figures in one table: `cargo run --release -p review-consolidate-eval --example eval_all -- ../shared [shipped]`.
//!
//! Each figure leaves one project (one change of the corpus) out of the fit, unless `shipped` asks for the weights as they
//! are. Intervals are 95 %, by bootstrap over changes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a program that may stop at broken data")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use review_consolidate::eval::{
    PairCounts, SeverityCounts, bootstrap, pair_counts, predictions, severity_counts,
};
use review_consolidate::{Engine, LogisticScorer, Weights};
use review_consolidate_eval::fits::Fits;
use review_consolidate_eval::views::{ENSEMBLES, ensemble};
use review_consolidate_eval::{Case, Kept, bench, comments, corpus, duplicates};
use review_core::{
    ChangeSet, Decision, DecisionValue, Decisions, Evidence, Input, QuestionKind, Report, Review,
};

const DRAWS: usize = 1000;

struct Table {
    shipped: bool,
    fits: Fits,
}

impl Table {
    fn engine(&self, fold: &str) -> Engine {
        let weights = if self.shipped { Weights::default() } else { self.fits.without(fold) };
        Engine::new().with_scorer(LogisticScorer { weights })
    }
}

fn report(engine: &Engine, reviews: Vec<Review>, decisions: &Decisions) -> Report {
    engine.report(&Input::new(ChangeSet::default(), reviews), &Evidence::new(), decisions).unwrap()
}

fn line(name: &str, changes: &[String], measure: &dyn Fn(&[usize]) -> f64) {
    let interval = bootstrap(changes, DRAWS, measure);
    let all: Vec<usize> = (0..changes.len()).collect();
    println!("| {name} | {:.3} | {:.3} to {:.3} |", measure(&all), interval.low, interval.high);
}

fn pairs(name: &str, changes: &[String], counts: &[PairCounts]) {
    let sum = |drawn: &[usize]| drawn.iter().fold(PairCounts::default(), |sum, at| sum.plus(counts[*at]));
    line(&format!("{name}, pair F1"), changes, &|drawn| sum(drawn).f1());
    line(&format!("{name}, pair precision"), changes, &|drawn| sum(drawn).precision());
    line(&format!("{name}, pair recall"), changes, &|drawn| sum(drawn).recall());
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let shared = PathBuf::from(args.first().map_or("../shared", String::as_str));
    let table = Table { shipped: args.iter().any(|arg| arg == "shipped"), fits: Fits::new(&shared) };
    println!("| measure | value | 95 % interval |\n|---|---|---|");
    of_corpus(&table, &shared);
    of_comments(&table, &shared);
    of_texts(&table, &shared);
}

fn of_corpus(table: &Table, shared: &std::path::Path) {
    let cases = corpus(&shared.join("corpus"));
    let changes: Vec<String> = cases.iter().map(|case| case.labels.change.clone()).collect();
    let (mut plain, mut severities) = (Vec::new(), Vec::new());
    let mut judged: Vec<(&str, Answer, Vec<PairCounts>)> = vec![
        ("a perfect judge", Box::new(|_, same| same), Vec::new()),
        ("a judge that always says yes", Box::new(|_, _| true), Vec::new()),
        ("a judge that always says no", Box::new(|_, _| false), Vec::new()),
        ("a judge that guesses", Box::new(|question, _| guess(question, 2) == 0), Vec::new()),
        (
            "a judge that is wrong once in six",
            Box::new(|question, same| same != (guess(question, 6) == 0)),
            Vec::new(),
        ),
    ];
    for case in &cases {
        let engine = table.engine(&case.labels.change);
        let first = report(&engine, case.input.reviews.clone(), &Decisions::new());
        plain.push(pair_counts(&case.labels, &predictions(&first)));
        severities.push(severity_counts(&case.labels, &predictions(&first)));
        for (name, answer, counts) in &mut judged {
            let last = asked(&engine, case, &first, &**answer, name.starts_with("a perfect"));
            counts.push(pair_counts(&case.labels, &predictions(&last)));
        }
    }
    pairs("long reports of one project", &changes, &plain);
    for (name, _, counts) in &judged {
        pairs(&format!("… with {name}, ten questions"), &changes, counts);
    }
    let sum =
        |drawn: &[usize]| drawn.iter().fold(SeverityCounts::default(), |sum, at| sum.plus(severities[*at]));
    line("long reports, severity right", &changes, &|drawn| sum(drawn).accuracy());
}

/// What a judge says of a question, given its id and what is right.
type Answer = Box<dyn Fn(&str, bool) -> bool>;

/// A number below `sides` that follows from the question's id alone.
fn guess(question: &str, sides: u32) -> u32 {
    question.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) / 7 % sides
}

/// The report after two rounds of questions, ten in all. A perfect judge shows what it says, so it counts as a person; the others
/// are models that show nothing.
fn asked(
    engine: &Engine,
    case: &Case,
    first: &Report,
    answer: &dyn Fn(&str, bool) -> bool,
    person: bool,
) -> Report {
    let mut decisions = Decisions::new();
    let mut last = first.clone();
    let by = if person { "person:labels" } else { "model:script" };
    for most in [7, 3] {
        // As `AgentJudge` does: who gets a question wrong whose answer is known is not listened to in this round.
        let known = |n: u32| {
            let same = n.is_multiple_of(2);
            answer(&format!("{} {most} known {n}", case.labels.id), same) == same
        };
        if !person && !(0..4).all(known) {
            continue;
        }
        for question in last.questions.iter().take(most).filter(|one| one.kind == QuestionKind::SameIssue) {
            let label =
                |n: usize| case.labels.items.iter().find(|item| item.source == question.subjects[n]).unwrap();
            let same = DecisionValue::Truth(answer(&question.id, label(0).cluster == label(1).cluster));
            decisions.decisions.push(Decision::new(&question.id, question.kind, same, by));
        }
        last = report(engine, case.input.reviews.clone(), &decisions);
    }
    last
}

fn of_comments(table: &Table, shared: &std::path::Path) {
    let all = comments::read(&shared.join("bench/aacr-pairs-dev.jsonl"));
    let changes: Vec<String> = all.iter().map(|change| change.project.clone()).collect();
    let mut engines: BTreeMap<String, Engine> = BTreeMap::new();
    let mut counts = Vec::new();
    let mut near = Vec::new();
    for change in &all {
        let engine = engines.entry(change.project.clone()).or_insert_with(|| table.engine(&change.project));
        let predicted = predictions(&report(engine, change.reviews.clone(), &Decisions::new()));
        let (mut pair, mut neighbours) = (PairCounts::default(), (0u32, 0u32));
        for one in &change.pairs {
            let together = predicted[&one.a].cluster == predicted[&one.b].cluster;
            match (together, one.same) {
                (true, true) => pair.right += 1,
                (true, false) => pair.wrong += 1,
                (false, true) => pair.missed += 1,
                (false, false) => {}
            }
            if one.near && !one.same {
                neighbours = (neighbours.0 + u32::from(together), neighbours.1 + 1);
            }
        }
        counts.push(pair);
        near.push(neighbours);
    }
    pairs("comments of other projects", &changes, &counts);
    line("comments, different neighbours merged", &changes, &|drawn| {
        let sum = drawn.iter().fold((0, 0), |sum, at| (sum.0 + near[*at].0, sum.1 + near[*at].1));
        f64::from(sum.0) / f64::from(sum.1.max(1))
    });
}

fn of_texts(table: &Table, shared: &std::path::Path) {
    let all = bench(&shared.join("bench/martian-dev.jsonl"));
    let changes: Vec<String> = all.iter().map(|change| change.url.clone()).collect();
    for (name, products, least) in
        [("a trio, two agree", 0, 2), ("another trio, two agree", 1, 2), ("eight, three agree", 2, 3)]
    {
        let mut kept = Vec::new();
        let mut same = Vec::new();
        for change in &all {
            let engine = table.engine(&change.repository);
            let made = report(&engine, ensemble(&change.findings, ENSEMBLES[products]), &Decisions::new());
            kept.push(Kept::of(change, &made, least));
            same.push(duplicates(change, &made));
        }
        let sum = |drawn: &[usize]| drawn.iter().fold(Kept::default(), |sum, at| sum.plus(kept[*at]));
        line(&format!("texts alone, {name}: F1 of what is kept"), &changes, &|drawn| sum(drawn).f1());
        let first = |drawn: &[usize]| sum(drawn).first;
        line(&format!("texts alone, {name}: first finding true"), &changes, &|drawn| {
            first(drawn).0 as f64 / first(drawn).1.max(1) as f64
        });
        pairs(&format!("texts alone, {name}"), &changes, &same);
    }
}
