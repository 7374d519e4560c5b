//! The documentation of a function and its parameters say different things since the change.

use std::collections::HashMap;

use review_core::LineRange;

use super::doc_entries::entries;
use super::pairs::Pairs;
use super::text::{mentions, parts};
use super::view::{FileView, Version};
use super::{Broken, SourcePlace};
use crate::facts::{Function, ParamKind};
use crate::language::Language;
use crate::paths::PathKind;

/// The change took a parameter away that is still described, or added one that is not, where all others are.
pub(super) fn out_of_date(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    for pair in pairs.in_production().filter(|pair| pair.head.is_public) {
        let Some((doc, lines)) = &pair.head.doc else { continue };
        let entries = entries(doc, pair.head_version.outline.language);
        let entry = |name: &str| entries.iter().find(|entry| entry.name == name);
        let (before, after) = (names(pair.base), names(pair.head));
        let gone = before.iter().find_map(|name| entry(name).filter(|_| is_unknown(pair.head, name)));
        let gone = gone.filter(|_| can_be_told(pair.head_version, pair.head, doc));
        let all_said = before.len() > 1 && before.iter().all(|name| entry(name).is_some());
        let fresh = after.iter().find(|name| !before.contains(name));
        let (word, state, line) = match (gone, fresh) {
            (Some(gone), _) => (gone.name, "names the parameter", lines.start + gone.line),
            (None, Some(fresh)) if all_said && !mentions(doc, fresh) => {
                (*fresh, "leaves out the parameter", pair.head.line)
            }
            _ => continue,
        };
        out.push(Broken::new(
            "change.doc-out-of-date",
            SourcePlace::head(&pair.head_version.path, LineRange::line(line)),
            [("FUNCTION", &pair.head.name), ("PARAMETER", word), ("STATE", state)],
        ));
    }
}

fn names(function: &Function) -> Vec<&str> {
    let params = function.params.iter().filter(|param| param.kind != ParamKind::Receiver);
    params
        .map(|param| param.name.as_str())
        .filter(|name| !name.is_empty() && !name.starts_with('_'))
        .collect()
}

/// So many other public functions of a file must be documented before a new one that is not stands out.
const NEIGHBOURS: usize = 3;

/// A function at head, with those of its name and owner at base.
struct Seen<'a> {
    file: &'a FileView,
    version: &'a Version,
    function: &'a Function,
    old: &'a [(&'a Function, Language)],
}

/// A documentation that the change wrote, or whose function it changed, describes what the function does not have; or a
/// new public function has none where all its neighbours have one.
pub(super) fn wrong(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    let mut before: HashMap<(&str, &str), Vec<(&Function, Language)>> = HashMap::new();
    for version in pairs.files.iter().filter_map(|file| file.base.as_ref()) {
        for function in &version.outline.functions {
            before.entry(function.path()).or_default().push((function, version.outline.language));
        }
    }
    for file in pairs.files.iter().filter(|file| file.kind == PathKind::Production) {
        let Some(version) = &file.head else { continue };
        let all_have_one = are_documented(version);
        for function in version.outline.functions.iter().skip(1).filter(|function| !function.is_test) {
            let old = before.get(&function.path()).map(Vec::as_slice).unwrap_or_default();
            let seen = Seen { file, version, function, old };
            out.extend(unknown_parameter(&seen));
            out.extend(other_name(&seen));
            out.extend(missing(&seen).filter(|_| all_have_one && old.is_empty()));
        }
    }
}

fn unknown_parameter(seen: &Seen<'_>) -> Option<Broken> {
    let Seen { file, version, function, old } = *seen;
    let (doc, lines) = function.doc.as_ref()?;
    if !file.touches(LineRange::new(lines.start.min(function.line), lines.end.max(function.line))) {
        return None;
    }
    let language = version.outline.language;
    let first = entries(doc, language).into_iter().find(|entry| is_unknown(function, entry.name))?;
    let was_there = old.iter().any(|(old, language)| {
        let described = old
            .doc
            .iter()
            .any(|(doc, _)| entries(doc, *language).iter().any(|entry| entry.name == first.name));
        // That a parameter went and its description stayed is another check's.
        described || (function.is_public && names(old).contains(&first.name))
    });
    (!was_there && can_be_told(version, function, doc)).then(|| {
        Broken::new(
            "doc.unknown-parameter",
            SourcePlace::head(&version.path, LineRange::line(lines.start + first.line)),
            [("FUNCTION", &function.name), ("PARAMETER", first.name)],
        )
    })
}

fn is_unknown(function: &Function, name: &str) -> bool {
    name != "self" && name != "cls" && function.params.iter().all(|param| bare(&param.name) != bare(name))
}

/// Without the underscore that says that a parameter is not used.
fn bare(name: &str) -> &str {
    name.trim_start_matches(['*', '_'])
}

/// Whether the parameters are all there is: none without a name, no further ones by name, nothing that adds some.
fn can_be_told(version: &Version, function: &Function, doc: &str) -> bool {
    let known = |mark: &String| {
        [
            "staticmethod",
            "classmethod",
            "abstractmethod",
            "override",
            "final",
            "Override",
            "Deprecated",
            "property",
        ]
        .iter()
        .any(|name| mark.contains(name))
    };
    let other = [
        "@callback",
        "@typedef",
        "@overload",
        "@name",
        "@event",
        "@method",
        "@function",
        "@signature",
        "@class",
    ];
    function.params.iter().all(|param| !param.name.is_empty() && param.kind != ParamKind::NamedRest)
        && function.marks.iter().all(known)
        && !other.iter().any(|tag| doc.contains(tag))
        && !mentions(version.code(&function.body), "arguments")
}

/// The comment of a Go function begins with the name of what it describes; this one begins with another function's.
fn other_name(seen: &Seen<'_>) -> Option<Broken> {
    let Seen { file, version, function, old } = *seen;
    let (doc, lines) = function.doc.as_ref().filter(|_| version.outline.language == Language::Go)?;
    let named = described(doc)?;
    if !file.touches(LineRange::line(lines.start)) && !file.touches(LineRange::line(function.line)) {
        return None;
    }
    let was_there = old.iter().any(|(old, _)| old.doc.iter().any(|(doc, _)| described(doc) == Some(named)));
    let is_another = version.outline.functions.iter().any(|other| other.name == named);
    let is_wrong = !named.eq_ignore_ascii_case(&function.name)
        && !was_there
        && (is_another || is_alike(named, &function.name));
    is_wrong.then(|| {
        Broken::new(
            "doc.other-name",
            SourcePlace::head(&version.path, LineRange::line(lines.start)),
            [("FUNCTION", function.name.as_str()), ("OTHER", named)],
        )
    })
}

/// Whether the public functions of a file are documented, but for one, or one in ten.
fn are_documented(version: &Version) -> bool {
    let public =
        version.outline.functions.iter().filter(|function| is_part_of_the_interface(function, version));
    let (with, without): (Vec<_>, Vec<_>) = public.partition(|function| function.doc.is_some());
    with.len() >= NEIGHBOURS
        && with.len() >= 9 * without.len().saturating_sub(1)
        && matches!(version.outline.language, Language::Rust | Language::Go)
}

/// Methods of Go are left out: their names and forms often come from an interface, which is documented elsewhere.
fn is_part_of_the_interface(function: &Function, version: &Version) -> bool {
    function.is_public
        && !function.is_test
        && (function.owner.is_empty() || version.outline.language != Language::Go)
}

/// A new public function without documentation.
fn missing(seen: &Seen<'_>) -> Option<Broken> {
    let Seen { file, version, function, .. } = *seen;
    let lines = function.span.lines;
    // Several types have it, so that its name and form come from an interface.
    let namesakes = version.outline.functions.iter().filter(|other| other.name == function.name).count();
    let code = version.code(&function.span.bytes);
    // `IsDir` says all by its name; what takes the handle of a test is for tests; an empty body has nothing to say.
    let says_all = ["Is", "Has", "is_", "has_"].iter().any(|start| function.name.starts_with(start))
        || code.contains("testing.T")
        || code.lines().count() < 2;
    let stands_out = is_part_of_the_interface(function, version)
        && function.doc.is_none()
        && !says_all
        && namesakes == 1
        && (lines.start..=lines.end).all(|line| file.touches(LineRange::line(line)));
    stands_out.then(|| {
        let place = SourcePlace::head(&version.path, LineRange::line(function.line));
        Broken::new("doc.missing", place, [("FUNCTION", &function.name)])
    })
}

/// The name that a comment begins with, where a verb in the third person follows.
fn described(doc: &str) -> Option<&str> {
    let mut words = doc.lines().next()?.strip_prefix("//")?.split_ascii_whitespace();
    let (name, verb) = (words.next()?, words.next()?);
    let is_verb = verb.len() > 2
        && verb.ends_with('s')
        && verb.bytes().all(|byte| byte.is_ascii_lowercase())
        && !matches!(verb, "this" | "was" | "its");
    let is_name = name.len() > 3
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().any(|byte| byte.is_ascii_lowercase())
        && name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase());
    (is_verb && is_name).then_some(name)
}

/// Whether two names share at least half of their words.
fn is_alike(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        parts(name).filter(|part| !part.is_empty()).map(str::to_ascii_lowercase).collect()
    };
    let (one, other) = (words(one), words(other));
    let common = one.iter().filter(|word| other.contains(word)).count();
    common * 2 >= one.len().max(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_what_it_describes() {
        assert_eq!(described("// GetAll returns all.\n// More."), Some("GetAll"));
        for doc in
            ["// Returns all.", "// GetAll", "/* GetAll returns */", "// JSON encodes it", "// getAll this"]
        {
            assert_eq!(described(doc), None, "{doc}");
        }
    }

    #[test]
    fn names_with_common_words_are_alike() {
        assert!(is_alike("SetName", "GetName") && is_alike("NewClient", "NewClientWith"));
        assert!(!is_alike("gitHub", "loadPage") && !is_alike("openSSL", "readTheKeys"));
    }
}
