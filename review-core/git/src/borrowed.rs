//! Writes private repositories that borrow another repository's objects.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use review_core::{Error, Result};

use crate::paths::{os_bytes, path_buf, unquote_path};
use crate::plain;

/// Overrides every attribute that would change content between a blob and its file. In this place it beats
/// any `.gitattributes`, and holds for every later command in the checkout as well.
const RAW_ATTRIBUTES: &str = "* -text !eol -ident !filter !working-tree-encoding\n";

/// What a private repository needs to know of the one it borrows from.
#[derive(Clone, Debug)]
pub(crate) struct Lender {
    /// `sha1` or `sha256`.
    pub(crate) object_format: String,
    /// Folders with objects, absolute, the lender's own first.
    pub(crate) objects: Vec<PathBuf>,
    /// The list of commits whose parents are not there, as the lender has it.
    pub(crate) shallow: Option<Vec<u8>>,
}

/// A private repository about to be written.
#[derive(Debug)]
pub(crate) struct Layout<'a> {
    /// The git folder; must not exist yet.
    pub(crate) git_dir: &'a Path,
    /// Whether it has no working tree.
    pub(crate) bare: bool,
    /// Whether files are to be exactly their blobs, whatever attributes say.
    pub(crate) raw_files: bool,
    /// Content of `HEAD`.
    pub(crate) head: &'a str,
    /// References by full name, with the ids that they point to.
    pub(crate) refs: &'a [(&'a str, &'a str)],
}

impl Layout<'_> {
    /// Writes the repository. By hand rather than with `git init`: no templates, no probing, no defaults of
    /// the installed version.
    ///
    /// # Errors
    /// When a file can't be written.
    pub(crate) fn write(&self, lender: &Lender) -> Result<()> {
        self.try_write(lender).map_err(|error| {
            Error::from(error)
                .with_operation("writing a private repository")
                .with_context("in", self.git_dir.display())
        })
    }

    fn try_write(&self, lender: &Lender) -> std::io::Result<()> {
        let at = |name: &str| self.git_dir.join(name);
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info", "hooks"] {
            fs::create_dir_all(at(folder))?;
        }
        fs::write(at("config"), self.config(lender))?;
        fs::write(at("objects/info/alternates"), alternates_text(&lender.objects))?;
        if self.raw_files {
            fs::write(at("info/attributes"), RAW_ATTRIBUTES)?;
        }
        if let Some(shallow) = &lender.shallow {
            fs::write(at("shallow"), shallow)?;
        }
        for (name, id) in self.refs {
            let path = at(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, format!("{id}\n"))?;
        }
        // Last: a folder without HEAD is not yet a repository.
        fs::write(at("HEAD"), format!("{}\n", self.head))
    }

    fn config(&self, lender: &Lender) -> String {
        let sha1 = lender.object_format == "sha1";
        let mut text = format!(
            "[core]\n\trepositoryformatversion = {}\n\tbare = {}\n\tlogAllRefUpdates = false\n\
             \thooksPath = /dev/null\n\tfsmonitor = false\n\tuntrackedCache = false\n\tautocrlf = false\n\tsymlinks = false\n\
             \tfsync = none\n\tlooseCompression = 1\n\
             [gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[commit]\n\tgpgSign = false\n\
             [submodule]\n\trecurse = false\n",
            if sha1 { 0 } else { 1 },
            self.bare,
        );
        if !sha1 {
            text.push_str(&format!("[extensions]\n\tobjectFormat = {}\n", lender.object_format));
        }
        text
    }
}

/// The folders from which a repository with this object folder reads, itself first. Git follows alternates of
/// alternates only five deep and some versions not when they are relative; a flat list avoids both.
pub(crate) fn object_folders(own: &Path) -> Vec<PathBuf> {
    const LIMIT: usize = 64;
    let mut found = vec![own.to_owned()];
    let mut seen = BTreeSet::from([own.to_owned()]);
    let mut next = 0;
    while let Some(folder) = found.get(next).cloned() {
        next += 1;
        // What can't be read can't be borrowed from either; git then says what is missing.
        let text = plain::read(&folder.join("info/alternates")).ok().flatten().unwrap_or_default();
        for line in text.split(|byte| *byte == b'\n') {
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let Some(bytes) = unquote_path(line) else { continue };
            // Joining an absolute path gives that path.
            let path = folder.join(path_buf(&bytes));
            let path = path.canonicalize().unwrap_or(path);
            if found.len() < LIMIT && seen.insert(path.clone()) {
                found.push(path);
            }
        }
    }
    found
}

fn alternates_text(folders: &[PathBuf]) -> Vec<u8> {
    let mut text = Vec::new();
    for folder in folders {
        let bytes = os_bytes(folder.as_os_str());
        if bytes.starts_with(b"\"") || bytes.starts_with(b"#") || bytes.contains(&b'\n') {
            text.push(b'"');
            for &byte in bytes.iter() {
                match byte {
                    b'\n' => text.extend_from_slice(b"\\n"),
                    b'"' | b'\\' => text.extend_from_slice(&[b'\\', byte]),
                    other => text.push(other),
                }
            }
            text.push(b'"');
        } else {
            text.extend_from_slice(&bytes);
        }
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_scratch::ScratchDir;

    #[test]
    fn alternates_are_followed_once_each_and_written_absolute() {
        let scratch = ScratchDir::new().unwrap();
        let at = |name: &str| scratch.path().join(name);
        let lend = |name: &str, text: &str| {
            fs::create_dir_all(at(name).join("info")).unwrap();
            fs::write(at(name).join("info/alternates"), text).unwrap();
        };
        lend("a", "# a comment\n../b\n\n");
        lend("b", &format!("\"../odd\\nname\"\n{}\n../gone\n", at("a").display()));
        fs::create_dir_all(at("odd\nname")).unwrap();
        let found = object_folders(&at("a"));
        assert_eq!(found, [at("a"), at("b"), at("odd\nname"), at("b/../gone")]);
        let text = String::from_utf8(alternates_text(&found)).unwrap();
        assert!(text.lines().nth(2).unwrap().ends_with("/odd\\nname\""), "{text}");
    }
}
