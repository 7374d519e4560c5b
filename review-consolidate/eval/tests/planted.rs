//! Claims planted into real source, true and false ones of each kind that a look at the source can tell. Nothing true is dropped,
//! and most of what is false is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "a test")]

use std::path::Path;

use review_consolidate::{Engine, drive};
use review_core::{Cancel, ChangeSet, Input, Location, MemoryTree, Outcome, Quote, RawFinding, Review};

const FILES: [&str; 6] = ["change", "hunk", "review", "tree", "reviewer", "finding"];

fn source(folder: &str, name: &str) -> String {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample").join(folder).join(format!("{name}.txt"));
    std::fs::read_to_string(path).unwrap()
}

/// The sample with a few things planted in each file, so that there is something to be right about.
fn planted_source(name: &str) -> String {
    format!(
        "{}\nfn orphan_{name}(limit: usize) -> usize {{\n    limit + 1\n}}\n\n// Recieves the next {name}.\nfn busy_{name}(limit: usize) -> usize {{\n    total(\"$@\", limit)\n}}\n\nfn caller_{name}() -> usize {{\n    busy_{name}(3)\n}}\n",
        source("ours", name)
    )
}

fn tree() -> MemoryTree {
    FILES.iter().fold(MemoryTree::new(), |tree, name| {
        tree.with_base(format!("src/{name}.rs"), source("ours", name))
            .with_head(format!("src/{name}.rs"), planted_source(name))
    })
}

/// Lines of a file that stand there once and are long enough to speak of.
fn lines(text: &str) -> Vec<(u32, String)> {
    let all: Vec<&str> = text.lines().collect();
    (0..all.len())
        .filter(|at| all[*at].trim().len() > 24 && !all[*at].trim().starts_with("//"))
        .filter(|at| all.iter().filter(|line| line.trim() == all[*at].trim()).count() == 1)
        .map(|at| (at as u32 + 1, all[at].to_owned()))
        .collect()
}

/// A claim: its title, its body, its quote, and the line that it names.
struct Claim(String, String, Option<String>, u32);

fn true_claims(name: &str) -> Vec<(&'static str, Claim)> {
    let text = planted_source(name);
    let lines = lines(&text);
    let (at, line) = &lines[lines.len() / 2];
    let renamed = line.replacen(|c: char| c.is_ascii_lowercase(), "x", 1);
    let bare = line.trim();
    vec![
        ("a quote on a wrong line", Claim("Wrong result".into(), "It is off by one.".into(), Some(line.clone()), at + 37)),
        ("a quote in other words", Claim("Wrong result".into(), "It is off.".into(), Some(format!("{} /* here */", bare.trim_end_matches([';', ',', '{']))), *at)),
        ("a fix of what stands there", Claim("Misnamed".into(), format!("Fix:\n```diff\n-{line}\n+{renamed}\n```\n"), None, *at)),
        ("a proposal", Claim("Not bounded".into(), "It should be bounded:\n```rust\nwhile count < LIMIT && source.pop_with_deadline(deadline) {\n```\n".into(), None, *at)),
        ("an output", Claim("Prints too much".into(), "Run it:\n```console\n$ tool --all\nerror: no such thing as a thing\n```\n".into(), None, *at)),
        ("a fix that writes what stands elsewhere", Claim("Error lost".into(), format!("```diff\n-    let _ = give_up(now);\n+{}\n```\n", lines[3].1), None, *at)),
        ("unused", Claim(format!("`orphan_{name}` is never called"), "Dead code.".into(), None, 1)),
        ("undefined", Claim("`total` is not defined".into(), "It does not compile.".into(), None, 1)),
        ("a typo", Claim("Typo: `Recieves` should be `Receives`".into(), "Spelling.".into(), None, 1)),
    ]
}

fn false_claims(name: &str, other: &str) -> Vec<(&'static str, Claim)> {
    let text = planted_source(name);
    let lines = lines(&text);
    let (at, line) = &lines[lines.len() / 3];
    let foreign = self::lines(&source("foreign", other));
    let quote: Vec<&str> = foreign.iter().skip(name.len()).take(4).map(|(_, line)| line.as_str()).collect();
    let vowel = line.chars().find(|c| "aeiou".contains(*c)).unwrap();
    let doubled = line.replacen(vowel, &format!("{vowel}{vowel}"), 1);
    vec![
        ("code of another project", Claim("Nil is read".into(), "It is nil there.".into(), Some(quote.join("\n")), 12)),
        ("a fix that is there", Claim("Misspelt".into(), format!("Fix:\n```diff\n-{doubled}\n+{line}\n```\n"), None, *at)),
        ("a blank that is not there", Claim("Broken expansion".into(), "```sh\ntotal(\"$ @\", limit)\n```\nThe blank breaks it.\n\n**Fix**:\n```sh\ntotal(\"$@\", limit)\n```\n".into(), None, 9)),
        ("unused, but called", Claim(format!("`busy_{name}` is never called"), "Dead code.".into(), None, 1)),
        ("undefined, but defined", Claim(format!("`caller_{name}` is not defined"), "It does not compile.".into(), None, 1)),
        ("a typo that is not there", Claim("Typo: `limmit` should be `limit`".into(), "Spelling.".into(), None, text.lines().count() as u32 - 8)),
    ]
}

/// Whether a claim is dropped, alone.
fn is_dropped(tree: &MemoryTree, name: &str, claim: &Claim) -> bool {
    let Claim(title, body, quote, line) = claim;
    let mut finding = RawFinding::new(title)
        .with_id("S1")
        .with_body(body)
        .at(Location::line(format!("src/{name}.rs"), *line));
    if let Some(quote) = quote {
        finding = finding.with_quote(Quote::new(quote));
    }
    let input = Input::new(ChangeSet::default(), vec![Review::new("gemini").with_finding(finding)]);
    let report = drive(&Engine::new(), &input, tree, &Cancel::new()).unwrap().report;
    report.ledger[0].outcome == Outcome::Dropped
}

/// For each kind of claim, how many of how many are dropped.
fn dropped<'k>(claims: impl Iterator<Item = (&'static str, &'k str, Claim)>) -> Vec<String> {
    let tree = tree();
    let mut kinds: Vec<(&str, u32, u32)> = Vec::new();
    for (kind, name, claim) in claims {
        let gone = u32::from(is_dropped(&tree, name, &claim));
        match kinds.iter_mut().find(|(known, _, _)| *known == kind) {
            Some((_, dropped, count)) => (*dropped, *count) = (*dropped + gone, *count + 1),
            None => kinds.push((kind, gone, 1)),
        }
    }
    kinds.into_iter().map(|(kind, dropped, count)| format!("{dropped} of {count}: {kind}")).collect()
}

#[test]
fn nothing_true_is_dropped() {
    let claims =
        FILES.iter().flat_map(|name| true_claims(name).into_iter().map(|(kind, claim)| (kind, *name, claim)));
    insta::assert_snapshot!(dropped(claims).join("\n"), @"
    0 of 6: a quote on a wrong line
    0 of 6: a quote in other words
    0 of 6: a fix of what stands there
    0 of 6: a proposal
    0 of 6: an output
    0 of 6: a fix that writes what stands elsewhere
    0 of 6: unused
    0 of 6: undefined
    0 of 6: a typo
    ");
}

#[test]
fn most_of_what_is_false_is_dropped() {
    let others = ["cluster", "calibrate", "rounds", "questions"];
    let claims = FILES.iter().zip(others.into_iter().cycle()).flat_map(|(name, other)| {
        false_claims(name, other).into_iter().map(|(kind, claim)| (kind, *name, claim))
    });
    insta::assert_snapshot!(dropped(claims).join("\n"), @"
    5 of 6: code of another project
    6 of 6: a fix that is there
    6 of 6: a blank that is not there
    6 of 6: unused, but called
    6 of 6: undefined, but defined
    6 of 6: a typo that is not there
    ");
}
