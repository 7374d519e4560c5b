//! Every path of a tree, with what is there.

use std::collections::BTreeMap;

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::paths::{quote_path, unquote_path};
use crate::repository::GitRepository;

/// At most so many bytes of listing: several million files.
const MAX_LISTING: usize = 512 * 1024 * 1024;

/// What a path of a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Link,
    Submodule,
}

/// One path of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: EntryKind,
    pub(crate) id: String,
    /// The path as git has it, where that is not the spelling of documents.
    raw: Option<Vec<u8>>,
}

impl Entry {
    /// Whether it has content of its own.
    pub(crate) fn is_blob(&self) -> bool {
        self.kind != EntryKind::Submodule
    }
}

/// All paths of a tree, by the spelling of documents.
///
/// A path is looked up, never opened: absolute paths, `..` and paths through links are simply not in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    entries: BTreeMap<String, Entry>,
}

impl Listing {
    /// The entry of a path, also one that git quoted although it is UTF-8; with its spelling in documents.
    pub(crate) fn get(&self, path: &str) -> Option<(&str, &Entry)> {
        if let Some((path, entry)) = self.entries.get_key_value(path) {
            return Some((path, entry));
        }
        let plain = path.starts_with('"').then(|| unquote_path(path.as_bytes())).flatten()?;
        self.entries.get_key_value(&quote_path(&plain)).map(|(path, entry)| (path.as_str(), entry))
    }

    /// The path as git has it.
    pub(crate) fn raw<'a>(path: &'a str, entry: &'a Entry) -> &'a [u8] {
        entry.raw.as_deref().unwrap_or(path.as_bytes())
    }

    /// The paths below a folder, ordered; an empty folder is the whole tree.
    pub(crate) fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let from = self.entries.range(start.clone()..);
        from.map(|(path, _)| path.as_str()).take_while(move |path| path.starts_with(&start))
    }

    /// All paths, ordered.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

impl GitRepository {
    /// What is at a few paths of a tree, without listing all of it. Paths that lead nowhere, out of the tree or to a folder
    /// are left out; so is one that git would quote, which only the whole list can tell.
    pub(crate) fn few(&self, tree: &str, paths: &[&str], cancel: &Cancel) -> Result<Listing> {
        let plain = |path: &&&str| {
            let inside = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
            inside && !path.starts_with('"') && !path.contains('\0')
        };
        let wanted: Vec<&&str> = paths.iter().filter(plain).collect();
        let mut listing = Listing::default();
        if wanted.is_empty() {
            return Ok(listing);
        }
        let output = self
            .call("ls-tree")
            .args(["-z", "--full-tree", "--end-of-options", tree, "--"])
            .args(wanted)
            .max_output(MAX_LISTING)
            .output(cancel)?;
        for record in output.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
            let is_folder = record.starts_with(b"040000 ");
            if let (Some((path, entry)), false) = (parse(record), is_folder) {
                listing.entries.insert(path, entry);
            }
        }
        Ok(listing)
    }

    /// Lists a tree, given by the full id of a commit or tree.
    pub(crate) fn listing(&self, tree: &str, cancel: &Cancel) -> Result<Listing> {
        let output = self
            .call("ls-tree")
            .args(["-r", "-z", "--full-tree", "--end-of-options", tree])
            .max_output(MAX_LISTING)
            .output(cancel)?;
        let mut listing = Listing::default();
        for record in output.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
            let (path, entry) = parse(record).ok_or_else(|| {
                Error::new(ErrorKind::InvalidAnswer, "the list of files can't be read")
                    .with_operation("git ls-tree")
            })?;
            listing.entries.insert(path, entry);
        }
        Ok(listing)
    }
}

/// Reads `<mode> <type> <id><TAB><path>`.
fn parse(record: &[u8]) -> Option<(String, Entry)> {
    let tab = record.iter().position(|byte| *byte == b'\t')?;
    let (facts, path) = (std::str::from_utf8(record.get(..tab)?).ok()?, record.get(tab + 1..)?);
    let mut facts = facts.split(' ');
    let (mode, _, id) = (facts.next()?, facts.next()?, facts.next()?);
    let kind = match mode {
        "120000" => EntryKind::Link,
        "160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    };
    let spelled = quote_path(path);
    let raw = (spelled.as_bytes() != path).then(|| path.to_vec());
    Some((spelled, Entry { kind, id: id.to_owned(), raw }))
}
