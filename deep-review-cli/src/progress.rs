//! Shows how a run goes, on standard error.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deep_review::{Completeness, Event, PartialReview, Sink};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// A line per reviewer on a terminal; otherwise a line per event that matters.
pub(crate) struct Progress {
    bars: Option<Mutex<Bars>>,
}

struct Bars {
    all: MultiProgress,
    by_pass: BTreeMap<(String, u32), ProgressBar>,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let bars = std::io::stderr()
            .is_terminal()
            .then(|| Mutex::new(Bars { all: MultiProgress::new(), by_pass: BTreeMap::new() }));
        Self { bars }
    }

    fn line(&self, text: &str) {
        let text = clean(text);
        match &self.bars {
            Some(bars) => {
                let bars = bars.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = bars.all.println(text);
            }
            None => super::output::note(&text),
        }
    }

    fn has_bar(&self, reviewer: &str, pass: u32) -> bool {
        self.bars.as_ref().is_some_and(|bars| {
            let bars = bars.lock().unwrap_or_else(PoisonError::into_inner);
            bars.by_pass.contains_key(&(reviewer.to_owned(), pass))
        })
    }

    fn with_bar(&self, reviewer: &str, pass: u32, act: impl FnOnce(&ProgressBar)) {
        let Some(bars) = &self.bars else { return };
        let mut bars = bars.lock().unwrap_or_else(PoisonError::into_inner);
        let all = bars.all.clone();
        let bar = bars.by_pass.entry((reviewer.to_owned(), pass)).or_insert_with(|| {
            let bar = all.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {elapsed} {msg}") {
                bar.set_style(style);
            }
            bar.set_prefix(label(reviewer, pass));
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        act(bar);
    }
}

impl Sink for Progress {
    fn event(&self, event: Event) {
        match event {
            Event::ReviewerStarted { reviewer, pass } => {
                self.with_bar(&reviewer, pass, |bar| bar.set_message("reviewing"));
                if self.bars.is_none() {
                    self.line(&format!("{}: started", label(&reviewer, pass)));
                }
            }
            Event::ToolCalled { reviewer, pass, tool, summary } => {
                self.with_bar(&reviewer, pass, |bar| bar.set_message(clean(&format!("{tool} {summary}"))));
            }
            Event::Progress { reviewer, pass, text } => {
                self.with_bar(&reviewer, pass, |bar| bar.set_message(clean(&text)));
            }
            Event::Waiting { reviewer, pass, for_ms, quiet_ms, last } => {
                let (waited, quiet) = (for_ms / 60_000, quiet_ms / 60_000);
                let heard =
                    if last.is_empty() { "nothing heard yet".to_owned() } else { format!("last: {last}") };
                // Judges and editors have no bar. Where no line is redrawn, one a minute would be too many.
                if self.has_bar(&reviewer, pass) {
                    if quiet > 0 {
                        let text = clean(&format!("quiet for {quiet} min; {heard}"));
                        self.with_bar(&reviewer, pass, |bar| bar.set_message(text));
                    }
                } else if matches!(waited, 1 | 2) || waited % 5 == 0 {
                    let who = label(&reviewer, pass);
                    self.line(&format!("{who}: working for {waited} min, quiet for {quiet} min; {heard}"));
                }
            }
            Event::Delivered { reviewer, pass, findings } => {
                self.with_bar(&reviewer, pass, |bar| bar.set_message(format!("{findings} findings so far")));
            }
            Event::Retrying { reviewer, pass, attempt, delay_ms, reason } => {
                let seconds = delay_ms.div_ceil(1000);
                self.line(&format!("{}: try {attempt} in {seconds} s: {reason}", label(&reviewer, pass)));
            }
            Event::ReviewerFinished { reviewer, pass, completeness, reason, findings, duration_ms } => {
                self.with_bar(&reviewer, pass, ProgressBar::finish_and_clear);
                let seconds = duration_ms as f64 / 1000.0;
                let why = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
                let how = if completeness == Completeness::Complete {
                    String::new()
                } else {
                    format!(" ({completeness}{why})")
                };
                self.line(&format!("{}: {findings} findings in {seconds:.1} s{how}", label(&reviewer, pass)));
            }
            Event::JudgeAsked { questions } => self.line(&format!("asking the judge {questions} questions")),
            Event::EditorAsked { attempt: 1 } => self.line("asking the editor for the summary"),
            Event::EditorAsked { .. } => self.line("asking the editor again"),
            Event::Warning { text } => self.line(&format!("warning: {text}")),
            _ => {}
        }
    }

    fn deliver(&self, _: PartialReview) {}
}

fn label(reviewer: &str, pass: u32) -> String {
    if pass == 1 { reviewer.to_owned() } else { format!("{reviewer}@{pass}") }
}

/// Text of a backend on one line, without terminal escapes.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || deep_review::render::is_invisible(c) { ' ' } else { c })
        .take(200)
        .collect()
}
