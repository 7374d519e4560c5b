//! Section headings: `## Findings`, `**Critical Issues**`, `- **Concerns**`, `Verdict: …`.

use crate::none::says_none;
use crate::scales::{SectionKind, Tables};
use crate::text::{find_outside_code, head, strip_bullet, tail};

/// A line that names a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SectionHeading {
    pub(crate) kind: SectionKind,
    /// Heading level; 7 for bold text, 8 for a plain line.
    pub(crate) level: usize,
    /// Text in the same line: `Verdict: rework`.
    pub(crate) inline: String,
    /// Whether the name can hardly be part of a finding's body (`Testing Assessment` against `Tests`).
    pub(crate) strong: bool,
    /// Whether everything deeper belongs to it, known names included (an appendix).
    pub(crate) swallows: bool,
    /// Whether the line itself says that the section holds nothing: `Critical Issues (0)`, `Findings: none`.
    pub(crate) none: bool,
    /// Whether the name is a topic, which other sections have too: `Performance`.
    pub(crate) is_topic: bool,
}

/// How a line is dressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dress<'a> {
    /// `## text`
    Hash(usize, &'a str),
    /// `**text**` and nothing else, or with text after it.
    Bold(&'a str, &'a str),
    /// A plain line.
    Plain(&'a str),
}

/// Looks at a trimmed line's dress.
pub(crate) fn dress(line: &str) -> Dress<'_> {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    if level > 0 && level <= 6 {
        let text = tail(line, level);
        if text.is_empty() || text.starts_with([' ', '\t', '*']) {
            return Dress::Hash(level, text.trim().trim_end_matches('#').trim());
        }
    }
    let text = strip_bullet(line).unwrap_or(line);
    let text = crate::text::strip_number(text)
        .map_or(text, |(_, rest)| if rest.starts_with("**") { rest } else { text });
    if let Some(inner) = text.strip_prefix("**").or_else(|| text.strip_prefix("__")) {
        let mark = if text.starts_with("**") { "**" } else { "__" };
        if let Some(end) = find_outside_code(inner, mark) {
            return Dress::Bold(head(inner, end).trim(), tail(inner, end + 2).trim());
        }
    }
    Dress::Plain(text)
}

/// Reads a line as a section heading.
pub(crate) fn read_heading(line: &str, tables: &Tables) -> Option<SectionHeading> {
    if line.len() > 300 {
        return None;
    }
    let bulleted = strip_bullet(line).is_some();
    match dress(line) {
        Dress::Hash(level, text) => {
            // A heading with a path or a class is about one thing, not a section.
            let text = text.trim_matches(['*', '_', ' ']);
            if text.contains(['`', '[']) {
                return None;
            }
            let (name, inline) = name_and_inline(text, tables)?;
            Some(SectionHeading { none: is_empty_section(text), ..build(name, level, inline, true) })
        }
        Dress::Bold(text, after) => {
            let text = text.trim_end_matches(':').trim();
            let after = after.trim_start_matches([':', '—', '–', ' ']);
            let (kind, inline) = name_and_inline(text, tables)?;
            let inline = if inline.is_empty() { after } else { inline };
            // `**Tests**: none` in a list is an item; only a verdict or a summary has its text in its line.
            let alone = inline.is_empty();
            let said = kind.1 == SectionKind::Summary && !bulleted;
            let none = matches!(kind.1, SectionKind::Findings(_)) && says_none(inline);
            let none = none || is_empty_section(text);
            (alone || said || none).then(|| {
                let inline = if none { "" } else { inline };
                SectionHeading { none, ..build(kind, 7, inline, false) }
            })
        }
        Dress::Plain(text) => {
            if bulleted || !text.starts_with(char::is_uppercase) || text.len() > 200 {
                return None;
            }
            if text.len() <= 48 && !text.ends_with(['.', ',']) {
                let name = text.trim_end_matches(':').trim();
                if let Some(kind) = tables.sections.get(name).filter(|_| !name.contains(['(', ':', '—'])) {
                    return Some(build((name, kind), 8, "", false));
                }
            }
            if announces(text) {
                return Some(build(("issues found", SectionKind::Findings(None)), 8, "", false));
            }
            let (name, said) = text.split_once(": ")?;
            let kind = tables.sections.get(name)?;
            if matches!(kind, SectionKind::Findings(_)) && says_none(said) {
                return Some(SectionHeading { none: true, ..build((name, kind), 8, "", false) });
            }
            let verdict =
                tables.sections.get(name).filter(|kind| *kind == SectionKind::Summary && is_verdict(name))?;
            Some(build((name, verdict), 8, said.trim(), false))
        }
    }
}

/// `Found 2 issues:`, `I found the following problems:`: findings follow without a heading.
fn announces(text: &str) -> bool {
    let Some(said) = text.strip_suffix(':') else { return false };
    let words = crate::text::normalize_words(said);
    let found =
        words.split(' ').any(|word| matches!(word, "found" | "following" | "identified" | "are" | "were"));
    let things = ["issue", "issues", "findings", "problem", "problems", "bugs", "bug", "concerns", "ones"];
    let last = words
        .rsplit(' ')
        .find(|word| !matches!(*word, "found" | "identified" | "here" | "below" | "were" | "are"));
    text.len() <= 90 && found && last.is_some_and(|word| things.contains(&word)) && !said.contains('`')
}

/// `Critical Issues (0)`, `Findings: none`.
fn is_empty_section(text: &str) -> bool {
    let text = text.trim();
    let count = text.strip_suffix("(0)").is_some() || text.strip_suffix(": 0").is_some();
    count || text.split_once(':').is_some_and(|(_, said)| !said.trim().is_empty() && says_none(said))
}

fn is_verdict(name: &str) -> bool {
    matches!(
        name.to_lowercase().as_str(),
        "verdict"
            | "overall verdict"
            | "final verdict"
            | "recommendation"
            | "overall assessment"
            | "conclusion"
            | "summary"
            | "executive summary"
    )
}

/// `Verdict: Approve with nits` → the section's name and the text beside it.
fn name_and_inline<'a>(text: &'a str, tables: &Tables) -> Option<((&'a str, SectionKind), &'a str)> {
    if let Some((name, said)) = text.split_once(':')
        && let Some(kind) = tables.sections.get(name).filter(|kind| *kind == SectionKind::Summary)
    {
        return Some(((name, kind), said.trim()));
    }
    Some(((text, tables.sections.get(text)?), ""))
}

fn build((name, kind): (&str, SectionKind), level: usize, inline: &str, hash: bool) -> SectionHeading {
    let words = crate::text::normalize_words(name);
    let several = words.contains(' ');
    let named = matches!(words.as_str(), "suggestions" | "concerns" | "strengths" | "findings" | "verdict");
    let severe =
        hash && matches!(kind, SectionKind::Findings(_)) && words != "suggestion" && words != "feedback";
    let is_topic = matches!(
        words.as_str(),
        "security" | "performance" | "correctness" | "error handling" | "concurrency" | "maintainability"
    );
    let swallows = words.starts_with("appendix")
        || words.starts_with("original review")
        || words.starts_with("agent performance");
    SectionHeading {
        kind,
        level,
        inline: inline.to_owned(),
        strong: several || named || severe,
        swallows,
        none: false,
        is_topic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str) -> String {
        match read_heading(line, &Tables::default()) {
            Some(heading) => format!("{:?} {} {:?}", heading.kind, heading.level, heading.inline),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn dresses_of_section_names() {
        for (line, shown) in [
            ("## Findings", "Findings(None) 2 \"\""),
            ("##### Critical Issues", "Findings(Some(Critical)) 5 \"\""),
            ("**Important Issues**", "Findings(Some(Important)) 7 \"\""),
            ("- **Strengths**", "Design(Some(Strength)) 7 \"\""),
            ("**Untested Scenarios (ranked by risk):**", "Testing 7 \"\""),
            ("### 4. Testing Assessment", "Testing 4 \"\"".replace("4 \"", "3 \"").as_str()),
            ("**Verdict**: rework", "Summary 7 \"rework\""),
            ("**Verdict: rework**", "Summary 7 \"rework\""),
            ("Verdict: rework", "Summary 8 \"rework\""),
            ("### Previous Review Findings — Status", "UnresolvedFeedback 3 \"\""),
            ("Testing Assessment", "Testing 8 \"\""),
        ] {
            assert_eq!(show(line), shown, "{line}");
        }
    }

    #[test]
    fn other_lines() {
        for line in
            ["**Fix:** do it", "The tests are good.", "- **Tests**: none", "### `docs`", "**Problem**"]
        {
            assert_eq!(show(line), "-", "{line}");
        }
    }
}
