//! What a repository says to its reviewers, from the base commit.

use std::collections::BTreeSet;

use review_core::{Cancel, ChangeSet, Guidance, Query, Result, Side, SourceTree};

/// Names of guidance, looked for in the root and in every folder above a changed file.
const NAMES: &[&str] = &["deep-review-context.md", "AGENTS.md", "CLAUDE.md", "GEMINI.md", "REVIEW.md"];

/// Guidance of the whole repository.
const ROOT_ONLY: &[&str] = &[".github/copilot-instructions.md"];

/// Longest file that is passed on, in bytes. Longer ones are cut at a character boundary.
const MAX_BYTES: usize = 32 << 10;

/// Most guidance in all, in bytes. Beyond it the files farthest from the change are left out.
const MAX_TOTAL: usize = 96 << 10;

/// Folders that are looked into.
const MAX_FOLDERS: usize = 400;

/// The guidance for a change: from the root down, so that the nearest comes last and counts most. A text that is there
/// under several names is given once.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub(crate) fn guidance(tree: &dyn SourceTree, change: &ChangeSet, cancel: &Cancel) -> Result<Vec<Guidance>> {
    let paths = candidates(change);
    let queries: Vec<Query> = paths.iter().map(|path| Query::file(Side::Base, path)).collect();
    let facts = tree.answer(&queries, cancel)?;
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (path, fact) in paths.into_iter().zip(facts) {
        let Some(mut text) = fact.text.filter(|text| !text.trim().is_empty()) else { continue };
        let mut end = text.len().min(MAX_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        if seen.insert(text.trim().to_owned()) {
            found.push(Guidance { path, text });
        }
    }
    let mut total = 0;
    let near = found.iter().rev().take_while(|file| {
        total += file.text.len();
        total <= MAX_TOTAL
    });
    let kept = near.count();
    Ok(found.split_off(found.len() - kept))
}

/// Where guidance may be, the farthest first.
fn candidates(change: &ChangeSet) -> Vec<String> {
    let mut folders: BTreeSet<(usize, &str)> = BTreeSet::new();
    for file in &change.files {
        for path in std::iter::once(file.path.as_str()).chain(file.old_path.as_deref()) {
            let mut folder = path;
            while let Some((above, _)) = folder.rsplit_once('/') {
                folder = above;
                folders.insert((folder.matches('/').count() + 1, folder));
            }
        }
    }
    let root = ROOT_ONLY.iter().chain(NAMES).map(|name| (*name).to_owned());
    let near = folders
        .iter()
        .take(MAX_FOLDERS)
        .flat_map(|(_, folder)| NAMES.iter().map(move |name| format!("{folder}/{name}")));
    root.chain(near).collect()
}

#[cfg(test)]
mod tests {
    use review_core::{ChangedFile, FileStatus, MemoryTree, Origin};

    use super::*;

    fn read(tree: &MemoryTree) -> String {
        let file = ChangedFile::new("net/pool/a.rs", FileStatus::Modified);
        let change = ChangeSet::new(Origin::Range).with_file(file);
        let found = guidance(tree, &change, &Cancel::new()).unwrap();
        found.iter().map(|file| format!("{}: {}", file.path, file.text.trim())).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_nearest_comes_last_and_only_the_base_is_asked() {
        let tree = MemoryTree::new()
            .with_base("net/pool/AGENTS.md", "pool\n")
            .with_base("AGENTS.md", "root\n")
            .with_base("CLAUDE.md", "root\n")
            .with_base("net/REVIEW.md", "net\n")
            .with_base("web/AGENTS.md", "web\n")
            .with_head("GEMINI.md", "planted by the change\n");
        insta::assert_snapshot!(read(&tree), @r"
        AGENTS.md: root
        net/REVIEW.md: net
        net/pool/AGENTS.md: pool
        ");
    }

    #[test]
    fn too_much_of_it_loses_what_is_far() {
        let tree = (0..4).fold(MemoryTree::new(), |tree, index| {
            let folder = ["", "net/", "net/pool/", "web/"][index];
            tree.with_base(format!("{folder}AGENTS.md"), format!("{index}{}", "x".repeat(40_000)))
        });
        let tree = tree.with_base("net/pool/REVIEW.md", format!("9{}", "x".repeat(40_000)));
        let found = read(&tree);
        let paths: Vec<&str> = found.lines().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(paths, ["net/AGENTS.md", "net/pool/AGENTS.md", "net/pool/REVIEW.md"]);
    }
}
