//! Where results go: files, whole or not at all, and standard output.

use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use deep_review::files::{write_whole, write_whole_with};
use deep_review::{Error, ErrorKind, RenderOptions, Report, Result, renderer};

use super::args::{ChangeArgs, OutArgs};

/// Where reports go unless the user says otherwise.
pub(crate) const DEFAULT_FOLDER: &str = "deep-review-reports";

/// The folder for reports: at the root of the reviewed repository, where every call finds it again. Git is told by a
/// `.gitignore` inside that it is no work.
///
/// # Errors
/// When it can't be written.
pub(crate) fn reports_folder(args: &ChangeArgs) -> Result<PathBuf> {
    let start = args.repo.as_deref().unwrap_or(Path::new(".")).canonicalize()?;
    let root = start.ancestors().find(|folder| folder.join(".git").exists());
    let folder = match root {
        Some(root) => root.join(DEFAULT_FOLDER),
        None => PathBuf::from(DEFAULT_FOLDER),
    };
    // A link of the reviewed tree could lead the reports anywhere.
    if folder.is_symlink() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the folder for reports is a symbolic link; name another one with --output",
        )
        .with_context("path", folder.display()));
    }
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        write_whole(&ignore, b"*\n")?;
    }
    Ok(folder)
}

/// Refuses a format that this build does not have, before anything costly happens.
pub(crate) fn check_format(format: &str) -> Result<()> {
    render_with(&Report::default(), format, &RenderOptions::default(), &mut std::io::sink())
}

/// Renders a report.
pub(crate) fn render_with(
    report: &Report,
    format: &str,
    options: &RenderOptions,
    out: &mut dyn Write,
) -> Result<()> {
    let Some(renderer) = renderer(format) else {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!("there is no format `{format}` in this build"),
        )
        .with_context("known", deep_review::render::formats().join(" ")));
    };
    renderer.render_to(report, options, out)
}

/// Options for this terminal, or for a file.
pub(crate) fn options(to_file: bool) -> RenderOptions {
    let terminal = !to_file && std::io::stdout().is_terminal();
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = terminal && !plain;
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let actual = || terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| width.0);
    let width: u16 = named.or_else(actual).unwrap_or(100);
    RenderOptions::default().with_color(color).with_hyperlinks(color).with_width(width.clamp(40, 1_000))
}

/// Renders a report to a file or standard output.
pub(crate) fn emit(
    report: &Report,
    out: &OutArgs,
    default_format: &str,
    max_chars: Option<usize>,
) -> Result<()> {
    let mut options = options(out.file.is_some()).with_full(out.full);
    options.max_chars = max_chars;
    let format = out.format.as_deref().unwrap_or(default_format);
    match &out.file {
        Some(path) => write_whole_with(path, |file| render_with(report, format, &options, file)),
        None => print_with(|stdout| render_with(report, format, &options, stdout)),
    }
}

/// Prints to standard output. A reader that went away is no error.
pub(crate) fn print(text: &str) -> Result<()> {
    print_with(|stdout| Ok(stdout.write_all(text.as_bytes())?))
}

/// Prints what `content` writes, as [`print`] does.
pub(crate) fn print_with(content: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut stdout = BufWriter::with_capacity(64 << 10, std::io::stdout().lock());
    let written = content(&mut stdout).and_then(|()| Ok(stdout.flush()?));
    // What could not be written is not tried again when the buffer is dropped.
    let _ = stdout.into_parts();
    match written {
        Err(error) if is_broken_pipe(&error) => Ok(()),
        Err(error) if error.kind() == ErrorKind::Io => {
            Err(Error::new(ErrorKind::Io, format!("can't write to standard output: {error}"))
                .with_source(error))
        }
        written => written,
    }
}

fn is_broken_pipe(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Prints a line for the user to standard error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
