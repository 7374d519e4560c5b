//! The suite of [`Renderer`].

use review_core::{RenderOptions, Renderer, Report};

use super::{SuiteReport, ensure};

/// Runs the suite of a renderer over reports: an empty one is added to those given.
#[must_use = "call assert_conforms"]
pub fn renderer(renderer: &dyn Renderer, reports: &[Report]) -> SuiteReport {
    let mut report = SuiteReport::default();
    let options = RenderOptions::default();
    let empty = Report::default();
    let all = || std::iter::once(&empty).chain(reports);

    report.check("names its format", ensure(!renderer.format().is_empty(), "the name is empty"));
    report.check(
        "renders every report",
        all().try_for_each(|report| {
            renderer.render(report, &options).map(drop).map_err(|error| error.to_string())
        }),
    );
    report.check(
        "same report, same bytes",
        all().try_for_each(|report| {
            let twice = (renderer.render(report, &options), renderer.render(report, &options));
            let (Ok(first), Ok(second)) = twice else { return Err("it does not render".into()) };
            ensure(first == second, "two renderings differ")
        }),
    );
    report.check(
        "lets no terminal escape, bidirectional control or NUL through",
        all().try_for_each(|report| {
            let rendered = renderer.render(report, &options).map_err(|error| error.to_string())?;
            match rendered.text.chars().find(|c| is_dangerous(*c)) {
                Some(c) => Err(format!("U+{:04X} is in the output", u32::from(c))),
                None => Ok(()),
            }
        }),
    );
    report
}

/// Characters that no format needs and that deceive or break readers of every format.
fn is_dangerous(c: char) -> bool {
    matches!(c, '\u{0}' | '\u{1b}' | '\u{7}' | '\u{9b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
