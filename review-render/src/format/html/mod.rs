//! The report as one HTML page: self-contained and offline, readable without scripts, in light and dark, on paper and on
//! a phone.

mod appendix;
mod code;
mod compare;
mod coverage;
mod finding;
mod fix;
mod head;
mod history;
mod index;
mod ledger;
mod markup;
mod nav;
mod page;
mod prose;
mod retro;
mod sections;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use review_core::{RenderOptions, Rendered, Renderer, Report, Result, SourceId};

use crate::highlight::Paint;
use crate::view::View;
use crate::view::references::is_item_id;
use markup::Markup;

pub use compare::compare;
pub use index::{IndexEntry, index};

/// The report as one self-contained HTML page: `html`.
///
/// ```
/// use review_core::{RenderOptions, Renderer, Report};
/// use review_render::Html;
///
/// let page = Html::default().with_style(":root { --accent: #7a1fa2; }");
/// let html = page.render(&Report::default(), &RenderOptions::default()).unwrap().text;
/// assert!(html.contains("--accent: #7a1fa2"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Html {
    style: String,
}

impl Html {
    /// Adds a style sheet after the built-in one. The colours are custom properties of `:root`; see
    /// `review-render/assets/base.css` for their names.
    #[must_use]
    pub fn with_style(mut self, css: impl Into<String>) -> Self {
        self.style = css.into();
        self
    }
}

impl Renderer for Html {
    fn format(&self) -> &'static str {
        "html"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let page = Page::new(report, options);
        let mut html = Markup::new();
        html.raw("<a class=\"skip\" href=\"#content\">Skip to the report</a>");
        head::write(&mut html, &page);
        html.raw("<div class=\"columns\">");
        nav::write(&mut html, &page);
        html.raw("<main id=\"content\">");
        head::summary(&mut html, &page);
        finding::write_all(&mut html, &page);
        sections::write(&mut html, &page);
        coverage::write(&mut html, &page);
        history::write(&mut html, &page);
        retro::write(&mut html, &page);
        ledger::write(&mut html, &page);
        appendix::write(&mut html, &page);
        html.raw("</main></div>");
        head::foot(&mut html, &page);
        let text = page::page(&head::title(report), &html, &self.style);
        Ok(Rendered::new(text, "text/html", "html"))
    }
}

/// A report with what its page needs: lookups, colours, and the anchors already used.
struct Page<'a> {
    view: View<'a>,
    report: &'a Report,
    paint: Paint,
    anchors: RefCell<BTreeSet<String>>,
    /// Row of the ledger by source.
    rows: BTreeMap<&'a SourceId, usize>,
    /// Anchor of a raw finding in the appendix.
    raws: BTreeMap<SourceId, String>,
    /// Position of a reviewer, for the filters.
    reviewers: BTreeMap<&'a str, usize>,
}

impl<'a> Page<'a> {
    fn new(report: &'a Report, options: &RenderOptions) -> Self {
        let mut names: BTreeSet<&str> =
            report.reviewers.iter().map(|reviewer| reviewer.name.as_str()).collect();
        names.extend(report.findings.iter().flat_map(|finding| finding.reviewers.iter().map(String::as_str)));
        Self {
            view: View::new(report),
            report,
            paint: Paint::new(options.highlight),
            anchors: RefCell::default(),
            rows: report.ledger.iter().enumerate().map(|(row, entry)| (&entry.source, row)).collect(),
            raws: appendix::anchors(report),
            reviewers: names.into_iter().enumerate().map(|(index, name)| (name, index)).collect(),
        }
    }

    /// Returns the anchor of a published item the first time it is asked for: an id may occur only once on a page, and
    /// only something that looks like an id can be an anchor.
    fn anchor(&self, id: &str) -> Option<String> {
        let fresh = is_item_id(id) && self.anchors.borrow_mut().insert(id.to_owned());
        fresh.then(|| id.to_owned())
    }

    /// Links to the ledger rows of these sources.
    fn sources(&self, html: &mut Markup, sources: &[SourceId]) {
        for (index, source) in sources.iter().enumerate() {
            if index > 0 {
                html.raw(", ");
            }
            let row = self.rows.get(source).map(|row| format!("#ledger-{row}"));
            html.link(row.as_deref(), "source", &source.to_string());
        }
    }

    /// Writes the id of a published item, linked if it is on the page.
    fn item(&self, html: &mut Markup, id: &str) {
        let url = self.view.known.is_item(id).then(|| format!("#{id}"));
        html.link(url.as_deref(), "item", id);
    }
}
