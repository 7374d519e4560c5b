//! The published explanation: what its reviewer wrote, without what the report shows elsewhere.

use review_core::{Anchor, Grade, Kind, RawFinding, Severity};

use crate::text::markdown::blocks;

/// The body without the quoted code at its beginning where the report shows that code from the source, without the fix at
/// its end, and without a class tag such as `(important, gap)`. All of these are fields of the finding. Only what they
/// really hold is left out; where nothing else would be left, the body stays as it is.
pub(crate) fn published(finding: &RawFinding, anchors: &[Anchor]) -> String {
    let body = finding.body.trim();
    let parts = blocks(body);
    let start = match parts.as_slice() {
        [(_, first), (second, _), ..] if is_shown_as_code(first, finding, anchors) => *second,
        _ => 0,
    };
    let mut keep = parts.len();
    while let Some((_, block)) = keep.checked_sub(1).and_then(|last| parts.get(last)) {
        if !is_shown_as_fix(block, finding) && !is_tag(block.trim()) {
            break;
        }
        keep -= 1;
    }
    let end =
        keep.checked_sub(1).and_then(|last| parts.get(last)).map_or(0, |(start, block)| start + block.len());
    let text = without_tag(body.get(start..end).unwrap_or_default().trim());
    if text.is_empty() { body.to_owned() } else { text.to_owned() }
}

/// A block that is quoted code of the finding, where a quote was found in the source and so stands in an excerpt.
fn is_shown_as_code(block: &str, finding: &RawFinding, anchors: &[Anchor]) -> bool {
    let found = |anchor: &Anchor| matches!(anchor.grade, Grade::Exact | Grade::Moved | Grade::Elsewhere);
    let Some(code) = fenced(block).filter(|_| anchors.iter().any(found)) else { return false };
    finding.quotes.iter().any(|quote| !quote.inline && squeeze(&quote.text) == squeeze(&code))
}

fn is_shown_as_fix(block: &str, finding: &RawFinding) -> bool {
    let Some(fix) = &finding.fix else { return false };
    if let Some(code) = fenced(block) {
        return [&fix.patch, &fix.suggestion]
            .iter()
            .any(|part| part.as_deref().is_some_and(|part| squeeze(part) == squeeze(&code)));
    }
    let text = squeeze(without_tag(after_label(block)));
    let prose = fix.prose.as_deref().map(squeeze).unwrap_or_default();
    // A label alone (`Fix:`) introduces the patch behind it.
    if text.is_empty() { block.trim().ends_with([':', '*']) } else { prose.contains(&text) }
}

/// The content of a block that is one code fence.
fn fenced(block: &str) -> Option<String> {
    let lines: Vec<&str> = block.trim().lines().collect();
    let (first, rest) = lines.split_first()?;
    let mark = first.trim_start().chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let is_fence = |line: &str| line.trim_start().chars().take_while(|c| *c == mark).count() >= 3;
    let (last, inner) = rest.split_last()?;
    (is_fence(first) && is_fence(last)).then(|| inner.join("\n"))
}

/// The paragraph behind a short label: `Fix: …`, `**Suggested fix:** …`.
fn after_label(block: &str) -> &str {
    const LONGEST: usize = 40;
    let block = block.trim();
    match block.find(':') {
        Some(at)
            if at <= LONGEST && block.get(..at).is_some_and(|label| label.to_lowercase().contains("fix")) =>
        {
            block.get(at + 1..).unwrap_or_default().trim_start_matches(['*', '_', ' '])
        }
        _ => block,
    }
}

/// The text without a class tag in brackets at its end.
fn without_tag(text: &str) -> &str {
    let text = text.trim_end();
    match text.rfind('(') {
        Some(at) if text.get(at..).is_some_and(is_tag) => text.get(..at).unwrap_or_default().trim_end(),
        _ => text,
    }
}

/// Whether the text is a class in brackets: severities and kinds only.
fn is_tag(text: &str) -> bool {
    let inner =
        text.trim().trim_matches(['*', '_', '`']).strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.is_some_and(|inner| {
        inner.split([',', '/']).map(|word| word.trim().to_lowercase()).all(|word| {
            Severity::ALL.iter().any(|known| known.as_str() == word)
                || Kind::ALL.iter().any(|known| known.as_str() == word)
        })
    })
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use review_core::{Fix, Location, Quote};

    use super::*;

    fn finding(body: &str, fix: Fix) -> RawFinding {
        RawFinding::new("t").with_body(body).with_fix(fix)
    }

    #[test]
    fn the_fix_and_the_tag_are_shown_elsewhere() {
        let fix = Fix::prose("return the error.").with_patch("-a\n+b");
        let body = "It is lost.\n\n**Fix:** return the error.\n\n```diff\n-a\n+b\n```\n\n(important, gap)";
        assert_eq!(published(&finding(body, fix.clone()), &[]), "It is lost.");
        assert_eq!(published(&finding("It is lost. (important, gap)", fix), &[]), "It is lost.");
    }

    #[test]
    fn what_the_fix_does_not_hold_stays() {
        let fix = Fix::patch("-a\n+b");
        let body = "It is lost.\n\nFix:\n\n```diff\n-a\n+b\n```\n\nAlso log it.";
        assert_eq!(published(&finding(body, fix), &[]), body);
        let bare = RawFinding::new("t").with_body("Why (see below)");
        assert_eq!(published(&bare, &[]), "Why (see below)");
    }

    #[test]
    fn code_that_the_report_shows_from_the_source_is_not_repeated() {
        let body = "```go\nreturn nil\n```\n\nIt is lost.";
        let finding = RawFinding::new("t").with_body(body).with_quote(Quote::new("return nil\n"));
        let anchor = |grade| [Anchor::new(&Location::line("a.go", 3), grade)];
        assert_eq!(published(&finding, &anchor(Grade::Moved)), "It is lost.");
        assert_eq!(
            published(&finding, &anchor(Grade::NotCheckable)),
            body,
            "without a source it is all there is"
        );
    }

    #[test]
    fn a_body_that_is_nothing_but_its_fix_stays() {
        assert_eq!(published(&finding("Fix: do it.", Fix::prose("do it.")), &[]), "Fix: do it.");
    }
}
