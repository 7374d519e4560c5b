//! What this program writes, as it comes back in formats made for tools: the label stands in front of the title.

use review_core::{Category, Extra, RawFinding, Severity};

use crate::draft::Drafted;
use crate::value::{Map, Value};

/// Whether a tool's name is this program's.
pub(crate) fn is_own(tool: &str) -> bool {
    let name = tool.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    name == "deep-review"
}

/// Rules of this program: `deep-review/<category>`.
const RULES: &str = "deep-review/";

/// Gives a finding of this program back what the format put elsewhere: its label and title from the message, its severity
/// from the fields beside it or from its label, its category from the rule.
pub(crate) fn restore(draft: &mut Drafted, said: &str, fields: Option<&Map>) {
    let text = |key: &str| fields.and_then(|map| map.text(key));
    let finding = &mut draft.finding;
    let (line, body) = said.trim().split_once('\n').unwrap_or((said.trim(), ""));
    let (label, title) = match line.split_once(": ") {
        Some((label, title)) if is_label(label) => (Some(label), title),
        _ => (None, line),
    };
    if let Some(id) = text("id").or(label) {
        draft.id = Some(id.to_owned());
        if !title.trim().is_empty() {
            finding.title = crate::text::one_line(title);
            finding.body = body.trim().to_owned();
        }
    }
    let known = text("severity").map(Severity::from_text);
    finding.severity = known.or_else(|| draft.id.as_deref().and_then(of_label)).or(finding.severity);
    finding.kind = text("kind").map(review_core::Kind::from_text).or(finding.kind);
    if let Some(Extra::Text(rule)) = finding.extensions.get("rule")
        && let Some(category) = rule.strip_prefix(RULES)
    {
        finding.category = Some(category).filter(|word| *word != "other").map(Category::from_text);
        finding.extensions.remove("rule");
    }
}

/// Whether a finding's rule is one of this program's.
pub(crate) fn has_own_rule(finding: &RawFinding) -> bool {
    matches!(finding.extensions.get("rule"), Some(Extra::Text(rule)) if rule.starts_with(RULES))
}

/// The fields that rdjson keeps in its original output.
pub(crate) fn original(map: &Map) -> Option<Value> {
    let text = map.text("original_output")?;
    crate::value::parse(text, 0, 0).map(|parsed| parsed.value)
}

/// `C1`, `I12`, `S3`.
fn is_label(text: &str) -> bool {
    of_label(text).is_some()
        && text.len() <= 6
        && text.get(1..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
}

fn of_label(label: &str) -> Option<Severity> {
    match label.bytes().next()? {
        b'C' if label.len() > 1 => Some(Severity::Critical),
        b'I' if label.len() > 1 => Some(Severity::Important),
        b'S' if label.len() > 1 => Some(Severity::Suggestion),
        _ => None,
    }
}
