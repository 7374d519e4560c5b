//! A search contradicts *unused* and *missing*.

use review_core::{Answer, EvidenceNote, Hit, Query, Side};

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use super::claims::{Claim, claim};
use crate::model::item::{Item, Role};
use crate::text::paths::is_test_path;

/// Looks up names that a title calls unused or missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct PresenceClaim;

fn search(name: &str) -> Query {
    Query::Search { side: Side::Head, needle: name.to_owned(), limit: 50 }
}

impl ClaimChecker for PresenceClaim {
    fn name(&self) -> &str {
        "presence"
    }

    fn queries(&self, item: &Item<'_>) -> Vec<Query> {
        match claim(&item.finding.title) {
            Some(Claim::Unused(name) | Claim::Missing(name)) if item.role == Role::Finding => {
                vec![search(name)]
            }
            _ => Vec::new(),
        }
    }

    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        let claim = claim(&item.finding.title)?;
        let name = match claim {
            Claim::Unused(name) | Claim::Missing(name) => name,
        };
        let Some(Answer::Hits { hits, .. }) = cx.evidence.answer(&search(name)) else { return None };
        let code: Vec<&Hit> = hits.iter().filter(|hit| is_code(hit, name)).collect();
        let defined: Vec<&&Hit> = code.iter().filter(|hit| is_definition(&hit.text, name)).collect();
        let (code, reason, shown, what) = match claim {
            Claim::Unused(_) => {
                // With two definitions a call may mean the other one.
                if defined.len() > 1 {
                    return None;
                }
                let uses: Vec<&&Hit> =
                    code.iter().filter(|hit| is_call(&hit.text, name) && !is_test_path(&hit.path)).collect();
                let first = uses.first()?;
                (
                    "used_after_all",
                    format!("`{name}` is used at {}:{}", first.path, first.line),
                    uses,
                    "uses it",
                )
            }
            Claim::Missing(_) => {
                // A definition far away need not be the one that is missing here.
                let home = cx.anchored.places.first().map(|place| folder(&place.path))?;
                let here: Vec<&&Hit> = defined.into_iter().filter(|hit| folder(&hit.path) == home).collect();
                let first = here.first()?;
                (
                    "defined_after_all",
                    format!("`{name}` is defined at {}:{}", first.path, first.line),
                    here,
                    "defines it",
                )
            }
        };
        let evidence = shown.iter().take(3).map(|hit| note(hit, what)).collect();
        Some(CheckResult::Refuted { code: code.into(), reason, evidence })
    }
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn note(hit: &Hit, text: &str) -> EvidenceNote {
    EvidenceNote::new(text).with_path(&hit.path).with_line(hit.line).with_quote(hit.text.trim())
}

/// Source, not prose, and the whole name.
fn is_code(hit: &Hit, name: &str) -> bool {
    let text = hit.text.trim_start();
    let comment = ["//", "#", "*", "/*", "--", ";", "<!--"].iter().any(|mark| text.starts_with(mark));
    let prose = [".md", ".txt", ".rst", ".adoc"].iter().any(|end| hit.path.ends_with(end));
    !comment && !prose && around(&hit.text, name).is_some()
}

/// What stands before and after a whole occurrence of the name.
fn around<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let glued = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).find_map(|(at, _)| {
        let (before, after) = (text.get(..at)?, text.get(at + name.len()..)?);
        let whole = !before.ends_with(glued) && !after.starts_with(glued);
        whole.then_some((before, after))
    })
}

/// Words that make a line a definition.
const DEFINING: &[&str] = &[
    "func",
    "fn",
    "def",
    "function",
    "class",
    "struct",
    "type",
    "const",
    "var",
    "let",
    "static",
    "interface",
    "enum",
    "trait",
    "import",
    "use",
    "mod",
    "val",
    "macro",
];

fn is_definition(text: &str, name: &str) -> bool {
    let Some((before, after)) = around(text, name) else { return false };
    let defining = before
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| DEFINING.contains(&word) && word != "import" && word != "use");
    // A receiver may stand between the word and the name, a call's dot may not.
    let assigned = after.trim_start().starts_with(":=");
    (defining && !before.trim_end().ends_with(['.', '='])) || assigned
}

fn is_call(text: &str, name: &str) -> bool {
    let Some((before, after)) = around(text, name) else { return false };
    let imported =
        before.split_whitespace().next().is_some_and(|word| matches!(word, "import" | "use" | "from"));
    after.trim_start().starts_with('(')
        && !is_definition(text, name)
        && !imported
        && !before.trim_end().ends_with(['"', '\'', '`'])
}
