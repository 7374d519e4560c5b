//! The forge as text, for snapshots. No times, and commits by the part they play, so that it is the same each time.

use std::fmt::Write as _;

use super::state::{CheckRun, Comment, Place, Pull, Spot, State, Thread, Verdict};

pub(super) fn write(state: &mut State, full: bool) -> String {
    let mut out = Writer { text: String::new(), full };
    let names: Vec<String> = state.repositories.keys().cloned().collect();
    for name in names {
        out.repository(state, &name);
    }
    out.text
}

struct Writer {
    text: String,
    full: bool,
}

impl Writer {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.text, "{:indent$}{text}", "", indent = depth * 2);
    }

    /// A body: its first line, or all of it.
    fn body(&mut self, depth: usize, body: &str) {
        if self.full {
            for line in body.lines() {
                self.line(depth, format!("| {line}").trim_end());
            }
            return;
        }
        let Some(first) = body.lines().next() else { return };
        let more = match body.lines().count() - 1 {
            0 => String::new(),
            1 => " (+1 line)".to_owned(),
            lines => format!(" (+{lines} lines)"),
        };
        self.line(depth, &format!("| {first}{more}"));
    }

    fn repository(&mut self, state: &mut State, name: &str) {
        let Some(known) = state.repositories.get(name) else { return };
        let fork = known.fork_of.as_ref().map(|of| format!(" fork of {of}")).unwrap_or_default();
        let private = if known.private { " private" } else { "" };
        let deleted = if known.deleted { " deleted" } else { "" };
        let (pulls, issues) = (known.pulls.clone(), known.issues.clone());
        let (checks, statuses) = (known.checks.clone(), known.statuses.clone());
        let names = Names::of(pulls.values());
        self.line(0, &format!("{name}{private}{fork}{deleted}"));
        for pull in pulls.values() {
            self.pull(state, name, pull, &names);
        }
        for issue in issues.values() {
            self.line(1, &format!("issue {} {:?} by {}", issue.number, issue.title, issue.author));
            for comment in &issue.comments {
                self.comment(2, "comment", comment);
            }
        }
        for run in &checks {
            self.check(run, &names);
        }
        for status in &statuses {
            let description =
                status.description.as_ref().map(|text| format!(" {text:?}")).unwrap_or_default();
            let of = format!("{} at {}", status.author, names.name(&status.sha));
            self.line(1, &format!("status {:?} by {of}: {}{description}", status.context, status.state));
        }
    }

    fn pull(&mut self, state: &mut State, repository: &str, pull: &Pull, names: &Names) {
        let word = match (pull.issue.open, pull.merged, pull.draft) {
            (true, _, false) => "open",
            (true, _, true) => "draft",
            (false, true, _) => "merged",
            (false, false, _) => "closed",
        };
        let issue = &pull.issue;
        let labels =
            if issue.labels.is_empty() { String::new() } else { format!(" [{}]", issue.labels.join(", ")) };
        let from = match &pull.head_repository {
            Some(from) if from == repository => pull.head_branch.clone(),
            Some(from) => format!("{from}:{}", pull.head_branch),
            None => "a deleted repository".to_owned(),
        };
        self.line(
            1,
            &format!("change {} {:?} {word} by {}{labels}", issue.number, issue.title, issue.author),
        );
        self.line(2, &format!("{from} at {} into {}", names.name(&pull.head), pull.base_branch));
        if self.full
            && let Some(body) = &issue.body
        {
            self.body(2, body);
        }
        for action in &pull.actions {
            self.line(2, &format!("quick action {action}"));
        }
        for comment in issue.comments.iter().filter(|comment| !comment.system) {
            self.comment(2, "comment", comment);
        }
        for review in &pull.reviews {
            let verdict = match review.verdict {
                Verdict::Pending => "pending",
                Verdict::Commented => "commented",
                Verdict::Approved => "approved",
                Verdict::ChangesRequested => "changes requested",
                Verdict::Dismissed => "dismissed",
            };
            let with = pull.threads.iter().flat_map(|thread| &thread.comments);
            let with = with.filter(|comment| comment.review == Some(review.id)).count();
            let at = names.name(&review.commit);
            let comments = if with == 1 { "comment" } else { "comments" };
            let author = &review.author;
            let minimized =
                review.minimized.as_ref().map(|why| format!(", minimised as {why}")).unwrap_or_default();
            let end = format!("{verdict}, {with} {comments}{minimized}");
            self.line(2, &format!("review {} by {author} at {at}: {end}", review.id));
            self.body(3, &review.body);
        }
        for thread in &pull.threads {
            self.thread(state, repository, pull, thread, names);
        }
    }

    fn thread(&mut self, state: &mut State, repository: &str, pull: &Pull, thread: &Thread, names: &Names) {
        let mut head = format!("thread {}", thread.id);
        if let Some(place) = &thread.place {
            head.push_str(&format!(" {}", written(place)));
            if place.commit != pull.head {
                head.push_str(&format!(" at {}", names.name(&place.commit)));
                match state.present_place(repository, pull.issue.number, place) {
                    None => head.push_str(", outdated"),
                    Some(present) => head.push_str(&format!(", now {}", written(&present))),
                }
            }
        }
        if let Some(by) = &thread.resolved_by {
            head.push_str(&format!(", resolved by {by}"));
        }
        self.line(2, &head);
        for comment in &thread.comments {
            self.comment(3, "comment", comment);
        }
    }

    fn comment(&mut self, depth: usize, word: &str, comment: &Comment) {
        let mut head = format!("{word} {} by {}", comment.id, comment.author);
        if let Some(why) = &comment.minimized {
            head.push_str(&format!(", minimised as {why}"));
        }
        for (_, by, kind) in &comment.reactions {
            head.push_str(&format!(", {kind} by {by}"));
        }
        self.line(depth, &head);
        self.body(depth + 1, &comment.body);
    }

    fn check(&mut self, run: &CheckRun, names: &Names) {
        let result = run.conclusion.as_ref().unwrap_or(&run.status);
        let notes = match run.annotations.len() {
            0 => String::new(),
            1 => ", 1 annotation".to_owned(),
            n => format!(", {n} annotations"),
        };
        let title = run.title.as_ref().map(|title| format!(" {title:?}")).unwrap_or_default();
        let by = format!("{} at {}", run.author, names.name(&run.sha));
        self.line(1, &format!("check {:?} by {by}: {result}{title}{notes}", run.name));
        for text in [&run.summary, &run.text].into_iter().flatten() {
            self.body(2, text);
        }
        if self.full {
            for note in &run.annotations {
                self.line(2, &note.to_string());
            }
        }
    }
}

/// `src/a.rs:R3-R5`.
fn written(place: &Place) -> String {
    let spot = |spot: Spot| match spot {
        Spot::Old(line) => format!("L{line}"),
        Spot::New(line) => format!("R{line}"),
        Spot::Both { old, new } => format!("L{old}R{new}"),
    };
    let mut text = place.path.clone();
    if let Some(end) = place.end {
        let start = place.start.map(|start| format!("{}-", spot(start))).unwrap_or_default();
        text.push_str(&format!(":{start}{}", spot(end)));
    }
    text
}

/// Commits by the part they play: the n-th head of a change, or its base.
struct Names(Vec<(String, String)>);

impl Names {
    fn of<'a>(pulls: impl Iterator<Item = &'a Pull>) -> Self {
        let mut names: Vec<(String, String)> = Vec::new();
        let mut add = |commit: &str, name: String| {
            if !names.iter().any(|(known, _)| known == commit) {
                names.push((commit.to_owned(), name));
            }
        };
        for pull in pulls {
            for (index, head) in pull.heads.iter().enumerate() {
                add(head, format!("head {}.{}", pull.issue.number, index + 1));
            }
            add(&pull.base, format!("base {}", pull.issue.number));
        }
        Self(names)
    }

    fn name(&self, commit: &str) -> String {
        let known = self.0.iter().find(|(known, _)| known == commit);
        known.map_or_else(|| commit.chars().take(10).collect(), |(_, name)| name.clone())
    }
}
