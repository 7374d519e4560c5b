//! New files without the license header that all their neighbours carry.

use review_core::LineRange;

use super::{Broken, FileView, SourcePlace};
use crate::language::Language;
use crate::paths::PathKind;

/// So many other changed files of a language must have a header, and of ten nine, before it counts as the project's habit.
const NEIGHBOURS: usize = 5;

/// Shorter files often carry none.
const SHORTEST_LINES: usize = 20;

pub(super) fn missing(files: &[FileView], out: &mut Vec<Broken>) {
    let mut languages: Vec<Language> =
        files.iter().filter_map(|file| Some(file.head.as_ref()?.outline.language)).collect();
    languages.sort();
    languages.dedup();
    for language in languages {
        let (mut with, mut without) = (0_usize, 0_usize);
        let old = files.iter().filter(|file| !file.is_new()).filter_map(|file| file.head.as_ref());
        for head in old.filter(|head| head.outline.language == language) {
            *(if has_header(&head.text) { &mut with } else { &mut without }) += 1;
        }
        if with < NEIGHBOURS || with < 9 * without {
            continue;
        }
        let bare = files.iter().filter(|file| file.is_new() && file.kind == PathKind::Production).filter_map(
            |file| {
                let head = file.head.as_ref()?;
                let lacks = head.outline.language == language
                    && head.text.lines().count() >= SHORTEST_LINES
                    && !has_header(&head.text);
                lacks.then(|| SourcePlace::head(&head.path, LineRange::line(1)))
            },
        );
        let mut places: Vec<SourcePlace> = bare.collect();
        places.sort();
        let further = places.split_off(1.min(places.len()));
        if let Some(place) = places.pop() {
            let name = place.path.rsplit('/').next().unwrap_or_default().to_owned();
            let words = [("NAME", name.as_str())];
            out.push(Broken::new("file.license-header-missing", place, words).with_further(further));
        }
    }
}

/// Whether the first lines name a license or who holds the rights.
fn has_header(text: &str) -> bool {
    text.lines().take(25).any(|line| {
        let line = line.to_ascii_lowercase();
        ["copyright", "spdx-license-identifier", "licensed under", "licensed to"]
            .iter()
            .any(|words| line.contains(words))
    })
}
