//! Reads files of the reviewed repository by path.
//!
//! Only plain files: opening a named pipe, which an archive may well contain, would wait for ever.

use std::fs;
use std::io;
use std::path::Path;

/// Largest file of a git folder that is read or copied: an index of a million files has about 100 MiB.
const MAX_BYTES: u64 = 512 << 20;

/// The content of a plain file; none when there is nothing, or something else.
///
/// # Errors
/// When it can't be read, or is larger than any such file is.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if is_plain(path)? { fs::read(path).map(Some) } else { Ok(None) }
}

/// Copies a plain file with its time of change; does nothing where there is none. Git compares the time of an
/// index with those of the files listed in it to find those that changed in the same instant.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !is_plain(from)? {
        return Ok(());
    }
    let time = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    let mut permissions = fs::metadata(to)?.permissions();
    #[cfg(unix)]
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o600);
    #[cfg(not(unix))]
    permissions.set_readonly(false);
    fs::set_permissions(to, permissions)?;
    fs::File::options().write(true).open(to)?.set_modified(time)
}

fn is_plain(path: &Path) -> io::Result<bool> {
    match fs::metadata(path) {
        // A sparse file takes no room on disk, but it would in memory.
        Ok(metadata) if metadata.is_file() && metadata.len() > MAX_BYTES => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("{} bytes are too large", metadata.len()),
        )),
        Ok(metadata) => Ok(metadata.is_file()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
