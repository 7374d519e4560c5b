//! A comment on a place, as forges and their bots write it: what it says of itself, whatever carried it.

use std::collections::BTreeMap;

use review_core::{Fix, Kind, Location, Quote, Severity};

use super::read::read_whole;
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, read_places};
use crate::text::{head, tail};

/// Longer comments are read from their beginning only.
const MAX_COMMENT: usize = 64 * 1024;

/// What a comment says of itself.
#[derive(Default)]
pub(crate) struct Comment {
    /// Its label, where this program wrote it.
    pub(crate) id: Option<String>,
    /// Empty when it says nothing that can be a title.
    pub(crate) title: String,
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    pub(crate) places: Vec<Location>,
    pub(crate) fix: Option<Fix>,
    pub(crate) quotes: Vec<Quote>,
    /// Its text without what is above.
    pub(crate) body: String,
    /// Whether this program wrote it: its places are exact.
    pub(crate) own: bool,
}

/// The mark of this program's comments.
const OWN: &str = "<!-- deep-review:finding";

/// Reads a comment: it is a finding, whatever it looks like.
pub(crate) fn read_comment(text: &str, options: &IngestOptions, roots: &Roots) -> Comment {
    let text = clip(text);
    if let Some((_, own)) = text.split_once(OWN) {
        return read_own(own, options, roots);
    }
    // A plain sentence needs no reader of documents.
    if !text.contains('\n') && !text.contains(['*', '<', '!', '[', '`', '_', ':', '#']) {
        return Comment { title: crate::draft::first_sentence(text), ..Comment::default() };
    }
    let review = read_whole(&format!("## Findings\n\n{text}\n"), options);
    let quotes = review
        .findings
        .iter()
        .flat_map(|finding| finding.quotes.clone())
        .filter(|quote| !quote.inline)
        .collect();
    let fix = review.findings.iter().find_map(|finding| finding.fix.clone());
    let Some(first) = review.findings.into_iter().next() else { return Comment::default() };
    Comment {
        title: first.title,
        severity: first.severity,
        kind: first.kind,
        fix,
        quotes,
        ..Comment::default()
    }
}

/// The comments of this program that stand in one text: findings that have no line of their own, and a whole report as a
/// comment. There, a table in front says where each finding is.
pub(crate) fn own_comments(text: &str, options: &IngestOptions, roots: &Roots) -> Vec<Comment> {
    let mut rows = rows(text, options, roots);
    let mut comments: Vec<Comment> =
        text.split(OWN).skip(1).map(|part| read_own(part, options, roots)).collect();
    for comment in &mut comments {
        if let Some(row) = comment.id.as_ref().and_then(|id| rows.remove(id))
            && comment.places.is_empty()
        {
            comment.places = row.places;
        }
    }
    // A row without a text of its own is all that there is of its finding.
    comments.extend(rows.into_values());
    comments.retain(|comment| !comment.title.is_empty());
    comments
}

/// `| **I1** | important | title | `a.rs:3` |`: one finding by its label.
fn rows(text: &str, options: &IngestOptions, roots: &Roots) -> BTreeMap<String, Comment> {
    let rows = text.lines().filter(|line| line.starts_with("| **"));
    rows.filter_map(|line| {
        let cells = super::table::split_row(line);
        let [label, severity, title, places] = cells.as_slice() else { return None };
        let label = label.trim_matches(['*', ' ']).to_owned();
        let comment = Comment {
            own: true,
            id: Some(label.clone()),
            title: crate::text::one_line(&unescape(title)),
            severity: options.tables.severities.get(severity.split(',').next()?),
            places: read_places(places, Trust::Code, roots).locations,
            ..Comment::default()
        };
        Some((label, comment))
    })
    .collect()
}

/// Reads what stands behind the mark of one comment of this program.
fn read_own(text: &str, options: &IngestOptions, roots: &Roots) -> Comment {
    let mut comment = Comment { own: true, ..Comment::default() };
    let text = tail(text, text.find("-->").map_or(0, |end| end + 3));
    let mut body = Vec::new();
    let mut headed = false;
    for line in text.lines() {
        let said = line.trim();
        if let Some(about) = said.strip_prefix("About ").filter(|_| !headed) {
            // It names every place where the comment itself stands at one.
            comment.places = read_places(about, Trust::Code, roots).locations;
        } else if let Some(class) = said.strip_prefix("<sub>").filter(|class| class.contains(" · ")) {
            let class = head(class, class.find(" · ").unwrap_or(class.len()));
            let mut words = class.split(',').map(str::trim);
            comment.severity = words.next().and_then(|word| options.tables.severities.get(word));
            comment.kind = words.next().and_then(|word| options.tables.kinds.get(word));
            break;
        } else if !headed && said.starts_with("**") {
            let bold = said.trim_matches('*');
            let (label, title) = bold.split_once(": ").unwrap_or(("", bold));
            comment.id = Some(label.to_owned()).filter(|label| !label.is_empty());
            comment.title = crate::text::one_line(&unescape(title));
            headed = true;
        } else if headed && said == "</details>" {
            break;
        } else if headed {
            body.push(line);
        }
    }
    comment.body = body.join("\n").trim().to_owned();
    let review = read_whole(&format!("## Findings\n\n**X**\n\n{}\n", comment.body), options);
    comment.fix = review.findings.iter().find_map(|finding| finding.fix.clone());
    comment
}

/// A title without the escapes of Markdown.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
        out.push_str(head(rest, at));
        let next = tail(rest, at);
        let entity = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&'), ("&quot;", '"'), ("&#39;", '\'')];
        if let Some((name, c)) = entity.iter().find(|(name, _)| next.starts_with(name)) {
            out.push(*c);
            rest = tail(next, name.len());
            continue;
        }
        let number = next
            .strip_prefix("&#")
            .and_then(|rest| rest.split_once(';'))
            .filter(|(number, _)| number.len() <= 7);
        let decoded = number.and_then(|(number, rest)| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            Some((char::from_u32(code)?, rest))
        });
        if let Some((c, after)) = decoded {
            out.push(c);
            rest = after;
            continue;
        }
        let escaped = tail(next, 1).starts_with(|c: char| c.is_ascii_punctuation());
        if !(next.starts_with('\\') && escaped) {
            out.push_str(head(next, 1));
        }
        rest = tail(next, 1);
        if next.starts_with('\\') && escaped {
            out.push_str(head(rest, 1));
            rest = tail(rest, 1);
        }
    }
    out.push_str(rest);
    out
}

fn clip(text: &str) -> &str {
    let mut end = text.len().min(MAX_COMMENT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    head(text, end)
}
