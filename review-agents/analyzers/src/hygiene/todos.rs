//! Work that a comment puts off, without a place where it is kept.

use super::TextFile;
use crate::compare::Broken;
use crate::engine::one_line;
use crate::language::Language;
use crate::paths::PathKind;

pub(super) fn without_issue(file: &TextFile<'_>, out: &mut Vec<Broken>) {
    let Some(language) = Language::of_path(&file.file.path) else { return };
    if file.kind != PathKind::Production {
        return;
    }
    for (number, line) in file.added() {
        if let Some(note) = note(line, language) {
            out.push(Broken::new("file.todo-without-issue", file.place(number), [("NOTE", &one_line(note))]));
        }
    }
}

/// The note behind the mark, where it stands in a comment and names no issue, address or person.
fn note(line: &str, language: Language) -> Option<&str> {
    let mark = language.comment_mark();
    let marks: &[&str] = if mark == "#" { &[mark] } else { &[mark, "/*", "* "] };
    let start = marks.iter().filter_map(|mark| line.find(mark)).min()?;
    let comment = line.get(start..)?;
    let at = ["TODO", "FIXME", "XXX", "HACK"].iter().filter_map(|mark| comment.find(mark)).min()?;
    let note = comment.get(at..)?.trim_end_matches("*/").trim();
    let kept = note.contains("http")
        || note.contains('(')
        || note.contains('#')
        || note.contains('@')
        || note.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| {
            word.split_once('-').is_some_and(|(project, number)| {
                project.len() > 1
                    && project.bytes().all(|b| b.is_ascii_uppercase())
                    && !number.is_empty()
                    && number.bytes().all(|b| b.is_ascii_digit())
            })
        });
    let alone = note
        .split(' ')
        .next()
        .is_some_and(|word| matches!(word.trim_end_matches(':'), "TODO" | "FIXME" | "XXX" | "HACK"));
    (!kept && alone).then_some(note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_with_a_place_is_fine() {
        assert_eq!(note("x = 1  # TODO: handle zero", Language::Python), Some("TODO: handle zero"));
        assert_eq!(note("  * XXX leaks", Language::C), Some("XXX leaks"));
        assert_eq!(note("// TODO(#12): zero", Language::Go), None);
        assert_eq!(note("#define XXX 1", Language::C), None);
        for line in ["# TODO: see ABC-12", "# TODO https://x/1", "todo = 1", "# a TODOLIST"] {
            assert_eq!(note(line, Language::Python), None, "{line}");
        }
    }
}
