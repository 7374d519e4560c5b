//! The specification of consolidation, as Markdown: prose, source files, findings per reviewer, expected report.
//!
//! `UPDATE_SPEC=1 cargo test -p review-consolidate --test spec` writes the reports anew. In a file under `tests/spec`:
//!
//! * `## head: PATH`, `## base: PATH`, `## both: PATH` with a fenced block: a source file.
//! * `## hunk: PATH OLD NEW 3= 1- 2+`: a hunk of the change.
//! * `## review: NAME` (or `NAME@PASS`), then `### LABEL severity kind: title @ path:1-2` and the body.
//!   A label with `D`, `T`, `O` or `A` (an acknowledged limitation) is an item of that section.
//! * `## policy` with a JSON block, `## decision: yes|no|SEVERITY` with its question's text, `## no tree`.
//! * `## Report` with a fenced block: what is expected.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

use review_consolidate::{Engine, NoTree, drive_with};
use review_core::{
    Cancel, ChangeSet, ChangedFile, Decision, DecisionValue, Decisions, Document, Evidence, FileStatus, Hunk,
    Input, Kind, Location, MemoryTree, Outcome, Policy, Quote, RawFinding, Report, Review, SectionItem,
    Severity, SourceTree,
};

#[derive(Default)]
struct Spec {
    tree: MemoryTree,
    change: ChangeSet,
    reviews: Vec<Review>,
    policy: Policy,
    answers: Vec<(String, String)>,
    no_tree: bool,
}

fn block(body: &str) -> String {
    body.split_once("```")
        .and_then(|(_, rest)| rest.split_once('\n'))
        .and_then(|(_, rest)| rest.split_once("\n```"))
        .map(|(text, _)| format!("{text}\n"))
        .unwrap_or_default()
}

fn location(text: &str) -> Location {
    match text.rsplit_once(':') {
        Some((path, lines)) => {
            let (start, end) = lines.split_once('-').unwrap_or((lines, lines));
            Location::lines(path, start.parse().unwrap(), end.parse().unwrap())
        }
        None => Location::file(text),
    }
}

fn item(review: &mut Review, head: &str, body: &str) {
    let (meta, title) = head.split_once(": ").unwrap();
    let (title, places) = title.split_once(" @ ").map_or((title, ""), |(title, places)| (title, places));
    let places = places.split(", ").filter(|place| !place.is_empty()).map(location);
    let mut words = meta.split_whitespace();
    let label = words.next().unwrap();
    if let Some(list) = match &label[..1] {
        "D" => Some(&mut review.sections.design),
        "T" => Some(&mut review.sections.testing),
        "O" => Some(&mut review.sections.documentation),
        "A" => Some(&mut review.sections.limitations),
        _ => None,
    } {
        let mut item = SectionItem::new(label, format!("**{title}** {}", body.trim()));
        item.locations = places.collect();
        list.push(item);
        return;
    }
    let mut finding = RawFinding::new(title).with_id(label).with_body(body.trim());
    finding.locations = places.collect();
    for word in words {
        match word {
            "withdrawn" => finding.withdrawn = true,
            "critical" | "important" | "suggestion" => finding.severity = Some(Severity::from_text(word)),
            _ => finding.kind = Some(Kind::from_text(word)),
        }
    }
    // A first block is the quote, as ingestion would say.
    if body.contains("```") && !body.contains("```diff") {
        finding = finding.with_quote(Quote::new(block(body)));
    }
    review.findings.push(finding);
}

fn parse(text: &str) -> Spec {
    let mut spec = Spec::default();
    for part in text.split("\n## ").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        let (what, argument) = head.split_once(": ").unwrap_or((head, ""));
        match what {
            "head" => spec.tree = spec.tree.with_head(argument, block(body)),
            "base" => spec.tree = spec.tree.with_base(argument, block(body)),
            "both" => spec.tree = spec.tree.with_both(argument, block(body)),
            "hunk" => {
                let words: Vec<&str> = argument.split_whitespace().collect();
                let json = format!(
                    r#"{{"old_start":{0},"old_lines":0,"new_start":{1},"new_lines":0,"ops":"{2}"}}"#,
                    words[1],
                    words[2],
                    words[3..].join(" ")
                );
                let hunk: Hunk = serde_json::from_str(&json).unwrap();
                let hunk = Hunk::new(hunk.old_start, hunk.new_start, hunk.ops);
                match spec.change.files.iter_mut().find(|file| file.path == words[0]) {
                    Some(file) => file.hunks.push(hunk),
                    None => spec
                        .change
                        .files
                        .push(ChangedFile::new(words[0], FileStatus::Modified).with_hunk(hunk)),
                }
            }
            "review" => {
                let (name, pass) = argument.split_once('@').unwrap_or((argument, "1"));
                let mut review = Review::new(name).with_pass(pass.parse::<u32>().unwrap());
                for finding in format!("\n{body}").split("\n### ").skip(1) {
                    let (head, body) = finding.split_once('\n').unwrap_or((finding, ""));
                    item(&mut review, head, body);
                }
                spec.reviews.push(review);
            }
            "policy" => spec.policy = Policy::from_json(&block(body)).unwrap(),
            "decision" => spec.answers.push((argument.to_owned(), body.trim().to_owned())),
            "no tree" => spec.no_tree = true,
            _ => {}
        }
    }
    spec
}

fn run(spec: &Spec) -> Report {
    let input = Input::new(spec.change.clone(), spec.reviews.clone()).with_policy(spec.policy.clone());
    let tree: &dyn SourceTree = if spec.no_tree { &NoTree } else { &spec.tree };
    let engine = Engine::new();
    let mut decisions = Decisions::new();
    let first = drive_with(&engine, &input, Evidence::new(), &decisions, tree, &Cancel::new()).unwrap();
    for (answer, text) in &spec.answers {
        let question = first
            .report
            .questions
            .iter()
            .find(|q| q.text.contains(text.as_str()))
            .unwrap_or_else(|| panic!("no question has {text:?}: {:#?}", first.report.questions));
        let value = match answer.as_str() {
            "yes" => DecisionValue::Truth(true),
            "no" => DecisionValue::Truth(false),
            severity => DecisionValue::Severity(Severity::from_text(severity)),
        };
        decisions.decisions.push(Decision::new(&question.id, question.kind, value, "person:spec"));
    }
    drive_with(&engine, &input, first.evidence, &decisions, tree, &Cancel::new()).unwrap().report
}

fn show(report: &Report) -> String {
    let mut text = String::new();
    let mut line = |parts: String| text.push_str(&format!("{}\n", parts.trim_end()));
    line(format!("verdict: {} — {}", report.verdict.decision, report.verdict.reason));
    for finding in &report.findings {
        let places: Vec<String> = finding
            .locations
            .iter()
            .map(|place| {
                format!("{place}{}", place.side.map(|side| format!(" ({side})")).unwrap_or_default())
            })
            .collect();
        let kind = finding.kind.map(|kind| format!(" {kind}")).unwrap_or_default();
        let folded = if finding.folded { ", folded" } else { "" };
        line(format!(
            "{} {}{kind} [{}] {}{folded}: {}",
            finding.id,
            finding.severity,
            finding.reviewers.join(", "),
            finding.confidence,
            finding.title
        ));
        if !places.is_empty() {
            line(format!("   at {}", places.join(", ")));
        }
        for anchor in finding.anchors.iter().filter(|anchor| anchor.grade.as_str() != "not_checkable") {
            let moved = anchor.moved_by.map(|by| format!(" by {by}")).unwrap_or_default();
            let candidates = anchor.candidates.map(|n| format!(", {n} places")).unwrap_or_default();
            line(format!("   anchor {}{moved}{candidates} {}", anchor.grade, anchor.location()));
        }
        for reason in &finding.reasons {
            line(format!("   {}: {}", reason.stage, reason.text));
        }
    }
    for entry in &report.ledger {
        let shown = entry.outcome != Outcome::Representative
            || entry.targets.len() > 1
            || entry.severity_from != entry.severity_to;
        if shown {
            line(format!(
                "{} {} → {}: {}",
                entry.source,
                entry.disposition,
                entry.targets.join(", "),
                entry.reason
            ));
        }
        for note in &entry.evidence {
            let place = note
                .path
                .as_ref()
                .map(|path| format!(" {path}:{}", note.line.map(|n| n.to_string()).unwrap_or_default()))
                .unwrap_or_default();
            line(format!("   evidence{place} {} {}", note.quote.as_deref().unwrap_or_default(), note.text));
        }
    }
    for diagnostic in &report.diagnostics {
        line(format!("note: {}", diagnostic.message));
    }
    text
}

#[test]
fn every_specification_holds() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e == "md")) {
        let text = std::fs::read_to_string(file).unwrap();
        let got = show(&run(&parse(&text)));
        let (before, _) = text.split_once("\n## Report").unwrap_or((text.trim_end(), ""));
        let expected = text.split_once("\n## Report").map(|(_, rest)| block(rest)).unwrap_or_default();
        if expected == got {
            continue;
        }
        if std::env::var_os("UPDATE_SPEC").is_some() {
            std::fs::write(file, format!("{before}\n## Report\n\n```text\n{got}```\n")).unwrap();
        } else {
            wrong.push(format!("{}:\n--- expected\n{expected}--- got\n{got}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\n(UPDATE_SPEC=1 writes them anew)", wrong.join("\n"));
}
