//! One run of a program within an ask.

use std::collections::BTreeMap;

use review_core::{
    AgentRequest, AgentResponse, Cx, Error, ErrorKind, Event, FileRead, RawLine, Result, ToolCount,
};

use super::{CliBackend, CliCodec, Frame, Step};
use crate::process::{Driver, Ended, Invocation, Stream};
use crate::secrets::Secrets;
use crate::shorten::shorten;

/// What is counted while the program runs.
#[derive(Default)]
struct Seen {
    tools: BTreeMap<String, u32>,
    reads: Vec<FileRead>,
    unknown: u32,
    corrupt: u32,
}

/// A program that calls more tools than this in one run goes in circles.
const MAX_CALLS: u32 = 2_000;

impl Seen {
    fn calls(&self) -> u32 {
        self.tools.values().sum()
    }
}

/// Runs the program and reads what it says.
///
/// # Errors
/// The program's failure, without secrets. Where it was stopped (a limit, a cancellation) after it had said something that
/// the ask's own check takes for an answer, that is a truncated answer.
pub(super) async fn run<B: CliBackend>(
    backend: &B,
    driver: &Driver,
    invocation: Invocation,
    request: &AgentRequest,
    cx: &Cx,
) -> Result<AgentResponse> {
    let secrets = Secrets::new(&backend.secrets());
    let mut codec = backend.codec(request);
    let mut seen = Seen::default();
    let stop = cx.cancel.child();
    let mut on_line = |stream: Stream, line: &[u8]| {
        // Secrets go before anybody looks: whatever is made of the line can't hold them.
        let line = secrets.clean(line);
        cx.raw(RawLine::new(&request.reviewer, request.pass, stream.as_str(), line.as_ref()));
        if stream == Stream::Out && !line.is_empty() {
            read_line(&mut *codec, line.as_bytes(), &mut seen, request, cx);
        }
        if seen.calls() > MAX_CALLS {
            stop.cancel();
        }
    };
    let ended = driver.run(invocation, &mut on_line, &stop).await;
    let mut response = match ended {
        Ok(mut ended) => {
            ended.stderr_tail = secrets.strip(&ended.stderr_tail);
            let said = codec.said();
            let mut response = match codec.finish(&ended) {
                Ok(response) => response,
                Err(error) => salvaged(said, request, named(backend, hinted(error, &ended), &secrets))?,
            };
            if ended.cut && response.truncated.is_none() {
                response.truncated = Some("its output was too long and was cut".to_owned());
            }
            response
        }
        Err(error) if error.is_cancelled() && !cx.cancel.is_cancelled() => {
            let error = Error::new(ErrorKind::BudgetExceeded, "it called tools without end")
                .with_context("limit of calls", MAX_CALLS);
            stopped(codec, request, named(backend, error, &secrets))?
        }
        Err(error) => stopped(codec, request, named(backend, error, &secrets))?,
    };
    response.text = secrets.strip(&response.text);
    if seen.unknown + seen.corrupt > 0 {
        let text =
            format!("{}: {} unknown and {} unreadable events", backend.name(), seen.unknown, seen.corrupt);
        cx.event(Event::Warning { text });
    }
    if response.tool_calls.is_empty() {
        response.tool_calls =
            seen.tools.into_iter().map(|(tool, calls)| ToolCount::new(tool, calls)).collect();
    }
    let inside = |read: FileRead| Some(FileRead::new(relative(&read.path, request)?, read.range));
    response.reads.extend(seen.reads.into_iter().filter_map(inside));
    Ok(response)
}

/// What a program that was stopped had said: a truncated answer where it can be used, else the error.
fn stopped(codec: Box<dyn CliCodec>, request: &AgentRequest, error: Error) -> Result<AgentResponse> {
    let stops = [ErrorKind::Timeout, ErrorKind::Cancelled, ErrorKind::BudgetExceeded];
    let was_stopped = stops.contains(&error.kind());
    let Some(check) = request.check.as_ref().filter(|_| was_stopped) else { return Err(error) };
    let killed = Ended { code: 143, ..Ended::default() };
    match codec.finish(&killed) {
        Ok(mut response) if check(&response.text).is_ok() => {
            response.truncated = Some(error.to_string());
            Ok(response)
        }
        _ => Err(error),
    }
}

/// What a program had said before it failed: a truncated answer where the request's own check takes it for one, else the
/// error. Without a check it may be a sentence of intent, which is no answer.
fn salvaged(said: Option<AgentResponse>, request: &AgentRequest, error: Error) -> Result<AgentResponse> {
    match (said, &request.check) {
        (Some(said), Some(check)) if check(&said.text).is_ok() => Ok(said.with_truncated(error.to_string())),
        _ => Err(error),
    }
}

/// How programs say that they don't know an option: commander's, clap's and yargs' words.
const UNKNOWN_OPTION: [&str; 4] =
    ["unknown option", "unexpected argument", "unknown argument", "unrecognized option"];

/// A failure because an option is unknown comes from a version that the backend was not made for. The program's own words
/// don't say that to somebody who never wrote the option.
fn hinted(error: Error, ended: &Ended) -> Error {
    let words = ended.stderr_tail.to_lowercase();
    if ended.code == 0 || !UNKNOWN_OPTION.iter().any(|unknown| words.contains(unknown)) {
        return error;
    }
    error
        .with_context("hint", "the installed version lacks an option that is needed here; update the program")
}

fn named<B: CliBackend>(backend: &B, error: Error, secrets: &Secrets) -> Error {
    secrets.without(error).with_operation(backend.name())
}

fn read_line(codec: &mut dyn CliCodec, line: &[u8], seen: &mut Seen, request: &AgentRequest, cx: &Cx) {
    let mut steps = Vec::new();
    match codec.line(line, &mut steps) {
        Frame::Known | Frame::KeepAlive => {}
        Frame::Unknown => seen.unknown += 1,
        Frame::Corrupt => seen.corrupt += 1,
    }
    let (reviewer, pass) = (request.reviewer.clone(), request.pass);
    for step in steps {
        let (reviewer, pass) = (reviewer.clone(), pass);
        match step {
            Step::Tool { name, summary, read } => {
                *seen.tools.entry(name.clone()).or_default() += 1;
                seen.reads.extend(read);
                cx.event(Event::ToolCalled { reviewer, pass, tool: name, summary: shorten(&summary) });
            }
            Step::Read(read) => seen.reads.push(read),
            Step::Text(text) => cx.event(Event::Progress { reviewer, pass, text: shorten(&text) }),
            Step::Usage(usage) => cx.event(Event::UsageUpdated { reviewer, pass, usage }),
            Step::Retry { attempt, delay, reason } => {
                let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
                cx.event(Event::Retrying { reviewer, pass, attempt, delay_ms, reason: shorten(&reason) });
            }
        }
    }
}

/// A path within the checkout, relative to it; what lies outside is not part of the review.
fn relative(path: &str, request: &AgentRequest) -> Option<String> {
    let path = match &request.checkout {
        Some(checkout) if path.starts_with('/') => {
            let root = checkout.to_string_lossy();
            path.strip_prefix(root.as_ref())?.trim_start_matches('/')
        }
        _ => path.trim_start_matches("./"),
    };
    (!path.is_empty() && !path.starts_with('/') && !path.split('/').any(|part| part == ".."))
        .then(|| path.to_owned())
}
