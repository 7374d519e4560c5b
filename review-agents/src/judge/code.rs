//! The code that the questions of an ask are about, each line once.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use review_core::{Question, Side};

use crate::prompt::untrusted;

/// Most code in one ask, in characters: four thousand tokens or so.
const MOST: usize = 16_000;

/// The excerpts of all questions, joined by file; nothing where there are none.
pub(super) fn shown(questions: &[&Question]) -> String {
    let mut files: BTreeMap<(&str, Side), BTreeMap<u32, &str>> = BTreeMap::new();
    for excerpt in questions.iter().flat_map(|question| &question.excerpts) {
        files.entry((&excerpt.path, excerpt.side)).or_default().extend(excerpt.lines());
    }
    let mut out = String::new();
    let mut full = false;
    for ((path, side), lines) in &files {
        let before = if *side == Side::Base { " (before the change)" } else { "" };
        let _ = writeln!(out, "{path}{before}");
        let mut last = None;
        for (number, line) in lines {
            if out.len() + line.len() > MOST {
                full = true;
                break;
            }
            if last.is_some_and(|last: u32| last + 1 < *number) {
                out.push_str("      …\n");
            }
            let _ = writeln!(out, "{number:>5} | {line}");
            last = Some(*number);
        }
        out.push('\n');
        if full {
            out.push_str("… (more than fits; read the files)\n");
            break;
        }
    }
    if out.is_empty() { out } else { format!("## Code\n\n{}\n\n", untrusted("code", out.trim_end())) }
}

/// Where a question is about, for an order in which neighbours stand together.
pub(super) fn place(question: &Question) -> (Option<(&str, u32)>, &str) {
    let first = question.excerpts.first().map(|excerpt| (excerpt.path.as_str(), excerpt.shown.start));
    (first, &question.id)
}
