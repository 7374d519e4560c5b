//! JUnit XML, for gates that understand nothing else: one test case per finding, one for the verdict.

use review_core::{
    ConsolidatedFinding, RenderOptions, Rendered, Renderer, Report, Result, Severity, Utc, VerdictDecision,
};

use crate::format::rdjson::rule_id;
use crate::text::clean::{line, visible};
use crate::text::commands::{Spelling, disarm};
use crate::view::links::is_inside;
use crate::view::{View, warnings, words};

/// JUnit XML: `junit`. Critical and important findings are failures, suggestions are passed cases with output, and an
/// incomplete review is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct Junit;

impl Renderer for Junit {
    fn format(&self) -> &'static str {
        "junit"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let warnings = warnings(report);
        let failing = report.findings.iter().filter(|finding| fails(finding)).count();
        let rework = report.verdict.decision == VerdictDecision::Rework && failing == 0;
        let failures = failing + usize::from(rework);
        let errors = usize::from(!warnings.is_empty());
        let tests = report.findings.len() + 2;
        let seconds = format!("{}", report.wall_clock_ms.unwrap_or(0) / 1000);
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let counts =
            format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds}\"");
        out.push_str(&format!("<testsuites name=\"deep-review\" {counts}>\n"));
        let stamp = report.started_ms.map(|ms| {
            let stamp = Utc::from_millis(ms).rfc3339();
            format!(" timestamp=\"{}\"", stamp.trim_end_matches('Z'))
        });
        out.push_str(&format!(
            "  <testsuite name=\"{}\" {counts}{}>\n",
            xml(&line(&report.id, 200)),
            stamp.unwrap_or_default()
        ));
        completeness(&mut out, &warnings);
        verdict(&mut out, report, rework);
        for finding in &report.findings {
            case(&mut out, &view, finding);
        }
        out.push_str("  </testsuite>\n</testsuites>\n");
        Ok(Rendered::new(out, "application/xml", "xml"))
    }
}

fn fails(finding: &ConsolidatedFinding) -> bool {
    matches!(finding.severity, Severity::Critical | Severity::Important)
}

fn completeness(out: &mut String, warnings: &[String]) {
    out.push_str("    <testcase classname=\"deep-review\" name=\"the review is complete\"");
    if warnings.is_empty() {
        out.push_str("/>\n");
        return;
    }
    let message = line(&warnings.join("; "), 1_000);
    out.push_str(&format!(
        ">\n      <error type=\"incomplete\" message=\"{}\"/>\n    </testcase>\n",
        xml(&message)
    ));
}

fn verdict(out: &mut String, report: &Report, fails: bool) {
    let reason = line(&report.verdict.reason, 1_000);
    let decision = line(&words::verdict(report.verdict.decision), 60);
    out.push_str("    <testcase classname=\"deep-review\" name=\"verdict\">\n");
    let element = if fails { "failure" } else { "system-out" };
    if fails {
        out.push_str(&format!("      <failure type=\"verdict\" message=\"{}\">", xml(&decision)));
    } else {
        out.push_str("      <system-out>");
    }
    out.push_str(&format!("{}</{element}>\n    </testcase>\n", xml(&format!("{decision}: {reason}"))));
}

fn case(out: &mut String, view: &View<'_>, finding: &ConsolidatedFinding) {
    let place = finding.locations.iter().find(|place| is_inside(&place.path));
    let file = place.map(|place| format!(" file=\"{}\"", xml(&line(&place.path, 500)))).unwrap_or_default();
    let at = place.and_then(review_core::Location::range).map(|range| format!(" line=\"{}\"", range.start));
    let name = line(&format!("{} {}", finding.id, finding.title), 300);
    out.push_str(&format!(
        "    <testcase classname=\"{}\" name=\"{}\"{file}{}>\n",
        xml(&rule_id(finding)),
        xml(&name),
        at.unwrap_or_default()
    ));
    let text = text(view, finding);
    if fails(finding) {
        let kind = line(finding.severity.as_str(), 31);
        out.push_str(&format!(
            "      <failure type=\"{}\" message=\"{}\">{}</failure>\n",
            xml(&kind),
            xml(&line(&finding.title, 300)),
            xml(&text)
        ));
    } else {
        out.push_str(&format!("      <system-out>{}</system-out>\n", xml(&text)));
    }
    out.push_str("    </testcase>\n");
}

fn text(view: &View<'_>, finding: &ConsolidatedFinding) -> String {
    let mut lines = Vec::new();
    for place in finding.locations.iter().take(20) {
        lines.push(match view.links.location(place) {
            Some(url) => format!("{place} ({url})"),
            None => place.to_string(),
        });
    }
    lines.push(format!(
        "raised by {}, confidence {}",
        finding.reviewers.join(", "),
        words::percent(finding.confidence)
    ));
    lines.push(finding.body.clone());
    crate::text::clean::shorten(&lines.join("\n"), 20_000)
}

/// Escapes text and attribute values for XML 1.0, replacing characters that XML cannot contain.
fn xml(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    // An attribute or text may begin a line of what a build log shows.
    disarm(&out, Spelling::Reference).into_owned()
}
