//! The few things of Markdown that matter here: fenced blocks, inline code, and plain prose between them.

/// A piece of a Markdown text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A line of prose, with inline code still in it.
    Prose(&'a str),
    /// A fenced block: its language and its lines.
    Block {
        /// What stands after the opening fence.
        language: &'a str,
        /// The text between the fences.
        text: &'a str,
    },
}

/// Splits a text into prose lines and fenced blocks. An unclosed fence runs to the end.
pub(crate) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(&str, usize, &str)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim();
        match open {
            None => match fence(bare) {
                Some((marks, language)) => open = Some((marks, at, language)),
                None => found.push(Piece::Prose(line)),
            },
            Some((marks, from, language)) => {
                if fence(bare).is_some_and(|(close, rest)| close.starts_with(marks) && rest.is_empty()) {
                    found.push(Piece::Block { language, text: text.get(from..start).unwrap_or_default() });
                    open = None;
                }
            }
        }
    }
    if let Some((_, from, language)) = open {
        found.push(Piece::Block { language, text: text.get(from..).unwrap_or_default() });
    }
    found
}

/// Splits a text into blocks: paragraphs (parted by blank lines) and whole fences, in order, each with the byte at which
/// it begins and without blank lines around.
pub(crate) fn blocks(text: &str) -> Vec<(usize, &str)> {
    let mut cuts = vec![0];
    let mut open: Option<&str> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let from = at;
        at += line.len();
        let bare = line.trim();
        match (open, fence(bare)) {
            (None, Some((marks, _))) => {
                cuts.push(from);
                open = Some(marks);
            }
            (None, None) if bare.is_empty() => cuts.push(at),
            (Some(marks), Some((close, ""))) if close.starts_with(marks) => {
                cuts.push(at);
                open = None;
            }
            _ => {}
        }
    }
    cuts.push(text.len());
    let ranges = cuts.iter().zip(cuts.iter().skip(1));
    ranges
        .filter_map(|(from, to)| {
            let block = text.get(*from..*to)?;
            let trimmed = block.trim_start_matches('\n');
            let start = from + block.len() - trimmed.len();
            (!trimmed.trim().is_empty()).then(|| (start, trimmed.trim_end_matches('\n')))
        })
        .collect()
}

/// The marks of a fence and what follows them.
fn fence(line: &str) -> Option<(&str, &str)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.len() - line.trim_start_matches(mark).len();
    let (marks, rest) = (line.get(..length)?, line.get(length..)?);
    (length >= 3 && !rest.contains('`')).then(|| (marks, rest.trim()))
}

/// The inline code of a line of prose.
pub(crate) fn inline_code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`')
        .enumerate()
        .filter(|(index, code)| index % 2 == 1 && !code.trim().is_empty())
        .map(|(_, code)| code)
}

/// Whether a block is a proposal or a diff rather than code as it stands.
pub(crate) fn is_diff(language: &str, text: &str) -> bool {
    let language = language.to_ascii_lowercase();
    if language.starts_with("diff") || language.starts_with("patch") || language.starts_with("suggestion") {
        return true;
    }
    let marked = text.lines().filter(|line| line.starts_with('+') || line.starts_with('-')).count();
    marked >= 2
        && text.lines().any(|line| line.starts_with('+'))
        && text.lines().any(|line| line.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_prose_and_an_open_end() {
        let text = "See `a`:\n```go\nx := 1\n```\nthen\n~~~\nopen";
        assert_eq!(
            pieces(text),
            vec![
                Piece::Prose("See `a`:\n"),
                Piece::Block { language: "go", text: "x := 1\n" },
                Piece::Prose("then\n"),
                Piece::Block { language: "", text: "open" },
            ]
        );
        assert_eq!(inline_code("x `a` y `b`").collect::<Vec<_>>(), ["a", "b"]);
    }
}
