//! The frame of every page: one file, no requests, and a content security policy as a second line of defence.

use sha2::{Digest, Sha256};

use super::markup::Markup;
use crate::text::commands::{Spelling, disarm};

/// The style sheet of every page.
const STYLE: &str =
    concat!(include_str!("../../../assets/base.css"), include_str!("../../../assets/report.css"));

/// The script of every page. The page is complete without it.
const SCRIPT: &str = include_str!("../../../assets/report.js");

/// Wraps `body` in a page.
pub(super) fn page(title: &str, body: &Markup, extra_style: &str) -> String {
    // A style sheet of the caller's can't end the element that holds it.
    let extra = extra_style.replace("</", "<\\/");
    let style = format!("{STYLE}{extra}");
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(SCRIPT),
        digest(&style)
    );
    let mut head = Markup::new();
    head.raw("<!doctype html>\n").open("html", &[("lang", "en")]).raw("<head><meta charset=\"utf-8\">");
    head.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    head.raw(concat!(
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
        "<meta name=\"color-scheme\" content=\"light dark\">",
        "<meta name=\"referrer\" content=\"no-referrer\">",
        "<meta name=\"robots\" content=\"noindex\">",
        "<meta name=\"generator\" content=\"deep-review\">"
    ));
    head.element("title", &[], title);
    let mut out = disarm(&head.into_string(), Spelling::Reference).into_owned();
    out.push_str("<style>");
    out.push_str(&style);
    out.push_str("</style></head>\n<body>");
    let mut end = Markup::new();
    end.append(body);
    // A page may be printed to a build log.
    out.push_str(&disarm(&end.into_string(), Spelling::Reference));
    out.push_str("<script>");
    out.push_str(SCRIPT);
    out.push_str("</script></body></html>\n");
    out
}

/// Returns the SHA-256 in base 64, as in a content security policy.
fn digest(text: &str) -> String {
    base64(&Sha256::digest(text.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let letter = LETTERS.get((bits >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_as_the_rfc_has_it() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }

    #[test]
    fn a_style_sheet_can_not_leave_its_element() {
        assert!(!page("t", &Markup::new(), "</style><script>x</script>").contains("</style><script>x"));
        assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
    }
}
