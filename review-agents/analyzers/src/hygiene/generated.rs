//! Generated files that were edited by hand.

use review_core::{ChangeSet, ChangedFile, FileStatus, LineRange};

use crate::compare::{Broken, SourcePlace};
use crate::paths::{self, PathKind};

/// Endings of files that generators read, or that say which generator runs.
const SOURCES: &[&str] = &[
    ".proto", ".thrift", ".graphql", ".gql", ".sql", ".tmpl", ".tpl", ".j2", ".jinja", ".y", ".l", ".g4",
    ".yaml", ".yml", ".json", ".toml", ".mod", ".sum", ".lock", ".mk", "Makefile", ".in", ".xml", ".avsc",
    ".capnp", ".fbs", ".rl", ".pest", ".templ", ".gotmpl",
];

/// A generated file changed, and nothing that could have generated it anew. More than a few lines are no edit by hand.
const MAX_LINES: u32 = 30;

pub(super) fn edited(change: &ChangeSet, generated: &[&ChangedFile], out: &mut Vec<Broken>) {
    let regenerated = change.files.iter().any(|file| {
        let name = file.path.to_ascii_lowercase();
        SOURCES.iter().any(|ending| file.path.ends_with(ending))
            || name.contains("gen") && !generated.iter().any(|other| other.path == file.path)
    });
    if regenerated || generated.len() > 2 {
        return;
    }
    for file in
        generated.iter().filter(|file| file.status == FileStatus::Modified && !file.path.ends_with(".snap"))
    {
        let touched: u32 = file.hunks.iter().map(|hunk| hunk.added() + hunk.deleted()).sum();
        let line = file
            .hunks
            .iter()
            .flat_map(|hunk| hunk.added_ranges().collect::<Vec<_>>())
            .map(|range| range.start)
            .next();
        let kind = paths::kind(&file.path);
        if touched > 0 && touched <= MAX_LINES && kind != PathKind::Test {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            let place = SourcePlace::head(&file.path, LineRange::line(line.unwrap_or(1)));
            out.push(Broken::new("file.generated-edited", place, [("NAME", name)]));
        }
    }
}
