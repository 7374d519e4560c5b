//! Searches a tree for a text.

use review_core::{Answer, Cancel, ErrorKind, Hit, Result};

use crate::command::failure;
use crate::paths::quote_path;
use crate::repository::GitRepository;

/// Output read for one search. More hits than this holds are of no use to anybody.
const MAX_OUTPUT: usize = 16 * 1024 * 1024;
/// Characters of a line that are kept.
const MAX_LINE: usize = 400;

impl GitRepository {
    /// The lines of a tree (full id) that contain a text as it stands. Binary files are left out.
    pub(crate) fn search(&self, tree: &str, needle: &str, limit: u32, cancel: &Cancel) -> Result<Answer> {
        let unknown = |reason: &str| Ok(Answer::Unknown { reason: reason.to_owned() });
        if needle.is_empty() || needle.contains(['\n', '\0']) {
            return unknown("a search needs a text that is not empty and has no line feed");
        }
        let output = self
            .call("grep")
            .args(["--fixed-strings", "-z", "-n", "-I", "--full-name", "--no-color", "--no-textconv"])
            .args(["--no-recurse-submodules", "--threads=2", "-e", needle, "--end-of-options", tree])
            .cut_output(MAX_OUTPUT)
            .run(cancel);
        let output = match output {
            Ok(output) => output,
            Err(error) if error.kind() == ErrorKind::Timeout => return unknown("the search took too long"),
            Err(error) => return Err(error),
        };
        // Status 1 means that nothing was found.
        if !matches!(output.code, Some(0 | 1)) && !output.cut {
            return unknown(&failure("grep", &output).to_string());
        }
        let (mut hits, rest) = parse_hits(&output.stdout, tree);
        let mut complete = !output.cut && rest && output.stderr.is_empty();
        hits.sort();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if hits.len() > limit {
            hits.truncate(limit);
            complete = false;
        }
        Ok(Answer::Hits { hits, complete })
    }
}

/// Reads `<tree>:<path>\0<line>\0<text>\n`; and whether everything could be read.
fn parse_hits(output: &[u8], tree: &str) -> (Vec<Hit>, bool) {
    let mut hits = Vec::new();
    let mut rest = output;
    while !rest.is_empty() {
        let mut parts = rest.splitn(3, |byte| *byte == 0);
        let (Some(path), Some(line), Some(tail)) = (parts.next(), parts.next(), parts.next()) else {
            return (hits, false);
        };
        let path = path.strip_prefix(tree.as_bytes()).and_then(|path| path.strip_prefix(b":"));
        let line = std::str::from_utf8(line).ok().and_then(|line| line.parse().ok());
        let end = tail.iter().position(|byte| *byte == b'\n');
        let (Some(path), Some(line), Some(end)) = (path, line, end) else { return (hits, false) };
        // Four bytes are the most that a character takes.
        let text = tail.get(..end.min(MAX_LINE * 4)).unwrap_or_default();
        let text = String::from_utf8_lossy(text).chars().take(MAX_LINE).collect();
        hits.push(Hit { path: quote_path(path), line, text });
        rest = tail.get(end + 1..).unwrap_or_default();
    }
    (hits, true)
}
