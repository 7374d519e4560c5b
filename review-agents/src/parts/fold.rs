//! Changed files that are named in a prompt instead of shown: made by a program, or somebody else's code.

use std::collections::BTreeMap;

use review_core::{
    Cancel, ChangeSet, ChangedFile, FilePatch, FileStatus, Hunk, Query, Result, Side, SourceTree,
};

use super::bulk;

/// A file with at most so many changed lines is shown, whatever made it: a small change to a vendored file is worth a look, and
/// costs little.
const SMALL: u64 = 20;

/// Lines at the top of a file in which it may say that a program made it.
const HEADER_LINES: usize = 20;

/// Files whose header is looked for in the source.
const MAX_HEADERS: usize = 200;

/// A line of code of this length, in bytes, was written by no person.
const MINIFIED_LINE: usize = 5_000;

/// A changed file of which a prompt shows the name and the size.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Folded {
    /// Its path at head.
    pub path: String,
    /// What it is.
    pub what: &'static str,
    /// Lines added.
    pub added: u64,
    /// Lines deleted.
    pub deleted: u64,
}

/// The files of a change that are better named than shown, in the order of the change.
///
/// What `.gitattributes` says counts as it was at the base: a change can't fold its own files away. It blocks where there is a
/// tree.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub fn folded(
    change: &ChangeSet,
    patches: &[FilePatch],
    tree: Option<&dyn SourceTree>,
    cancel: &Cancel,
) -> Result<Vec<Folded>> {
    let by_path: BTreeMap<&str, &str> =
        patches.iter().map(|patch| (patch.path.as_str(), patch.text.as_str())).collect();
    let large: Vec<&ChangedFile> = change
        .files
        .iter()
        .filter(|file| {
            let (added, deleted) = counts(file);
            added.saturating_add(deleted) > SMALL
        })
        .collect();
    if large.is_empty() {
        return Ok(Vec::new());
    }
    let attributes = attributes(tree, cancel)?;
    let headers = headers(&large, tree, cancel)?;
    let mut found = Vec::new();
    for file in large {
        let patch = by_path.get(file.path.as_str()).copied().unwrap_or_default();
        let header = headers.get(file.path.as_str()).map_or_else(|| head_of(patch), String::clone);
        let what = bulk::made(&file.path)
            .or_else(|| {
                attributes.iter().find(|(pattern, _)| matches(pattern, &file.path)).map(|(_, what)| *what)
            })
            .or_else(|| says_generated(&header).then_some("generated, by its own header"))
            .or_else(|| is_minified(&file.path, patch).then_some("minified"));
        if let Some(what) = what {
            let (added, deleted) = counts(file);
            found.push(Folded { path: file.path.clone(), what, added, deleted });
        }
    }
    Ok(found)
}

fn counts(file: &ChangedFile) -> (u64, u64) {
    let sum = |count: fn(&Hunk) -> u32| file.hunks.iter().map(|hunk| u64::from(count(hunk))).sum();
    (sum(Hunk::added), sum(Hunk::deleted))
}

/// Patterns of files that the base says are made or vendored.
fn attributes(tree: Option<&dyn SourceTree>, cancel: &Cancel) -> Result<Vec<(String, &'static str)>> {
    let Some(tree) = tree else { return Ok(Vec::new()) };
    let answer = tree.answer(&[Query::file(Side::Base, ".gitattributes")], cancel)?;
    let text = answer.into_iter().next().and_then(|fact| fact.text).unwrap_or_default();
    let mut found = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let Some(pattern) = words.next().filter(|pattern| !pattern.starts_with('#')) else { continue };
        for word in words {
            match word {
                "linguist-generated" | "linguist-generated=true" => {
                    found.push((pattern.to_owned(), "generated"))
                }
                "linguist-vendored" | "linguist-vendored=true" => {
                    found.push((pattern.to_owned(), "vendored"))
                }
                _ => {}
            }
        }
    }
    Ok(found)
}

/// Whether a pattern of `.gitattributes` is about a path: `*`, `?` and `**`; without a slash it is about the name alone.
fn matches(pattern: &str, path: &str) -> bool {
    let rooted = pattern.trim_start_matches('/');
    let text = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
    wild(rooted.as_bytes(), text.as_bytes())
}

/// Matches from the left; after a mismatch it goes back to the last star. Two stars go through folders, one does not.
fn wild(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen) = (0, 0);
    // Where each kind of star ended, and what it has taken so far.
    let (mut one, mut two) = (None::<(usize, usize)>, None::<(usize, usize)>);
    loop {
        match (pattern.get(at), text.get(seen)) {
            (Some(b'*'), _) if pattern.get(at + 1) == Some(&b'*') => {
                at += if pattern.get(at + 2) == Some(&b'/') { 3 } else { 2 };
                (one, two) = (None, Some((at, seen)));
            }
            (Some(b'*'), _) => {
                at += 1;
                one = Some((at, seen));
            }
            (Some(b'?'), Some(c)) if *c != b'/' => (at, seen) = (at + 1, seen + 1),
            (Some(p), Some(c)) if p == c => (at, seen) = (at + 1, seen + 1),
            (None, None) => return true,
            _ => match (one, two) {
                (Some((end, taken)), _) if text.get(taken).is_some_and(|c| *c != b'/') => {
                    one = Some((end, taken + 1));
                    (at, seen) = (end, taken + 1);
                }
                (_, Some((end, taken))) if taken < text.len() => {
                    (one, two) = (None, Some((end, taken + 1)));
                    (at, seen) = (end, taken + 1);
                }
                _ => return false,
            },
        }
    }
}

/// The first lines of files that were there before, where the source tells them.
fn headers<'a>(
    files: &[&'a ChangedFile],
    tree: Option<&dyn SourceTree>,
    cancel: &Cancel,
) -> Result<BTreeMap<&'a str, String>> {
    let Some(tree) = tree else { return Ok(BTreeMap::new()) };
    let old: Vec<&ChangedFile> = files
        .iter()
        .copied()
        .filter(|file| file.status != FileStatus::Added && bulk::made(&file.path).is_none())
        .take(MAX_HEADERS)
        .collect();
    let queries: Vec<Query> = old.iter().map(|file| Query::file(Side::Base, file.base_path())).collect();
    let facts = tree.answer(&queries, cancel)?;
    let header = |text: String| text.lines().take(HEADER_LINES).collect::<Vec<_>>().join("\n");
    Ok(old
        .into_iter()
        .zip(facts)
        .filter_map(|(file, fact)| Some((file.path.as_str(), header(fact.text?))))
        .collect())
}

/// The first lines of a new file, from its patch.
fn head_of(patch: &str) -> String {
    let start = patch.find("\n@@ ").map_or(0, |at| at + 1);
    let lines = patch.get(start..).unwrap_or_default().lines().skip(1);
    lines.filter_map(|line| line.strip_prefix('+')).take(HEADER_LINES).collect::<Vec<_>>().join("\n")
}

/// Whether a file's header says that a program made it, as Go, Meta's and .NET's tools and many others write it. The words
/// must stand in a comment: code that writes such a header is no such file.
fn says_generated(header: &str) -> bool {
    header.lines().any(|line| {
        let line = line.trim_start();
        let comment =
            ["//", "#", "/*", "*", "<!--", "--", ";", "%"].iter().any(|mark| line.starts_with(mark));
        let lower = line.to_lowercase();
        comment
            && ((lower.contains("generated") && lower.contains("do not edit"))
                || lower.contains("@generated")
                || lower.contains("<auto-generated")
                || lower.contains("automatically generated")
                || lower.contains("autogenerated by")
                || lower.contains("auto-generated by"))
    })
}

fn is_minified(path: &str, patch: &str) -> bool {
    let script = [".js", ".mjs", ".cjs", ".css", ".html", ".json"].iter().any(|end| path.ends_with(end));
    script && patch.lines().any(|line| line.len() > MINIFIED_LINE)
}

#[cfg(test)]
mod tests {
    use review_core::{HunkOp, MemoryTree};

    use super::*;

    fn file(path: &str, status: FileStatus, lines: u32) -> ChangedFile {
        ChangedFile::new(path, status).with_hunk(Hunk::new(1, 1, vec![HunkOp::Add(lines)]))
    }

    fn shown(change: &ChangeSet, patches: &[FilePatch], tree: &MemoryTree) -> String {
        let folded = folded(change, patches, Some(tree), &Cancel::new()).unwrap();
        folded.iter().map(|file| format!("{} ({})", file.path, file.what)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_a_program_made_is_folded_unless_it_is_small() {
        let mut change = ChangeSet::default();
        for path in
            ["Cargo.lock", "api/v1.pb.go", "vendor/x/y.go", "store/mock_store.go", "src/lib.rs", "a.css"]
        {
            change.files.push(file(path, FileStatus::Modified, 300));
        }
        change.files.push(file("go.sum", FileStatus::Modified, 2));
        change.files.push(file("client/new.go", FileStatus::Added, 300));
        change.files.push(file("client/maker.go", FileStatus::Added, 300));
        change.files.push(file("client/old.py", FileStatus::Modified, 300));
        change.files.push(file("proto/out.rs", FileStatus::Modified, 300));
        let patches = [
            FilePatch::new(
                "client/new.go",
                "+++ b/client/new.go\n@@ -0,0 +1,300 @@\n+// Code generated by x. DO NOT EDIT.\n",
            ),
            FilePatch::new(
                "client/maker.go",
                "+++ b/x\n@@ -0,0 +1,300 @@\n+h := \"Code generated by x. DO NOT EDIT.\"\n",
            ),
            FilePatch::new("a.css", format!("+++ b/a.css\n@@ -1 +1 @@\n+{}\n", "a{}".repeat(2_000))),
        ];
        let tree = MemoryTree::new()
            .with_base("client/old.py", "# @generated by tool\nx = 1\n")
            .with_base(".gitattributes", "proto/** linguist-generated\n")
            .with_head(".gitattributes", "src/** linguist-generated\n");
        insta::assert_snapshot!(shown(&change, &patches, &tree), @r"
        Cargo.lock (lock file)
        api/v1.pb.go (generated)
        vendor/x/y.go (vendored)
        store/mock_store.go (mock)
        a.css (minified)
        client/new.go (generated, by its own header)
        client/old.py (generated, by its own header)
        proto/out.rs (generated)
        ");
    }

    #[test]
    fn patterns_of_attributes() {
        for (pattern, path, wanted) in [
            ("*.pb.go", "a/b/c.pb.go", true),
            ("a/*.go", "a/c.go", true),
            ("a/*.go", "a/b/c.go", false),
            ("/a/**", "a/b/c.go", true),
            ("**/gen/*.ts", "x/y/gen/a.ts", true),
            ("**/gen/*.ts", "x/gen/y/gen/a.ts", true),
            ("gen", "gen/a.ts", false),
            ("?.go", "ab.go", false),
            ("*a*b*c", "xaybzc", true),
        ] {
            assert_eq!(matches(pattern, path), wanted, "{pattern} {path}");
        }
    }
}
