//! Each forge as its fake has it: strict, stateful, and failing on demand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use review_core::{
    Cancel, ConsolidatedFinding, Cx, ErrorKind, FileHunks, Location, Report, ReviewerSummary, Severity, Side,
    SourceId, Verdict, VerdictDecision,
};
use review_forge::conformance::{Stage, check};
use review_forge::login::{AppLogin, StaticToken, Token};
use review_forge::rounds::{Permissions, earlier, voices};
use review_forge::{Forge, Gitea, Github, Gitlab, PublishOptions, Published, publish};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository};
use review_testkit::fake_forge::{
    Access, Application, Dialect, FakeForge, Fault, Kill, Permission, PullRequest, Repo, Right, TEST_APP_KEY,
    TEST_APP_PUBLIC_KEY,
};

const PROJECT: &str = "acme/pool";
const APP_TOKEN: &str = "ghs_fake";

struct Scene {
    dialect: Dialect,
    forge: FakeForge,
    repo: TestRepo,
}

const ALL: [Dialect; 3] = [Dialect::GitHub, Dialect::GitLab, Dialect::Gitea];

impl Scene {
    /// A pull request that adds a file, changes another and deletes a third.
    fn new() -> Self {
        Self::at(Dialect::GitHub)
    }

    fn at(dialect: Dialect) -> Self {
        let repo = TestRepo::new();
        let numbered = |from: u32, to: u32| (from..=to).map(|n| format!("line {n}\n")).collect::<String>();
        repo.file("src/pool.rs", numbered(1, 60)).file("src/old.rs", numbered(1, 5)).commit("first");
        repo.git(&["switch", "--quiet", "-c", "change"]);
        let changed = numbered(1, 60).replace("line 30\n", "line thirty\nline thirty and a half\n");
        repo.file("src/pool.rs", changed)
            .file("src/new.rs", numbered(1, 20))
            .delete("src/old.rs")
            .commit("retry reads");
        let forge = FakeForge::start(dialect);
        forge.grant(APP_TOKEN, Access::app("deep-review"));
        forge.repository(Repo::new(PROJECT, repo.path()));
        forge.pull(PROJECT, PullRequest::new(7, "Retry reads").by("alice").body("Reads are retried."));
        Self { dialect, forge, repo }
    }

    fn client(&self) -> Box<dyn Forge> {
        let login = Arc::new(StaticToken::new(Token::new(APP_TOKEN)).unwrap());
        let url = self.forge.url();
        match self.dialect {
            Dialect::GitHub => Box::new(Github::new(&url, PROJECT, login).unwrap()),
            Dialect::GitLab => Box::new(Gitlab::new(&url, PROJECT, login).unwrap()),
            Dialect::Gitea => Box::new(Gitea::new(&url, PROJECT, login).unwrap()),
        }
    }

    /// A report of the pull request's head with findings at these places.
    fn report(&self, places: &[Location]) -> Report {
        let repository = GitRepository::open(self.repo.path(), &Cancel::new()).unwrap();
        let options = ChangeOptions::range("main", "change");
        let change =
            repository.compare(&options, &Cancel::new()).unwrap().change_set(&Cancel::new()).unwrap();
        let mut report = Report::default();
        report.id = format!("20260101-000000-pr-7-{}", change.head.as_deref().unwrap().get(..6).unwrap());
        report.round = 1;
        report.hunks = change
            .files
            .iter()
            .map(|file| FileHunks::new(&file.path, file.old_path.clone(), file.hunks.clone()))
            .collect();
        report.change = change;
        report.reviewers.push(ReviewerSummary::new("claude"));
        report.verdict = Verdict::new(VerdictDecision::MergeWithFixes, "there is something to mend");
        for (index, place) in places.iter().enumerate() {
            let id = format!("I{}", index + 1);
            report.findings.push(
                ConsolidatedFinding::new(
                    &id,
                    Severity::Important,
                    format!("Title of {id}"),
                    SourceId::new("claude", 1, &id),
                )
                .with_fingerprint(format!("fp/v1:{id}"))
                .with_body("It is wrong.")
                .at(place.clone()),
            );
        }
        report
    }
}

fn places() -> Vec<Location> {
    vec![
        Location::lines("src/pool.rs", 30, 31),
        Location::lines("src/new.rs", 3, 9),
        Location::line("src/old.rs", 2).with_side(Side::Base),
        Location::line("src/pool.rs", 1),
        Location::line("elsewhere.rs", 4),
    ]
}

fn options() -> PublishOptions {
    PublishOptions::default().with_pace(Duration::ZERO)
}

async fn run(client: &dyn Forge, report: &Report) -> review_core::Result<Published> {
    publish(client, 7, report, &options(), Cx::detached()).await
}

#[tokio::test]
async fn github_shows_a_review_a_summary_and_a_check() {
    let scene = Scene::new();
    let report = scene.report(&places());
    run(&*scene.client(), &report).await.unwrap();
    insta::assert_snapshot!(scene.forge.state(), @r#"
    acme/pool
      change 7 "Retry reads" open by alice
        change at head 7.1 into main
        comment 16 by deep-review[bot]
          | <!-- deep-review:report 20260101-000000-pr-7-8293d8 --> (+27 lines)
        review 7 by deep-review[bot] at head 7.1: commented, 4 comments
          | <!-- deep-review:review 20260101-000000-pr-7-8293d8 --> (+1 line)
        thread 9 src/pool.rs:R30-R31
          comment 8 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I1 --> (+5 lines)
        thread 11 src/new.rs:R3-R9
          comment 10 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I2 --> (+5 lines)
        thread 13 src/old.rs:L2
          comment 12 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I3 --> (+5 lines)
        thread 15 src/pool.rs:R30
          comment 14 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I4 --> (+5 lines)
      check "Deep Review" by deep-review[bot] at head 7.1: success "5 important", 4 annotations
        | **merge_with_fixes** there is something to mend
    "#);
}

#[tokio::test]
async fn gitlab_shows_threads_a_summary_and_a_status() {
    let scene = Scene::at(Dialect::GitLab);
    run(&*scene.client(), &scene.report(&places())).await.unwrap();
    insta::assert_snapshot!(scene.forge.state(), @r#"
    acme/pool
      change 7 "Retry reads" open by alice
        change at head 7.1 into main
        comment 15 by deep-review[bot]
          | <!-- deep-review:report 20260101-000000-pr-7-8293d8 --> (+27 lines)
        thread 8 src/pool.rs:R30-R31
          comment 7 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I1 --> (+5 lines)
        thread 10 src/new.rs:R3-R9
          comment 9 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I2 --> (+5 lines)
        thread 12 src/old.rs:L2
          comment 11 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I3 --> (+5 lines)
        thread 14 src/pool.rs:R30
          comment 13 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I4 --> (+5 lines)
      status "Deep Review" by deep-review[bot] at head 7.1: success "5 important [20260101-000000-pr-7-8293d8]"
    "#);
}

#[tokio::test]
async fn gitea_shows_a_review_a_summary_and_a_status() {
    let scene = Scene::at(Dialect::Gitea);
    run(&*scene.client(), &scene.report(&places())).await.unwrap();
    insta::assert_snapshot!(scene.forge.state(), @r#"
    acme/pool
      change 7 "Retry reads" open by alice
        change at head 7.1 into main
        comment 16 by deep-review[bot]
          | <!-- deep-review:report 20260101-000000-pr-7-8293d8 --> (+27 lines)
        review 7 by deep-review[bot] at head 7.1: commented, 4 comments
          | <!-- deep-review:review 20260101-000000-pr-7-8293d8 --> (+1 line)
        thread 9 src/pool.rs:R31
          comment 8 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I1 --> (+5 lines)
        thread 11 src/new.rs:R9
          comment 10 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I2 --> (+5 lines)
        thread 13 src/old.rs:L2
          comment 12 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I3 --> (+5 lines)
        thread 15 src/pool.rs:R30
          comment 14 by deep-review[bot]
            | <!-- deep-review:finding fp/v1:I4 --> (+5 lines)
      status "Deep Review" by deep-review[bot] at head 7.1: success "5 important [20260101-000000-pr-7-8293d8]"
    "#);
}

#[tokio::test]
async fn the_second_time_nothing_is_written() {
    for dialect in ALL {
        let scene = Scene::at(dialect);
        let report = scene.report(&places());
        run(&*scene.client(), &report).await.unwrap();
        let (state, writes) = (scene.forge.full_state(), scene.forge.writes());
        let again = run(&*scene.client(), &report).await.unwrap();
        assert_eq!(again.made, [], "{dialect:?}");
        assert_eq!((scene.forge.full_state(), scene.forge.writes()), (state, writes), "{dialect:?}");
    }
}

#[tokio::test]
async fn killed_at_every_write_and_run_again_the_end_is_the_same() {
    for dialect in ALL {
        let calm = Scene::at(dialect);
        let report = calm.report(&places());
        run(&*calm.client(), &report).await.unwrap();
        let wanted = calm.forge.full_state();
        let writes = calm.forge.writes();
        assert!(writes >= 3, "{writes}");
        for at in 1..=writes {
            for kill in [Kill::Lost, Kill::Performed] {
                let scene = Scene::at(dialect);
                scene.forge.kill_at_write(at, kill);
                run(&*scene.client(), &report).await.unwrap_err();
                assert!(scene.forge.is_dead(), "write {at}");
                scene.forge.revive();
                run(&*scene.client(), &report).await.unwrap();
                assert_eq!(scene.forge.full_state(), wanted, "{dialect:?} {kill:?} at write {at}");
            }
        }
    }
}

#[tokio::test]
async fn every_fault_at_every_write_ends_the_same() {
    let calm = Scene::new();
    let report = calm.report(&places());
    run(&*calm.client(), &report).await.unwrap();
    let wanted = calm.forge.full_state();
    let writes = calm.forge.writes();
    let faults: [fn() -> Fault; 5] = [
        Fault::bad_gateway,
        Fault::bad_gateway_after,
        Fault::dropped_after,
        || Fault::secondary_limit(0),
        || Fault::rate_limited(0),
    ];
    for (number, fault) in faults.iter().enumerate() {
        for (method, path) in
            [("POST", "/reviews"), ("POST", "/7/comments"), ("POST", "/check-runs"), ("POST", "/graphql")]
        {
            let scene = Scene::new();
            scene.forge.fault(fault().on(method, path).once());
            run(&*scene.client(), &report).await.unwrap();
            assert_eq!(scene.forge.full_state(), wanted, "fault {number} at {path}");
        }
    }
    assert_eq!(calm.forge.writes(), writes);
}

#[tokio::test]
async fn an_orphan_and_a_refused_comment_are_dealt_with() {
    let scene = Scene::new();
    let report = scene.report(&places());
    scene.forge.fault(Fault::orphan_review().on("POST", "/reviews").once());
    let published = run(&*scene.client(), &report).await.unwrap();
    assert!(
        published.made.iter().any(|planned| planned.write.name() == "discard pending review"),
        "{published:?}"
    );
    assert!(!scene.forge.state().contains("pending"), "{}", scene.forge.state());
    assert_eq!(run(&*scene.client(), &report).await.unwrap().made, []);

    // A comment that the forge refuses, as often as it is tried.
    let scene = Scene::new();
    scene.forge.fault(Fault::unprocessable().on("POST", "/reviews"));
    scene.forge.fault(Fault::unprocessable().on("POST", "/7/comments").once());
    let published = run(&*scene.client(), &report).await.unwrap();
    insta::assert_snapshot!(published.notes.iter().map(|note| note.split(" (").next().unwrap()).collect::<Vec<_>>().join("\n"), @"
    the forge refused a review as a whole; its comments were sent one by one
    the forge refused the comment on I1; it stands in the summary
    ");
    let named = scene.forge.full_state();
    (1..=5).for_each(|n| assert!(named.contains(&format!("Title of I{n}")), "I{n}"));
}

#[tokio::test]
async fn rights_that_are_missing_are_made_up_for() {
    let shown = |access: Option<Access>| async move {
        let scene = Scene::new();
        if let Some(access) = access {
            scene.forge.grant(APP_TOKEN, access);
        }
        let published = run(&*scene.client(), &scene.report(&places())).await;

        match published {
            Ok(published) => {
                published.made.iter().map(|planned| planned.write.name()).collect::<Vec<_>>().join(", ")
            }
            Err(error) => format!("! {:?}: {}", error.kind(), error.message()),
        }
    };
    let app = || Access::app("deep-review");
    insta::assert_snapshot!([
        shown(None).await,
        shown(Some(app().without(Right::Checks))).await,
        shown(Some(app().without(Right::Checks).without(Right::Statuses))).await,
        shown(Some(app().without(Right::PullRequests))).await,
        shown(Some(app().read_only())).await,
        shown(Some(Access::user("ann"))).await,
    ].join("\n"), @"
    review, create summary, check
    review, create summary, status
    review, create summary
    ! Unauthorized: the token lacks a right for this
    ! Unauthorized: the token lacks a right for this
    review, create summary, status
    ");
    let scene = Scene::new();
    scene.forge.fault(Fault::suspended());
    let error = run(&*scene.client(), &scene.report(&places())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(!format!("{error:?}").contains(APP_TOKEN), "{error:?}");
}

#[tokio::test]
async fn the_change_is_read_with_what_was_said() {
    let scene = Scene::new();
    scene.forge.comment(PROJECT, 7, "bob", "Does this hold the lock?");
    let thread = scene.forge.thread(PROJECT, 7, "carol", "src/pool.rs:R30-R31", "Why twice?");
    scene.forge.reply(thread, "alice", "Because.");
    let other = scene.forge.thread(PROJECT, 7, "carol", "src/new.rs:R2", "A test?");
    scene.forge.resolve(other, "carol");
    scene.forge.label(PROJECT, 7, "bug");
    let head = scene.repo.git(&["rev-parse", "change"]);
    scene.forge.check_run(PROJECT, &head, "tests", "failure");
    run(&*scene.client(), &scene.report(&places())).await.unwrap();
    let client = scene.client();
    let request = client.change(7, Cx::detached()).await.unwrap();
    assert_eq!(request.fetch.head, "refs/pull/7/head");
    let said = client.discussion(&request, Cx::detached()).await.unwrap();
    let notes = request.notes(&said);
    let text = serde_json::to_string_pretty(&notes).unwrap().replace(&scene.forge.server_url(), "[forge]");
    insta::assert_snapshot!(text, @r#"
    {
      "number": 7,
      "title": "Retry reads",
      "state": "open",
      "url": "[forge]/acme/pool/pull/7",
      "author": "alice",
      "description": "Reads are retried.",
      "discussion": [
        {
          "author": "bob",
          "text": "Does this hold the lock?"
        },
        {
          "author": "carol",
          "text": "Why twice?",
          "path": "src/pool.rs",
          "line": 31,
          "side": "head",
          "state": "open"
        },
        {
          "author": "alice",
          "text": "Because.",
          "path": "src/pool.rs",
          "line": 31,
          "side": "head",
          "state": "open"
        },
        {
          "author": "carol",
          "text": "A test?",
          "path": "src/new.rs",
          "line": 2,
          "side": "head",
          "state": "resolved"
        }
      ],
      "labels": [
        "bug"
      ],
      "base_branch": "main",
      "checks": [
        {
          "name": "tests",
          "result": "failure"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn people_dismiss_and_strangers_do_not() {
    let scene = Scene::new();
    scene.forge.permission(PROJECT, "maintainer", Permission::Write);
    let many: Vec<Location> = (1..=8).map(|line| Location::line("src/new.rs", line)).collect();
    let report = scene.report(&many);
    run(&*scene.client(), &report).await.unwrap();
    let client = scene.client();
    let read = || async {
        let request = client.change(7, Cx::detached()).await.unwrap();
        client.discussion(&request, Cx::detached()).await.unwrap()
    };
    let said = read().await;
    let thread = |n: usize| said.threads[n].clone();
    let number = |n: usize| thread(n).comments[0].id.parse::<u64>().unwrap();
    let by_comment = |n: usize| scene.forge.thread_of(number(n));
    scene.forge.resolve(by_comment(0), "maintainer");
    scene.forge.reply(by_comment(1), "maintainer", "Won't fix: it is a demo.");
    scene.forge.reply(by_comment(2), "stranger", "wontfix");
    scene.forge.react(number(3), "maintainer", "-1");
    scene.forge.react(number(4), "stranger", "-1");
    scene.forge.comment(PROJECT, 7, "maintainer", "/deep-review dismiss I6 generated code");
    scene.forge.comment(PROJECT, 7, "stranger", "/deep-review dismiss I7 please");
    scene.forge.reply(by_comment(7), "maintainer", "Is this by design? I will look.");
    let said = read().await;
    let mut permissions = Permissions::new();
    for login in voices(&said) {
        permissions.insert(login.clone(), client.permission(&login, Cx::detached()).await.unwrap());
    }
    let known = earlier(&said, &permissions);
    let resolution = known.resolution.unwrap();
    let shown: Vec<String> = resolution
        .items
        .iter()
        .map(|item| format!("{} {}: {}", item.item, item.action, item.reason.as_deref().unwrap_or_default()))
        .chain(known.notes)
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    I1 declined: dismissed by @maintainer: the thread was closed
    I2 declined: dismissed by @maintainer: Won't fix: it is a demo.
    I4 declined: dismissed by @maintainer: thumb down
    I6 declined: dismissed by @maintainer: generated code
    a command of @stranger was ignored: writing to the repository is needed
    ");
    assert_eq!(known.report.unwrap().findings.len(), 8);
}

#[tokio::test]
async fn an_app_logs_in_and_does_what_its_rights_allow() {
    for (access, expected) in [
        (Access::app("deep-review"), "review, create summary, check"),
        (Access::app("deep-review").without(Right::Checks), "review, create summary, status"),
    ] {
        let scene = Scene::new();
        scene.forge.app(Application::new(12, "deep-review").public_key(TEST_APP_PUBLIC_KEY).access(access));
        let login = AppLogin::new(&scene.forge.url(), "12", TEST_APP_KEY, PROJECT).unwrap();
        let client = Github::new(&scene.forge.url(), PROJECT, Arc::new(login)).unwrap();
        let published = run(&client, &scene.report(&places())).await.unwrap();
        let made: Vec<&str> = published.made.iter().map(|planned| planned.write.name()).collect();
        assert_eq!(made.join(", "), expected);
        assert_eq!(published.notes, [""; 0], "rights are known up front, so nothing is tried in vain");
        let tokens =
            scene.forge.requests().iter().filter(|request| request.path.ends_with("access_tokens")).count();
        assert_eq!(tokens, 1, "one token for all requests");
    }
    let scene = Scene::new();
    let login = AppLogin::new(&scene.forge.url(), "13", TEST_APP_KEY, PROJECT).unwrap();
    let client = Github::new(&scene.forge.url(), PROJECT, Arc::new(login)).unwrap();
    let error = client.change(7, Cx::detached()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized, "{error}");
    for odd in ["", "no key", TEST_APP_PUBLIC_KEY] {
        assert!(AppLogin::new(&scene.forge.url(), "12", odd, PROJECT).is_err());
    }
}

#[tokio::test]
async fn all_adapters_conform() {
    for dialect in ALL {
        let scene = Scene::at(dialect);
        let report = scene.report(&places());
        let client = scene.client();
        let stage =
            Stage { forge: &*client, number: 7, report: &report, token: APP_TOKEN, options: options() };
        assert_eq!(check(&stage).await, [""; 0], "{dialect:?}");
    }
}
