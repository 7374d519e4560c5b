//! The suite of [`ChatModel`]: what an adapter makes of everything that a server does.

use std::sync::Arc;
use std::time::Duration;

use review_core::{
    ChatModel, Cx, Error, ErrorKind, Message, StopReason, ToolCall, ToolResult, ToolSpec, TurnEvent,
    TurnRequest, Usage,
};
use tokio::time::timeout;

use super::{SuiteReport, ensure};
use crate::model_server::{ModelServer, Reply};

/// The key that the suite gives to every model. It must be seen by the server and by nobody else.
const KEY: &str = "sk-conformance-1234567890";

/// How one provider speaks: what the suite needs to play its server.
pub trait ChatFixture {
    /// The adapter's model without layers, for a server at this address and with this key.
    fn model(&self, url: &str, key: &str) -> Arc<dyn ChatModel>;

    /// An answer in pieces, streamed, that ends well: 100 tokens in, of which 40 from the cache, and 10 out.
    fn answer(&self, pieces: &[&str]) -> Reply;

    /// Calls of tools with their arguments, streamed, that ends well.
    fn calls(&self, calls: &[(&str, &str)]) -> Reply;

    /// The same as [`answer`](Self::answer) in one piece and not streamed; none where the provider always streams.
    fn whole(&self, text: &str) -> Option<Reply>;

    /// A refusal as this provider words it.
    fn refusal(&self, status: u16, message: &str) -> Reply;

    /// A piece of a stream, as bytes, that is well-formed and of a kind that nobody knows.
    fn unknown(&self) -> Vec<u8>;

    /// An error that comes within a stream, as bytes; none where the provider has no such thing.
    fn stream_error(&self, message: &str) -> Option<Vec<u8>>;
}

/// What came of one exchange.
struct Said {
    text: String,
    calls: Vec<ToolCall>,
    raw: Option<String>,
    end: Option<(StopReason, Usage)>,
    unknown: usize,
    result: Result<(), Error>,
}

impl Said {
    fn ok(&self) -> Result<&Self, String> {
        match &self.result {
            Ok(()) => Ok(self),
            Err(error) => Err(format!("it failed: {error}")),
        }
    }

    fn failed(&self, kinds: &[ErrorKind], temporary: bool) -> Result<&Error, String> {
        let Err(error) = &self.result else {
            return Err(format!("it did not fail; it said {:?}", self.text));
        };
        ensure(kinds.contains(&error.kind()), format!("it is {:?}: {error}", error.kind()))?;
        ensure(error.is_temporary() == temporary, format!("its status is {:?}", error.status()))?;
        ensure(self.end.is_none(), "a failed exchange must not have an end")?;
        Ok(error)
    }
}

async fn exchange(model: &dyn ChatModel, request: &TurnRequest, cx: &Cx) -> Said {
    let mut said =
        Said { text: String::new(), calls: Vec::new(), raw: None, end: None, unknown: 0, result: Ok(()) };
    let mut out = |event: TurnEvent| match event {
        TurnEvent::Text(text) => said.text.push_str(&text),
        TurnEvent::Call(call) => said.calls.push(call),
        TurnEvent::Raw(raw) => said.raw = Some(raw),
        TurnEvent::Unknown(_) => said.unknown += 1,
        TurnEvent::End { stop, usage, .. } => said.end = Some((stop, usage)),
        _ => {}
    };
    let result = model.turn(Arc::new(request.clone()), &mut out, cx.clone()).await;
    said.result = result;
    said
}

/// One request to a server with one reply.
async fn once(fixture: &dyn ChatFixture, reply: Reply) -> (Said, ModelServer) {
    let server = ModelServer::start([reply]);
    let model = fixture.model(&server.url(), KEY);
    let said = exchange(&*model, &request(), &Cx::detached()).await;
    (said, server)
}

fn request() -> TurnRequest {
    let tool = ToolSpec::new(
        "read_file",
        "Reads a file",
        r#"{"type":"object","properties":{"path":{"type":"string"}},"required":["path"]}"#,
    );
    TurnRequest::new("Review this.").with_system("Be careful.").with_tool(tool)
}

/// Runs the suite.
#[must_use = "call assert_conforms"]
pub async fn chat_model(fixture: &dyn ChatFixture) -> SuiteReport {
    let mut report = SuiteReport::default();
    answers(fixture, &mut report).await;
    tools(fixture, &mut report).await;
    odd_streams(fixture, &mut report).await;
    refusals(fixture, &mut report).await;
    endings(fixture, &mut report).await;
    report
}

async fn answers(fixture: &dyn ChatFixture, report: &mut SuiteReport) {
    let (said, server) = once(fixture, fixture.answer(&["It is ", "f\u{fc}ne."])).await;
    report.check(
        "an answer arrives whole",
        said.ok().and_then(|said| {
            ensure(said.text == "It is f\u{fc}ne.", format!("it is {:?}", said.text))?;
            ensure(matches!(said.end, Some((StopReason::Done, _))), format!("it ended with {:?}", said.end))
        }),
    );
    report.check(
        "usage is normalised",
        said.end.as_ref().ok_or_else(|| "there is no end".to_owned()).and_then(|(_, usage)| {
            let counted = (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens);
            ensure(
                counted == (Some(60), Some(40), Some(10)),
                format!("{counted:?} for 60 fresh, 40 cached, 10 out"),
            )
        }),
    );
    report.check("the request holds what was asked, and the key only in a header", {
        let requests = server.requests();
        match requests.as_slice() {
            [request] => ["Review this.", "Be careful.", "read_file"]
                .iter()
                .try_for_each(|part| ensure(request.body.contains(part), format!("there is no {part:?}")))
                .and_then(|()| {
                    ensure(
                        !request.path.contains(KEY) && !request.body.contains(KEY),
                        "the key is not in a header",
                    )?;
                    let sent = request.headers.iter().any(|(_, value)| value.contains(KEY));
                    ensure(sent, "the key is not sent")
                }),
            other => Err(format!("{} requests for one exchange", other.len())),
        }
    });
    match fixture.whole("It is fine.") {
        Some(reply) => {
            let (said, _) = once(fixture, reply).await;
            report.check(
                "an answer that is not streamed is read too",
                said.ok().and_then(|said| {
                    ensure(said.text == "It is fine." && said.end.is_some(), said.text.clone())
                }),
            );
        }
        None => report.skip("an answer that is not streamed is read too", "it always streams"),
    }
    let long = "x".repeat(2 << 20);
    let (said, _) = once(fixture, fixture.answer(&[&long])).await;
    report.check(
        "a huge line arrives whole",
        said.ok().and_then(|said| ensure(said.text == long, format!("{} bytes", said.text.len()))),
    );
    let (said, _) = once(fixture, fixture.answer(&[])).await;
    report.check(
        "an empty answer is an end without text",
        said.ok().and_then(|said| ensure(said.text.is_empty() && said.end.is_some(), "it is not")),
    );
}

async fn tools(fixture: &dyn ChatFixture, report: &mut SuiteReport) {
    let calls = [("read_file", r#"{"path":"a.rs"}"#), ("read_file", r#"{"path":"b.rs"}"#)];
    let server = ModelServer::start([fixture.calls(&calls), fixture.answer(&["Done."])]);
    let model = fixture.model(&server.url(), KEY);
    let mut request = request();
    let first = exchange(&*model, &request, &Cx::detached()).await;
    report.check(
        "calls of tools arrive whole",
        first.ok().and_then(|said| {
            let found: Vec<(&str, serde_json::Value)> = said
                .calls
                .iter()
                .map(|call| (call.name.as_str(), serde_json::from_str(&call.arguments).unwrap_or_default()))
                .collect();
            let wanted: Vec<(&str, serde_json::Value)> = calls
                .iter()
                .map(|(name, arguments)| (*name, serde_json::from_str(arguments).unwrap_or_default()))
                .collect();
            ensure(found == wanted, format!("{found:?}"))?;
            ensure(
                matches!(said.end, Some((StopReason::ToolCalls, _))),
                format!("it ended with {:?}", said.end),
            )?;
            let distinct = said.calls.first().map(|call| &call.id) != said.calls.get(1).map(|call| &call.id);
            ensure(distinct, "two calls have the same id")
        }),
    );
    let result =
        |(index, call): (usize, &ToolCall)| ToolResult::new(call, format!("content-{index}"), index == 1);
    let results: Vec<ToolResult> = first.calls.iter().enumerate().map(result).collect();
    request.messages.push(Message::Assistant {
        text: first.text.clone(),
        calls: first.calls.clone(),
        raw: first.raw.clone(),
    });
    request.messages.push(Message::Tools(results));
    request.answer_now = true;
    let second = exchange(&*model, &request, &Cx::detached()).await;
    report.check(
        "results go back with their calls",
        second.ok().and_then(|said| ensure(said.text == "Done.", said.text.clone())).and_then(|()| {
            let requests = server.requests();
            let body = requests.get(1).map(|request| request.body.as_str()).unwrap_or_default();
            ["content-0", "content-1", "a.rs", "b.rs"]
                .iter()
                .try_for_each(|part| ensure(body.contains(part), format!("there is no {part:?}")))
        }),
    );
}

async fn odd_streams(fixture: &dyn ChatFixture, report: &mut SuiteReport) {
    let (said, _) =
        once(fixture, fixture.answer(&["It is ", "fine."]).with_piece(1, fixture.unknown())).await;
    report.check(
        "an unknown event is noted and costs nothing",
        said.ok().and_then(|said| {
            ensure(said.text == "It is fine.", said.text.clone())?;
            ensure(said.unknown > 0, "it is not noted")
        }),
    );
    let malformed = fixture.answer(&["It is ", "fine."]).with_piece(1, "data: {\"type\": \"x\", \n\n");
    let (said, _) = once(fixture, malformed).await;
    report.check(
        "a malformed event makes no answer, and may be tried again",
        said.failed(&[ErrorKind::InvalidAnswer], true).map(drop),
    );
    for (name, reply) in [
        ("a stream that ends too soon is truncated", fixture.answer(&["It is ", "fine."]).cut_after(2)),
        ("a body that is empty is truncated", Reply::of_kind("text/event-stream", "")),
    ] {
        let (said, _) = once(fixture, reply).await;
        report.check(name, said.failed(&[ErrorKind::Truncated, ErrorKind::InvalidAnswer], true).map(drop));
    }
    let (said, _) = once(fixture, fixture.answer(&["It is ", "fine."]).cut_after(2).then_broken()).await;
    report.check(
        "a connection that breaks may be tried again",
        said.failed(&[ErrorKind::Unavailable, ErrorKind::Truncated], true).map(drop),
    );
    let (said, _) = once(fixture, Reply::of_kind("text/html", "<html>Sign in to the network</html>")).await;
    report.check(
        "a page with status 200 is no answer",
        said.failed(&[ErrorKind::InvalidAnswer, ErrorKind::Truncated], true).map(drop),
    );
    match fixture.stream_error("the servers are busy") {
        Some(piece) => {
            let reply = fixture.answer(&["It is ", "fine."]).with_piece(2, piece).cut_after(3);
            let (said, _) = once(fixture, reply).await;
            report.check(
                "an error within the stream is the exchange's error",
                said.failed(&[ErrorKind::Unavailable, ErrorKind::RateLimited], true)
                    .and_then(|error| ensure(error.to_string().contains("busy"), error.to_string())),
            );
        }
        None => report.skip("an error within the stream is the exchange's error", "it has none"),
    }
}

async fn refusals(fixture: &dyn ChatFixture, report: &mut SuiteReport) {
    let (said, _) = once(fixture, fixture.refusal(401, &format!("no such key: {KEY}"))).await;
    report.check("401 is final", said.failed(&[ErrorKind::Unauthorized], false).map(drop));
    report.check(
        "a key that the server repeats is not shown",
        match &said.result {
            Err(error) => ensure(!format!("{error} {error:?}").contains(KEY), "the key is in the error"),
            Ok(()) => Err("it did not fail".to_owned()),
        },
    );
    let (said, _) = once(fixture, fixture.refusal(429, "slow down").header("retry-after", "2")).await;
    report.check(
        "429 may be tried again after the pause that was asked for",
        said.failed(&[ErrorKind::RateLimited], true).and_then(|error| {
            ensure(error.retry_after() == Some(Duration::from_secs(2)), format!("{:?}", error.retry_after()))
        }),
    );
    for status in [500, 503] {
        let (said, server) = once(fixture, fixture.refusal(status, "an accident")).await;
        report.check(
            "a server's failure may be tried again, by somebody else",
            said.failed(&[ErrorKind::Unavailable], true)
                .and_then(|error| ensure(error.to_string().contains("accident"), error.to_string()))
                .and_then(|()| ensure(server.requests().len() == 1, "the adapter tried again on its own")),
        );
    }
    let (said, _) = once(fixture, fixture.refusal(400, "that makes no sense")).await;
    report.check("400 is final", said.failed(&[ErrorKind::InvalidInput], false).map(drop));
    let (said, server) =
        once(fixture, Reply::status(302, "").header("location", "http://127.0.0.1:9/")).await;
    report.check(
        "a redirect is not followed",
        ensure(said.result.is_err() && server.requests().len() == 1, "it was followed"),
    );
    // Nobody listens here any more.
    let gone = ModelServer::start([]).url();
    let said = exchange(&*fixture.model(&gone, KEY), &request(), &Cx::detached()).await;
    report.check(
        "a server that is away may be tried again",
        said.failed(&[ErrorKind::Unavailable], true).map(drop),
    );
}

async fn endings(fixture: &dyn ChatFixture, report: &mut SuiteReport) {
    let silent = || fixture.answer(&["It is ", "fine."]).cut_after(2).then_silence();
    let server = ModelServer::start([silent(), silent(), fixture.answer(&["Done."])]);
    let model = fixture.model(&server.url(), KEY);
    let cx = Cx::detached();
    let cancel = cx.cancel.clone();
    let later = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cancel.cancel();
    });
    let ended = timeout(Duration::from_secs(5), async { exchange(&*model, &request(), &cx).await }).await;
    let _ = later.await;
    report.check(
        "a cancelled exchange ends at once",
        match ended {
            Ok(said) => said.failed(&[ErrorKind::Cancelled], false).map(drop),
            Err(_) => Err("it ran on for five seconds".to_owned()),
        },
    );
    let dropped = timeout(Duration::from_millis(100), async {
        exchange(&*model, &request(), &Cx::detached()).await;
    })
    .await;
    let erased: Box<dyn ChatModel> = Box::new(Arc::clone(&model));
    let said = exchange(&*erased, &request(), &Cx::detached()).await;
    report.check(
        "dropping one does not hurt the next, and the erased form answers too",
        ensure(dropped.is_err(), "a silent exchange ended")
            .and_then(|()| said.ok().and_then(|said| ensure(said.text == "Done.", said.text.clone()))),
    );
}
