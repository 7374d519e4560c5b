//! References in prose: a reviewer's own labels become published ids, or say whose they are.

use std::collections::BTreeMap;

use review_core::SourceId;

use crate::text::labels::labels;
use crate::text::markdown::{Piece, pieces};

/// What the labels of all reviews have become.
#[derive(Debug, Default)]
pub(crate) struct References {
    targets: BTreeMap<SourceId, Option<String>>,
}

impl References {
    /// Records an item and the published id that it is part of.
    pub(crate) fn insert(&mut self, source: SourceId, target: Option<String>) {
        self.targets.insert(source, target);
    }

    /// Rewrites the labels in a text of one review. Code is left alone, and so are labels that the review does
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
                result.push_str(part);
                continue;
            }
            let mut end = 0;
            for (range, label) in labels(part) {
                let source = SourceId::new(&from.reviewer, from.pass, label);
                let Some(target) = self.targets.get(&source) else { continue };
                result.push_str(part.get(end..range.start).unwrap_or_default());
                match target {
                    Some(id) => result.push_str(id),
                    None => result.push_str(&format!("{}:{label}", from.reviewer)),
                }
                end = range.end;
            }
            result.push_str(part.get(end..).unwrap_or_default());
        }
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
        let text = "See S3, S4 and S9; `S3`.\n```\nS3\n```\nAlso (S3).";
        let got = references.rewrite(text, &SourceId::new("claude", 1, "S1"));
        assert_eq!(got, "See I1, claude:S4 and S9; `S3`.\n```\nS3\n```\nAlso (I1).");
    }
}
