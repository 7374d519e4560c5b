//! A program whose whole output is its answer.

use review_core::{AgentResponse, Error, ErrorKind, Identity, Result};

use crate::cli_agent::{CliCodec, Frame, Step};
use crate::process::Ended;

/// Longest answer that is read: 64 MiB, as ingestion's own limit.
const MAX_ANSWER: usize = 64 << 20;

/// Reads one run.
pub(super) struct Plain {
    name: String,
    answer: Vec<u8>,
    cut: bool,
}

impl Plain {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), answer: Vec::new(), cut: false }
    }
}

impl CliCodec for Plain {
    fn line(&mut self, line: &[u8], _: &mut Vec<Step>) -> Frame {
        if self.answer.len() + line.len() < MAX_ANSWER {
            self.answer.extend_from_slice(line);
            self.answer.push(b'\n');
        } else {
            self.cut = true;
        }
        Frame::Known
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        let text = String::from_utf8_lossy(&self.answer).into_owned();
        let last_words = ended.stderr_tail.lines().last().unwrap_or_default();
        if ended.code != 0 && text.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "the program failed and said nothing")
                .with_context("exit code", ended.code)
                .with_context("last words", last_words));
        }
        if text.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidAnswer, "the program answered nothing"));
        }
        let response = AgentResponse::new(text).with_identity(Identity::default().with_provider(&self.name));
        // A review from a program that failed is not the whole review, whatever it says.
        Ok(if ended.code != 0 {
            response.with_truncated(format!("the program ended with code {}: {last_words}", ended.code))
        } else if self.cut {
            response.with_truncated("the answer is too long and was cut")
        } else {
            response
        })
    }
}
