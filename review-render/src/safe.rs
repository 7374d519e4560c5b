//! What is dangerous whatever the format: characters that readers do not see.

/// Whether a character is invisible and can deceive a reader: bidirectional controls, zero-width characters and the
/// like. (Trojan Source, Boucher and Anderson 2021.)
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Writes invisible and C1 control characters of a JSON text as `\u` escapes: the same document, but nothing in it can
/// reorder what a person sees.
pub(crate) fn escape_json_controls(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_invisible(c) || matches!(c, '\u{7f}'..='\u{9f}') {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}
