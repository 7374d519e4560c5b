//! Any program as an agent: it gets the prompt on standard input and answers on standard output.

use std::collections::BTreeMap;
use std::path::PathBuf;

use async_trait::async_trait;
use review_core::{Agent, Answered, Ask, Cx, Error, ErrorKind, Event, Identity, Result};

use crate::cli_agent::PrivateFolder;
use crate::process::{Driver, Invocation, Limits, Stream};

/// Longest answer that is read: 64 MiB, as ingestion's own limit.
const MAX_ANSWER_BYTES: usize = 64 << 20;

/// A program that reads a prompt and writes a review.
///
/// It runs in the checkout, with a home and a temporary folder of its own, and with no variable of this process but the
/// ones that are given here. It is started by the user's explicit wish only: a program can do what its user can.
pub struct CommandAgent {
    program: PathBuf,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    driver: Driver,
    name: String,
}

impl CommandAgent {
    /// A program with its arguments.
    pub fn new(program: impl Into<PathBuf>, arguments: Vec<String>) -> Self {
        let program = program.into();
        let name = program.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let limits =
            Limits { output_bytes: MAX_ANSWER_BYTES, line_bytes: MAX_ANSWER_BYTES, ..Limits::default() };
        Self { program, arguments, environment: BTreeMap::new(), driver: Driver::new(limits), name }
    }

    /// A shell command line, as the user typed it.
    pub fn shell(line: &str) -> Self {
        let mut agent = Self::new("/bin/sh", vec!["-c".to_owned(), line.to_owned()]);
        agent.name = "command".to_owned();
        agent
    }

    /// Gives it a variable.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Uses another driver, for example a supervised one.
    #[must_use]
    pub fn driver(mut self, driver: Driver) -> Self {
        self.driver = driver;
        self
    }
}

#[async_trait]
impl Agent for CommandAgent {
    async fn ask(&self, ask: Ask, cx: Cx) -> Result<Answered> {
        cx.cancel.check()?;
        let private = PrivateFolder::new()?;
        let folder = ask.checkout.clone().unwrap_or_else(|| private.path.clone());
        let mut invocation = Invocation::new(&self.program, folder).input(prompt(&ask));
        invocation.arguments.clone_from(&self.arguments);
        invocation.environment.clone_from(&self.environment);
        let home = private.path.to_string_lossy().into_owned();
        for name in ["HOME", "TMPDIR"] {
            invocation.environment.entry(name.to_owned()).or_insert_with(|| home.clone());
        }
        let path = || "/usr/local/bin:/usr/bin:/bin".to_owned();
        invocation.environment.entry("PATH".to_owned()).or_insert_with(path);

        let mut answer = Vec::new();
        let mut on_line = |stream: Stream, bytes: &[u8]| match stream {
            Stream::Out => {
                answer.extend_from_slice(bytes);
                answer.push(b'\n');
            }
            Stream::Err => {
                let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(200)).unwrap_or_default())
                    .into_owned();
                cx.event(Event::Progress { reviewer: ask.reviewer.clone(), pass: ask.pass, text });
            }
        };
        let ended = self.driver.run(invocation, &mut on_line, &cx.cancel).await?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        let last_words = ended.stderr_tail.lines().last().unwrap_or_default().to_owned();
        if ended.code != 0 && text.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "the program failed and said nothing")
                .with_operation(&self.name)
                .with_context("exit code", ended.code)
                .with_context("last words", last_words));
        }
        if text.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "the program answered nothing")
                .with_operation(&self.name));
        }
        let isolation = self.driver.guarantee().as_str();
        let mut answered = Answered::new(text)
            .with_identity(Identity::default().with_provider(&self.name).with_isolation(isolation));
        // A review from a program that failed is not the whole review, whatever it says.
        if ended.code != 0 {
            answered =
                answered.with_truncated(format!("the program ended with code {}: {last_words}", ended.code));
        } else if ended.cut {
            answered = answered.with_truncated("the answer is too long and was cut");
        }
        Ok(answered)
    }
}

fn prompt(ask: &Ask) -> String {
    if ask.system.is_empty() {
        ask.prompt.clone()
    } else {
        format!("{}\n\n{}", ask.system.trim_end(), ask.prompt)
    }
}
