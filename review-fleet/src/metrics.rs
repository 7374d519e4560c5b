//! Counts of what the service did, as text that Prometheus reads.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deep_review::ErrorKind;

use crate::records::RunSummary;

/// Upper bounds of the histogram of durations, in seconds.
const BOUNDS: [u64; 8] = [1, 10, 60, 180, 600, 1_200, 1_800, 3_600];

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    counters: BTreeMap<(&'static str, &'static str, String), u64>,
    cost_micro_usd: u64,
    durations: [u64; BOUNDS.len()],
    durations_ms: u64,
    jobs: u64,
}

/// Name and meaning of the counters, without the prefix.
const COUNTERS: &[(&str, &str)] = &[
    ("webhooks_total", "Deliveries by what became of them."),
    ("jobs_total", "Attempts at a job by how they ended."),
    ("failures_total", "Failed attempts by kind of error."),
    ("findings_total", "Findings of finished reviews by severity."),
    ("tokens_total", "Tokens of finished reviews by kind."),
    ("budget_stops_total", "Reviews that a budget stopped."),
];

impl Metrics {
    /// No counts yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one more. `name` is one of the table's.
    pub(crate) fn count(&self, name: &'static str, label: &'static str, value: &str, more: u64) {
        self.with(|counts| {
            *counts.counters.entry((name, label, value.to_owned())).or_default() += more;
        });
    }

    pub(crate) fn job(&self, ended: &str, took: Duration) {
        self.count("jobs_total", "result", ended, 1);
        self.with(|counts| {
            counts.jobs += 1;
            counts.durations_ms += u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            for (bucket, bound) in counts.durations.iter_mut().zip(BOUNDS) {
                *bucket += u64::from(took <= Duration::from_secs(bound));
            }
        });
    }

    pub(crate) fn reviewed(&self, run: &RunSummary) {
        for (severity, count) in ["critical", "important", "suggestion"].iter().zip(run.findings) {
            self.count("findings_total", "severity", severity, count as u64);
        }
        let tokens = [
            ("input", run.usage.input_tokens),
            ("cache_read", run.usage.cache_read_tokens),
            ("cache_write", run.usage.cache_write_tokens),
            ("output", run.usage.output_tokens),
        ];
        for (kind, count) in tokens {
            self.count("tokens_total", "kind", kind, count.unwrap_or(0));
        }
        self.with(|counts| counts.cost_micro_usd += run.usage.cost_micro_usd.unwrap_or(0));
    }

    /// The counts as Prometheus reads them. The service answers `/metrics` with it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        self.with(|counts| {
            for (name, help) in COUNTERS {
                let _ = writeln!(out, "# HELP deep_review_{name} {help}\n# TYPE deep_review_{name} counter");
                for ((_, label, value), count) in counts.counters.iter().filter(|((known, ..), _)| known == name) {
                    let _ = writeln!(out, "deep_review_{name}{{{label}=\"{value}\"}} {count}");
                }
            }
            let (whole, rest) = (counts.cost_micro_usd / 1_000_000, counts.cost_micro_usd % 1_000_000);
            let _ = writeln!(
                out,
                "# HELP deep_review_cost_usd_total Cost of finished reviews, as far as their backends tell.\n\
                 # TYPE deep_review_cost_usd_total counter\ndeep_review_cost_usd_total {whole}.{rest:06}\n\
                 # HELP deep_review_job_seconds How long attempts at a job took.\n# TYPE deep_review_job_seconds histogram"
            );
            for (bucket, bound) in counts.durations.iter().zip(BOUNDS) {
                let _ = writeln!(out, "deep_review_job_seconds_bucket{{le=\"{bound}\"}} {bucket}");
            }
            let (seconds, ms) = (counts.durations_ms / 1_000, counts.durations_ms % 1_000);
            let _ = writeln!(
                out,
                "deep_review_job_seconds_bucket{{le=\"+Inf\"}} {jobs}\ndeep_review_job_seconds_sum {seconds}.{ms:03}\n\
                 deep_review_job_seconds_count {jobs}",
                jobs = counts.jobs
            );
        });
        out
    }

    fn with(&self, act: impl FnOnce(&mut Counts)) {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The name of a kind of error, as labels have it: `rate_limited`.
pub(crate) fn kind_name(kind: ErrorKind) -> String {
    let mut name = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names() {
        assert_eq!(kind_name(ErrorKind::RateLimited), "rate_limited");
        assert_eq!(kind_name(ErrorKind::Io), "io");
    }

    #[test]
    fn counts_are_written_as_prometheus_reads_them() {
        let metrics = Metrics::new();
        metrics.job("reviewed", Duration::from_millis(1_500));
        metrics.count("webhooks_total", "result", "queued", 2);
        let text = metrics.text();
        for line in [
            "deep_review_webhooks_total{result=\"queued\"} 2",
            "deep_review_jobs_total{result=\"reviewed\"} 1",
            "deep_review_job_seconds_bucket{le=\"1\"} 0",
            "deep_review_job_seconds_bucket{le=\"10\"} 1",
            "deep_review_job_seconds_sum 1.500",
            "deep_review_cost_usd_total 0.000000",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} is not in\n{text}");
        }
    }
}
