//! Confines a program to what it works on: by bubblewrap where it works, else by landlock in the supervisor.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::invocation::Invocation;
use super::visible;

/// How a program is confined: it sees the system's programs, its own files and its folder, and writes only to the folders that
/// are given to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protection {
    /// By bubblewrap: what it may not see is not there, and it has its own process numbers.
    Bubblewrap,
    /// By landlock, which the supervisor puts on before it starts the program.
    Landlock,
    /// Not at all.
    None,
}

impl Protection {
    /// Whether it is really confined.
    pub fn is_enforced(self) -> bool {
        self != Self::None
    }

    /// One word for the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bubblewrap => "bubblewrap",
            Self::Landlock => "landlock",
            Self::None => "unprotected",
        }
    }

    /// The strongest protection of this machine. It blocks when it is asked for the first time.
    pub(super) fn strongest(supervisor: Option<&Path>) -> Self {
        if bubblewrap().is_some() {
            Self::Bubblewrap
        } else if supervisor.is_some_and(landlock_works) {
            Self::Landlock
        } else {
            Self::None
        }
    }
}

/// The program `bwrap`, where it works for this user.
fn bubblewrap() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
        let usual = ["/usr/bin", "/usr/local/bin", "/bin"].map(PathBuf::from);
        folders.chain(usual).map(|folder| folder.join("bwrap")).find(|file| file.is_file() && works(file))
    };
    FOUND.get_or_init(find).as_deref()
}

/// Unprivileged namespaces may be switched off, so that the program is there and can't do its work.
fn works(bwrap: &Path) -> bool {
    quiet(Command::new(bwrap).args(BASE).args(["--ro-bind", "/", "/", "/bin/sh", "-c", ":"]))
}

/// Whether a program that confines its own tools by bubblewrap can do so inside of ours.
pub(super) fn nests() -> bool {
    static NESTS: OnceLock<bool> = OnceLock::new();
    let probe = || {
        let Some(bwrap) = bubblewrap() else { return false };
        let inner = bwrap.to_string_lossy();
        let twice =
            ["--ro-bind", "/", "/", &inner, "--unshare-user", "--ro-bind", "/", "/", "/bin/sh", "-c", ":"];
        quiet(Command::new(bwrap).args(BASE).args(twice))
    };
    *NESTS.get_or_init(probe)
}

fn landlock_works(supervisor: &Path) -> bool {
    static WORKS: OnceLock<bool> = OnceLock::new();
    let probe = || {
        quiet(Command::new(supervisor).args([super::supervisor::ARGUMENT, super::supervisor::PROBE_LANDLOCK]))
    };
    *WORKS.get_or_init(probe)
}

fn quiet(command: &mut Command) -> bool {
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Process numbers of its own, which end with it; the network stays.
const BASE: &[&str] =
    &["--unshare-pid", "--unshare-ipc", "--die-with-parent", "--dev", "/dev", "--proc", "/proc"];

/// The invocation inside of bubblewrap; unchanged where bubblewrap is not to be had.
pub(super) fn in_bubblewrap(invocation: Invocation, writable: &[PathBuf]) -> Invocation {
    let Some(bwrap) = bubblewrap() else { return invocation };
    let mut arguments: Vec<String> = BASE.iter().map(|argument| (*argument).to_owned()).collect();
    let mut add = |words: &[&str]| arguments.extend(words.iter().map(|word| (*word).to_owned()));
    // Somewhere for what programs insist on writing; it goes with them.
    add(&["--tmpfs", "/tmp"]);
    for place in visible::places(&invocation, writable) {
        let text = place.to_string_lossy();
        match place.read_link() {
            // `/bin` is a link to `usr/bin` on most systems; its target is there already or comes later.
            Ok(target) => add(&["--symlink", &target.to_string_lossy(), &text]),
            Err(_) => add(&["--ro-bind", &text, &text]),
        }
    }
    for folder in writable {
        let text = folder.to_string_lossy();
        add(&["--bind", &text, &text]);
    }
    add(&["--chdir", &invocation.folder.to_string_lossy(), "--", &invocation.program.to_string_lossy()]);
    arguments.extend(invocation.arguments.iter().cloned());
    Invocation { program: bwrap.to_owned(), arguments, ..invocation }
}
