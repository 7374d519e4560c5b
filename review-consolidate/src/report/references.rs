//! References in prose: a reviewer's own labels become published ids, or say whose they are.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use review_core::SourceId;

use crate::stages::numbered::{Numbered, SectionContent};
use crate::text::labels::{has_label_shape, labels, leading_label};
use crate::text::markdown::{Piece, pieces};
use crate::text::paths::{file_name, same_path};

/// What the labels of all reviews have become.
#[derive(Debug, Default)]
pub(crate) struct References {
    targets: BTreeMap<SourceId, Option<String>>,
    /// The same by reviewer and label; the first pass that has the label.
    by_name: BTreeMap<String, BTreeMap<String, Option<String>>>,
    /// Known paths by file name.
    paths: BTreeMap<String, BTreeSet<String>>,
}

impl References {
    /// The labels and paths of a report.
    pub(crate) fn new(numbered: &Numbered<'_, '_>) -> Self {
        let matched = numbered.judged.grouped.matched;
        let intake = &matched.anchored.intake;
        let mut references = Self::default();
        intake.change.files.iter().for_each(|file| references.add_path(&file.path));
        // A bare name that could not be resolved is not a full path.
        let places = matched.anchored.anchors.values().flat_map(|anchored| &anchored.places);
        places.filter(|place| place.path.contains('/')).for_each(|place| references.add_path(&place.path));
        for item in intake.items.values() {
            references.insert(item.source.clone(), None);
        }
        let published = numbered.judged.clusters.iter().filter(|(_, cluster)| cluster.is_published());
        for (id, cluster) in published {
            for member in &cluster.cluster.members {
                references.insert(intake.items[*member].source.clone(), Some(numbered.ids[id].to_string()));
            }
        }
        for entry in &numbered.sections {
            let members = match &entry.content {
                SectionContent::Items(members) => members,
                SectionContent::Rerouted(cluster) => &numbered.judged.clusters[*cluster].cluster.members,
            };
            for member in members {
                references.insert(intake.items[*member].source.clone(), Some(entry.id.to_string()));
            }
        }
        references
    }

    /// Records an item and the published id that it is part of.
    fn insert(&mut self, source: SourceId, target: Option<String>) {
        let known = self.by_name.entry(source.reviewer.clone()).or_default();
        match known.get_mut(&source.id) {
            // What was recorded without a target gets it later.
            Some(slot) if slot.is_none() => slot.clone_from(&target),
            Some(_) => {}
            None => {
                known.insert(source.id.clone(), target.clone());
            }
        }
        self.targets.insert(source, target);
    }

    /// Records a file that prose may speak of.
    fn add_path(&mut self, path: &str) {
        self.paths.entry(file_name(path).to_owned()).or_default().insert(path.to_owned());
    }

    /// The file that a path in prose means, where it can only be one and is not spelled in full: a bare name, or an
    /// absolute path of the reviewer's own checkout.
    fn full_path(&self, written: &str) -> Option<&str> {
        let mut fits = self.paths.get(file_name(written))?.iter().filter(|path| same_path(path, written));
        let only = fits.next()?;
        (fits.next().is_none() && only != written).then_some(only.as_str())
    }

    /// Spells `path:line` in full.
    fn paths_in(&self, text: &str, result: &mut String) {
        let mut end = 0;
        for (colon, _) in text.match_indices(':') {
            let line_follows =
                text.get(colon + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let before = text.get(end..colon).unwrap_or_default();
            let head = before.trim_end_matches(|c: char| {
                c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '+' | '@')
            });
            let written = before.get(head.len()..).unwrap_or_default();
            if line_follows && let Some(full) = self.full_path(written) {
                result.push_str(head);
                result.push_str(full);
                end = colon;
            }
        }
        result.push_str(text.get(end..).unwrap_or_default());
    }

    /// Rewrites the labels and paths in a text of one review. Code is left alone, and so are labels that the review does
    /// not have: they mean something else.
    pub(crate) fn rewrite(&self, text: &str, from: &SourceId) -> String {
        let mut result = String::with_capacity(text.len());
        let mut end = 0;
        for piece in pieces(text) {
            let Piece::Prose(line) = piece else { continue };
            let start = line.as_ptr() as usize - text.as_ptr() as usize;
            result.push_str(text.get(end..start).unwrap_or_default());
            self.line(line, from, &mut result);
            end = start + line.len();
        }
        result.push_str(text.get(end..).unwrap_or_default());
        result
    }

    fn line(&self, line: &str, from: &SourceId, result: &mut String) {
        for (index, part) in line.split('`').enumerate() {
            if index > 0 {
                result.push('`');
            }
            if index % 2 == 1 {
                self.paths_in(part, result);
                continue;
            }
            let mut end = 0;
            for mention in self.mentions(part, from) {
                self.paths_in(part.get(end..mention.range.start).unwrap_or_default(), result);
                match mention.target {
                    Some(id) => result.push_str(id),
                    None => result.push_str(&format!("{}:{}", mention.reviewer, mention.label)),
                }
                end = mention.range.end;
            }
            self.paths_in(part.get(end..).unwrap_or_default(), result);
        }
    }
}

/// A label in prose that means an item.
struct Mention<'t> {
    /// Where it stands, with the name of the reviewer before it.
    range: Range<usize>,
    reviewer: &'t str,
    label: &'t str,
    target: Option<&'t str>,
}

impl References {
    /// The labels in a piece of prose, in order: the review's own, and those after another reviewer's name (`codex I2`,
    /// `codex's I2`, `codex:I2`).
    fn mentions<'t>(&'t self, part: &'t str, from: &'t SourceId) -> Vec<Mention<'t>> {
        // Most prose has nothing of a label's shape.
        if !has_label_shape(part) {
            return Vec::new();
        }
        let mut found = self.after_names(part);
        for (range, label) in labels(part) {
            let Some(target) = self.targets.get(&SourceId::new(&from.reviewer, from.pass, label)) else {
                continue;
            };
            if found.iter().all(|other| other.range.end <= range.start || range.end <= other.range.start) {
                found.push(Mention { range, reviewer: &from.reviewer, label, target: target.as_deref() });
            }
        }
        found.sort_by_key(|mention| mention.range.start);
        found
    }

    fn after_names<'t>(&'t self, part: &'t str) -> Vec<Mention<'t>> {
        let mut found = Vec::new();
        for (name, items) in &self.by_name {
            for (start, _) in part.match_indices(name.as_str()) {
                let glued = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
                if part.get(..start).is_some_and(|before| before.ends_with(glued)) {
                    continue;
                }
                let after = part.get(start + name.len()..).unwrap_or_default();
                let after = after.strip_prefix("'s").or_else(|| after.strip_prefix("’s")).unwrap_or(after);
                let Some(rest) = after.strip_prefix([' ', ':', '/', '#']) else { continue };
                let Some(label) = leading_label(rest) else { continue };
                if let Some(target) = items.get(label) {
                    let end = part.len() - rest.len() + label.len();
                    let target = target.as_deref();
                    found.push(Mention { range: start..end, reviewer: name, label, target });
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_published_ids_or_say_whose_they_are() {
        let mut references = References::default();
        references.insert(SourceId::new("claude", 1, "S3"), Some("I1".into()));
        references.insert(SourceId::new("claude", 1, "S4"), None);
        references.add_path("pkg/a/kube.go");
        references.add_path("pkg/b/kube.go");
        references.add_path("cmd/main.go");
        let paths = "At main.go:12, `/tmp/wt/cmd/main.go:3-9`, kube.go:4 and b/kube.go:5; note: 7.";
        let spelled = references.rewrite(paths, &SourceId::new("claude", 1, "S1"));
        assert_eq!(spelled, "At cmd/main.go:12, `cmd/main.go:3-9`, kube.go:4 and pkg/b/kube.go:5; note: 7.");
        let text = "See S3, S4 and S9; `S3`.\n```\nS3\n```\nAlso (S3).";
        let got = references.rewrite(text, &SourceId::new("claude", 1, "S1"));
        assert_eq!(got, "See I1, claude:S4 and S9; `S3`.\n```\nS3\n```\nAlso (I1).");
        let text = "As claude S3, claude's S4, claude:S3 and xclaude S3; claude S9, Claude is right.";
        let got = references.rewrite(text, &SourceId::new("codex", 1, "S1"));
        assert_eq!(got, "As I1, claude:S4, I1 and xclaude S3; claude S9, Claude is right.");
    }
}
