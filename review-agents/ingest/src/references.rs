//! References to other items in prose: `see S3`, `Finding #2`, `Critical Issue 1`.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Review, Severity};

use crate::text::{head, tail};

/// Most references kept for one finding.
const MAX_REFERENCES: usize = 64;

/// Fills `references` of every finding with the labels of other items of the review that its prose names.
pub(crate) fn link(review: &mut Review) {
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let sections = &review.sections;
    known.extend(review.findings.iter().map(|finding| finding.id.as_str()));
    for items in [
        &sections.design,
        &sections.testing,
        &sections.documentation,
        &sections.limitations,
        &sections.unresolved_feedback,
    ] {
        known.extend(items.iter().map(|item| item.id.as_str()));
    }
    // A bare number names the one finding that prints it.
    let mut numbered: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for finding in &review.findings {
        let number = finding.id.trim_start_matches(|c: char| c.is_ascii_uppercase());
        numbered.entry(number).and_modify(|id| *id = None).or_insert(Some(&finding.id));
    }
    let found: Vec<Vec<String>> = review
        .findings
        .iter()
        .map(|finding| {
            let mut seen = BTreeSet::new();
            let mut list = Vec::new();
            let title = std::iter::once(finding.title.as_str());
            for text in title.chain(std::iter::once(finding.body.as_str())) {
                each_reference(text, |reference| {
                    let id = match reference {
                        Reference::Label(label) => known.get(label).copied(),
                        Reference::Number(number) => numbered.get(number).copied().flatten(),
                        Reference::Severity(severity, number) => {
                            let label = format!("{}{number}", severity.letter());
                            known.get(label.as_str()).copied()
                        }
                    };
                    if let Some(id) = id
                        && id != finding.id
                        && list.len() < MAX_REFERENCES
                        && seen.insert(id)
                    {
                        list.push(id.to_owned());
                    }
                });
            }
            list
        })
        .collect();
    for (finding, references) in review.findings.iter_mut().zip(found) {
        if finding.references.is_empty() {
            finding.references = references;
        }
    }
}

enum Reference<'a> {
    Label(&'a str),
    Number(&'a str),
    Severity(Severity, &'a str),
}

/// Calls back for everything in `text` that has the shape of a reference.
fn each_reference<'a>(text: &'a str, mut found: impl FnMut(Reference<'a>)) {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_digit() {
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
        if before.is_ascii_digit() {
            continue;
        }
        let rest = tail(text, at);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = bytes.get(at + digits).copied().unwrap_or(b' ');
        let suffix = usize::from(after.is_ascii_lowercase());
        let end = bytes.get(at + digits + suffix).copied().unwrap_or(b' ');
        if digits > 3
            || end.is_ascii_alphanumeric()
            || matches!(end, b'_' | b'/' | b'(')
            || (end == b'.' && bytes.get(at + digits + suffix + 1).is_some_and(u8::is_ascii_alphanumeric))
        {
            continue;
        }
        if before.is_ascii_uppercase() {
            let ahead = at.checked_sub(2).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
            if !(ahead.is_ascii_alphanumeric() || matches!(ahead, b'_' | b'/' | b'.' | b'-' | b'$')) {
                found(Reference::Label(head(tail(text, at - 1), 1 + digits + suffix)));
            }
        } else if suffix == 0 && matches!(before, b' ' | b'#') {
            let number = head(rest, digits);
            let words = head(text, at).trim_end_matches(['#', ' ']);
            let last = words.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            let ahead = head(words, words.len() - last.len()).trim_end();
            let ahead = ahead.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            let severity = |word: &str| match word {
                "Critical" | "critical" => Some(Severity::Critical),
                "Important" | "important" => Some(Severity::Important),
                "Suggestion" | "suggestion" => Some(Severity::Suggestion),
                _ => None,
            };
            match last {
                "Finding" | "finding" | "Issue" | "issue" => match severity(ahead) {
                    Some(severity) => found(Reference::Severity(severity, number)),
                    None if last.starts_with(['F', 'f']) => found(Reference::Number(number)),
                    None => {}
                },
                word => {
                    if let Some(severity) = severity(word) {
                        found(Reference::Severity(severity, number));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_core::RawFinding;

    #[test]
    fn labels_numbers_and_words_are_references() {
        let finding = |id: &str, body: &str| RawFinding::new("t").with_id(id).with_body(body);
        let mut review = Review::new("a")
            .with_finding(finding(
                "I1",
                "Same cause as S3, see also Finding #2 and Critical Issue 1 (not S3.bucket, I1 or X9).",
            ))
            .with_finding(finding("S3", "see I1."))
            .with_finding(finding("I2", ""))
            .with_finding(finding("C1", ""));
        link(&mut review);
        assert_eq!(review.findings[0].references, ["S3", "I2", "C1"]);
        assert_eq!(review.findings[1].references, ["I1"]);
    }
}
