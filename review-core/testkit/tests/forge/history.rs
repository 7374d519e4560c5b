//! A small repository whose commits are the same each time.

use std::path::Path;
use std::process::Command;

use review_testkit::fake_forge::{Dialect, FakeForge, PullRequest, Repo};
use tempfile::TempDir;

pub(crate) struct History {
    pub(crate) dir: TempDir,
}

impl History {
    pub(crate) fn new() -> Self {
        let history = Self { dir: tempfile::tempdir().unwrap() };
        history.git(&["init", "-q", "-b", "main"]);
        history
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=Alice", "-c", "user.email=alice@example.org"])
            .args(arguments)
            .current_dir(self.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits files, `None` to remove one, on the branch that is checked out.
    pub(crate) fn commit(&self, files: &[(&str, Option<&str>)]) -> String {
        for (path, content) in files {
            let path = self.path().join(path);
            match content {
                Some(content) => {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, content).unwrap();
                }
                None => std::fs::remove_file(path).unwrap(),
            }
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "A commit"]);
        self.git(&["rev-parse", "HEAD"])
    }

    pub(crate) fn branch(&self, name: &str) {
        self.git(&["checkout", "-q", "-b", name]);
    }

    pub(crate) fn switch(&self, name: &str) {
        self.git(&["checkout", "-q", name]);
    }
}

/// `line 1` to `line n`, with replacements and removals.
pub(crate) fn lines(n: usize, changed: &[(usize, Option<&str>)]) -> String {
    let line = |number: usize| match changed.iter().find(|(at, _)| *at == number) {
        Some((_, Some(text))) => format!("{text}\n"),
        Some((_, None)) => String::new(),
        None => format!("line {number}\n"),
    };
    (1..=n).map(line).collect()
}

/// A forge with a change that edits line 10, removes line 30 and adds a file.
pub(crate) fn seeded(dialect: Dialect) -> (FakeForge, History) {
    let history = History::new();
    history.commit(&[("a.txt", Some(&lines(60, &[]))), ("kept.txt", Some("kept\n"))]);
    history.branch("change");
    let edited = lines(60, &[(10, Some("ten")), (30, None)]);
    history.commit(&[("a.txt", Some(&edited)), ("new.txt", Some("one\ntwo\nthree\n"))]);
    history.switch("main");
    let forge = FakeForge::start(dialect);
    forge.repository(Repo::new("acme/pool", history.path()));
    forge.pull("acme/pool", PullRequest::new(7, "Ten").by("alice").body("Edits ten."));
    (forge, history)
}
