//! A folder of one's own in which a command runs with a cleared environment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A private folder, a git repository where wanted, and a command to run in it.
///
/// The command sees nothing of the caller's environment beside `PATH`, so no key, no configuration and no agent
/// of this machine takes part. Its home is an empty folder.
#[derive(Debug)]
pub struct TestEnvironment {
    dir: TempDir,
    program: PathBuf,
}

impl TestEnvironment {
    /// An empty folder for this program, usually `env!("CARGO_BIN_EXE_deep-review")`.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(dir.path().join("home")).expect("the home folder");
        fs::create_dir(dir.path().join("work")).expect("the work folder");
        Self { dir, program: program.into() }
    }

    /// The folder in which the command runs.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    /// Writes a file, with its folders.
    ///
    /// # Panics
    /// When it can't be written.
    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        let file = self.path().join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("the folders");
        fs::write(&file, content).expect("the file");
        self
    }

    /// Reads a file as text.
    ///
    /// # Panics
    /// When it can't be read.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Runs git in the folder.
    ///
    /// # Panics
    /// When git fails.
    pub fn git(&self, arguments: &[&str]) -> &Self {
        let output = self.base("git").args(arguments).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        self
    }

    /// Starts a repository with a branch `main`.
    pub fn init(&self) -> &Self {
        self.git(&["init", "-q", "-b", "main"])
    }

    /// Commits everything in the folder.
    pub fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "-A"]).git(&["commit", "-q", "--allow-empty", "-m", message])
    }

    /// Runs the program and waits for it.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs the program with more environment variables.
    ///
    /// # Panics
    /// When it can't be started.
    pub fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
        let output = self
            .command()
            .args(arguments)
            .envs(variables.iter().copied())
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", self.program.display()));
        let text =
            |bytes: &[u8]| redact_dir(&String::from_utf8_lossy(bytes), &self.dir.path().to_string_lossy());
        Ran { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Runs the program with its standard output going to this file, for example `/dev/full`.
    ///
    /// # Panics
    /// When the file or the program can't be opened.
    pub fn run_into(&self, stdout: impl AsRef<Path>, arguments: &[&str]) -> Ran {
        let file =
            fs::OpenOptions::new().write(true).open(stdout.as_ref()).expect("the file for standard output");
        let child = self.command().args(arguments).stdout(file).stderr(Stdio::piped()).spawn();
        let output = child.and_then(std::process::Child::wait_with_output).expect("the program runs");
        let stderr = redact_dir(&String::from_utf8_lossy(&output.stderr), &self.dir.path().to_string_lossy());
        Ran { status: output.status.code(), stdout: String::new(), stderr }
    }

    /// The program as a command in this environment, for tests that start and kill it.
    pub fn command(&self) -> Command {
        self.base(&self.program)
    }

    fn base(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command
            .current_dir(self.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.dir.path().join("home"))
            .env("TMPDIR", self.dir.path())
            .env("LC_ALL", "C")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A. Author")
            .env("GIT_AUTHOR_EMAIL", "author@example.invalid")
            .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
            .env("GIT_COMMITTER_NAME", "A. Author")
            .env("GIT_COMMITTER_EMAIL", "author@example.invalid")
            .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z")
            .stdin(Stdio::null());
        command
    }
}

fn redact_dir(text: &str, dir: &str) -> String {
    text.replace(dir, "[dir]")
}

/// What a run of the program brought; the temporary folder is shown as `[dir]`.
#[derive(Clone, Debug)]
#[must_use]
pub struct Ran {
    /// Exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// Checks the exit status and gives back the run.
    ///
    /// # Panics
    /// When the status is another one; the message has both outputs.
    pub fn expect_status(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}
