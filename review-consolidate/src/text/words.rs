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

/// Cuts the commonest English endings, so that *swallows*, *swallowed* and *swallowing* are one word. Crude on
/// purpose: a wrong cut is the same wrong cut in both texts.
fn stem(word: &str) -> &str {
    for (ending, keep) in [
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
    ] {
        if ending == "s" && word.ends_with("ss") {
            continue;
        }
        if let Some(cut) = word.strip_suffix(ending)
            && cut.len() >= keep
        {
            return cut;
        }
    }
    word
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
        assert_eq!(words("deleted deletes deleting"), "delet delet delet");
    }
}
