//! What the body of a finding says beside its text, and words that say it.

use review_core::{Category, Kind, LineRange, Location, Quote, Ratio, Severity};

use super::page::Page;

/// What a body says beside its text.
#[derive(Clone, Debug, Default)]
pub(crate) struct BodyFacts {
    pub(crate) text: String,
    pub(crate) title: Option<String>,
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    pub(crate) category: Option<Category>,
    pub(crate) introduced_by: Option<String>,
    pub(crate) confidence: Option<Ratio>,
    pub(crate) scenario: Option<String>,
    /// Places given as the finding's own: on the line below the head, or in a field.
    pub(crate) own_places: Vec<Location>,
    /// Lines given in a field without a file.
    pub(crate) own_lines: Vec<LineRange>,
    /// The first place in the prose.
    pub(crate) first_mention: Option<Location>,
    pub(crate) quotes: Vec<Quote>,
    pub(crate) fix_prose: Option<String>,
    pub(crate) patch: Option<String>,
    pub(crate) suggestion: Option<String>,
}

/// Reads a confidence: `0.8`, `80%`, `4/5`, `high`.
pub(crate) fn read_confidence(text: &str) -> Option<Ratio> {
    let text = text.trim().trim_matches(['*', '`', '.']);
    let first = text.split([' ', '(', ',', ';']).next()?.trim_end_matches(['.', '*', '`']);
    if let Some(percent) = first.strip_suffix('%') {
        return percent.parse::<f64>().ok().map(|value| Ratio::from_f64(value / 100.0));
    }
    if let Some((part, whole)) = first.split_once('/') {
        let (part, whole) = (part.parse::<f64>().ok()?, whole.parse::<f64>().ok()?);
        return (whole > 0.0).then(|| Ratio::from_f64(part / whole));
    }
    if let Ok(value) = first.parse::<f64>() {
        // Scores above 1 are percentages.
        return Some(Ratio::from_f64(if value > 1.0 { value / 100.0 } else { value }));
    }
    match first.to_lowercase().as_str() {
        "certain" | "confirmed" | "verified" => Some(Ratio::from_millis(950)),
        "high" | "very" | "likely" => Some(Ratio::from_millis(850)),
        "medium" | "moderate" | "plausible" => Some(Ratio::from_millis(600)),
        "low" | "unlikely" | "speculative" => Some(Ratio::from_millis(300)),
        _ => None,
    }
}

/// A kind as a field gives it: a known one, or a short text as it is.
pub(crate) fn read_kind(value: &str, page: &Page<'_>) -> Option<Kind> {
    let value = value.trim().trim_matches(|c| matches!(c, '*' | '_' | '`' | '.' | '"'));
    if let Some(kind) = super::leading_kind(value, &page.options.tables) {
        return Some(kind);
    }
    // `important, gap` holds a severity first.
    if let Some(tag) = super::tags::read_tag(value, &page.options.tables) {
        return tag.kind;
    }
    let short = !value.is_empty() && value.len() <= 30 && value.split(' ').count() <= 3;
    short.then(|| Kind::from_text(&value.to_lowercase()))
}
