//! Resolves references in prose to addresses at the forge.

use super::forge::{Link, Linker};
use super::live::is_forge_item;
use crate::view::View;
use crate::view::links::web_address;
use crate::view::references::Target;

impl Linker for View<'_> {
    fn find(&self, text: &str) -> Vec<Link> {
        let found = self.known.find(text).into_iter();
        found.filter_map(|(range, target)| Some((range, destination(&target, self)?))).collect()
    }

    fn code(&self, code: &str) -> Option<String> {
        let found = self.known.find(code).into_iter().find(|(range, _)| *range == (0..code.len()))?;
        // An address inside of code is code.
        (!matches!(found.1, Target::Url(_))).then(|| destination(&found.1, self))?
    }

    fn follow(&self, address: &str) -> Option<String> {
        if let Some(url) = web_address(address) {
            return (!is_forge_item(&url) || self.is_of_change(&url)).then(|| written(&url));
        }
        // `src/pool.rs#L3-L9`: a place below the repository's root.
        let place = address.trim_start_matches("./").replace("#L", ":");
        let (_, target) =
            self.known.find(&place).into_iter().find(|(range, _)| *range == (0..place.len()))?;
        matches!(target, Target::Place { .. }).then(|| destination(&target, self))?
    }
}

impl View<'_> {
    /// Whether an address belongs to the change itself or to an issue that the change names: those are cross-referenced
    /// already.
    fn is_of_change(&self, url: &str) -> bool {
        let notes = &self.report.change.notes;
        let known = notes.references.iter().map(|reference| &reference.url).chain([&notes.url]);
        known.flatten().any(|known| known.trim_end_matches('/') == url)
    }
}

/// Links nothing but the text's own links: for text shown outside a report.
pub(crate) struct Alone;

impl Linker for Alone {
    fn find(&self, _: &str) -> Vec<Link> {
        Vec::new()
    }

    fn code(&self, _: &str) -> Option<String> {
        None
    }

    fn follow(&self, address: &str) -> Option<String> {
        web_address(address).filter(|url| !is_forge_item(url)).map(|url| written(&url))
    }
}

fn destination(target: &Target, view: &View<'_>) -> Option<String> {
    match target {
        // The page has anchors for items; a Markdown document has none that hold on every forge.
        Target::Item(_) | Target::Row(_) => None,
        Target::Url(url) => view.follow(url),
        Target::Issue { hover, url, .. } => {
            // A link to an issue leaves a remark there; only those that the change itself names get one.
            let address = target.address(&view.links)?;
            let named = !hover.is_empty() || url.is_some();
            let hover: String = hover.chars().filter(|c| is_plain(*c)).take(150).collect();
            let hover = hover.trim();
            named.then(|| match hover {
                "" => written(&address),
                hover => format!("{} \"{hover}\"", written(&address)),
            })
        }
        other => other.address(&view.links).map(|url| written(&url)),
    }
}

/// Encodes an address for use between parentheses in Markdown.
pub(crate) fn written(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            // `##[` is a command.
            '[' if url.contains("##") => out.push_str("%5B"),
            '(' | ')' | '$' | '|' | '<' | '>' | '\\' | ' ' => out.push_str(&format!("%{:02X}", u32::from(c))),
            // `&copy;` would be read as a sign.
            ';' if url.contains('&') => out.push_str("%3B"),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character is safe in a link title.
fn is_plain(c: char) -> bool {
    c == ' ' || c.is_alphanumeric() || "-_.,:;()+".contains(c)
}
