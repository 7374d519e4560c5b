//! Everything reviewers said besides their findings.

use review_core::{Remarked, ReportItem, Scope, Stance};

use super::{linked_body, places};
use crate::text::forge::{cell, cell_code, inline};
use crate::view::{View, ranked};

pub(super) fn write(out: &mut String, view: &View<'_>) {
    let sections = &view.report.sections;
    design(out, view, &sections.design);
    items(out, view, "Testing assessment", &sections.testing);
    items(out, view, "Documentation assessment", &sections.documentation);
    remarks(out, view, "Commit structure", &sections.commit_structure);
    items(out, view, "Acknowledged limitations", &sections.limitations);
    items(out, view, "Unresolved feedback", &sections.unresolved_feedback);
    checks(out, view);
    coverage(out, view);
}

fn design(out: &mut String, view: &View<'_>, all: &[ReportItem]) {
    if all.is_empty() {
        return;
    }
    out.push_str("## Design observations\n\n");
    let (strengths, concerns): (Vec<_>, Vec<_>) =
        all.iter().partition(|item| item.stance == Some(Stance::Strength));
    for (title, group) in [("Concerns", concerns), ("Strengths", strengths)] {
        if group.is_empty() {
            continue;
        }
        out.push_str(&format!("### {title}\n\n"));
        for observation in group {
            item(out, view, observation);
        }
    }
}

fn items(out: &mut String, view: &View<'_>, title: &str, all: &[ReportItem]) {
    if all.is_empty() {
        return;
    }
    out.push_str(&format!("## {title}\n\n"));
    for entry in ranked(view, all) {
        item(out, view, entry);
    }
}

fn item(out: &mut String, view: &View<'_>, item: &ReportItem) {
    let mut facts: Vec<String> = item.reviewers.iter().map(|name| inline(name)).collect();
    facts.extend(item.scope.map(|scope| match scope {
        Scope::InScope => "in scope".to_owned(),
        other => inline(other.as_str()),
    }));
    if !item.supports.is_empty() {
        facts.push(format!("supports {}", inline(&item.supports.join(", "))));
    }
    out.push_str(&format!("**{}** ({})", inline(&item.id), facts.join(", ")));
    let places = places(view, &item.locations);
    if !places.is_empty() {
        out.push_str(&format!(" {places}"));
    }
    out.push_str(&format!("\n\n{}\n\n", linked_body(view, &item.text)));
}

fn remarks(out: &mut String, view: &View<'_>, title: &str, all: &[Remarked]) {
    if all.is_empty() {
        return;
    }
    out.push_str(&format!("## {title}\n\n"));
    for remark in all {
        out.push_str(&format!("**{}**\n\n{}\n\n", who(remark), linked_body(view, &remark.text)));
    }
}

/// Returns the reviewer's name, with the pass if there were several, escaped for a table cell.
pub(super) fn who(remark: &Remarked) -> String {
    if remark.pass > 1 {
        format!("{}, pass {}", cell(&remark.reviewer), remark.pass)
    } else {
        cell(&remark.reviewer)
    }
}

fn checks(out: &mut String, view: &View<'_>) {
    let checks = &view.report.sections.checks;
    if checks.is_empty() {
        return;
    }
    out.push_str("## Checks that reviewers say they ran\n\n| reviewer | command | result |\n|---|---|---|\n");
    for check in checks {
        let passed = match check.check.passed {
            Some(true) => "passed. ",
            Some(false) => "failed. ",
            None => "",
        };
        out.push_str(&format!(
            "| {} | {} | {passed}{} |\n",
            cell(&check.reviewer),
            cell_code(&check.check.command),
            cell(&check.check.result)
        ));
    }
    out.push('\n');
}

fn coverage(out: &mut String, view: &View<'_>) {
    let coverage = &view.report.coverage;
    if coverage.files.is_empty() && coverage.unread.is_empty() {
        return;
    }
    out.push_str("## Coverage\n\n");
    if !coverage.unread.is_empty() {
        out.push_str("Changed lines that no reviewer is known to have read:\n\n");
        for hunk in &coverage.unread {
            let place = review_core::Location::lines(&hunk.path, hunk.start_line, hunk.end_line);
            out.push_str(&format!("- {}\n", places(view, &[place])));
        }
        out.push('\n');
    }
    if !coverage.unknown.is_empty() {
        out.push_str(&format!(
            "It is not known what these reviewers read: {}.\n\n",
            inline(&coverage.unknown.join(", "))
        ));
    }
    if coverage.files.is_empty() {
        return;
    }
    out.push_str("| file | hunks | looked at by | notes |\n|---|---|---|---|\n");
    for file in &coverage.files {
        let notes: Vec<String> =
            file.notes.iter().map(|note| format!("{}: {}", who(note), cell(&note.text))).collect();
        let by = if file.reviewers.is_empty() { "nobody".to_owned() } else { file.reviewers.join(", ") };
        out.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            cell_code(&file.path),
            file.hunks,
            cell(&by),
            notes.join("<br>")
        ));
    }
    out.push('\n');
}
