//! What the lines below a heading say of it.

use review_core::Severity;

use super::Walk;
use crate::lines::Ledger;
use crate::markdown::fields::{BodyField, read_field};
use crate::markdown::headings::read_heading;
use crate::markdown::inline::plain;
use crate::markdown::tags::read_tag;
use crate::scales::Tables;
use crate::text::{strip_bullet, strip_number, tail};

/// Lines below a head that are looked at for fields.
const FIELDS: usize = 6;

impl Walk<'_> {
    /// Whether fields follow, a severity among them: `- **Severity:** High`. Only findings have one.
    pub(super) fn followed_by_fields(&self, index: usize, ledger: &Ledger<'_>) -> bool {
        (index + 1..ledger.len().min(index + 1 + 2 * FIELDS))
            .map(|next| ledger.line(next).trim())
            .filter(|line| !line.is_empty())
            .take(FIELDS)
            .map_while(read_field)
            .any(|(field, said)| field == BodyField::Severity && !said.is_empty())
    }

    /// Whether the next line starts with lines of a file: `- L12: …`, `**Line 7** – …`, `` `4-9`: … ``.
    pub(super) fn followed_by_lines(&self, index: usize, ledger: &Ledger<'_>) -> bool {
        let next = (index + 1..index + 3).map(|next| ledger.line(next).trim()).find(|line| !line.is_empty());
        let Some(line) = next else { return false };
        let text = strip_bullet(line).unwrap_or(line);
        let text = strip_number(text).map_or(text, |(_, rest)| rest);
        let text = text.trim_start_matches(['*', '_', '`', '(', '[']).to_lowercase();
        let word = ["lines ", "line ", "l"].iter().find_map(|word| text.strip_prefix(word));
        let range = text.starts_with(|c: char| c.is_ascii_digit()) && line.starts_with(['-', '*', '`']);
        let rest = word.unwrap_or(&text);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let behind = tail(rest, digits);
        digits > 0
            && (word.is_some() || range)
            && behind.starts_with([':', '-', '–', '*', '`', ')', ']', ',', ' ', '_'])
            && (word.is_some() || behind.contains(':'))
    }

    /// Whether the next line is a severity and nothing else: `**High Severity**`.
    pub(super) fn followed_by_severity(&self, index: usize, ledger: &Ledger<'_>) -> bool {
        let next = (index + 1..index + 3).map(|next| ledger.line(next).trim()).find(|line| !line.is_empty());
        let Some(line) = next.filter(|line| line.len() < 80 && !line.starts_with('#')) else { return false };
        // `**High Severity**` is the name of a section, too; right below a small heading it is none.
        let level = ledger.line(index).trim().bytes().take_while(|byte| *byte == b'#').count();
        if read_heading(line, self.tables).is_some()
            && !(level >= 3 && line.to_lowercase().contains("severity"))
        {
            return false;
        }
        bare_severity(&plain(line, self.tables), self.tables).is_some()
    }
}

/// `**High Severity**`, `Severity: High`, a badge: a severity and nothing else.
pub(super) fn bare_severity(line: &str, tables: &Tables) -> Option<Severity> {
    if line.len() > 80 || line.starts_with('#') {
        return None;
    }
    let marks = |c: char| matches!(c, '*' | '_' | '[' | ']' | ' ');
    let line = line.trim().trim_matches(marks);
    let line = line.strip_prefix("Severity:").unwrap_or(line).trim_matches(marks);
    let line = line.trim_start_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric()).trim();
    read_tag(line, tables)?.severity
}
