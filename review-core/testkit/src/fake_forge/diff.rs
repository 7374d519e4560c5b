//! A diff as a forge shows it, and where its lines go when the head moves.

use super::state::Spot;

#[derive(Debug, Default)]
pub(super) struct Diff {
    pub(super) files: Vec<FileDiff>,
}

#[derive(Debug)]
pub(super) struct FileDiff {
    pub(super) old_path: String,
    pub(super) path: String,
    /// Git's letter: A, M, D, R, C, T.
    pub(super) status: char,
    pub(super) old_blob: String,
    pub(super) blob: String,
    /// The hunks as text.
    pub(super) patch: String,
    pub(super) hunks: Vec<Hunk>,
}

#[derive(Debug)]
pub(super) struct Hunk {
    pub(super) old_start: u32,
    pub(super) old_len: u32,
    pub(super) new_start: u32,
    pub(super) new_len: u32,
    pub(super) lines: Vec<Line>,
    /// The hunk as text, header first.
    pub(super) text: String,
}

/// A line of a hunk by its numbers; an unchanged one has both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) old: Option<u32>,
    pub(super) new: Option<u32>,
}

impl Line {
    /// Whether a comment may be put on this line in the way that `spot` says it: a removed line by its old
    /// number only, an added one by its new number only.
    pub(super) fn is(self, spot: Spot) -> bool {
        match spot {
            Spot::Old(line) => self.old == Some(line) && self.new.is_none(),
            Spot::New(line) => self.new == Some(line),
            Spot::Both { old, new } => self.old == Some(old) && self.new == Some(new),
        }
    }
}

impl Diff {
    pub(super) fn file(&self, path: &str) -> Option<&FileDiff> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Where a line of the old side is on the new side: path and number, `None` when it changed or went.
    pub(super) fn follow(&self, path: &str, line: u32) -> Option<(String, u32)> {
        let Some(file) = self.files.iter().find(|file| file.old_path == path && file.status != 'A') else {
            return Some((path.to_owned(), line));
        };
        if file.status == 'D' {
            return None;
        }
        let mut shift = 0_i64;
        for hunk in &file.hunks {
            let kept = hunk.lines.iter().find(|known| known.old == Some(line));
            if let Some(known) = kept {
                return known.new.map(|new| (file.path.clone(), new));
            }
            if line < hunk.old_start || (hunk.old_len == 0 && line == hunk.old_start) {
                break;
            }
            shift += i64::from(hunk.new_len) - i64::from(hunk.old_len);
        }
        u32::try_from(i64::from(line) + shift).ok().map(|line| (file.path.clone(), line))
    }
}

impl FileDiff {
    pub(super) fn hunk(&self, spot: Spot) -> Option<usize> {
        self.hunks.iter().position(|hunk| hunk.lines.iter().any(|line| line.is(spot)))
    }

    /// The same line told by all numbers it has, where it is unchanged.
    pub(super) fn told_fully(&self, spot: Spot) -> Spot {
        match self.lines().find(|line| line.is(spot)) {
            Some(Line { old: Some(old), new: Some(new) }) => Spot::Both { old: *old, new: *new },
            _ => spot,
        }
    }

    pub(super) fn additions(&self) -> usize {
        self.lines().filter(|line| line.old.is_none()).count()
    }

    pub(super) fn deletions(&self) -> usize {
        self.lines().filter(|line| line.new.is_none()).count()
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.hunks.iter().flat_map(|hunk| hunk.lines.iter())
    }
}

/// Reads the part of `git diff` about one file, from its first hunk on.
pub(super) fn hunks(patch: &str) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut old, mut new) = (0, 0);
    for line in patch.split_inclusive('\n') {
        if let Some((old_range, new_range)) = header(line) {
            (old, new) = (old_range.0, new_range.0);
            hunks.push(Hunk {
                old_start: old_range.0,
                old_len: old_range.1,
                new_start: new_range.0,
                new_len: new_range.1,
                lines: Vec::new(),
                text: line.to_owned(),
            });
            continue;
        }
        let Some(hunk) = hunks.last_mut() else { continue };
        hunk.text.push_str(line);
        let number = |counter: &mut u32| {
            *counter += 1;
            Some(*counter - 1)
        };
        match line.as_bytes().first() {
            Some(b'+') => hunk.lines.push(Line { old: None, new: number(&mut new) }),
            Some(b'-') => hunk.lines.push(Line { old: number(&mut old), new: None }),
            Some(b' ') => hunk.lines.push(Line { old: number(&mut old), new: number(&mut new) }),
            // "\ No newline at end of file".
            _ => {}
        }
    }
    hunks
}

type Range = (u32, u32);

fn header(line: &str) -> Option<(Range, Range)> {
    let (ranges, _) = line.strip_prefix("@@ -")?.split_once(" @@")?;
    let (old, new) = ranges.split_once(" +")?;
    let range = |text: &str| -> Option<Range> {
        match text.split_once(',') {
            Some((start, len)) => Some((start.parse().ok()?, len.parse().ok()?)),
            None => Some((text.parse().ok()?, 1)),
        }
    };
    Some((range(old)?, range(new)?))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::git::{Git, commit_id, git};

    /// A sequence of numbers that is the same each time.
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, limit: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % limit
        }
    }

    fn commit(dir: &Path) -> String {
        git(dir, &["add", "-A"]).unwrap();
        git(dir, &["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "A"])
            .unwrap();
        commit_id(dir, "HEAD").unwrap()
    }

    /// Each line is there once, so where it went can be told by its text.
    #[test]
    fn a_line_that_is_followed_is_the_same_line() {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init", "-q"]).unwrap();
        let mut numbers = Numbers(7);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for file in 0..60 {
            let old: Vec<String> = (0..numbers.below(40)).map(|line| format!("{file} {line}")).collect();
            let mut new = Vec::new();
            for line in &old {
                match numbers.below(10) {
                    0 => {}
                    1 => new.push(format!("{line} changed")),
                    2 => new.extend([format!("{line} before"), line.clone()]),
                    _ => new.push(line.clone()),
                }
            }
            before.push(old);
            after.push(new);
        }
        let write = |files: &[Vec<String>]| {
            for (file, lines) in files.iter().enumerate() {
                let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
                std::fs::write(dir.path().join(format!("{file}.txt")), text).unwrap();
            }
            commit(dir.path())
        };
        let (from, to) = (write(&before), write(&after));
        for context in [0, 3] {
            let diff = Git::default().diff(dir.path(), &from, &to, context);
            for (file, lines) in before.iter().enumerate() {
                for (index, line) in lines.iter().enumerate() {
                    let followed = diff.follow(&format!("{file}.txt"), u32::try_from(index).unwrap() + 1);
                    let found = after[file].iter().position(|other| other == line);
                    let found = found.map(|at| (format!("{file}.txt"), u32::try_from(at).unwrap() + 1));
                    assert_eq!(followed, found, "{line:?} with {context} lines of context");
                }
            }
        }
    }
}
