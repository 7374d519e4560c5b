//! Keys that have the form of real ones.

use super::TextFile;
use crate::compare::Broken;
use crate::paths::PathKind;

/// The beginning of a key, how many characters follow at least, and whose it is. The forms are the providers' own.
const FORMS: &[(&str, usize, &str)] = &[
    ("AKIA", 16, "an AWS access key id"),
    ("ASIA", 16, "an AWS session key id"),
    ("ghp_", 36, "a GitHub token"),
    ("gho_", 36, "a GitHub token"),
    ("ghs_", 36, "a GitHub token"),
    ("github_pat_", 60, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"),
    ("xoxb-", 40, "a Slack token"),
    ("xoxp-", 40, "a Slack token"),
    ("sk_live_", 24, "a Stripe key"),
    ("rk_live_", 24, "a Stripe key"),
    ("AIza", 35, "a Google API key"),
    ("npm_", 36, "an npm token"),
    ("pypi-AgEIcHlwaS5vcmc", 50, "a PyPI token"),
    ("sk-ant-api", 40, "an Anthropic key"),
    ("dop_v1_", 60, "a DigitalOcean token"),
    ("SG.", 60, "a SendGrid key"),
];

/// Lines longer than this are data.
const MAX_LINE: usize = 2_000;

pub(super) fn committed(file: &TextFile<'_>, out: &mut Vec<Broken>) {
    let mut pem = false;
    for (number, line) in file.added().filter(|(_, line)| line.len() <= MAX_LINE) {
        if let Some(what) = key_in(line) {
            out.push(Broken::new("file.secret", file.place(number), [("WHAT", what)]));
        }
        let header = line.contains("-----BEGIN ") && line.contains("PRIVATE KEY-----");
        // Tests need keys of their own, and documentation shows how they look.
        if header && file.kind == PathKind::Production && !pem && has_body(file.text, number) {
            pem = true;
            out.push(Broken::new("file.secret", file.place(number), [("WHAT", "a private key")]));
        }
    }
}

/// Whether lines of base64 follow a header.
fn has_body(text: &str, header: u32) -> bool {
    let next = text.lines().nth(header as usize).unwrap_or_default();
    let body = next.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)));
    body.len() >= 40 && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
}

/// What key stands in a line.
fn key_in(line: &str) -> Option<&'static str> {
    FORMS.iter().find_map(|(start, length, what)| {
        line.match_indices(start).find_map(|(at, _)| {
            let before = line.get(..at)?.chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
                return None;
            }
            let rest = line.get(at + start.len()..)?;
            let body: String = rest
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
                .collect();
            let exact = matches!(*start, "AKIA" | "ASIA");
            let fits = if exact {
                body.len() == *length && body.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            } else {
                body.len() >= *length
            };
            (fits && !is_made_up(&body)).then_some(*what)
        })
    })
}

/// Samples say so, or have too few different characters.
fn is_made_up(body: &str) -> bool {
    let lower = body.to_ascii_lowercase();
    let different = lower.bytes().collect::<std::collections::BTreeSet<_>>().len();
    [
        "example",
        "xxxx",
        "test",
        "fake",
        "dummy",
        "placeholder",
        "sample",
        "0000",
        "1234",
        "abcd",
        "redacted",
        "your",
    ]
    .iter()
    .any(|word| lower.contains(word))
        || different < 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_a_form_and_samples_do_not_count() {
        // Put together here, so that no scanner takes this file for a leak.
        let key = ["ghp", "_", "9fK2mQ7xLw3ZrT8vBn5YcD1hJ6pSgA4uEoRi"].concat();
        assert_eq!(key_in(&format!("token = \"{key}\"")), Some("a GitHub token"));
        assert_eq!(key_in("token = \"ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\""), None);
        assert_eq!(key_in("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(key_in("MAKIA1234"), None);
    }
}
