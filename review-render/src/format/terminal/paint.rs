//! Colour and hyperlinks: the only module that writes escape sequences. Everything between them is already clean.

use review_core::{RenderOptions, Severity};

use crate::text::clean;

/// How to paint, from the options.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    color: bool,
    hyperlinks: bool,
    pub(super) width: usize,
}

/// What a piece of text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Bold,
    Dim,
    Good,
    Warning,
    Severity(Severity),
}

impl Paint {
    pub(super) fn new(options: &RenderOptions) -> Self {
        // Narrower than this nothing can be laid out.
        let width = usize::from(options.width).clamp(40, 500);
        Self { color: options.color, hyperlinks: options.hyperlinks, width }
    }

    /// Text in a style. The text must be clean.
    pub(super) fn style(self, style: Style, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Bold => "1",
            Style::Dim => "2",
            Style::Good => "32",
            Style::Warning => "1;33",
            Style::Severity(Severity::Critical) => "1;31",
            Style::Severity(Severity::Important) => "1;33",
            Style::Severity(_) => "1;36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// Links text to an address if the terminal supports hyperlinks (OSC 8). Addresses come from [`crate::view::links`],
    /// which rejects control characters.
    pub(super) fn link(self, text: &str, url: Option<&str>) -> String {
        match url {
            Some(url) if self.hyperlinks && url.bytes().all(|b| (0x21..0x7f).contains(&b)) => {
                format!("\u{1b}]8;;{url}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\")
            }
            _ => text.to_owned(),
        }
    }
}

/// Longest text, in characters; the other formats have all of it.
const MAX_CHARS: usize = 16_000;

/// Wraps untrusted text at words and indents it. Lines that look like code keep their shape.
pub(super) fn wrapped(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let room = width.saturating_sub(indent.chars().count()).max(20);
    let mut in_fence = false;
    for line in clean::wieldy(&clean::beginning(text, MAX_CHARS)).trim_matches('\n').lines() {
        let fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_fence ^= fence;
        if in_fence || fence || line.starts_with("    ") || line.trim_start().starts_with('|') {
            out.push_str(&format!("{indent}{}\n", cut(&line.replace('\t', "    "), room)));
        } else if line.trim().is_empty() {
            out.push('\n');
        } else {
            let hang: String = " ".repeat(hanging(line));
            fill(&mut out, line, room, indent, &hang);
        }
    }
    out
}

/// How far the second line of a list item is indented.
fn hanging(line: &str) -> usize {
    let spaces = line.len() - line.trim_start().len();
    let rest = line.trim_start();
    if rest.starts_with("- ") || rest.starts_with("* ") { spaces + 2 } else { spaces }.min(12)
}

fn fill(out: &mut String, line: &str, room: usize, indent: &str, hang: &str) {
    let spaces = line.len() - line.trim_start().len();
    let mut current = " ".repeat(spaces.min(12));
    let mut empty = true;
    for word in line.split_whitespace() {
        if !empty && !fits(word, room.saturating_sub(columns(&current) + 1)) {
            out.push_str(&format!("{indent}{}\n", current.trim_end()));
            current = hang.to_owned();
            empty = true;
        }
        if !empty {
            current.push(' ');
        }
        // A word longer than the line stays whole: a path that is broken can't be copied.
        current.push_str(word);
        empty = false;
    }
    out.push_str(&format!("{indent}{}\n", current.trim_end()));
}

/// Whether a text fits; reads no further than needed.
fn fits(text: &str, room: usize) -> bool {
    match text.char_indices().nth(room) {
        Some(_) => false,
        None => columns(text) <= room,
    }
}

/// Returns the columns a text takes. East Asian wide characters and emoji take two; combining marks count as one, which
/// at worst wraps a little early.
pub(super) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| {
            let wide = matches!(u32::from(c),
                0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f
                | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
            if wide { 2 } else { 1 }
        })
        .sum()
}

/// Cuts a text to fit, with `…` if anything was cut.
pub(super) fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += columns(c.encode_utf8(&mut [0; 4]));
        if used >= room {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}
