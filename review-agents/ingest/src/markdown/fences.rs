//! Which lines stand in code fences, robust against nested, unclosed and wrapping fences.

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineKind {
    /// Ordinary text.
    Text,
    /// The line that opens a fence.
    Open,
    /// Inside a fence.
    Inside,
    /// The line that closes a fence.
    Close,
    /// A fence around the whole review: structure, not code.
    Wrapper,
}

/// A fence line: its character, length and info string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fence<'a> {
    mark: u8,
    length: usize,
    pub(crate) info: &'a str,
}

/// Reads a line as a fence.
pub(crate) fn read_fence(line: &str) -> Option<Fence<'_>> {
    let text = line.trim_start();
    let mark = *text.as_bytes().first()?;
    if mark != b'`' && mark != b'~' {
        return None;
    }
    let length = text.bytes().take_while(|b| *b == mark).count();
    let info = crate::text::tail(text, length).trim();
    // An info string with a backtick is inline code that happens to have three.
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some(Fence { mark, length, info })
}

/// Classifies every line. `is_landmark` says whether a line can only be the review's own structure (a known
/// section heading, a labelled finding): such a line ends a fence that was never closed, and shows that a
/// fence wraps the review. The second value says whether a fence was still open at the end.
pub(crate) fn classify(lines: &[&str], is_landmark: impl Fn(&str) -> bool) -> (Vec<LineKind>, bool) {
    let mut places = vec![LineKind::Text; lines.len()];
    let mut open: Option<(Fence<'_>, usize)> = None;
    let wrapped = find_wrapper(lines, &is_landmark);
    for (index, line) in lines.iter().enumerate() {
        let Some(place) = places.get_mut(index) else { break };
        if wrapped == Some(index) {
            *place = LineKind::Wrapper;
            continue;
        }
        let fence = read_fence(line);
        match (&mut open, fence) {
            (None, None) => {}
            (None, Some(fence)) => {
                *place = LineKind::Open;
                open = Some((fence, 0));
            }
            (Some((outer, depth)), Some(fence)) if fence.mark == outer.mark => {
                let closes = fence.info.is_empty() && (fence.length >= outer.length || *depth > 0);
                if closes && *depth == 0 {
                    *place = LineKind::Close;
                    open = None;
                } else if closes {
                    *depth -= 1;
                    *place = LineKind::Inside;
                } else if fence.info.is_empty() {
                    *place = LineKind::Inside;
                } else if fence.length >= outer.length && holds_fences(outer.info) {
                    *depth += 1;
                    *place = LineKind::Inside;
                } else if fence.length >= outer.length {
                    // An opening fence inside code: the closing one was forgotten.
                    *place = LineKind::Open;
                    open = Some((fence, 0));
                } else {
                    *place = LineKind::Inside;
                }
            }
            (Some(_), _) => {
                if is_landmark(line) {
                    open = None;
                } else {
                    *place = LineKind::Inside;
                }
            }
        }
    }
    // The last fence of a wrapped review closes the wrapper.
    let mut dangling = open.is_some();
    if wrapped.is_some()
        && let Some(last) = (0..lines.len()).rev().find(|index| {
            lines.get(*index).is_some_and(|line| !line.trim().is_empty() && line.trim() != "---")
        })
        && let Some(place) = places.get_mut(last)
        && matches!(place, LineKind::Open)
    {
        *place = LineKind::Wrapper;
        dangling = false;
    }
    (places, dangling)
}

/// Languages whose text may itself hold fences.
fn holds_fences(info: &str) -> bool {
    let language = info.split([' ', '{', ',']).next().unwrap_or("").to_ascii_lowercase();
    matches!(language.as_str(), "" | "markdown" | "md" | "text" | "txt" | "suggestion" | "mdx")
}

/// The index of a fence that wraps the review: the first fence, without a programming language, and the
/// review's own structure follows before it closes.
fn find_wrapper(lines: &[&str], is_landmark: &impl Fn(&str) -> bool) -> Option<usize> {
    for (index, line) in lines.iter().enumerate() {
        if let Some(fence) = read_fence(line) {
            if !holds_fences(fence.info) || fence.info == "suggestion" {
                return None;
            }
            for inner in lines.iter().skip(index + 1) {
                if is_landmark(inner) {
                    return Some(index);
                }
                if read_fence(inner).is_some_and(|inner| {
                    inner.mark == fence.mark && inner.info.is_empty() && inner.length >= fence.length
                }) {
                    return None;
                }
            }
            return None;
        }
        // Structure before the first fence: nothing wraps the review.
        if is_landmark(line) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let lines: Vec<&str> = text.lines().collect();
        let (places, open) = classify(&lines, |line| line.starts_with("## "));
        let mut shown: String = places
            .iter()
            .map(|place| match place {
                LineKind::Text => 't',
                LineKind::Open => '<',
                LineKind::Inside => 'c',
                LineKind::Close => '>',
                LineKind::Wrapper => 'w',
            })
            .collect();
        if open {
            shown.push('!');
        }
        shown
    }

    #[test]
    fn fences_pair_up() {
        assert_eq!(show("a\n```go\nx\n```\nb"), "t<c>t");
        assert_eq!(show("````\n```\nx\n```\n````\nb"), "<ccc>t");
        assert_eq!(show("```\nx\n```js\ny\n```\n```\nb"), "<cccc>t");
    }

    #[test]
    fn a_forgotten_end_does_not_swallow_the_review() {
        assert_eq!(show("```go\nx\n## Findings\ny"), "<ctt");
        assert_eq!(show("```go\nx\n```diff\ny\n```\nz"), "<c<c>t");
        assert_eq!(show("```go\nx"), "<c!");
    }

    #[test]
    fn a_fence_around_the_review_is_structure() {
        assert_eq!(show("```markdown\n## Findings\n```go\nx\n```\ny\n```"), "wt<c>tw");
    }
}
