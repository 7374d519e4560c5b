//! Turns a working tree into a commit of the private repository.
//!
//! The private repository works on a copy of the index, so nothing is refreshed, locked or written in the
//! reviewed one, and blobs that `git add` would make land in the private object store. Filters named in
//! attributes are not run: the private repository has no commands for them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::command::{Call, failure};
use crate::options::ChangeOptions;
use crate::paths::{os_bytes, os_string};
use crate::plain;
use crate::repository::GitRepository;

/// Settings that say how files on this machine relate to blobs. They are plain values, never commands.
const FACTS: &str = r"^core\.(filemode|symlinks|ignorecase|precomposeunicode|trustctime|checkstat|autocrlf|eol|excludesfile)$";

impl GitRepository {
    /// Writes the working tree as a commit on top of `head` and gives its id.
    pub(crate) fn snapshot(
        &self,
        head: Option<&str>,
        options: &ChangeOptions,
        cancel: &Cancel,
    ) -> Result<String> {
        let Some(root) = self.work_tree() else {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "this repository has no working tree; compare two revisions instead",
            )
            .with_context("repository", self.git_dir().display()));
        };
        let _lock = self.lock_index();
        let call = self.on_index_copy(root, cancel)?;
        // A submodule counts by the commit that it is at; looking for changes inside would run git there,
        // under its own configuration.
        let changed = call("diff-files")
            .args(["-z", "--name-status", "--ignore-submodules=dirty", "--no-ext-diff", "--no-textconv"])
            .output(cancel)?;
        let (gone, mut paths) = split_changes(&changed);
        if options.untracked {
            let untracked = call("ls-files").args(["-z", "--others", "--exclude-standard"]).output(cancel)?;
            let mut except: Vec<Vec<u8>> =
                options.untracked_except.iter().map(|folder| folder.as_bytes().to_vec()).collect();
            // Our own files are not work, should the scratch folder be in the working tree.
            let own = root.canonicalize().ok().and_then(|root| self.scratch().strip_prefix(root).ok());
            except.extend(own.map(|own| os_bytes(own.as_os_str()).into_owned()));
            for path in untracked.split_inclusive(|byte| *byte == 0) {
                // A final slash means another repository inside this one.
                if !path.ends_with(b"/\0") && !is_below(path, &except) {
                    paths.extend_from_slice(path);
                }
            }
        }
        if !gone.is_empty() {
            // First and without a look at the files: a link may stand where their folder was.
            call("update-index").args(["-z", "--force-remove", "--stdin"]).stdin(gone).output(cancel)?;
        }
        if !paths.is_empty() {
            call("update-index")
                .args(["-z", "--add", "--remove", "--replace", "--stdin"])
                .stdin(paths)
                .output(cancel)?;
        }
        let tree = call("write-tree").arg("--missing-ok").output(cancel)?;
        self.commit_tree(&text(&tree), head, cancel)
    }

    /// Whether a tracked file differs from the last commit. `false` where there is no working tree or no commit.
    ///
    /// # Errors
    /// When git fails.
    pub fn has_uncommitted(&self, cancel: &Cancel) -> Result<bool> {
        let (Some(root), Some(head)) = (self.work_tree(), self.head(cancel)?) else { return Ok(false) };
        let _lock = self.lock_index();
        let call = self.on_index_copy(root, cancel)?;
        // Status 1 says that some entries need an update, which is what is asked next.
        call("update-index").args(["-q", "--refresh", "--ignore-submodules"]).run(cancel)?;
        let output = call("diff-index")
            .args(["--quiet", "--ignore-submodules=dirty", "--no-ext-diff", "--no-textconv", &head, "--"])
            .run(cancel)?;
        match output.code {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ => Err(failure("diff-index", &output)),
        }
    }

    /// Commands on the working tree with a copy of its index, under the settings that say how files relate to blobs. The
    /// caller holds the lock of the index.
    fn on_index_copy<'a>(
        &'a self,
        root: &'a Path,
        cancel: &Cancel,
    ) -> Result<impl Fn(&'static str) -> Call + use<'a>> {
        let index = self.copy_index()?;
        let settings = self.facts(root, cancel)?;
        Ok(move |name: &'static str| {
            self.git()
                .call_with(name, root, &settings)
                .env("GIT_DIR", self.private())
                .env("GIT_WORK_TREE", root)
                .env("GIT_INDEX_FILE", &index)
        })
    }

    /// A commit of uncommitted content. Its author and time are fixed, so that the same content gives the
    /// same id.
    fn commit_tree(&self, tree: &str, head: Option<&str>, cancel: &Cancel) -> Result<String> {
        let mut call = self.call("commit-tree").args(["--no-gpg-sign", "-m", "Uncommitted changes"]);
        for who in ["AUTHOR", "COMMITTER"] {
            call = call
                .env(&format!("GIT_{who}_NAME"), "Uncommitted")
                .env(&format!("GIT_{who}_EMAIL"), "uncommitted@localhost")
                .env(&format!("GIT_{who}_DATE"), "@0 +0000");
        }
        if let Some(head) = head {
            call = call.args(["-p", head]);
        }
        Ok(text(&call.arg(tree).output(cancel)?))
    }

    fn copy_index(&self) -> Result<PathBuf> {
        let copy = self.private().join("index");
        let failed = |error: std::io::Error| Error::from(error).with_operation("copying the index");
        // From an earlier snapshot.
        fs::remove_file(&copy).or_else(absent_is_fine).map_err(failed)?;
        plain::copy(self.index(), &copy).map_err(failed)?;
        // A split index keeps most of its entries in a shared file beside it.
        for folder in self.index().parent().into_iter() {
            for entry in fs::read_dir(folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                if entry.file_name().to_string_lossy().starts_with("sharedindex.") {
                    plain::copy(&entry.path(), &self.private().join(entry.file_name())).map_err(failed)?;
                }
            }
        }
        let exclude = self.private().join("info/exclude");
        fs::remove_file(&exclude).or_else(absent_is_fine).map_err(failed)?;
        plain::copy(self.exclude(), &exclude).map_err(failed)?;
        Ok(copy)
    }

    /// The settings of the user and the repository that decide what a file's content and mode mean, and what
    /// is ignored.
    fn facts(&self, root: &Path, cancel: &Cancel) -> Result<Vec<OsString>> {
        let output = self
            .git()
            .call("config", root)
            .with_user_settings()
            .env("GIT_DIR", self.git_dir())
            .args(["--null", "--get-regexp", FACTS])
            .run(cancel)?;
        let mut settings = Vec::new();
        let mut ignored = false;
        for entry in output.stdout.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            let mut parts = entry.splitn(2, |byte| *byte == b'\n');
            let key = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
            // A key without value means true.
            let mut value = parts.next().map_or_else(|| OsString::from("true"), os_string);
            if key == "core.excludesfile" {
                ignored = true;
                value = at_home(value);
                if !Path::new(&value).is_file() {
                    continue;
                }
            }
            let mut setting = OsString::from(key);
            setting.push("=");
            setting.push(value);
            settings.push(setting);
        }
        if let Some(file) = usual_excludes().filter(|_| !ignored) {
            let mut setting = OsString::from("core.excludesfile=");
            setting.push(file);
            settings.push(setting);
        }
        Ok(settings)
    }
}

/// Splits `<status>\0<path>\0…` into the paths of deleted files and those of all others.
fn split_changes(changed: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut gone, mut others) = (BTreeSet::new(), BTreeSet::new());
    let mut fields = changed.split(|byte| *byte == 0);
    while let (Some(status), Some(path)) = (fields.next(), fields.next()) {
        if status == b"D" {
            gone.insert(path)
        } else {
            others.insert(path)
        };
    }
    // A file in conflict is listed more than once.
    let others = others.difference(&gone).copied();
    (terminated(gone.iter().copied()), terminated(others))
}

fn terminated<'a>(paths: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    paths.flat_map(|path| path.iter().copied().chain([0])).collect()
}

fn absent_is_fine(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn is_below(path: &[u8], folders: &[Vec<u8>]) -> bool {
    folders.iter().any(|folder| {
        let folder = folder.strip_suffix(b"/").unwrap_or(folder);
        path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
    })
}

/// Git's own home is the scratch folder, so `~/` is the caller's business.
fn at_home(path: OsString) -> OsString {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    match (Path::new(&path).strip_prefix("~"), home) {
        (Ok(rest), Some(home)) => home.join(rest).into_os_string(),
        _ => path,
    }
}

/// The file that git reads where `core.excludesFile` is not set.
fn usual_excludes() -> Option<PathBuf> {
    let folder = match std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".config"),
    };
    let file = folder.join("git/ignore");
    file.is_file().then_some(file)
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).trim().to_owned()
}
