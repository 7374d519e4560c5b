//! Definitions, told by how a line looks. No language is parsed: a wrong guess costs a line of a prompt.

/// Words in front of the name of something that is defined.
const KEYWORDS: &[&str] = &[
    "fn",
    "func",
    "def",
    "function",
    "class",
    "struct",
    "enum",
    "trait",
    "interface",
    "type",
    "module",
    "namespace",
    "object",
    "record",
    "protocol",
    "extension",
    "macro_rules",
    "sub",
    "impl",
];

/// Words that begin a line with parentheses that defines nothing.
const STATEMENTS: &[&str] = &[
    "if", "for", "while", "switch", "match", "return", "else", "catch", "throw", "new", "await", "assert",
    "do", "try", "case", "delete", "using", "lock", "with", "elif", "except", "yield", "sizeof", "defer",
    "go", "raise", "print",
];

/// Words that stand in front of a keyword.
const MODIFIERS: &[&str] = &[
    "pub",
    "public",
    "private",
    "protected",
    "internal",
    "static",
    "abstract",
    "final",
    "async",
    "export",
    "default",
    "unsafe",
    "const",
    "extern",
    "override",
    "virtual",
    "inline",
    "open",
    "sealed",
    "data",
    "partial",
    "crate",
    "suspend",
    "declare",
];

/// How far a line is indented; a tab counts four.
pub(super) fn indent(line: &str) -> usize {
    line.chars().take_while(|c| matches!(c, ' ' | '\t')).map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// Whether a line is a comment, by how it begins.
pub(super) fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "#", "*", "/*", "--", "<!--", "\"\"\"", "'''"].iter().any(|mark| line.starts_with(mark))
        && !line.starts_with("#[")
        && !line.starts_with("#define")
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// What a line defines: `Some("")` for something without a name of its own, such as an implementation.
pub(super) fn defined(line: &str) -> Option<&str> {
    let begins = line.trim_start().chars().next().is_some_and(is_name);
    if !begins || is_comment(line) || line.len() > 1_000 {
        return None;
    }
    let mut words = line.split(|c| !is_name(c)).filter(|word| !word.is_empty());
    let first = words.next()?;
    let mut keyword = first;
    // `pub(crate) async fn`, `export default class`: at most a few words come before the keyword.
    for _ in 0..5 {
        if KEYWORDS.contains(&keyword) || !MODIFIERS.contains(&keyword) {
            break;
        }
        keyword = words.next()?;
    }
    if keyword == "impl" {
        return Some("");
    }
    if KEYWORDS.contains(&keyword) {
        let rest = line.get(line.find(keyword)? + keyword.len()..)?.trim_start_matches(['!', ' ', '\t', '*']);
        // A receiver in Go stands between the keyword and the name.
        let rest = match rest.strip_prefix('(') {
            Some(after) => after.split_once(')')?.1.trim_start(),
            None => rest,
        };
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        return rest.get(..end).filter(|name| !name.is_empty());
    }
    like_c(line, first)
}

/// `static int take(struct pool *p)`, `public void take() {`: a type, a name, parentheses, and no statement.
fn like_c<'a>(line: &'a str, first: &str) -> Option<&'a str> {
    let text = line.trim_end();
    let ends = text.ends_with('{') || text.ends_with(')') || text.ends_with(',');
    let (before, _) = text.split_once('(')?;
    if !ends || STATEMENTS.contains(&first) || before.contains(['=', '.', '"', '\'', '[']) {
        return None;
    }
    let start = before.rfind(|c| !is_name(c)).map_or(0, |at| at + 1);
    let name = before.get(start..)?;
    let has_type = before.get(..start).is_some_and(|front| front.chars().any(is_name));
    // A method in JavaScript has no type, but opens a block.
    let opens = text.ends_with('{') && indent(line) > 0;
    (name.chars().next().is_some_and(|c| !c.is_numeric()) && (has_type || opens)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_of_many_languages() {
        for (line, name) in [
            ("pub(crate) async fn take<T>(n: u32) -> T {", "take"),
            ("func (p *Pool) Take(n int) error {", "Take"),
            ("func Take(n int) {", "Take"),
            ("    async def take(self):", "take"),
            ("export default class Pool extends Base {", "Pool"),
            ("export const enum Kind {", "Kind"),
            ("static int take(struct pool *p)", "take"),
            ("  public Optional<Conn> take(int n) {", "take"),
            ("  take(n) {", "take"),
            ("impl<T> Pool<T> {", ""),
            ("macro_rules! pool {", "pool"),
            ("type Pool struct {", "Pool"),
        ] {
            assert_eq!(defined(line), Some(name), "{line}");
        }
        for line in [
            "",
            "}",
            "// fn take()",
            "    return take(n)",
            "  if (take(n)) {",
            "take(n);",
            "    x = take(n)",
            "a.b(c) {",
            "use a::b;",
            "# class Pool",
            "  } else if (x) {",
            "\"fn x(\"",
        ] {
            assert_eq!(defined(line), None, "{line}");
        }
    }
}
