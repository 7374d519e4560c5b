//! The seam of agent programs, with an adapter for a tiny protocol: `tool NAME PATH`, `say TEXT`, `answer TEXT`, `end`.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::cli_agent::{CliAgent, CliBackend, CliCodec, Frame, Setting, Step};
use review_agents::process::{Driver, Ended, Invocation, Limits};
use review_core::{
    Agent, AgentRequest, AgentResponse, Cancel, Cx, Error, ErrorKind, Event, FileRead, MemorySink, Result,
};
use review_testkit::conformance;

struct Tiny(&'static str);

#[derive(Default)]
struct TinyCodec {
    answer: String,
    ended: bool,
}

impl CliBackend for Tiny {
    fn name(&self) -> &str {
        "tiny"
    }
    fn invocation(&self, _: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        Ok(Invocation::new("/bin/sh", setting.private)
            .argument("-c")
            .argument(self.0)
            .variable("KEY", "sk-secret-1"))
    }
    fn codec(&self, _: &AgentRequest) -> Box<dyn CliCodec> {
        Box::<TinyCodec>::default()
    }
    fn secrets(&self) -> Vec<String> {
        vec!["sk-secret-1".to_owned()]
    }
}

impl CliCodec for TinyCodec {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let Ok(text) = std::str::from_utf8(line) else { return Frame::Corrupt };
        match text.split_once(' ').unwrap_or((text, "")) {
            ("tool", rest) => {
                let (name, path) = rest.split_once(' ').unwrap_or((rest, ""));
                let read = Some(FileRead::file(path));
                steps.push(Step::Tool { name: name.to_owned(), summary: path.to_owned(), read });
            }
            ("say", rest) => steps.push(Step::Text(rest.to_owned())),
            ("answer", rest) => rest.clone_into(&mut self.answer),
            ("end", _) => self.ended = true,
            _ => return Frame::Unknown,
        }
        Frame::Known
    }
    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        if ended.code != 0 {
            return Err(
                Error::new(ErrorKind::Unavailable, "it failed").with_context("stderr", &ended.stderr_tail)
            );
        }
        let response = AgentResponse::new(self.answer);
        Ok(if self.ended { response } else { response.with_truncated("it did not say that it ended") })
    }
}

async fn ask(script: &'static str) -> (Result<AgentResponse>, Vec<Event>) {
    let agent = CliAgent::new(Tiny(script), Driver::new(Limits::default()));
    let sink = Arc::new(MemorySink::new());
    let mut request = AgentRequest::new("review").with_reviewer("tiny");
    request.checkout = Some("/checkout".into());
    (agent.run(request, Cx::new(Cancel::new(), sink.clone())).await, sink.events())
}

#[tokio::test]
async fn steps_become_events_and_coverage() {
    let (response, events) = ask(
        "echo tool Read /checkout/a.go; echo tool Read /etc/passwd; echo say hm; echo answer yes; echo end",
    )
    .await;
    let response = response.unwrap();
    assert_eq!((response.text.as_str(), response.truncated), ("yes", None));
    assert_eq!(response.tool_calls[0].calls, 2);
    assert_eq!(response.reads, [FileRead::file("a.go")], "what lies outside is not coverage");
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn unknown_and_corrupt_lines_are_noted_and_cost_nothing() {
    let (response, events) = ask("echo wat; printf '\\377\\n'; echo answer yes; echo end").await;
    assert_eq!(response.unwrap().text, "yes");
    assert!(events.iter().any(
        |event| matches!(event, Event::Warning { text } if text == "tiny: 2 unknown and 0 unreadable events")
    ));
}

#[tokio::test]
async fn an_exit_code_of_zero_is_not_believed_alone() {
    assert_eq!(
        ask("echo answer half").await.0.unwrap().truncated.as_deref(),
        Some("it did not say that it ended")
    );
    assert_eq!(ask("echo end").await.0.unwrap_err().kind(), ErrorKind::InvalidAnswer);
}

#[tokio::test]
async fn secrets_never_leave() {
    let (failed, _) = ask("echo $KEY >&2; exit 1").await;
    let error = failed.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("sk-secret"), "{error:?}");
    let (response, events) = ask("echo say $KEY; echo tool Bash $KEY; echo answer $KEY; echo end").await;
    let response = response.unwrap();
    assert!(!format!("{response:?} {events:?}").contains("sk-secret"), "{response:?} {events:?}");
}

#[tokio::test]
async fn it_conforms() {
    let make = || -> Arc<dyn Agent> {
        Arc::new(CliAgent::new(Tiny("echo answer yes; echo end"), Driver::new(Limits::default())))
    };
    conformance::agent(make, AgentRequest::new("review")).await.assert_conforms();
}

#[tokio::test]
async fn a_program_that_is_too_old_is_told_as_such() {
    let run = |script| async move {
        let agent = CliAgent::new(Tiny(script), Driver::new(Limits::default()));
        agent.run(AgentRequest::new("Review."), Cx::detached()).await.unwrap_err().to_string()
    };
    for words in
        ["error: unknown option '--bare'", "error: unexpected argument '-x' found", "Unknown arguments: x, y"]
    {
        let script: &'static str = format!("echo \"{words}\" >&2; exit 1").leak();
        let error = run(script).await;
        assert!(error.contains("update the program"), "{words}: {error}");
    }
    let error = run("echo no network >&2; exit 1").await;
    assert!(!error.contains("update the program"), "{error}");
}
