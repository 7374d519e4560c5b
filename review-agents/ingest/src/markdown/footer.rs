//! Lines that services put around a review: requests for reactions, advertisements, signatures.

/// What such a line holds, in lower case.
const SIGNS: &[&str] = &[
    "generated with [claude code]",
    "code review was useful",
    "useful? react with",
    "react with 👍",
    "was this helpful",
    "was this review helpful",
    "about codex in github",
    "reviewed by [cursor bugbot]",
    "fix in cursor",
    "fix in web",
    "copilot custom instructions",
    "for using coderabbit",
    "last reviewed commit",
    "is generating a summary for commit",
    "help me be more useful",
    "share your feedback on copilot code review",
];

/// Whether a line is no part of the review.
pub(crate) fn is_footer(line: &str) -> bool {
    if line.len() > 600 || !line.contains(['[', '👍', '?', 'e']) {
        return false;
    }
    // Most lines have none of the words' rarer letters in reach; the look is bounded by the line's length.
    let said = line.to_lowercase();
    SIGNS.iter().any(|sign| said.contains(sign))
}
