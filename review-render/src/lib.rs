//! Renders a report: one pure renderer per output format.

pub mod comments;
mod format;
#[cfg(feature = "html")]
mod highlight;
mod text;
mod view;

use review_core::Renderer;

pub use format::github::Github;
pub use format::gitlab::code_quality::GitlabCodeQuality;
pub use format::gitlab::discussions::GitlabDiscussions;
#[cfg(feature = "html")]
pub use format::html::{Html, IndexEntry, compare, index};
pub use format::json::Json;
pub use format::junit::Junit;
pub use format::markdown::Markdown;
pub use format::markdown_comment::MarkdownComment;
pub use format::rdjson::{Rdjson, Rdjsonl};
#[cfg(feature = "sarif")]
pub use format::sarif::Sarif;
pub use format::terminal::Terminal;
pub use text::is_invisible;

/// The renderers of this build.
fn all() -> Vec<Box<dyn Renderer>> {
    vec![
        #[cfg(feature = "html")]
        Box::new(Html::default()),
        Box::new(Markdown),
        Box::new(MarkdownComment),
        Box::new(Json),
        #[cfg(feature = "sarif")]
        Box::new(Sarif),
        Box::new(Terminal),
        Box::new(Rdjson),
        Box::new(Rdjsonl),
        Box::new(Github),
        Box::new(GitlabCodeQuality),
        Box::new(GitlabDiscussions),
        Box::new(Junit),
    ]
}

/// Returns the renderer for a format, by its name on the command line.
pub fn renderer(format: &str) -> Option<Box<dyn Renderer>> {
    all().into_iter().find(|renderer| renderer.format() == format)
}

/// Lists the formats of this build.
pub fn formats() -> Vec<&'static str> {
    all().iter().map(|renderer| renderer.format()).collect()
}
