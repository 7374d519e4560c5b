//! Cuts a section into items: list items at the margin with what belongs to them, and paragraphs.

use super::super::blocks::Block;
use super::super::cues::is_rule;
use super::super::fences::LineKind;
use super::super::page::Page;
use crate::lines::Ledger;
use crate::text::{find_outside_code, strip_bullet, strip_number, tail};

/// Splits a block into items: list items at the margin with what belongs to them, and paragraphs.
pub(super) fn chunks(block: &Block, ledger: &Ledger<'_>, page: &Page<'_>) -> Vec<(usize, usize)> {
    let mut chunks: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<(usize, bool)> = None;
    let mut last_text = block.from;
    let mut blank = false;
    let margin = (block.from..block.to)
        .filter(|index| {
            page.places.get(*index) == Some(&LineKind::Text) && is_list_item(ledger.line(*index).trim())
        })
        .map(|index| indent(ledger.line(index)))
        .min()
        .unwrap_or(0);
    for index in block.from..block.to {
        let raw = ledger.line(index);
        let line = raw.trim();
        let code = page.places.get(index).is_some_and(|place| *place != LineKind::Text);
        if line.is_empty() || (!code && is_rule(line)) {
            blank = true;
            continue;
        }
        let item = !code && is_list_item(line) && indent(raw) <= margin + 1;
        let heading = !code && (line.starts_with('#') || is_labelled(line));
        let starts = match open {
            None => true,
            Some(_) if item || heading => true,
            // After a blank line, text at the margin starts a paragraph; code belongs to what stands above.
            Some((_, listed)) => {
                blank && !code && if listed { indent(raw) <= margin } else { !is_list_item(line) }
            }
        };
        if starts {
            if let Some((from, _)) = open {
                chunks.push((from, last_text + 1));
            }
            open = Some((index, item || heading));
        }
        last_text = index;
        blank = false;
    }
    if let Some((from, _)) = open {
        chunks.push((from, last_text + 1));
    }
    // A labelled head takes the paragraphs below it.
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (from, to) in chunks {
        let follows = merged.last().is_some_and(|(first, _)| is_labelled(ledger.line(*first).trim()));
        let line = ledger.line(from).trim();
        if follows && !is_labelled(line) && !line.starts_with('#') {
            if let Some(last) = merged.last_mut() {
                last.1 = to;
            }
        } else {
            merged.push((from, to));
        }
    }
    merged
}

/// `**D1. …**`, `T2. …`: an item's own label at the margin.
pub(super) fn is_labelled(line: &str) -> bool {
    let bare = line.trim_start_matches(['*', '_', '#', ' ']);
    if !bare.starts_with(['D', 'T', 'O', 'A', 'U']) {
        return false;
    }
    let digits = tail(bare, 1).bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
        && tail(bare, 1 + digits).starts_with(['.', ':', ')', '*', ' '])
        && (line.starts_with(['*', '#', '_']) || tail(bare, 1 + digits).starts_with(['.', ':', ')']))
}

pub(super) fn chunk_text(from: usize, to: usize, ledger: &Ledger<'_>) -> String {
    let mut text = String::new();
    for index in from..to {
        if index > from {
            text.push('\n');
        }
        text.push_str(if index == from { ledger.line(index).trim() } else { ledger.line(index) });
    }
    text
}

pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

pub(super) fn is_list_item(line: &str) -> bool {
    strip_bullet(line).is_some() || strip_number(line).is_some()
}

pub(super) fn is_bold_line(text: &str) -> bool {
    let text = text.trim();
    text.starts_with("**")
        && find_outside_code(tail(text, 2), "**")
            .is_some_and(|end| tail(text, end + 4).trim_matches([':', ' ']).is_empty())
}
