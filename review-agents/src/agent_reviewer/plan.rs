//! What is asked: one prompt, or one for each part of a large change.

use std::borrow::Cow;
use std::collections::BTreeSet;

use review_core::fingerprint::content_hash;
use review_core::{Cancel, FilePatch, Limits, Result, ReviewRequest};

use super::{MAX_PARTS, PART_BYTES};
use crate::around::around;
use crate::parts::{Folded, PartHunk, Uncovered, folded, split};
use crate::patches::patches;
use crate::prompt::{Brief, Prompt, Shown, numbered};

/// How a review is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanOptions {
    /// Bytes of diff in one prompt.
    pub part_bytes: usize,
    /// Parts that a large change is cut into at most.
    pub max_parts: usize,
    /// Whether the diff of files that nobody wrote by hand is shown too.
    pub generated: bool,
    /// What the reviewer concentrates on; empty: everything.
    pub briefs: Vec<Brief>,
    /// The tools that it is given; empty: its own, or none.
    pub tools: Vec<String>,
    /// Bytes of code around the change in one prompt, beside the diff: what encloses it, and who uses what it changes.
    pub around_bytes: usize,
}

/// Bytes of code around the change in one prompt.
const AROUND_BYTES: usize = 16 << 10;

impl Default for PlanOptions {
    fn default() -> Self {
        let (briefs, tools) = (Vec::new(), Vec::new());
        Self {
            part_bytes: PART_BYTES,
            max_parts: MAX_PARTS,
            generated: false,
            briefs,
            tools,
            around_bytes: AROUND_BYTES,
        }
    }
}

/// The requests of one review, and what is in none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The requests.
    pub requests: Vec<PlannedRequest>,
    /// Hunks that none of them shows for want of room.
    pub uncovered: Vec<Uncovered>,
    /// Files that are named in them, not shown.
    pub folded: Vec<Folded>,
}

/// What one request holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRequest {
    /// Names what is asked, whatever the folder and the time: the same in a run that is resumed.
    pub id: String,
    /// The prompt.
    pub prompt: String,
    /// The hunks whose diff it shows.
    pub hunks: Vec<PartHunk>,
}

/// Plans the requests of one review.
///
/// It blocks where the request has no patches and they are made from its tree.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub fn plan(
    prompt: &Prompt,
    request: &ReviewRequest,
    options: &PlanOptions,
    cancel: &Cancel,
) -> Result<Plan> {
    let patches: Cow<'_, [FilePatch]> = match (&request.tree, request.patches.is_empty()) {
        (Some(tree), true) => Cow::Owned(patches(&request.change, &**tree, cancel)?),
        _ => Cow::Borrowed(&request.patches),
    };
    // A run that is resumed has another checkout and other time left.
    let mut anywhere = request.clone();
    (anywhere.checkout, anywhere.limits) = (None, Limits::default());
    let planned = |shown: Shown<'_>, hunks: Vec<PartHunk>| {
        let shown = shown.with_briefs(&options.briefs).with_tools(&options.tools);
        let id = content_hash(&[&prompt.render(&anywhere, &shown)], 16);
        PlannedRequest { id, prompt: prompt.render(request, &shown), hunks }
    };
    let mut plan = Plan::default();
    if patches.is_empty() {
        // The reviewer reads the diff itself: nothing is known to be shown, and nothing is left out.
        plan.requests.push(planned(Shown::whole(""), Vec::new()));
        return Ok(plan);
    }
    if !options.generated {
        plan.folded = folded(&request.change, &patches, request.tree.as_deref(), cancel)?;
    }
    let named: BTreeSet<&str> = plan.folded.iter().map(|file| file.path.as_str()).collect();
    let mut change = request.change.clone();
    change.files.retain(|file| !named.contains(file.path.as_str()));
    let shown = patches.iter().filter(|patch| !named.contains(patch.path.as_str()));
    let numbered: Vec<FilePatch> = shown.map(numbered).collect();
    let split = split(&change, &numbered, options.part_bytes, options.max_parts.max(1));
    let left_out: BTreeSet<String> =
        split.uncovered.iter().map(|uncovered| uncovered.hunk.path.clone()).collect();
    let left_out: Vec<String> = left_out.into_iter().collect();
    let parts = split.parts.len();
    for (part, number) in split.parts.into_iter().zip(1..) {
        let around = match &request.tree {
            Some(tree) => around(&change, &part.hunks, &**tree, options.around_bytes, cancel)?,
            None => String::new(),
        };
        let shown =
            Shown::part(&part.diff, number, parts, &left_out).with_folded(&plan.folded).with_context(&around);
        plan.requests.push(planned(shown, part.hunks));
    }
    if plan.requests.is_empty() {
        let shown = Shown::part("", 1, 1, &left_out).with_folded(&plan.folded);
        plan.requests.push(planned(shown, Vec::new()));
    }
    plan.uncovered = split.uncovered;
    Ok(plan)
}
