//! Runs git as a child process: cleared environment, bounded output, time limit, cancellation.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use review_core::{Cancel, Error, ErrorKind, Result};

/// How much of an error message of git is kept.
const MAX_STDERR: usize = 16 * 1024;
/// How often a running child is looked after. Short enough that a cancelled run feels immediate.
const TICK: Duration = Duration::from_millis(20);
/// How long the pipes of a child that has ended may stay open. Something that it started holds them then.
const GRACE: Duration = Duration::from_secs(5);

/// Settings given on every command line. Most only matter in the reviewed repository, whose own
/// configuration could otherwise name a program; the private repositories have no such configuration.
const OVERRIDES: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.alternateRefsCommand=false",
    "core.sshCommand=false",
    "core.askPass=false",
    "core.pager=cat",
    "core.editor=false",
    "core.quotePath=true",
    "core.useReplaceRefs=false",
    // A commit graph is a cache that whoever made the repository could have written by hand.
    "core.commitGraph=false",
    // Nobody reviews such files line by line; larger ones are streamed instead of being read into memory.
    "core.bigFileThreshold=16m",
    // Versions before 2.44 don't know GIT_ADVICE and would warn of the grafts that are switched off below.
    "advice.graftFileDeprecated=false",
    "credential.helper=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // The owner check guards against code named in a stranger's configuration. None of it is run here.
    "safe.directory=*",
];

/// The git program and how it is run.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    program: OsString,
    /// An empty private folder: git's home and place for temporary files.
    home: PathBuf,
    time_limit: Duration,
}

/// What a finished command left.
#[derive(Debug)]
pub(crate) struct Output {
    /// Standard output.
    pub(crate) stdout: Vec<u8>,
    /// The start of standard error.
    pub(crate) stderr: String,
    /// Exit status; none when it was ended by a signal.
    pub(crate) code: Option<i32>,
    /// Whether output was cut at the limit (and git ended early).
    pub(crate) cut: bool,
}

impl Output {
    /// Whether git said that all went well.
    pub(crate) fn success(&self) -> bool {
        self.code == Some(0)
    }
}

/// One command, being put together.
#[derive(Debug)]
pub(crate) struct Call {
    name: &'static str,
    command: Command,
    stdin: Option<Vec<u8>>,
    max_output: usize,
    cut: bool,
    time_limit: Duration,
}

impl Git {
    /// A runner whose home is the given empty folder.
    pub(crate) fn new(program: &Path, home: &Path, time_limit: Duration) -> Self {
        Self { program: program.as_os_str().to_owned(), home: home.to_owned(), time_limit }
    }

    /// Starts a command line `git … name`, run in `folder`.
    pub(crate) fn call(&self, name: &'static str, folder: &Path) -> Call {
        self.call_with(name, folder, &[])
    }

    /// As [`call`](Self::call), with more settings, each `key=value`.
    pub(crate) fn call_with(&self, name: &'static str, folder: &Path, settings: &[OsString]) -> Call {
        let mut command = Command::new(&self.program);
        command.current_dir(folder).env_clear().stdin(Stdio::null());
        pass_on(&mut command, &["SystemRoot", "SYSTEMROOT", "ProgramFiles"]);
        if let Some(path) = std::env::var_os("PATH") {
            // A relative entry would find a program inside the reviewed folder.
            let absolute = std::env::split_paths(&path).filter(|entry| entry.is_absolute());
            if let Ok(path) = std::env::join_paths(absolute) {
                command.env("PATH", path);
            }
        }
        for name in ["HOME", "XDG_CONFIG_HOME", "TMPDIR", "TEMP", "TMP", "USERPROFILE"] {
            command.env(name, &self.home);
        }
        for (key, value) in [
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_SYSTEM", "/dev/null"),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_ASKPASS", "false"),
            ("GIT_SSH_COMMAND", "false"),
            ("GIT_EDITOR", "false"),
            ("GIT_PAGER", "cat"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            // Grafts would change what `HEAD~1` means.
            ("GIT_GRAFT_FILE", "/dev/null"),
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("GIT_ADVICE", "0"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
        ] {
            command.env(key, value);
        }
        command.arg("--no-pager");
        for setting in OVERRIDES {
            command.arg("-c").arg(setting);
        }
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command.arg(name);
        Call {
            name,
            command,
            stdin: None,
            max_output: 64 * 1024 * 1024,
            cut: false,
            time_limit: self.time_limit,
        }
    }
}

fn pass_on(command: &mut Command, names: &[&str]) {
    for name in names {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
}

impl Call {
    /// Adds an argument.
    #[must_use]
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub(crate) fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Lets git read the user's own and the system's configuration; only for `git config`.
    #[must_use]
    pub(crate) fn with_user_settings(mut self) -> Self {
        for name in ["HOME", "XDG_CONFIG_HOME", "USERPROFILE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"] {
            match std::env::var_os(name) {
                Some(value) => self.command.env(name, value),
                None => self.command.env_remove(name),
            };
        }
        self.command.env_remove("GIT_CONFIG_NOSYSTEM");
        self
    }

    /// Lets git find the proxy and the root certificates that the user named; only for `git fetch`.
    #[must_use]
    pub(crate) fn with_network_settings(mut self) -> Self {
        let names = [
            "https_proxy",
            "HTTPS_PROXY",
            "http_proxy",
            "no_proxy",
            "NO_PROXY",
            "all_proxy",
            "ALL_PROXY",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "GIT_SSL_CAINFO",
            "GIT_SSL_CAPATH",
        ];
        pass_on(&mut self.command, &names);
        self
    }

    /// What git reads from standard input.
    #[must_use]
    pub(crate) fn stdin(mut self, bytes: Vec<u8>) -> Self {
        self.stdin = Some(bytes);
        self
    }

    /// At most so long, for commands that are quick unless something is wrong.
    #[must_use]
    pub(crate) fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = self.time_limit.min(limit);
        self
    }

    /// At most so many bytes of output; more is an error.
    #[must_use]
    pub(crate) fn max_output(mut self, bytes: usize) -> Self {
        self.max_output = bytes;
        self
    }

    /// At most so many bytes of output; more is cut, and git ended.
    #[must_use]
    pub(crate) fn cut_output(mut self, bytes: usize) -> Self {
        self.max_output = bytes;
        self.cut = true;
        self
    }

    /// Runs the command; the output if git ended with status 0.
    ///
    /// # Errors
    /// As [`run`](Self::run), and when git failed.
    pub(crate) fn output(self, cancel: &Cancel) -> Result<Vec<u8>> {
        let name = self.name;
        let output = self.run(cancel)?;
        if output.success() || output.cut { Ok(output.stdout) } else { Err(failure(name, &output)) }
    }

    /// Runs the command and tells how it ended, whatever its exit status.
    ///
    /// # Errors
    /// When git can't be started, was cancelled, took too long or wrote too much.
    pub(crate) fn run(mut self, cancel: &Cancel) -> Result<Output> {
        let operation = format!("git {}", self.name);
        cancel.check().map_err(|error| error.with_operation(&operation))?;
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        if self.stdin.is_some() {
            self.command.stdin(Stdio::piped());
        }
        let mut child = Guard(self.command.spawn().map_err(|error| self.not_started(error))?);
        bound_memory(&child.0);
        let (sender, receiver) = mpsc::channel();
        if let (Some(mut pipe), Some(bytes)) = (child.0.stdin.take(), self.stdin.take()) {
            // A child that ends before it has read everything is judged by its exit status.
            in_background(&operation, move || drop(pipe.write_all(&bytes)))?;
        }
        if let Some(pipe) = child.0.stdout.take() {
            let (sender, limit) = (sender.clone(), self.max_output);
            in_background(&operation, move || drop(sender.send((Stream::Out, read_up_to(pipe, limit)))))?;
        }
        if let Some(pipe) = child.0.stderr.take() {
            in_background(&operation, move || drop(sender.send((Stream::Err, read_and_drain(pipe)))))?;
        }
        let deadline = Instant::now() + self.time_limit;
        let (mut stdout, mut stderr, mut cut, mut ended) = (None, None, false, None);
        while stdout.is_none() || stderr.is_none() {
            cancel.check().map_err(|error| error.with_operation(&operation))?;
            if Instant::now() > deadline {
                return Err(Error::new(ErrorKind::Timeout, "took too long and was ended")
                    .with_operation(operation)
                    .with_context("limit in seconds", self.time_limit.as_secs()));
            }
            match receiver.recv_timeout(TICK) {
                Ok((Stream::Out, (bytes, over))) => {
                    if over {
                        cut = true;
                        child.end();
                    }
                    stdout = Some(bytes);
                }
                Ok((Stream::Err, (bytes, _))) => stderr = Some(bytes),
                Err(RecvTimeoutError::Timeout) => {
                    if ended.is_none() && child.0.try_wait()?.is_some() {
                        ended = Some(Instant::now());
                    }
                    if ended.is_some_and(|ended: Instant| ended.elapsed() > GRACE) {
                        return Err(Error::new(ErrorKind::Internal, "ended but left a process behind")
                            .with_operation(operation));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.0.wait()?;
        if cut && !self.cut {
            return Err(Error::new(ErrorKind::BudgetExceeded, "wrote more than the limit")
                .with_operation(operation)
                .with_context("limit in bytes", self.max_output));
        }
        let stderr = String::from_utf8_lossy(&stderr.unwrap_or_default()).into_owned();
        Ok(Output { stdout: stdout.unwrap_or_default(), stderr, code: status.code(), cut })
    }

    fn not_started(&self, error: std::io::Error) -> Error {
        let (kind, message) = match error.kind() {
            std::io::ErrorKind::NotFound => (
                ErrorKind::NotFound,
                "the git program or the folder to run it in was not found; install git, or name its path",
            ),
            _ => (ErrorKind::Unavailable, "the git program could not be started"),
        };
        Error::new(kind, message)
            .with_operation(format!("git {}", self.name))
            .with_context("program", Path::new(self.command.get_program()).display())
            .with_source(error)
    }
}

/// The error for a command that ended with a status other than 0.
pub(crate) fn failure(name: &str, output: &Output) -> Error {
    let said = output.stderr.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no message");
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    // Git words a missing object in many ways; they all mean that borrowed content is not there.
    let missing =
        ["unable to read", "bad object", "missing blob", "could not fetch", "lazy fetching disabled"];
    let no_memory = ["out of memory", "memory exhausted", "cannot allocate memory", "malloc failed"];
    let stderr = output.stderr.to_lowercase();
    let (kind, message) = if no_memory.iter().any(|word| stderr.contains(word)) {
        (
            ErrorKind::BudgetExceeded,
            "git needed more memory than it is given; the repository may be built to be large",
        )
    } else if missing.iter().any(|word| output.stderr.contains(word)) {
        (
            ErrorKind::NotFound,
            "content is not in this repository (a partial clone, or damaged); nothing is fetched during a \
             review, so fetch it with git first",
        )
    } else {
        (ErrorKind::Io, "git failed")
    };
    let status = output.code.map_or_else(|| "ended by a signal".to_owned(), |code| code.to_string());
    Error::new(kind, message)
        .with_operation(format!("git {name}"))
        .with_context("git says", said)
        .with_context("exit status", status)
}

enum Stream {
    Out,
    Err,
}

/// Bytes of memory that one git process may take for its own data. Mapped pack files don't count.
#[cfg(target_os = "linux")]
const MEMORY: u64 = 1 << 30;

/// Keeps a repository that is built to be large (a few kilobytes that unfold to billions of paths) from taking the machine's
/// memory. Where the system has no such limit there is none.
#[cfg(target_os = "linux")]
fn bound_memory(child: &Child) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let limit = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    // A child that has ended already needs none.
    let _ = prlimit(Pid::from_raw(child.id().cast_signed()), Resource::Data, limit);
}

#[cfg(not(target_os = "linux"))]
fn bound_memory(_: &Child) {}

/// Starts a thread for one end of a pipe. A machine without a free thread is an error, not a panic.
fn in_background(operation: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new().name("git-pipe".to_owned()).spawn(work).map(drop).map_err(|error| {
        Error::new(ErrorKind::Unavailable, "a thread could not be started; the machine is out of processes")
            .with_operation(operation)
            .with_source(error)
    })
}

/// Ends the child when it goes out of scope, so that no path leaves one behind.
struct Guard(Child);

impl Guard {
    fn end(&mut self) {
        // Fails only when it has ended already.
        drop(self.0.kill());
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end();
        drop(self.0.wait());
    }
}

fn read_up_to(pipe: impl Read, limit: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    // A broken pipe means that the child was ended; what came before counts.
    drop(pipe.take(more).read_to_end(&mut bytes));
    let over = bytes.len() > limit;
    bytes.truncate(limit);
    (bytes, over)
}

fn read_and_drain(mut pipe: impl Read) -> (Vec<u8>, bool) {
    let kept = read_up_to(&mut pipe, MAX_STDERR);
    // Read on, so that a talkative child never blocks.
    drop(std::io::copy(&mut pipe, &mut std::io::sink()));
    kept
}
