//! The only way to write to a page: markup is `'static`, everything else is escaped. A computed string cannot be written
//! as markup, so nothing from a model or the reviewed code can become an element or an attribute.

use crate::text::clean::visible;

/// HTML under construction.
#[derive(Default)]
pub(super) struct Markup(String);

/// An attribute; its value is escaped and always quoted.
pub(super) type Attribute<'a> = (&'static str, &'a str);

impl Markup {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Writes markup.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Writes untrusted text: escaped, with invisible characters spelled out.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        escape_into(&mut self.0, &visible(text));
        self
    }

    /// Writes text that is already clean.
    pub(super) fn clean_text(&mut self, text: &str) -> &mut Self {
        escape_into(&mut self.0, text);
        self
    }

    /// Writes a number.
    pub(super) fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        self.0.push_str(&number.into().to_string());
        self
    }

    /// Writes an opening tag.
    pub(super) fn open(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) -> &mut Self {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape_into(&mut self.0, &visible(value));
            self.0.push('"');
        }
        self.0.push('>');
        self
    }

    /// Writes a closing tag.
    pub(super) fn close(&mut self, tag: &'static str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
        self
    }

    /// Writes an element with text.
    pub(super) fn element(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        text: &str,
    ) -> &mut Self {
        self.open(tag, attributes).text(text).close(tag)
    }

    /// Writes a link to an address from [`crate::view::links`], or only the text. Links to other sites send no referrer.
    pub(super) fn link(&mut self, url: Option<&str>, class: &'static str, text: &str) -> &mut Self {
        match url {
            Some(url) if url.starts_with('#') => self.element("a", &[("class", class), ("href", url)], text),
            Some(url) => self.element(
                "a",
                &[("class", class), ("href", url), ("rel", "noopener noreferrer nofollow")],
                text,
            ),
            None => self.element("span", &[("class", class)], text),
        }
    }

    /// Appends another piece of markup.
    pub(super) fn append(&mut self, other: &Markup) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }
}

fn escape_into(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(entity);
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_can_not_leave_their_place() {
        let mut html = Markup::new();
        html.element("p", &[("title", "\" onclick='x'")], "<b>&\u{202e}");
        assert_eq!(
            html.into_string(),
            "<p title=\"&quot; onclick=&#39;x&#39;\">&lt;b&gt;&amp;&lt;U+202E&gt;</p>"
        );
    }
}
