//! Code that is kept as a comment.

use review_core::LineRange;

use super::TextFile;
use crate::compare::{Broken, SourcePlace};
use crate::language::Language;
use crate::paths::PathKind;

/// So many neighbouring lines of comment must read like code.
const LINES: u32 = 3;

pub(super) fn code(file: &TextFile<'_>, out: &mut Vec<Broken>) {
    let Some(language) = Language::of_path(&file.file.path) else { return };
    if file.kind != PathKind::Production {
        return;
    }
    let mark = language.comment_mark();
    let mut run: Option<(u32, u32, u32)> = None;
    let mut close = |run: &mut Option<(u32, u32, u32)>| {
        if let Some((start, end, like_code)) = run.take()
            && like_code >= LINES
            && like_code * 4 >= (end - start + 1) * 3
        {
            let place = SourcePlace::head(&file.file.path, LineRange::new(start, end));
            out.push(Broken::new(
                "file.commented-out-code",
                place,
                [("LINES", &(end - start + 1).to_string())],
            ));
        }
    };
    for (number, line) in file.added() {
        let comment =
            line.trim_start().strip_prefix(mark).filter(|rest| !rest.starts_with(['/', '!', '#', ':']));
        let Some(comment) = comment else {
            close(&mut run);
            continue;
        };
        let begun = run.is_some_and(|(_, end, hits)| end + 1 == number && hits > 0);
        let is_doc = is_go_doc(line, comment, language) || (!begun && is_example(comment, language));
        let hit = u32::from(!is_doc && reads_like_code(comment.trim(), language));
        run = match run {
            Some((start, end, count)) if end + 1 == number => Some((start, number, count + hit)),
            _ => {
                close(&mut run);
                Some((number, number, hit))
            }
        };
    }
    close(&mut run);
}

/// An indented block in a comment that begins its line is how Go's documentation shows code.
fn is_go_doc(line: &str, comment: &str, language: Language) -> bool {
    language == Language::Go
        && line.starts_with("//")
        && (comment.starts_with('\t') || comment.starts_with("  "))
}

/// Code in the documentation of Ruby and of scripts is set off from the text around it.
fn is_example(comment: &str, language: Language) -> bool {
    matches!(language, Language::Ruby | Language::Bash)
        && (comment.starts_with('\t') || comment.starts_with("  "))
}

fn reads_like_code(line: &str, language: Language) -> bool {
    let ends = line.ends_with([';', '{', '}']) || line.ends_with(");") || line.ends_with("})");
    let call = line.ends_with(')')
        && line.contains('(')
        && !line.contains(" (")
        && !line.contains(". ")
        && line.split(' ').count() < 6;
    let assigns = line.split_once(" = ").is_some_and(|(left, right)| {
        left.split(' ').count() <= 3 && !right.is_empty() && !left.contains('.') || line.ends_with(')')
    });
    let keyword = ["if ", "for ", "while ", "return ", "def ", "elif ", "except", "raise "]
        .iter()
        .any(|word| line.starts_with(word))
        && line.ends_with([':', '{', ')', ';']);
    match language {
        Language::Python => call || assigns || keyword,
        // What a line of generated code looks like is told by a method in a comment: its head says nothing.
        Language::Ruby => !line.starts_with("def ") && (call || assigns || is_ruby(line)),
        Language::Bash => is_shell(line),
        _ => ends || call || keyword,
    }
}

fn is_ruby(line: &str) -> bool {
    line == "end" || line.ends_with(" do") || (line.ends_with('|') && line.contains(" do |"))
}

/// Words of the shell that no sentence has; commands alone read like the usage of a program.
fn is_shell(line: &str) -> bool {
    let assigns = line.split_once('=').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !value.contains(' ')
    });
    matches!(line, "fi" | "done" | "else" | "esac" | "then" | "do" | "}" | ";;")
        || line.ends_with("; then")
        || line.ends_with("; do")
        || line.ends_with("() {")
        || assigns
}
