//! Fixes as edits of the reviewed lines, if the report's own excerpts show that they apply.

use review_core::{ConsolidatedFinding, Excerpt, Fix, LineRange, Location, Report, Side};

use super::snippet::numbered;

/// Replaces whole lines of the reviewed version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The file.
    pub(crate) path: String,
    /// The lines that go.
    pub(crate) range: LineRange,
    /// What they are now.
    pub(crate) old: Vec<String>,
    /// What comes instead; none deletes.
    pub(crate) new: Vec<String>,
    /// Up to three known lines before, and after: a diff without context is not applied.
    pub(super) around: (Vec<String>, Vec<String>),
}

/// Returns the edits of a fix, in order, if all of them are certain: exact edits and replacement lines of places whose
/// code is in the report, or a diff whose old lines occur exactly once in it.
pub(crate) fn edits_of(report: &Report, finding: &ConsolidatedFinding, fix: &Fix) -> Option<Vec<Edit>> {
    if !fix.edits.is_empty() {
        let at_head = fix.edits.iter().all(|edit| edit.location.side != Some(Side::Base));
        return super::exact::lines_of(report, fix.edits.get(..).filter(|_| at_head)?);
    }
    let place = finding.locations.first().filter(|place| place.side != Some(Side::Base))?;
    if let Some(lines) = &fix.suggestion {
        // Whether whole lines or the columns of such a place are meant is not known.
        let whole = place.start_column.is_none() && place.end_column.is_none();
        return replaced(report, place, lines).filter(|_| whole).map(|edit| vec![edit]);
    }
    from_diff(report, finding, fix.patch.as_deref()?).map(|edit| vec![edit])
}

/// Returns the edit that a comment on the finding can offer: a fix that is a single edit at one of the finding's places.
pub(crate) fn edit_at_place(report: &Report, finding: &ConsolidatedFinding, fix: &Fix) -> Option<Edit> {
    let mut edits = edits_of(report, finding, fix)?;
    let edit = edits.pop().filter(|_| edits.is_empty())?;
    let covers = |place: &Location| {
        let at_head = place.side != Some(Side::Base) && place.path == edit.path;
        at_head && place.range().is_none_or(|range| range.overlaps(&edit.range))
    };
    finding.locations.iter().any(covers).then_some(edit)
}

/// Returns the fix as a patch that git can apply, if [`edits_of`] finds its places.
pub(crate) fn patch_of(report: &Report, finding: &ConsolidatedFinding, fix: &Fix) -> Option<String> {
    let mut patch = String::new();
    let mut file = None;
    let mut shift = 0_i64;
    for edit in edits_of(report, finding, fix)? {
        if file.as_ref() != Some(&edit.path) {
            patch.push_str(&format!("--- a/{0}\n+++ b/{0}\n", edit.path));
            shift = 0;
        }
        hunk(&mut patch, &edit, shift);
        shift += edit.new.len() as i64 - edit.old.len() as i64;
        file = Some(edit.path);
    }
    Some(patch)
}

/// Writes a hunk; earlier hunks of the file have moved its lines by `shift`.
fn hunk(patch: &mut String, edit: &Edit, shift: i64) {
    let (before, after) = &edit.around;
    let around = before.len() + after.len();
    let (old, new) = (edit.old.len() + around, edit.new.len() + around);
    let start = edit.range.start.saturating_sub(before.len() as u32);
    // A side without lines names the line before.
    let new_start = i64::from(if new == 0 { start.saturating_sub(1) } else { start }) + shift;
    patch.push_str(&format!("@@ -{start},{old} +{new_start},{new} @@\n"));
    let context = |lines: &[String]| lines.iter().map(|line| format!(" {line}\n")).collect::<String>();
    patch.push_str(&context(before));
    for (sign, line) in common_ends(edit) {
        patch.push(sign);
        patch.push_str(line);
        patch.push('\n');
    }
    patch.push_str(&context(after));
}

/// Returns the lines of an edit as in a diff: equal lines at the ends are context.
fn common_ends(edit: &Edit) -> Vec<(char, &str)> {
    let (old, new) = (&edit.old, &edit.new);
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let mut lines: Vec<(char, &str)> = Vec::new();
    lines.extend(old.iter().take(head).map(|line| (' ', line.as_str())));
    lines.extend(old.iter().take(old.len() - tail).skip(head).map(|line| ('-', line.as_str())));
    lines.extend(new.iter().take(new.len() - tail).skip(head).map(|line| ('+', line.as_str())));
    lines.extend(old.iter().skip(old.len() - tail).map(|line| (' ', line.as_str())));
    lines
}

fn replaced(report: &Report, place: &Location, lines: &str) -> Option<Edit> {
    let range = place.range()?;
    let excerpt = report.excerpt(&place.path, Side::Head, range).filter(|excerpt| has_plain_ends(excerpt))?;
    let old = known_lines(excerpt, range)?;
    let new: Vec<String> = lines.trim_end_matches('\n').lines().map(str::to_owned).collect();
    let around = around(excerpt, range);
    plain_path(&place.path).then(|| Edit { path: place.path.clone(), range, old, new, around })
}

/// Returns the known lines around a range.
pub(super) fn around(excerpt: &Excerpt, range: LineRange) -> (Vec<String>, Vec<String>) {
    let take = |from: u32, to: u32| {
        numbered(excerpt).filter(|(n, _)| (from..=to).contains(n)).map(|(_, line)| line.to_owned()).collect()
    };
    (
        take(range.start.saturating_sub(3), range.start.saturating_sub(1)),
        take(range.end.saturating_add(1), range.end.saturating_add(3)),
    )
}

/// Whether the excerpt has no carriage returns, which would be lost.
pub(super) fn has_plain_ends(excerpt: &Excerpt) -> bool {
    !excerpt.text.contains('\r')
}

/// Returns the lines of a range, if the excerpt has all of them.
pub(super) fn known_lines(excerpt: &Excerpt, range: LineRange) -> Option<Vec<String>> {
    let skip = range.start.checked_sub(excerpt.first_line)? as usize;
    let lines: Vec<String> =
        excerpt.text.lines().skip(skip).take(range.len() as usize).map(str::to_owned).collect();
    (lines.len() == range.len() as usize).then_some(lines)
}

/// Whether a diff header can name a path without quoting.
pub(super) fn plain_path(path: &str) -> bool {
    !path.is_empty() && path.chars().all(|c| !c.is_control() && c != '"' && !crate::is_invisible(c))
}

fn from_diff(report: &Report, finding: &ConsolidatedFinding, patch: &str) -> Option<Edit> {
    let body: Vec<&str> =
        patch.lines().skip_while(|line| line.trim().is_empty()).filter(|line| !is_header(line)).collect();
    // Several hunks are several edits; those stay as the reviewer wrote them.
    if patch.lines().filter(|line| line.starts_with("@@")).count() > 1 || body.len() > 400 {
        return None;
    }
    let side = |sign: char| -> Vec<String> {
        body.iter()
            .filter_map(|line| match line.chars().next() {
                Some(first) if first == sign || first == ' ' => line.get(1..).map(str::to_owned),
                None => Some(String::new()),
                _ => None,
            })
            .collect()
    };
    let known_signs = body.iter().all(|line| line.is_empty() || line.starts_with(['+', '-', ' ', '\\']));
    let (old, new) = (side('-'), side('+'));
    if !known_signs || old.iter().all(|line| line.trim().is_empty()) || old == new {
        return None;
    }
    let path = finding.locations.iter().map(|place| place.path.as_str()).next()?;
    let mut found: Option<(LineRange, &Excerpt)> = None;
    let of_file = |e: &&Excerpt| e.path == path && e.side == Side::Head && has_plain_ends(e);
    for excerpt in report.excerpts.iter().filter(of_file) {
        let lines: Vec<&str> = excerpt.text.lines().collect();
        for (index, window) in lines.windows(old.len()).enumerate() {
            if window.iter().zip(&old).all(|(a, b)| a.trim_end() == b.trim_end()) {
                let start = excerpt.first_line.saturating_add(index as u32);
                let range = LineRange::new(start, start.saturating_add((old.len() as u32).saturating_sub(1)));
                if found.is_some_and(|(other, _)| other != range) {
                    return None;
                }
                found = Some((range, excerpt));
            }
        }
    }
    plain_path(path).then_some(())?;
    let (range, excerpt) = found?;
    Some(Edit { path: path.to_owned(), range, old, new, around: around(excerpt, range) })
}

fn is_header(line: &str) -> bool {
    ["--- ", "+++ ", "@@", "diff --git", "index "].iter().any(|start| line.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_core::{Severity, SourceId};

    fn report() -> (Report, ConsolidatedFinding) {
        let finding = ConsolidatedFinding::new("I1", Severity::Important, "t", SourceId::new("a", 1, "I1"))
            .at(Location::lines("a.rs", 2, 3));
        let mut report = Report::default();
        report.excerpts =
            vec![Excerpt::new("a.rs", Side::Head, 1, LineRange::new(1, 4), "one\ntwo\nthree\nfour\n")];
        (report, finding)
    }

    #[test]
    fn replacement_lines_become_a_patch() {
        let (report, finding) = report();
        let patch = patch_of(&report, &finding, &Fix::suggestion("two\n3\n")).unwrap();
        insta::assert_snapshot!(patch, @"
        --- a/a.rs
        +++ b/a.rs
        @@ -1,4 +1,4 @@
         one
         two
        -three
        +3
         four
        ");
    }

    #[test]
    fn a_diff_without_headers_finds_its_place() {
        let (report, finding) = report();
        let patch = patch_of(&report, &finding, &Fix::patch(" two\n-three\n+3\n")).unwrap();
        insta::assert_snapshot!(patch, @"
        --- a/a.rs
        +++ b/a.rs
        @@ -1,4 +1,4 @@
         one
         two
        -three
        +3
         four
        ");
        assert_eq!(patch_of(&report, &finding, &Fix::patch("-five\n+5\n")), None);
        assert_eq!(patch_of(&report, &finding, &Fix::prose("do it")), None);
    }
}
