//! A quoted snippet as something that can be looked up: without line numbers, diff marks and elisions.

use review_core::Side;

/// Lines with fewer signs, white space aside, can't identify a place.
const TRIVIAL: usize = 4;

/// A snippet cut into segments at its elisions. Lines have no white space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// Runs of lines that stand together.
    pub(crate) segments: Vec<Vec<String>>,
    /// Which version it shows, where its diff marks tell.
    pub(crate) side: Option<Side>,
}

impl Snippet {
    /// Reads a snippet as a reviewer wrote it. For a diff, the lines as they stand at head are kept; where there are
    /// none, those of the base.
    pub(crate) fn read(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let marked = lines.iter().filter(|line| line.starts_with(['+', '-'])).count();
        let plain = lines.iter().filter(|line| line.starts_with(' ') || line.starts_with("@@")).count();
        let is_diff = marked > 0 && (marked + plain == lines.len());
        if !is_diff {
            return Self { segments: segments(&lines), side: None };
        }
        let side_lines = |drop: char, keep: char| -> Vec<&str> {
            lines
                .iter()
                .filter(|line| !line.starts_with(drop) && !line.starts_with("@@"))
                .map(|line| line.strip_prefix([keep, ' ']).unwrap_or(line))
                .collect()
        };
        // As a citation a diff speaks of what stands now: the lines it would remove. Only a diff that adds and
        // removes nothing shows the head itself.
        if lines.iter().any(|line| line.starts_with('-')) {
            Self { segments: segments(&side_lines('+', '-')), side: Some(Side::Base) }
        } else {
            Self { segments: segments(&side_lines('-', '+')), side: Some(Side::Head) }
        }
    }

    /// Whether there is nothing to look up.
    pub(crate) fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// All lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().flatten().map(String::as_str)
    }
}

fn segments(lines: &[&str]) -> Vec<Vec<String>> {
    let mut found = vec![Vec::new()];
    for (line, bare) in lines.iter().zip(without_numbers(lines)) {
        if is_elision(line) {
            found.push(Vec::new());
            continue;
        }
        let squeezed = squeeze(bare);
        if let (false, Some(last)) = (squeezed.is_empty(), found.last_mut()) {
            last.push(squeezed);
        }
    }
    found.retain(|segment| segment.iter().any(|line| line.len() >= TRIVIAL));
    found
}

/// The lines of a snippet without their numbers, if each of them, or the only one, has a number.
pub(crate) fn without_numbers<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    let numbered =
        lines.len() == 1 || lines.iter().all(|line| line_number(line).is_some() || is_elision(line));
    let bare = |line: &&'t str| line_number(line).filter(|_| numbered).map_or(*line, |(_, rest)| rest);
    lines.iter().map(bare).collect()
}

/// `12: code`, `12| code`, `12  code` with at least two blanks or a tab.
fn line_number(line: &str) -> Option<(u32, &str)> {
    let line = line.trim_start();
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = line.get(..digits)?.parse().ok()?;
    let rest = line.get(digits..)?;
    let code = rest
        .strip_prefix([':', '|', '│', '→', '\t'])
        .or_else(|| rest.strip_prefix(" |"))
        .or_else(|| rest.strip_prefix(" │"))
        .or_else(|| rest.strip_prefix("  "))?;
    Some((number, code))
}

/// `...`, `…`, `// ...`, `# ...`, `/* … */`, `[...]`: lines left out.
fn is_elision(line: &str) -> bool {
    let dots: String = line
        .chars()
        .filter(|c| {
            !c.is_whitespace()
                && !matches!(c, '/' | '#' | '*' | '[' | ']' | '(' | ')' | '-' | ';' | '<' | '>' | '!')
        })
        .collect();
    (dots.starts_with("...") || dots.starts_with('…')) && dots.chars().all(|c| matches!(c, '.' | '…'))
        || (line.trim_start().starts_with("// ...") || line.trim_start().starts_with("# ..."))
}

/// The different names and longer words of a snippet as it was written, keywords included.
pub(crate) fn names(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() >= 4).collect();
    found.retain(|word| !word.bytes().all(|b| b.is_ascii_digit()));
    found.sort_unstable();
    found.dedup();
    found
}

/// A line without white space.
pub(crate) fn squeeze(line: &str) -> String {
    let mut bare = String::with_capacity(line.len());
    line.split_whitespace().for_each(|part| bare.push_str(part));
    bare
}

/// Whether a quoted line, perhaps with `...` inside, stands on a source line. Both without white space.
pub(crate) fn stands_on(quoted: &str, source: &str, whole: bool) -> bool {
    if quoted == source {
        return true;
    }
    if quoted.contains("...") || quoted.contains('…') {
        let mut rest = source;
        let mut any = false;
        for part in quoted.split("...").flat_map(|part| part.split('…')).filter(|part| !part.is_empty()) {
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
            any |= part.len() >= TRIVIAL;
        }
        return any;
    }
    !whole && quoted.len() >= 8 && source.contains(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_elisions_and_diff_marks_go() {
        let numbered = Snippet::read("10: if x {\n11:   y()\n...\n20: }  // end of x");
        assert_eq!(numbered.segments, [vec!["ifx{", "y()"], vec!["}//endofx"]]);
        let diff = Snippet::read("-old(a)\n+new(a)\n same(b)");
        assert_eq!(diff.segments, [vec!["old(a)", "same(b)"]]);
        assert_eq!(diff.side, Some(Side::Base));
        let plain = Snippet::read("  a - bcd\n  c()");
        assert_eq!(plain.segments, [vec!["a-bcd", "c()"]]);
    }

    #[test]
    fn an_elision_inside_a_line_stands_for_anything() {
        assert!(stands_on("call(a,...)", "returncall(a,b,c)", true));
        assert!(!stands_on("call(z,...)", "returncall(a,b,c)", true));
    }
}
