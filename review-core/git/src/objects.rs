//! Reads many blobs with few processes.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::repository::GitRepository;

/// Content read by one process: enough to make processes rare, little enough to hold.
const BATCH_BYTES: u64 = 32 * 1024 * 1024;

/// What is known of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Blob {
    Content(Vec<u8>),
    TooLarge(u64),
    /// It is not in this repository: a partial clone.
    Absent,
}

impl GitRepository {
    /// Reads blobs by id; those above `max_bytes` only by size.
    pub(crate) fn blobs(
        &self,
        ids: &BTreeSet<String>,
        max_bytes: u64,
        cancel: &Cancel,
    ) -> Result<BTreeMap<String, Blob>> {
        let mut blobs = BTreeMap::new();
        let mut batch: Vec<String> = Vec::new();
        let mut batch_bytes = 0;
        for (id, size) in self.blob_sizes(ids, cancel)? {
            match size {
                None => {
                    blobs.insert(id, Blob::Absent);
                }
                Some(size) if size > max_bytes => {
                    blobs.insert(id, Blob::TooLarge(size));
                }
                Some(size) => {
                    if batch_bytes + size > BATCH_BYTES && !batch.is_empty() {
                        self.read_batch(&std::mem::take(&mut batch), &mut blobs, cancel)?;
                        batch_bytes = 0;
                    }
                    batch_bytes += size;
                    batch.push(id);
                }
            }
        }
        if !batch.is_empty() {
            self.read_batch(&batch, &mut blobs, cancel)?;
        }
        Ok(blobs)
    }

    /// The size of each object; none for those that are not there.
    pub(crate) fn blob_sizes(
        &self,
        ids: &BTreeSet<String>,
        cancel: &Cancel,
    ) -> Result<Vec<(String, Option<u64>)>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let output = self
            .call("cat-file")
            .arg("--batch-check=%(objectname) %(objectsize)")
            .arg("--buffer")
            .stdin(lines(ids))
            .output(cancel)?;
        let text = String::from_utf8_lossy(&output);
        text.lines()
            .map(|line| {
                let (id, size) = line.split_once(' ').ok_or_else(unreadable)?;
                if size == "missing" {
                    return Ok((id.to_owned(), None));
                }
                Ok((id.to_owned(), Some(size.parse().map_err(|_| unreadable())?)))
            })
            .collect()
    }

    fn read_batch(&self, ids: &[String], blobs: &mut BTreeMap<String, Blob>, cancel: &Cancel) -> Result<()> {
        let output = self
            .call("cat-file")
            .arg("--batch=%(objectname) %(objectsize)")
            .arg("--buffer")
            .stdin(lines(ids))
            .max_output(usize::MAX - 1)
            .output(cancel)?;
        let mut rest = output.as_slice();
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(unreadable)?;
            let (header, tail) = rest.split_at_checked(end + 1).ok_or_else(unreadable)?;
            let header = String::from_utf8_lossy(header);
            let (id, size) = header.trim_end().split_once(' ').ok_or_else(unreadable)?;
            if size == "missing" {
                blobs.insert(id.to_owned(), Blob::Absent);
                rest = tail;
                continue;
            }
            let size: usize = size.parse().map_err(|_| unreadable())?;
            let (content, tail) = tail.split_at_checked(size).ok_or_else(unreadable)?;
            blobs.insert(id.to_owned(), Blob::Content(content.to_vec()));
            rest = tail.strip_prefix(b"\n").ok_or_else(unreadable)?;
        }
        Ok(())
    }
}

fn lines<'a>(ids: impl IntoIterator<Item = &'a String>) -> Vec<u8> {
    let mut text = Vec::new();
    for id in ids {
        text.extend_from_slice(id.as_bytes());
        text.push(b'\n');
    }
    text
}

fn unreadable() -> Error {
    Error::new(ErrorKind::InvalidAnswer, "the answer can't be read").with_operation("git cat-file")
}
