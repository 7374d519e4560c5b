//! GitLab's answers, as far as they are read.

use review_core::{LineRange, Side};
use serde::Deserialize;

use crate::model;

#[derive(Deserialize)]
pub(super) struct User {
    pub(super) id: Option<u64>,
    pub(super) username: String,
}

#[derive(Deserialize)]
pub(super) struct MergeRequest {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) state: String,
    #[serde(default)]
    pub(super) draft: bool,
    pub(super) web_url: String,
    pub(super) author: User,
    #[serde(default)]
    pub(super) labels: Vec<String>,
    pub(super) source_branch: String,
    pub(super) target_branch: String,
    /// Null as long as the diff is being worked out.
    pub(super) diff_refs: Option<DiffRefs>,
}

#[derive(Deserialize)]
pub(super) struct DiffRefs {
    /// The tip of the target branch when the diff was made.
    pub(super) start_sha: String,
    pub(super) head_sha: String,
}

#[derive(Deserialize)]
pub(super) struct Project {
    #[serde(default)]
    pub(super) http_url_to_repo: String,
    pub(super) permissions: Option<Permissions>,
}

#[derive(Deserialize)]
pub(super) struct Permissions {
    project_access: Option<Access>,
    group_access: Option<Access>,
}

#[derive(Deserialize)]
struct Access {
    access_level: u64,
}

impl Permissions {
    pub(super) fn level(&self) -> u64 {
        let level = |access: &Option<Access>| access.as_ref().map_or(0, |access| access.access_level);
        level(&self.project_access).max(level(&self.group_access))
    }
}

#[derive(Deserialize)]
pub(super) struct Issue {
    pub(super) iid: u64,
    pub(super) title: String,
    pub(super) state: String,
    pub(super) web_url: String,
}

#[derive(Deserialize)]
pub(super) struct Emoji {
    pub(super) name: String,
    pub(super) user: User,
}

#[derive(Deserialize)]
pub(super) struct Status {
    name: String,
    status: String,
    description: Option<String>,
}

impl From<Status> for model::Check {
    fn from(status: Status) -> Self {
        let mut check = Self::new(status.name, status.status);
        check.report = status.description.as_deref().and_then(crate::plan::report_of).map(str::to_owned);
        check
    }
}

#[derive(Deserialize)]
pub(super) struct Discussion {
    id: String,
    #[serde(default)]
    pub(super) individual_note: bool,
    pub(super) notes: Vec<Note>,
}

#[derive(Deserialize)]
pub(super) struct Note {
    id: u64,
    #[serde(default)]
    body: String,
    author: User,
    #[serde(default)]
    created_at: String,
    /// Written by GitLab itself: what was pushed, assigned, and the like.
    #[serde(default)]
    pub(super) system: bool,
    #[serde(default)]
    pub(super) resolvable: bool,
    #[serde(default)]
    resolved: bool,
    resolved_by: Option<User>,
    position: Option<Position>,
}

#[derive(Deserialize)]
struct Position {
    new_path: Option<String>,
    old_path: Option<String>,
    new_line: Option<u32>,
    old_line: Option<u32>,
}

impl From<&Note> for model::Comment {
    fn from(note: &Note) -> Self {
        Self::new(note.id.to_string(), note.author.username.as_str(), note.body.as_str())
            .with_created(note.created_at.as_str())
    }
}

/// A discussion without a note that a person wrote.
pub(super) struct NoNotes;

impl TryFrom<&Discussion> for model::Thread {
    type Error = NoNotes;

    fn try_from(discussion: &Discussion) -> Result<Self, NoNotes> {
        let mut notes = discussion.notes.iter().filter(|note| !note.system);
        let first = notes.next().ok_or(NoNotes)?;
        let mut thread = Self::new(discussion.id.as_str(), first.into())
            .with_resolved(first.resolved)
            .with_can_resolve(first.resolvable);
        thread.resolved_by = first.resolved_by.as_ref().map(|user| user.username.clone());
        thread.comments.extend(notes.map(model::Comment::from));
        if let Some(position) = &first.position {
            let at_head = position.new_line.is_some();
            let path = if at_head { &position.new_path } else { &position.old_path };
            thread.path = path.clone().or_else(|| position.new_path.clone());
            thread.lines = position.new_line.or(position.old_line).map(LineRange::line);
            thread.side = Some(if at_head { Side::Head } else { Side::Base });
        }
        Ok(thread)
    }
}
