//! The reviews as they came in, and the diagnostics of the run.

use std::collections::BTreeMap;

use review_core::{RawFinding, Report, SourceId};

use super::Page;
use super::code::{write_block, write_diff};
use super::markup::Markup;
use super::prose::{inline, prose};
use super::sections::{open, write_remark};
use crate::text::clean::{count, line};

/// The anchors of the raw findings in the appendix, by source.
pub(super) fn anchors(report: &Report) -> BTreeMap<SourceId, String> {
    let mut anchors = BTreeMap::new();
    for (review, original) in report.appendix.iter().enumerate() {
        for (index, raw) in original.findings.iter().enumerate() {
            let source = SourceId::new(&original.reviewer, original.pass, &raw.id);
            anchors.entry(source).or_insert_with(|| format!("raw-{review}-{index}"));
        }
    }
    anchors
}

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    let report = page.report;
    if !report.appendix.is_empty() || !report.sections.summaries.is_empty() {
        open(html, "appendix", "Original reviews");
        html.raw(
            "<p class=\"muted\">As they came in, unchecked. What became of each item is in the ledger.</p>",
        );
        for summary in &report.sections.summaries {
            html.raw("<details><summary>Summary by ").text(&super::sections::who(summary)).raw("</summary>");
            write_remark(html, page, summary);
            html.raw("</details>");
        }
        for (index, original) in report.appendix.iter().enumerate() {
            html.raw("<details><summary>").text(&line(&original.reviewer, 60));
            html.raw(", pass ").number(original.pass).raw(": ");
            html.text(&count(original.findings.len(), "finding")).raw("</summary>");
            if let Some(transcript) = &original.transcript {
                html.raw("<p class=\"muted small\">The whole stream: <code>").text(&line(transcript, 200));
                html.raw("</code> in the folder of the run.</p>");
            }
            for (number, raw) in original.findings.iter().enumerate() {
                let source = SourceId::new(&original.reviewer, original.pass, &raw.id);
                write_raw(html, page, &format!("raw-{index}-{number}"), &source, raw);
            }
            if !original.unplaced.is_empty() {
                html.raw("<h3>Lines that could not be classified</h3>");
                let lines: Vec<String> =
                    original.unplaced.iter().map(|line| format!("{}: {}", line.line, line.text)).collect();
                write_block(html, page, "text", &lines.join("\n"));
            }
            html.raw("</details>");
        }
        html.raw("</section>");
    }
    diagnostics(html, page);
}

fn write_raw(html: &mut Markup, page: &Page<'_>, anchor: &str, source: &SourceId, raw: &RawFinding) {
    html.open("div", &[("class", "raw"), ("id", anchor)])
        .raw("<h3><span class=\"id\">")
        .text(&line(&raw.id, 20));
    html.raw("</span> ");
    inline(html, page, &raw.title);
    html.raw("</h3><p class=\"muted small\">");
    let claimed = [
        raw.severity.map(|severity| severity.as_str().to_owned()),
        raw.kind.map(|kind| kind.as_str().to_owned()),
        raw.confidence
            .map(|confidence| format!("claims {} confidence", crate::view::words::percent(confidence))),
        raw.withdrawn.then(|| "withdrawn".to_owned()),
        raw.recovered.then(|| "saved from a broken document".to_owned()),
    ];
    for word in claimed.into_iter().flatten() {
        html.text(&line(&word, 60)).raw(" · ");
    }
    for place in raw.locations.iter().take(10) {
        html.text(&line(&place.to_string(), 200)).raw(" · ");
    }
    html.raw("became ");
    page.sources(html, std::slice::from_ref(source));
    html.raw("</p>");
    prose(html, page, &raw.body);
    if let Some(patch) = raw.fix.as_ref().and_then(|fix| fix.patch.as_deref()) {
        write_diff(html, patch);
    }
    html.raw("</div>");
}

fn diagnostics(html: &mut Markup, page: &Page<'_>) {
    let diagnostics = &page.report.diagnostics;
    if diagnostics.is_empty() {
        return;
    }
    open(html, "diagnostics", "Notes on the run");
    html.raw("<ul>");
    for diagnostic in diagnostics {
        html.raw("<li>");
        if diagnostic.line > 0 {
            html.raw("line ").number(diagnostic.line).raw(": ");
        }
        inline(html, page, &diagnostic.message);
        html.raw("</li>");
    }
    html.raw("</ul></section>");
}
