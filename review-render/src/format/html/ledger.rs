//! The ledger: what became of everything that any reviewer reported, and why.

use std::collections::BTreeMap;

use review_core::{EvidenceNote, LedgerEntry, Location};

use super::Page;
use super::markup::Markup;
use super::prose::inline;
use super::sections::open;
use crate::text::clean::{count, line};
use crate::view::words;

pub(super) fn write(html: &mut Markup, page: &Page<'_>) {
    let ledger = &page.report.ledger;
    open(html, "ledger", "Ledger");
    if ledger.is_empty() {
        html.raw("<p class=\"empty\">No reviewer reported anything.</p></section>");
        return;
    }
    let mut by: BTreeMap<String, usize> = BTreeMap::new();
    for entry in ledger {
        *by.entry(words::disposition(entry.disposition)).or_default() += 1;
    }
    html.raw("<p>Every item that any reviewer reported, and where it went: ")
        .text(&count(ledger.len(), "item"));
    for (word, number) in &by {
        html.raw(", ").text(&format!("{number} {}", line(word, 31)));
    }
    html.raw(".</p><details class=\"wide\" id=\"ledger-table\"><summary>Show the ledger</summary>");
    html.raw("<div class=\"scroll\" tabindex=\"0\"><table class=\"ledger\"><thead><tr><th>Reported</th><th>Became</th>");
    html.raw("<th>In</th><th>Severity</th><th>Why</th></tr></thead><tbody>");
    for (row, entry) in ledger.iter().enumerate() {
        write_row(html, page, row, entry);
    }
    html.raw("</tbody></table></div></details></section>");
}

fn write_row(html: &mut Markup, page: &Page<'_>, row: usize, entry: &LedgerEntry) {
    html.open("tr", &[("id", &format!("ledger-{row}"))]).raw("<td class=\"nowrap\">");
    let original = page.raws.get(&entry.source).map(|anchor| format!("#{anchor}"));
    html.link(original.as_deref(), "source", &line(&entry.source.to_string(), 100)).raw("</td><td>");
    html.text(&line(&words::outcome(entry), 80)).raw("</td><td>");
    for target in &entry.targets {
        page.item(html, &line(target, 20));
        html.raw(" ");
    }
    html.raw("</td><td>");
    match (entry.severity_from, entry.severity_to) {
        (Some(from), Some(to)) if from != to => {
            html.text(from.as_str()).raw(" → ").text(to.as_str());
        }
        (Some(only), _) | (None, Some(only)) => {
            html.text(only.as_str());
        }
        (None, None) => {}
    }
    html.raw("</td><td>");
    inline(html, page, &entry.reason);
    for note in &entry.evidence {
        evidence(html, page, note);
    }
    html.raw("</td></tr>");
}

fn evidence(html: &mut Markup, page: &Page<'_>, note: &EvidenceNote) {
    html.raw("<div class=\"evidence\">");
    if let Some(path) = &note.path {
        let place = note.line.map_or_else(|| Location::file(path), |number| Location::line(path, number));
        html.link(page.view.links.location(&place).as_deref(), "path", &line(&place.to_string(), 300))
            .raw(" ");
    }
    inline(html, page, &note.text);
    if let Some(quote) = &note.quote {
        html.raw(" <code>").text(&line(quote, 300)).raw("</code>");
    }
    html.raw("</div>");
}
