//! `git_log`, `git_show`, `git_blame`.

use review_core::{Answer, Cancel, Commit, Query, ToolOutput, Utc};

use super::arguments::Arguments;
use super::clip::Clip;
use super::source_tools::{Said, SourceTools, no_text};

/// Commits shown by default, and at most.
const USUAL_COMMITS: u32 = 20;
const MAX_COMMITS: u32 = 200;

/// Lines blamed at once.
const MAX_LINES: u32 = 2_000;

/// Digits of an id that are shown; `git_show` takes them.
const DIGITS: usize = 12;

pub(super) fn log(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let path = arguments.path("path")?.unwrap_or_default();
    let limit = arguments.number("limit")?.unwrap_or(USUAL_COMMITS).min(MAX_COMMITS);
    let query = Query::Log { path: path.clone(), limit };
    let (commits, complete) = match SourceTools::ask(&*tools.tree, query, cancel)?.answer {
        Answer::Commits { commits, complete } => (commits, complete),
        Answer::Unknown { reason } => return Err(format!("there is no log: {reason}")),
        _ => return Err(format!("there is no log of `{path}`")),
    };
    let mut clip = Clip::new();
    for commit in &commits {
        let new = tools.change.commits.iter().any(|own| own.id == commit.id);
        clip.line(&format!("{}{}", line(commit), if new { " [part of the change]" } else { "" }));
    }
    let note = match (commits.is_empty(), complete) {
        (true, _) => "(no commit touched it)\n",
        (false, true) => "",
        (false, false) => "(there are older ones)\n",
    };
    Ok(ToolOutput::new(clip.with_note(note)).with_summary(path))
}

pub(super) fn show(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let name = arguments.required("commit")?;
    let path = arguments.path("path")?.unwrap_or_default();
    let query = Query::Patch { commit: name.to_owned(), path };
    match SourceTools::ask(&*tools.tree, query, cancel)?.answer {
        Answer::Patch { commit, message, patch, complete } => {
            let mut clip = Clip::new();
            let lines = [line(&commit)].into_iter().chain(message.lines().map(str::to_owned));
            let all = lines.chain([String::new()]).chain(patch.lines().map(str::to_owned));
            let mut cut = false;
            for line in all {
                cut = !clip.line(&line);
                if cut {
                    break;
                }
            }
            let note = if cut || !complete { "(cut; give a path)\n" } else { "" };
            Ok(ToolOutput::new(clip.with_note(note))
                .with_summary(commit.id.chars().take(DIGITS).collect::<String>()))
        }
        Answer::Unknown { reason } => Err(format!("the commit can't be shown: {reason}")),
        _ => Err("there is no such commit; give at least four digits of its id, or HEAD, HEAD~1".to_owned()),
    }
}

pub(super) fn blame(tools: &SourceTools, arguments: &Arguments, cancel: &Cancel) -> Said {
    let path = arguments.file("path")?;
    let start = arguments.number("start_line")?.unwrap_or(1);
    let end = arguments.number("end_line")?.unwrap_or(start).min(start.saturating_add(MAX_LINES - 1));
    if end < start {
        return Err(format!("`end_line` ({end}) lies before `start_line` ({start})"));
    }
    let query = Query::Blame { path: path.clone(), start_line: start, end_line: end };
    let groups = match SourceTools::ask(&*tools.tree, query, cancel)?.answer {
        Answer::Blame { groups } => groups,
        answer => return Err(no_text(&path, &answer)),
    };
    let mut clip = Clip::new();
    for group in groups {
        let lines = if group.start_line == group.end_line {
            format!("{}", group.start_line)
        } else {
            format!("{}-{}", group.start_line, group.end_line)
        };
        let known =
            group.commit.as_ref().and_then(|id| tools.change.commits.iter().find(|own| own.id == *id));
        let who = match (&group.commit, known) {
            (None, _) => "not committed yet".to_owned(),
            (Some(_), Some(commit)) => line(commit),
            (Some(id), None) => id.chars().take(DIGITS).collect(),
        };
        let new = if group.in_change { " [part of the change]" } else { "" };
        if !clip.line(&format!("{lines}: {who}{new}")) {
            break;
        }
    }
    if clip.is_empty() {
        return Err(format!("`{path}` has no such lines"));
    }
    Ok(ToolOutput::new(clip.finish()).with_summary(format!("{path}:{start}-{end}")))
}

/// A commit in one line.
fn line(commit: &Commit) -> String {
    let id: String = commit.id.chars().take(DIGITS).collect();
    let when =
        commit.time_ms.map(|millis| format!(" {}", Utc::from_millis(millis).minutes())).unwrap_or_default();
    let who = commit.author.as_deref().map(|author| format!(" ({author})")).unwrap_or_default();
    format!("{id}{when} {}{who}", commit.subject)
}
