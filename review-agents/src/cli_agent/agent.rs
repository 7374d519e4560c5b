//! Runs an adapter's program and turns its steps into events and an answer.

use std::collections::BTreeMap;

use async_trait::async_trait;
use review_core::{Agent, Answered, Ask, Cx, Error, ErrorKind, Event, Result, ToolCount};

use super::{CliBackend, CliCodec, Frame, PrivateFolder, Step};
use crate::process::{Driver, Stream};
use crate::secrets;
use crate::shorten::shorten;

/// An agent over a program that speaks in events.
pub struct CliAgent<B> {
    backend: B,
    driver: Driver,
}

impl<B: CliBackend> CliAgent<B> {
    /// An agent over a backend.
    pub fn new(backend: B, driver: Driver) -> Self {
        Self { backend, driver }
    }
}

/// What is counted while the program runs.
#[derive(Default)]
struct Seen {
    tools: BTreeMap<String, u32>,
    reads: Vec<(String, Option<review_core::LineRange>)>,
    unknown: u32,
    corrupt: u32,
}

#[async_trait]
impl<B: CliBackend> Agent for CliAgent<B> {
    async fn ask(&self, ask: Ask, cx: Cx) -> Result<Answered> {
        cx.cancel.check()?;
        let keys = self.backend.secrets();
        let private = PrivateFolder::new()?;
        let invocation = self.backend.invocation(&ask, &private.path)?;
        let mut codec = self.backend.codec(&ask);
        let mut seen = Seen::default();
        let mut on_line = |stream: Stream, line: &[u8]| {
            if stream == Stream::Out && !line.is_empty() {
                // Secrets go before anybody looks: whatever the codec makes of the line can't hold them.
                read_line(&mut *codec, &secrets::clean(line, &keys), &mut seen, &ask, &cx);
            }
        };
        let mut ended = self
            .driver
            .run(invocation, &mut on_line, &cx.cancel)
            .await
            .map_err(|error| secrets::without(error, &keys).with_operation(self.backend.name()))?;
        ended.stderr_tail = secrets::strip(&ended.stderr_tail, &keys);
        let finished = codec
            .finish(&ended)
            .map_err(|error| secrets::without(error, &keys).with_operation(self.backend.name()));
        let mut answered = finished?;
        if answered.text.trim().is_empty() && answered.truncated.is_none() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "it ended without an answer")
                .with_operation(self.backend.name()));
        }
        if ended.cut && answered.truncated.is_none() {
            answered.truncated = Some("its output was too long and was cut".to_owned());
        }
        if seen.unknown + seen.corrupt > 0 {
            let text = format!(
                "{}: {} unknown and {} unreadable events",
                self.backend.name(),
                seen.unknown,
                seen.corrupt
            );
            cx.event(Event::Warning { text });
        }
        if answered.tool_calls.is_empty() {
            answered.tool_calls =
                seen.tools.into_iter().map(|(tool, calls)| ToolCount::new(tool, calls)).collect();
        }
        answered
            .reads
            .extend(seen.reads.into_iter().filter_map(|(path, range)| Some((relative(&path, &ask)?, range))));
        // What the program itself keeps from the checkout comes first, then how surely its processes are ended.
        let guarantee = self.driver.guarantee().as_str();
        answered.identity.isolation = Some(match answered.identity.isolation.take() {
            Some(own) => format!("{own}, {guarantee}"),
            None => guarantee.to_owned(),
        });
        Ok(answered)
    }
}

fn read_line(codec: &mut dyn CliCodec, line: &[u8], seen: &mut Seen, ask: &Ask, cx: &Cx) {
    let mut steps = Vec::new();
    match codec.line(line, &mut steps) {
        Frame::Known => {}
        Frame::Unknown => seen.unknown += 1,
        Frame::Corrupt => seen.corrupt += 1,
    }
    let (reviewer, pass) = (ask.reviewer.clone(), ask.pass);
    for step in steps {
        let (reviewer, pass) = (reviewer.clone(), pass);
        match step {
            Step::Tool { name, summary, read } => {
                *seen.tools.entry(name.clone()).or_default() += 1;
                seen.reads.extend(read);
                cx.event(Event::ToolCalled { reviewer, pass, tool: name, summary: shorten(&summary) });
            }
            Step::Read { path, range } => seen.reads.push((path, range)),
            Step::Text(text) => cx.event(Event::Progress { reviewer, pass, text: shorten(&text) }),
            Step::Usage(usage) => cx.event(Event::UsageUpdated { reviewer, pass, usage }),
            Step::Retry { attempt, delay_ms, reason } => {
                cx.event(Event::Retrying { reviewer, pass, attempt, delay_ms, reason: shorten(&reason) });
            }
        }
    }
}

/// A path within the checkout, relative to it; what lies outside is not part of the review.
fn relative(path: &str, ask: &Ask) -> Option<String> {
    let path = match &ask.checkout {
        Some(checkout) if path.starts_with('/') => {
            let root = checkout.to_string_lossy();
            path.strip_prefix(root.as_ref())?.trim_start_matches('/')
        }
        _ => path.trim_start_matches("./"),
    };
    (!path.is_empty() && !path.starts_with('/') && !path.split('/').any(|part| part == ".."))
        .then(|| path.to_owned())
}
