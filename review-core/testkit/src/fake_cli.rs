//! A program that plays a recorded run: lines, pauses, orphans, exit codes.

use std::path::{Path, PathBuf};

/// A program under construction. It reads its standard input to the end, unless told otherwise, and then does its acts in
/// order.
///
/// It is a script of the POSIX shell that lies in this crate; an adapter starts it as it would start the real program.
///
/// ```no_run
/// use review_testkit::FakeCli;
///
/// let folder = tempfile::tempdir().unwrap();
/// let program = FakeCli::new().out(r#"{"type":"answer"}"#).sleep("0.2").exit(3).install(folder.path(), "claude");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct FakeCli {
    acts: Vec<String>,
    files: Vec<(String, Vec<u8>)>,
    again: Option<(String, Box<FakeCli>)>,
}

impl FakeCli {
    /// A program that reads its input and ends with code 0.
    pub fn new() -> Self {
        Self { acts: vec!["input".to_owned()], ..Self::default() }
    }

    /// A program that does not read its input.
    pub fn deaf() -> Self {
        Self::default()
    }

    fn act(mut self, act: &str, rest: &str) -> Self {
        assert!(!rest.contains('\n'), "an act is one line");
        self.acts.push(format!("{act} {rest}"));
        self
    }

    /// Prints a line.
    pub fn out(self, line: impl AsRef<str>) -> Self {
        self.act("out", line.as_ref())
    }

    /// Prints lines.
    pub fn lines<T: AsRef<str>>(self, lines: impl IntoIterator<Item = T>) -> Self {
        lines.into_iter().fold(self, |cli, line| cli.out(line))
    }

    /// Prints bytes as they are, for what is no line or no text.
    pub fn bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        let name = format!("bytes-{}", self.files.len());
        self.files.push((name.clone(), bytes.into()));
        self.act("file", &name)
    }

    /// Prints a line on standard error.
    pub fn err(self, line: impl AsRef<str>) -> Self {
        self.act("err", line.as_ref())
    }

    /// Waits, in seconds, fractions too.
    pub fn sleep(self, seconds: &str) -> Self {
        self.act("sleep", seconds)
    }

    /// Ignores being told to end.
    pub fn stubborn(self) -> Self {
        self.act("stubborn", "")
    }

    /// Leaves a process behind, in a session of its own, that sleeps so many seconds. The number, as it is written, is how a
    /// test finds it: see [`sleepers`].
    pub fn orphan(self, seconds: &str) -> Self {
        self.act("orphan", seconds)
    }

    /// Writes its variables into a file beside the program.
    pub fn environment(self, file: &str) -> Self {
        self.act("environment", file)
    }

    /// Tells on standard error how it was called, a line each: `told argument …`, `told folder …`, `told variable NAME=VALUE`, and
    /// `told input …` for each line of standard input, which it reads to the end.
    pub fn tell(self) -> Self {
        self.act("tell", "")
    }

    /// Tries to read a file in every way that a shell, git and the usual programs have, and prints what it got on standard
    /// error.
    pub fn reach(self, path: &str) -> Self {
        self.act("reach", path)
    }

    /// Tries to write a file in its folder.
    pub fn write(self, path: &str) -> Self {
        self.act("write", path)
    }

    /// Ends with this code.
    pub fn exit(self, code: u8) -> Self {
        self.act("exit", &code.to_string())
    }

    /// Plays another run when one of its arguments is this word: when it goes on with a session.
    pub fn when_called_with(mut self, word: &str, other: FakeCli) -> Self {
        self.again = Some((word.to_owned(), Box::new(other)));
        self
    }

    /// Puts the program into a folder under a name. Its path.
    ///
    /// # Panics
    /// When the folder can't be written.
    #[cfg(unix)]
    pub fn install(&self, folder: &Path, name: &str) -> PathBuf {
        let program = folder.join(name);
        let player = concat!(env!("CARGO_MANIFEST_DIR"), "/fake-cli.sh");
        if !program.exists() {
            std::os::unix::fs::symlink(player, &program).expect("the folder can be written");
        }
        let write = |name: String, bytes: &[u8]| {
            std::fs::write(folder.join(name), bytes).expect("the folder can be written");
        };
        let mut files = self.files.clone();
        write(format!("{name}.play"), format!("{}\n", self.acts.join("\n")).as_bytes());
        if let Some((word, other)) = &self.again {
            write(format!("{name}.again"), word.as_bytes());
            write(format!("{name}.second"), format!("{}\n", other.acts.join("\n")).as_bytes());
            files.extend(other.files.clone());
        }
        for (file, bytes) in files {
            write(file, &bytes);
        }
        program
    }
}

/// How many processes sleep exactly this long, by the number as it is written. Linux only; elsewhere none is seen.
pub fn sleepers(seconds: &str) -> usize {
    let Ok(entries) = std::fs::read_dir("/proc") else { return 0 };
    let is_sleeper = |entry: &std::fs::DirEntry| {
        std::fs::read(entry.path().join("cmdline")).is_ok_and(|line| {
            let mut words = line.split(|byte| *byte == 0);
            let program = words.next().unwrap_or_default();
            program.ends_with(b"sleep") && words.next() == Some(seconds.as_bytes())
        })
    };
    entries.flatten().filter(is_sleeper).count()
}
