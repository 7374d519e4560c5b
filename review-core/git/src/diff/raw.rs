//! The raw part of the output: one line for each changed file.

use review_core::{ChangedFile, Error, ErrorKind, FileStatus, Result};

use crate::paths::{quote_path, unquote_path};

/// Reads one raw line, without its line feed:
/// `:100644 100755 <old id> <new id> R090<TAB>old path<TAB>new path`.
pub(super) fn parse_raw_line(line: &[u8]) -> Result<ChangedFile> {
    try_parse(line).ok_or_else(|| {
        Error::new(ErrorKind::InvalidAnswer, "this raw line of git diff-tree can't be read")
            .with_context("line", String::from_utf8_lossy(line.get(..200).unwrap_or(line)))
    })
}

fn try_parse(line: &[u8]) -> Option<ChangedFile> {
    let mut columns = line.strip_prefix(b":")?.split(|byte| *byte == b'\t');
    let mut facts = std::str::from_utf8(columns.next()?).ok()?.split(' ');
    let (old_mode, new_mode) = (mode(facts.next()?)?, mode(facts.next()?)?);
    let (old_blob, new_blob) = (id(facts.next()?)?, id(facts.next()?)?);
    let status = status(facts.next()?)?;
    if facts.next().is_some() {
        return None;
    }
    let mut path = || Some(quote_path(&unquote_path(columns.next()?)?));
    let first = path()?;
    let two = matches!(status, FileStatus::Renamed | FileStatus::Copied);
    let second = if two { Some(path()?) } else { None };
    if columns.next().is_some() || first.is_empty() || second.as_ref().is_some_and(String::is_empty) {
        return None;
    }
    let (path, old_path) = match second {
        Some(new) => (new, Some(first)),
        None => (first, None),
    };
    let mut file = ChangedFile::new(path, status);
    file.old_path = old_path;
    (file.old_mode, file.new_mode) = (old_mode, new_mode);
    (file.old_blob, file.new_blob) = (old_blob, new_blob);
    Some(file)
}

fn status(text: &str) -> Option<FileStatus> {
    let (letter, score) = text.split_at_checked(1)?;
    if !score.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(match letter {
        "A" => FileStatus::Added,
        "M" => FileStatus::Modified,
        "D" => FileStatus::Deleted,
        "R" => FileStatus::Renamed,
        "C" => FileStatus::Copied,
        "T" => FileStatus::TypeChanged,
        _ => return None,
    })
}

/// The outer option is for what can't be read, the inner one for all zeros: nothing on that side.
#[expect(clippy::option_option, reason = "both levels have a meaning, and it stays in this file")]
fn mode(text: &str) -> Option<Option<String>> {
    let octal = text.len() == 6 && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    octal.then(|| (text != "000000").then(|| text.to_owned()))
}

#[expect(clippy::option_option, reason = "both levels have a meaning, and it stays in this file")]
fn id(text: &str) -> Option<Option<String>> {
    let hex = (4..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| text.bytes().any(|byte| byte != b'0').then(|| text.to_owned()))
}
