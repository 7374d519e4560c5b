//! Names that a file imports and uses nowhere.
//!
//! Where a name stands anywhere else in the file, in a text or a comment too, it counts as used: types may be named in
//! texts. What an import does by itself is not known, so only imports that name something are looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use review_core::{ChangedFile, LineRange};

use crate::compare::{Broken, SourcePlace};
use crate::engine::{Node, Source, lines_of};
use crate::language::Language;

/// The imported names that nothing uses, with the lines of the name.
pub(crate) type Unused = BTreeMap<String, LineRange>;

/// What the head imports in vain and the base did not.
pub(crate) fn left(file: &ChangedFile, base: &Unused, head: &Unused) -> Vec<Broken> {
    let fresh = head.iter().filter(|(name, _)| !base.contains_key(*name));
    fresh
        .map(|(name, lines)| {
            Broken::new("file.unused-import", SourcePlace::head(&file.path, *lines), [("NAME", name)])
        })
        .collect()
}

/// The names that one version of a file imports and uses nowhere.
pub(crate) fn unused(source: &Source, path: &str) -> Unused {
    let root = source.root();
    let mut imported = Vec::new();
    let mut has_code = false;
    for item in root.children() {
        let names = names(source.language(), &item, path);
        has_code |= names.is_empty() && is_code(&item.kind());
        imported.extend(names.into_iter().map(|name| (name, item.range())));
    }
    if imported.is_empty() || !has_code || passes_on(path, source.text()) {
        return Unused::new();
    }
    let wanted: BTreeSet<&str> = imported.iter().map(|(name, _)| name.text.as_str()).collect();
    let places = places(source.text(), &wanted);
    let is_used = |name: &str, own: &Range<usize>| {
        places.get(name).is_some_and(|places| places.iter().any(|place| !own.contains(place)))
    };
    let vain = imported.iter().filter(|(name, own)| !is_used(&name.text, own));
    vain.map(|(name, _)| (name.text.clone(), name.lines)).collect()
}

/// Whether a file is there to hand on what it imports.
fn passes_on(path: &str, text: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "__init__.py" | "conftest.py")
        || name.ends_with(".d.ts")
        || name.contains("compat")
        || text.contains("__all__")
}

/// Whether an item at the top of a file is more than an import or a line of set-up.
fn is_code(kind: &str) -> bool {
    [
        "function",
        "class_d",
        "decorated_definition",
        "lexical_declaration",
        "export_statement",
        "interface_d",
        "enum_d",
        "record_d",
    ]
    .iter()
    .any(|code| kind.starts_with(code))
}

/// An imported name.
struct Name {
    text: String,
    lines: LineRange,
}

fn name(node: &Node<'_>) -> Name {
    Name { text: node.text().into_owned(), lines: lines_of(node) }
}

/// The names that a statement at the top of a file imports.
fn names(language: Language, item: &Node<'_>, path: &str) -> Vec<Name> {
    match (language, item.kind().as_ref()) {
        (Language::Python, "import_statement" | "import_from_statement") => python(item, path),
        (Language::Java, "import_declaration") => java(item),
        (Language::TypeScript | Language::Tsx | Language::JavaScript, "import_statement") => ecma(item),
        (
            Language::TypeScript | Language::Tsx | Language::JavaScript,
            "lexical_declaration" | "variable_declaration",
        ) => required(item),
        _ => Vec::new(),
    }
}

/// `import a`, `import a as b`, `from a import b`. `import a.b` may be there for what it does, `import a as a` hands on.
/// What comes from the file's own package is often there to be taken from here.
fn python(item: &Node<'_>, path: &str) -> Vec<Name> {
    let is_plain = item.kind() == "import_statement";
    let module = item.field("module_name").map(|module| module.text().into_owned()).unwrap_or_default();
    let first = module.split('.').next().unwrap_or_default();
    if !is_plain && (first.is_empty() || path.split('/').any(|folder| folder == first)) {
        return Vec::new();
    }
    let mut names = Vec::new();
    for child in item.field_children("name") {
        if let (Some(old), Some(alias)) = (child.field("name"), child.field("alias")) {
            if old.text() != alias.text() {
                names.push(name(&alias));
            }
        } else if !(is_plain && child.text().contains('.')) {
            names.push(name(&child));
        }
    }
    names
}

/// `import a.b.C;`
fn java(item: &Node<'_>) -> Vec<Name> {
    if item.children().any(|child| child.kind() == "asterisk") {
        return Vec::new();
    }
    let path = item.children().find(|child| child.kind() == "scoped_identifier");
    path.and_then(|path| path.field("name")).map(|last| name(&last)).into_iter().collect()
}

/// `import a, { b, c as d } from 'e'`, `import * as a from 'b'`.
fn ecma(item: &Node<'_>) -> Vec<Name> {
    let Some(clause) = item.children().find(|child| child.kind() == "import_clause") else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for part in clause.children() {
        match part.kind().as_ref() {
            "identifier" => names.push(name(&part)),
            "namespace_import" => names
                .extend(part.children().filter(|child| child.kind() == "identifier").map(|own| name(&own))),
            "named_imports" => {
                let specifiers = part.children().filter(|child| child.kind() == "import_specifier");
                names.extend(
                    specifiers
                        .filter_map(|own| own.field("alias").or_else(|| own.field("name")))
                        .map(|own| name(&own)),
                );
            }
            _ => {}
        }
    }
    // The compiler of JSX uses these by itself.
    names.retain(|name| !matches!(name.text.as_str(), "React" | "h" | "jsx" | "Preact"));
    names
}

/// `const a = require('b')`, `const { a, b: c } = require('d')`.
fn required(item: &Node<'_>) -> Vec<Name> {
    let mut names = Vec::new();
    for declarator in item.children().filter(|child| child.kind() == "variable_declarator") {
        let is_required = declarator.field("value").is_some_and(|value| {
            value.kind() == "call_expression"
                && value.field("function").is_some_and(|function| function.text() == "require")
        });
        let Some(target) = declarator.field("name").filter(|_| is_required) else { continue };
        match target.kind().as_ref() {
            "identifier" => names.push(name(&target)),
            "object_pattern" => {
                names.extend(target.children().filter_map(|part| {
                    match part.kind().as_ref() {
                        "shorthand_property_identifier_pattern" => Some(name(&part)),
                        "pair_pattern" => part
                            .field("value")
                            .filter(|value| value.kind() == "identifier")
                            .map(|value| name(&value)),
                        _ => None,
                    }
                }))
            }
            _ => {}
        }
    }
    names
}

/// Where the wanted words stand in a text.
fn places<'t>(text: &'t str, wanted: &BTreeSet<&str>) -> HashMap<&'t str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut rest = text;
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    while let Some(start) = rest.find(is_part) {
        rest = rest.get(start..).unwrap_or_default();
        let (word, after) = rest.split_at(rest.find(|c: char| !is_part(c)).unwrap_or(rest.len()));
        if wanted.contains(word) {
            places.entry(word).or_default().push(text.len() - rest.len());
        }
        rest = after;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_over(language: Language, path: &str, text: &str) -> Vec<String> {
        let source = Source::parse(language, text).ok().unwrap();
        unused(&source, path).into_keys().collect()
    }

    #[test]
    #[cfg(feature = "python")]
    fn of_python_only_what_names_something_counts() {
        let text = "import os\nimport re as regex\nimport xml.dom\nfrom a import b, c as d\nfrom e import f as f\n\
                    from __future__ import annotations\nfrom .i import j\nfrom app.k import l\nfrom g import *\ndef h():\n    return 'd'\n";
        assert_eq!(left_over(Language::Python, "app/a.py", text), ["b", "os", "regex"]);
        assert!(left_over(Language::Python, "a/__init__.py", text).is_empty());
        assert!(left_over(Language::Python, "a.py", "import os\nimport re\n").is_empty());
    }

    #[test]
    #[cfg(feature = "typescript")]
    fn of_javascript_both_kinds_of_import_count() {
        let text = "import a, { b, type C, d as e } from 'a'\nimport * as f from 'f'\nimport 'g'\n\
                    const { h, i: j } = require('h')\nconst k = require('k')\nexport function l() { return e(h); }\n";
        assert_eq!(left_over(Language::TypeScript, "a.ts", text), ["C", "a", "b", "f", "j", "k"]);
    }

    #[test]
    #[cfg(feature = "java")]
    fn of_java_a_name_in_a_comment_is_used() {
        let text =
            "import a.B;\nimport a.C;\nimport static a.D.e;\nimport f.*;\n/** {@link C} */\nclass G { }\n";
        assert_eq!(left_over(Language::Java, "G.java", text), ["B", "e"]);
    }
}
