//! From an answer to a review.

use std::path::Path;
use std::sync::Arc;

use review_core::{
    AgentResponse, AnswerCheck, Completeness, CoverageNote, Identity, LineRange, RawFinding, Review,
};
use review_ingest::{IngestOptions, ingest};

/// JSON Schema of the answer that the built-in prompt asks for. Every property is required, so that every provider's
/// strict mode takes it; what there is not, is empty.
pub const ANSWER_SCHEMA: &str = include_str!("../../templates/answer.schema.json");

/// How answers of one reviewer are read.
pub(super) fn options(name: &str, pass: u32, checkout: Option<&Path>) -> IngestOptions {
    let options = IngestOptions::new(name).with_pass(pass);
    match checkout {
        Some(checkout) => options.with_root(checkout.to_string_lossy()),
        None => options,
    }
}

/// Tells whether an answer is a review at all.
pub(super) fn check(options: IngestOptions) -> AnswerCheck {
    Arc::new(move |text| match ingest(text.as_bytes(), &options) {
        Ok(review) if review.completeness == Completeness::Failed => {
            Err(review.incomplete_reason.unwrap_or_else(|| "it is no review".to_owned()))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(error.message().to_owned()),
    })
}

/// The review in an answer, with what it took.
pub(super) fn review(
    response: AgentResponse,
    options: &IngestOptions,
    name: &str,
    configured: &Identity,
) -> Review {
    let mut review = match ingest(response.text.as_bytes(), options) {
        Ok(review) => review,
        Err(error) => Review::failed(name, format!("its answer is not a review: {}", error.message())),
    };
    if let Some(reason) = response.truncated
        && review.completeness != Completeness::Failed
    {
        review = review.with_completeness(Completeness::Truncated).with_incomplete_reason(reason);
    }
    review.findings.iter_mut().for_each(tidy);
    review.identity = merged(configured, response.identity);
    review.usage = response.usage;
    review.tool_calls = response.tool_calls;
    for read in &response.reads {
        add_read(&mut review, &read.path, read.range.unwrap_or(LineRange { start: 1, end: u32::MAX }));
    }
    review
}

/// What the schema makes an answer say although there is nothing, is nothing.
fn tidy(finding: &mut RawFinding) {
    let blank = |text: &mut Option<String>| {
        text.take_if(|text| text.trim().is_empty());
    };
    blank(&mut finding.scenario);
    blank(&mut finding.introduced_by);
    if let Some(fix) = &mut finding.fix {
        [&mut fix.patch, &mut fix.prose, &mut fix.suggestion].into_iter().for_each(blank);
    }
    finding.fix.take_if(|fix| fix.is_empty());
}

/// Adds lines that the reviewer is known to have seen, beside what it says of its coverage.
pub(super) fn add_read(review: &mut Review, path: &str, range: LineRange) {
    let coverage = &mut review.sections.coverage;
    match coverage.iter_mut().find(|note| note.path == path) {
        Some(note) => {
            note.ranges.push(range);
            note.ranges.sort();
            note.ranges.dedup();
        }
        None => coverage.push(CoverageNote::new(path, "").with_range(range)),
    }
}

/// What the backend reported, with what was configured where it reported nothing.
pub(super) fn merged(configured: &Identity, reported: Identity) -> Identity {
    let mut identity = reported;
    let configured = configured.clone();
    identity.kind = identity.kind.or(configured.kind);
    identity.provider = identity.provider.or(configured.provider);
    identity.model = identity.model.or(configured.model);
    identity.effort = identity.effort.or(configured.effort);
    identity.version = identity.version.or(configured.version);
    identity.isolation = identity.isolation.or(configured.isolation);
    identity.prompt = identity.prompt.or(configured.prompt);
    identity
}
