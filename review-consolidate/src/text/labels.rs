//! Labels in prose: `S3`, `I12`, `X1b`.

/// Where a label stands in a text, as byte range, with the label.
pub(crate) fn labels(text: &str) -> Vec<(std::ops::Range<usize>, &str)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let Some(offset) = bytes.get(at..).and_then(|rest| rest.iter().position(u8::is_ascii_uppercase))
        else {
            break;
        };
        let start = at + offset;
        let digits =
            bytes.get(start + 1..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = start + 1 + digits;
        at = start + 1;
        if digits == 0 || digits > 3 {
            continue;
        }
        if bytes.get(end).is_some_and(u8::is_ascii_lowercase) {
            end += 1;
        }
        let head = text.get(..start).unwrap_or_default();
        let tail = text.get(end..).unwrap_or_default();
        // `S3/S4` are two labels, `a/S4` is a path.
        let before =
            if head.strip_suffix('/').is_some_and(ends_in_label) { None } else { head.chars().next_back() };
        let after =
            if tail.strip_prefix('/').is_some_and(begins_with_label) { None } else { tail.chars().next() };
        let glued =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | ':' | '.' | '#' | '@' | '$');
        let glued_after = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '-');
        if before.is_none_or(|c| !glued(c))
            && after.is_none_or(|c| !glued_after(c))
            && !names_a_thing(head, tail)
        {
            if let Some(label) = text.get(start..end) {
                found.push((start..end, label));
            }
            at = end;
        }
    }
    found
}

/// Whether a capital letter with a digit behind it stands anywhere in a text.
pub(crate) fn has_label_shape(text: &str) -> bool {
    let mut pairs = text.as_bytes().windows(2);
    pairs.any(|pair| matches!(pair, [letter, digit] if letter.is_ascii_uppercase() && digit.is_ascii_digit()))
}

/// The label that a text begins with, where nothing is glued to it.
pub(crate) fn leading_label(text: &str) -> Option<&str> {
    let digits = text.bytes().skip(1).take_while(u8::is_ascii_digit).count();
    let letter = text.as_bytes().get(1 + digits).is_some_and(u8::is_ascii_lowercase);
    let label = text.get(..1 + digits + usize::from(letter))?;
    let ends = text
        .get(label.len()..)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    (begins_with_label(label) && digits <= 3 && ends).then_some(label)
}

fn begins_with_label(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase()) && bytes.next().is_some_and(|b| b.is_ascii_digit())
}

fn ends_in_label(text: &str) -> bool {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_digit());
    digits.len() < text.len()
        && digits.ends_with(|c: char| c.is_ascii_uppercase())
        && !digits.get(..digits.len() - 1).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric())
}

/// Words before something that is called like a label and is none.
const VENDORS: &[&str] = &["aws", "amazon", "minio", "nvidia", "apple", "google", "azure"];
/// Words after it: `S3 bucket`, `C4 diagram`, `T4 GPU`, `M1 chip`.
const THINGS: &[&str] = &[
    "api",
    "apis",
    "bucket",
    "buckets",
    "chip",
    "compatible",
    "cpu",
    "diagram",
    "diagrams",
    "endpoint",
    "endpoints",
    "gpu",
    "gpus",
    "object",
    "objects",
    "processor",
    "storage",
    "upload",
    "uploads",
    "uri",
    "uris",
    "url",
    "urls",
];

/// Whether the words around tell that it is the name of a thing. It stays as it is then: `S3 bucket` is no finding.
fn names_a_thing(head: &str, tail: &str) -> bool {
    let word = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    let next = tail.strip_prefix(' ').and_then(|tail| tail.split_whitespace().next()).map(word);
    let last = head.strip_suffix(' ').and_then(|head| head.split_whitespace().next_back()).map(word);
    next.is_some_and(|next| THINGS.contains(&next.as_str()))
        || last.is_some_and(|last| VENDORS.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_alone() {
        let text = "See S3, (I12) and C1b; not AS3, x/S4, S5_a, V1alpha1 or codex:S1.";
        let found: Vec<&str> = labels(text).into_iter().map(|(_, label)| label).collect();
        assert_eq!(found, ["S3", "I12", "C1b"]);
        let text = "I1/I2 and S3: upload to an S3 bucket on AWS S3, see S3; a/S4, S4/b, A1/b.";
        let found: Vec<&str> = labels(text).into_iter().map(|(_, label)| label).collect();
        assert_eq!(found, ["I1", "I2", "S3", "S3"]);
    }
}
