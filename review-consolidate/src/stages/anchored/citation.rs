//! Which quotes of a finding claim to show code as it stands, and which are proposals.

use review_core::{Quote, RawFinding};

use super::quote::{Snippet, without_numbers};
use crate::text::markdown::{Piece, is_diff, pieces};

/// A quote can be searched for if one of its lines has this many characters, white space aside.
const SEARCHABLE: usize = 12;
/// Words that announce a proposal: code after them need not exist.
const PROPOSAL: &[&str] = &[
    "fix",
    "suggest",
    "instead",
    "should",
    "could",
    "e.g.",
    "example",
    "replace",
    "recommend",
    "propos",
    "would be",
    "add ",
    "rewrite",
    "consider",
    "like this",
    "alternativ",
    "output",
    "prints",
    "scenario",
    "repro",
];
/// Languages of blocks that show a session or prose, not source.
const NOT_SOURCE: &[&str] =
    &["text", "txt", "console", "shell-session", "output", "log", "plaintext", "markdown", "md"];

/// A quote that claims to show code as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Citation {
    pub(crate) snippet: Snippet,
    pub(crate) quote: Quote,
    /// It must stand somewhere if the finding is right.
    pub(crate) binding: bool,
}

/// The citations of a finding: its block quotes, or the source blocks of its body where ingestion gave none.
pub(crate) fn citations(finding: &RawFinding) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    let blocks: Vec<&Quote> = finding.quotes.iter().filter(|quote| !quote.inline).collect();
    let proposals = proposed(finding);
    for quote in blocks.iter().copied() {
        let language = quote.language.as_deref().unwrap_or_default();
        push(
            &mut found,
            quote.clone(),
            language,
            proposals.iter().any(|text| text.trim() == quote.text.trim()),
        );
    }
    if blocks.is_empty() {
        for piece in pieces(&finding.body) {
            if let Piece::Block { language, text } = piece {
                let mut quote = Quote::new(text);
                quote.language = (!language.is_empty()).then(|| language.to_owned());
                push(&mut found, quote, language, proposals.contains(&text));
            }
        }
    }
    found.truncate(16);
    found
}

fn push(found: &mut Vec<Citation>, quote: Quote, language: &str, proposed: bool) {
    let language = language
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    if NOT_SOURCE.contains(&language.as_str()) {
        return;
    }
    let snippet = Snippet::read(&quote.text);
    let diff = is_diff(&language, &quote.text);
    let shell =
        matches!(language.as_str(), "sh" | "bash" | "shell" | "zsh" | "powershell" | "json" | "yaml" | "yml");
    if !snippet.is_empty() {
        found.push(Citation { snippet, binding: !proposed && !diff && !shell, quote });
    }
}

/// Blocks of the body that follow a word of proposal, or that the fix repeats.
pub(crate) fn proposed(finding: &RawFinding) -> Vec<&str> {
    let mut found = Vec::new();
    let mut announced = false;
    for piece in pieces(&finding.body) {
        match piece {
            Piece::Prose(line) if !line.trim().is_empty() => {
                let lower = line.to_lowercase();
                announced |= PROPOSAL.iter().any(|word| lower.contains(word));
            }
            Piece::Prose(_) => {}
            Piece::Block { text, .. } => {
                let repeated = finding.fix.as_ref().is_some_and(|fix| {
                    [&fix.patch, &fix.suggestion, &fix.prose]
                        .into_iter()
                        .flatten()
                        .any(|part| part.contains(text.trim()) || text.contains(part.trim()))
                });
                if announced || repeated {
                    found.push(text);
                }
            }
        }
    }
    found
}

/// The line of a snippet that is best searched for: the longest, as it was written, without its number.
pub(crate) fn needle(citation: &Citation) -> Option<String> {
    let lines: Vec<&str> = citation.quote.text.lines().filter(|line| !line.trim().is_empty()).collect();
    without_numbers(&lines)
        .into_iter()
        .map(|line| line.trim().trim_start_matches(['+', '-']).trim())
        .filter(|line| {
            !line.contains("...") && line.chars().filter(|c| !c.is_whitespace()).count() >= SEARCHABLE
        })
        .max_by_key(|line| (line.len(), std::cmp::Reverse(*line)))
        .map(str::to_owned)
}
