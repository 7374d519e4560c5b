//! Message strings: placeholders, and links to other locations.

use super::list;
use super::run::{Rule, Run};
use crate::text::{cut, head, tail};
use crate::value::{Map, Value};

/// Longest text that a message string may become. Arguments are filled in once, so that a small document can't
/// grow without end.
const MAX_TEXT: usize = 64 * 1024;

/// The text of a message object; empty when it has none that can be found.
pub(super) fn text(message: Option<&Value>, rule: Option<Rule<'_>>, run: &Run<'_>) -> String {
    match message {
        Some(Value::Text(text)) => text.trim().to_owned(),
        Some(Value::Map(map)) => of_map(map, rule, run).unwrap_or_default(),
        _ => String::new(),
    }
}

fn of_map(message: &Map, rule: Option<Rule<'_>>, run: &Run<'_>) -> Option<String> {
    let own = |map: &Map| {
        let said =
            ["text", "markdown"].iter().find_map(|key| map.text(key).filter(|text| !text.trim().is_empty()));
        said.map(str::to_owned)
    };
    let template = own(message).or_else(|| own(run.string(message.text("id")?, rule)?))?;
    let arguments: Vec<&str> =
        list(message.get("arguments")).iter().map(|one| one.text().unwrap_or_default()).collect();
    Some(fill(&template, &arguments).trim().to_owned())
}

/// Fills `{0}`, `{1}`, … in one pass, and takes the target from links to locations of the result: `[here](1)` is
/// `here`. What an argument holds is text.
fn fill(template: &str, arguments: &[&str]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}', '[']) {
        out.push_str(head(rest, at));
        rest = tail(rest, at);
        if out.len() > MAX_TEXT {
            break;
        }
        let (said, used) = match rest.as_bytes() {
            // Doubled braces are braces, where there is something to fill in.
            [b'{', b'{', ..] | [b'}', b'}', ..] if !arguments.is_empty() => (head(rest, 1), 2),
            [b'{', ..] => placeholder(rest, arguments).unwrap_or((head(rest, 1), 1)),
            [b'[', ..] => link(rest).unwrap_or((head(rest, 1), 1)),
            _ => (head(rest, 1), 1),
        };
        out.push_str(said);
        rest = tail(rest, used);
    }
    out.push_str(rest);
    if out.len() > MAX_TEXT {
        let mut end = MAX_TEXT;
        while !out.is_char_boundary(end) {
            end -= 1;
        }
        out.truncate(end);
        out.push('…');
    }
    out
}

/// `{7}`: the argument, and how long the placeholder is.
fn placeholder<'a>(text: &str, arguments: &[&'a str]) -> Option<(&'a str, usize)> {
    let digits = tail(text, 1).bytes().take_while(u8::is_ascii_digit).count();
    let index: usize = cut(text, 1..1 + digits).parse().ok()?;
    let closed = tail(text, 1 + digits).starts_with('}');
    closed.then(|| arguments.get(index).map(|argument| (*argument, digits + 2))).flatten()
}

/// `[text](3)`: the text, and how long the link is.
fn link(text: &str) -> Option<(&str, usize)> {
    let inner = tail(text, 1);
    let close = inner.bytes().take(2048).position(|byte| matches!(byte, b']' | b'['))?;
    let target = tail(inner, close).strip_prefix("](")?;
    let digits = target.bytes().take_while(u8::is_ascii_digit).count();
    let closed = digits > 0 && tail(target, digits).starts_with(')');
    closed.then(|| (head(inner, close), 1 + close + 2 + digits + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_once() {
        assert_eq!(fill("{0} leaks {1}, {{x}}", &["{1}", "b"]), "{1} leaks b, {x}");
        assert_eq!(
            fill("the guard [here](1) and [docs](https://e.example)", &[]),
            "the guard here and [docs](https://e.example)"
        );
        assert_eq!(fill("{9} and {", &["a"]), "{9} and {");
        let (braces, long) = ("{0}".repeat(1000), "a".repeat(1000));
        assert!(fill(&braces, &[&long]).len() < MAX_TEXT + 2000);
    }
}
