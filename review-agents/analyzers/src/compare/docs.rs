//! The documentation of a public function names parameters that it no longer has, or leaves out the only new one.

use review_core::LineRange;

use super::pairs::Pairs;
use super::text::mentions;
use super::{Broken, SourcePlace};
use crate::facts::{Function, ParamKind};

pub(super) fn out_of_date(pairs: &Pairs<'_>, out: &mut Vec<Broken>) {
    for pair in pairs.in_production().filter(|pair| pair.head.is_public) {
        let Some((doc, lines)) = &pair.head.doc else { continue };
        let (before, after) = (names(pair.base), names(pair.head));
        let gone = before.iter().find(|name| !after.contains(name) && documents(doc, name));
        let all_said = !before.is_empty() && before.iter().all(|name| documents(doc, name));
        let fresh = after.iter().find(|name| !before.contains(name));
        let (word, state, at) = match (gone, fresh) {
            (Some(gone), _) => (gone, "names the parameter", Some(*lines)),
            (None, Some(fresh)) if all_said && before.len() > 1 && !mentions(doc, fresh) => {
                (fresh, "leaves out the parameter", None)
            }
            _ => continue,
        };
        let line = line_naming(&pair.head_version.text, at, word).unwrap_or(pair.head.line);
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

/// Whether a documentation has an entry for a parameter, in one of the usual forms.
fn documents(doc: &str, name: &str) -> bool {
    doc.lines().any(|line| {
        let line = line.trim().trim_start_matches(['*', '/', '#']).trim_start();
        let entry = |rest: &str| {
            rest.trim_start()
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ', ']', '=', '\t']))
        };
        if let Some(rest) = line.strip_prefix("@param").or_else(|| line.strip_prefix("@arg")) {
            // `@param {type} [name]`, `@param name`
            let rest = rest.trim_start();
            let rest = match rest.strip_prefix('{') {
                Some(rest) => rest.split_once('}').map_or(rest, |(_, rest)| rest),
                None => rest,
            };
            return entry(rest.trim_start().trim_start_matches('['));
        }
        if let Some(rest) = line.strip_prefix(":param") {
            return rest
                .split(':')
                .next()
                .is_some_and(|head| head.split_whitespace().next_back() == Some(name));
        }
        // `name: text`, `name (type): text`, `name : type`
        let python = line.strip_prefix(name).is_some_and(|rest| {
            rest.starts_with(':') || rest.starts_with(" :") || (rest.starts_with(" (") && rest.contains("):"))
        });
        // "* `name` - text"
        let rust = line
            .trim_start_matches(['-', '*', ' '])
            .strip_prefix('`')
            .and_then(|rest| rest.strip_prefix(name))
            .is_some_and(|rest| rest.starts_with("` -") || rest.starts_with("`:") || rest.starts_with("` –"));
        python || rust
    })
}

fn line_naming(text: &str, lines: Option<LineRange>, word: &str) -> Option<u32> {
    let lines = lines?;
    text.lines()
        .zip(1_u32..)
        .filter(|(_, number)| lines.contains(*number))
        .find(|(line, _)| mentions(line, word))
        .map(|(_, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_many_forms() {
        for doc in [
            "@param path the file",
            "@param {string} path - the file",
            "@param {string} [path]",
            ":param path: the file",
            ":param str path: the file",
            "    path: the file",
            "path (str): the file",
            "path : str",
            "/// * `path` - the file",
        ] {
            assert!(documents(doc, "path"), "{doc}");
        }
        for doc in ["the path: it is read", "@param paths all", "uses `path`"] {
            assert!(!documents(doc, "path"), "{doc}");
        }
    }
}
