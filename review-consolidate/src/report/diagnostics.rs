//! What was odd about the run or its inputs.

use review_core::Diagnostic;

use crate::stages::numbered::Numbered;

/// What the stages found odd, then what the reviews say of themselves.
pub(crate) fn diagnostics(numbered: &Numbered<'_, '_>) -> Vec<Diagnostic> {
    let intake = &numbered.judged.grouped.matched.anchored.intake;
    let mut all = intake.diagnostics.clone();
    if !intake.change.excluded.is_empty() {
        all.push(Diagnostic::new(0, left_out(&intake.change.excluded)));
    }
    all.extend(numbered.diagnostics.iter().cloned());
    for review in intake.reviews.values() {
        for diagnostic in &review.diagnostics {
            let message = format!("{} pass {}: {}", review.reviewer, review.pass, diagnostic.message);
            all.push(Diagnostic::new(diagnostic.line, message));
        }
    }
    all
}

/// Most paths that one sentence names.
const NAMED_PATHS: usize = 20;

/// Which changed files configuration leaves out.
fn left_out(excluded: &[String]) -> String {
    let named: Vec<&str> = excluded.iter().take(NAMED_PATHS).map(String::as_str).collect();
    let more = excluded.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (files, were) = if excluded.len() == 1 { ("file", "was") } else { ("files", "were") };
    format!(
        "{} changed {files} {were} left out of the review by configuration: {}{more}",
        excluded.len(),
        named.join(", ")
    )
}
