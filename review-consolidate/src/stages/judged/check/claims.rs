//! What a title claims of a name: that it is unused, missing, or never called. Only titles are read, and only
//! patterns where the name in code marks stands next to the claim: prose is too free to be filtered by words.

/// A claim about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim<'a> {
    /// Nothing uses it.
    Unused(&'a str),
    /// It does not exist.
    Missing(&'a str),
}

/// Words after a name that say that nothing uses it.
const UNUSED_AFTER: &[&str] = &[
    "is unused",
    "is never used",
    "is never called",
    "is not used",
    "is dead code",
    "is never referenced",
    "are unused",
    "has no callers",
    "is never invoked",
];
/// Words before a name that say that nothing uses it.
const UNUSED_BEFORE: &[&str] = &[
    "unused function",
    "unused variable",
    "unused import",
    "unused constant",
    "unused parameter",
    "unused method",
    "unused",
    "dead code:",
    "dead function",
    "dead method",
];
/// Words after a name that say that it does not exist.
const MISSING_AFTER: &[&str] = &[
    "is undefined",
    "is not defined",
    "does not exist",
    "is undeclared",
    "doesn't exist",
    "is not declared",
    "isn't defined",
];
/// Words before a name that say that it does not exist.
const MISSING_BEFORE: &[&str] = &[
    "undefined variable",
    "undefined function",
    "undefined symbol",
    "undefined reference to",
    "undeclared name",
    "reference to undefined",
    "call to undefined",
    "reference to nonexistent",
    "missing file",
    "undefined",
];

/// The claim of a title, where it makes one of these about a name in code marks.
pub(crate) fn claim(title: &str) -> Option<Claim<'_>> {
    let mut before_end = 0;
    for (index, part) in title.split('`').enumerate() {
        let start = before_end;
        before_end += part.len() + 1;
        if index % 2 == 0 {
            continue;
        }
        let Some(name) = name(part) else { continue };
        let before = title.get(..start.saturating_sub(1)).unwrap_or_default().to_lowercase();
        let after = title.get(start + part.len() + 1..).unwrap_or_default().to_lowercase();
        let (before, after) = (before.trim_end(), after.trim_start());
        let starts = |list: &[&str]| list.iter().any(|words| after.starts_with(words));
        let ends = |list: &[&str]| list.iter().any(|words| before.ends_with(words));
        if starts(UNUSED_AFTER) || ends(UNUSED_BEFORE) {
            return Some(Claim::Unused(name));
        }
        if starts(MISSING_AFTER) || ends(MISSING_BEFORE) {
            return Some(Claim::Missing(name));
        }
    }
    None
}

/// A name that can be searched for: the last part of a dotted path, without a call's brackets.
fn name(code: &str) -> Option<&str> {
    let code = code.trim().trim_end_matches("()").trim_start_matches(['*', '&']);
    let last = code.rsplit(['.', ':']).next().unwrap_or(code);
    let plain = last.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    (last.len() >= 4 && plain).then_some(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_next_to_the_claim_counts() {
        assert_eq!(claim("`Server.handleStop()` is never called"), Some(Claim::Unused("handleStop")));
        assert_eq!(claim("Unused import `strings_x`"), Some(Claim::Unused("strings_x")));
        assert_eq!(claim("`retryLimit` is undefined in the error path"), Some(Claim::Missing("retryLimit")));
        assert_eq!(claim("`scheme` could be unused later"), None);
        assert_eq!(claim("Missing error check after `Close()`"), None);
    }
}
