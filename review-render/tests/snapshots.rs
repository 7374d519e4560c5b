//! Every format over the shared fixtures, word by word: what a reader or a tool gets, and what a change of ours changes
//! for them. After a change that is meant: `cargo insta accept`, and read the difference.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod support;

use review_core::{RenderOptions, Report};

/// The fixtures that are small enough to be read. The others (`many`, `large`) repeat one finding; the formats are run
/// over them in `formats.rs`.
fn readable() -> Vec<(&'static str, Report)> {
    let small = ["none", "one", "incomplete", "hostile", "second_round"];
    support::all().into_iter().filter(|(name, _)| small.contains(name)).collect()
}

fn text(format: &str, report: &Report) -> String {
    let renderer = review_render::renderer(format).unwrap();
    let text = renderer.render(report, &RenderOptions::default().with_highlight(false)).unwrap().text;
    if format == "html" { one_element_a_line(&text) } else { text }
}

/// A page without style and script, which are files of their own, broken into lines where elements end.
fn one_element_a_line(page: &str) -> String {
    let mut out = page.to_owned();
    for name in ["style", "script"] {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let from = out.find(&open).unwrap() + open.len();
        let to = out.find(&close).unwrap();
        out.replace_range(from..to, "");
    }
    // Its hashes change with every change of the style.
    let from = out.find("<meta http-equiv").unwrap();
    let to = from + out[from..].find('>').unwrap() + 1;
    out.replace_range(from..to, "");
    for end in [
        "</li>",
        "</p>",
        "</h1>",
        "</h2>",
        "</h3>",
        "</h4>",
        "</h5>",
        "</div>",
        "</tr>",
        "</summary>",
        "</dt>",
        "</dd>",
        "</ul>",
    ] {
        out = out.replace(end, &format!("{end}\n"));
    }
    out
}

#[test]
fn every_format_over_the_fixtures() {
    let fixtures = readable();
    assert_eq!(fixtures.len(), 5);
    for format in review_render::formats() {
        for (name, report) in &fixtures {
            insta::assert_snapshot!(format!("{format}-{name}"), text(format, report));
        }
    }
}
