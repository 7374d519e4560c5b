//! Files that are whole or not there, and the files of a report.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use review_core::{Error, ErrorKind, RenderOptions, Report, Result};

/// Writes a file whole or not at all: into a temporary file beside it, which then takes its name.
///
/// # Errors
/// When it can't be written; then nothing of it is left.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole_with(path, |file| Ok(file.write_all(bytes)?))
}

/// As [`write_whole`], for content that is written bit by bit.
///
/// # Errors
/// As [`write_whole`], and what `content` returns.
pub fn write_whole_with(path: &Path, content: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("can't write: {error}"))
            .with_context("path", path.display())
            .with_source(error)
    };
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let mut buffered = BufWriter::with_capacity(64 << 10, file);
    content(&mut buffered).map_err(|error| match error.kind() {
        ErrorKind::Io => error.with_context("path", path.display()),
        _ => error,
    })?;
    let file = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
    // A temporary file is private; a report is a file like any other.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644)).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Reads a file, or standard input for `-`, up to a limit.
///
/// # Errors
/// `NotFound`, `InvalidInput` when it is larger than the limit or a folder, or `Io`.
pub fn read_bounded(path: &Path, max_bytes: u64) -> Result<Vec<u8>> {
    let failed = |error: std::io::Error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::NotFound,
            std::io::ErrorKind::IsADirectory => ErrorKind::InvalidInput,
            _ => ErrorKind::Io,
        };
        Error::new(kind, format!("can't read: {error}"))
            .with_context("path", path.display())
            .with_source(error)
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(max_bytes + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).map_err(failed)?.take(max_bytes + 1).read_to_end(&mut bytes)
    };
    read.map_err(failed)?;
    if bytes.len() as u64 > max_bytes {
        return Err(Error::new(ErrorKind::InvalidInput, "the file is too large")
            .with_context("path", path.display())
            .with_context("limit in bytes", max_bytes));
    }
    Ok(bytes)
}

/// Reads a text file; a byte order mark is taken off.
///
/// # Errors
/// As [`read_bounded`], and `InvalidInput` when it is not UTF-8.
pub fn read_text(path: &Path, max_bytes: u64) -> Result<String> {
    let bytes = read_bounded(path, max_bytes)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the file is not UTF-8 text")
            .with_context("path", path.display())
            .with_source(error)
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The files of a report: format and name.
const REPORT_FILES: &[(&str, &str)] =
    &[("html", "report.html"), ("markdown", "report.md"), ("sarif", "report.sarif"), ("json", "report.json")];

/// Writes a report into a folder in the formats of this build, one after another. `report.json` comes last, so that it is only there when
/// the others are.
///
/// # Errors
/// When one can't be rendered or written.
pub fn write_report(report: &Report, folder: &Path) -> Result<()> {
    for (format, name) in REPORT_FILES {
        if let Some(renderer) = review_render::renderer(format) {
            write_whole_with(&folder.join(name), |file| {
                renderer.render_to(report, &RenderOptions::default(), file)
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_whole_or_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/report.md");
        write_whole(&path, b"one").unwrap();
        write_whole(&path, b"two").unwrap();
        assert_eq!(read_text(&path, 10).unwrap(), "two");
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1,
            "no temporary file is left"
        );
        let blocked = path.join("below-a-file");
        assert_eq!(write_whole(&blocked, b"x").unwrap_err().kind(), ErrorKind::Io);
    }

    #[test]
    fn limits_and_kinds_of_errors() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"\xff123").unwrap();
        assert_eq!(read_bounded(&path, 3).unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(read_text(&path, 10).unwrap_err().kind(), ErrorKind::InvalidInput);
        assert_eq!(read_text(&dir.path().join("none"), 10).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read_bounded(dir.path(), 10).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
