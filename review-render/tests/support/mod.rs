//! The reports that every format is tested with.

#![allow(dead_code, unreachable_pub, reason = "each test uses the fixtures it needs")]
#![allow(clippy::indexing_slicing, reason = "fixtures are written, not read")]

use review_core::*;

/// Every fixture with its name.
pub fn all() -> Vec<(&'static str, Report)> {
    vec![
        ("none", none()),
        ("one", one()),
        ("many", many(40)),
        ("incomplete", incomplete()),
        ("hostile", hostile("<script>alert(1)</script>")),
        ("second_round", second_round()),
        ("large", many(300)),
    ]
}

pub const HEAD: &str = "762c1e8f0a4b5c6d7e8f90a1b2c3d4e5f6a7b8c9";
pub const BASE: &str = "00112233445566778899aabbccddeeff00112233";

pub const POOL: &str = r#"package net

import (
	"context"
	"errors"
	"sync"
)

/* A pool keeps connections open.
   Its lock guards idle; */
type Pool struct {
	mu   sync.Mutex
	idle []*Conn
	max  int
}

// Get returns an idle connection or opens one.
func (p *Pool) Get(ctx context.Context) (*Conn, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return c, nil
	}
	p.mu.Unlock()
	return dial(ctx, "tcp", p.addr())
}

// Put gives a connection back.
func (p *Pool) Put(c *Conn) error {
	if c == nil {
		return errors.New("no connection")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) >= p.max {
		return c.Close()
	}
	p.idle = append(p.idle, c)
	return nil
}
"#;

/// A change with one modified file, one new and one deleted.
pub fn change() -> ChangeSet {
    ChangeSet::new(Origin::PullRequest)
        .with_repository(
            Repository::default()
                .with_name("acme/net")
                .with_url("https://github.com/acme/net")
                .with_forge("github"),
        )
        .with_base(BASE)
        .with_head(HEAD)
        .with_branch("pool-limits")
        .with_commit(Commit::new(HEAD, "Pool: keep at most max connections").with_author("Jo Doe"))
        .with_file(ChangedFile::new("docs/old.md", FileStatus::Deleted))
        .with_file(ChangedFile::new("net/pool.go", FileStatus::Modified))
        .with_file(ChangedFile::new("net/pool_test.go", FileStatus::Added))
        .with_notes(
            ChangeNotes::default()
                .with_number(295)
                .with_title("Keep at most `max` idle connections")
                .with_state("open")
                .with_author("jdoe")
                .with_url("https://github.com/acme/net/pull/295"),
        )
}

pub fn hunks() -> Vec<FileHunks> {
    use HunkOp::{Add, Context, Delete};
    vec![
        FileHunks::new("docs/old.md", None, vec![Hunk::new(1, 0, vec![Delete(4)])]),
        FileHunks::new(
            "net/pool.go",
            None,
            vec![
                Hunk::new(17, 17, vec![Context(3), Delete(1), Add(5), Context(3)])
                    .with_section("func (p *Pool) Get"),
                Hunk::new(27, 31, vec![Context(3), Add(3), Context(3)]),
            ],
        ),
        FileHunks::new("net/pool_test.go", None, vec![Hunk::new(0, 1, vec![Add(12)])]),
    ]
}

/// The frame of a report: change, hunks, reviewers, no findings.
pub fn none() -> Report {
    let mut report = Report::default();
    report.id = "20260412-171333-pr-295".to_owned();
    report.round = 1;
    report.started_ms = Some(1_776_014_013_000);
    report.wall_clock_ms = Some(1_210_000);
    report.change = change();
    report.hunks = hunks();
    let mut claude = ReviewerSummary::new("claude");
    claude.provider = Some("anthropic".into());
    claude.model = Some("Claude Opus 4.6".into());
    claude.effort = Some("high".into());
    claude.version = Some("2.1.3".into());
    claude.isolation = Some("bubblewrap, supervised".into());
    claude.prompt = Some("review/3".into());
    let mut codex = ReviewerSummary::new("codex");
    codex.model = Some("GPT 5.4".into());
    report.reviewers = vec![claude, codex];
    report.sections.summary =
        "The change bounds the pool. It does what it says in `net/pool.go:19-23`, and its tests cover that."
            .into();
    report.verdict = Verdict::new(VerdictDecision::Merge, "nothing stands against it");
    report
}

fn source(reviewer: &str, id: &str) -> SourceId {
    SourceId::new(reviewer, 1, id)
}

fn excerpt() -> Excerpt {
    let shown = LineRange::new(14, 42);
    Excerpt::new("net/pool.go", Side::Head, 1, shown, POOL)
}

/// The finding that most tests look at: a lock that is not given back.
pub fn lock() -> ConsolidatedFinding {
    let place = Location::lines("net/pool.go", 20, 23);
    let mut finding = ConsolidatedFinding::new(
        "I1",
        Severity::Important,
        "`Get` returns with the lock held when an idle connection exists",
        source("claude", "S2"),
    )
    .with_fingerprint("fp/v1:00112233445566778899aabbccddeeff")
    .with_kind(Kind::Regression)
    .with_category(Category::Concurrency)
    .with_body(
        "The early return at net/pool.go:23 leaves `p.mu` locked; the next caller waits for ever.\n\n\
         - see also `pool.go:29`, commit 762c1e8 and #12\n- and T1\n\n```go\np.mu.Unlock()\n```\n",
    )
    .at(place.clone())
    .at(Location::line("net/pool.go", 34))
    .with_reviewers(vec!["claude".to_owned(), "codex".to_owned()])
    .with_sources(vec![source("claude", "S2"), source("codex", "I1")])
    .with_confidence(Ratio::from_millis(930))
    .with_anchor(
        Anchor::new(&place, Grade::Moved).with_moved_by(3).with_introduced_by(HEAD).with_in_change(true),
    )
    .with_scenario("Two goroutines call `Get`; the second never returns.")
    .with_fix(AttributedFix::new(
        source("claude", "S2"),
        Fix::patch(" \t\tp.idle = p.idle[:n-1]\n+\t\tp.mu.Unlock()\n \t\treturn c, nil\n")
            .with_prose("Unlock before the return."),
    ))
    .with_reason(Reason::new("cluster", "claude/1/S2 and codex/1/I1 quote the same line"))
    .with_reason(Reason::new("calibrate", "raised to important: blocks every later caller"));
    finding.disagreements.push("claude calls it a suggestion, codex an important issue".into());
    finding
}

/// One finding and one of everything else.
pub fn one() -> Report {
    let mut report = none();
    report.verdict = Verdict::new(VerdictDecision::MergeWithFixes, "mend I1 first");
    report.change.notes.references.push(reference());
    report.findings = vec![lock()];
    report.excerpts = vec![excerpt()];
    let sections = &mut report.sections;
    let mut concern = ReportItem::new("D1", "The pool and the dialer share a lock.", source("claude", "D1"));
    concern.stance = Some(Stance::Concern);
    concern.scope = Some(Scope::Future);
    concern.locations.push(Location::line("net/pool.go", 12));
    concern.supports.push("I1".into());
    let mut strength = ReportItem::new("D2", "The limit is one field.", source("codex", "D1"));
    strength.stance = Some(Stance::Strength);
    sections.design = vec![concern, strength];
    sections.testing =
        vec![ReportItem::new("T1", "No test returns a connection twice.", source("codex", "T1"))];
    sections.documentation = vec![ReportItem::new("O1", "`max` is not documented.", source("claude", "O1"))];
    sections.limitations =
        vec![ReportItem::new("A1", "Idle connections are not probed.", source("claude", "A1"))];
    sections.unresolved_feedback =
        vec![ReportItem::new("U1", "The limit should be a setting.", source("codex", "U1"))];
    sections.commit_structure = vec![Remarked::new("claude", 1, "One commit; fine.")];
    sections.summaries = vec![Remarked::new("claude", 1, "Looks good but for the lock.")];
    let mut check = Check::new("go test ./...", "ok");
    check.passed = Some(true);
    sections.checks = vec![AttributedCheck::new("codex", check)];
    report.coverage = coverage();
    report.retro = retro();
    report.ledger = ledger();
    let mut question = Question::new(
        "q/0123456789abcdef",
        QuestionKind::IsTrue,
        vec![source("codex", "S9")],
        Ratio::from_millis(310),
    );
    question.text = "Is it true that `Put` can be called twice?".into();
    report.questions = vec![question];
    report.appendix = vec![
        Original::new(
            "claude",
            1,
            vec![
                RawFinding::new("Lock is kept")
                    .with_id("S2")
                    .with_severity(Severity::Suggestion)
                    .with_body("Seen at line 23."),
            ],
        ),
        Original::new(
            "codex",
            1,
            vec![
                RawFinding::new("Get leaks its lock").with_id("I1").with_severity(Severity::Important),
                RawFinding::new("Put may run twice").with_id("S9").with_severity(Severity::Suggestion),
            ],
        ),
    ];
    report.diagnostics = vec![Diagnostic::new(0, "codex wrote two summaries; the first is used")];
    report.extensions.insert("prompt_improvements".into(), Extra::Text("Ask for the caller's locks.".into()));
    report
}

fn reference() -> Reference {
    let mut reference = Reference::default();
    reference.number = 12;
    reference.title = Some("Pool grows without bound".into());
    reference.state = Some("open".into());
    reference
}

fn coverage() -> Coverage {
    let mut coverage = Coverage::default();
    let mut pool = FileCoverage::default();
    pool.path = "net/pool.go".into();
    pool.hunks = 2;
    pool.reviewers = vec!["claude".into(), "codex".into()];
    pool.notes = vec![Remarked::new("claude", 1, "Reviewed, one issue")];
    let mut test = FileCoverage::default();
    test.path = "net/pool_test.go".into();
    test.hunks = 1;
    coverage.files = vec![pool, test];
    coverage
}

fn retro() -> Retro {
    let reviewer = |name: &str, lost: &[&str]| {
        let mut retro = ReviewerRetro::default();
        retro.reviewer = name.into();
        retro.prose = format!("{name} found the lock.");
        retro.important = 1;
        retro.published = 1;
        retro.files_reviewed = 2;
        retro.coverage_misses = Some(1);
        retro.tool_calls = vec![ToolCount::new("read", 14), ToolCount::new("search", 3)];
        retro.duration_ms = Some(605_000);
        retro.usage = Usage::default().with_input_tokens(123_456).with_cost_micro_usd(1_230_000);
        retro.cost_per_published_micro_usd = Some(1_230_000);
        retro.lost_without = lost.iter().map(|id| (*id).to_owned()).collect();
        retro
    };
    let mut retro = Retro::default();
    retro.reviewers = vec![reviewer("claude", &[]), reviewer("codex", &["I1"])];
    let mut missed = MissedEstimate::default();
    (missed.estimate, missed.low, missed.high) = (2, 0, 5);
    missed.caveat = "Reviewers are not independent.".into();
    retro.missed = Some(missed);
    retro
}

fn ledger() -> Vec<LedgerEntry> {
    let (important, suggestion) = (Some(Severity::Important), Some(Severity::Suggestion));
    vec![
        LedgerEntry::new(source("claude", "S2"), Outcome::Representative, "kept", "clearest wording")
            .with_severities(suggestion, important)
            .with_target("I1"),
        LedgerEntry::new(
            source("codex", "I1"),
            Outcome::Merged,
            "same_quote",
            "quotes the same line as claude/1/S2",
        )
        .with_severities(important, important)
        .with_target("I1"),
        LedgerEntry::new(source("codex", "S9"), Outcome::Dropped, "refuted", "`Put` holds the lock")
            .with_severities(suggestion, None)
            .with_target("X1")
            .with_evidence(
                EvidenceNote::new("the lock is taken here")
                    .with_path("net/pool.go")
                    .with_line(34)
                    .with_quote("p.mu.Lock()"),
            )
            .refuted(),
    ]
}

/// Many findings of every severity, over several files; the last tenth is folded.
pub fn many(number: usize) -> Report {
    let mut report = one();
    report.verdict = Verdict::new(VerdictDecision::Rework, "three critical issues stand against it");
    report.findings.clear();
    report.ledger.clear();
    report.excerpts.clear();
    for file in 0..number.div_ceil(4) {
        let path = format!("net/part_{file}/pool.go");
        report.excerpts.push(Excerpt::new(path, Side::Head, 1, LineRange::new(14, 42), POOL));
    }
    let mut counts = [0_usize; 3];
    for index in 0..number {
        let severity = match index * 10 / number {
            0 => Severity::Critical,
            1..=3 => Severity::Important,
            _ => Severity::Suggestion,
        };
        let slot = severity.weight() as usize - 1;
        counts[slot] += 1;
        let id = format!("{}{}", severity.letter(), counts[slot]);
        let path = format!("net/part_{}/pool.go", index / 4);
        let line = 16 + (index as u32 % 4) * 6;
        let place = Location::lines(&path, line, line + 2);
        let raw = source(if index % 3 == 0 { "codex" } else { "claude" }, &format!("S{index}"));
        let grade = Grade::ALL[index % Grade::ALL.len()];
        let mut finding = ConsolidatedFinding::new(
            id.clone(),
            severity,
            format!("Connection {index} is given back without being checked for `err != nil`"),
            raw.clone(),
        )
        .with_body(format!(
            "`Get` and `Put` disagree about who owns the connection; see {path}:{line} and commit 762c1e8. \
             When the pool is full the connection is closed while a caller still reads from it, which shows as \
             a reset on the other side.\n\n1. A caller takes the last idle connection.\n2. Another one gives it back."
        ))
        .at(place.clone())
        .with_kind(Kind::ALL[index % 3])
        .with_category(Category::ALL[index % Category::ALL.len()])
        .with_confidence(Ratio::from_millis(950 - (index * 800 / number) as u16))
        .with_anchor(Anchor::new(&place, grade).with_in_change(index % 2 == 0))
        .with_fingerprint(format!("fp/v1:{index:032x}"))
        .with_reason(Reason::new("calibrate", "kept: it names a failing path"))
        .with_folded(index * 10 >= number * 9);
        if index % 2 == 0 {
            finding = finding
                .with_fix(AttributedFix::new(raw.clone(), Fix::suggestion("\t// checked\n\tp.mu.Lock()\n")));
        }
        if index % 7 == 0 {
            finding.disagreements.push("claude and codex differ by one step".into());
        }
        report.findings.push(finding);
        report.ledger.push(
            LedgerEntry::new(raw, Outcome::Representative, "kept", "nobody else raised it")
                .with_severities(Some(severity), Some(severity))
                .with_target(id),
        );
    }
    report
}

/// A reviewer failed, another one was cut, a hunk was read by nobody.
pub fn incomplete() -> Report {
    let mut report = one();
    report.reviewers[1].completeness = Completeness::Failed;
    report.reviewers[1].incomplete_reason = Some("timed out after 20 minutes".into());
    report.verdict = Verdict::new(VerdictDecision::Incomplete, "codex did not finish");
    report.coverage.unread = vec![HunkRef::new("net/pool_test.go", LineRange::new(1, 12))];
    report.coverage.unknown = vec!["codex".into()];
    report
}

/// The next round of [`one`]: one item went, one stayed, one was declined.
pub fn second_round() -> Report {
    let mut report = one();
    let old = lock();
    report.id = "20260413-090000-pr-295".into();
    report.round = 2;
    report.findings[0].state = FindingState::StillPresent;
    let mut gone = old.clone();
    gone.id = "S1".into();
    gone.severity = Severity::Suggestion;
    gone.title = "Typo in a comment".into();
    report.history = vec![
        HistoryItem::new("20260412-171333-pr-295", 1, &old, FindingState::StillPresent)
            .with_continued_as("I1")
            .with_reason("the quoted line is unchanged"),
        HistoryItem::new("20260412-171333-pr-295", 1, &gone, FindingState::Declined)
            .with_action(Action::Declined)
            .with_action_reason("the spelling is British")
            .with_reason("declined by the author"),
    ];
    report
}

/// The same text in every place that a reviewer, a repository or a forge can fill.
pub fn hostile(text: &str) -> Report {
    let mut report = one();
    let t = || text.to_owned();
    let id = |pass| SourceId::new(text, pass, text);
    report.id = t();
    report.change.branch = Some(t());
    report.change.excluded = vec![t()];
    report.change.head = Some(t());
    report.change.repository = Repository::default().with_name(text).with_url(text).with_forge("github");
    report.change.commits = vec![Commit::new(text, text).with_author(text)];
    report.change.files.push(ChangedFile::new(text, FileStatus::Modified).with_old_path(text));
    let notes = &mut report.change.notes;
    (notes.title, notes.author, notes.state) = (Some(t()), Some(t()), Some(t()));
    (notes.url, notes.description) = (Some(t()), Some(t()));
    let mut reference = reference();
    (reference.title, reference.state, reference.url) = (Some(t()), Some(t()), Some(t()));
    notes.references = vec![reference];
    report.hunks.push(FileHunks::new(
        text,
        Some(t()),
        vec![Hunk::new(1, 1, vec![HunkOp::Add(5)]).with_section(text)],
    ));
    let mut reviewer = ReviewerSummary::new(text);
    (reviewer.provider, reviewer.model, reviewer.effort) = (Some(t()), Some(t()), Some(t()));
    (reviewer.version, reviewer.isolation, reviewer.incomplete_reason) = (Some(t()), Some(t()), Some(t()));
    reviewer.prompt = Some(t());
    reviewer.completeness = Completeness::from_text(text);
    report.reviewers.push(reviewer);
    report.verdict = Verdict::new(VerdictDecision::from_text(text), text);

    let place = Location::lines(text, 2, 4).with_side(Side::from_text(text));
    let head_place = Location::lines(text, 2, 4);
    let in_file = Location::lines("net/pool.go", 20, 23);
    let mut finding = lock();
    finding.id = "C1".into();
    hostile_finding(&mut finding, text, &[in_file.clone(), place.clone(), head_place.clone()]);
    let mut other = finding.clone();
    other.id = t();
    other.severity = Severity::from_text(text);
    other.locations = vec![head_place.clone(), in_file];
    report.findings = vec![finding, other];
    report.excerpts.push(Excerpt::new(
        text,
        Side::Head,
        1,
        LineRange::new(1, 6),
        format!("{text}\n").repeat(6),
    ));

    let mut item = ReportItem::new(text, text, id(1));
    (item.stance, item.scope) = (Some(Stance::from_text(text)), Some(Scope::from_text(text)));
    (item.locations, item.supports) = (vec![head_place], vec![t()]);
    let sections = &mut report.sections;
    sections.summary = t();
    sections.summary_by = Some(t());
    for list in [
        &mut sections.design,
        &mut sections.testing,
        &mut sections.documentation,
        &mut sections.limitations,
        &mut sections.unresolved_feedback,
    ] {
        list.push(item.clone());
    }
    sections.commit_structure = vec![Remarked::new(text, 2, text)];
    sections.summaries = vec![Remarked::new(text, 2, text)];
    sections.checks = vec![AttributedCheck::new(text, Check::new(text, text))];
    let mut file = FileCoverage::default();
    (file.path, file.reviewers, file.notes) = (t(), vec![t()], vec![Remarked::new(text, 1, text)]);
    report.coverage.files.push(file);
    report.coverage.unread = vec![HunkRef::new(text, LineRange::new(1, 2))];
    report.coverage.unknown = vec![t()];
    let mut retro = ReviewerRetro::default();
    (retro.reviewer, retro.prose, retro.lost_without) = (t(), t(), vec![t()]);
    retro.tool_calls = vec![ToolCount::new(text, 1)];
    report.retro.reviewers.push(retro);
    report.retro.missed.get_or_insert_default().caveat = t();
    report.ledger.push(
        LedgerEntry::new(id(1), Outcome::from_text(text), text, text)
            .with_severities(Some(Severity::from_text(text)), Some(Severity::Critical))
            .with_target(text)
            .with_evidence(EvidenceNote::new(text).with_path(text).with_line(2).with_quote(text)),
    );
    let mut question = Question::new(text, QuestionKind::from_text(text), vec![id(1)], Ratio::ONE);
    question.text = t();
    report.questions.push(question);
    report.stale_decisions = vec![t()];
    let mut history = HistoryItem::new(text, 1, &report.findings[1], FindingState::from_text(text))
        .with_action(Action::from_text(text))
        .with_action_reason(text)
        .with_reason(text)
        .with_continued_as(text);
    history.fingerprint = t();
    report.history = vec![history];
    let raw = RawFinding::new(text)
        .with_id(text)
        .with_body(text)
        .with_fix(Fix::patch(text))
        .at(Location::line(text, 1));
    let unplaced = vec![Unplaced::new(1, text)];
    report.appendix.push(Original::new(text, 1, vec![raw]).with_unplaced(unplaced).with_transcript(text));
    report.diagnostics.push(Diagnostic::new(1, text));
    for key in ["prompt_improvements", "repository_context", text] {
        report.extensions.insert(key.to_owned(), Extra::Text(t()));
    }
    report
}

fn hostile_finding(finding: &mut ConsolidatedFinding, text: &str, places: &[Location]) {
    let t = || text.to_owned();
    let id = SourceId::new(text, 1, text);
    (finding.title, finding.body, finding.scenario) = (t(), t(), Some(t()));
    finding.fingerprint = t();
    finding.kind = Some(Kind::from_text(text));
    finding.category = Some(Category::from_text(text));
    finding.locations = places.to_vec();
    finding.reviewers = vec![t()];
    finding.sources = vec![id.clone()];
    finding.representative = id.clone();
    finding.state = FindingState::from_text(text);
    let mut anchor =
        Anchor::new(&places[0], Grade::from_text(text)).with_introduced_by(text).with_source(id.clone());
    anchor.path = t();
    finding.anchors = vec![anchor.clone(), anchor];
    let fix = |fix: Fix| AttributedFix::new(id.clone(), fix);
    finding.fixes = vec![
        fix(Fix::suggestion(text)),
        fix(Fix::patch(text).with_prose(text)),
        fix(Fix::patch(format!("-{text}\n+{text}\n"))),
    ];
    finding.reasons = vec![Reason::new(text, text)];
    finding.disagreements = vec![t()];
    finding.extensions.insert(t(), Extra::Text(t()));
}
