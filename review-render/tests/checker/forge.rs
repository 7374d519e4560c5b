//! Bodies for forges: each remark stands on lines that the diff shows, each text fits and is harmless.

use review_core::{Hunk, Report};
use serde_json::Value;

/// A GitHub review is one that GitHub takes.
pub fn github(text: &str, report: &Report) -> Result<usize, String> {
    let review = super::json(text)?;
    body(&review["body"])?;
    let comments = review["comments"].as_array().ok_or("no comments")?;
    for comment in comments {
        body(&comment["body"])?;
        let allowed = ["path", "body", "line", "side", "start_line", "start_side"];
        if let Some(key) = comment.as_object().unwrap().keys().find(|key| !allowed.contains(&key.as_str())) {
            return Err(format!("GitHub does not know {key}"));
        }
        let path = comment["path"].as_str().ok_or("no path")?;
        let file = report
            .hunks
            .iter()
            .find(|file| file.path == path)
            .ok_or_else(|| format!("{path:?} is not in the diff"))?;
        let line = comment["line"].as_u64().ok_or("no line")? as u32;
        let left = comment["side"] == "LEFT";
        let start = comment["start_line"].as_u64().map(|line| line as u32);
        if start.is_some_and(|start| start >= line)
            || (start.is_some() && comment["start_side"] != comment["side"])
        {
            return Err(format!("a bad range {start:?} to {line}"));
        }
        let holds = |hunk: &&Hunk| {
            let range = if left { hunk.old_range() } else { hunk.new_range() };
            range.is_some_and(|range| range.contains(line) && range.contains(start.unwrap_or(line)))
        };
        if !file.hunks.iter().any(|hunk| holds(&hunk)) {
            return Err(format!("{path}:{line} is in no hunk"));
        }
        if comment["body"].as_str().unwrap_or_default().contains("```suggestion") && left {
            return Err("a suggestion on a deleted line".into());
        }
    }
    Ok(comments.len())
}

/// GitLab discussions are ones that GitLab takes.
pub fn gitlab_discussions(text: &str, report: &Report) -> Result<usize, String> {
    let all = super::json(text)?;
    let mut placed = 0;
    for discussion in all.as_array().ok_or("not a list")? {
        body(&discussion["body"])?;
        let position = &discussion["position"];
        if position.is_null() {
            continue;
        }
        placed += 1;
        let path = position["new_path"].as_str().ok_or("no path")?;
        let file = report.hunks.iter().find(|file| file.path == path).ok_or("not in the diff")?;
        let (old, new) = (position["old_line"].as_u64(), position["new_line"].as_u64());
        let inside = |line: Option<u64>, old: bool| {
            line.is_none_or(|line| {
                file.hunks.iter().any(|hunk| {
                    let range = if old { hunk.old_range() } else { hunk.new_range() };
                    range.is_some_and(|range| range.contains(line as u32))
                })
            })
        };
        if (old, new) == (None, None) || !inside(old, true) || !inside(new, false) {
            return Err(format!("{path}: {old:?}/{new:?} is in no hunk"));
        }
    }
    Ok(placed)
}

fn body(body: &Value) -> Result<(), String> {
    let body = body.as_str().ok_or("no body")?;
    if body.chars().count() > 65_536 {
        return Err("a body is too long".into());
    }
    super::remark(body).map(drop)
}
