//! One finding in Markdown.

use review_core::{AttributedFix, ConsolidatedFinding, FindingState, Location, Report, Severity};

use super::{link, linked_body};
use crate::text::clean::count;
use crate::text::fence::fenced;
use crate::text::forge::{code, inline};
use crate::view::edit::patch_of;
use crate::view::snippet::{fence_language, snippets};
use crate::view::words;
use crate::view::{View, extra_text};

/// `2 critical, 1 suggestion`, or `none`.
pub(crate) fn severities(report: &Report) -> String {
    let parts: Vec<String> = Severity::ALL
        .iter()
        .map(|severity| (severity, report.of_severity(*severity).count()))
        .filter(|(_, number)| *number > 0)
        .map(|(severity, number)| match severity {
            Severity::Suggestion => count(number, "suggestion"),
            other => format!("{number} {}", other.as_str()),
        })
        .collect();
    let other = report.findings.iter().filter(|finding| !finding.severity.is_known()).count();
    let mut parts = parts;
    if other > 0 {
        parts.push(format!("{other} other"));
    }
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// The places of a finding, linked.
pub(crate) fn places(view: &View<'_>, locations: &[Location]) -> String {
    let links: Vec<String> = locations
        .iter()
        .map(|place| link(&code(&place.to_string()), view.links.location(place).as_deref()))
        .collect();
    links.join(", ")
}

/// One finding: heading, facts, code, explanation, fixes, how sure and why.
pub(crate) fn write_finding(out: &mut String, view: &View<'_>, finding: &ConsolidatedFinding) {
    out.push_str(&format!("#### {}. {}\n\n", inline(&finding.id), inline(&finding.title)));
    let places = places(view, &finding.locations);
    if !places.is_empty() {
        out.push_str(&format!("{places}  \n"));
    }
    out.push_str(&format!("{}\n\n", facts(finding)));
    for (index, snippet) in snippets(view.report, finding, 2, 3) {
        if index > 0 {
            out.push_str(&format!(
                "{}\n\n",
                code(&finding.locations.get(index).map(ToString::to_string).unwrap_or_default())
            ));
        }
        let width = snippet.shown.end.to_string().len();
        let mut text: Vec<String> = snippet
            .lines()
            .map(|(number, line, cited)| {
                format!("{} {number:>width$}  {line}", if cited { ">" } else { " " })
            })
            .collect();
        if snippet.cut > 0 {
            text.push(format!("  ({} more)", count(snippet.cut as usize, "line")));
        }
        out.push_str(&fenced(&text.join("\n"), fence_language(&snippet.excerpt.path)));
        out.push_str("\n\n");
    }
    let explanation = linked_body(view, &finding.body);
    if !explanation.is_empty() {
        out.push_str(&format!("{explanation}\n\n"));
    }
    if let Some(scenario) = &finding.scenario {
        out.push_str(&format!("**How it fails.** {}\n\n", inline(scenario)));
    }
    for fix in &finding.fixes {
        write_fix(out, view, finding, fix);
    }
    for disagreement in &finding.disagreements {
        out.push_str(&format!("**Reviewers disagree.** {}\n\n", inline(disagreement)));
    }
    write_reasons(out, finding);
}

/// Severity, kind, category, reviewers, confidence, evidence, state: on one line.
pub(crate) fn facts(finding: &ConsolidatedFinding) -> String {
    let mut facts = vec![words::severity(finding.severity).to_lowercase()];
    facts.extend(finding.kind.map(words::kind));
    facts.extend(finding.category.map(|category| category.as_str().to_owned()));
    let mut line = inline(&facts.join(", "));
    if !finding.reviewers.is_empty() {
        let names: Vec<String> = finding.reviewers.iter().map(|name| inline(name)).collect();
        line.push_str(&format!(" · raised by {}", names.join(", ")));
    }
    line.push_str(&format!(" · confidence {}", words::percent(finding.confidence)));
    if let Some(anchor) = finding.anchors.first() {
        line.push_str(&format!(
            " · {}",
            inline(&words::grade(anchor.grade, anchor.moved_by, anchor.candidates))
        ));
    }
    if finding.state != FindingState::New {
        line.push_str(&format!(" · {}", inline(&words::state(finding.state))));
    }
    line
}

/// A fix as a diff, as replacement lines, in words.
pub(crate) fn write_fix(
    out: &mut String,
    view: &View<'_>,
    finding: &ConsolidatedFinding,
    fix: &AttributedFix,
) {
    if fix.fix.is_empty() {
        return;
    }
    out.push_str(&format!("**Fix** ({})\n\n", inline(&fix.source.reviewer)));
    if let Some(prose) = &fix.fix.prose {
        out.push_str(&format!("{}\n\n", linked_body(view, prose)));
    }
    if let Some(patch) = patch_of(view.report, finding, &fix.fix) {
        out.push_str(&format!("{}\n\n", fenced(&patch, "diff")));
    } else if let Some(patch) = &fix.fix.patch {
        out.push_str(&format!(
            "{}\n\nAs the reviewer wrote it; it may not apply.\n\n",
            fenced(patch, "diff")
        ));
    } else if let Some(lines) = &fix.fix.suggestion {
        out.push_str(&format!("Replace the lines by:\n\n{}\n\n", fenced(lines, "")));
    }
}

fn write_reasons(out: &mut String, finding: &ConsolidatedFinding) {
    out.push_str("<details><summary>Why it is published like this</summary>\n\n");
    for reason in &finding.reasons {
        out.push_str(&format!("- {}: {}\n", inline(&reason.stage), inline(&reason.text)));
    }
    let sources: Vec<String> = finding.sources.iter().map(|source| code(&source.to_string())).collect();
    out.push_str(&format!("- sources: {}\n", sources.join(", ")));
    for (name, value) in finding.extensions.iter().take(40) {
        out.push_str(&format!("- {}: {}\n", inline(name), inline(&extra_text(value))));
    }
    out.push_str("\n</details>\n\n");
}
