//! Words in plain text that forges act on although they mean nothing in Markdown: mentions notify people, references
//! leave a note on the issue they name, addresses become links, dollar signs formulas. Backslashes and character
//! references do not help, because forges look for these words in the rendered page. Code is the one thing that all of
//! them leave alone.

/// Whether a forge would act on a word.
pub(crate) fn is_live(word: &str) -> bool {
    let bytes = word.as_bytes();
    let next = |at: usize| bytes.get(at + 1).copied();
    let marked = bytes.iter().enumerate().any(|(at, byte)| match byte {
        // Mentions and mail; formulas and snippets.
        b'@' | b'$' => true,
        // Issues, merge requests and epics, also behind a project's name: `owner/repo#1`, `group/project!7`.
        b'#' => next(at).is_none_or(|b| b.is_ascii_digit()),
        b'!' | b'&' => next(at).is_some_and(|b| b.is_ascii_digit()),
        // Milestones, placeholders and labels.
        b'%' => next(at).is_some_and(|b| b.is_ascii_alphanumeric() || b"\"'{_".contains(&b)),
        b'~' => next(at).is_some_and(|b| b.is_ascii_alphanumeric() || b"\"'_".contains(&b)),
        b'[' => begins_reference(word.get(at + 1..).unwrap_or_default()),
        b'{' => next(at).is_some_and(|b| matches!(b, b'+' | b'-')),
        b':' => is_emoji(word.get(at + 1..).unwrap_or_default()) || word.get(at..at + 3) == Some("://"),
        _ => false,
    });
    marked || has(word, "www.") || has(word, "*iteration:") || names_issue(word) || is_commit(word)
}

/// Whether the text after an opening bracket makes it special: alerts, footnotes, wiki pages, inline diffs, `[TOC]`, and
/// GitLab's `[vulnerability:12]`.
fn begins_reference(rest: &str) -> bool {
    let letters = rest.find(|c: char| !(c.is_ascii_alphabetic() || c == '_')).unwrap_or(rest.len());
    rest.starts_with(['!', '^', '[', '+', '-'])
        || (letters > 0 && rest.get(letters..).is_some_and(|tail| tail.starts_with(':')))
        || rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("toc]"))
}

/// Whether the text after a colon completes an emoji: `tada:`.
fn is_emoji(rest: &str) -> bool {
    let name = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')));
    name.is_some_and(|end| end > 0 && rest.get(end..).is_some_and(|tail| tail.starts_with(':')))
}

/// Whether a word contains `GH-12`.
fn names_issue(word: &str) -> bool {
    word.match_indices('-').any(|(at, _)| {
        let digit = word.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit);
        digit
            && at
                .checked_sub(2)
                .and_then(|from| word.get(from..at))
                .is_some_and(|gh| gh.eq_ignore_ascii_case("gh"))
    })
}

/// Whether a word contains a commit id: 7 to 64 hexadecimal digits that are neither a number nor a word.
fn is_commit(word: &str) -> bool {
    word.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| {
        let bytes = part.as_bytes();
        (7..=64).contains(&bytes.len())
            && bytes.iter().all(u8::is_ascii_hexdigit)
            && (bytes.len() >= 40
                || (bytes.iter().any(u8::is_ascii_digit) && bytes.iter().any(u8::is_ascii_alphabetic)))
    })
}

fn has(word: &str, lower: &str) -> bool {
    let (bytes, wanted) = (word.as_bytes(), lower.as_bytes());
    bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

/// Whether an address is that of an issue, a merge request or the like: a link to it, whatever its text, leaves a note
/// there.
pub(crate) fn is_forge_item(url: &str) -> bool {
    const KINDS: &[&str] =
        &["issues", "pull", "pulls", "merge_requests", "work_items", "epics", "discussions", "pull-requests"];
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let parts: Vec<&str> = path.split('/').collect();
    parts.windows(2).any(|pair| match pair {
        [kind, number] => {
            KINDS.iter().any(|known| kind.eq_ignore_ascii_case(known))
                && number.starts_with(|c: char| c.is_ascii_digit())
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_forges_act_on_is_known() {
        for live in [
            "@octocat",
            "a@b.example",
            "#1",
            "owner/repo#1",
            "group/p!7",
            "!7",
            "&12",
            "$x",
            "~bug",
            "~\"a",
            "%v1",
            "%{project_name}",
            "GH-12",
            "https://e.example",
            "ftp://e",
            "www.e.example",
            "WWW.e",
            ":tada:",
            "[!CAUTION]",
            "[^1]",
            "[[page]]",
            "[vulnerability:3]",
            "[TOC]",
            "762c1e8",
            "owner/repo@762c1e8",
            "*iteration:3",
            "{+x+}",
            "C#",
            "x:100:y",
            "abcdef01..762c1e8",
        ] {
            assert!(is_live(live), "{live}");
        }
        for quiet in [
            "100%", "a&b", "list[0]", "foo_bar", "UTF-8", "a:b", "std::mem", "1234567", "defaced", "!x",
            "x#y",
        ] {
            assert!(!is_live(quiet), "{quiet}");
        }
    }

    #[test]
    fn links_that_leave_a_remark_are_known() {
        for url in [
            "https://github.com/a/b/issues/1",
            "https://gitlab.com/g/p/-/merge_requests/7#note_1",
            "https://github.com/a/b/pull/3/files",
        ] {
            assert!(is_forge_item(url), "{url}");
        }
        assert!(
            !is_forge_item("https://docs.example/issues/why") && !is_forge_item("https://e.example/pull")
        );
    }
}
