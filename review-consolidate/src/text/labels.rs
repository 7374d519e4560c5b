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
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let after = text.get(end..).and_then(|tail| tail.chars().next());
        let glued =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | ':' | '.' | '#' | '@' | '$');
        let glued_after = |c: char| c.is_alphanumeric() || matches!(c, '_' | '/' | '-');
        if before.is_none_or(|c| !glued(c)) && after.is_none_or(|c| !glued_after(c)) {
            if let Some(label) = text.get(start..end) {
                found.push((start..end, label));
            }
            at = end;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_alone() {
        let text = "See S3, (I12) and C1b; not AS3, x/S4, S5_a, V1alpha1 or codex:S1.";
        let found: Vec<&str> = labels(text).into_iter().map(|(_, label)| label).collect();
        assert_eq!(found, ["S3", "I12", "C1b"]);
    }
}
