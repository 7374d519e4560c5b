//! What people do on the forge while the client doesn't look.

use super::state::{CheckRun, Comment, Pull, Review, Spot, State, Status, Thread, Verdict};
use super::{Dialect, FakeForge, Permission, git, seed};

/// Where the numbers of GitLab's own notes start.
const SYSTEM_NOTES: u64 = 1_000_000;

impl FakeForge {
    /// Moves the head of a change, by a push or a forced one. GitLab writes a note of its own about it, which is
    /// among the discussions, but not in [`FakeForge::state`].
    ///
    /// # Panics
    /// When the commit isn't in the repository of the head.
    pub fn push(&self, repository: &str, number: u64, revision: &str) {
        let mut state = self.shared.state();
        let dialect = state.dialect;
        let dir_of =
            |state: &State, name: &str| state.repositories.get(name).map(|known| known.git_dir.clone());
        let from = pull(&mut state, repository, number).head_repository.clone();
        let from = from.unwrap_or_else(|| panic!("the head repository of change {number} is gone"));
        let base = dir_of(&state, repository).expect("the change is in it");
        let head = dir_of(&state, &from).expect("repositories stay known");
        let commit = git::commit_id(&head, revision);
        let commit = commit.unwrap_or_else(|| panic!("no commit {revision:?} in {}", head.display()));
        seed::publish_head(dialect, &base, &head, number, &commit);
        let now = state.tick();
        let pull = pull(&mut state, repository, number);
        // The change is compared to the base branch as it is now: after a rebase, not to where it was opened.
        if let Some(tip) = git::commit_id(&base, &pull.base_branch) {
            pull.base = tip;
        }
        pull.head.clone_from(&commit);
        pull.heads.push(commit);
        pull.updated = now;
        if dialect == Dialect::GitLab {
            // Numbers of its own, so that those of what people write don't depend on it.
            let id = SYSTEM_NOTES + pull.heads.len() as u64;
            let author = pull.issue.author.clone();
            pull.issue.comments.push(Comment {
                id,
                author,
                body: "added 1 commit".to_owned(),
                created: now,
                updated: now,
                review: None,
                minimized: None,
                system: true,
                reactions: Vec::new(),
            });
        }
    }

    /// Comments below a change or an issue; returns the comment's number.
    pub fn comment(&self, repository: &str, number: u64, author: &str, body: &str) -> u64 {
        let mut state = self.shared.state();
        let comment = state.comment(author, body);
        let id = comment.id;
        let known = state.repositories.get_mut(repository);
        let known = known.unwrap_or_else(|| panic!("the forge has no repository {repository}"));
        let comments = match (known.pulls.get_mut(&number), known.issues.get_mut(&number)) {
            (Some(pull), _) => &mut pull.issue.comments,
            (None, Some(issue)) => &mut issue.comments,
            (None, None) => panic!("{repository} has neither change nor issue {number}"),
        };
        comments.push(comment);
        id
    }

    /// Starts a thread in the present diff and returns its number. `place` is `src/a.rs:R3` for a line of
    /// the new side, `src/a.rs:L3-L5` for lines of the old one, or a path for the whole file.
    ///
    /// # Panics
    /// When the place is not in the diff.
    pub fn thread(&self, repository: &str, number: u64, author: &str, place: &str, body: &str) -> u64 {
        let (path, start, end) = parse_place(place);
        let mut state = self.shared.state();
        let commit = pull(&mut state, repository, number).head.clone();
        let placed = state.place(repository, number, &commit, path, start, end);
        let placed = placed.unwrap_or_else(|why| panic!("{place}: {}", why.text()));
        let mut comment = state.comment(author, body);
        let (id, review) = (state.id(), state.id());
        let submitted = comment.created;
        // GitLab knows no reviews.
        let reviewed = state.dialect != Dialect::GitLab;
        comment.review = reviewed.then_some(review);
        let pull = pull(&mut state, repository, number);
        pull.threads.push(Thread { id, place: Some(placed), resolved_by: None, comments: vec![comment] });
        if !reviewed {
            return id;
        }
        pull.reviews.push(Review {
            id: review,
            author: author.to_owned(),
            body: String::new(),
            verdict: Verdict::Commented,
            commit,
            submitted: Some(submitted),
            minimized: None,
        });
        id
    }

    /// Answers in a thread; returns the comment's number.
    pub fn reply(&self, thread: u64, author: &str, body: &str) -> u64 {
        let mut state = self.shared.state();
        let comment = state.comment(author, body);
        let id = comment.id;
        state.thread_mut(thread).comments.push(comment);
        id
    }

    /// Resolves a thread.
    pub fn resolve(&self, thread: u64, by: &str) {
        self.shared.state().thread_mut(thread).resolved_by = Some(by.to_owned());
    }

    /// Opens a resolved thread again.
    pub fn unresolve(&self, thread: u64) {
        self.shared.state().thread_mut(thread).resolved_by = None;
    }

    /// The threads of a change, oldest first.
    ///
    /// # Panics
    /// When there is no such change.
    pub fn threads(&self, repository: &str, number: u64) -> Vec<u64> {
        pull(&mut self.shared.state(), repository, number).threads.iter().map(|thread| thread.id).collect()
    }

    /// The thread that a comment began.
    ///
    /// # Panics
    /// When it began none.
    pub fn thread_of(&self, comment: u64) -> u64 {
        let state = self.shared.state();
        let pulls = state.repositories.values().flat_map(|repository| repository.pulls.values());
        let mut threads = pulls.flat_map(|pull| &pull.threads);
        let began = |thread: &&Thread| thread.comments.first().is_some_and(|first| first.id == comment);
        threads.find(began).map(|thread| thread.id).expect("a comment that began a thread")
    }

    /// The number of a thread's first comment.
    pub fn first_comment(&self, thread: u64) -> u64 {
        self.shared.state().thread_mut(thread).comments.first().map_or(0, |comment| comment.id)
    }

    /// Reacts to a comment: `-1`, `+1`, `heart` …
    ///
    /// # Panics
    /// When there is no such comment.
    pub fn react(&self, comment: u64, by: &str, reaction: &str) {
        let mut state = self.shared.state();
        state.account(by);
        let id = state.id();
        let known = state.comments_mut().find(|known| known.id == comment);
        let known = known.unwrap_or_else(|| panic!("the forge has no comment {comment}"));
        known.reactions.push((id, by.to_owned(), reaction.to_owned()));
    }

    /// Changes the text of a comment.
    ///
    /// # Panics
    /// When there is no such comment.
    pub fn edit_comment(&self, comment: u64, body: &str) {
        let mut state = self.shared.state();
        let now = state.tick();
        let known = state.comments_mut().find(|known| known.id == comment);
        let known = known.unwrap_or_else(|| panic!("the forge has no comment {comment}"));
        body.clone_into(&mut known.body);
        known.updated = now;
    }

    /// Deletes a comment of a change or of one of its threads; a thread without comments goes too.
    pub fn delete_comment(&self, comment: u64) {
        self.shared.state().delete_comment(comment);
    }

    /// A check by somebody else, completed with this conclusion.
    ///
    /// # Panics
    /// When the repository isn't there.
    pub fn check_run(&self, repository: &str, sha: &str, name: &str, conclusion: &str) {
        let mut state = self.shared.state();
        let (id, now) = (state.id(), state.tick());
        let run = CheckRun {
            id,
            name: name.to_owned(),
            author: "github-actions[bot]".to_owned(),
            sha: sha.to_owned(),
            status: "completed".to_owned(),
            conclusion: Some(conclusion.to_owned()),
            title: None,
            summary: None,
            text: None,
            external_id: None,
            details_url: None,
            annotations: Vec::new(),
            started: now,
            completed: Some(now),
        };
        let known = state.repositories.get_mut(repository);
        known.unwrap_or_else(|| panic!("the forge has no repository {repository}")).checks.push(run);
    }

    /// A commit status by somebody else.
    ///
    /// # Panics
    /// When the repository isn't there.
    pub fn status(&self, repository: &str, sha: &str, context: &str, word: &str) {
        let mut state = self.shared.state();
        let (id, created) = (state.id(), state.tick());
        let status = Status {
            id,
            sha: sha.to_owned(),
            context: context.to_owned(),
            state: word.to_owned(),
            description: None,
            target_url: None,
            author: "ci".to_owned(),
            created,
        };
        state.account("ci");
        let known = state.repositories.get_mut(repository);
        known.unwrap_or_else(|| panic!("the forge has no repository {repository}")).statuses.push(status);
    }

    /// Sets what somebody is in a repository.
    ///
    /// # Panics
    /// When the repository isn't there.
    pub fn permission(&self, repository: &str, login: &str, permission: Permission) {
        let mut state = self.shared.state();
        state.account(login);
        let known = state.repositories.get_mut(repository);
        let known = known.unwrap_or_else(|| panic!("the forge has no repository {repository}"));
        known.permissions.insert(login.to_owned(), permission);
    }

    /// Deletes an account. What it wrote stays, by nobody (null) or by the account that forges have for that.
    pub fn delete_account(&self, login: &str) {
        self.shared.state().ghosts.insert(login.to_owned());
    }

    /// Closes a change without merging it.
    pub fn close(&self, repository: &str, number: u64) {
        pull(&mut self.shared.state(), repository, number).issue.open = false;
    }

    /// Tells that a change was merged; the base branch stays where it is.
    pub fn merge(&self, repository: &str, number: u64) {
        let mut state = self.shared.state();
        let pull = pull(&mut state, repository, number);
        (pull.issue.open, pull.merged) = (false, true);
    }

    /// Marks a change as ready for review.
    pub fn ready(&self, repository: &str, number: u64) {
        pull(&mut self.shared.state(), repository, number).draft = false;
    }

    /// Locks the conversation of a change.
    pub fn lock(&self, repository: &str, number: u64) {
        pull(&mut self.shared.state(), repository, number).locked = true;
    }

    /// Changes the description of a change.
    pub fn describe(&self, repository: &str, number: u64, body: &str) {
        pull(&mut self.shared.state(), repository, number).issue.body = Some(body.to_owned());
    }

    /// Puts a label on a change.
    pub fn label(&self, repository: &str, number: u64, label: &str) {
        pull(&mut self.shared.state(), repository, number).issue.labels.push(label.to_owned());
    }

    /// Deletes the repository that the head of a change comes from; the forge keeps the head's commits.
    pub fn delete_head_repository(&self, repository: &str, number: u64) {
        let mut state = self.shared.state();
        let from = pull(&mut state, repository, number).head_repository.take();
        if let Some(known) =
            from.filter(|from| from != repository).and_then(|from| state.repositories.get_mut(&from))
        {
            known.deleted = true;
        }
    }
}

fn pull<'a>(state: &'a mut State, repository: &str, number: u64) -> &'a mut Pull {
    let known = state.repositories.get_mut(repository);
    let known = known.unwrap_or_else(|| panic!("the forge has no repository {repository}"));
    known.pulls.get_mut(&number).unwrap_or_else(|| panic!("{repository} has no change {number}"))
}

fn parse_place(place: &str) -> (&str, Option<Spot>, Option<Spot>) {
    let spot = |text: &str| -> Option<Spot> {
        let number = text.get(1..)?.parse().ok()?;
        match text.as_bytes().first()? {
            b'R' => Some(Spot::New(number)),
            b'L' => Some(Spot::Old(number)),
            _ => None,
        }
    };
    let Some((path, lines)) = place.rsplit_once(':') else { return (place, None, None) };
    let (start, end) = match lines.split_once('-') {
        Some((start, end)) => (Some(start), end),
        None => (None, lines),
    };
    let read =
        |text: &str| Some(spot(text).unwrap_or_else(|| panic!("{place:?} is not path:R3, path:L3-L5")));
    (path, start.and_then(read), read(end))
}

impl State {
    fn thread_mut(&mut self, id: u64) -> &mut Thread {
        let pulls = self.repositories.values_mut().flat_map(|known| known.pulls.values_mut());
        let found = pulls.flat_map(|pull| pull.threads.iter_mut()).find(|thread| thread.id == id);
        found.unwrap_or_else(|| panic!("the forge has no thread {id}"))
    }

    /// Whether there was such a comment.
    pub(super) fn delete_comment(&mut self, id: u64) -> bool {
        let mut found = false;
        for known in self.repositories.values_mut() {
            let issues = known.issues.values_mut().map(|issue| &mut issue.comments);
            let mut retain = |comments: &mut Vec<super::state::Comment>| {
                let before = comments.len();
                comments.retain(|comment| comment.id != id);
                found |= comments.len() < before;
            };
            issues.for_each(&mut retain);
            for pull in known.pulls.values_mut() {
                retain(&mut pull.issue.comments);
                pull.threads.iter_mut().for_each(|thread| retain(&mut thread.comments));
                pull.threads.retain(|thread| !thread.comments.is_empty());
            }
        }
        found
    }
}
