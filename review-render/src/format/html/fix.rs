//! Proposed fixes: diffs (which can be copied as patches), replacement text, prose.

use review_core::{AttributedFix, ConsolidatedFinding};

use super::Page;
use super::code::{write_block, write_diff};
use super::markup::Markup;
use super::prose::prose;
use crate::text::clean::line;
use crate::view::edit;
use crate::view::snippet::fence_language;
use crate::view::words;

pub(super) fn write_fix(
    html: &mut Markup,
    page: &Page<'_>,
    finding: &ConsolidatedFinding,
    fix: &AttributedFix,
) {
    if fix.fix.is_empty() {
        return;
    }
    html.raw("<div class=\"fix\"><div class=\"fixhead\"><h5>Fix <span class=\"muted\">by ");
    html.text(&line(&fix.source.reviewer, 60)).raw("</span></h5>");
    let patch = edit::patch_of(page.report, finding, &fix.fix);
    let written = fix.fix.patch.as_deref().filter(|patch| !patch.trim().is_empty());
    if patch.is_some() || written.is_some() {
        html.raw("<button type=\"button\" data-do=\"copy\" hidden>Copy as patch</button>");
    }
    html.raw("</div>");
    if let Some(words) = &fix.fix.prose {
        prose(html, page, words);
    }
    match (&patch, written, &fix.fix.suggestion) {
        (Some(patch), _, _) => {
            write_diff(html, patch);
            html.raw("<p class=\"muted small\">Made against the reviewed lines; it applies.</p>");
        }
        (None, Some(written), _) => {
            write_diff(html, written);
            html.raw("<p class=\"muted small\">As the reviewer wrote it; it may not apply.</p>");
        }
        (None, None, Some(lines)) => {
            html.raw("<p>Replace the lines with:</p>");
            let language =
                finding.locations.first().map(|place| fence_language(&place.path)).unwrap_or_default();
            write_block(html, page, language, lines.trim_end_matches('\n'));
        }
        (None, None, None) => {}
    }
    if patch.is_none() {
        for proposed in fix.fix.edits.iter().take(20) {
            let (place, part) = words::edit_place(proposed);
            html.raw("<p class=\"place\">");
            let url = page.view.links.location(&proposed.location);
            html.link(url.as_deref(), "path", &line(&place, 400));
            if !part.is_empty() {
                html.raw(" <span class=\"muted small\">").text(&part).raw("</span>");
            }
            html.raw("</p>");
            if !proposed.replacement.is_empty() {
                let language = fence_language(&proposed.location.path);
                write_block(html, page, language, proposed.replacement.trim_end_matches('\n'));
            }
        }
    }
    html.raw("</div>");
}
