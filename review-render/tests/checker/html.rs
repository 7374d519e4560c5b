//! The HTML page.

use std::collections::BTreeSet;

use super::markup::read;

const TAGS: &[&str] = &[
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "script",
    "a",
    "header",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "span",
    "strong",
    "dl",
    "dt",
    "dd",
    "ul",
    "ol",
    "li",
    "nav",
    "main",
    "section",
    "article",
    "details",
    "summary",
    "pre",
    "code",
    "mark",
    "i",
    "b",
    "ins",
    "del",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "form",
    "fieldset",
    "legend",
    "label",
    "input",
    "select",
    "option",
    "button",
    "footer",
    "em",
    "s",
    "br",
    "hr",
    "blockquote",
];

const ATTRIBUTES: &[&str] = &[
    "lang",
    "charset",
    "name",
    "content",
    "class",
    "id",
    "href",
    "rel",
    "title",
    "aria-label",
    "aria-labelledby",
    "aria-hidden",
    "role",
    "tabindex",
    "scope",
    "type",
    "for",
    "value",
    "autocomplete",
    "start",
    "data-severity",
    "data-reviewers",
    "data-files",
    "data-state",
    "data-do",
];

/// What the page is built of, apart from the text: it must not depend on what a payload says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    pub sections: usize,
    pub articles: usize,
    pub headings: usize,
}

/// Nothing foreign is on the page, and every link leads somewhere.
pub fn html(text: &str) -> Result<Outline, String> {
    super::tidy(text)?;
    let text = text.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    // Attributes without a value are ours alone.
    let text = text.replace(" hidden>", ">").replace(" hidden ", " ");
    let text = text.replace("http-equiv=", "name=");
    let mut outline = Outline::default();
    let (mut ids, mut links, mut scripts, mut styles) = (BTreeSet::new(), Vec::new(), 0, 0);
    read(&text, &["script", "style"], |tag| {
        if !TAGS.contains(&tag.name) {
            return Err(format!("a foreign element {}", tag.name));
        }
        match tag.name {
            "section" => outline.sections += 1,
            "article" => outline.articles += 1,
            "h1" | "h2" | "h3" | "h4" | "h5" => outline.headings += 1,
            "script" => scripts += 1,
            "style" => styles += 1,
            _ => {}
        }
        for (name, value) in &tag.attributes {
            if !ATTRIBUTES.contains(name) && *name != "checked" {
                return Err(format!("a foreign attribute {name} on {}", tag.name));
            }
            if *name == "id" && !ids.insert((*value).to_owned()) {
                return Err(format!("the id {value} stands twice"));
            }
            if *name == "href" {
                links.push((*value).to_owned());
            }
        }
        Ok(())
    })?;
    if (scripts, styles) != (1, 1) {
        return Err(format!("{scripts} scripts, {styles} styles"));
    }
    for link in links {
        let fine = match link.strip_prefix('#') {
            Some(id) => ids.contains(id),
            None => link.starts_with("https://") || link.starts_with("http://"),
        };
        if !fine {
            return Err(format!("a link to {link:?}"));
        }
    }
    Ok(outline)
}
