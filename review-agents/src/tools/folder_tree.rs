//! A folder on disk as a source tree that can be read and nothing else.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use review_core::fingerprint::content_hash;
use review_core::{Answer, Cancel, Error, ErrorKind, Fact, Hit, Query, Result, SourceTree};

/// Largest file that is shown: 2 MiB, as for files of the repository.
const MAX_FILE_BYTES: u64 = 2 << 20;

/// Entries that are walked; what comes after is not seen, and the answer says so.
const MAX_ENTRIES: usize = 200_000;

/// Folders below each other.
const MAX_DEPTH: usize = 64;

/// Bytes that one search reads.
const MAX_SEARCH_BYTES: u64 = 256 << 20;

/// A folder beside the repository, for models to look things up in.
///
/// Only plain files are read. Links of any kind, devices, pipes and sockets are *not text*; paths through links are
/// missing. Both versions are the same, there is no history, and `.git` is left out.
#[derive(Clone, Debug)]
pub struct FolderTree {
    root: PathBuf,
    name: String,
}

impl FolderTree {
    /// A tree over a folder.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub fn new(folder: &Path) -> Result<Self> {
        let missing = || {
            Error::new(ErrorKind::NotFound, "there is no such folder").with_context("path", folder.display())
        };
        let root = folder.canonicalize().map_err(|_| missing())?;
        if !root.is_dir() {
            return Err(missing());
        }
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).ok_or_else(missing)?;
        Ok(Self { root, name })
    }

    /// The folder's own name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place of a path, where it leads to something without going through a link.
    fn inside(&self, path: &str) -> Option<(PathBuf, std::fs::Metadata)> {
        let mut place = self.root.clone();
        let mut found = None;
        for part in Path::new(path).components() {
            let Component::Normal(part) = part else { return None };
            if found.as_ref().is_some_and(|found: &std::fs::Metadata| !found.is_dir()) || part == ".git" {
                return None;
            }
            place.push(part);
            found = Some(place.symlink_metadata().ok()?);
        }
        found.map(|found| (place, found))
    }

    fn file(&self, query: &Query, path: &str) -> Fact {
        let answer = match self.inside(path) {
            None => Answer::Missing,
            Some((_, found)) if found.is_dir() => Answer::Missing,
            Some((_, found)) if !found.is_file() => Answer::NotText { what: "not a plain file".to_owned() },
            Some((_, found)) if found.len() > MAX_FILE_BYTES => Answer::TooLarge { bytes: found.len() },
            Some((place, _)) => match read(&place, MAX_FILE_BYTES).map(String::from_utf8) {
                Ok(Ok(text)) if text.contains('\0') => Answer::NotText { what: "binary".to_owned() },
                Ok(Ok(text)) => return Fact::text(query.clone(), content_hash(&[&text], 40), text),
                Ok(Err(_)) => Answer::NotText { what: "not UTF-8".to_owned() },
                Err(error) => Answer::Unknown { reason: error.to_string() },
            },
        };
        Fact::new(query.clone(), answer)
    }

    /// The plain files below a folder, ordered, and whether these are all.
    fn below(&self, folder: &str, cancel: &Cancel) -> Result<(BTreeSet<String>, bool)> {
        let mut files = BTreeSet::new();
        let mut complete = true;
        let start = if folder.is_empty() {
            self.root.clone()
        } else {
            match self.inside(folder) {
                Some((place, found)) if found.is_dir() => place,
                _ => return Ok((files, true)),
            }
        };
        let mut waiting = vec![(start, 0)];
        let mut seen = 0;
        while let Some((place, depth)) = waiting.pop() {
            cancel.check()?;
            let Ok(entries) = std::fs::read_dir(&place) else { continue };
            for entry in entries.flatten() {
                seen += 1;
                if seen > MAX_ENTRIES {
                    return Ok((files, false));
                }
                // The kind of the entry itself, not of what it links to.
                let Ok(kind) = entry.file_type() else { continue };
                if kind.is_dir() && entry.file_name() != ".git" {
                    complete &= depth < MAX_DEPTH;
                    waiting.extend((depth < MAX_DEPTH).then(|| (entry.path(), depth + 1)));
                } else if kind.is_file()
                    && let Ok(path) = entry.path().strip_prefix(&self.root)
                    && let Some(path) = path.to_str()
                {
                    files.insert(path.to_owned());
                }
            }
        }
        Ok((files, complete))
    }

    fn search(&self, needle: &str, limit: usize, cancel: &Cancel) -> Result<Answer> {
        if needle.is_empty() || needle.contains(['\n', '\0']) {
            return Ok(Answer::Unknown { reason: "a search needs one line of text".to_owned() });
        }
        let (files, mut complete) = self.below("", cancel)?;
        let mut hits = Vec::new();
        let mut read_bytes = 0;
        for path in files {
            cancel.check()?;
            let Fact { text: Some(text), .. } =
                self.file(&Query::file(review_core::Side::Head, &path), &path)
            else {
                continue;
            };
            read_bytes += text.len() as u64;
            for (line, number) in text.lines().zip(1..).filter(|(line, _)| line.contains(needle)) {
                if hits.len() == limit {
                    return Ok(Answer::Hits { hits, complete: false });
                }
                hits.push(Hit { path: path.clone(), line: number, text: line.chars().take(400).collect() });
            }
            if read_bytes > MAX_SEARCH_BYTES {
                complete = false;
                break;
            }
        }
        Ok(Answer::Hits { hits, complete })
    }

    fn one(&self, query: &Query, cancel: &Cancel) -> Result<Fact> {
        let answer = match query {
            Query::File { path, .. } => return Ok(self.file(query, path)),
            Query::Paths { folder, limit, .. } => {
                let (files, complete) = self.below(folder, cancel)?;
                let limit = *limit as usize;
                let complete = complete && files.len() <= limit;
                Answer::Paths { paths: files.into_iter().take(limit).collect(), complete }
            }
            Query::PathsEnding { suffix, .. } => {
                let (files, complete) = self.below("", cancel)?;
                let ending = format!("/{suffix}");
                let ends = |path: &String| !suffix.is_empty() && (path == suffix || path.ends_with(&ending));
                Answer::Paths { paths: files.into_iter().filter(ends).collect(), complete }
            }
            Query::Search { needle, limit, .. } => self.search(needle, *limit as usize, cancel)?,
            _ => Answer::Unknown { reason: "this folder has no history".to_owned() },
        };
        Ok(Fact::new(query.clone(), answer))
    }
}

impl SourceTree for FolderTree {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        queries
            .iter()
            .map(|query| {
                cancel.check()?;
                self.one(query, cancel)
            })
            .collect()
    }
}

/// At most so many bytes of a file. A link that took the file's place since it was looked at is not followed.
fn read(place: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;
        // Not waiting matters for a pipe, which would wait for a writer.
        options.custom_flags((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed());
    }
    let file = options.open(place)?;
    if !file.metadata()?.is_file() {
        return Err(std::io::Error::other("it is no plain file any more"));
    }
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}
