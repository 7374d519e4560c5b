//! A forge in memory, and reports to publish on it.
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use std::sync::Mutex;

use async_trait::async_trait;
use review_core::{
    ChangedFile, ConsolidatedFinding, Cx, Error, ErrorKind, FileHunks, FileStatus, Hunk, HunkOp, Location,
    Report, Result, Severity, SourceId, Verdict, VerdictDecision,
};
use review_forge::{
    BranchTip, ChangeRequest, Check, Comment, Conclusion, Discussion, Forge, ForgeCapabilities, ForgeKind,
    Permission, PostedReview, Thread, Write,
};

pub(crate) const HEAD: &str = "1111111111111111111111111111111111111111";
pub(crate) const BASE: &str = "0000000000000000000000000000000000000000";
pub(crate) const US: &str = "deep-review[bot]";

/// What goes wrong at a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The write takes, and the answer is lost.
    Lost,
    /// The write does not take.
    Refused(ErrorKind),
}

pub(crate) struct MemoryForge {
    pub(crate) capabilities: ForgeCapabilities,
    pub(crate) state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) request: ChangeRequest,
    pub(crate) said: Discussion,
    /// Faults by the number of the write, from 1.
    pub(crate) faults: Vec<(usize, Fault)>,
    /// Writes with this name are refused each time.
    pub(crate) refuses: Vec<(&'static str, ErrorKind)>,
    pub(crate) writes: usize,
    pub(crate) reads: usize,
    /// Nothing answers any more from this write on.
    pub(crate) dead_from: Option<usize>,
    next: u64,
}

impl MemoryForge {
    pub(crate) fn new(capabilities: ForgeCapabilities) -> Self {
        let request = ChangeRequest::default()
            .with_number(7_u64)
            .with_head(BranchTip::new("topic", HEAD))
            .with_base(BranchTip::new("main", BASE));
        let state = State { request, said: Discussion::default().with_viewer(US), ..State::default() };
        Self { capabilities, state: Mutex::new(state) }
    }

    /// Everything that is there, as text.
    pub(crate) fn shown(&self) -> String {
        let state = self.state.lock().unwrap();
        let first = |text: &str| {
            let line = text.lines().find(|line| !line.starts_with("<!--")).unwrap_or_default();
            line.chars().take(70).collect::<String>()
        };
        let mut out = String::new();
        for review in &state.said.reviews {
            out += &format!(
                "review{}: {}\n",
                if review.pending { " (pending)" } else { "" },
                first(&review.body)
            );
        }
        for thread in &state.said.threads {
            let lines = thread.lines.map(|lines| format!(":{lines}")).unwrap_or_default();
            let closed = if thread.resolved { " (closed)" } else { "" };
            out += &format!("thread {}{lines}{closed}\n", thread.path.as_deref().unwrap_or_default());
            for comment in &thread.comments {
                let folded = if comment.minimised { " (folded)" } else { "" };
                out += &format!("  {}{folded}: {}\n", comment.author, first(&comment.body));
            }
        }
        for comment in &state.said.comments {
            out += &format!("comment {}: {}\n", comment.author, first(&comment.body));
        }
        for check in &state.said.checks {
            out +=
                &format!("check {}: {} with {} annotations\n", check.name, check.result, check.annotations);
        }
        out
    }
}

impl State {
    fn id(&mut self) -> String {
        self.next += 1;
        self.next.to_string()
    }

    fn thread(&mut self, path: &str, body: &str, lines: Option<review_core::LineRange>) {
        let id = self.id();
        let mut thread =
            Thread::new(format!("T{id}"), Comment::new(id, US, body)).with_path(path).with_can_resolve(true);
        thread.lines = lines;
        self.said.threads.push(thread);
    }

    fn apply(&mut self, write: &Write) {
        match write {
            Write::DiscardPending { review } => self.said.reviews.retain(|known| known.id != *review),
            Write::Review { body, comments, .. } => {
                let id = self.id();
                self.said.reviews.push(PostedReview::new(id, US, body));
                for comment in comments {
                    self.thread(&comment.place.path, &comment.body, Some(comment.place.lines));
                }
            }
            Write::Thread { comment, .. } => {
                self.thread(&comment.place.path, &comment.body, Some(comment.place.lines));
            }
            Write::FileComment { path, body, .. } => self.thread(path, body, None),
            Write::Reply { thread, body, .. } => {
                let id = self.id();
                let thread = self.said.threads.iter_mut().find(|known| known.id == *thread).unwrap();
                thread.comments.push(Comment::new(id, US, body));
            }
            Write::Resolve { thread } => {
                let thread = self.said.threads.iter_mut().find(|known| known.id == *thread).unwrap();
                thread.resolved = true;
                thread.resolved_by = Some(US.to_owned());
            }
            Write::Minimise { comment } => {
                let all = self.said.threads.iter_mut().flat_map(|thread| &mut thread.comments);
                all.filter(|known| known.id == *comment).for_each(|known| known.minimised = true);
            }
            Write::CreateSummary { body } => {
                let id = self.id();
                self.said.comments.push(Comment::new(id, US, body));
            }
            Write::UpdateSummary { comment, body } => {
                let known = self.said.comments.iter_mut().find(|known| known.id == *comment).unwrap();
                known.body.clone_from(body);
            }
            Write::Check { check, report, name, conclusion, annotations, .. } => {
                let id = match check {
                    Some(id) => id.clone(),
                    None => {
                        let id = self.id();
                        self.said.checks.push(Check::new(name, "").with_id(id.as_str()).with_report(report));
                        id
                    }
                };
                let known = self.said.checks.iter_mut().find(|known| known.id == id).unwrap();
                known.annotations += u32::try_from(annotations.len()).unwrap();
                known.completed = conclusion.is_some();
                known.result = conclusion
                    .map_or("in progress".to_owned(), |c: Conclusion| format!("{c:?}").to_lowercase());
            }
            Write::Status { name, conclusion, description, .. } => {
                let (_, report) = description.trim_end_matches(']').rsplit_once('[').unwrap();
                let result = format!("status {conclusion:?}").to_lowercase();
                self.said.checks.push(Check::new(name, result).with_report(report));
            }
            other => unreachable!("{}", other.name()),
        }
    }
}

#[async_trait]
impl Forge for MemoryForge {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Github
    }

    async fn change(&self, _: u64, _: Cx) -> Result<ChangeRequest> {
        let mut state = self.state.lock().unwrap();
        state.reads += 1;
        Ok(state.request.clone())
    }

    async fn discussion(&self, _: &ChangeRequest, _: Cx) -> Result<Discussion> {
        Ok(self.state.lock().unwrap().said.clone())
    }

    async fn capabilities(&self, _: Cx) -> Result<ForgeCapabilities> {
        Ok(self.capabilities.clone())
    }

    async fn permission(&self, login: &str, _: Cx) -> Result<Permission> {
        Ok(if login.starts_with("maintainer") { Permission::Write } else { Permission::Read })
    }

    async fn perform(&self, _: &ChangeRequest, write: &Write, _: Cx) -> Result<()> {
        let mut state = self.state.lock().unwrap();
        state.writes += 1;
        let number = state.writes;
        if state.dead_from.is_some_and(|from| number > from) {
            return Err(Error::new(ErrorKind::Internal, "killed"));
        }
        let planned = state.faults.iter().find(|(at, _)| *at == number).map(|(_, fault)| *fault);
        let always = state
            .refuses
            .iter()
            .find(|(name, _)| *name == write.name())
            .map(|(_, kind)| Fault::Refused(*kind));
        match planned.or(always) {
            Some(Fault::Refused(kind)) => Err(Error::new(kind, "no")),
            Some(Fault::Lost) => {
                state.apply(write);
                Err(Error::new(ErrorKind::Unavailable, "the answer was lost"))
            }
            None => {
                state.apply(write);
                Ok(())
            }
        }
    }

    async fn git_authorization(&self, _: Cx) -> Result<Option<String>> {
        Ok(None)
    }
}

/// A report on a file `a.rs` whose lines 1 to 400 are new, with a finding on every given line.
pub(crate) fn report(lines: &[u32]) -> Report {
    let mut report = Report::default();
    report.id = "20260101-000000-pr-7".to_owned();
    report.round = 1;
    report.change.head = Some(HEAD.to_owned());
    report.change.base = Some(BASE.to_owned());
    report.change.files = vec![
        ChangedFile::new("a.rs", FileStatus::Modified),
        ChangedFile::new("logo.png", FileStatus::Modified).with_binary(true),
    ];
    report.hunks = vec![FileHunks::new("a.rs", None, vec![Hunk::new(0, 1, vec![HunkOp::Add(400)])])];
    report.verdict = Verdict::new(VerdictDecision::MergeWithFixes, "one thing to mend");
    report.reviewers.push(review_core::ReviewerSummary::new("claude"));
    for (index, line) in lines.iter().enumerate() {
        report.findings.push(finding(&format!("I{}", index + 1), Location::line("a.rs", *line)));
    }
    report
}

pub(crate) fn finding(id: &str, place: Location) -> ConsolidatedFinding {
    ConsolidatedFinding::new(
        id,
        Severity::Important,
        format!("Title of {id}"),
        SourceId::new("claude", 1, id),
    )
    .with_fingerprint(format!("fp/v1:{id}"))
    .with_body("It is wrong.")
    .at(place)
}
