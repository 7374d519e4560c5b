//! What each tool does. Everything here may block for as long as git or a file takes; only reviews run on.

use std::sync::Arc;

use deep_review::git::ChangeOptions;
use deep_review::ingest::ingest;
use deep_review::session::report_id;
use deep_review::{
    Cancel, Cx, Error, ErrorKind, Fix, IngestOptions, NullSink, RenderOptions, Report, Result, Review,
    Session, record, render, renderer,
};

use crate::messages::{
    Dismissed, Explanation, FindingDismiss, FindingOf, IngestReview, Ingested, Raised, ReportGet, ReportText,
    ReviewStart, RunOf, RunState, RunStatus,
};
use crate::runs::{Run, Runs, now_ms};
use crate::sessions::Sessions;
use crate::store::{Store, facts};

/// Largest review that is read, in bytes.
const MAX_REVIEW: usize = 4 << 20;
/// Longest reason that is kept, in characters.
const MAX_REASON: usize = 2_000;
/// Fewest characters of a report that say anything.
const MIN_CHARS: u32 = 1_000;

/// The tools' own state.
pub(crate) struct Tools {
    pub(crate) sessions: Box<dyn Sessions>,
    pub(crate) store: Arc<Store>,
    pub(crate) runs: Runs,
}

impl Tools {
    /// Starts a review and returns at once.
    pub(crate) fn start(&self, asked: ReviewStart) -> Result<Run> {
        let room = self.runs.room()?;
        let offered = self.sessions.reviewers();
        if let Some(unknown) = asked.reviewers.iter().find(|name| !offered.contains(name)) {
            return Err(Error::new(ErrorKind::InvalidInput, "this reviewer is not offered")
                .with_context("given", unknown)
                .with_context("offered", offered.join(" ")));
        }
        let reviewers = if asked.reviewers.is_empty() { offered } else { asked.reviewers };
        let mut change =
            if asked.working_tree { ChangeOptions::working_tree() } else { ChangeOptions::default() };
        if asked.working_tree && asked.head.is_some() {
            return Err(Error::new(ErrorKind::InvalidInput, "`head` and `working_tree` exclude each other"));
        }
        (change.base, change.head) = (asked.base, asked.head);
        let session = not_empty(self.sessions.session(&change, &reviewers, &Cancel::new())?)?;
        self.runs.start(session, room)
    }

    /// How far a run is.
    pub(crate) fn status(&self, asked: &RunOf) -> Result<RunStatus> {
        let id = self.named(asked.run_id.as_deref())?;
        match self.runs.get(&id) {
            Some(run) => Ok(self.status_of(&run)),
            None => Ok(self.reported(&id, Vec::new())),
        }
    }

    /// How far a run of this server is.
    pub(crate) fn status_of(&self, run: &Run) -> RunStatus {
        let reviewers = run.reviewers.reviewers();
        let without_report = |state, error| RunStatus {
            run_id: run.id.clone(),
            state,
            seconds: (state == RunState::Running).then(|| run.since.elapsed().as_secs()),
            reviewers: reviewers.clone(),
            report: None,
            error,
        };
        match run.end() {
            None => without_report(RunState::Running, None),
            Some(Err(error)) => without_report(RunState::Failed, Some(error)),
            Some(Ok(())) => self.reported(&run.id, reviewers),
        }
    }

    /// The status of a run that is over, from what it left.
    fn reported(&self, id: &str, reviewers: Vec<crate::messages::ReviewerStatus>) -> RunStatus {
        let report = self.store.folder_of(id).and_then(|folder| Ok(facts(&self.store.report(id)?, &folder)));
        let (state, report, error) = match report {
            Ok(report) => (RunState::Done, Some(report), None),
            Err(error) => (RunState::Failed, None, Some(error.to_string())),
        };
        RunStatus { run_id: id.to_owned(), state, seconds: None, reviewers, report, error }
    }

    /// Cancels a run; its report has what was delivered until then.
    pub(crate) fn cancel(&self, asked: &RunOf) -> Result<RunStatus> {
        let id = self.named(asked.run_id.as_deref())?;
        let run = self.runs.get(&id).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "no run of this server has this id").with_context("run_id", &id)
        })?;
        run.cancel();
        Ok(self.status_of(&run))
    }

    /// A report as text.
    pub(crate) fn report(&self, asked: ReportGet) -> Result<ReportText> {
        let (run_id, report) = self.report_of(asked.run_id.as_deref())?;
        let renderer = renderer(&asked.format).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "there is no such format")
                .with_context("given", &asked.format)
                .with_context("known", render::formats().join(" "))
        })?;
        let most = asked.max_chars.max(MIN_CHARS) as usize;
        let text = renderer.render(&report, &RenderOptions::default().with_max_chars(most))?.text;
        let length = text.chars().count();
        if length > most {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the report is longer than `max_chars`; read it from the run's folder, or as markdown, which can be cut",
            )
            .with_context("characters", length)
            .with_context("folder", self.store.folder_of(&run_id)?.display()));
        }
        Ok(ReportText { run_id, format: asked.format, text })
    }

    /// How a finding came about.
    pub(crate) fn explain(&self, asked: &FindingOf) -> Result<Explanation> {
        let (run_id, report) = self.report_of(asked.run_id.as_deref())?;
        let finding = report.finding(&asked.id).ok_or_else(|| unknown(&report, &asked.id))?;
        let here = |entry: &&deep_review::LedgerEntry| entry.targets.contains(&finding.id);
        Ok(Explanation {
            run_id,
            id: finding.id.clone(),
            severity: finding.severity,
            title: finding.title.clone(),
            body: finding.body.clone(),
            places: finding.locations.iter().map(ToString::to_string).collect(),
            confidence: f64::from(finding.confidence.millis()) / 1000.0,
            reasons: finding.reasons.iter().map(|one| format!("{}: {}", one.stage, one.text)).collect(),
            fixes: finding.fixes.iter().map(|one| fix_text(&one.fix)).collect(),
            raised: report
                .ledger
                .iter()
                .filter(here)
                .map(|entry| Raised {
                    source: entry.source.to_string(),
                    disposition: entry.disposition.as_str().to_owned(),
                    reason: entry.reason.clone(),
                })
                .collect(),
        })
    }

    /// Keeps that a finding was declined.
    pub(crate) fn dismiss(&self, asked: &FindingDismiss) -> Result<Dismissed> {
        let (run_id, report) = self.report_of(asked.run_id.as_deref())?;
        let finding = report.finding(&asked.id).ok_or_else(|| unknown(&report, &asked.id))?;
        let reason: String = asked.reason.trim().chars().take(MAX_REASON).collect();
        if reason.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "a finding is declined with a reason"));
        }
        self.store.decline(&run_id, &report, &finding.id, &reason)?;
        Ok(Dismissed {
            run_id,
            id: finding.id.clone(),
            holds: "it is left out of later reviews of this branch until its code changes; reports name it and the reason",
        })
    }

    /// Reads a review that somebody else wrote and consolidates it, alone or with those of a run.
    pub(crate) async fn ingest(&self, asked: IngestReview) -> Result<Ingested> {
        if asked.text.len() > MAX_REVIEW {
            return Err(Error::new(ErrorKind::InvalidInput, "the review is too large")
                .with_context("bytes", asked.text.len())
                .with_context("most", MAX_REVIEW));
        }
        let (change, mut reviews) = match &asked.run_id {
            None => (ChangeOptions::default(), Vec::new()),
            Some(run) => {
                let input = record::Record::load(&self.store.folder_of(run)?)?.input;
                (same_change(&input.change), input.reviews)
            }
        };
        let last =
            reviews.iter().filter(|review| review.reviewer == asked.reviewer).map(|review| review.pass);
        let pass = last.max().unwrap_or(0) + 1;
        let review = ingest(asked.text.as_bytes(), &IngestOptions::new(&asked.reviewer).with_pass(pass))?;
        reviews.push(review.clone());

        let session = self.runs.with_rounds(self.sessions.session(&change, &[], &Cancel::new())?)?;
        let started = now_ms();
        let (folder, run_id) = self.store.new_run(&report_id(started, session.change()))?;
        let session =
            session.with_report_id(&run_id).with_started_ms(started).with_record(folder.join("run"));
        let outcome = session.consolidate(reviews, Cx::new(Cancel::new(), Arc::new(NullSink))).await?;
        deep_review::files::write_report(&outcome.report, &folder)?;
        Ok(ingested(run_id, review, facts(&outcome.report, &folder)))
    }

    /// The run that is named, or the newest one.
    fn named(&self, run: Option<&str>) -> Result<String> {
        if let Some(run) = run {
            return match self.runs.get(run) {
                Some(run) => Ok(run.id),
                None => self.store.folder_of(run).map(|_| run.to_owned()),
            };
        }
        let here = self.runs.newest().map(|run| run.id);
        let there = self.store.reported()?.into_iter().next();
        here.max(there).ok_or_else(|| Error::new(ErrorKind::NotFound, "nothing was reviewed yet"))
    }

    fn report_of(&self, run: Option<&str>) -> Result<(String, Report)> {
        let id = self.named(run)?;
        if self.runs.get(&id).is_some_and(|run| run.end().is_none()) {
            return Err(Error::new(ErrorKind::NotFound, "the run has no report yet; ask review_status")
                .with_context("run_id", &id));
        }
        let report = self.store.report(&id)?;
        Ok((id, report))
    }
}

fn not_empty(session: Session) -> Result<Session> {
    if session.change().files.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is nothing to review: the change is empty; name another base or head",
        ));
    }
    Ok(session)
}

/// The change of a run, to look at once more.
fn same_change(change: &deep_review::ChangeSet) -> ChangeOptions {
    let mut options = match &change.head {
        None => ChangeOptions::working_tree(),
        Some(_) => ChangeOptions::default(),
    };
    (options.base, options.head) = (change.base.clone(), change.head.clone());
    options
}

fn ingested(run_id: String, review: Review, report: crate::messages::ReportFacts) -> Ingested {
    Ingested {
        run_id,
        completeness: review.completeness,
        reason: review.incomplete_reason,
        findings: review.findings.len(),
        unplaced: review.sections.unplaced.into_iter().map(|one| one.text).collect(),
        diagnostics: review
            .diagnostics
            .into_iter()
            .map(
                |one| if one.line == 0 { one.message } else { format!("line {}: {}", one.line, one.message) },
            )
            .collect(),
        report,
    }
}

fn unknown(report: &Report, id: &str) -> Error {
    let known: Vec<&str> = report.findings.iter().map(|finding| finding.id.as_str()).take(50).collect();
    Error::new(ErrorKind::NotFound, "the report has no such finding")
        .with_context("given", id)
        .with_context("known", known.join(" "))
}

/// A fix as text; edits by their places.
fn fix_text(fix: &Fix) -> String {
    let mut parts: Vec<String> =
        [&fix.prose, &fix.patch, &fix.suggestion].into_iter().flatten().cloned().collect();
    parts.extend(fix.edits.iter().map(|edit| format!("{}: {}", edit.location, edit.replacement)));
    parts.join("\n\n")
}
