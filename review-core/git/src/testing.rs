//! A repository for a test, in a few words (feature `testing`).
//!
//! Everything is fixed — author, time, names — so that ids are the same on every machine.
#![expect(clippy::expect_used, clippy::panic, reason = "a helper of tests that fails, fails the test")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use review_scratch::ScratchDir;

/// A temporary repository that is removed when dropped.
///
/// ```
/// use review_git::testing::TestRepo;
///
/// let repo = TestRepo::new();
/// let base = repo.file("a.rs", "fn a() {}\n").commit("first");
/// let head = repo.file("a.rs", "fn b() {}\n").commit("second");
/// assert_ne!(base, head);
/// ```
#[derive(Debug)]
pub struct TestRepo {
    folder: ScratchDir,
    clock: Cell<u64>,
}

impl Default for TestRepo {
    fn default() -> Self {
        Self::new()
    }
}

impl TestRepo {
    /// An empty repository on the unborn branch `main`.
    pub fn new() -> Self {
        Self::with_init(&[])
    }

    /// Whether the git of this machine knows a format of references, for example `reftable` (since 2.45).
    pub fn knows_ref_format(format: &str) -> bool {
        let probe = Self::folder_only();
        let output = probe.command().args(["init", "--quiet", &format!("--ref-format={format}")]).output();
        output.is_ok_and(|output| output.status.success())
    }

    /// As [`new`](Self::new), with arguments for `git init`, for example `--object-format=sha256`.
    pub fn with_init(arguments: &[&str]) -> Self {
        let repo = Self::folder_only();
        repo.git(&[&["init", "--quiet", "--initial-branch=main", "--template="], arguments].concat());
        repo
    }

    /// A clone of this repository with arguments for `git clone`, for example `--filter=blob:none`. It is
    /// cloned by a `file://` address, so that shallow and partial clones are real.
    pub fn clone_with(&self, arguments: &[&str]) -> Self {
        self.git(&["config", "uploadpack.allowFilter", "true"]);
        let clone = Self::folder_only();
        let from = format!("file://{}", self.path().display());
        clone.git(&[&["clone", "--quiet", "--template="], arguments, &[&from, "."]].concat());
        clone
    }

    fn folder_only() -> Self {
        let folder = ScratchDir::new().expect("a scratch folder");
        fs::create_dir(folder.path().join("work")).expect("a folder");
        Self { folder, clock: Cell::new(1_700_000_000) }
    }

    /// The root of the working tree.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// A path beside the working tree, for other things that should go with it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs git here, and gives what it printed, without the last line feed.
    ///
    /// # Panics
    /// When git fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().expect("git runs");
        if !output.status.success() {
            panic!("git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        text.strip_suffix('\n').unwrap_or(&text).to_owned()
    }

    /// A git command that reads no configuration but the repository's own.
    pub fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.current_dir(self.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Ann Author")
                .env(format!("GIT_{who}_EMAIL"), "ann@example.org");
            command.env(format!("GIT_{who}_DATE"), format!("@{} +0000", self.clock.get()));
        }
        command.args(["-c", "protocol.file.allow=always", "-c", "commit.gpgSign=false"]);
        command
    }

    /// Writes a file; folders are made.
    pub fn file(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("folders");
        fs::write(path, content).expect("the file is written");
        self
    }

    /// Removes a file.
    pub fn delete(&self, path: impl AsRef<Path>) -> &Self {
        fs::remove_file(self.path().join(path)).expect("the file is removed");
        self
    }

    /// Makes a link.
    #[cfg(unix)]
    pub fn link(&self, path: &str, target: &str) -> &Self {
        std::os::unix::fs::symlink(target, self.path().join(path)).expect("the link is made");
        self
    }

    /// Sets whether a file can be run.
    #[cfg(unix)]
    pub fn executable(&self, path: &str, yes: bool) -> &Self {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(if yes { 0o755 } else { 0o644 });
        fs::set_permissions(self.path().join(path), mode).expect("the mode is set");
        self
    }

    /// Sets a value in the repository's configuration.
    pub fn config(&self, key: &str, value: &str) -> &Self {
        self.git(&["config", key, value]);
        self
    }

    /// Commits everything that is there, a minute after the commit before, and gives its id.
    pub fn commit(&self, subject: &str) -> String {
        self.clock.set(self.clock.get() + 60);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", subject]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Every path below the working tree, `.git` included, with its content, link target or `/` for a folder:
    /// compare two to see that nothing was touched.
    pub fn fingerprint(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        collect(&self.path(), &mut all);
        all
    }
}

fn collect(folder: &Path, all: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let kind = fs::symlink_metadata(&path).expect("metadata");
        if kind.is_symlink() {
            let target = fs::read_link(&path).expect("a link");
            all.insert(path, target.into_os_string().into_encoded_bytes());
        } else if kind.is_dir() {
            collect(&path, all);
            all.insert(path, b"/".to_vec());
        } else {
            let content = fs::read(&path).expect("the file can be read");
            all.insert(path, content);
        }
    }
}
