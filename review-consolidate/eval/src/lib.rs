//! Labelled corpora from disk, the views of them that the matcher is fitted on, and what is counted.
//!
//! The programs are in `examples`: `cargo run --release -p review-consolidate-eval --example NAME`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "an example may stop at broken data"
)]

pub mod boost;
pub mod comments;
pub mod fit;
pub mod fits;
pub mod sets;
pub mod views;

use std::collections::BTreeMap;
use std::path::Path;

use review_consolidate::Engine;
use review_consolidate::eval::{LabelledItem, LabelledReport, PairCounts, predictions};
use review_core::{
    ChangeSet, Decisions, Evidence, Input, Kind, Location, RawFinding, Report, Review, Severity, SourceId,
};
use serde_json::Value;

/// One report of the corpus: what goes in and what is known to be right.
#[derive(Clone)]
pub struct Case {
    pub input: Input,
    pub labels: LabelledReport,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn severity(value: &Value) -> Option<Severity> {
    value.as_str().map(Severity::from_text)
}

/// Reads `reviews/*/gold.json`.
pub fn corpus(dir: &Path) -> Vec<Case> {
    let mut folders: Vec<_> =
        std::fs::read_dir(dir.join("reviews")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
        .iter()
        .map(|folder| case(&folder.join("gold.json")))
        .filter(|case| !case.labels.items.is_empty())
        .collect()
}

fn case(path: &Path) -> Case {
    let gold: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut reviews: Vec<Review> = Vec::new();
    let mut labels = LabelledReport {
        id: text(&gold["id"]),
        change: gold["pr"].as_u64().map_or_else(|| text(&gold["branch"]), |pr| pr.to_string()),
        items: Vec::new(),
    };
    for raw in gold["raw"].as_array().unwrap() {
        let (agent, pass) = (text(&raw["agent"]), raw["pass"].as_u64().unwrap_or(1) as u32);
        let mut finding =
            RawFinding::new(text(&raw["title"])).with_id(text(&raw["id"])).with_body(text(&raw["body"]));
        finding.severity = severity(&raw["severity"]);
        finding.kind = raw["kind"].as_str().map(Kind::from_text).filter(Kind::is_known);
        finding.withdrawn = raw["withdrawn"].as_bool().unwrap_or(false);
        for place in raw["locations"].as_array().into_iter().flatten() {
            let line = |name: &str| place[name].as_u64().map(|line| line as u32);
            finding = finding.at(match (line("start"), line("end")) {
                (Some(start), end) => Location::lines(text(&place["path"]), start, end.unwrap_or(start)),
                _ => Location::file(text(&place["path"])),
            });
        }
        let published = raw["consolidated"].as_str().and_then(|id| {
            let all = gold["consolidated"].as_array().unwrap();
            all.iter().find(|finding| finding["id"] == id).and_then(|finding| severity(&finding["severity"]))
        });
        labels.items.push(LabelledItem {
            source: SourceId::new(&agent, pass, &finding.id),
            cluster: text(&raw["cluster"]),
            also: raw["also"].as_array().into_iter().flatten().map(text).collect(),
            severity: published,
            ignored: raw["disposition"] == "unknown",
        });
        match reviews.iter_mut().find(|review| review.reviewer == agent && review.pass == pass) {
            Some(review) => review.findings.push(finding),
            None => reviews.push(Review::new(agent).with_pass(pass).with_finding(finding)),
        }
    }
    Case { input: Input::new(ChangeSet::default(), reviews), labels }
}

/// The published findings of each report, with their text: they are different issues by definition.
pub fn published(dir: &Path) -> Vec<Vec<RawFinding>> {
    let mut folders: Vec<_> =
        std::fs::read_dir(dir.join("reviews")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
        .iter()
        .map(|folder| {
            let gold: Value =
                serde_json::from_str(&std::fs::read_to_string(folder.join("gold.json")).unwrap()).unwrap();
            let text = std::fs::read_to_string(folder.join("report.md")).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            gold["consolidated"]
                .as_array()
                .unwrap()
                .iter()
                .map(|finding| {
                    let start = finding["line"].as_u64().unwrap() as usize;
                    let starts: Vec<usize> = gold["consolidated"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .filter_map(|f| f["line"].as_u64())
                        .map(|l| l as usize)
                        .collect();
                    let body: Vec<&str> = lines
                        .iter()
                        .enumerate()
                        .skip(start)
                        .take_while(|(at, line)| {
                            !line.starts_with("## ")
                                && !line.starts_with("---")
                                && !starts.contains(&(at + 1))
                        })
                        .map(|(_, line)| *line)
                        .collect();
                    let mut raw = RawFinding::new(text_of(&finding["title"]))
                        .with_id(text_of(&finding["id"]))
                        .with_body(body.join("\n"));
                    raw.severity = severity(&finding["severity"]);
                    for place in finding["locations"].as_array().into_iter().flatten() {
                        let line = |name: &str| place[name].as_u64().map(|line| line as u32);
                        raw = raw.at(match (line("start"), line("end")) {
                            (Some(start), end) => {
                                Location::lines(text_of(&place["path"]), start, end.unwrap_or(start))
                            }
                            _ => Location::file(text_of(&place["path"])),
                        });
                    }
                    raw
                })
                .collect()
        })
        .collect()
}

fn text_of(value: &Value) -> String {
    text(value)
}

/// Ids of the reports, in the order of [`published`].
pub fn ids(dir: &Path) -> Vec<String> {
    let mut folders: Vec<_> =
        std::fs::read_dir(dir.join("reviews")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders.iter().map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned()).collect()
}

fn overlap(a: &RawFinding, b: &RawFinding) -> bool {
    a.locations.iter().any(|x| {
        b.locations.iter().any(|y| {
            x.path.rsplit('/').next() == y.path.rsplit('/').next()
                && x.range().zip(y.range()).is_some_and(|(x, y)| x.overlaps(&y))
        })
    })
}

/// Pairs of different findings on overlapping lines, and how many of them the engine merges: with the pair alone, and
/// with the whole report, each finding from a reviewer of its own, so that nothing but the score keeps them apart.
pub fn over_merged(engine: &Engine, findings: &[RawFinding], verbose: bool) -> [u32; 3] {
    let run = |reviews| {
        engine
            .report(&Input::new(ChangeSet::default(), reviews), &Evidence::new(), &Decisions::new())
            .unwrap()
    };
    let own = |n: usize, f: &RawFinding| Review::new(format!("r{n:02}")).with_finding(f.clone());
    let whole = predictions(&run(findings.iter().enumerate().map(|(n, f)| own(n, f)).collect()));
    let mut sum = [0; 3];
    for (i, a) in findings.iter().enumerate() {
        for (j, b) in findings.iter().enumerate().skip(i + 1).filter(|(_, b)| overlap(a, b)) {
            let report = run(vec![own(0, a), own(1, b)]);
            let source = |n: usize, f: &RawFinding| SourceId::new(format!("r{n:02}"), 1, &f.id);
            let alone = report.findings.len() == 1;
            let together = whole[&source(i, a)].cluster == whole[&source(j, b)].cluster;
            sum = [sum[0] + 1, sum[1] + u32::from(alone), sum[2] + u32::from(together)];
            if verbose && (alone || together) {
                println!(
                    "alone {alone}, together {together}: “{}” / “{}” {}",
                    a.title, b.title, report.ledger[1].reason
                );
            }
        }
    }
    sum
}

/// How many pairs of findings on overlapping lines share a published finding, where `S<n>` is the n-th.
pub fn merged_among(report: &Report, findings: &[RawFinding]) -> u32 {
    let targets: BTreeMap<&str, &str> = report
        .ledger
        .iter()
        .filter_map(|entry| Some((entry.source.id.as_str(), entry.targets.first()?.as_str())))
        .collect();
    let target = |n: usize| targets.get(format!("S{n}").as_str()).copied();
    let mut merged = 0;
    for (i, a) in findings.iter().enumerate() {
        for (j, b) in findings.iter().enumerate().skip(i + 1) {
            merged += u32::from(overlap(a, b) && target(i) == target(j));
        }
    }
    merged
}

/// Pairs of true findings of different products: the same where they are credited with the same golden comment.
pub fn duplicates(change: &BenchChange, report: &Report) -> PairCounts {
    let predicted = predictions(report);
    let true_ones: Vec<(&Labelled, &str)> = change
        .findings
        .iter()
        .filter(|one| !one.golden.is_empty())
        .filter_map(|one| {
            let source = SourceId::new(&one.tool, 1, &one.finding.id);
            Some((one, predicted.get(&source)?.cluster.as_str()))
        })
        .collect();
    let mut counts = PairCounts::default();
    for (index, (a, mine)) in true_ones.iter().enumerate() {
        for (b, theirs) in true_ones.iter().skip(index + 1).filter(|(b, _)| b.tool != a.tool) {
            match (a.golden.iter().any(|golden| b.golden.contains(golden)), mine == theirs) {
                (true, true) => counts.right += 1,
                (true, false) => counts.missed += 1,
                (false, true) => counts.wrong += 1,
                (false, false) => {}
            }
        }
    }
    counts
}

/// The change that a report is about.
pub fn change_of(cases: &[Case], id: &str) -> String {
    cases
        .iter()
        .find(|case| case.labels.id == id)
        .map_or_else(|| id.to_owned(), |case| case.labels.change.clone())
}

/// A finding of the benchmark.
pub struct Labelled {
    pub tool: String,
    /// Text only, with its id.
    pub finding: RawFinding,
    /// The golden comments that it is credited with; none where it is not known to be true.
    pub golden: Vec<u64>,
    /// `tp`, `fp`, `superseded` or `disputed`.
    pub label: String,
}

/// One pull request of the benchmark.
pub struct BenchChange {
    pub url: String,
    pub repository: String,
    pub findings: Vec<Labelled>,
    /// Number of golden comments.
    pub golden: usize,
}

/// What a consolidation of the benchmark keeps.
#[derive(Clone, Copy, Default)]
pub struct Kept {
    /// Golden comments that a kept finding covers.
    pub covered: usize,
    /// Kept findings that cover a golden comment which none before covered.
    pub right: usize,
    /// Kept findings that cover none.
    pub wrong: usize,
    /// Golden comments.
    pub golden: usize,
    /// Changes whose first finding is true, and changes with findings.
    pub first: (usize, usize),
}

impl Kept {
    /// Of one change, keeping findings of at least so many products.
    pub fn of(change: &BenchChange, report: &Report, least: usize) -> Self {
        let one = |source: &SourceId| change.findings.iter().find(|one| one.finding.id == source.id).unwrap();
        let mut kept = Self { golden: change.golden, ..Self::default() };
        let mut taken: Vec<u64> = Vec::new();
        for (n, finding) in report.findings.iter().enumerate() {
            let members: Vec<&Labelled> = finding.sources.iter().map(one).collect();
            if n == 0 {
                kept.first = (usize::from(members.iter().any(|one| !one.golden.is_empty())), 1);
            }
            if finding.reviewers.len() < least
                || members.iter().all(|one| !matches!(one.label.as_str(), "tp" | "fp"))
            {
                continue;
            }
            let votes = |golden: &u64| members.iter().filter(|one| one.golden.contains(golden)).count();
            let all = members.iter().flat_map(|one| &one.golden).copied();
            let best = all
                .filter(|golden| !taken.contains(golden))
                .max_by_key(|g| (votes(g), std::cmp::Reverse(*g)));
            match best {
                None => kept.wrong += 1,
                Some(best) => {
                    kept.right += 1;
                    for golden in
                        members.iter().filter(|one| one.golden.contains(&best)).flat_map(|one| &one.golden)
                    {
                        if !taken.contains(golden) {
                            taken.push(*golden);
                            kept.covered += 1;
                        }
                    }
                }
            }
        }
        kept
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            covered: self.covered + other.covered,
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            golden: self.golden + other.golden,
            first: (self.first.0 + other.first.0, self.first.1 + other.first.1),
        }
    }

    pub fn f1(&self) -> f64 {
        let precision = self.right as f64 / (self.right + self.wrong).max(1) as f64;
        let recall = self.covered as f64 / self.golden.max(1) as f64;
        2.0 * precision * recall / (precision + recall).max(1e-9)
    }
}

/// The pull requests of the benchmark.
pub fn bench(file: &Path) -> Vec<BenchChange> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            let findings = record["sets"]["opus"].as_array().unwrap().iter().map(|finding| {
                let body = text_of(&finding["text"]);
                let title = body.split_once(". ").map_or(body.as_str(), |(lead, _)| lead).to_owned();
                Labelled {
                    tool: text_of(&finding["tool"]),
                    finding: RawFinding::new(title).with_id(text_of(&finding["id"])).with_body(body),
                    golden: finding["majority_golden"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_u64)
                        .collect(),
                    label: text_of(&finding["majority"]),
                }
            });
            BenchChange {
                url: text_of(&record["pr_url"]),
                repository: text_of(&record["repo"]),
                findings: findings.collect(),
                golden: record["golden"].as_array().map_or(0, Vec::len),
            }
        })
        .collect()
}

/// Every finding's text with its project, of all corpora below a folder.
pub fn texts(shared: &Path) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for case in corpus(&shared.join("corpus")) {
        let findings = case.input.reviews.iter().flat_map(|review| &review.findings);
        all.extend(findings.map(|one| ("corpus".to_owned(), format!("{} {}", one.title, one.body))));
    }
    for change in bench(&shared.join("bench/martian-dev.jsonl")) {
        let findings = change.findings.iter();
        all.extend(findings.map(|one| (change.repository.clone(), one.finding.body.clone())));
    }
    for change in comments::read(&shared.join("bench/aacr-pairs-dev.jsonl")) {
        let findings = change.reviews.iter().flat_map(|review| &review.findings);
        all.extend(findings.map(|one| (change.project.clone(), one.body.clone())));
    }
    all
}
