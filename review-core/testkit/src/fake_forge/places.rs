//! Where a comment may be put in a diff, and where that is after the head moved.

use super::diff::FileDiff;
use super::state::{Place, Spot, State};
use super::{Dialect, git};

/// Why a comment can't be put where it is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misplaced {
    NoCommit,
    NoPath,
    NoLine,
    StartNotBefore,
    StartElsewhere,
}

impl Misplaced {
    /// GitHub's words.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::NoCommit => "commit_id is not part of the pull request",
            Self::NoPath => "Path could not be resolved",
            Self::NoLine => "Line could not be resolved",
            Self::StartNotBefore => "start_line must precede the end line.",
            Self::StartElsewhere => "start_line must be part of the same hunk as the line.",
        }
    }
}

impl State {
    /// Whether a change may be reviewed as of a commit. GitHub forgets heads that were pushed away; GitLab keeps
    /// a version of the change for each.
    pub(super) fn is_of_change(&mut self, repository: &str, number: u64, commit: &str) -> bool {
        let Some(known) = self.repositories.get(repository) else { return false };
        let Some(pull) = known.pulls.get(&number) else { return false };
        if pull.head == commit
            || (self.dialect == Dialect::GitLab && pull.heads.iter().any(|head| head == commit))
        {
            return true;
        }
        let Some(base) = self.git.merge_base(&known.git_dir, &pull.base, &pull.head) else { return false };
        let commits = git::commits(&known.git_dir, &base, &pull.head);
        commits.is_ok_and(|commits| commits.iter().any(|known| known.sha == commit))
    }

    /// Checks a place against the diff from the merge base to a commit of the change.
    pub(super) fn place(
        &mut self,
        repository: &str,
        number: u64,
        commit: &str,
        path: &str,
        start: Option<Spot>,
        end: Option<Spot>,
    ) -> Result<Place, Misplaced> {
        if !self.is_of_change(repository, number, commit) {
            return Err(Misplaced::NoCommit);
        }
        let known = self.repositories.get(repository).ok_or(Misplaced::NoCommit)?;
        let pull = known.pulls.get(&number).ok_or(Misplaced::NoCommit)?;
        let dir = known.git_dir.clone();
        let base = self.git.merge_base(&dir, &pull.base, commit).ok_or(Misplaced::NoCommit)?;
        let diff = self.git.diff(&dir, &base, commit, 3);
        let file = diff.file(path).ok_or(Misplaced::NoPath)?;
        let (mut start, mut end) = (start, end);
        if let Some(end) = end {
            let hunk = file.hunk(end).ok_or(Misplaced::NoLine)?;
            if let Some(start) = start {
                self.range(file, hunk, start, end)?;
            }
        }
        if self.dialect == Dialect::GitLab {
            start = start.map(|spot| file.told_fully(spot));
            end = end.map(|spot| file.told_fully(spot));
        }
        Ok(Place {
            path: path.to_owned(),
            old_path: file.old_path.clone(),
            end,
            start,
            commit: commit.to_owned(),
            base,
        })
    }

    /// Checks that a range is in one hunk, and its start before its end.
    fn range(&self, file: &FileDiff, hunk: usize, start: Spot, end: Spot) -> Result<(), Misplaced> {
        let ordered = match (start, end) {
            (Spot::Old(start), Spot::Old(end)) | (Spot::New(start), Spot::New(end)) => start < end,
            // GitHub's sides are not to be mixed.
            _ if self.dialect == Dialect::GitHub => return Err(Misplaced::StartElsewhere),
            _ => true,
        };
        if !ordered {
            return Err(Misplaced::StartNotBefore);
        }
        let lines = file.hunks.get(hunk).map(|hunk| hunk.lines.as_slice()).unwrap_or_default();
        let at = |spot: Spot| lines.iter().position(|line| line.is(spot));
        match (at(start), at(end)) {
            (Some(first), Some(last)) if first < last => Ok(()),
            (Some(_), _) => Err(Misplaced::StartNotBefore),
            (None, _) => Err(Misplaced::StartElsewhere),
        }
    }

    /// Where a place is in the present diff; `None` when it is outdated.
    pub(super) fn present_place(&mut self, repository: &str, number: u64, place: &Place) -> Option<Place> {
        let known = self.repositories.get(repository)?;
        let pull = known.pulls.get(&number)?;
        let (dir, head) = (known.git_dir.clone(), pull.head.clone());
        let base = self.git.merge_base(&dir, &pull.base, &head)?;
        if head == place.commit {
            return Some(place.clone());
        }
        let to_head = self.git.diff(&dir, &place.commit, &head, 0);
        let to_base = self.git.diff(&dir, &place.base, &base, 0);
        let diff = self.git.diff(&dir, &base, &head, 3);
        let follow = |spot: Spot| -> Option<(String, Spot)> {
            match spot {
                Spot::New(line) => {
                    to_head.follow(&place.path, line).map(|(path, line)| (path, Spot::New(line)))
                }
                Spot::Old(line) => {
                    let (old_path, line) = to_base.follow(&place.old_path, line)?;
                    let file = diff.files.iter().find(|file| file.old_path == old_path)?;
                    Some((file.path.clone(), Spot::Old(line)))
                }
                Spot::Both { old, new } => {
                    let (path, new) = to_head.follow(&place.path, new)?;
                    let (_, old) = to_base.follow(&place.old_path, old)?;
                    Some((path, Spot::Both { old, new }))
                }
            }
        };
        let Some(end) = place.end else {
            // A comment on a file lives as long as the file is in the diff.
            return diff.file(&place.path).map(|_| place.clone());
        };
        let (path, end) = follow(end)?;
        let start = match place.start {
            Some(start) => Some(follow(start)?.1),
            None => None,
        };
        let file = diff.file(&path)?;
        let hunk = file.hunk(end)?;
        if start.is_some_and(|start| file.hunk(start) != Some(hunk)) {
            return None;
        }
        // A line that changed or went between the two ends counts as well.
        let between =
            |from: u32, to: u32, spot: fn(u32) -> Spot| (from..to).all(|line| follow(spot(line)).is_some());
        let whole = match (place.start, place.end) {
            (Some(Spot::Old(from)), Some(Spot::Old(to))) => between(from, to, Spot::Old),
            (Some(Spot::New(from)), Some(Spot::New(to))) => between(from, to, Spot::New),
            (Some(Spot::Both { new: from, .. }), Some(Spot::Both { new: to, .. })) => {
                between(from, to, Spot::New)
            }
            _ => true,
        };
        if !whole {
            return None;
        }
        Some(Place { path, old_path: file.old_path.clone(), end: Some(end), start, commit: head, base })
    }
}
