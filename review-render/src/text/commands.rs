//! Commands that build logs and forges obey wherever they find them, even inside code.
//!
//! * GitHub's runner reads `::name::` at the start of a line, Azure's and GitHub's older one `##[name]` and `##vso[…]`
//!   anywhere, TeamCity's `##teamcity[…]`.
//! * GitLab and many bots read `/name` at the start of a line; not all of them leave code blocks alone.

use std::borrow::Cow;

/// How to spell a character so that a command is no longer recognised.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// With a backslash in front, for plain text and for code that people read.
    Backslash,
    /// As a `\u` escape: the JSON document stays the same.
    Json,
    /// As a character reference: HTML and XML readers see the same text.
    Reference,
}

/// Returns the text with its commands broken.
pub(crate) fn disarm(text: &str, spelling: Spelling) -> Cow<'_, str> {
    if !text.contains("##") && !text.lines().any(|line| begins_with_command(line.trim_start())) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        let (space, mut rest) = line.split_at_checked(start).unwrap_or(("", line));
        out.push_str(space);
        if begins_with_command(rest) && spelling != Spelling::Json {
            let mut chars = rest.chars();
            if let Some(first) = chars.next() {
                spell(&mut out, first, spelling);
                rest = chars.as_str();
            }
        }
        brackets(&mut out, rest, spelling);
    }
    Cow::Owned(out)
}

/// Whether a line (without its leading whitespace) is a command: `::name`, or `/name` followed by whitespace or the end.
/// `/usr/bin/env` is a path and is left alone.
fn begins_with_command(line: &str) -> bool {
    if line.starts_with("::") {
        return true;
    }
    let Some(word) = line.strip_prefix('/') else { return false };
    let end =
        word.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(word.len());
    let rest = word.get(end..).unwrap_or_default();
    word.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.chars().next().is_none_or(char::is_whitespace)
}

/// Copies a line, re-spelling the bracket of each `##name[`.
fn brackets(out: &mut String, line: &str, spelling: Spelling) {
    let mut rest = line;
    while let Some(at) = rest.find("##") {
        let after = rest.get(at + 2..).unwrap_or_default();
        let name = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        out.push_str(rest.get(..at).unwrap_or_default());
        match after.get(name..).and_then(|tail| tail.strip_prefix('[')) {
            Some(tail) => {
                out.push_str("##");
                out.push_str(after.get(..name).unwrap_or_default());
                spell(out, '[', spelling);
                rest = tail;
            }
            None => {
                // The second sign may begin another command: `###[`.
                out.push('#');
                rest = rest.get(at + 1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
}

fn spell(out: &mut String, c: char, spelling: Spelling) {
    match spelling {
        Spelling::Backslash => {
            out.push('\\');
            out.push(c);
        }
        Spelling::Json => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        Spelling::Reference => out.push_str(&format!("&#{};", u32::from(c))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        disarm(text, Spelling::Backslash).into_owned()
    }

    #[test]
    fn commands_are_broken_and_paths_are_not() {
        assert_eq!(plain("::add-mask::x\n  ::group::y"), "\\::add-mask::x\n  \\::group::y");
        assert_eq!(
            plain("a ##vso[b] ###[c] ##TeamCity[d] ## [e]"),
            "a ##vso\\[b] ###\\[c] ##TeamCity\\[d] ## [e]"
        );
        assert_eq!(
            plain("/approve\n/label ~x\n/usr/bin/env\n// x\na /merge"),
            "\\/approve\n\\/label ~x\n/usr/bin/env\n// x\na /merge"
        );
    }

    #[test]
    fn a_document_stays_the_same_document() {
        assert_eq!(disarm(r###"{"a":"##vso[x]"}"###, Spelling::Json), r###"{"a":"##vso\u005bx]"}"###);
        assert_eq!(disarm("::x ##[y]", Spelling::Reference), "&#58;:x ##&#91;y]");
        assert!(matches!(disarm("nothing here\n# a", Spelling::Json), Cow::Borrowed(_)));
    }
}
