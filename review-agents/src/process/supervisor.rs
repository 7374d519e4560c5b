//! The small process between us and an agent, that ends everything the agent started.
//!
//! A program that embeds this crate and wants the strong guarantee calls [`run_if_asked`] first thing in `main`, and
//! gives [`own_program`] to the [`Driver`](super::Driver). The command `deep-review` does so.
//!
//! It adopts every orphan below it (Linux' child subreaper), so nothing leaves its sight. It ends everything when the
//! agent ends, when it is told to, and when the pipe to its parent closes, which also happens when the parent is killed.

use std::io::{BufRead as _, Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process_group, set_child_subreaper};

use super::descendants;
use super::invocation::Invocation;

/// First argument that makes a program the supervisor.
pub const ARGUMENT: &str = "__deep-review-supervisor";

/// Second argument that only asks whether landlock works here.
pub(crate) const PROBE_LANDLOCK: &str = "probe-landlock";

/// How long the agent has after TERM before KILL.
const GRACE: Duration = Duration::from_millis(1500);

/// How long killing may take in the end.
const KILLING: Duration = Duration::from_secs(5);

/// Exit code when the invocation can't be read or the program can't be started.
pub(crate) const CANNOT_START: u8 = 126;

/// Marks the line on standard error that says why the program could not be started.
pub(crate) const START_ERROR: &str = "deep-review supervisor: ";

enum News {
    Exited(std::io::Result<ExitStatus>),
    Stop,
}

/// Whether this program called [`run_if_asked`], so that a second process of it can be a supervisor.
static IS_SUPERVISOR: AtomicBool = AtomicBool::new(false);

/// This program's own path, when it can be its own supervisor because it called [`run_if_asked`].
pub fn own_program() -> Option<PathBuf> {
    IS_SUPERVISOR.load(Ordering::Relaxed).then(|| std::env::current_exe().ok()).flatten()
}

/// Keeps other processes of this user from reading this one's memory and environment, where keys are. Linux only; root can read
/// them all the same.
pub fn hide_environment() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Becomes the supervisor when the first argument says so; otherwise returns `None` at once.
///
/// The caller ends the process with the returned code.
pub fn run_if_asked() -> Option<std::process::ExitCode> {
    IS_SUPERVISOR.store(true, Ordering::Relaxed);
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? != ARGUMENT {
        return None;
    }
    let code = match arguments.next() {
        Some(probe) if probe == PROBE_LANDLOCK => u8::from(confine(&[], &[]).is_err()),
        _ => supervise(),
    };
    Some(std::process::ExitCode::from(code))
}

fn supervise() -> u8 {
    let _ = set_child_subreaper(Some(getpid()));
    let mut control = std::io::stdin().lock();
    let mut line = String::new();
    // The invocation is one line; the limit is far above any prompt.
    let read = control.by_ref().take(64 << 20).read_line(&mut line);
    drop(control);
    let invocation: Invocation = match read
        .map_err(|error| error.to_string())
        .and_then(|_| serde_json::from_str(&line).map_err(|error| error.to_string()))
    {
        Ok(invocation) => invocation,
        Err(error) => return cannot_start(&error),
    };
    if invocation.landlock
        && let Err(error) = confine(&invocation.readable, invocation.writable.as_deref().unwrap_or_default())
    {
        return cannot_start(&format!("it can't be confined: {error}"));
    }
    let mut child = match spawn(&invocation) {
        Ok(child) => child,
        Err(error) => return cannot_start(&error.to_string()),
    };
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (news, hear) = channel();
    let pipe = child.stdin.take();
    let watching = watch(child, news).and_then(|()| feed(pipe, invocation.input));
    if let Err(error) = watching {
        descendants::end_all(|| descendants::below(me()), KILLING);
        return cannot_start(&error.to_string());
    }
    let mut status = None;
    if let Ok(News::Exited(ended)) = hear.recv() {
        status = ended.ok();
    } else {
        // The agent still holds its process id, so the group is its own.
        if let Some(group) = group {
            let _ = kill_process_group(group, Signal::TERM);
        }
        descendants::signal(&descendants::below(me()), Signal::TERM);
        match hear.recv_timeout(GRACE) {
            Ok(News::Exited(ended)) => status = ended.ok(),
            Ok(News::Stop) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
        }
    }
    descendants::end_all(
        || {
            reap();
            descendants::below(me())
        },
        KILLING,
    );
    code(status)
}

#[cfg(target_os = "linux")]
use super::landlock::confine;

#[cfg(not(target_os = "linux"))]
fn confine(_: &[PathBuf], _: &[PathBuf]) -> Result<(), String> {
    Err("there is no landlock on this system".to_owned())
}

fn me() -> i32 {
    getpid().as_raw_nonzero().get()
}

fn spawn(invocation: &Invocation) -> std::io::Result<Child> {
    Command::new(&invocation.program)
        .args(&invocation.arguments)
        .env_clear()
        .envs(&invocation.environment)
        .current_dir(&invocation.folder)
        .stdin(if invocation.input.is_some() { Stdio::piped() } else { Stdio::null() })
        .process_group(0)
        .spawn()
}

fn feed(pipe: Option<ChildStdin>, input: Option<String>) -> std::io::Result<()> {
    let (Some(input), Some(mut pipe)) = (input, pipe) else { return Ok(()) };
    on_thread(move || {
        let _ = pipe.write_all(input.as_bytes());
    })
}

/// Tells when the program has ended, and when the parent wants it to. The parent never writes again: whatever ends the read
/// means *stop*.
fn watch(mut child: Child, news: Sender<News>) -> std::io::Result<()> {
    let stop = news.clone();
    on_thread(move || {
        let mut byte = [0_u8];
        let _ = std::io::stdin().lock().read(&mut byte);
        let _ = stop.send(News::Stop);
    })?;
    on_thread(move || {
        let _ = news.send(News::Exited(child.wait()));
    })
}

fn on_thread(work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().spawn(work).map(drop)
}

/// Collects adopted children that have ended, so that they don't stay as zombies.
fn reap() {
    while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
}

fn code(status: Option<ExitStatus>) -> u8 {
    let code = match status {
        Some(status) => status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(255),
        None => 128 + Signal::KILL.as_raw(),
    };
    u8::try_from(code).unwrap_or(255)
}

fn cannot_start(error: &str) -> u8 {
    let _ = writeln!(std::io::stderr(), "{START_ERROR}{error}");
    CANNOT_START
}
