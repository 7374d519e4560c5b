//! Two rounds of one change side by side.

use std::collections::BTreeMap;

use review_core::{ConsolidatedFinding, FindingState, RenderOptions, Report};

use super::Page;
use super::finding::severity_mark;
use super::markup::Markup;
use super::page::page;
use super::prose::inline_plain;
use crate::text::clean::{count, line};
use crate::view::words;

/// A finding in one round or in both.
struct Pair<'a> {
    before: Option<&'a ConsolidatedFinding>,
    after: Option<&'a ConsolidatedFinding>,
}

/// Writes a page that compares an earlier and a later round of the same change: what is new, what is still there, and
/// what is no longer raised (which is not the same as fixed).
pub fn compare(earlier: &Report, later: &Report) -> String {
    let options = RenderOptions::default();
    let (left, right) = (Page::new(earlier, &options), Page::new(later, &options));
    let pairs = pairs(earlier, later);
    let mut html = Markup::new();
    html.raw(
        "<header class=\"masthead\"><div class=\"wrap\"><p class=\"eyebrow\">Two rounds side by side</p><h1>",
    );
    let title = super::head::title(later);
    inline_plain(&mut html, &title);
    html.raw("</h1><div class=\"sides\">");
    for (page, name) in [(&left, "Earlier"), (&right, "Later")] {
        let report = page.report;
        html.raw("<div><p class=\"muted small\">").raw(name).raw(": round ").number(report.round).raw(", ");
        html.text(&line(&report.id, 100)).raw("</p><p><strong>");
        html.text(&line(&words::verdict(report.verdict.decision), 60)).raw("</strong> ");
        html.text(&line(&report.verdict.reason, 300)).raw("</p></div>");
    }
    html.raw("</div></div></header><div class=\"wrap\"><main id=\"content\">");
    let new = |pair: &&Pair<'_>| pair.before.is_none();
    let both = |pair: &&Pair<'_>| pair.before.is_some() && pair.after.is_some();
    let gone = |pair: &&Pair<'_>| pair.after.is_none();
    group(&mut html, &left, &right, "New in the later round", &pairs.iter().filter(new).collect::<Vec<_>>());
    group(&mut html, &left, &right, "In both rounds", &pairs.iter().filter(both).collect::<Vec<_>>());
    group(&mut html, &left, &right, "Not raised again", &pairs.iter().filter(gone).collect::<Vec<_>>());
    html.raw("</main></div>");
    page(&format!("Two rounds: {title}"), &html, "")
}

/// Matches the findings of two rounds by fingerprint or, failing that, by what the later report says of the earlier
/// items. They are in reading order of the later round, with those not raised again at the end.
fn pairs<'a>(earlier: &'a Report, later: &'a Report) -> Vec<Pair<'a>> {
    let by_print: BTreeMap<&str, &ConsolidatedFinding> = earlier
        .findings
        .iter()
        .filter(|finding| !finding.fingerprint.is_empty())
        .map(|finding| (finding.fingerprint.as_str(), finding))
        .collect();
    let told: BTreeMap<&str, &str> = later
        .history
        .iter()
        .filter(|item| item.report == earlier.id)
        .filter_map(|item| Some((item.continued_as.as_deref()?, item.item.as_str())))
        .collect();
    let mut matched: Vec<&str> = Vec::new();
    let mut pairs: Vec<Pair<'a>> = Vec::new();
    for after in &later.findings {
        let told = told.get(after.id.as_str()).and_then(|id| earlier.finding(id));
        let before = told.or_else(|| by_print.get(after.fingerprint.as_str()).copied());
        let before = before.filter(|before| !matched.contains(&before.id.as_str()));
        matched.extend(before.map(|before| before.id.as_str()));
        pairs.push(Pair { before, after: Some(after) });
    }
    let gone = earlier.findings.iter().filter(|finding| !matched.contains(&finding.id.as_str()));
    pairs.extend(gone.map(|before| Pair { before: Some(before), after: None }));
    pairs
}

fn group(html: &mut Markup, left: &Page<'_>, right: &Page<'_>, title: &'static str, pairs: &[&Pair<'_>]) {
    if pairs.is_empty() {
        return;
    }
    html.raw("<section><h2>").raw(title).raw(" <span class=\"muted small\">");
    html.text(&count(pairs.len(), "finding")).raw("</span></h2><ul class=\"plain pairs\">");
    for pair in pairs {
        html.raw("<li class=\"sides\">");
        side(html, left, pair.before, "not in the earlier round");
        match pair.after {
            Some(_) => side(html, right, pair.after, ""),
            None => gone(html, right, pair.before),
        }
        html.raw("</li>");
    }
    html.raw("</ul></section>");
}

fn side(html: &mut Markup, page: &Page<'_>, finding: Option<&ConsolidatedFinding>, otherwise: &'static str) {
    html.raw("<div>");
    let Some(finding) = finding else {
        html.raw("<p class=\"muted\">").raw(otherwise).raw("</p></div>");
        return;
    };
    html.raw("<p>");
    severity_mark(html, finding.severity);
    html.raw(" <span class=\"id\">").text(&line(&finding.id, 20)).raw("</span> ");
    // Links would lead to anchors of another page; code spans stay.
    inline_plain(html, &finding.title);
    html.raw("</p><p class=\"muted small\">");
    if let Some(place) = finding.locations.first() {
        html.link(page.view.links.location(place).as_deref(), "path", &line(&place.to_string(), 200))
            .raw(" · ");
    }
    html.text(&words::percent(finding.confidence));
    if finding.state != FindingState::New {
        html.raw(" · ").text(&line(&words::state(finding.state), 60));
    }
    html.raw("</p></div>");
}

/// Returns what the later report says of an item that it does not raise again.
fn gone(html: &mut Markup, page: &Page<'_>, before: Option<&ConsolidatedFinding>) {
    let told = before.and_then(|before| {
        page.report.history.iter().find(|item| {
            item.item == before.id
                && (item.fingerprint == before.fingerprint || before.fingerprint.is_empty())
        })
    });
    html.raw("<div><p>");
    match told {
        Some(item) => {
            html.raw("<strong>")
                .text(&line(&words::state(item.state), 60))
                .raw("</strong></p><p class=\"muted small\">");
            html.text(&line(&item.reason, 300));
            if let Some(reason) = &item.action_reason {
                html.raw(" Author: ").text(&line(reason, 300));
            }
        }
        None => {
            html.raw("<span class=\"muted\">not raised again, and nothing says why</span>");
        }
    }
    html.raw("</p></div>");
}
