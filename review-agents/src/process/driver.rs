//! Runs one program, hands on its lines, and bounds everything.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use review_core::{Cancel, Error, ErrorKind, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::descendants;
use super::invocation::{Guarantee, Invocation, MARK};
use super::protection::{self, Protection};
use super::supervisor;
use super::visible;

/// How long a program's outputs are read after it has ended.
const DRAIN: Duration = Duration::from_secs(1);

/// Lines that wait to be looked at. Few, because each may be as long as a line can be.
const QUEUE: usize = 4;

/// Which of its two outputs a line came on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

impl Stream {
    /// Its short name, for records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::Err => "err",
        }
    }
}

/// Bounds of one program.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// How long it may run.
    pub total: Duration,
    /// How long it may say nothing; absent: as long as it likes, for a program that only speaks at its end.
    pub idle: Option<Duration>,
    /// Longest line; the rest of a longer one is cut off. Agents put whole command outputs on one line.
    pub line_bytes: usize,
    /// Most bytes of standard output; what comes after is read and forgotten, so that the program does not block.
    pub output_bytes: usize,
    /// How long it has after being told to end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(3600),
            idle: Some(Duration::from_secs(600)),
            line_bytes: 16 << 20,
            output_bytes: 256 << 20,
            grace: Duration::from_secs(2),
        }
    }
}

/// How a program ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ended {
    /// Exit code; 128 and the signal's number where a signal ended it.
    pub code: i32,
    /// The last lines of standard error, at most 8 KiB.
    pub stderr_tail: String,
    /// Lines or outputs that were cut because they were too long.
    pub cut: bool,
}

/// Starts programs and sees to their end.
#[derive(Clone, Debug, Default)]
pub struct Driver {
    supervisor: Option<PathBuf>,
    limits: Limits,
}

impl Driver {
    /// A driver without a supervisor.
    pub fn new(limits: Limits) -> Self {
        Self { supervisor: None, limits }
    }

    /// Puts a supervisor between: a program whose `main` calls [`supervisor::run_if_asked`].
    #[must_use]
    pub fn supervised_by(mut self, program: impl Into<PathBuf>) -> Self {
        self.supervisor = Some(program.into());
        self
    }

    /// The same driver with a shorter time for the whole program.
    #[must_use]
    pub fn within(mut self, total: Duration) -> Self {
        self.limits.total = self.limits.total.min(total);
        self
    }

    /// The strongest protection that this machine has. It is looked for once.
    pub async fn protection(&self) -> Protection {
        let supervisor = self.supervisor.clone();
        tokio::task::spawn_blocking(move || Protection::strongest(supervisor.as_deref()))
            .await
            .unwrap_or(Protection::None)
    }

    /// Whether a program that confines its own tools by bubblewrap can do so inside of this machine's protection.
    pub async fn protection_nests(&self) -> bool {
        tokio::task::spawn_blocking(protection::nests).await.unwrap_or(false)
    }

    /// How surely everything is ended.
    pub fn guarantee(&self) -> Guarantee {
        if self.supervisor.is_some() { Guarantee::Supervised } else { Guarantee::ProcessGroup }
    }

    /// Runs a program to its end and hands on every line, without its line feed, in the order in which each stream had
    /// them.
    ///
    /// # Errors
    /// `NotFound` or `Io` when it can't be started, `Timeout` when a limit passed, `Cancelled`. The program's own
    /// failure is not an error here: it is in [`Ended`].
    ///
    /// # Cancellation
    /// When `cancel` is raised, or the future is dropped, everything that was started is ended.
    pub async fn run(
        &self,
        mut invocation: Invocation,
        on_line: &mut (dyn FnMut(Stream, &[u8]) + Send),
        cancel: &Cancel,
    ) -> Result<Ended> {
        let mark = mark();
        invocation.environment.insert(MARK.to_owned(), mark.clone());
        let program = invocation.program.display().to_string();
        if let Some(writable) = invocation.writable.take() {
            match self.protection().await {
                Protection::Bubblewrap => invocation = protection::in_bubblewrap(invocation, &writable),
                Protection::Landlock => {
                    invocation.landlock = true;
                    invocation.readable = visible::places(&invocation, &writable);
                    invocation.writable = Some(writable);
                }
                Protection::None => {}
            }
        }
        let (mut running, input) = self.start(invocation, mark)?;
        running.feed(input).await;
        let result = self.watch(&mut running, on_line, cancel).await;
        running.end(self.limits.grace).await;
        result.map_err(|error| error.with_context("program", program))
    }

    fn start(&self, invocation: Invocation, mark: String) -> Result<(Running, Option<Vec<u8>>)> {
        let failed = |error: std::io::Error, program: &std::path::Path| {
            Error::from(error).with_operation("starting a program").with_context("program", program.display())
        };
        let mut command;
        let first;
        match &self.supervisor {
            Some(supervisor) => {
                command = Command::new(supervisor);
                command.arg(supervisor::ARGUMENT).env_clear().env(MARK, &mark);
                let mut line = serde_json::to_vec(&invocation).map_err(|error| {
                    Error::new(ErrorKind::Internal, "the invocation can't be written").with_source(error)
                })?;
                line.push(b'\n');
                first = Some(line);
            }
            None => {
                command = Command::new(&invocation.program);
                command
                    .args(&invocation.arguments)
                    .env_clear()
                    .envs(&invocation.environment)
                    .current_dir(&invocation.folder);
                first = invocation.input.clone().map(String::into_bytes);
            }
        }
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(self.supervisor.is_none());
        command.stdin(if first.is_some() { Stdio::piped() } else { Stdio::null() });
        let program = self.supervisor.as_deref().unwrap_or(&invocation.program);
        let mut child = command.spawn().map_err(|error| failed(error, program))?;
        let (lines, received) = mpsc::channel(QUEUE);
        let mut readers = Vec::new();
        if let Some(out) = child.stdout.take() {
            readers.push(tokio::spawn(read(out, Stream::Out, self.limits, lines.clone())));
        }
        if let Some(err) = child.stderr.take() {
            readers.push(tokio::spawn(read(err, Stream::Err, self.limits, lines)));
        }
        let control = child.stdin.take();
        let running = Running {
            child,
            control,
            lines: received,
            readers,
            mark,
            supervised: self.supervisor.is_some(),
            ended: false,
        };
        Ok((running, first))
    }

    async fn watch(
        &self,
        running: &mut Running,
        on_line: &mut (dyn FnMut(Stream, &[u8]) + Send),
        cancel: &Cancel,
    ) -> Result<Ended> {
        let end = Instant::now() + self.limits.total;
        let quiet_until = || self.limits.idle.map(|idle| Instant::now() + idle);
        let mut quiet = quiet_until();
        let mut ended = Ended::default();
        let mut status = None;
        // Once the program is gone, a grandchild may hold the pipe open: a short while for the rest, not more.
        let mut drained = None;
        loop {
            // Without a limit there is the total one, which comes first.
            let rest = drained.or(quiet).unwrap_or(end);
            tokio::select! {
                biased;
                line = running.lines.recv() => match line {
                    Some(line) => {
                        quiet = quiet_until();
                        ended.cut |= line.cut;
                        if line.stream == Stream::Err {
                            add_tail(&mut ended.stderr_tail, &line.bytes);
                        }
                        on_line(line.stream, &line.bytes);
                    }
                    None => break,
                },
                exited = running.child.wait(), if status.is_none() => {
                    let exited = exited.map_err(|error| Error::from(error).with_operation("waiting for a program"))?;
                    status = Some(exited);
                    drained = Some(Instant::now() + DRAIN);
                }
                () = cancel.cancelled() => return Err(Error::new(ErrorKind::Cancelled, "cancelled")),
                () = sleep_until(end) => {
                    return Err(Error::new(ErrorKind::Timeout, "it ran too long").with_context("limit", format!("{:?}", self.limits.total)));
                }
                () = sleep_until(rest) => {
                    if status.is_some() {
                        break;
                    }
                    return Err(Error::new(ErrorKind::Timeout, "it said nothing for too long").with_context("limit", format!("{:?}", self.limits.idle.unwrap_or_default())));
                }
            }
        }
        let status = match status {
            Some(status) => status,
            None => timeout(self.limits.grace, running.child.wait())
                .await
                .map_err(|_| Error::new(ErrorKind::Timeout, "it closed its outputs and did not end"))??,
        };
        ended.code = code(status);
        if running.supervised
            && ended.code == i32::from(supervisor::CANNOT_START)
            && let Some(why) =
                ended.stderr_tail.lines().find_map(|line| line.strip_prefix(supervisor::START_ERROR))
        {
            return Err(Error::new(ErrorKind::NotFound, format!("it can't be started: {why}")));
        }
        Ok(ended)
    }
}

struct Line {
    stream: Stream,
    bytes: Vec<u8>,
    cut: bool,
}

/// A program that was started; dropping it ends everything.
struct Running {
    child: Child,
    control: Option<tokio::process::ChildStdin>,
    lines: mpsc::Receiver<Line>,
    readers: Vec<tokio::task::JoinHandle<()>>,
    mark: String,
    supervised: bool,
    ended: bool,
}

impl Running {
    /// Writes the input. A supervisor reads all of it before it starts anything, and its pipe stays open: its end means
    /// *stop*. A program of its own kind may write before it has read everything, so its input is fed on the side.
    async fn feed(&mut self, input: Option<Vec<u8>>) {
        let (Some(bytes), Some(pipe)) = (input, self.control.as_mut()) else { return };
        if self.supervised {
            // A supervisor that is gone shows when it is waited for.
            let _ = pipe.write_all(&bytes).await;
            let _ = pipe.flush().await;
        } else if let Some(mut pipe) = self.control.take() {
            self.readers.push(tokio::spawn(async move {
                let _ = pipe.write_all(&bytes).await;
            }));
        }
    }

    /// Ends everything and waits for it.
    async fn end(&mut self, grace: Duration) {
        let exited = matches!(self.child.try_wait(), Ok(Some(_)));
        if self.supervised {
            // Closing the pipe is the order; the supervisor does the rest and exits last.
            drop(self.control.take());
            if !exited && timeout(grace + Duration::from_secs(6), self.child.wait()).await.is_err() {
                let _ = self.child.kill().await;
            }
        } else if !exited {
            self.signal_group(Signal::TERM);
            if timeout(grace, self.child.wait()).await.is_err() {
                self.signal_group(Signal::KILL);
                let _ = timeout(grace, self.child.wait()).await;
            }
        }
        let mark = self.mark.clone();
        let _ = tokio::task::spawn_blocking(move || end_marked(&mark)).await;
        self.readers.iter().for_each(tokio::task::JoinHandle::abort);
        self.ended = true;
    }

    /// Only while the leader is not reaped: then the id can't be somebody else's.
    fn signal_group(&self, signal: Signal) {
        if let Some(group) = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) {
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.readers.iter().for_each(tokio::task::JoinHandle::abort);
        drop(self.control.take());
        if !self.supervised {
            self.signal_group(Signal::KILL);
            // A dropped future can't wait; what left the group is found by its mark in the background.
            let mark = self.mark.clone();
            // Without a free thread it is looked for here; leaving it would be worse than waiting.
            let other = self.mark.clone();
            if std::thread::Builder::new().spawn(move || end_marked(&mark)).is_err() {
                end_marked(&other);
            }
        }
    }
}

fn end_marked(mark: &str) {
    let me = i32::try_from(std::process::id()).unwrap_or(0);
    descendants::end_all(
        || {
            let mut found = descendants::marked(mark);
            found.remove(&me);
            found
        },
        Duration::from_secs(2),
    );
}

/// A mark that no other run has: process, time and a counter.
fn mark() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_nanos());
    format!("{}-{now}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

async fn read(mut pipe: impl AsyncRead + Unpin, stream: Stream, limits: Limits, lines: mpsc::Sender<Line>) {
    let mut chunk = vec![0_u8; 64 << 10];
    let mut line = Line { stream, bytes: Vec::new(), cut: false };
    let mut total = 0_usize;
    loop {
        let count = match pipe.read(&mut chunk).await {
            Ok(0) | Err(_) => break,
            Ok(count) => count,
        };
        let over = total >= limits.output_bytes;
        total = total.saturating_add(count);
        if over {
            continue;
        }
        let mut rest = chunk.get(..count).unwrap_or_default();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            add(&mut line, rest.get(..end).unwrap_or_default(), limits.line_bytes);
            let whole = std::mem::replace(&mut line, Line { stream, bytes: Vec::new(), cut: false });
            if lines.send(whole).await.is_err() {
                return;
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        add(&mut line, rest, limits.line_bytes);
    }
    line.cut |= total > limits.output_bytes;
    if !line.bytes.is_empty() || line.cut {
        let _ = lines.send(line).await;
    }
}

fn add(line: &mut Line, bytes: &[u8], limit: usize) {
    let room = limit.saturating_sub(line.bytes.len());
    line.cut |= bytes.len() > room;
    line.bytes.extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
}

/// Keeps the end of standard error: failures are explained last.
fn add_tail(tail: &mut String, bytes: &[u8]) {
    const KEEP: usize = 8 << 10;
    tail.push_str(&String::from_utf8_lossy(bytes.get(..bytes.len().min(KEEP)).unwrap_or_default()));
    tail.push('\n');
    if tail.len() > KEEP {
        let mut from = tail.len() - KEEP;
        while !tail.is_char_boundary(from) {
            from += 1;
        }
        tail.drain(..from);
    }
}

fn code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}
