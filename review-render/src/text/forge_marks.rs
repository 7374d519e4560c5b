//! What forges and build logs act on although Markdown means nothing by it: commands, footnotes, blocks that are run or drawn.

use std::ops::Range;

use super::edits::Edit;

/// What forges and build logs read in plain text although Markdown does not: footnotes, which would be moved to the end
/// of the document; a slash command on its own line (`/approve`); commands of build logs (`::add-mask::`, `##[group]`).
/// And `<` before anything that another reader could take for a tag.
pub(super) fn commands(text: &str, range: Range<usize>, edits: &mut Vec<Edit>) {
    let source = text.get(range.clone()).unwrap_or_default();
    for (offset, c) in source.char_indices() {
        let at = range.start + offset;
        let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
        let before = text.get(..at).unwrap_or_default();
        let danger = match c {
            '[' => rest.starts_with('^'),
            '/' => rest.starts_with(|c: char| c.is_ascii_alphabetic()) && begins_line(before),
            ':' => rest.starts_with(':') && begins_line(before),
            '#' => {
                ["[", "vso[", "teamcity["].iter().any(|word| rest.starts_with(word)) && before.ends_with('#')
            }
            '<' => rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)),
            _ => false,
        };
        let escaped = before.len() - before.trim_end_matches('\\').len();
        if danger && escaped.is_multiple_of(2) {
            let safe = if c == '<' { "&lt;".to_owned() } else { format!("\\{c}") };
            edits.push((at..at + c.len_utf8(), safe));
        }
    }
}

/// Whether nothing but the marks of lists and quotes stands before on the same line.
fn begins_line(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.len() <= 200
        && line.chars().all(|c| c.is_whitespace() || c.is_ascii_digit() || ">-*+.)|_".contains(c))
}

/// Whether it can be part of the name of a language.
pub(super) fn is_of_language(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+-#_.".contains(c)
}

/// Languages of code blocks that a forge does not show but acts on: edits to apply with one click, diagrams, formulas,
/// maps, tables with controls.
pub(super) fn is_active(language: &str) -> bool {
    const ACTIVE: &[&str] = &[
        "mermaid",
        "math",
        "geojson",
        "topojson",
        "stl",
        "plantuml",
        "puml",
        "kroki",
        "graphviz",
        "dot",
        "query",
        "glql",
        "blockdiag",
        "nomnoml",
        "vega",
        "vegalite",
        "wavedrom",
    ];
    let language = language.to_ascii_lowercase();
    language.starts_with("suggestion") || ACTIVE.contains(&language.as_str())
}

/// What the info string of a code block has to become, if it can't stay: the language alone, or `text`.
pub(super) fn inert_info(info: &str) -> Option<&str> {
    let end = info.find(|c| !is_of_language(c)).unwrap_or(info.len());
    let (language, rest) = info.split_at_checked(end)?;
    let harmless = !rest.starts_with(':') && rest.chars().all(|c| !c.is_control() && !"<>&`@~".contains(c));
    if is_active(language) || (language.is_empty() && !harmless) {
        Some("text")
    } else {
        (!harmless).then_some(language)
    }
}

/// The edit that gives a fenced block another info string.
pub(super) fn with_info(start: usize, block: &str, info: &str) -> Option<Edit> {
    let line = block.lines().next()?;
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let from = line.find(|c| c != mark)?;
    (line.get(from..)? != info).then(|| (start + from..start + line.len(), info.to_owned()))
}
