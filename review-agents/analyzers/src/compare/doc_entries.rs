//! What a documentation says of parameters, in the forms that the languages' tools read.

use crate::language::Language;

/// A parameter that a documentation describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) name: &'a str,
    /// The line, counted from the first of the documentation, from 0.
    pub(super) line: u32,
}

/// The parameters that a documentation describes, in order: `@param` of Javadoc and JSDoc, `:param` of Sphinx, the sections
/// of Google and NumPy, and the list below `# Arguments` in Rust.
pub(super) fn entries(doc: &str, language: Language) -> Vec<Entry<'_>> {
    let mut found = match language {
        Language::Python => python(doc),
        Language::Rust => rust(doc),
        Language::Go => Vec::new(),
        _ => tagged(doc),
    };
    found.retain(|entry| is_name(entry.name));
    found
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

fn numbered(doc: &str) -> impl Iterator<Item = (&str, u32)> {
    doc.lines().zip(0_u32..)
}

/// `@param {type} [name=default] text`, `@param name text`.
fn tagged(doc: &str) -> Vec<Entry<'_>> {
    let mut found: Vec<Entry<'_>> = Vec::new();
    for (text, line) in numbered(doc) {
        let text = text.trim_start().trim_start_matches(['/', '*']).trim_start();
        let Some(rest) = ["@param ", "@arg ", "@argument "].iter().find_map(|tag| text.strip_prefix(tag))
        else {
            continue;
        };
        let Some(rest) = without_type(rest.trim_start()) else { continue };
        let word = rest.split(|c: char| c.is_whitespace() || c == '=' || c == ']' || c == ',').next();
        // Members of a parameter are described below it.
        let name = word.unwrap_or_default().trim_start_matches('[').trim_start_matches("...");
        let name = name.split(['.', '[']).next().unwrap_or_default().trim_end_matches([':', '?', '-']);
        if found.last().is_none_or(|last| last.name != name) {
            found.push(Entry { name, line });
        }
    }
    found
}

/// What follows the type in braces; nothing where the braces stay open.
fn without_type(text: &str) -> Option<&str> {
    if !text.starts_with('{') {
        return Some(text);
    }
    let mut open = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return text.get(at + 1..).map(str::trim_start);
        }
    }
    None
}

/// A list below a heading `Arguments` or `Parameters`: "* `name` - text".
fn rust(doc: &str) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let mut inside = false;
    for (text, line) in numbered(doc) {
        let text = text.trim_start().trim_start_matches("///").trim_start_matches("//!");
        let bare = text.trim();
        if let Some(heading) = bare.strip_prefix('#') {
            inside = matches!(heading.trim_matches(['#', ' ', ':']), "Arguments" | "Parameters");
        } else if inside
            && text.len() - text.trim_start().len() <= 2
            && let Some(item) = bare.strip_prefix("* `").or_else(|| bare.strip_prefix("- `"))
            && let Some((name, _)) = item.split_once('`')
        {
            found.push(Entry { name, line });
        }
    }
    found
}

fn python(doc: &str) -> Vec<Entry<'_>> {
    let mut found = Vec::new();
    let lines: Vec<&str> = doc.lines().collect();
    let indent = |text: &str| text.len() - text.trim_start().len();
    // Of a section: its heading's indent, that of its entries, and whether the heading is underlined.
    let mut section: Option<(usize, Option<usize>, bool)> = None;
    for (text, line) in numbered(doc) {
        let bare = text.trim();
        let next = lines.get(line as usize + 1).map_or("", |next| next.trim());
        let underlined = next.len() >= 3 && next.bytes().all(|byte| byte == b'-');
        if let Some(rest) = [":param ", ":parameter ", ":arg ", ":argument ", ":keyword "]
            .iter()
            .find_map(|tag| bare.strip_prefix(tag))
        {
            let name = rest.split(':').next().unwrap_or_default().split_whitespace().next_back();
            found.push(Entry { name: name.unwrap_or_default().trim_start_matches(['*', '\\']), line });
        } else if is_heading(bare) && (underlined || bare.ends_with(':')) {
            section = Some((indent(text), None, underlined));
        } else if bare.is_empty() || (bare.len() >= 3 && bare.bytes().all(|byte| byte == b'-')) {
            // Between entries, or the line below a heading.
        } else if let Some((heading, entry, is_underlined)) = section {
            let here = indent(text);
            let ends = if is_underlined { underlined || here < heading } else { here <= heading };
            if ends {
                section = None;
                continue;
            }
            let entry = entry.unwrap_or(here);
            section = Some((heading, Some(entry), is_underlined));
            if here == entry {
                found.extend(names(bare, is_underlined).into_iter().map(|name| Entry { name, line }));
            }
        }
    }
    found
}

fn is_heading(text: &str) -> bool {
    matches!(
        text.trim_end_matches(':'),
        "Args"
            | "Arguments"
            | "Parameters"
            | "Params"
            | "Keyword Args"
            | "Keyword Arguments"
            | "Other Parameters"
    )
}

/// The names of an entry: `name: text`, `name (type): text`, and where the heading is underlined `a, b : type`.
fn names(entry: &str, is_underlined: bool) -> Vec<&str> {
    let head = match entry.find([':', '(']) {
        Some(at) => entry.get(..at).unwrap_or_default(),
        None if is_underlined => entry,
        None => return Vec::new(),
    };
    let names = head.split(',').map(|name| name.trim().trim_matches(['`', '*', '\\']));
    names.filter(|name| is_name(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(doc: &str, language: Language) -> String {
        entries(doc, language)
            .iter()
            .map(|entry| format!("{}@{}", entry.name, entry.line))
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn tags_have_types_defaults_and_members() {
        let doc = "/**\n * @param path the file\n * @param {{a: {b: string}}} options how\n * @param options.a x\n \
                   * @param {number} [limit=3] most\n * @param {...string} ...rest\n * @param <T> type\n */";
        assert_eq!(names_in(doc, Language::JavaScript), "path@1 options@2 limit@4 rest@5");
        assert_eq!(names_in("@param {open", Language::TypeScript), "");
    }

    #[test]
    fn python_has_three_styles() {
        let sphinx =
            "\"\"\"A.\n\n:param path: x\n:param int limit: y\n:param \\*args: z\n:type path: str\n\"\"\"";
        assert_eq!(names_in(sphinx, Language::Python), "path@2 limit@3 args@4");
        let google = "\"\"\"A.\n\n    Args:\n        path: the file, or\n            other: not an entry\n        limit (int): most\n\n        **kwargs: rest\n\n    Returns:\n        dict: something\n    \"\"\"";
        assert_eq!(names_in(google, Language::Python), "path@3 limit@5 kwargs@7");
        let numpy = "\"\"\"A.\n\n    Parameters\n    ----------\n    a, b : int\n        both\n    name\n        text: no\n\n    Returns\n    -------\n    out : int\n    \"\"\"";
        assert_eq!(names_in(numpy, Language::Python), "a@4 b@4 name@6");
        assert_eq!(names_in("\"\"\"Takes path: the file.\"\"\"", Language::Python), "");
    }

    #[test]
    fn rust_has_a_list_below_a_heading() {
        let doc = "/// A.\n///\n/// # Arguments\n///\n/// * `path` - the file\n/// * `limit`: most\n///\n/// # Errors\n/// * `NotFound`\n";
        assert_eq!(names_in(doc, Language::Rust), "path@4 limit@5");
        assert_eq!(names_in("/// * `path` - the file", Language::Rust), "");
    }
}
