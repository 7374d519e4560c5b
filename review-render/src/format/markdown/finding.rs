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

/// Most places of a finding, or edits of a fix, that are listed.
const MAX_PLACES: usize = 20;

/// Writes places, linked to the forge.
pub(crate) fn places(view: &View<'_>, locations: &[Location]) -> String {
    let links: Vec<String> = locations
        .iter()
        .map(|place| link(&code(&place.to_string()), view.links.location(place).as_deref()))
        .collect();
    links.join(", ")
}

/// Writes the first places of a finding, linked to the forge.
pub(crate) fn some_places(view: &View<'_>, finding: &ConsolidatedFinding) -> String {
    let places = places(view, finding.locations.get(..MAX_PLACES).unwrap_or(&finding.locations));
    match finding.locations.len().saturating_sub(MAX_PLACES) {
        0 => places,
        more => format!("{places} and {more} more"),
    }
}

/// `important, gap`.
pub(crate) fn class(finding: &ConsolidatedFinding) -> String {
    let mut class = vec![words::severity(finding.severity).to_lowercase()];
    class.extend(finding.kind.map(words::kind));
    class.join(", ")
}

/// Writes a finding on one line in the form that `review-ingest` reads:
/// ``**I1. title** — `a.go:10-20`, `b.go` (important, gap)``.
pub(crate) fn head_line(view: &View<'_>, finding: &ConsolidatedFinding) -> String {
    let places = some_places(view, finding);
    let places = if places.is_empty() { places } else { format!(" — {places}") };
    format!("**{}. {}**{places} ({})", inline(&finding.id), inline(&finding.title), inline(&class(finding)))
}

/// Writes one finding: heading, facts, explanation, code, fixes, and the decisions behind it.
pub(crate) fn write_finding(out: &mut String, view: &View<'_>, finding: &ConsolidatedFinding) {
    out.push_str(&format!(
        "#### {}. {} ({})\n\n",
        inline(&finding.id),
        inline(&finding.title),
        inline(&class(finding))
    ));
    let places = some_places(view, finding);
    if !places.is_empty() {
        out.push_str(&format!("{places}  \n"));
    }
    out.push_str(&format!("{}\n\n", facts(finding)));
    write_words(out, view, finding);
    for (index, snippet) in snippets(view.report, finding, 2, 3) {
        if index > 0 {
            out.push_str(&format!(
                "{}\n\n",
                code(&finding.locations.get(index).map(ToString::to_string).unwrap_or_default())
            ));
        }
        let width = snippet.shown.end.to_string().len();
        let mut text: Vec<String> = snippet
            .lines(snippet.at_once)
            .map(|(number, line, cited)| {
                format!("{} {number:>width$}  {line}", if cited { ">" } else { " " })
            })
            .collect();
        if snippet.left_out() > 0 {
            text.push(format!("  ({} more)", count(snippet.left_out() as usize, "line")));
        }
        out.push_str(&fenced(&text.join("\n"), fence_language(&snippet.excerpt.path)));
        out.push_str("\n\n");
    }
    for fix in &finding.fixes {
        write_fix(out, view, finding, fix);
    }
    write_notes(out, finding);
    write_reasons(out, finding);
}

/// Writes what is wrong and how it fails.
pub(crate) fn write_words(out: &mut String, view: &View<'_>, finding: &ConsolidatedFinding) {
    let explanation = linked_body(view, &finding.body);
    if !explanation.is_empty() {
        out.push_str(&format!("{explanation}\n\n"));
    }
    if let Some(scenario) = &finding.scenario {
        out.push_str(&format!("**How it fails.** {}\n\n", inline(scenario)));
    }
}

/// Writes where else the same defect is, and what reviewers disagree about.
pub(crate) fn write_notes(out: &mut String, finding: &ConsolidatedFinding) {
    if !finding.recurrences.is_empty() {
        out.push_str(&format!("**Same defect elsewhere.** {}\n\n", inline(&finding.recurrences.join(", "))));
    }
    for disagreement in &finding.disagreements {
        out.push_str(&format!("**Reviewers disagree.** {}\n\n", inline(disagreement)));
    }
}

/// Returns, on one line, what is known of a finding besides its severity and kind.
pub(crate) fn facts(finding: &ConsolidatedFinding) -> String {
    let mut facts: Vec<String> = words::claimed(finding).into_iter().collect();
    facts.extend(finding.category.map(|category| category.as_str().to_owned()));
    if !finding.reviewers.is_empty() {
        facts.push(format!("raised by {}", finding.reviewers.join(", ")));
    }
    facts.push(words::sureness(finding));
    if finding.state != FindingState::New {
        facts.push(words::state(finding.state));
    }
    facts.iter().map(|fact| inline(fact)).collect::<Vec<_>>().join(" · ")
}

/// Writes a fix: its words, then a diff, replacement lines or exact edits.
pub(crate) fn write_fix(
    out: &mut String,
    view: &View<'_>,
    finding: &ConsolidatedFinding,
    fix: &AttributedFix,
) {
    if fix.fix.is_empty() {
        return;
    }
    write_fix_words(out, view, fix);
    if let Some(patch) = patch_of(view.report, finding, &fix.fix) {
        out.push_str(&format!("{}\n\n", fenced(&patch, "diff")));
        return;
    }
    if let Some(patch) = &fix.fix.patch {
        out.push_str(&format!(
            "{}\n\nAs the reviewer wrote it; it may not apply.\n\n",
            fenced(patch, "diff")
        ));
    } else if let Some(lines) = &fix.fix.suggestion {
        out.push_str(&format!("Replace the lines with:\n\n{}\n\n", fenced(lines, "")));
    }
    for edit in fix.fix.edits.iter().take(MAX_PLACES) {
        let (place, part) = words::edit_place(edit);
        let part = if part.is_empty() { part } else { format!(", {part}") };
        out.push_str(&format!("{}{part}:\n\n", code(&place)));
        if !edit.replacement.is_empty() {
            out.push_str(&format!("{}\n\n", fenced(&edit.replacement, "")));
        }
    }
}

/// Writes whose fix it is and how they describe it.
pub(crate) fn write_fix_words(out: &mut String, view: &View<'_>, fix: &AttributedFix) {
    out.push_str(&format!("**Fix** ({})\n\n", inline(&fix.source.reviewer)));
    if let Some(prose) = &fix.fix.prose {
        out.push_str(&format!("{}\n\n", linked_body(view, prose)));
    }
}

fn write_reasons(out: &mut String, finding: &ConsolidatedFinding) {
    out.push_str("<details><summary>Why it is published this way</summary>\n\n");
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
