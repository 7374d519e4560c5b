//! What an adapter for an agent program has to say.

use std::path::Path;

use review_core::{Answered, Ask, LineRange, Result, Usage};

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
        /// The file that it reads, where that is known; no range means the whole file.
        read: Option<(String, Option<LineRange>)>,
    },
    /// A file was read, where that shows only in what a call brought back, or where one call reads several. It is not
    /// counted as a call.
    Read {
        /// The file.
        path: String,
        /// Its lines; absent: all of them.
        range: Option<LineRange>,
    },
    /// The program said something that is not its answer.
    Text(String),
    /// Tokens so far.
    Usage(Usage),
    /// The program tries an exchange again.
    Retry {
        /// Which try comes next, from 2.
        attempt: u32,
        /// After how long, in milliseconds.
        delay_ms: u64,
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

    /// The answer.
    ///
    /// # Errors
    /// The program's failure, secrets stripped. Whatever it delivered before is kept by an answer that says that it is
    /// truncated instead.
    fn finish(self: Box<Self>, ended: &Ended) -> Result<Answered>;
}

/// One kind of agent program.
pub trait CliBackend: Send + Sync {
    /// Name for errors and records, for example `claude-code`.
    fn name(&self) -> &str;

    /// How it is started for an ask. `private` is an empty folder that goes with the run: the program's home.
    ///
    /// # Errors
    /// `Unsupported` or `InvalidInput` when the ask can't be served, before anything is spent.
    fn invocation(&self, ask: &Ask, private: &Path) -> Result<Invocation>;

    /// A codec for one ask.
    fn codec(&self, ask: &Ask) -> Box<dyn CliCodec>;

    /// What must never be seen in an error, an event or a record: keys that the program was given.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}
