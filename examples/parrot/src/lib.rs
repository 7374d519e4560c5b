//! An adapter for a made-up agent program, `parrot`, as somebody outside of this project would write it.
//!
//! The program prints one JSON object a line: `{"type":"session","id":…}`, `{"type":"read","path":…}` for each file,
//! `{"type":"answer","text":…}`, then `{"type":"done","tokens":…}`, or `{"type":"failed","status":…,"message":…}`. What makes the
//! adapter right is in `tests/conformance.rs`: the public suite.
#![cfg(unix)]

use std::path::PathBuf;

use review_agents::cli_agent::{CliBackend, CliCodec, Frame, Setting, Step};
use review_agents::process::{Ended, Invocation};
use review_core::{AgentRequest, AgentResponse, Error, ErrorKind, FileRead, Identity, Result, Usage};
use serde_json::Value;

/// The program with its settings.
pub struct Parrot {
    /// Where it is.
    pub program: PathBuf,
    /// Its key.
    pub key: String,
}

impl Parrot {
    fn call(&self, request: &AgentRequest, setting: &Setting<'_>, input: String) -> Result<Invocation> {
        let refuse = |kind, why| Err(Error::new(kind, why));
        let Some(checkout) = &request.checkout else {
            return refuse(ErrorKind::Unsupported, "it needs a checkout to work in");
        };
        if self.key.is_empty() {
            return refuse(ErrorKind::Unauthorized, "there is no key; set PARROT_KEY");
        }
        // The environment is exactly this; the private folder is empty and goes with the ask.
        Ok(Invocation::new(&self.program, checkout)
            .argument("--json")
            .variable("PATH", "/usr/local/bin:/usr/bin:/bin")
            .variable("HOME", setting.private.to_string_lossy())
            .variable("TMPDIR", setting.private.to_string_lossy())
            .variable("PARROT_KEY", &self.key)
            .input(input))
    }
}

impl CliBackend for Parrot {
    fn name(&self) -> &str {
        "parrot"
    }
    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        self.call(request, setting, format!("{}\n\n{}", request.system, request.prompt))
    }
    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        let call = self.call(request, setting, message.to_owned());
        Some(call.map(|invocation| invocation.argument("--session").argument(session)))
    }
    fn codec(&self, _: &AgentRequest) -> Box<dyn CliCodec> {
        Box::<ParrotCodec>::default()
    }
    fn secrets(&self) -> Vec<String> {
        vec![self.key.clone()]
    }
}

/// One run.
#[derive(Default)]
struct ParrotCodec {
    session: Option<String>,
    answer: String,
    tokens: Option<u64>,
    done: bool,
    failed: Option<(u64, String)>,
}

impl CliCodec for ParrotCodec {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let Ok(event) = serde_json::from_slice::<Value>(line) else { return Frame::Corrupt };
        let text = |name: &str| event.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name: &str| event.get(name).and_then(Value::as_u64);
        match text("type").as_str() {
            "session" => self.session = Some(text("id")),
            "read" => {
                let read = Some(FileRead::file(text("path")));
                steps.push(Step::Tool { name: "read".into(), summary: text("path"), read });
            }
            "answer" => self.answer = text("text"),
            "done" => (self.done, self.tokens) = (true, number("tokens")),
            "failed" => self.failed = Some((number("status").unwrap_or(0), text("message"))),
            // Programs learn new words; that must not stop a review.
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        // The one place where failures are mapped, each with its evidence.
        if let Some((status, message)) = &self.failed {
            let kind = match status {
                401 | 403 => ErrorKind::Unauthorized,
                429 => ErrorKind::RateLimited,
                _ => ErrorKind::Unavailable,
            };
            return Err(Error::new(kind, "it failed")
                .with_context("status", status)
                .with_context("it said", message));
        }
        if !self.done && self.answer.is_empty() {
            let last = ended.stderr_tail.lines().last().unwrap_or_default();
            let error = Error::new(ErrorKind::Truncated, "it ended without an answer");
            return Err(error.with_context("exit code", ended.code).with_context("last words", last));
        }
        let mut response =
            AgentResponse::new(self.answer).with_identity(Identity::default().with_provider("parrot"));
        response.session = self.session;
        response.usage =
            self.tokens.map_or(Usage::default(), |tokens| Usage::default().with_output_tokens(tokens));
        // An exit code of zero is not believed alone, nor is the end mark.
        Ok(if self.done && ended.code == 0 {
            response
        } else {
            response.with_truncated(format!("it ended with code {} before its end mark", ended.code))
        })
    }
}
