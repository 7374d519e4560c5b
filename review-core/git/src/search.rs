//! Searches a tree for a text.

use std::borrow::Cow;

use review_core::{Answer, Cancel, ErrorKind, Hit, Result};

use crate::command::failure;
use crate::paths::quote_path;
use crate::repository::GitRepository;

/// Output read for one search. More hits than this holds are of no use to anybody.
const MAX_OUTPUT: usize = 16 * 1024 * 1024;
/// Characters of a line that are kept.
const MAX_LINE: usize = 400;

/// A text that is looked for, and how many hits are wanted.
pub(crate) type Wanted<'a> = (&'a str, u32);

impl GitRepository {
    /// The lines of a tree (full id) that contain each text as it stands. Binary files are left out. Reading a large tree is
    /// what takes time, so all texts are looked for at once.
    pub(crate) fn search(&self, tree: &str, wanted: &[Wanted<'_>], cancel: &Cancel) -> Result<Vec<Answer>> {
        let is_possible = |(needle, _): &&Wanted<'_>| !needle.is_empty() && !needle.contains(['\n', '\0']);
        let possible: Vec<Wanted<'_>> = wanted.iter().filter(is_possible).copied().collect();
        let mut found = self.search_possible(tree, &possible, cancel)?.into_iter();
        let answer = |wanted: &Wanted<'_>| {
            let answer = if is_possible(&wanted) { found.next() } else { None };
            answer.unwrap_or_else(|| unknown("a search needs a text that is not empty and has no line feed"))
        };
        Ok(wanted.iter().map(answer).collect())
    }

    fn search_possible(&self, tree: &str, wanted: &[Wanted<'_>], cancel: &Cancel) -> Result<Vec<Answer>> {
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let all = |answer: Answer| Ok(vec![answer; wanted.len()]);
        let output = self
            .call("grep")
            .args(["-z", "-n", "-I", "--full-name", "--no-color", "--no-textconv"])
            .args(["--no-recurse-submodules", "--threads=2"])
            .args(pattern(wanted))
            // A full id is never taken for an option; `--end-of-options` behind one is refused by git before 2.43.
            .arg(tree)
            .cut_output(MAX_OUTPUT)
            .run(cancel);
        let output = match output {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::Timeout => {
                return all(unknown("the search took too long"));
            }
            Err(error) => return Err(error),
        };
        // One text with too many hits must not cost the others theirs.
        if let (true, Some((left, right))) =
            (output.cut && wanted.len() > 1, wanted.split_at_checked(wanted.len() / 2))
        {
            let mut answers = self.search_possible(tree, left, cancel)?;
            answers.extend(self.search_possible(tree, right, cancel)?);
            return Ok(answers);
        }
        // Status 1 means that nothing was found.
        if !matches!(output.code, Some(0 | 1)) && !output.cut {
            return all(unknown(&failure("grep", &output).to_string()));
        }
        let (lines, rest) = parse_lines(&output.stdout, tree);
        let complete = !output.cut && rest && output.stderr.is_empty();
        let is_only = wanted.len() == 1;
        let hits = |(needle, limit): &Wanted<'_>| {
            let with = lines.iter().filter(|line| is_only || line.text.contains(needle));
            let mut hits: Vec<Hit> = with.map(Line::hit).collect();
            hits.sort();
            let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
            let complete = complete && hits.len() <= limit;
            hits.truncate(limit);
            Answer::Hits { hits, complete }
        };
        Ok(wanted.iter().map(hits).collect())
    }
}

/// The texts as options. Several are one pattern: with one pattern for each, git searches the rest of a file for every one
/// of them at each hit.
fn pattern(wanted: &[Wanted<'_>]) -> [String; 3] {
    if let [(needle, _)] = wanted {
        return ["--fixed-strings".to_owned(), "-e".to_owned(), (*needle).to_owned()];
    }
    let mut pattern = String::new();
    for (needle, _) in wanted {
        if !pattern.is_empty() {
            pattern.push('|');
        }
        for c in needle.chars() {
            if r".[]{}()\*+?|^$".contains(c) {
                pattern.push('\\');
            }
            pattern.push(c);
        }
    }
    ["--extended-regexp".to_owned(), "-e".to_owned(), pattern]
}

fn unknown(reason: &str) -> Answer {
    Answer::Unknown { reason: reason.to_owned() }
}

/// A line that was found.
struct Line<'a> {
    path: &'a [u8],
    line: u32,
    text: Cow<'a, str>,
}

impl Line<'_> {
    fn hit(&self) -> Hit {
        let text = self.text.chars().take(MAX_LINE).collect();
        Hit { path: quote_path(self.path), line: self.line, text }
    }
}

/// Reads `<tree>:<path>\0<line>\0<text>\n`; and whether everything could be read.
fn parse_lines<'a>(output: &'a [u8], tree: &str) -> (Vec<Line<'a>>, bool) {
    let mut lines = Vec::new();
    let mut rest = output;
    while !rest.is_empty() {
        let mut parts = rest.splitn(3, |byte| *byte == 0);
        let (Some(path), Some(line), Some(tail)) = (parts.next(), parts.next(), parts.next()) else {
            return (lines, false);
        };
        let path = path.strip_prefix(tree.as_bytes()).and_then(|path| path.strip_prefix(b":"));
        let line = std::str::from_utf8(line).ok().and_then(|line| line.parse().ok());
        let end = tail.iter().position(|byte| *byte == b'\n');
        let (Some(path), Some(line), Some(end)) = (path, line, end) else { return (lines, false) };
        lines.push(Line { path, line, text: String::from_utf8_lossy(tail.get(..end).unwrap_or_default()) });
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    (lines, true)
}
