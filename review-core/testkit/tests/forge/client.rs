//! The plainest client there can be.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use review_testkit::fake_forge::FakeForge;
use serde_json::Value;

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status < 300, "status {}: {}", self.status, self.body);
        self.body
    }

    /// Status and message of a refusal.
    #[track_caller]
    pub(crate) fn refusal(self) -> String {
        assert!(self.status >= 400, "status {}: {}", self.status, self.body);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let message = text(&self.body["message"]);
        match &self.body["errors"] {
            Value::Null => format!("{} {message}", self.status),
            errors => format!("{} {message} {errors}", self.status),
        }
    }
}

/// A request with a token; `None` where the connection ended without an answer.
pub(crate) fn try_call(
    forge: &FakeForge,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Option<Response> {
    let url = forge.url();
    let rest = url.strip_prefix("http://").unwrap();
    let (address, base) = rest.split_once('/').map_or((rest, String::new()), |(a, b)| (a, format!("/{b}")));
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let authorization =
        if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    let mut stream = TcpStream::connect(address).ok()?;
    let head = format!(
        "{method} {base}{path} HTTP/1.1\r\nhost: {address}\r\nuser-agent: test\r\n{authorization}content-length: {}\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
    let body = if body.is_empty() { Value::Null } else { serde_json::from_str(body).unwrap() };
    Some(Response { status, headers, body })
}

#[track_caller]
pub(crate) fn call(forge: &FakeForge, method: &str, path: &str, body: Value) -> Response {
    call_as(forge, forge.token(), method, path, body)
}

#[track_caller]
pub(crate) fn call_as(forge: &FakeForge, token: &str, method: &str, path: &str, body: Value) -> Response {
    try_call(forge, token, method, path, &body).expect("an answer")
}

#[track_caller]
pub(crate) fn get(forge: &FakeForge, path: &str) -> Value {
    call(forge, "GET", path, Value::Null).ok()
}
