//! Two words in a row of which one has the wrong form. Only pairs that hardly any sentence can mean.

use review_core::ChangedFile;

use super::passages::{Passage, Voice, Word, words as words_of};
use super::{Key, MOST, Slip, place};
use crate::compare::Broken;

/// Words of code and its documentation that begin with the sound of a vowel.
const AFTER_AN: &[&str] = &[
    "absolute",
    "abstract",
    "account",
    "action",
    "active",
    "actual",
    "additional",
    "address",
    "algorithm",
    "alias",
    "allocation",
    "alternative",
    "ambiguous",
    "annotation",
    "anonymous",
    "application",
    "arbitrary",
    "archive",
    "argument",
    "array",
    "assertion",
    "assignment",
    "associated",
    "asynchronous",
    "async",
    "atomic",
    "attempt",
    "attribute",
    "authenticated",
    "authorization",
    "automatic",
    "available",
    "average",
    "early",
    "earlier",
    "easy",
    "edge",
    "element",
    "empty",
    "endpoint",
    "entity",
    "entry",
    "enum",
    "environment",
    "equal",
    "error",
    "event",
    "exact",
    "example",
    "exception",
    "existing",
    "expected",
    "explicit",
    "expression",
    "extension",
    "external",
    "extra",
    "hour",
    "identifier",
    "image",
    "immediate",
    "immutable",
    "implementation",
    "implicit",
    "import",
    "important",
    "inactive",
    "incoming",
    "incomplete",
    "incorrect",
    "index",
    "individual",
    "infinite",
    "initial",
    "inner",
    "input",
    "instance",
    "int",
    "integer",
    "interface",
    "intermediate",
    "internal",
    "interval",
    "invalid",
    "issue",
    "item",
    "iterable",
    "iterator",
    "object",
    "offset",
    "old",
    "older",
    "open",
    "operation",
    "operator",
    "optional",
    "option",
    "outer",
    "output",
    "overflow",
    "owner",
    "unbounded",
    "underlying",
    "undefined",
    "unexpected",
    "unknown",
    "unsigned",
    "unsupported",
    "untrusted",
    "unused",
    "update",
    "upper",
    "upstream",
];

/// Words of code and its documentation that begin with the sound of a consonant.
const AFTER_A: &[&str] = &[
    "binary",
    "boolean",
    "buffer",
    "byte",
    "callback",
    "channel",
    "character",
    "class",
    "client",
    "command",
    "connection",
    "custom",
    "default",
    "different",
    "file",
    "function",
    "given",
    "handler",
    "header",
    "key",
    "large",
    "list",
    "map",
    "message",
    "method",
    "model",
    "module",
    "new",
    "node",
    "number",
    "package",
    "parameter",
    "path",
    "pattern",
    "pointer",
    "process",
    "property",
    "query",
    "record",
    "reference",
    "regular",
    "request",
    "response",
    "result",
    "schema",
    "server",
    "session",
    "single",
    "small",
    "specific",
    "stream",
    "string",
    "struct",
    "table",
    "task",
    "template",
    "test",
    "thread",
    "timeout",
    "token",
    "tuple",
    "uniform",
    "union",
    "unique",
    "unit",
    "universal",
    "user",
    "useful",
    "utility",
    "valid",
    "value",
    "variable",
    "version",
    "warning",
    "worker",
];

/// Verbs in the third person, which do not follow another verb.
const THIRD_PERSON: &[&str] = &[
    "allows", "belongs", "contains", "depends", "exists", "expects", "fails", "happens", "includes",
    "matches", "means", "needs", "provides", "requires", "returns", "supports", "works",
];

/// Verbs that another one follows, with `not` between them.
const AUXILIARY: &[&str] =
    &["does", "do", "did", "can", "could", "should", "must", "will", "would", "may", "might"];

/// Plural nouns that are no verbs.
const PLURAL: &[&str] = &[
    "arguments",
    "attributes",
    "characters",
    "classes",
    "elements",
    "functions",
    "headers",
    "messages",
    "methods",
    "objects",
    "options",
    "parameters",
    "properties",
    "settings",
    "values",
    "variables",
];

/// What follows in a comparison. `If there are more, then do` is none.
const BEHIND_THAN: &[&str] =
    &["a", "an", "any", "just", "one", "once", "the", "this", "that", "two", "what", "its"];

/// What an owner has, so that `it's` before it is a slip.
const OWNED: &[&str] =
    &["own", "values", "value", "contents", "parent", "children", "fields", "arguments", "length", "name"];

/// How two words should read, by what stands before and behind them.
fn corrected(before: Option<&str>, first: &str, second: &str, third: Option<&str>) -> Option<String> {
    let is = |words: &[&str], word: &str| words.contains(&word);
    match (first, second) {
        ("a", _) if is(AFTER_AN, second) => Some(format!("an {second}")),
        ("an", _) if is(AFTER_A, second) => Some(format!("a {second}")),
        ("rather" | "more" | "other", "then") if third.is_some_and(|third| is(BEHIND_THAN, third)) => {
            Some(format!("{first} than"))
        }
        ("could" | "should" | "would" | "must", "of") if third.is_some_and(|third| third != "course") => {
            Some(format!("{first} have"))
        }
        ("has" | "have" | "had", "be") => Some(format!("{first} been")),
        ("it's", _) if is(OWNED, second) => Some(format!("its {second}")),
        // A verb in the third person behind it tells that one is meant: `this methods throws`.
        ("this", _) if is(PLURAL, second) => Some(match third {
            Some(third) if third.ends_with('s') && !is(&["was", "as", "its"], third) => {
                format!("this {}", singular(second))
            }
            _ => format!("these {second}"),
        }),
        (
            "doesn't" | "don't" | "didn't" | "cannot" | "can't" | "won't" | "shouldn't" | "couldn't"
            | "wouldn't" | "should" | "must" | "could" | "would",
            _,
        ) if is(THIRD_PERSON, second) => Some(format!("{first} {}", infinitive(second))),
        ("not", _) if is(THIRD_PERSON, second) && before.is_some_and(|before| is(AUXILIARY, before)) => {
            Some(format!("not {}", infinitive(second)))
        }
        _ => None,
    }
}

fn singular(noun: &str) -> String {
    match (noun.strip_suffix("ies"), noun.strip_suffix("sses")) {
        (Some(stem), _) => format!("{stem}y"),
        (_, Some(stem)) => format!("{stem}ss"),
        _ => noun.trim_end_matches('s').to_owned(),
    }
}

fn infinitive(verb: &str) -> &str {
    let stem = verb.strip_suffix("es").filter(|stem| stem.ends_with("ch"));
    stem.or_else(|| verb.strip_suffix('s')).unwrap_or(verb)
}

/// Pairs of words that do not go together.
pub(super) fn slips(file: &ChangedFile, passages: &[Passage<'_>]) -> Vec<Slip> {
    let mut slips = Vec::new();
    for passage in passages.iter().filter(|passage| passage.voice == Voice::Prose) {
        let words = words_of(passage.text);
        for (at, word) in words.iter().enumerate() {
            let follows = |word: &Word<'_>, next: usize| {
                words.get(next).copied().flatten().filter(|next| word.ends_bare && next.opens_bare)
            };
            let Some(first) = word.filter(|_| slips.len() < MOST) else { continue };
            let Some(second) = follows(&first, at + 1) else { continue };
            let third = follows(&second, at + 2);
            let before = at.checked_sub(1).and_then(|before| words.get(before)).copied().flatten();
            // A capital letter within a sentence is a name: class A.
            let opens = before.is_none();
            if first.text.starts_with(|c: char| c.is_ascii_uppercase()) && !opens {
                continue;
            }
            let lower = first.text.to_ascii_lowercase();
            let (before, third) = (before.map(|word| word.text), third.map(|word| word.text));
            if let Some(right) = corrected(before, &lower, second.text, third) {
                let shown = format!("{lower} {}", second.text);
                let broken = Broken::new(
                    "prose.grammar",
                    place(file, passage.line),
                    [("WORDS", shown.as_str()), ("RIGHT", &right)],
                );
                slips.push(Slip {
                    broken: broken.with_quote(passage.text),
                    key: Key::pair(&lower, second.text, passage.text),
                });
            }
        }
    }
    slips
}

#[cfg(test)]
mod tests {
    use review_core::FileStatus;

    use super::*;

    fn found(text: &str) -> Vec<String> {
        let file = ChangedFile::new("a.rs", FileStatus::Added);
        let passages = [Passage { line: 1, text, voice: Voice::Prose }];
        slips(&file, &passages).iter().map(|slip| slip.broken.words["RIGHT"].clone()).collect()
    }

    #[test]
    fn pairs_that_do_not_go_together_are_found() {
        for (text, right) in [
            ("// Returns a error.", "an error"),
            ("// A empty list", "an empty"),
            ("// an user may come", "a user"),
            ("// it has more then two parts", "more than"),
            ("// it should of been", "should have"),
            ("// it has be done", "has been"),
            ("// in it's own folder", "its own"),
            ("// all this values are", "these values"),
            ("// this methods throws it", "this method"),
            ("// this properties holds it", "this property"),
            ("// if it doesn't exists", "doesn't exist"),
            ("// it does not matches any", "not match"),
        ] {
            assert_eq!(found(text), [right], "{text}");
        }
    }

    #[test]
    fn what_a_sentence_can_say_is_none() {
        for text in [
            "// an error, a user, an hour, a unit",
            "// class A error",
            "// see `a` error, a `error`",
            "// if there are more, then stop",
            "// it could of course fail",
            "// the contents of this returns",
            "// it's a value",
            "// if it does not exist any more then try again",
            "// a, error",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
