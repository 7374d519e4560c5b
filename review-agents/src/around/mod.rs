//! Code around a change that a reviewer should not have to look for: what encloses each hunk, and who uses what it changes.
//!
//! Told by indentation and by a search for names, so that it works for every language; bounded and ranked: names that went away come
//! first, then those whose definition changed, then those whose inside did.

mod definitions;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use review_core::{Answer, Cancel, ChangeSet, ChangedFile, Hit, HunkOp, Query, Result, Side, SourceTree};

use self::definitions::{defined, indent, is_comment};
use crate::parts::PartHunk;
use crate::prompt::untrusted;

/// Names that are searched for.
const MAX_NAMES: usize = 40;

/// Uses that are shown of one name.
const MAX_USES: usize = 6;

/// Hits that are asked for of one name; a name with more of them says nothing.
const MAX_HITS: u32 = 60;

/// Shortest name that is searched for: shorter ones are found everywhere.
const MIN_NAME: usize = 4;

/// Files that are read at most.
const MAX_FILES: usize = 200;

/// Longest line that is shown, in characters.
const MAX_LINE: usize = 160;

/// Lines in which the end of a definition is looked for.
const MAX_SPAN: usize = 3_000;

/// How a change touches a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Touch {
    Removed,
    Redefined,
    Inside,
    Added,
}

impl Touch {
    fn as_str(self) -> &'static str {
        match self {
            Self::Removed => "no longer defined here",
            Self::Redefined => "its definition changed",
            Self::Inside => "its inside changed",
            Self::Added => "new",
        }
    }
}

/// What is around these hunks, fenced as untrusted, in at most so many bytes; empty where nothing was found. It blocks.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub(crate) fn around(
    change: &ChangeSet,
    hunks: &[PartHunk],
    tree: &dyn SourceTree,
    budget: usize,
    cancel: &Cancel,
) -> Result<String> {
    let mut of_file: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for hunk in hunks {
        of_file.entry(hunk.path.as_str()).or_default().insert(hunk.index);
    }
    let files: Vec<(&ChangedFile, &BTreeSet<usize>)> = change
        .files
        .iter()
        .filter_map(|file| Some((file, of_file.get(file.path.as_str())?)))
        .take(MAX_FILES)
        .collect();
    let queries: Vec<Query> = files
        .iter()
        .flat_map(|(file, _)| {
            [Query::file(Side::Base, file.base_path()), Query::file(Side::Head, &file.path)]
        })
        .collect();
    let mut texts = tree.answer(&queries, cancel)?.into_iter().map(|fact| fact.text.unwrap_or_default());
    let mut outline = String::new();
    let mut names: BTreeMap<String, Touch> = BTreeMap::new();
    for (file, wanted) in files {
        let (base, head) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
        look_at(file, wanted, &base, &head, &mut outline, &mut names);
    }
    let mut out = String::new();
    if !outline.is_empty() {
        let outline = clipped(&outline, budget / 3);
        let _ = write!(
            out,
            "What encloses each hunk, with its lines at head:\n\n{}\n",
            untrusted("outline", &outline)
        );
    }
    let uses = uses(change, &names, tree, cancel)?;
    if !uses.is_empty() {
        let uses = clipped(&uses, budget.saturating_sub(out.len()));
        let _ = write!(
            out,
            "\nWhere names are used that the change touches, outside of its own lines:\n\n{}\n",
            untrusted("uses", &uses)
        );
    }
    Ok(out.trim().to_owned())
}

/// Adds what encloses the hunks of one file, and the names that they touch.
fn look_at(
    file: &ChangedFile,
    wanted: &BTreeSet<usize>,
    base: &str,
    head: &str,
    outline: &mut String,
    names: &mut BTreeMap<String, Touch>,
) {
    let (base, head): (Vec<&str>, Vec<&str>) = (base.lines().collect(), head.lines().collect());
    let mut removed = BTreeSet::new();
    let mut added = BTreeSet::new();
    let mut enclosing: BTreeSet<usize> = BTreeSet::new();
    for (_, hunk) in file.hunks.iter().enumerate().filter(|(index, _)| wanted.contains(index)) {
        for (op, old, new) in hunk.runs() {
            let (lines, start, count, names) = match op {
                HunkOp::Delete(count) => (&base, old, count, &mut removed),
                HunkOp::Add(count) => (&head, new, count, &mut added),
                _ => continue,
            };
            let start = (start as usize).saturating_sub(1);
            let changed = lines.iter().skip(start).take(count as usize);
            names.extend(changed.filter_map(|line| defined(line)).filter(|name| !name.is_empty()));
            let at = (new as usize).saturating_sub(1);
            enclosing.extend(enclosing_of(&head, at));
        }
    }
    if !enclosing.is_empty() {
        let _ = writeln!(outline, "{}", file.path);
    }
    for at in &enclosing {
        let Some(line) = head.get(*at) else { continue };
        let depth = "  ".repeat(1 + indent(line).min(16) / 4);
        let _ = writeln!(outline, "{depth}{}-{} {}", at + 1, end_of(&head, *at) + 1, short(line));
    }
    let mut touch = |name: &str, how: Touch| {
        names.entry(name.to_owned()).and_modify(|known| *known = how.min(*known)).or_insert(how);
    };
    for name in &removed {
        touch(name, if added.contains(name) { Touch::Redefined } else { Touch::Removed });
    }
    for name in added.difference(&removed) {
        touch(name, Touch::Added);
    }
    for name in enclosing.iter().filter_map(|at| defined(head.get(*at)?)) {
        if !name.is_empty() && !added.contains(name) {
            touch(name, Touch::Inside);
        }
    }
}

/// The definitions that enclose a line, by less and less indentation; the line itself, where it is one.
fn enclosing_of(lines: &[&str], at: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let Some(start) =
        (at..lines.len()).find(|index| lines.get(*index).is_some_and(|line| !line.trim().is_empty()))
    else {
        return found;
    };
    let mut deepest = lines.get(start).map_or(0, |line| indent(line));
    if lines.get(start).is_some_and(|line| defined(line).is_some()) {
        found.push(start);
    }
    for index in (0..start).rev().take(MAX_SPAN) {
        let Some(line) = lines.get(index).filter(|line| !line.trim().is_empty()) else { continue };
        if deepest == 0 {
            break;
        }
        if indent(line) < deepest && !is_comment(line) {
            deepest = indent(line);
            if defined(line).is_some() {
                found.push(index);
            }
        }
    }
    found
}

/// The last line of a definition: the one that comes back to its indentation, or the one before.
fn end_of(lines: &[&str], start: usize) -> usize {
    let depth = lines.get(start).map_or(0, |line| indent(line));
    let mut last = start;
    for (index, line) in lines.iter().enumerate().skip(start + 1).take(MAX_SPAN) {
        if line.trim().is_empty() {
            continue;
        }
        if indent(line) <= depth {
            let first = line.trim_start().chars().next();
            match first {
                Some('}' | ']') => return index,
                // The list of parameters, or the brace on a line of its own.
                Some(')' | '{') => {}
                _ => return last,
            }
        }
        last = index;
    }
    last
}

/// Where the names are used, the most interesting first.
fn uses(
    change: &ChangeSet,
    names: &BTreeMap<String, Touch>,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Result<String> {
    let mut ranked: Vec<(&str, Touch)> = names
        .iter()
        .map(|(name, touch)| (name.as_str(), *touch))
        .filter(|(name, touch)| name.len() >= MIN_NAME && *touch != Touch::Added && !is_common(name))
        .collect();
    ranked.sort_by_key(|(name, touch)| (*touch, *name));
    ranked.truncate(MAX_NAMES);
    let queries: Vec<Query> = ranked
        .iter()
        .map(|(name, _)| Query::Search { side: Side::Head, needle: (*name).to_owned(), limit: MAX_HITS })
        .collect();
    if queries.is_empty() {
        return Ok(String::new());
    }
    let mut out = String::new();
    for ((name, touch), fact) in ranked.into_iter().zip(tree.answer(&queries, cancel)?) {
        let Answer::Hits { hits, complete } = fact.answer else { continue };
        if !complete {
            let _ = writeln!(out, "{name} ({}): in more than {MAX_HITS} lines", touch.as_str());
            continue;
        }
        let mut used: Vec<&Hit> = hits.iter().filter(|hit| is_use(hit, name, change)).collect();
        if used.is_empty() {
            continue;
        }
        // A test that uses a name says less than the code that does.
        used.sort_by_key(|hit| is_test(&hit.path));
        let _ = writeln!(out, "{name} ({}):", touch.as_str());
        for hit in used.iter().take(MAX_USES) {
            let _ = writeln!(out, "  {}:{}: {}", hit.path, hit.line, short(&hit.text));
        }
        if used.len() > MAX_USES {
            let _ = writeln!(out, "  … and {} more", used.len() - MAX_USES);
        }
    }
    Ok(out)
}

/// Whether a hit uses a name: as a whole word, in code, where the change did not write it, and not where it is defined.
fn is_use(hit: &Hit, name: &str, change: &ChangeSet) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let whole = hit.text.match_indices(name).any(|(at, _)| {
        let before = hit.text.get(..at).and_then(|text| text.chars().next_back());
        let after = hit.text.get(at + name.len()..).and_then(|text| text.chars().next());
        !is_part(before) && !is_part(after)
    });
    let prose = [".md", ".txt", ".rst", ".lock", ".sum", ".svg", ".json", ".csv"]
        .iter()
        .any(|end| hit.path.ends_with(end));
    whole
        && !prose
        && !is_comment(&hit.text)
        && defined(&hit.text) != Some(name)
        && !change.file(&hit.path).is_some_and(|file| file.path == hit.path && file.is_added_line(hit.line))
}

fn is_test(path: &str) -> bool {
    let lower = path.to_lowercase();
    lower.split(['/', '.', '_', '-']).any(|part| matches!(part, "test" | "tests" | "spec" | "specs"))
}

/// Names that every program has.
fn is_common(name: &str) -> bool {
    const COMMON: &[&str] = &[
        "main",
        "init",
        "test",
        "tests",
        "setup",
        "run",
        "new",
        "from",
        "into",
        "default",
        "clone",
        "close",
        "open",
        "read",
        "write",
        "name",
        "next",
        "string",
        "String",
        "Error",
        "error",
        "toString",
        "equals",
        "hashCode",
        "__init__",
        "constructor",
        "render",
        "update",
        "create",
        "delete",
        "start",
        "stop",
        "handle",
        "value",
        "Close",
        "Read",
        "Write",
    ];
    COMMON.contains(&name)
}

/// A line without its indentation, cut.
fn short(line: &str) -> String {
    let line = line.trim();
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

/// Whole lines of a text within so many bytes.
fn clipped(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut kept = 0;
    let lines: Vec<&str> = text
        .lines()
        .take_while(|line| {
            kept += line.len() + 1;
            kept <= most
        })
        .collect();
    format!("{}\n… there is more", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use review_core::{FileStatus, Hunk, MemoryTree, Origin};

    use super::*;

    const BASE: &str = "class Pool:\n    def take(self, n):\n        x = 1\n        return x\n\n    def give_back(self):\n        pass\n\ndef shrink_pool():\n    pass\n";
    const HEAD: &str = "class Pool:\n    def take(self, n, wait):\n        x = 1\n        return x\n\n    def give_back(self):\n        return 1\n";

    fn shown(budget: usize) -> String {
        let file = ChangedFile::new("pool.py", FileStatus::Modified).with_hunk(Hunk::new(
            1,
            1,
            vec![
                HunkOp::Context(1),
                HunkOp::Delete(1),
                HunkOp::Add(1),
                HunkOp::Context(4),
                HunkOp::Delete(4),
                HunkOp::Add(1),
            ],
        ));
        let change = ChangeSet::new(Origin::Range).with_file(file);
        let tree = MemoryTree::new()
            .with_base("pool.py", BASE)
            .with_head("pool.py", HEAD)
            .with_head("app.py", "p.take(3)\nmistake(3)\n# take it\nshrink_pool()\np.give_back()\n")
            .with_head("tests/test_pool.py", "p.take(1)\n")
            .with_head("README.md", "take shrink_pool\n");
        let hunk = PartHunk { path: "pool.py".into(), index: 0, lines: None };
        around(&change, &[hunk], &tree, budget, &Cancel::new()).unwrap()
    }

    #[test]
    fn what_encloses_a_hunk_and_who_uses_it() {
        insta::assert_snapshot!(shown(8_000), @r"
        What encloses each hunk, with its lines at head:

        ```text untrusted outline
        pool.py
          1-7 class Pool:
            2-4 def take(self, n, wait):
            6-7 def give_back(self):
        ```

        Where names are used that the change touches, outside of its own lines:

        ```text untrusted uses
        shrink_pool (no longer defined here):
          app.py:4: shrink_pool()
        take (its definition changed):
          app.py:1: p.take(3)
          tests/test_pool.py:1: p.take(1)
        give_back (its inside changed):
          app.py:5: p.give_back()
        ```
        ");
    }

    #[test]
    fn it_stays_in_its_budget() {
        for budget in [0, 100, 300, 1_000] {
            // The fences and the two sentences come on top.
            assert!(shown(budget).len() < budget + 400, "{budget}: {}", shown(budget).len());
        }
    }

    #[test]
    fn a_definition_ends_where_its_indentation_does() {
        let lines: Vec<&str> =
            "fn a(\n    b: u32,\n) {\n    x();\n\n    y();\n}\nfn b() {}\n".lines().collect();
        assert_eq!((end_of(&lines, 0), end_of(&lines, 7)), (6, 7));
        let python: Vec<&str> = "def a():\n    x()\n\ndef b():\n    pass\n".lines().collect();
        assert_eq!(end_of(&python, 0), 1);
    }
}
