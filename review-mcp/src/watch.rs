//! What each reviewer of a run is doing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deep_review::{Completeness, Event, PartialReview, Sink};

use crate::messages::{ReviewerState, ReviewerStatus};

/// Longest text of a reviewer that is shown, in characters.
const MAX_SHOWN: usize = 200;

/// Keeps the last state of each pass.
#[derive(Default)]
pub(crate) struct Watch {
    passes: Mutex<BTreeMap<(String, u32), ReviewerStatus>>,
}

impl Watch {
    /// The passes in order.
    pub(crate) fn reviewers(&self) -> Vec<ReviewerStatus> {
        self.passes.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The run in one line.
    pub(crate) fn line(&self) -> String {
        let all = self.reviewers();
        let ended = all.iter().filter(|one| one.state != ReviewerState::Running).count();
        let found: u32 = all.iter().map(|one| one.findings).sum();
        format!("{ended} of {} reviewers ended, {found} findings so far", all.len())
    }

    fn update(&self, reviewer: &str, pass: u32, change: impl FnOnce(&mut ReviewerStatus)) {
        let mut passes = self.passes.lock().unwrap_or_else(PoisonError::into_inner);
        change(passes.entry((reviewer.to_owned(), pass)).or_insert_with(|| ReviewerStatus {
            reviewer: reviewer.to_owned(),
            pass,
            state: ReviewerState::Running,
            findings: 0,
            last: None,
        }));
    }
}

impl Sink for Watch {
    fn event(&self, event: Event) {
        match event {
            Event::ReviewerStarted { reviewer, pass } => self.update(&reviewer, pass, |_| {}),
            Event::ToolCalled { reviewer, pass, tool, summary } => {
                self.update(&reviewer, pass, |one| one.last = Some(shown(&format!("{tool} {summary}"))));
            }
            Event::Progress { reviewer, pass, text } => {
                self.update(&reviewer, pass, |one| one.last = Some(shown(&text)));
            }
            Event::Retrying { reviewer, pass, attempt, reason, .. } => {
                self.update(&reviewer, pass, |one| {
                    one.last = Some(shown(&format!("try {attempt}: {reason}")))
                });
            }
            Event::Delivered { reviewer, pass, findings } => {
                self.update(&reviewer, pass, |one| one.findings = findings);
            }
            Event::ReviewerFinished { reviewer, pass, completeness, reason, findings, .. } => {
                self.update(&reviewer, pass, |one| {
                    one.findings = findings;
                    one.last = reason.as_deref().map(shown);
                    one.state = match completeness {
                        Completeness::Complete => ReviewerState::Complete,
                        _ => ReviewerState::Incomplete,
                    };
                });
            }
            _ => {}
        }
    }

    fn deliver(&self, _: PartialReview) {}
}

/// Text of a backend on one line.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_SHOWN).collect()
}
