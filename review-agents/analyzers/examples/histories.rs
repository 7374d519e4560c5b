//! Runs the embedded reviewer over histories of packages, and measures it by the labels.
//!
//! ```text
//! histories find DIR [--reverse] [PACKAGE…]      findings of each change, as tab-separated values
//! histories changes DIR [PACKAGE…]               how many lines and findings each change has: labels/changes.tsv
//! histories reverse DIR                          the fixes of labels/fixes.tsv taken back, and what is found
//! histories score                                figures from labels/*.tsv; needs no histories
//! ```
//!
//! `DIR` holds one git repository per package, one commit per version, as `labels/fetch.py` lays them out. Rules that
//! are off by default run too; `score` counts those that are on.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a tool of the developers")]

#[path = "histories/labels.rs"]
mod labels;
#[path = "histories/run.rs"]
mod run;

use std::path::Path;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let reverse = arguments.iter().any(|argument| argument == "--reverse");
    let plain: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|argument| !argument.starts_with("--")).collect();
    match plain.as_slice() {
        ["find", folder, wanted @ ..] => {
            run::histories(Path::new(folder), wanted, reverse, run::Change::print)
        }
        ["changes", folder, wanted @ ..] => {
            println!("# package\tfrom\tto\tadded lines\tfindings by rule, off by default included");
            run::histories(Path::new(folder), wanted, false, run::Change::summarize);
        }
        ["reverse", folder] => run::reversed(Path::new(folder), &labels::fixes()),
        ["score"] => labels::score(),
        _ => eprintln!("usage: histories find|changes|reverse DIR [PACKAGE…] | score"),
    }
}
