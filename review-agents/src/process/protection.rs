//! Keeps a program from writing: by bubblewrap where it works, else by landlock in the supervisor.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::hidden;
use super::invocation::Invocation;

/// How a program is kept from writing anywhere but in the folders that are given to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protection {
    /// By bubblewrap: everything is mounted read-only, places of keys are hidden, and it has its own process numbers.
    Bubblewrap,
    /// By landlock, which the supervisor puts on before it starts the program.
    Landlock,
    /// Not at all.
    None,
}

impl Protection {
    /// Whether writing is really kept off.
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
    quiet(Command::new(bwrap).args(BASE).args(["/bin/sh", "-c", ":"]))
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

/// Everything can be read and nothing written; process numbers of its own, which end with it; the network stays.
const BASE: &[&str] =
    &["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--unshare-pid", "--die-with-parent"];

/// The invocation inside of bubblewrap; unchanged where bubblewrap is not to be had.
pub(super) fn in_bubblewrap(invocation: Invocation, writable: &[PathBuf]) -> Invocation {
    let Some(bwrap) = bubblewrap() else { return invocation };
    let mut arguments: Vec<String> = BASE.iter().map(|argument| (*argument).to_owned()).collect();
    let mut add = |words: &[&str], path: &Path| {
        arguments.extend(words.iter().map(|word| (*word).to_owned()));
        arguments.push(path.to_string_lossy().into_owned());
    };
    for (place, is_folder) in hidden::places() {
        if is_folder {
            add(&["--tmpfs"], &place);
        } else {
            add(&["--ro-bind", "/dev/null"], &place);
        }
    }
    for folder in writable {
        let text = folder.to_string_lossy();
        add(&["--bind", &text], folder);
    }
    add(&["--chdir"], &invocation.folder);
    arguments.push("--".to_owned());
    arguments.push(invocation.program.to_string_lossy().into_owned());
    arguments.extend(invocation.arguments.iter().cloned());
    Invocation { program: bwrap.to_owned(), arguments, ..invocation }
}
