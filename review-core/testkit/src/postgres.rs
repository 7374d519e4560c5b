//! A Postgres server for a test.
#![expect(clippy::expect_used, reason = "a helper of tests that fails, fails the test")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Postgres of the test's own, which is reached through a socket in its folder and goes with this value.
#[derive(Debug)]
pub struct PostgresServer {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl PostgresServer {
    /// Starts a server; `None`, with a word on standard error, where Postgres is not installed.
    #[must_use]
    pub fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!(
                "left out: no Postgres is installed (initdb and pg_ctl are looked for on PATH and in /usr/lib/postgresql)"
            );
            return None;
        };
        let server =
            Self { folder: tempfile::tempdir().expect("the test's Postgres can be set up"), programs };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(server.folder.path()));
        }
        server.call("initdb", &["-A", "trust", "-U", "deep", "-N"]);
        server.up();
        Some(server)
    }

    /// One of the programs, as a user that may run a server.
    fn call(&self, program: &str, arguments: &[&str]) {
        let path = self.programs.join(program);
        let mut command = match is_root() {
            true => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            }
            false => Command::new(path),
        };
        command.arg("-D").arg(self.folder.path().join("data")).args(arguments).current_dir("/");
        run(&mut command);
    }

    /// Starts it again.
    pub fn up(&self) {
        let folder = self.folder.path().display();
        let options = format!("-k {folder} -c listen_addresses= -F");
        self.call("pg_ctl", &["start", "-w", "-l", &format!("{folder}/log"), "-o", &options]);
    }

    /// Stops it at once, as a crash does.
    pub fn down(&self) {
        self.call("pg_ctl", &["stop", "-m", "immediate"]);
    }

    /// How it is reached: keywords and values.
    pub fn url(&self) -> String {
        format!("host={} user=deep dbname=postgres", self.folder.path().display())
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        if self.folder.path().join("data/postmaster.pid").exists() {
            self.down();
        }
        if is_root() {
            run(Command::new("chown").args(["-R", "root"]).arg(self.folder.path()));
        }
    }
}

fn run(command: &mut Command) {
    // Nobody reads what a server prints; a pipe would stay open as long as it runs.
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the test's Postgres can be set up").success(), "{command:?}");
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("the test's Postgres can be set up");
    output.stdout.trim_ascii() == b"0"
}

fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.sort();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let has = |folder: &&PathBuf| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    folders.iter().find(has).map(|folder: &PathBuf| Path::new(folder).to_owned())
}
