//! `search`.

use std::collections::BTreeSet;

use regex::Regex;
use review_core::{Answer, Cancel, Fact, Hit, Query, Side, SourceTree, ToolOutput};

use super::arguments::Arguments;
use super::clip::Clip;
use super::pattern;
use super::source_tools::{Place, Said, SourceTools};

/// Hits that are shown.
const MAX_SHOWN: usize = 200;

/// Lines that hold the text which a match must hold.
const MAX_CANDIDATES: u32 = 20_000;

/// Files and bytes that are read where no text is certain, or a text is too common.
const MAX_FILES: usize = 20_000;
const MAX_BYTES: usize = 128 << 20;

/// Files that are asked for at once.
const BATCH: usize = 200;

/// Where to search: a tree, and which of its paths.
struct Scope<'a> {
    tree: &'a dyn SourceTree,
    side: Side,
    folder: String,
    glob: Option<Regex>,
    prefix: String,
}

impl Scope<'_> {
    fn holds(&self, path: &str) -> bool {
        let below = self.folder.is_empty()
            || path == self.folder
            || path.strip_prefix(&self.folder).is_some_and(|rest| rest.starts_with('/'));
        below && self.glob.as_ref().is_none_or(|glob| glob.is_match(path))
    }

    fn is_everything(&self) -> bool {
        self.folder.is_empty() && self.glob.is_none()
    }
}

/// What was found, ordered by path and line, and what was not looked at.
struct Found {
    hits: Vec<Hit>,
    note: Option<String>,
}

pub(super) fn run(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let wanted = arguments.required("pattern")?;
    let ignore_case = arguments.flag("ignore_case")?;
    let regex = pattern::lines(wanted, ignore_case)?;
    let path = arguments.path("path")?.unwrap_or_default();
    let Place { tree, path: inner, prefix } = tools.place(&path)?;
    let is_glob = inner.contains(['*', '?', '{']);
    let scope = Scope {
        tree: &*tree,
        side: arguments.side()?,
        folder: if is_glob { String::new() } else { inner.to_owned() },
        glob: if is_glob { Some(pattern::glob(inner)?) } else { None },
        prefix,
    };
    let found = match pattern::needles(wanted, ignore_case) {
        Some(needles) => match by_needles(&scope, &needles, &regex, cancel)? {
            Some(found) => found,
            None => by_reading(&scope, &regex, cancel)?,
        },
        None => by_reading(&scope, &regex, cancel)?,
    };
    Ok(ToolOutput::new(shown(&scope, &found)).with_summary(wanted.chars().take(100).collect::<String>()))
}

/// Looks only at lines that hold one of the texts; none where they are too many to be sure.
fn by_needles(
    scope: &Scope<'_>,
    needles: &[String],
    regex: &Regex,
    cancel: &Cancel,
) -> Result<Option<Found>, String> {
    let mut hits = BTreeSet::new();
    let mut whole = true;
    for needle in needles {
        let query = Query::Search { side: scope.side, needle: needle.clone(), limit: MAX_CANDIDATES };
        match SourceTools::ask(scope.tree, query, cancel)?.answer {
            Answer::Hits { hits: found, complete } => {
                whole &= complete;
                // A line that was cut may match where it is not shown.
                let fits = |hit: &Hit| {
                    scope.holds(&hit.path) && (regex.is_match(&hit.text) || hit.text.chars().count() >= 400)
                };
                hits.extend(found.into_iter().filter(fits));
            }
            Answer::Unknown { reason } => return Err(format!("the search failed: {reason}")),
            _ => return Err("the search failed".to_owned()),
        }
    }
    if !whole && !scope.is_everything() {
        return Ok(None);
    }
    let note = (!whole).then(|| "there are more than can be looked at; give a path".to_owned());
    Ok(Some(Found { hits: hits.into_iter().collect(), note }))
}

/// Reads every file in question, up to a limit.
fn by_reading(scope: &Scope<'_>, regex: &Regex, cancel: &Cancel) -> Result<Found, String> {
    let query = Query::Paths { side: scope.side, folder: scope.folder.clone(), limit: 500_000 };
    let mut paths = match SourceTools::ask(scope.tree, query, cancel)?.answer {
        Answer::Paths { paths, .. } => paths,
        _ => return Err("the files can't be listed".to_owned()),
    };
    if paths.is_empty() && !scope.folder.is_empty() {
        paths.push(scope.folder.clone());
    }
    paths.retain(|path| scope.holds(path));
    let mut found = Found { hits: Vec::new(), note: None };
    let (mut read, mut bytes) = (0, 0);
    for batch in paths.chunks(BATCH) {
        if read >= MAX_FILES || bytes >= MAX_BYTES || found.hits.len() > 10 * MAX_SHOWN {
            found.note =
                Some(format!("only the first {read} of {} files were searched; give a path", paths.len()));
            break;
        }
        let queries: Vec<Query> = batch.iter().map(|path| Query::file(scope.side, path)).collect();
        for fact in scope.tree.answer(&queries, cancel).map_err(|error| error.to_string())? {
            read += 1;
            if let Fact { query: Query::File { path, .. }, text: Some(text), .. } = fact {
                bytes += text.len();
                let matching = text.lines().zip(1..).filter(|(line, _)| regex.is_match(line));
                found.hits.extend(matching.map(|(line, number)| Hit {
                    path: path.clone(),
                    line: number,
                    text: line.to_owned(),
                }));
            }
        }
    }
    Ok(found)
}

fn shown(scope: &Scope<'_>, found: &Found) -> String {
    let mut clip = Clip::new();
    let show = |hit: &Hit| format!("{}{}:{}: {}", scope.prefix, hit.path, hit.line, hit.text.trim_end());
    let count = found.hits.iter().take(MAX_SHOWN).take_while(|hit| clip.line(&show(hit))).count();
    let mut notes = String::new();
    if clip.is_empty() {
        notes.push_str("(nothing matches)\n");
    }
    if count < found.hits.len() {
        let rest = found.hits.get(count..).unwrap_or_default();
        let files: BTreeSet<&str> = rest.iter().map(|hit| hit.path.as_str()).collect();
        notes.push_str(&format!(
            "({} more in {} files; narrow the pattern or give a path)\n",
            rest.len(),
            files.len()
        ));
    }
    if let Some(note) = &found.note {
        notes.push_str(&format!("({note})\n"));
    }
    clip.with_note(&notes)
}
