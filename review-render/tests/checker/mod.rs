//! One checker per kind of output: does anything of a payload leave its place?

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::collapsible_match, reason = "a test")]
#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test uses the checkers it needs")]

pub mod dialect;
mod forge;
mod html;
mod markdown;
mod markup;

pub use forge::{github, gitlab_discussions};
pub use html::html;
pub use markdown::{markdown, remark};
pub use markup::xml;

/// Characters that deceive readers or drive terminals; no format needs them.
pub fn is_odd(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || review_render::is_invisible(c)
}

/// No odd character is in a text.
pub fn plain(text: &str) -> Result<(), String> {
    match text.chars().find(|c| is_odd(*c)) {
        Some(c) => Err(format!("U+{:04X} is in the output", u32::from(c))),
        None => Ok(()),
    }
}

/// [`plain`], for formats that people read: no letter carries a pile of marks, or a selector that is not for it.
pub fn tidy(text: &str) -> Result<(), String> {
    plain(text)?;
    let (mut before, mut marks) = (' ', 0);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        marks = if ('\u{300}'..='\u{36f}').contains(&c) { marks + 1 } else { 0 };
        let selector = matches!(c, '\u{fe0e}' | '\u{fe0f}');
        if marks > 7 || (selector && before.is_ascii() && rest.peek() != Some(&'\u{20e3}')) {
            return Err("a pile of marks, or a selector that hides".into());
        }
        before = c;
    }
    Ok(())
}

/// Nothing in a text is a command for a build log that shows it, or for a bot that reads it line by line.
pub fn no_command(text: &str) -> Result<(), String> {
    for line in text.lines() {
        let commands = ["##[", "##vso[", "##teamcity["];
        let lower = line.to_ascii_lowercase();
        let start = line.trim_start();
        let slash = ["/approve", "/merge", "/label"].iter().any(|command| {
            start
                .strip_prefix(command)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
        });
        if slash || start.starts_with("::") || commands.iter().any(|command| lower.contains(command)) {
            return Err(format!("a command: {line:?}"));
        }
    }
    Ok(())
}

/// Every text of a document, but for the reviewers' own words in the ledger, which nobody posts.
pub fn each_text(
    value: &serde_json::Value,
    check: &mut dyn FnMut(&str) -> Result<(), String>,
) -> Result<(), String> {
    match value {
        serde_json::Value::String(text) => check(text),
        serde_json::Value::Array(all) => all.iter().try_for_each(|value| each_text(value, check)),
        serde_json::Value::Object(all) => {
            let posted = all.iter().filter(|(key, _)| {
                matches!(
                    key.as_str(),
                    "body" | "message" | "markdown" | "diagnostics" | "comments" | "runs" | "results"
                )
            });
            posted.map(|(_, value)| value).try_for_each(|value| each_text(value, check))
        }
        _ => Ok(()),
    }
}

/// A coloured terminal text: without our own sequences nothing odd remains.
pub fn terminal(text: &str) -> Result<(), String> {
    let mut rest = text;
    let mut without = String::new();
    while let Some(at) = rest.find('\u{1b}') {
        without.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = if let Some(color) = rest.strip_prefix('[') {
            let length = color.find('m').ok_or("a colour that does not end")?;
            let digits = &color[..length];
            if !digits.chars().all(|c| c.is_ascii_digit() || c == ';') {
                return Err(format!("a foreign sequence: {digits:?}"));
            }
            length + 2
        } else if let Some(link) = rest.strip_prefix("]8;;") {
            let length = link.find("\u{1b}\\").ok_or("a link that does not end")?;
            let url = &link[..length];
            if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
                return Err(format!("a link to {url:?}"));
            }
            length + 4 + 2
        } else {
            return Err("a foreign escape".into());
        };
        rest = &rest[end..];
    }
    without.push_str(rest);
    tidy(&without)
}

/// Every line is a JSON document in which nothing is invisible.
pub fn json_lines(text: &str) -> Result<(), String> {
    plain(text)?;
    text.lines().try_for_each(|line| json(line).map(drop))
}

/// A JSON document in which nothing is invisible.
pub fn json(text: &str) -> Result<serde_json::Value, String> {
    plain(text)?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// A path of a machine format leads nowhere outside.
pub fn inside(path: &serde_json::Value) -> Result<(), String> {
    let path = path.as_str().ok_or("no path")?.trim();
    let outside = path.starts_with(['/', '\\']) || path.split(['/', '\\']).any(|part| part == "..");
    if outside { Err(format!("a path outside: {path:?}")) } else { Ok(()) }
}

/// SARIF: every address of a file stays inside of the repository, every rule is one of the taxonomy.
pub fn sarif(text: &str) -> Result<(), String> {
    let log = json(text)?;
    let run = &log["runs"][0];
    let rules: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    for result in run["results"].as_array().unwrap() {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        if rules.get(index).copied() != result["ruleId"].as_str() {
            return Err(format!("an unknown rule: {}", result["ruleId"]));
        }
        if let Some(markdown) = result["message"]["markdown"].as_str() {
            self::markdown(markdown)?;
        }
        for place in result["locations"].as_array().unwrap() {
            let uri = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            let fine = uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b));
            if !fine || uri.starts_with('/') || uri.is_empty() || uri.split('/').any(|part| part == "..") {
                return Err(format!("an address outside: {uri:?}"));
            }
        }
    }
    Ok(())
}
