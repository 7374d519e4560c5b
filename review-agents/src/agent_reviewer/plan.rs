//! What is asked: one prompt, or one for each part of a large change.

use std::borrow::Cow;
use std::collections::BTreeSet;

use review_core::{Cancel, FilePatch, Result, ReviewRequest};

use crate::parts::{PartHunk, Uncovered, split};
use crate::patches::patches;
use crate::prompt::{Prompt, Shown};

/// What one ask holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRequest {
    /// The prompt.
    pub prompt: String,
    /// The hunks whose diff it shows.
    pub hunks: Vec<PartHunk>,
}

/// The asks of one review, and the hunks that none of them shows.
///
/// It blocks where the request has no patches and they are made from its tree.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub fn plan(
    prompt: &Prompt,
    request: &ReviewRequest,
    part_bytes: usize,
    max_parts: usize,
    cancel: &Cancel,
) -> Result<(Vec<PlannedRequest>, Vec<Uncovered>)> {
    let patches: Cow<'_, [FilePatch]> = match (&request.tree, request.patches.is_empty()) {
        (Some(tree), true) => Cow::Owned(patches(&request.change, &**tree, cancel)?),
        _ => Cow::Borrowed(&request.patches),
    };
    if patches.is_empty() {
        // The reviewer reads the diff itself: nothing is known to be shown, and nothing is left out.
        let ask = PlannedRequest { prompt: prompt.render(request, &Shown::whole("")), hunks: Vec::new() };
        return Ok((vec![ask], Vec::new()));
    }
    let split = split(&request.change, &patches, part_bytes, max_parts.max(1));
    let left_out: BTreeSet<String> =
        split.uncovered.iter().map(|uncovered| uncovered.hunk.path.clone()).collect();
    let left_out: Vec<String> = left_out.into_iter().collect();
    let parts = split.parts.len();
    let mut asks: Vec<PlannedRequest> = split
        .parts
        .into_iter()
        .zip(1..)
        .map(|(part, number)| PlannedRequest {
            prompt: prompt.render(request, &Shown::part(&part.diff, number, parts, &left_out)),
            hunks: part.hunks,
        })
        .collect();
    if asks.is_empty() {
        let shown = Shown::part("", 1, 1, &left_out);
        asks.push(PlannedRequest { prompt: prompt.render(request, &shown), hunks: Vec::new() });
    }
    Ok((asks, split.uncovered))
}
