//! What holds for every format, over the shared fixtures.

mod support;

use review_core::RenderOptions;
use review_testkit::conformance;

#[test]
fn every_format_passes_the_suite_over_every_fixture() {
    let reports: Vec<_> = support::all().into_iter().map(|(_, report)| report).collect();
    for format in review_render::formats() {
        let renderer = review_render::renderer(format).unwrap();
        assert_eq!(renderer.format(), format);
        let _ = conformance::renderer(renderer.as_ref(), &reports).assert_conforms();
    }
}

#[test]
fn every_format_says_that_a_review_is_incomplete() {
    for format in review_render::formats() {
        let renderer = review_render::renderer(format).unwrap();
        let text = renderer.render(&support::incomplete(), &RenderOptions::default()).unwrap().text;
        assert!(text.contains("timed out after 20 minutes"), "{format} does not say why");
    }
}

#[test]
fn an_unknown_format_has_no_renderer() {
    assert!(review_render::renderer("pdf").is_none());
}
