//! Which commit last touched which lines.

use std::collections::BTreeMap;

use review_core::{BlameGroup, Cancel, ErrorKind, LineRange, Result};

use crate::command::failure;
use crate::paths::os_string;
use crate::repository::GitRepository;

/// The commit of each line that was asked for.
pub(crate) type BlamedLines = BTreeMap<u32, String>;

impl GitRepository {
    /// Blames ranges of one file at a commit. The ranges must lie within the file. The reason in words when
    /// git could not say.
    pub(crate) fn blame(
        &self,
        commit: &str,
        path: &[u8],
        ranges: &[LineRange],
        cancel: &Cancel,
    ) -> Result<std::result::Result<BlamedLines, String>> {
        let call = self
            .call("blame")
            .args(["--porcelain", "--root", "--no-progress", "--no-textconv"])
            .args(ranges.iter().map(|range| format!("-L{},{}", range.start, range.end)))
            // A full id, which can't be taken for an option.
            .args([commit, "--"])
            .arg(os_string(path));
        match call.run(cancel) {
            Ok(output) if output.success() => {
                Ok(parse_porcelain(&output.stdout).ok_or_else(|| "the blame can't be read".to_owned()))
            }
            Ok(output) => Ok(Err(failure("blame", &output).to_string())),
            Err(error) if error.kind() == ErrorKind::Timeout => Ok(Err("the blame took too long".to_owned())),
            Err(error) => Err(error),
        }
    }
}

/// Reads porcelain output. Each line begins with a header `<id> <old line> <line>[ <count>]`; facts about the
/// commit may follow; the line itself comes last, after a tab.
fn parse_porcelain(output: &[u8]) -> Option<BlamedLines> {
    let mut lines = BlamedLines::new();
    let mut in_header = false;
    for line in output.split(|byte| *byte == b'\n') {
        if line.starts_with(b"\t") {
            in_header = false;
        } else if !in_header && !line.is_empty() {
            let header = std::str::from_utf8(line).ok()?;
            let mut parts = header.split(' ');
            let (id, _, number) = (parts.next()?, parts.next()?, parts.next()?);
            lines.insert(number.parse().ok()?, id.to_owned());
            in_header = true;
        }
    }
    Some(lines)
}

/// Joins the blamed lines of a range into groups. `judge` gives the id to show and whether the commit is part
/// of the change.
pub(crate) fn groups(
    lines: &BlamedLines,
    range: LineRange,
    judge: impl Fn(&str) -> (Option<String>, bool),
) -> Vec<BlameGroup> {
    let mut groups: Vec<BlameGroup> = Vec::new();
    for (&line, id) in lines.range(range.start..=range.end) {
        let (commit, in_change) = judge(id);
        match groups.last_mut() {
            Some(last)
                if last.end_line + 1 == line && last.commit == commit && last.in_change == in_change =>
            {
                last.end_line = line;
            }
            _ => groups.push(BlameGroup { start_line: line, end_line: line, commit, in_change }),
        }
    }
    groups
}
