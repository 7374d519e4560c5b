//! Anchors on real source: quotes cut out of files and disfigured the way reviewers do it, and quotes that no file has. The
//! files are a frozen copy of some of this repository's own, so that the sample does not change with them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "a test")]

use std::path::Path;

use review_consolidate::{Engine, drive};
use review_core::{
    Anchor, Cancel, ChangeSet, Grade, Input, LedgerEntry, Location, MemoryTree, Outcome, Quote, RawFinding,
    Review,
};

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found: Vec<(String, String)> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .map(|path| {
            (
                format!("src/{}", path.with_extension("rs").file_name().unwrap().to_string_lossy()),
                std::fs::read_to_string(&path).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

/// Snippets of five lines with code in them, some per file: path, first line, text.
fn snippets(files: &[(String, String)]) -> Vec<(String, u32, String)> {
    let mut found = Vec::new();
    for (path, text) in files {
        let lines: Vec<&str> = text.lines().collect();
        for start in (20..lines.len().saturating_sub(40)).step_by(9) {
            let block = &lines[start..start + 5];
            let telling =
                block.iter().filter(|line| line.trim().len() > 20 && !line.trim().starts_with("//")).count();
            if telling >= 3 {
                found.push((path.clone(), start as u32 + 1, block.join("\n")));
            }
        }
    }
    found
}

fn check(
    tree: &MemoryTree,
    snippets: &[(String, u32, String)],
    shift: u32,
    disfigure: impl Fn(&str) -> String,
) -> Vec<(Anchor, LedgerEntry)> {
    let mut review = Review::new("gemini");
    for (number, (path, line, text)) in snippets.iter().enumerate() {
        let quote = disfigure(text);
        review = review.with_finding(
            RawFinding::new(format!("Issue number {number} in this place"))
                .with_id(format!("S{number:03}"))
                .with_body(format!("Number {number} is wrong."))
                .at(Location::lines(path, line + shift, line + shift + 4))
                .with_quote(Quote::new(quote)),
        );
    }
    let input = Input::new(ChangeSet::default(), vec![review]);
    let report = drive(&Engine::new(), &input, tree, &Cancel::new()).unwrap().report;
    let mut all = Vec::new();
    for entry in &report.ledger {
        let anchor = report
            .findings
            .iter()
            .flat_map(|f| &f.anchors)
            .find(|a| a.source.as_ref() == Some(&entry.source))
            .cloned();
        all.push((
            anchor.unwrap_or_else(|| Anchor::new(&Location::file("dropped"), Grade::Absent)),
            entry.clone(),
        ));
    }
    all
}

fn tree(files: &[(String, String)]) -> MemoryTree {
    files.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with_both(path, text))
}

/// Where a disfigured quote must be found: at its own lines, whatever was claimed, unless it stands in several places.
fn found_right(name: &str, files: &[(String, String)], shift: u32, disfigure: impl Fn(&str) -> String) {
    let snippets = snippets(files);
    assert!(snippets.len() > 60, "{}", snippets.len());
    let checked = check(&tree(files), &snippets, shift, disfigure);
    let right = checked
        .iter()
        .zip(&snippets)
        .filter(|((anchor, _), (path, line, _))| {
            anchor.path == *path && anchor.start_line.is_some_and(|at| at.abs_diff(*line) <= 4)
                || anchor.grade == Grade::Ambiguous
        })
        .count();
    let dropped = checked.iter().filter(|(_, entry)| entry.outcome == Outcome::Dropped).count();
    assert_eq!(dropped, 0, "{name}: nothing that exists is dropped");
    assert!(right * 100 >= snippets.len() * 95, "{name}: {right} of {}", snippets.len());
}

#[test]
fn real_quotes_are_found_however_they_are_written() {
    let files = files("tests/sample/ours");
    found_right("as it stands", &files, 0, str::to_owned);
    found_right("wrong line", &files, 13, str::to_owned);
    found_right("without indentation", &files, 7, |text| {
        text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
    });
    found_right("with tabs", &files, 3, |text| text.replace("    ", "\t"));
    found_right("numbered", &files, 3, |text| {
        text.lines()
            .enumerate()
            .map(|(n, line)| format!("{}: {line}", n + 900))
            .collect::<Vec<_>>()
            .join("\n")
    });
    found_right("elided", &files, 3, |text| {
        let lines: Vec<&str> = text.split('\n').collect();
        format!("{}\n{}\n...\n{}", lines[0], lines[1], lines[4])
    });
    found_right("as added lines", &files, 3, |text| {
        text.lines().map(|line| format!("+{line}")).collect::<Vec<_>>().join("\n")
    });
}

#[test]
fn a_paraphrase_is_not_a_refutation() {
    let files = files("tests/sample/ours");
    let snippets = snippets(&files);
    let checked = check(&tree(&files), &snippets, 0, |text| {
        // Another formatting of the same code, with a comment of the reviewer's.
        text.lines()
            .map(|line| format!("{}; // <- here", line.trim().trim_end_matches([';', ',', '{'])))
            .collect::<Vec<_>>()
            .join("\n")
    });
    let dropped = checked.iter().filter(|(_, entry)| entry.outcome == Outcome::Dropped).count();
    assert_eq!(dropped, 0);
}

#[test]
fn quotes_of_other_code_are_refuted() {
    let files = files("tests/sample/ours");
    let foreign = snippets(&self::files("tests/sample/foreign"));
    let planted: Vec<(String, u32, String)> = foreign
        .into_iter()
        .zip(files.iter().cycle())
        .map(|((_, _, text), (path, _))| (path.clone(), 10, text))
        .collect();
    let number = planted.len();
    assert!(number >= 16, "{number}");
    let dropped = |checked: &[(Anchor, LedgerEntry)]| {
        checked.iter().filter(|(_, entry)| entry.outcome == Outcome::Dropped).count()
    };
    let real = snippets(&files).into_iter().take(number);
    let both: Vec<_> = planted.iter().cloned().chain(real).collect();
    let found = dropped(&check(&tree(&files), &both, 0, str::to_owned));
    assert!(found * 2 >= number && found <= number, "{found} of {number}");
    // Nothing but foreign code: then it is the source that does not fit, and nothing is dropped.
    assert_eq!(dropped(&check(&tree(&files), &planted, 0, str::to_owned)), 0);
}

#[test]
fn a_numbered_quote_of_another_file_is_searched_for_without_its_numbers() {
    let files = files("tests/sample/ours");
    let (first, second) = (files[0].0.clone(), snippets(&files[1..])[0].clone());
    let numbered: Vec<String> =
        second.2.lines().zip(90..).map(|(line, number)| format!("{number}: {line}")).collect();
    let finding = RawFinding::new("The source is lost")
        .with_id("S1")
        .at(Location::line(first, 3))
        .with_quote(Quote::new(numbered.join("\n")));
    let input = Input::new(ChangeSet::default(), vec![Review::new("gemini").with_finding(finding)]);
    let report = drive(&Engine::new(), &input, &tree(&files), &Cancel::new()).unwrap().report;
    let anchors = &report.findings[0].anchors;
    assert!(anchors.iter().any(|one| one.grade == Grade::OtherFile && one.path == second.0), "{anchors:?}");
}
