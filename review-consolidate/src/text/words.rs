//! Words of prose and code: what two texts can have in common.

/// Function words and words that every review uses; they say nothing about *which* issue is meant.
const STOP: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "been",
    "before", "being", "but", "by", "can", "could", "do", "does", "doesn", "don", "each", "even", "fix",
    "for", "from", "had", "has", "have", "here", "how", "if", "in", "instead", "into", "is", "isn", "it",
    "its", "just", "like", "line", "lines", "ll", "may", "might", "more", "no", "not", "now", "of", "on",
    "one", "only", "or", "other", "our", "out", "over", "same", "see", "should", "since", "so", "some",
    "still", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "through", "to", "too", "up", "use", "used", "uses", "using", "very", "via", "was", "we",
    "were", "what", "when", "where", "whether", "which", "while", "who", "why", "will", "with", "would",
    "you", "your",
];

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// An ordinary word.
    Plain,
    /// A part of a name.
    Part,
    /// A name with inner structure: `camelCase`, `snake_case`, `a1b2`. Names are hard evidence.
    Name,
}

/// Calls `emit` with every run of letters, digits and `_` of a text that can be a word or name.
pub(crate) fn each_run<'t>(text: &'t str, emit: &mut impl FnMut(&'t str)) {
    for run in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        let run = run.trim_matches('_');
        if run.len() >= 2 && run.len() <= 80 && !run.bytes().all(|b| b.is_ascii_digit()) {
            emit(run);
        }
    }
}

/// Calls `emit` with every word of a run, in lower case and without its commonest endings; a name with inner structure is
/// emitted whole and in parts.
pub(crate) fn words_of(run: &str, emit: &mut impl FnMut(&str, Shape)) {
    let mut lower = String::with_capacity(run.len());
    if has_structure(run) {
        lower.extend(run.chars().filter(|c| *c != '_').flat_map(char::to_lowercase));
        emit(&lower, Shape::Name);
        parts(run, &mut |part| plain(part, Shape::Part, &mut lower, emit));
    } else {
        plain(run, Shape::Plain, &mut lower, emit);
    }
}

fn plain(run: &str, shape: Shape, lower: &mut String, emit: &mut impl FnMut(&str, Shape)) {
    lower.clear();
    lower.extend(run.chars().flat_map(char::to_lowercase));
    if lower.len() < 2 || STOP.binary_search(&lower.as_str()).is_ok() {
        return;
    }
    emit(stem(lower), shape);
}

/// Whether a run is a name rather than a word: an inner capital after a small letter, or an underscore.
pub(crate) fn has_structure(run: &str) -> bool {
    run.contains('_')
        || run
            .as_bytes()
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

/// The parts of `camelCase`, `HTTPServer` and `snake_case`.
fn parts(run: &str, emit: &mut impl FnMut(&str)) {
    for piece in run.split('_').filter(|piece| !piece.is_empty()) {
        let mut start = 0;
        let mut previous: Option<char> = None;
        let mut indices = piece.char_indices().peekable();
        while let Some((index, c)) = indices.next() {
            let next_is_lower = indices.peek().is_some_and(|(_, next)| next.is_lowercase());
            let boundary = previous.is_some_and(|p| c.is_uppercase() && (p.is_lowercase() || next_is_lower));
            if boundary {
                emit(piece.get(start..index).unwrap_or_default());
                start = index;
            }
            previous = Some(c);
        }
        emit(piece.get(start..).unwrap_or_default());
    }
}

/// Endings of inflection, with how much must be left.
const INFLECTION: &[(&str, usize)] = &[
    ("ations", 4),
    ("ation", 4),
    ("ings", 4),
    ("ing", 4),
    ("edly", 4),
    ("ies", 3),
    ("ed", 3),
    ("es", 4),
    ("ly", 4),
    ("s", 3),
    ("e", 4),
];

/// Endings of derivation, the longer ones first where one is the end of another, with how much must be left.
const DERIVATION: &[(&str, usize)] = &[
    ("iveness", 4),
    ("fulness", 4),
    ("ability", 4),
    ("ibility", 4),
    ("ational", 4),
    ("ization", 4),
    ("isation", 4),
    ("ically", 4),
    ("ication", 4),
    ("ation", 4),
    ("ition", 4),
    ("ance", 4),
    ("ence", 4),
    ("anc", 4),
    ("enc", 4),
    ("ancy", 4),
    ("ency", 4),
    ("ment", 4),
    ("ness", 4),
    ("ible", 4),
    ("able", 4),
    ("ibl", 4),
    ("abl", 4),
    ("ical", 4),
    ("iti", 4),
    ("ity", 4),
    ("iv", 4),
    ("ion", 4),
    ("ant", 5),
    ("ent", 5),
    ("ous", 4),
    ("ful", 4),
    ("at", 5),
    ("iz", 4),
    ("is", 4),
    ("al", 4),
    ("ic", 4),
    ("ifi", 4),
    ("ify", 4),
    ("ifier", 4),
];

/// Cuts English endings, so that *swallows*, *swallowed* and *swallowing* are one word, and so are *initialise*,
/// *initialization* and *initial*, *dependency* and *dependencies*, *stopped* and *stop*. Crude on purpose: a wrong cut is
/// the same wrong cut in both texts.
fn stem(word: &str) -> &str {
    let mut stem = word;
    for (ending, keep) in INFLECTION {
        if *ending == "s" && word.ends_with("ss") {
            continue;
        }
        if let Some(cut) = without(word, ending, *keep) {
            stem = cut;
            break;
        }
    }
    if let Some(cut) = DERIVATION.iter().find_map(|(ending, keep)| without(stem, ending, *keep)) {
        stem = cut;
    }
    stem = ["y", "i", "e"].iter().find_map(|ending| without(stem, ending, 4)).unwrap_or(stem);
    match stem.as_bytes() {
        // *stopp*, *logg*: and *call* becomes *cal* wherever it stands.
        [_, _, .., x, y] if x == y && x.is_ascii_alphabetic() && !b"aeiou".contains(x) => {
            stem.get(..stem.len() - 1).unwrap_or(stem)
        }
        _ => stem,
    }
}

/// The stem of one ordinary word.
pub(crate) fn stem_of(word: &str) -> String {
    stem(&word.to_lowercase()).to_owned()
}

/// A word without an ending, where enough is left.
fn without<'w>(word: &'w str, ending: &str, keep: usize) -> Option<&'w str> {
    word.strip_suffix(ending).filter(|cut| cut.len() >= keep)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        let mut all = Vec::new();
        each_run(text, &mut |run| {
            words_of(run, &mut |word, shape| {
                all.push(if shape == Shape::Name { format!("[{word}]") } else { word.to_owned() })
            });
        });
        all.join(" ")
    }

    #[test]
    fn stop_words_are_sorted_for_the_binary_search() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn names_are_whole_and_in_parts() {
        insta::assert_snapshot!(words("`startWatcher` swallows HTTPServerError in kube_context.go"), @"[startwatcher] start watcher swallow [httpservererror] http server error [kubecontext] kube context go");
    }

    #[test]
    fn endings_do_not_matter() {
        for forms in [
            "deleted deletes deleting deletion",
            "initialise initialization initializing initialised",
            "dependency dependencies",
            "stop stops stopped stopping",
            "logging logged log",
            "race races",
            "grammar grammars",
            "call calls called",
        ] {
            let stems = words(forms);
            let mut stems = stems.split(' ');
            let first = stems.next();
            assert!(stems.all(|stem| Some(stem) == first), "{forms}: {}", words(forms));
        }
    }
}
