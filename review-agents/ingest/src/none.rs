//! What a reviewer says when it found nothing, and when it says that it found something.
//!
//! Only a sentence that is known to say "none" makes an empty review a clean one. The tables are closed: a word that none of
//! them has makes a sentence one that says something.

use crate::text::{head, normalize_words, skip_code, strip_bullet, strip_number, tail};

/// What reviewers call what they find. A sentence that says that there is none of it speaks of the review.
#[rustfmt::skip]
const FOUND: &[&str] = &[
    "issue", "issues", "finding", "findings", "problem", "problems", "concern", "concerns", "bug", "bugs",
    "blocker", "blockers", "defect", "defects", "vulnerability", "vulnerabilities", "regression", "regressions",
    "violation", "violations", "showstopper", "showstoppers", "flaw", "flaws",
];

/// Words that also speak of code (`no comment explains it`, `no error is returned`): the whole sentence must be known.
#[rustfmt::skip]
const AMBIGUOUS: &[&str] = &[
    "comment", "comments", "feedback", "suggestion", "suggestions", "error", "errors", "warning", "warnings",
    "change", "changes", "gap", "gaps", "limitation", "limitations", "remark", "remarks", "objection",
    "objections", "nit", "nits", "nitpick", "nitpicks", "improvement", "improvements", "recommendation",
    "recommendations", "action", "actions", "item", "items",
];

/// What may stand between "no" and the thing.
#[rustfmt::skip]
const QUALITIES: &[&str] = &[
    "critical", "important", "major", "minor", "blocking", "significant", "serious", "severe", "high", "medium",
    "low", "severity", "priority", "new", "further", "other", "additional", "actionable", "obvious", "apparent",
    "correctness", "security", "functional", "logic", "performance", "code", "quality", "review", "real",
    "material", "notable", "outstanding", "open", "remaining", "unresolved", "actual", "or", "and", "nor",
    "confidence", "potential", "substantive", "immediate", "p0", "p1", "p2", "p3", "specific", "design",
    "documentation", "doc", "docs", "test", "testing", "coverage", "style", "known", "acknowledged", "previous",
    "prior", "linting", "lint", "type", "eslint", "more", "such", "clear", "concrete", "must", "fix", "level",
    "any", "likely", "api", "concurrency", "compatibility", "compliance", "claude", "md", "inline", "line",
    "files",
];

/// What may stand in front of "no".
#[rustfmt::skip]
const OPENINGS: &[&str] = &[
    "there", "is", "are", "were", "was", "i", "we", "found", "find", "the", "this", "review", "reviewed",
    "change", "changes", "diff", "code", "pr", "and", "see", "saw", "have", "has", "identified", "detected",
    "it", "looks", "look", "good", "great", "with", "success", "overall", "contains", "introduces", "raised",
    "generated", "reported", "reports", "report", "checked", "verdict", "pass", "passed", "approve", "approved",
    "result", "after", "reviewing", "examining", "careful", "thorough", "analysis", "inspection", "of", "in",
    "all", "my", "currently", "presents", "reveals", "revealed", "cursor", "bugbot", "copilot", "codex",
    "coderabbit", "greptile", "sourcery", "gemini", "your", "you", "files", "file", "changed", "out", "bot",
    "pull", "request", "summary", "findings", "issues", "lgtm", "status", "so", "far", "scan", "claude",
    "patch", "commit", "branch", "agent", "a", "at", "read", "through", "that", "full", "conclusion",
    "therefore", "thus", "as", "such", "scanned", "lines", "line", "ready", "to", "merge",
];

/// What may follow a word of [`FOUND`]; anything else makes it part of another name (`issue tracker`).
#[rustfmt::skip]
const FOLLOWERS: &[&str] = &[
    "found", "were", "was", "are", "have", "has", "been", "in", "with", "to", "at", "here", "identified",
    "detected", "noted", "spotted", "seen", "reported", "remain", "remaining", "that", "of", "from", "for",
    "on", "and", "or", "after", "this", "introduced", "i", "worth", "by", "across", "per", "as", "observed",
    "surfaced", "exist", "so", "during", "overall", "left", "outstanding", "checked", "none", "looks", "lgtm",
    "visible", "nor", "blocking", "merge", "ready",
];

/// The closed rest of a sentence about an ambiguous thing, and of one that begins with "none" or "nothing".
#[rustfmt::skip]
const RESTS: &[&str] = &[
    "found", "identified", "detected", "noted", "reported", "here", "this", "time", "at", "in", "blocking",
    "critical", "remaining", "outstanding", "left", "so", "far", "for", "review", "change", "changes", "pr",
    "diff", "were", "was", "to", "report", "of", "note", "section", "round", "i", "could", "find", "see", "the",
    "a", "new", "that", "rise", "provide", "generated", "posted", "made", "needed", "required", "necessary",
    "recent", "from", "me", "flag", "add", "else", "major", "significant", "concern", "important", "level",
    "severity", "is", "are", "have", "been", "on", "code", "found", "request", "pull", "requested", "raised",
    "comments", "feedback", "suggestions", "issues", "findings", "or", "and", "any", "further", "spotted",
    "observed", "run", "with", "given", "beyond", "your", "it", "all", "raise",
];

/// Words that take a "none" back: `no issues, but …`.
#[rustfmt::skip]
const TURNS: &[&str] = &[
    "but", "however", "except", "although", "though", "besides", "nevertheless", "unless", "yet", "apart",
    "aside", "beyond", "save", "than", "until", "only", "still", "while", "whereas", "aber", "mais", "pero",
];

/// Whole sentences, normalised, that say it in other ways and languages.
#[rustfmt::skip]
const SAID: &[&str] = &[
    "n a", "na", "nil", "lgtm", "looks good", "looks good to me", "all good", "all clear", "ship it", "clean",
    "not applicable", "all checks passed", "all checks pass", "no", "empty", "i have no feedback to provide",
    "actionable comments posted 0", "found 0 errors", "0", "zero", "nothing", "none",
    "ive reviewed your changes and they look great", "i ve reviewed your changes and they look great",
    "hey there i ve reviewed your changes and they look great",
    "hey there ive reviewed your changes and they look great", "keine", "keine befunde", "keine probleme",
    "keine probleme gefunden", "keine fehler gefunden", "keine anmerkungen", "aucun", "aucune",
    "aucun problème", "aucun problème trouvé", "aucun problème détecté", "rien à signaler", "néant", "ninguno",
    "ninguna", "ningún problema", "ningún problema encontrado", "sin problemas", "sin hallazgos", "nessuno",
    "nessuna", "nessun problema", "nessun problema trovato", "nenhum", "nenhuma", "nenhum problema",
    "nenhum problema encontrado", "geen", "geen problemen", "geen problemen gevonden", "inga", "inga problem",
    "brak", "brak uwag", "нет", "проблем не обнаружено", "なし", "特になし", "問題なし", "問題ありません", "指摘事項なし", "无", "无问题",
    "没有问题", "未发现问题", "没有发现问题", "없음", "문제 없음",
];

/// Signs that stand for approval when nothing else is said.
const SIGNS: &[&str] =
    &["👍", "✅", "🎉", "🚀", ":+1:", ":white_check_mark:", ":tada:", ":rocket:", "💯", "✔"];

/// How a sentence begins that takes back what was said before.
const SECOND_THOUGHTS: &[&str] = &[
    "edit",
    "update",
    "correction",
    "on second look",
    "on second thought",
    "on second thoughts",
    "on closer look",
    "on closer inspection",
    "wait",
    "actually",
    "hold on",
    "scratch that",
];

/// Longest sentence that is looked at.
const MAX_SENTENCE: usize = 400;

/// Whether a text says that there is nothing, and nothing else: `None.`, `No critical issues found.`, `N/A`, 👍.
pub(crate) fn says_none(text: &str) -> bool {
    let text = bare(text);
    if text.len() > 4 * MAX_SENTENCE {
        return false;
    }
    let mut sentences =
        sentences(text).filter(|sentence| sentence.chars().any(char::is_alphanumeric)).peekable();
    if sentences.peek().is_none() {
        return is_sign(text);
    }
    let mut none = false;
    for sentence in sentences {
        if is_none(sentence) {
            none = true;
        } else if !none || !supports(sentence) {
            return false;
        }
    }
    none
}

/// Whether one of a text's sentences says that there is nothing, and none says that there is something.
pub(crate) fn holds_none(text: &str) -> bool {
    let mut none = false;
    for sentence in sentences(text) {
        if claims_some(sentence) || (none && turns(sentence)) {
            return false;
        }
        none |= is_none(sentence);
    }
    none || is_sign(text.trim())
}

/// Whether a sentence only supports a "none": what was looked at, praise, a remark on another finding.
pub(crate) fn supports(sentence: &str) -> bool {
    let sentence = bare(sentence);
    if is_none(sentence) {
        return true;
    }
    let words = normalize_words(head_of(sentence));
    let all: Vec<&str> = words.split(' ').collect();
    if all.iter().any(|word| TURNS.contains(word) && !matches!(*word, "only" | "still" | "than")) {
        return false;
    }
    let at = |index: usize| all.get(index).copied().unwrap_or("");
    let looked = |word: &str| {
        matches!(
            word,
            "reviewed"
                | "checked"
                | "traced"
                | "verified"
                | "examined"
                | "inspected"
                | "looked"
                | "tested"
                | "confirmed"
                | "compared"
                | "searched"
                | "walked"
                | "followed"
                | "ran"
                | "read"
                | "audited"
                | "analyzed"
                | "analysed"
        )
    };
    let person = matches!(at(0), "i" | "we" | "ive" | "weve");
    if looked(at(0)) || (person && (looked(at(1)) || looked(at(2)))) {
        return true;
    }
    let praise = |word: &str| {
        matches!(
            word,
            "clean"
                | "correct"
                | "small"
                | "good"
                | "fine"
                | "sound"
                | "solid"
                | "straightforward"
                | "well"
                | "clear"
                | "safe"
                | "simple"
                | "consistent"
                | "minimal"
                | "focused"
                | "ready"
                | "tight"
                | "thorough"
                | "great"
                | "nice"
                | "correctly"
                | "properly"
        )
    };
    if praise(at(0)) || matches!(at(0), "thanks" | "thank") {
        return true;
    }
    let subject = usize::from(matches!(at(0), "the" | "this" | "all" | "these" | "it"));
    let of_change = matches!(
        at(subject),
        "change"
            | "changes"
            | "diff"
            | "pr"
            | "patch"
            | "code"
            | "implementation"
            | "commit"
            | "commits"
            | "tests"
            | "test"
            | "branch"
            | "logic"
            | "refactoring"
            | "refactor"
    ) || at(0) == "it";
    let verb = at(if at(0) == "it" && subject == 1 { 1 } else { subject + 1 });
    if of_change
        && (matches!(
            verb,
            "adds"
                | "implements"
                | "looks"
                | "look"
                | "follows"
                | "follow"
                | "matches"
                | "match"
                | "moves"
                | "renames"
                | "keeps"
                | "covers"
                | "cover"
                | "pass"
                | "passes"
                | "handles"
                | "appears"
                | "seems"
                | "stays"
                | "remains"
                | "correctly"
                | "properly"
                | "updates"
                | "introduces"
                | "replaces"
                | "simplifies"
        ) || (matches!(verb, "is" | "are")
            && all.iter().skip(subject + 2).take(3).any(|word| praise(word))))
    {
        return true;
    }
    names_label(sentence)
}

/// Whether a sentence says that there is something: `Found 2 issues`, `two blocking findings`, `request changes`.
pub(crate) fn claims_some(sentence: &str) -> bool {
    let words = normalize_words(head_of(sentence));
    let all: Vec<&str> = words.split(' ').collect();
    let count = |word: &str| {
        word.parse::<u32>().map_or(
            matches!(
                word,
                "one"
                    | "two"
                    | "three"
                    | "four"
                    | "five"
                    | "six"
                    | "seven"
                    | "eight"
                    | "nine"
                    | "ten"
                    | "several"
                    | "multiple"
            ),
            |number| number > 0,
        )
    };
    // What is said on second thoughts is said.
    if SECOND_THOUGHTS
        .iter()
        .any(|words_of| words.strip_prefix(words_of).is_some_and(|rest| rest.starts_with(' ')))
    {
        return true;
    }
    for (index, word) in all.iter().enumerate() {
        let between = all.iter().skip(index + 1).take_while(|word| QUALITIES.contains(word)).count();
        let thing = all.get(index + 1 + between);
        let small = |thing: &str| {
            matches!(thing, "nit" | "nits" | "suggestion" | "suggestions" | "nitpick" | "nitpicks")
        };
        if count(word) && between <= 4 && thing.is_some_and(|thing| FOUND.contains(thing) || small(thing)) {
            return true;
        }
    }
    [
        "request changes",
        "needs changes",
        "changes required",
        "changes needed",
        "changes requested",
        "do not merge",
        "must be fixed",
        "needs work",
        "not ready to merge",
    ]
    .iter()
    .any(|phrase| words.contains(phrase))
        || matches!(
            words.as_str(),
            "fail"
                | "failed"
                | "verdict fail"
                | "reject"
                | "rejected"
                | "verdict reject"
                | "rework"
                | "verdict rework"
        )
}

/// The sentences of a text. Dashes part them too; inline code is not cut.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        if rest.is_empty() {
            return None;
        }
        let end = sentence_end(rest);
        let sentence = head(rest, end);
        rest = tail(rest, end);
        Some(sentence.trim())
    })
}

/// Where the first sentence ends.
fn sentence_end(text: &str) -> usize {
    let mut at = 0;
    while at < text.len() {
        let rest = tail(text, at);
        if rest.starts_with('`') {
            at = skip_code(text, at);
            continue;
        }
        let length = crate::text::char_len(rest);
        let behind = tail(rest, length);
        let ends = match head(rest, length) {
            "\n" | "。" | "！" => true,
            "." | "!" | "?" => {
                let behind = behind.trim_start_matches(['*', '_', ')', '"', '\'']);
                behind.is_empty() || behind.starts_with(char::is_whitespace)
            }
            "—" | "–" => at > 0,
            " " => rest.starts_with(" - ") || rest.starts_with(" -- "),
            _ => false,
        };
        at += length;
        if ends {
            return at;
        }
    }
    text.len()
}

/// Text without its list marker, quote mark and emphasis.
fn bare(text: &str) -> &str {
    let text = text.trim().trim_start_matches(['>', ' ']);
    let text = strip_bullet(text).unwrap_or(text);
    let text = strip_number(text).map_or(text, |(_, rest)| rest);
    text.trim_matches(['*', '_', '~', ' '])
}

fn head_of(sentence: &str) -> &str {
    let mut end = sentence.len().min(MAX_SENTENCE);
    while !sentence.is_char_boundary(end) {
        end -= 1;
    }
    head(sentence, end)
}

fn is_sign(text: &str) -> bool {
    let mut rest = text.trim();
    let mut any = false;
    while let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        any = true;
        rest = tail(rest, sign.len()).trim_start_matches([' ', '\u{fe0f}', '!', '.', '\n']);
    }
    any && rest.is_empty()
}

fn turns(sentence: &str) -> bool {
    let words = normalize_words(head_of(sentence));
    matches!(
        words.split(' ').next(),
        Some("but" | "however" | "although" | "though" | "nevertheless" | "aber" | "still")
    )
}

/// One sentence.
fn is_none(sentence: &str) -> bool {
    let sentence = bare(sentence);
    if sentence.len() > MAX_SENTENCE {
        return false;
    }
    let words = normalize_words(sentence);
    if SAID.contains(&words.as_str()) {
        return true;
    }
    let all: Vec<&str> = words.split(' ').collect();
    if all.iter().any(|word| TURNS.contains(word)) {
        return false;
    }
    let closed = |from: usize| all.iter().skip(from).all(|word| RESTS.contains(word));
    if matches!(all.first(), Some(&("none" | "nothing"))) {
        // `None of the callers check it` says something.
        let of = all.get(1) == Some(&"of") && !matches!(all.get(2), Some(&("note" | "concern")));
        return !of && closed(1);
    }
    // `Findings: none`, `Critical issues: 0`.
    if let Some((last, before)) = all.split_last()
        && matches!(*last, "none" | "0" | "nil" | "zero")
        && !before.is_empty()
        && before.len() <= 5
        && before.iter().all(|word| {
            FOUND.contains(word)
                || QUALITIES.contains(word)
                || AMBIGUOUS.contains(word)
                || OPENINGS.contains(word)
        })
    {
        return true;
    }
    all.iter().enumerate().any(|(index, word)| {
        let opened =
            all.iter().take(index).all(|word| OPENINGS.contains(word) || word.parse::<u32>().is_ok());
        let negated = match *word {
            "no" | "zero" | "0" => opened,
            // `didn't find any`, `could not identify a`.
            "any" => {
                let before: Vec<&str> = all.iter().take(index).copied().collect();
                let looked = before.last().is_some_and(|word| {
                    matches!(
                        *word,
                        "find"
                            | "identify"
                            | "see"
                            | "spot"
                            | "detect"
                            | "notice"
                            | "have"
                            | "found"
                            | "raise"
                            | "generate"
                    )
                });
                let not = before.iter().any(|word| {
                    matches!(
                        *word,
                        "not"
                            | "didnt"
                            | "couldnt"
                            | "dont"
                            | "havent"
                            | "cannot"
                            | "cant"
                            | "didn"
                            | "couldn"
                            | "t"
                    )
                });
                looked && not
            }
            _ => false,
        };
        if !negated {
            return false;
        }
        let between = all.iter().skip(index + 1).take_while(|word| QUALITIES.contains(word)).count();
        // The thing may itself be one of the qualities: `no review comments`, `no test gaps`.
        let thing = index + 1 + between;
        match all.get(thing) {
            Some(word) if FOUND.contains(word) => {
                all.get(thing + 1).is_none_or(|next| FOLLOWERS.contains(next))
            }
            Some(word) if AMBIGUOUS.contains(word) => closed(thing + 1),
            _ => false,
        }
    })
}

/// Whether a sentence names another finding by its label: `I1`, `S12`.
fn names_label(sentence: &str) -> bool {
    sentence.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        word.len() <= 4
            && word.starts_with(['C', 'I', 'S'])
            && word.len() > 1
            && tail(word, 1).bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_say_none() {
        for text in [
            "None.",
            "- None",
            "*None found*",
            "N/A",
            "No issues.",
            "No issues found.",
            "No critical issues.",
            "No critical or important issues were found in the pool rewrite.",
            "no findings",
            "I found no issues.",
            "There are no blocking issues in this change.",
            "Nothing to report.",
            "Didn't find any major issues. Nice work!",
            "We could not find any correctness problems.",
            "No actionable comments were generated in the recent review. 🎉",
            "Findings: none.",
            "0 issues found",
            "Success: no issues found in 3 source files",
            "Looks good to me",
            "LGTM!",
            "👍",
            "✅ 👍",
            "Copilot reviewed 4 out of 4 changed files in this pull request and generated no comments.",
            "✅ Bugbot reviewed your changes and found no bugs!",
            "No feedback to provide.",
            "Keine Befunde.",
            "No issues found. Checked for bugs and CLAUDE.md compliance.",
            "没有问题。",
            "None — the change is small and clean.",
            "None. The race in I1 is narrow.",
            "No security vulnerabilities detected",
            "No new issues found in `main...HEAD`.",
        ] {
            assert!(says_none(text), "{text}");
        }
    }

    #[test]
    fn sentences_that_say_something() {
        for text in [
            "No error handling for the closed socket.",
            "No test covers the critical path",
            "None of the callers check the error.",
            "Nothing guards the counter.",
            "No critical issues, but the lock leaks.",
            "No comment explains the number.",
            "No feedback is shown to the user when saving fails.",
            "No issue tracker link.",
            "No issues. The retry loop never ends.",
            "The amount reaches a shell.",
            "No limit on retries",
            "No concern for overflow beyond the first block",
            "Not safe.",
            "No issues found except in `a.rs:3`.",
            "Failed",
            "",
            "…",
            "The handler reports no errors to the user.",
            "No one reads the file",
            "No bug reporting link is shown",
            "Without a lock the counter races.",
        ] {
            assert!(!says_none(text), "{text}");
        }
    }

    #[test]
    fn counts_are_claims() {
        assert!(claims_some("Found 2 issues") && claims_some("Two blocking findings in `main...HEAD`: x"));
        assert!(claims_some("FAIL") && !claims_some("No issues found in 3 files"));
        assert!(holds_none("I read it all.\n\nNo issues found."));
        assert!(!holds_none("No issues found. However, the lock leaks."));
        assert!(!holds_none("No blocking issues. One nit: rename `x`."));
    }
}
