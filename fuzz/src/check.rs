//! What must hold for every input.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use review_core::Review;
use review_ingest::{Format, IngestOptions, ingest};

/// The options of a target's forms. Building word tables costs more than reading a small input: done once.
pub fn formats(target: &str) -> Option<Vec<IngestOptions>> {
    let formats = match target {
        "ingest" => vec![None],
        "markdown" => vec![Some(Format::Markdown)],
        "json" => vec![Some(Format::Json)],
        "tools" => vec![
            Some(Format::Sarif),
            Some(Format::Checkstyle),
            Some(Format::GithubAnnotations),
            Some(Format::PlainLines),
        ],
        _ => return None,
    };
    let options = formats.into_iter().map(|format| {
        let mut options = IngestOptions::new("a").with_root("/w/repo");
        options.format = format;
        options
    });
    Some(options.collect())
}

/// Reads the input in every form of the target. Returns a hash of the result's shape, or what is wrong.
pub fn check(input: &[u8], forms: &[IngestOptions]) -> Result<u64, String> {
    let mut shape = 0xcbf2_9ce4_8422_2325u64;
    for options in forms {
        let start = Instant::now();
        let read = ingest(input, options);
        let spent = start.elapsed();
        // 64 KiB take a few milliseconds; a second is another order, even on a busy machine.
        if spent > Duration::from_secs(1) {
            return Err(format!("slow {} ms for {} bytes", spent.as_millis(), input.len()));
        }
        let Ok(review) = read else { continue };
        sound(&review)?;
        if options.format.is_none() {
            again(&review, options)?;
        }
        for fact in facts(&review) {
            shape = (shape ^ fact).wrapping_mul(0x100_0000_01b3);
        }
    }
    Ok(shape)
}

fn sound(review: &Review) -> Result<(), String> {
    if review.lines.typed + review.lines.unplaced != review.lines.total
        || review.sections.unplaced.len() != review.lines.unplaced as usize
    {
        return Err("the line sums are wrong".to_owned());
    }
    let sections = &review.sections;
    let items = [
        &sections.design,
        &sections.testing,
        &sections.documentation,
        &sections.limitations,
        &sections.unresolved_feedback,
    ];
    let mut ids = BTreeSet::new();
    for id in review
        .findings
        .iter()
        .map(|finding| &finding.id)
        .chain(items.into_iter().flatten().map(|item| &item.id))
    {
        if id.is_empty() || !ids.insert(id) {
            return Err("an id is empty or repeated".to_owned());
        }
    }
    for finding in &review.findings {
        if finding.title.trim().is_empty() {
            return Err("a finding has no title".to_owned());
        }
    }
    Ok(())
}

/// A review that was read can be written and read again.
fn again(review: &Review, options: &IngestOptions) -> Result<(), String> {
    let text = serde_json::to_string(review).map_err(|error| format!("not writable {error}"))?;
    let again = ingest(text.as_bytes(), options).map_err(|error| format!("not readable again {error}"))?;
    if again == *review { Ok(()) } else { Err("reading again gives another review".to_owned()) }
}

/// Small numbers that tell one kind of result from another.
fn facts(review: &Review) -> Vec<u64> {
    let small = |count: usize| count.min(6) as u64;
    let sections = &review.sections;
    let mut facts = vec![
        small(review.findings.len()),
        small(sections.design.len()),
        small(sections.testing.len()),
        small(sections.coverage.len()),
        small(sections.unplaced.len()),
        small(review.diagnostics.len()),
        small(review.checks.len()),
        u64::from(review.is_complete()),
    ];
    for finding in review.findings.iter().take(4) {
        facts.push(small(finding.locations.len()));
        facts.push(small(finding.quotes.len()));
        facts.push(finding.severity.map_or(9, |severity| u64::from(severity.weight())));
        facts.push(
            u64::from(finding.kind.is_some())
                | u64::from(finding.fix.is_some()) << 1
                | u64::from(finding.recovered) << 2
                | u64::from(finding.withdrawn) << 3,
        );
    }
    facts
}
