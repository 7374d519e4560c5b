//! Large files that are no text.

use review_core::ChangedFile;

use crate::compare::{Broken, SourcePlace};

/// A binary file of so many bytes stays in every clone for ever.
const LARGE: u64 = 2 << 20;

/// Says that a new binary file is large.
pub(crate) fn large(file: &ChangedFile, bytes: u64, out: &mut Vec<Broken>) {
    let is_new = file.status == review_core::FileStatus::Added;
    if file.binary && is_new && bytes >= LARGE {
        let size = format!("{}.{} MiB", bytes >> 20, ((bytes >> 10) & 1023) * 10 / 1024);
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let place = SourcePlace::head(&file.path, review_core::LineRange::line(1));
        out.push(Broken::new("file.large-binary", place, [("NAME", name), ("SIZE", &size)]));
    }
}
