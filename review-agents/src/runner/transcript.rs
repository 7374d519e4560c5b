//! The raw streams of a run, one file for each pass.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use review_core::RawLine;

/// Folder of the raw streams, within the run's own.
const FOLDER: &str = "raw";

/// Most bytes that are kept of one pass. What comes after is not worth a full disk.
const MAX_BYTES: usize = 64 << 20;

/// The raw stream of one pass. It is made with the first line; a failure ends it, and the run goes on without.
#[derive(Debug)]
pub(super) struct Transcript {
    /// The file, relative to the run's folder.
    name: String,
    path: PathBuf,
    state: State,
    bytes: usize,
}

#[derive(Debug)]
enum State {
    Unused,
    Open(BufWriter<File>),
    Ended,
}

impl Transcript {
    /// A stream of a pass in a run's folder.
    pub(super) fn new(folder: &Path, reviewer: &str, pass: u32) -> Self {
        let safe: String = reviewer
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' })
            .take(60)
            .collect();
        let name = format!("{FOLDER}/{}-{pass}.jsonl", safe.trim_start_matches('.'));
        Self { path: folder.join(&name), name, state: State::Unused, bytes: 0 }
    }

    /// Adds a line.
    pub(super) fn write(&mut self, line: &RawLine) {
        let text = serde_json::json!({"stream": line.stream, "line": line.text}).to_string();
        self.bytes = self.bytes.saturating_add(text.len() + 1);
        if let State::Unused = self.state {
            self.state = match self.open() {
                Ok(file) => State::Open(BufWriter::new(file)),
                Err(_) => State::Ended,
            };
        }
        let State::Open(file) = &mut self.state else { return };
        let over = self.bytes > MAX_BYTES;
        let text =
            if over { r#"{"stream":"note","line":"the rest is too long for the record"}"# } else { &text };
        if writeln!(file, "{text}").is_err() || over {
            let _ = file.flush();
            self.state = State::Ended;
        }
    }

    /// The file's name relative to the run's folder, when something is in it. Everything is on its way to the disk then.
    pub(super) fn finish(&mut self) -> Option<String> {
        if let State::Open(file) = &mut self.state {
            let _ = file.flush();
        }
        (self.bytes > 0 && self.path.exists()).then(|| self.name.clone())
    }

    fn open(&self) -> std::io::Result<File> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // A resumed run asks a failed pass again under its number: its stream goes on in the same file.
        File::options().append(true).create(true).open(&self.path)
    }
}
