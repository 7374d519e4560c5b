//! GitHub workflow commands: `::error file=net/pool.rs,line=4,endLine=9,title=Leak::The guard lives on.`

use review_core::Review;

use super::output::{Message, Output, Span};
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::Roots;

/// Reads annotations; `None` when there is none.
pub(super) fn read(text: &str, options: &IngestOptions) -> Option<Review> {
    if !text.trim_start().starts_with("::") && !text.contains("\n::") {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ledger = Ledger::new(text);
    let mut output = Output::default();
    for index in 0..ledger.len() {
        if output.is_full() {
            break;
        }
        let line = ledger.line(index).trim_start();
        let Some((level, properties, said)) = split(line) else { continue };
        ledger.mark(index);
        let mut span = Span::default();
        let (mut path, mut title) = (String::new(), String::new());
        for property in properties.split(',') {
            let Some((name, value)) = property.split_once('=') else { continue };
            let number = value.trim().parse().ok().filter(|number| *number > 0);
            match name.trim() {
                "file" => path = unescape(value),
                "line" => span.line = number,
                "endLine" => span.end_line = number,
                "col" => span.column = number,
                "endColumn" => span.end_column = number,
                "title" => title = unescape(value),
                _ => {}
            }
        }
        let said = unescape(said);
        let message = Message {
            place: span.at(&path, &roots),
            level,
            title: &title,
            text: &said,
            lines: (index, index),
            ..Message::default()
        };
        output.drafts.extend(message.into_draft(options));
    }
    (!output.drafts.is_empty()).then(|| output.into_review(Some(&ledger)))
}

/// Level, properties and message.
fn split(line: &str) -> Option<(&str, &str, &str)> {
    let rest = line.strip_prefix("::")?;
    let (command, said) = rest.split_once("::")?;
    let (level, properties) = command.split_once(' ').unwrap_or((command, ""));
    matches!(level, "error" | "warning" | "notice").then_some((level, properties, said))
}

fn unescape(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
}
