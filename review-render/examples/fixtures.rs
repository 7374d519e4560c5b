//! Writes the shared fixtures in every format to a folder, for a look in a browser and for `tests/browser`.
//!
//! ```text
//! cargo run -p review-render --all-features --example fixtures -- /tmp/pages
//! ```
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "an example may write files")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an example stops at the first error")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::PathBuf;

use review_core::RenderOptions;

fn main() {
    let dir = PathBuf::from(std::env::args().nth(1).expect("usage: fixtures DIR"));
    std::fs::create_dir_all(&dir).unwrap();
    let mut reports = support::all();
    reports.push(("three", support::many(3)));
    #[cfg(feature = "html")]
    {
        let entries: Vec<_> = reports
            .iter()
            .map(|(name, report)| review_render::IndexEntry::new(format!("{name}.html.html"), report))
            .collect();
        std::fs::write(dir.join("index.html"), review_render::index(&entries)).unwrap();
        let later = support::second_round();
        std::fs::write(dir.join("compare.html"), review_render::compare(&support::many(3), &later)).unwrap();
    }
    reports.push(("eighty", support::many(80)));
    for (name, report) in reports {
        for format in review_render::formats() {
            let renderer = review_render::renderer(format).expect("it was listed");
            let rendered =
                renderer.render(&report, &RenderOptions::default()).expect("odd reports are rendered");
            std::fs::write(dir.join(format!("{name}.{format}.{}", rendered.extension)), rendered.text)
                .unwrap();
        }
    }
}
