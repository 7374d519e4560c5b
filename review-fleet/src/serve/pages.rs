//! Health, metrics, the page of runs, and the files of reports.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use deep_review::Result;

use super::Shared;
use crate::records::now_ms;
use crate::spending::dollars;
use crate::{JobState, Load};

/// Most rows of each table.
const MOST: usize = 200;

pub(super) async fn healthy() -> &'static str {
    "ok\n"
}

/// Ready when the queue can be read and nothing is ending.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if shared.ending.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "ending\n");
    }
    match shared.hands.dispatcher.load().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the queue can't be read\n"),
    }
}

pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let Ok(load) = shared.hands.dispatcher.load().await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let text = shared.hands.metrics.text() + &gauges(&load, now_ms());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn gauges(load: &Load, now_ms: i64) -> String {
    let age = load.oldest_ms.map_or(0, |made| (now_ms - made).max(0) / 1_000);
    format!(
        "# HELP deep_review_queue_jobs Jobs by state.\n# TYPE deep_review_queue_jobs gauge\n\
         deep_review_queue_jobs{{state=\"waiting\"}} {}\ndeep_review_queue_jobs{{state=\"running\"}} {}\n\
         deep_review_queue_jobs{{state=\"failed\"}} {}\n\
         # HELP deep_review_queue_oldest_seconds Age of the oldest job that waits.\n\
         # TYPE deep_review_queue_oldest_seconds gauge\ndeep_review_queue_oldest_seconds {age}\n",
        load.waiting, load.running, load.failed
    )
}

pub(super) async fn runs(State(shared): State<Arc<Shared>>) -> Response {
    match page(&shared).await {
        Ok(page) => html(page.into_bytes(), "default-src 'none'; style-src 'unsafe-inline'"),
        Err(error) => {
            (shared.hands.log)(&format!("the page of runs could not be made: {error}"));
            (StatusCode::INTERNAL_SERVER_ERROR, "the runs can't be read\n").into_response()
        }
    }
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><meta http-equiv=\"refresh\" content=\"30\"><title>Deep Review</title><style>\
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}ul{list-style:none;padding:0}\
li{border-top:1px solid #8886;padding:.6rem 0;overflow-wrap:anywhere}.s{font-weight:600}.d{opacity:.75;font-size:.9rem}\
</style>";

async fn page(shared: &Shared) -> Result<String> {
    let (jobs, runs) = (shared.hands.dispatcher.jobs().await?, shared.hands.records.runs()?);
    let now = now_ms();
    let cost =
        runs.iter().filter_map(|run| run.summary.as_ref()?.usage.cost_micro_usd).fold(0, u64::saturating_add);
    let mut out = HEAD.to_owned();
    let _ = write!(
        out,
        "<h1>Deep Review</h1><p>{} jobs, {} runs, {} in all.</p><h2>Jobs</h2><ul>",
        jobs.len(),
        runs.len(),
        dollars(cost)
    );
    for view in jobs.iter().take(MOST) {
        let (state, why) = match &view.state {
            JobState::Waiting => ("waiting", ""),
            JobState::Running => ("running", ""),
            JobState::Failed(why) => ("failed", why.as_str()),
        };
        let key = view.job.key();
        let url = escape(key.as_str());
        let _ = write!(
            out,
            "<li><span class=s>{state}</span> <a href=\"{url}\">{url}</a><div class=d>for {}{}{}</div></li>",
            age(now - view.job.made_ms),
            if why.is_empty() { "" } else { ": " },
            escape(why)
        );
    }
    if jobs.is_empty() {
        out.push_str("<li>Nothing waits, runs or has failed.</li>");
    }
    out.push_str("</ul><h2>Runs</h2><ul>");
    for run in runs.iter().take(MOST) {
        let Some(summary) = &run.summary else {
            let _ = write!(
                out,
                "<li><span class=s>not ended</span> <code>{}/{}</code></li>",
                escape(&run.change),
                escape(&run.name)
            );
            continue;
        };
        let at = format!("/reports/{}/{}", escape(&run.change), escape(&run.name));
        let [critical, important, suggestions] = summary.findings;
        let title = if summary.title.trim().is_empty() { &summary.change } else { &summary.title };
        let _ = write!(
            out,
            "<li><a href=\"{at}/report.html\">{}</a> <a href=\"{at}/report.json\">JSON</a><div class=d>{}; {critical} critical, {important} \
             important, {suggestions} suggestions; {}; {} ago; <a href=\"{url}\">{url}</a></div></li>",
            escape(title),
            escape(&summary.verdict.replace('_', " ")),
            summary.usage.cost_micro_usd.map_or_else(|| "cost unknown".to_owned(), dollars),
            age(now - summary.finished_ms),
            url = escape(&summary.change),
        );
    }
    if runs.len() > MOST {
        let _ = write!(out, "<li>{} older runs are on disk.</li>", runs.len() - MOST);
    }
    out.push_str("</ul></html>");
    Ok(out)
}

fn age(ms: i64) -> String {
    match ms.max(0) / 1_000 {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() || deep_review::render::is_invisible(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

pub(super) async fn report(
    State(shared): State<Arc<Shared>>,
    Path((change, run, file)): Path<(String, String, String)>,
) -> Response {
    let missing = || (StatusCode::NOT_FOUND, "there is no such report\n").into_response();
    let Some(path) = shared.hands.records.file(&change, &run, &file) else { return missing() };
    let Ok(Ok(bytes)) = tokio::task::spawn_blocking(move || std::fs::read(path)).await else {
        return missing();
    };
    match file.rsplit('.').next() {
        Some("html") => html(
            bytes,
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
        ),
        Some("md") => plain(bytes, "text/plain; charset=utf-8"),
        _ => plain(bytes, "application/json"),
    }
}

fn plain(bytes: Vec<u8>, content_type: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, content_type), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, bytes).into_response()
}

fn html(bytes: Vec<u8>, policy: &'static str) -> Response {
    let mut response = plain(bytes, "text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
