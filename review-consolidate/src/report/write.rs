//! Puts the sections of the report together.

use review_core::{Diagnostic, Report, Result};

use super::references::References;
use super::{
    appendix, coverage, diagnostics, excerpts, findings, history, ledger, prose, questions, retro, reviewers,
    sections, verdict_facts,
};
use crate::stages::numbered::Numbered;
use crate::stages::replaceable::Stages;

/// Writes the report.
///
/// # Errors
/// `Internal` when a stage lost an item.
pub(crate) fn write(numbered: &Numbered<'_, '_>, stages: &Stages) -> Result<Report> {
    let matched = numbered.judged.grouped.matched;
    let intake = &matched.anchored.intake;
    let run = &intake.input.run;
    let references = References::new(numbered);
    let mut report = Report::default();
    report.id.clone_from(&run.report_id);
    report.round = history::round(&intake.input.previous);
    report.started_ms = run.started_ms;
    report.wall_clock_ms = run.wall_clock_ms;
    report.hunks = excerpts::hunks(&intake.change);
    report.reviewers = reviewers::reviewers(intake);
    report.findings = findings::findings(numbered, &references);
    report.ledger = ledger::ledger(numbered, stages)?;
    report.sections = sections::sections(numbered, &references);
    report.coverage = coverage::coverage(intake, &references);
    report.history = history::history(numbered);
    report.questions = questions::questions(numbered, &references);
    report.stale_decisions = questions::stale(numbered);
    report.verdict = stages.verdict.verdict(&verdict_facts::verdict_facts(intake, &report, None));
    report.retro = retro::retro(numbered, &report, stages.verdict.as_ref());
    report.excerpts = excerpts::excerpts(&report.findings, &matched.anchored.sources);
    report.appendix = appendix::appendix(intake);
    report.diagnostics = diagnostics::diagnostics(numbered);
    report.change.clone_from(&intake.change);
    // The hunks of each file stand in the hunk maps.
    report.change.files.iter_mut().for_each(|file| file.hunks.clear());
    report.sections.summary = stages.summary.summary(&report);
    let decisions = matched.rulings.decisions();
    if let Some(words) = &decisions.prose {
        for problem in prose::apply(words, &mut report) {
            let text = format!("what {} wrote is not published: {problem}", words.by);
            report.diagnostics.push(Diagnostic::new(0, text));
        }
    }
    report.diagnostics.extend(decisions.notes.iter().map(|note| Diagnostic::new(0, note)));
    Ok(report)
}
