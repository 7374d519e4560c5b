//! GitLab's code quality report.

use std::collections::BTreeSet;

use review_core::fingerprint::content_hash;
use review_core::{ConsolidatedFinding, RenderOptions, Rendered, Renderer, Report, Result, Severity, Side};
use serde::Serialize;

use crate::format::json::pretty;
use crate::format::rdjson::rule_id;
use crate::text::clean::line;
use crate::view::links::is_inside;
use crate::view::{warning_title, warnings};

/// GitLab's code quality report: `gitlab-code-quality`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GitlabCodeQuality;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    /// Without the line, so that an issue keeps its identity when lines shift.
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}

impl Renderer for GitlabCodeQuality {
    fn format(&self) -> &'static str {
        "gitlab-code-quality"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let mut issues: Vec<Issue> = Vec::new();
        for warning in warnings(report) {
            issues.push(Issue {
                description: format!("{}: {}", warning_title(report), line(&warning, 500)),
                check_name: "deep-review/incomplete".to_owned(),
                fingerprint: content_hash(&["incomplete", &warning], 32),
                severity: "major",
                location: Place { path: ".".to_owned(), lines: Lines { begin: 1, end: None } },
            });
        }
        let mut seen = BTreeSet::new();
        for finding in &report.findings {
            issues.push(issue(finding, &mut seen));
        }
        Ok(Rendered::new(pretty(&issues)?, "application/json", "json"))
    }
}

fn issue(finding: &ConsolidatedFinding, seen: &mut BTreeSet<String>) -> Issue {
    // A path that leads out of the repository is none.
    let inside = || finding.locations.iter().filter(|place| is_inside(&place.path));
    let place = inside().find(|place| place.side != Some(Side::Base));
    let path = place.or(inside().next()).map_or(".", |place| place.path.as_str());
    let range = place.and_then(review_core::Location::range);
    // GitLab keeps one issue per fingerprint; a report with doubles would lose some.
    let identity = if finding.fingerprint.is_empty() { &finding.title } else { &finding.fingerprint };
    let mut fingerprint = content_hash(&[identity], 32);
    let mut copies = 0;
    while !seen.insert(fingerprint.clone()) {
        copies += 1;
        fingerprint = content_hash(&[identity, &copies.to_string()], 32);
    }
    Issue {
        description: line(&format!("{}: {}", finding.id, finding.title), 1_000),
        check_name: rule_id(finding),
        fingerprint,
        severity: match finding.severity {
            Severity::Critical => "critical",
            Severity::Important => "major",
            _ => "minor",
        },
        location: Place {
            path: line(path, 1_000),
            lines: Lines {
                begin: range.map_or(1, |range| range.start),
                end: range.filter(|range| range.end > range.start).map(|range| range.end),
            },
        },
    }
}
