//! What an adapter for an agent program has to say.

use std::path::Path;
use std::time::Duration;

use review_core::{AgentRequest, AgentResponse, FileRead, Result, Usage};

use crate::frame::Frame;
use crate::process::{Ended, Invocation};

/// What a known frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// A tool was called.
    Tool {
        /// Its name.
        name: String,
        /// What with, shortened.
        summary: String,
        /// The file that it reads, where that is known.
        read: Option<FileRead>,
    },
    /// A file was read, where that shows only in what a call brought back, or where one call reads several. It is not
    /// counted as a call.
    Read(FileRead),
    /// The program said something that is not its answer.
    Text(String),
    /// Tokens so far.
    Usage(Usage),
    /// The program tries an exchange again.
    Retry {
        /// Which try comes next, from 2.
        attempt: u32,
        /// After how long.
        delay: Duration,
        /// Why.
        reason: String,
    },
}

/// Reads one program's output. One codec serves one ask.
///
/// # Contract
/// * No input or output, no clock.
/// * Every line gets a frame; none makes it fail. Known frames add their steps.
/// * [`finish`](Self::finish) decides from what was read *and* how the program ended. Without the program's own end marker
///   the answer is truncated, whatever the exit code. A failure is mapped here and nowhere else, with its evidence.
pub trait CliCodec: Send {
    /// Reads a line of standard output.
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame;

    /// What was said last, where that may be an answer. It is used when [`finish`](Self::finish) fails, and only if the
    /// request's own check takes it. Default: nothing.
    fn said(&self) -> Option<AgentResponse> {
        None
    }

    /// The answer.
    ///
    /// # Errors
    /// The program's failure, secrets stripped. Whatever it delivered before is kept by an answer that says that it is
    /// truncated instead.
    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse>;
}

/// Who keeps a program from writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guard {
    /// The machine, where it can; else the checkout is compared before and after.
    Machine,
    /// The program itself, by what this word says.
    Own(&'static str),
    /// Nobody: it may have to write. The checkout is compared before and after.
    Watch,
}

/// Where a program runs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Setting<'a> {
    /// An empty folder that goes with the ask: the program's home.
    pub private: &'a Path,
    /// Whether the machine keeps the program from writing anywhere but in its home. Then it may have a shell.
    pub protected: bool,
}

impl<'a> Setting<'a> {
    /// An unprotected setting.
    pub fn new(private: &'a Path) -> Self {
        Self { private, protected: false }
    }

    /// A protected setting.
    #[must_use]
    pub fn protected(mut self) -> Self {
        self.protected = true;
        self
    }
}

/// One kind of agent program.
pub trait CliBackend: Send + Sync {
    /// Name for errors and records, for example `claude-code`.
    fn name(&self) -> &str;

    /// How it is started for an ask.
    ///
    /// # Errors
    /// `Unsupported` or `InvalidInput` when the ask can't be served, before anything is spent.
    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation>;

    /// How it is asked once more in the same session, when its answer can't be used. `None`: it can't be.
    ///
    /// # Errors
    /// As [`invocation`](Self::invocation).
    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        let _ = (request, setting, session, message);
        None
    }

    /// A codec for one run.
    fn codec(&self, request: &AgentRequest) -> Box<dyn CliCodec>;

    /// What two asks in one session took together, from what the program said of each. Some programs count the session, most
    /// the ask.
    fn usage_of_both(&self, first: Usage, second: Usage) -> Usage {
        first.plus(second)
    }

    /// Who keeps the program from writing. Default: the machine, by the strongest means that it has.
    fn guard(&self) -> Guard {
        Guard::Machine
    }

    /// What must never be seen in an error, an event or a record: keys that the program was given.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}
