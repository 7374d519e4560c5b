//! Report in, bytes out. One file per format; all of them pure.

mod format;
#[cfg(feature = "html")]
mod highlight;
mod text;
mod view;

use review_core::Renderer;

#[cfg(feature = "html")]
pub use format::html::Html;
pub use format::json::Json;
pub use format::markdown::Markdown;
pub use format::terminal::Terminal;
pub use text::is_invisible;

/// The renderers of this build.
fn all() -> Vec<Box<dyn Renderer>> {
    vec![
        #[cfg(feature = "html")]
        Box::new(Html::default()),
        Box::new(Markdown),
        Box::new(Json),
        Box::new(Terminal),
    ]
}

/// The renderer of a format, as the command line names it.
pub fn renderer(format: &str) -> Option<Box<dyn Renderer>> {
    all().into_iter().find(|renderer| renderer.format() == format)
}

/// The formats of this build.
pub fn formats() -> Vec<&'static str> {
    all().iter().map(|renderer| renderer.format()).collect()
}
