//! Publishing: once, whatever happens in the middle.

mod support;

use review_core::{Cx, ErrorKind, FindingState, HistoryItem, Location, Severity};
use review_forge::{Comment, ForgeCapabilities, PublishOptions, Published, Written, publish};
use support::{Fault, MemoryForge, US, finding, report};

async fn run(forge: &MemoryForge, report: &review_core::Report) -> review_core::Result<Published> {
    publish(forge, 7, report, &PublishOptions::default(), Cx::detached()).await
}

fn names(published: &Published) -> Vec<&'static str> {
    published.made.iter().map(|planned| planned.write.name()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_report_becomes_a_review_a_summary_and_a_check_and_the_second_time_nothing() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    let mut report = report(&[10, 20]);
    report.findings.push(finding("I3", Location::file("logo.png")));
    report.findings.push(finding("I4", Location::line("elsewhere.rs", 3)));
    let first = run(&forge, &report).await.unwrap();
    assert_eq!(names(&first), ["review", "file comment", "create summary", "check"]);
    let at: Vec<_> = first.plan.placements.iter().map(|placement| placement.at).collect();
    assert_eq!(at, [Written::Lines, Written::Lines, Written::File, Written::Summary]);
    insta::assert_snapshot!(forge.shown(), @"
    review: Deep Review: 2 comments on lines; the summary has everything.
    thread a.rs:10
      deep-review[bot]: **I1. Title of I1** — `a.rs:10` (important)
    thread a.rs:20
      deep-review[bot]: **I2. Title of I2** — `a.rs:20` (important)
    thread logo.png
      deep-review[bot]: **I3. Title of I3** — `logo.png` (important)
    comment deep-review[bot]: **Review: Merge with fixes.** one thing to mend
    check Deep Review: success with 3 annotations
    ");
    let summary = forge.state.lock().unwrap().said.comments[0].body.clone();
    for id in ["I1", "I2", "I3", "I4"] {
        assert!(summary.contains(&format!("**{id}. Title of {id}**")), "{id} is named:\n{summary}");
    }
    assert!(summary.contains("<summary>I4. Title of I4"), "written out, since it has no comment:\n{summary}");
    assert_eq!(names(&run(&forge, &report).await.unwrap()), [""; 0], "nothing is left to do");
}

#[tokio::test(start_paused = true)]
async fn whatever_breaks_at_whichever_write_the_end_is_the_same() {
    let mut report = report(&(1..=120).collect::<Vec<u32>>());
    report.findings.push(finding("I200", Location::file("logo.png")));
    let calm = MemoryForge::new(ForgeCapabilities::github());
    let writes = run(&calm, &report).await.unwrap().made.len();
    assert_eq!(writes, 5, "a review, a summary and three batches of annotations");
    for at in 1..=writes {
        for fault in
            [Fault::Lost, Fault::Refused(ErrorKind::Unavailable), Fault::Refused(ErrorKind::RateLimited)]
        {
            let forge = MemoryForge::new(ForgeCapabilities::github());
            forge.state.lock().unwrap().faults.push((at, fault));
            run(&forge, &report).await.unwrap();
            assert_eq!(forge.shown(), calm.shown(), "{fault:?} at write {at}");
        }
        // Killed: nothing answers after this write; another process begins anew.
        let forge = MemoryForge::new(ForgeCapabilities::github());
        forge.state.lock().unwrap().dead_from = Some(at - 1);
        run(&forge, &report).await.unwrap_err();
        forge.state.lock().unwrap().dead_from = None;
        run(&forge, &report).await.unwrap();
        assert_eq!(forge.shown(), calm.shown(), "killed at write {at}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_token_may_not_do_is_done_otherwise_and_said() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    forge.state.lock().unwrap().refuses =
        vec![("check", ErrorKind::Unauthorized), ("review", ErrorKind::InvalidInput)];
    let published = run(&forge, &report(&[10, 20])).await.unwrap();
    assert_eq!(names(&published), ["thread", "thread", "create summary", "status"]);
    insta::assert_snapshot!(published.notes.join("\n"), @r"
    the forge refused a review as a whole; its comments were sent one by one (no)
    this token can't write check runs: a commit status stands for it (no)
    ");
    assert_eq!(names(&run(&forge, &report(&[10, 20])).await.unwrap()), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_comment_that_is_refused_alone_stands_in_the_summary() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    forge.state.lock().unwrap().refuses =
        vec![("thread", ErrorKind::InvalidInput), ("review", ErrorKind::InvalidInput)];
    let published = run(&forge, &report(&[10, 20])).await.unwrap();
    assert_eq!(names(&published), ["create summary", "check"]);
    assert!(published.plan.placements.iter().all(|placement| placement.at == Written::Summary));
    let summary = forge.state.lock().unwrap().said.comments[0].body.clone();
    assert!(summary.contains("<summary>I1. ") && summary.contains("<summary>I2. "), "{summary}");
}

#[tokio::test(start_paused = true)]
async fn a_newer_head_stops_it_before_anything_is_written() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    forge.state.lock().unwrap().request.head.commit = "2".repeat(40);
    let error = run(&forge, &report(&[10])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().contains("newer head"), "{error}");
    assert_eq!(forge.shown(), "");
}

#[tokio::test(start_paused = true)]
async fn a_forge_that_keeps_failing_ends_it() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    forge.state.lock().unwrap().refuses = vec![("create summary", ErrorKind::Unavailable)];
    let error = run(&forge, &report(&[10])).await.unwrap_err();
    assert_eq!(error.get("writes made"), Some("1"), "{error}");
    forge.state.lock().unwrap().refuses.clear();
    assert_eq!(names(&run(&forge, &report(&[10])).await.unwrap()), ["create summary", "check"], "it goes on");
}

#[tokio::test(start_paused = true)]
async fn threads_of_findings_that_are_gone_are_answered_and_closed_or_folded() {
    for (capabilities, expected) in [
        (
            ForgeCapabilities::github(),
            vec!["reply", "resolve", "reply", "minimise", "update summary", "check"],
        ),
        (
            ForgeCapabilities::github().with_resolve(false),
            vec!["reply", "minimise", "reply", "minimise", "update summary", "check"],
        ),
        (
            ForgeCapabilities::github().with_resolve(false).with_minimise(false),
            vec!["reply", "reply", "update summary", "check"],
        ),
        (ForgeCapabilities::gitea(), vec!["update summary", "status"]),
    ] {
        let forge = MemoryForge::new(capabilities);
        let first = report(&[10, 20, 30, 40]);
        run(&forge, &first).await.unwrap();
        let mut second = report(&[]);
        second.id = "20260102-000000-pr-7".to_owned();
        second.round = 2;
        let states = [
            FindingState::FixedAndVerified,
            FindingState::CodeChanged,
            FindingState::NotRechecked,
            FindingState::StillPresent,
        ];
        for (old, state) in first.findings.iter().zip(states) {
            second.history.push(HistoryItem::new(&first.id, 1, old, state).with_reason("so"));
        }
        second.findings.push(first.findings[3].clone().with_state(FindingState::StillPresent));
        let published = run(&forge, &second).await.unwrap();
        assert_eq!(names(&published), expected);
        assert_eq!(published.plan.placements[0].at, Written::Thread, "its thread is there already");
        assert_eq!(names(&run(&forge, &second).await.unwrap()), [""; 0]);
    }
}

#[tokio::test(start_paused = true)]
async fn there_are_never_more_open_comments_than_wanted() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    let options = PublishOptions::default().with_max_inline(3_usize);
    let mut all = report(&[10, 20, 30, 40, 50]);
    publish(&forge, 7, &all, &options, Cx::detached()).await.unwrap();
    assert_eq!(forge.state.lock().unwrap().said.threads.len(), 3);
    all.id = "another".to_owned();
    all.round = 2;
    publish(&forge, 7, &all, &options, Cx::detached()).await.unwrap();
    assert_eq!(forge.state.lock().unwrap().said.threads.len(), 3, "also in the next round");
    all.findings.iter_mut().for_each(|finding| finding.severity = Severity::Suggestion);
    let strict = PublishOptions::default().with_min_severity(Severity::Important);
    let other = MemoryForge::new(ForgeCapabilities::github());
    publish(&other, 7, &all, &strict, Cx::detached()).await.unwrap();
    assert_eq!(other.state.lock().unwrap().said.threads.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn markers_of_others_are_not_ours() {
    let forge = MemoryForge::new(ForgeCapabilities::github());
    run(&forge, &report(&[10])).await.unwrap();
    let body = forge.state.lock().unwrap().said.comments[0].body.clone();
    let other = MemoryForge::new(ForgeCapabilities::github());
    other.state.lock().unwrap().said.comments.push(Comment::new("99", "mallory", body));
    let published = run(&other, &report(&[10])).await.unwrap();
    assert_eq!(names(&published), ["review", "create summary", "check"]);
    let said = other.state.lock().unwrap().said.clone();
    assert_eq!(said.comments.iter().filter(|comment| comment.author == US).count(), 1);
}

#[test]
fn a_plan_of_a_thousand_findings_is_whole() {
    let report = report(&(0..1_000).map(|n| n % 400 + 1).collect::<Vec<u32>>());
    let there = review_forge::Discussion::default().with_viewer(US);
    let plan = review_forge::plan(&report, &there, &ForgeCapabilities::github(), &PublishOptions::default());
    assert_eq!(plan.placements.len(), 1_000);
    let body = plan.writes.iter().find_map(|planned| match &planned.write {
        review_forge::Write::CreateSummary { body } => Some(body),
        _ => None,
    });
    let body = body.unwrap();
    assert!(body.chars().count() <= 64_000, "{}", body.chars().count());
    assert!(body.contains("Cut for length"), "what is missing is said");
}
