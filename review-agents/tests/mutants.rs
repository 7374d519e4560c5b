//! The conformance suite of agent programs against adapters with one planted bug each: a suite that lets them pass is worth
//! nothing.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use review_agents::cli_agent::{CliAgent, CliBackend, CliCodec, Frame, Guard, Setting, Step};
use review_agents::process::{Driver, Ended, Invocation, Limits};
use review_core::{
    Agent, AgentRequest, AgentResponse, Cx, Error, ErrorKind, FileRead, Result, ToolCount, Usage,
};
use review_testkit::conformance::{self, CaseResult, CliFixture};
use serde_json::{Value, json};

/// What is wrong with the adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bug {
    None,
    KeyInAnArgument,
    PromptNeverDelivered,
    PromptAsArgument,
    WrongFolder,
    HomeInTheCheckout,
    UsersHome,
    EvidenceDropped,
    AnswersAppended,
    ExitCodeBelieved,
    EndMarkNotNeeded,
    EmptyAnswerAccepted,
    CheckIgnored,
    RepairInANewSession,
    StatusNotMapped,
    RateLimitIsUnavailable,
    UnknownLineFails,
    CorruptLineFails,
    ReadsNotTold,
    ToolsNotTold,
    EnvironmentInherited,
    NotConfined,
    LongLinesCut,
}

const BUGS: &[Bug] = &[
    Bug::KeyInAnArgument,
    Bug::PromptNeverDelivered,
    Bug::PromptAsArgument,
    Bug::WrongFolder,
    Bug::HomeInTheCheckout,
    Bug::UsersHome,
    Bug::EvidenceDropped,
    Bug::AnswersAppended,
    Bug::ExitCodeBelieved,
    Bug::EndMarkNotNeeded,
    Bug::EmptyAnswerAccepted,
    Bug::CheckIgnored,
    Bug::RepairInANewSession,
    Bug::StatusNotMapped,
    Bug::RateLimitIsUnavailable,
    Bug::UnknownLineFails,
    Bug::CorruptLineFails,
    Bug::ReadsNotTold,
    Bug::ToolsNotTold,
    Bug::EnvironmentInherited,
    Bug::NotConfined,
    Bug::LongLinesCut,
];

/// An adapter for a protocol of JSON lines: `session`, `read`, `answer`, `failed`, `end`.
struct Adapter {
    program: PathBuf,
    key: String,
    bug: Bug,
}

impl Adapter {
    fn call(&self, request: &AgentRequest, setting: &Setting<'_>, input: &str) -> Result<Invocation> {
        let checkout = request
            .checkout
            .clone()
            .ok_or_else(|| Error::new(ErrorKind::Unsupported, "it needs a checkout to work in"))?;
        let folder = if self.bug == Bug::WrongFolder { setting.private.to_owned() } else { checkout.clone() };
        let mut invocation = Invocation::new(&self.program, folder).variable("KEY", &self.key);
        invocation = match self.bug {
            Bug::PromptNeverDelivered => invocation.input("Hello."),
            Bug::PromptAsArgument => invocation.argument(input).input(input),
            _ => invocation.input(input),
        };
        if self.bug == Bug::KeyInAnArgument {
            invocation = invocation.argument(format!("--key={}", self.key));
        }
        if self.bug == Bug::EnvironmentInherited {
            invocation = std::env::vars()
                .fold(invocation, |invocation, (name, value)| invocation.variable(name, value));
        }
        let home = match self.bug {
            Bug::HomeInTheCheckout => checkout.join(".home").to_string_lossy().into_owned(),
            Bug::UsersHome => std::env::var("HOME").unwrap_or_default(),
            _ => setting.private.to_string_lossy().into_owned(),
        };
        Ok(invocation.variable("HOME", home).variable("PATH", "/usr/local/bin:/usr/bin:/bin"))
    }
}

impl CliBackend for Adapter {
    fn name(&self) -> &str {
        "lines"
    }
    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        self.call(request, setting, &request.prompt)
    }
    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        let call = self.call(request, setting, message);
        if self.bug == Bug::RepairInANewSession {
            return Some(call);
        }
        Some(call.map(|invocation| invocation.argument("--resume").argument(session)))
    }
    fn codec(&self, _: &AgentRequest) -> Box<dyn CliCodec> {
        Box::new(Codec { bug: self.bug, ..Codec::default() })
    }
    fn guard(&self) -> Guard {
        match self.bug {
            // It claims a sandbox of its own that is not there.
            Bug::NotConfined => Guard::Watch,
            _ => Guard::Machine,
        }
    }
    fn secrets(&self) -> Vec<String> {
        vec![self.key.clone()]
    }
}

struct Codec {
    bug: Bug,
    session: Option<String>,
    answer: String,
    failed: Option<(u64, String)>,
    ended: bool,
    unreadable: bool,
}

impl Default for Codec {
    fn default() -> Self {
        Self {
            bug: Bug::None,
            session: None,
            answer: String::new(),
            failed: None,
            ended: false,
            unreadable: false,
        }
    }
}

impl CliCodec for Codec {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let line = if self.bug == Bug::LongLinesCut { line.get(..64 << 10).unwrap_or(line) } else { line };
        let Ok(event) = serde_json::from_slice::<Value>(line) else {
            self.unreadable |= self.bug == Bug::CorruptLineFails;
            return Frame::Corrupt;
        };
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        match text("type").as_str() {
            "session" => self.session = Some(text("id")),
            "read" => {
                if self.bug != Bug::AnswersAppended {
                    self.answer.clear();
                }
                let read = (self.bug != Bug::ReadsNotTold).then(|| FileRead::file(text("path")));
                if self.bug != Bug::ToolsNotTold {
                    steps.push(Step::Tool { name: "read".into(), summary: text("path"), read });
                } else {
                    steps.extend(read.map(Step::Read));
                }
            }
            "answer" => self.answer.push_str(&text("text")),
            "failed" => self.failed = Some((event["status"].as_u64().unwrap_or(0), text("message"))),
            "end" => self.ended = true,
            _ => {
                self.unreadable |= self.bug == Bug::UnknownLineFails;
                return Frame::Unknown;
            }
        }
        Frame::Known
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        if self.unreadable {
            return Err(Error::new(ErrorKind::InvalidAnswer, "a line can't be read"));
        }
        if let Some((status, message)) = self.failed {
            let kind = match status {
                _ if self.bug == Bug::StatusNotMapped => ErrorKind::Io,
                401 | 403 => ErrorKind::Unauthorized,
                429 if self.bug != Bug::RateLimitIsUnavailable => ErrorKind::RateLimited,
                _ => ErrorKind::Unavailable,
            };
            return Err(Error::new(kind, "the API refused").with_context("it said", message));
        }
        let mut response = AgentResponse::new(self.answer)
            .with_usage(Usage::default())
            .with_tool_calls(Vec::<ToolCount>::new());
        response.session = self.session;
        if response.text.trim().is_empty() && self.bug != Bug::EmptyAnswerAccepted {
            let error = Error::new(ErrorKind::Unavailable, "it ended without an answer");
            return Err(if self.bug == Bug::EvidenceDropped {
                error
            } else {
                error.with_context("exit code", ended.code).with_context("stderr", &ended.stderr_tail)
            });
        }
        if ended.code != 0 && self.bug != Bug::ExitCodeBelieved {
            return Ok(response.with_truncated(format!("it ended with code {}", ended.code)));
        }
        if !self.ended && self.bug != Bug::EndMarkNotNeeded && self.bug != Bug::ExitCodeBelieved {
            return Ok(response.with_truncated("it did not say that it ended"));
        }
        Ok(response)
    }
}

/// Hides from the agent below that an answer can be checked, or that there was none.
struct Careless {
    inner: Arc<dyn Agent>,
    bug: Bug,
}

#[async_trait]
impl Agent for Careless {
    async fn run(&self, mut request: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        if self.bug == Bug::CheckIgnored {
            request.check = None;
        }
        let returned = self.inner.run(request, cx).await;
        match (self.bug, returned) {
            (Bug::EmptyAnswerAccepted, Err(error)) if error.kind() == ErrorKind::InvalidAnswer => {
                Ok(AgentResponse::new(""))
            }
            (Bug::NotConfined, Ok(mut response)) => {
                response.identity.isolation = Some("bubblewrap, supervised".to_owned());
                Ok(response)
            }
            (_, returned) => returned,
        }
    }
}

struct Fixture(Bug);

impl CliFixture for Fixture {
    fn program(&self) -> &str {
        "lines"
    }
    fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
        let adapter = Adapter { program: program.to_owned(), key: key.to_owned(), bug: self.0 };
        let inner: Arc<dyn Agent> = Arc::new(CliAgent::new(adapter, Driver::new(Limits::default())));
        Arc::new(Careless { inner, bug: self.0 })
    }
    fn good(&self, _: &Path, answer: &str) -> Vec<String> {
        vec![
            json!({"type": "session", "id": "s1"}).to_string(),
            json!({"type": "read", "path": "a.rs"}).to_string(),
            json!({"type": "answer", "text": answer}).to_string(),
            json!({"type": "end"}).to_string(),
        ]
    }
    fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)> {
        Some((vec![json!({"type": "failed", "status": status, "message": message}).to_string()], 1))
    }
    fn unknown(&self) -> Option<String> {
        Some(json!({"type": "tomorrow"}).to_string())
    }
    fn goes_on_with(&self) -> Option<&str> {
        Some("--resume")
    }
}

#[tokio::test]
async fn an_adapter_without_a_bug_conforms() {
    conformance::cli_agent(&Fixture(Bug::None)).await.assert_conforms();
}

#[tokio::test]
async fn every_planted_bug_is_caught() {
    // Side by side: the suite mostly waits.
    let local = tokio::task::LocalSet::new();
    let running: Vec<_> = BUGS
        .iter()
        .map(|bug| local.spawn_local(async move { (*bug, conformance::cli_agent(&Fixture(*bug)).await) }))
        .collect();
    local.await;
    let mut missed = Vec::new();
    for task in running {
        let (bug, report) = task.await.unwrap();
        let failed = report.cases.iter().filter(|(_, result)| matches!(result, CaseResult::Failed(_)));
        let failed: Vec<&str> = failed.map(|(name, _)| *name).collect();
        println!("{bug:?}: {}", failed.join("; "));
        if failed.is_empty() {
            missed.push(bug);
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
