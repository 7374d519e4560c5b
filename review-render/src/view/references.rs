//! References in prose: published items, `path:line`, commits, `#123` and bare addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use review_core::{LineRange, Report, Side};

use super::links::{Links, is_full_commit, web_address};

/// Everything that prose may refer to, so that no link dangles.
pub(crate) struct Known<'a> {
    items: BTreeSet<&'a str>,
    /// Rows of the ledger by source, as written in prose.
    sources: BTreeMap<String, usize>,
    paths: BTreeSet<&'a str>,
    /// Bare file names that belong to exactly one path.
    names: BTreeMap<&'a str, Option<&'a str>>,
    commits: BTreeSet<&'a str>,
    references: BTreeMap<u64, &'a review_core::Reference>,
    number: Option<u64>,
}

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A published item of this report, by id.
    Item(String),
    /// A row of the ledger: `claude/1/S2` in prose.
    Row(usize),
    /// A place at the forge.
    Place { path: String, lines: Option<LineRange> },
    /// A commit by its full id.
    Commit(String),
    /// An issue or pull request.
    Issue { number: u64, hover: String, url: Option<String> },
    /// An address.
    Url(String),
}

impl Target {
    /// Returns the address of this target; for an item, a fragment of the page.
    pub(crate) fn address(&self, links: &Links) -> Option<String> {
        match self {
            Self::Item(id) => Some(format!("#{id}")),
            Self::Row(row) => Some(format!("#ledger-{row}")),
            Self::Place { path, lines } => links.place(path, *lines, Side::Head),
            Self::Commit(id) => links.commit(id),
            Self::Issue { number, url, .. } => {
                url.as_deref().and_then(web_address).or_else(|| links.issue(*number))
            }
            Self::Url(url) => web_address(url),
        }
    }

    /// Returns what to show on hover.
    #[cfg(feature = "html")]
    pub(crate) fn hover(&self) -> Option<&str> {
        match self {
            Self::Issue { hover, .. } if !hover.is_empty() => Some(hover),
            Self::Commit(id) => Some(id),
            _ => None,
        }
    }
}

impl<'a> Known<'a> {
    pub(crate) fn of(report: &'a Report) -> Self {
        let sections = &report.sections;
        let lists = [
            &sections.design,
            &sections.testing,
            &sections.documentation,
            &sections.limitations,
            &sections.unresolved_feedback,
        ];
        let mut items: BTreeSet<&str> = report.findings.iter().map(|finding| finding.id.as_str()).collect();
        items.extend(lists.into_iter().flatten().map(|item| item.id.as_str()));
        items.retain(|id| is_item_id(id));

        let written = report.ledger.iter().enumerate().map(|(row, entry)| (entry.source.to_string(), row));
        let sources = written.filter(|(source, _)| source.len() < 200).collect();

        let mut paths: BTreeSet<&str> = BTreeSet::new();
        for file in &report.change.files {
            if file.status != review_core::FileStatus::Deleted {
                paths.insert(&file.path);
            }
        }
        paths.extend(report.hunks.iter().map(|file| file.path.as_str()));
        paths.extend(report.excerpts.iter().filter(|e| e.side == Side::Head).map(|e| e.path.as_str()));
        paths.extend(report.findings.iter().flat_map(|finding| {
            finding.locations.iter().filter(|l| l.side != Some(Side::Base)).map(|l| l.path.as_str())
        }));
        paths.retain(|path| !path.is_empty());

        let mut names: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for &path in &paths {
            let name = path.rsplit('/').next().unwrap_or(path);
            names.entry(name).and_modify(|only| *only = None).or_insert(Some(path));
        }

        let mut commits: BTreeSet<&str> = report.change.commits.iter().map(|c| c.id.as_str()).collect();
        commits.extend(report.change.base.as_deref());
        commits.extend(report.change.head.as_deref());
        let anchors = report.findings.iter().flat_map(|finding| &finding.anchors);
        commits.extend(anchors.filter_map(|anchor| anchor.introduced_by.as_deref()));
        commits.retain(|id| is_full_commit(id));

        let references = report.change.notes.references.iter().map(|r| (r.number, r)).collect();
        let number = report.change.notes.number;
        Self { items, sources, paths, names, commits, references, number }
    }

    /// Whether this is a published item of the report.
    #[cfg(feature = "html")]
    pub(crate) fn is_item(&self, id: &str) -> bool {
        self.items.contains(id)
    }

    /// Finds the references in a text without markup, in order and without overlap.
    pub(crate) fn find(&self, text: &str) -> Vec<(Range<usize>, Target)> {
        let mut found = Vec::new();
        for range in words(text) {
            let Some(word) = text.get(range.clone()) else { continue };
            let core = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '"']);
            let start = range.start + (core.len() - core.trim_start_matches(['(', '[', '\'', '"']).len());
            let core = core.trim_start_matches(['(', '[', '\'', '"']);
            if let Some(target) = self.target(core) {
                found.push((start..start + core.len(), target));
            } else if core.contains('/') && core.split('/').all(|part| self.items.contains(part)) {
                // `I1/S3`: several ids in one word. `codex/1/I1` is a reviewer's own label, not ours.
                let mut at = start;
                for part in core.split('/') {
                    found.push((at..at + part.len(), Target::Item(part.to_owned())));
                    at += part.len() + 1;
                }
            }
        }
        found
    }

    fn target(&self, word: &str) -> Option<Target> {
        if self.items.contains(word) {
            return Some(Target::Item(word.to_owned()));
        }
        if let Some(row) = self.sources.get(word) {
            return Some(Target::Row(*row));
        }
        if word.starts_with("https://") || word.starts_with("http://") {
            return web_address(word).map(Target::Url);
        }
        if let Some(number) = word.strip_prefix('#').and_then(|digits| digits.parse::<u64>().ok()) {
            return Some(self.issue(number));
        }
        if (7..=64).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit()) {
            let lower = word.to_ascii_lowercase();
            let mut matching = self.commits.iter().filter(|id| id.starts_with(&lower));
            return match (matching.next(), matching.next()) {
                (Some(id), None) => Some(Target::Commit((*id).to_owned())),
                _ => None,
            };
        }
        self.place(word)
    }

    fn issue(&self, number: u64) -> Target {
        let reference = self.references.get(&number);
        let title = reference.and_then(|r| r.title.as_deref());
        let state = reference.and_then(|r| r.state.as_deref());
        let hover = match (title, state) {
            (Some(title), Some(state)) => format!("{title} ({state})"),
            (Some(title), None) => title.to_owned(),
            (None, Some(state)) => state.to_owned(),
            (None, None) if self.number == Some(number) => "the change under review".to_owned(),
            (None, None) => String::new(),
        };
        Target::Issue { number, hover, url: reference.and_then(|r| r.url.clone()) }
    }

    fn place(&self, word: &str) -> Option<Target> {
        let (path, lines) = match word.split_once(':') {
            Some((path, lines)) => (path, Some(parse_lines(lines)?)),
            None => (word, None),
        };
        let path = match self.paths.get(path) {
            Some(path) => path,
            // A bare name without lines is more often a word than a place.
            None if lines.is_some() => (*self.names.get(path)?)?,
            None => return None,
        };
        Some(Target::Place { path: path.to_owned(), lines })
    }
}

/// Parses `10`, `10-20`, `L10-L20`, `10:4` (the column is ignored).
fn parse_lines(text: &str) -> Option<LineRange> {
    let text = text.split(':').next().unwrap_or(text);
    let number = |part: &str| part.trim_start_matches('L').parse::<u32>().ok().filter(|n| *n > 0);
    match text.split_once(['-', '–']) {
        Some((start, end)) => Some(LineRange::new(number(start)?, number(end)?)),
        None => number(text).map(LineRange::line),
    }
}

/// Whether a text looks like an item id and may be an anchor of the page: `C1`, `D12`, `S3b`.
pub(crate) fn is_item_id(id: &str) -> bool {
    let mut bytes = id.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_uppercase())
        && id.len() <= 12
        && id.len() >= 2
        && bytes.all(|b| b.is_ascii_alphanumeric())
        && id.as_bytes().get(1).is_some_and(u8::is_ascii_digit)
}

fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '`' | '<' | '>' | '|')).map(move |word| {
        let range = at..at + word.len();
        at = range.end + text.get(range.end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_core::{ConsolidatedFinding, Location, Severity, SourceId};

    fn report() -> Report {
        let mut report = Report::default();
        report.change.head = Some("abcdef0".to_owned() + &"1".repeat(33));
        report.findings = vec![
            ConsolidatedFinding::new("I1", Severity::Important, "x", SourceId::new("claude", 1, "I1"))
                .at(Location::line("src/pool.rs", 3)),
        ];
        report
    }

    fn found(text: &str) -> Vec<String> {
        let report = report();
        Known::of(&report).find(text).into_iter().map(|(range, _)| text[range].to_owned()).collect()
    }

    #[test]
    fn prose_is_linked_and_nothing_dangles() {
        assert_eq!(
            found("See I1, (src/pool.rs:10-12) and pool.rs:4."),
            ["I1", "src/pool.rs:10-12", "pool.rs:4"]
        );
        assert_eq!(
            found("abcdef01 and #12: https://a.example/x."),
            ["abcdef01", "#12", "https://a.example/x"]
        );
        assert_eq!(found("S9 other.rs:3 deadbeef1 pool.rs HTTP/I1 codex/1/I1"), Vec::<String>::new());
        assert_eq!(found("I1/I1"), ["I1", "I1"]);
    }
}
