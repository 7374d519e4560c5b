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

/// Parts of the signs as they are usually spelled. A text without any of them has no such line; looking once for all lines
/// is much cheaper than looking at each.
const HINTS: &[&str] = &[
    "enerated with",
    "useful",
    "eact with",
    "helpful",
    "Codex in GitHub",
    "Bugbot",
    "Fix in",
    "Copilot",
    "CodeRabbit",
    "ast reviewed commit",
    "summary for commit",
];

/// Whether a text may have such lines at all.
pub(crate) fn may_have_footers(text: &str) -> bool {
    HINTS.iter().any(|hint| text.contains(hint))
}

/// Whether a line is no part of the review.
pub(crate) fn is_footer(line: &str) -> bool {
    if line.len() > 600 || !may_have_footers(line) {
        return false;
    }
    let said = line.to_lowercase();
    SIGNS.iter().any(|sign| said.contains(sign))
}
