//! `read_file`.

use review_core::{Answer, Cancel, FileRead, LineRange, Query, Side, SourceTree, ToolOutput};

use super::arguments::Arguments;
use super::clip::Clip;
use super::source_tools::{Place, Said, SourceTools, no_text};

/// Lines shown where no end is given.
const USUAL_LINES: u32 = 600;

/// Similar paths that are named for one that does not exist.
const SUGGESTED: usize = 8;

pub(super) fn run(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let path = arguments.file("path")?;
    let side = arguments.side()?;
    let start = arguments.number("start_line")?.unwrap_or(1);
    let end = arguments.number("end_line")?.unwrap_or_else(|| start.saturating_add(USUAL_LINES - 1));
    if end < start {
        return Err(format!("`end_line` ({end}) lies before `start_line` ({start})"));
    }
    let Place { tree, path: inner, prefix } = tools.place(&path)?;
    let text = match SourceTools::text(&*tree, side, inner, cancel) {
        Ok(text) => text,
        Err(answer) => return Err(explain(&*tree, side, &path, inner, &answer, cancel)),
    };
    let count = u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    if count == 0 {
        return Ok(ToolOutput::new("(the file is empty)\n")
            .with_summary(path.clone())
            .with_read(FileRead::file(path)));
    }
    if start > count {
        return Err(format!("`{path}` has {count} lines"));
    }
    let mut clip = Clip::new();
    let mut last = start - 1;
    for (line, number) in text.lines().skip(start as usize - 1).zip(start..=end) {
        if !clip.line(&format!("{number}\t{line}")) {
            break;
        }
        last = number;
    }
    let shown = if last < count {
        let next = last + 1;
        clip.with_note(&format!("(lines {start}-{last} of {count}; go on with start_line {next})\n"))
    } else {
        clip.finish()
    };
    let output = ToolOutput::new(shown).with_summary(format!("{path}:{start}-{last}"));
    // What lies at base or in another tree is not part of the reviewed version.
    let counts = side == Side::Head && prefix.is_empty() && last >= start;
    Ok(if counts { output.with_read(FileRead::new(path, Some(LineRange::new(start, last)))) } else { output })
}

/// Why the file can't be shown, and what was perhaps meant.
fn explain(
    tree: &dyn SourceTree,
    side: Side,
    path: &str,
    inner: &str,
    answer: &Answer,
    cancel: &Cancel,
) -> String {
    let mut reason = no_text(path, answer);
    if *answer != Answer::Missing {
        return reason;
    }
    let below = Query::Paths { side, folder: inner.to_owned(), limit: 1 };
    if let Ok(fact) = SourceTools::ask(tree, below, cancel)
        && let Answer::Paths { paths, .. } = fact.answer
        && !paths.is_empty()
    {
        return format!("`{path}` is a folder; list_files shows what is in it");
    }
    let other = if side == Side::Head { Side::Base } else { Side::Head };
    if SourceTools::text(tree, other, inner, cancel).is_ok() {
        let name = if side == Side::Head { "base" } else { "head" };
        return format!("{reason}; it is there with version `{name}`");
    }
    let name = inner.rsplit('/').next().unwrap_or(inner);
    let ending = Query::PathsEnding { side, suffix: name.to_owned() };
    if let Ok(fact) = SourceTools::ask(tree, ending, cancel)
        && let Answer::Paths { paths, .. } = fact.answer
        && !paths.is_empty()
    {
        let similar: Vec<String> = paths.into_iter().take(SUGGESTED).collect();
        reason.push_str("; perhaps you mean ");
        reason.push_str(&similar.join(", "));
    }
    reason
}
