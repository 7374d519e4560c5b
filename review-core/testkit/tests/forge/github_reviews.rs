//! GitHub's reviews, and their comments on lines.

use review_testkit::fake_forge::{Access, Dialect, FakeForge, PullRequest, Repo};
use serde_json::{Value, json};

use crate::client::{call, call_as, get};
use crate::history::{History, lines, seeded};

const PULL: &str = "/repos/acme/pool/pulls/7";

fn review_with(forge: &FakeForge, comment: Value) -> String {
    let body = json!({ "event": "COMMENT", "body": "Looked.", "comments": [comment] });
    let response = call(forge, "POST", &format!("{PULL}/reviews"), body);
    if response.status < 300 { "taken".to_owned() } else { response.refusal() }
}

#[test]
fn a_comment_must_lie_in_a_hunk() {
    let (forge, _history) = seeded(Dialect::GitHub);
    let on = |fields: Value| {
        let mut comment = json!({ "path": "a.txt", "body": "Hm." });
        comment.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        review_with(&forge, comment)
    };
    let line = "422 Unprocessable Entity [\"Line could not be resolved\"]";
    // The edit, its context, and the removed line on its own side.
    for right in [7, 10, 13] {
        assert_eq!(on(json!({ "line": right })), "taken");
    }
    assert_eq!(on(json!({ "line": 30, "side": "LEFT" })), "taken");
    assert_eq!(
        on(json!({ "line": 7, "start_line": 6, "start_side": "RIGHT" })),
        "422 Unprocessable Entity [\"start_line must be part of the same hunk as the line.\"]"
    );
    // Outside of the context, in the wrong way, and context on the left.
    assert_eq!(on(json!({ "line": 6 })), line);
    assert_eq!(on(json!({ "line": 14 })), line);
    assert_eq!(on(json!({ "line": 9, "side": "LEFT" })), line);
    assert_eq!(on(json!({ "line": 500 })), line);
    assert_eq!(on(json!({})), line);
    // Ranges.
    assert_eq!(on(json!({ "start_line": 8, "line": 10 })), "taken");
    for (start, end) in [(10, 10), (11, 10)] {
        assert!(on(json!({ "start_line": start, "line": end })).contains("start_line must precede"));
    }
    assert!(on(json!({ "start_line": 10, "line": 31 })).contains("same hunk"));
    assert!(on(json!({ "start_line": 30, "start_side": "LEFT", "line": 31 })).contains("same hunk"));
    // Paths.
    let path = "422 Unprocessable Entity [\"Path could not be resolved\"]";
    assert_eq!(review_with(&forge, json!({ "path": "kept.txt", "line": 1, "body": "Hm." })), path);
    // What the description doesn't know.
    let unknown = on(json!({ "line": 10, "subject_type": "line" }));
    assert!(unknown.starts_with("422 Invalid request.") && unknown.contains("subject_type"), "{unknown}");
    assert!(on(json!({ "line": 10, "side": "BOTH" })).starts_with("422"));
    assert!(on(json!({ "position": 3 })).contains("position"));
}

#[test]
fn a_review_is_taken_whole_or_not_at_all() {
    let (forge, _history) = seeded(Dialect::GitHub);
    let right = json!({ "path": "new.txt", "line": 2, "body": "Two." });
    let wrong = json!({ "path": "new.txt", "line": 4, "body": "Four." });
    let before = forge.full_state();
    let body = json!({ "event": "COMMENT", "comments": [right, wrong] });
    let refusal = call(&forge, "POST", &format!("{PULL}/reviews"), body).refusal();
    assert_eq!(refusal, "422 Unprocessable Entity [\"Line could not be resolved\"]");
    assert_eq!(forge.full_state(), before);
    let body = json!({ "event": "COMMENT", "body": "One thing.\nNo more.", "comments": [right] });
    let review = call(&forge, "POST", &format!("{PULL}/reviews"), body).ok();
    assert_eq!(review["state"], "COMMENTED");
    insta::assert_snapshot!(forge.state(), @r#"
    acme/pool
      change 7 "Ten" open by alice
        change at head 7.1 into main
        review 6 by deep-review at head 7.1: commented, 1 comment
          | One thing. (+1 line)
        thread 8 new.txt:R2
          comment 7 by deep-review
            | Two.
    "#);
    let path = format!("{PULL}/reviews/{}/comments", review["id"]);
    assert_eq!(get(&forge, &path).as_array().unwrap().len(), 1);
}

#[test]
fn verdicts_have_their_rules() {
    let (forge, _history) = seeded(Dialect::GitHub);
    forge.grant("alice-token", Access::user("alice"));
    let path = format!("{PULL}/reviews");
    let post = |token: &str, body: Value| {
        let response = call_as(&forge, token, "POST", &path, body);
        if response.status < 300 { response.body["state"].to_string() } else { response.refusal() }
    };
    insta::assert_snapshot!(
        [
            post("alice-token", json!({ "event": "APPROVE" })),
            post("alice-token", json!({ "event": "REQUEST_CHANGES", "body": "No." })),
            post("alice-token", json!({ "event": "COMMENT" })),
            post(forge.token(), json!({ "event": "REQUEST_CHANGES" })),
            post(forge.token(), json!({ "event": "REQUEST_CHANGES", "body": "No." })),
            post(forge.token(), json!({ "event": "APPROVE" })),
            post(forge.token(), json!({ "event": "MERGE" })),
            post(forge.token(), json!({ "event": "COMMENT", "body": "x".repeat(65_537) })),
            post(forge.token(), json!({ "event": "COMMENT", "body": "ü".repeat(65_536) })),
            post(forge.token(), json!({ "commit_id": "0".repeat(40), "event": "COMMENT", "body": "Old." })),
        ]
        .join("\n"),
        @r#"
    422 Unprocessable Entity ["Can not approve your own pull request"]
    422 Unprocessable Entity ["Can not request changes on your own pull request"]
    422 Unprocessable Entity ["Body can't be blank"]
    422 Unprocessable Entity ["Body can't be blank"]
    "CHANGES_REQUESTED"
    "APPROVED"
    422 Invalid request.

    For '/event': "MERGE" is not one of "APPROVE", "REQUEST_CHANGES" or "COMMENT"
    422 Unprocessable Entity ["Body is too long (maximum is 65536 characters)"]
    "COMMENTED"
    422 Unprocessable Entity ["commit_id is not part of the pull request"]
    "#
    );
}

#[test]
fn a_pending_review_is_its_authors_own_until_it_is_submitted() {
    let (forge, _history) = seeded(Dialect::GitHub);
    forge.grant("bob-token", Access::user("bob"));
    let path = format!("{PULL}/reviews");
    let body = json!({ "comments": [{ "path": "new.txt", "line": 1, "body": "One." }] });
    let pending = call(&forge, "POST", &path, body.clone()).ok();
    assert_eq!(pending["state"], "PENDING");
    assert!(call(&forge, "POST", &path, body).refusal().contains("only have one pending review"));
    assert_eq!(call_as(&forge, "bob-token", "GET", &path, Value::Null).ok(), json!([]));
    assert_eq!(get(&forge, &format!("{PULL}/comments")), json!([]));
    let one = format!("{path}/{}", pending["id"]);
    assert_eq!(
        call_as(&forge, "bob-token", "POST", &format!("{one}/events"), json!({ "event": "COMMENT" })).status,
        404
    );
    call(&forge, "POST", &format!("{one}/events"), json!({ "event": "COMMENT" })).ok();
    assert_eq!(get(&forge, &format!("{PULL}/comments")).as_array().unwrap().len(), 1);
    assert!(call(&forge, "DELETE", &one, Value::Null).refusal().contains("non-pending"));
    let other = call(&forge, "POST", &path, json!({ "body": "Later." })).ok();
    let before = get(&forge, &path).as_array().unwrap().len();
    call(&forge, "DELETE", &format!("{path}/{}", other["id"]), Value::Null).ok();
    assert_eq!(get(&forge, &path).as_array().unwrap().len(), before - 1);
}

#[test]
fn a_push_makes_comments_outdated_or_moves_them() {
    let (forge, history) = seeded(Dialect::GitHub);
    let comments = json!([
        { "path": "a.txt", "line": 10, "body": "Edited line." },
        { "path": "a.txt", "line": 12, "body": "Its context." },
        { "path": "a.txt", "line": 30, "side": "LEFT", "body": "Removed line." },
        { "path": "new.txt", "start_line": 1, "line": 3, "body": "All of it." },
    ]);
    call(&forge, "POST", &format!("{PULL}/reviews"), json!({ "event": "COMMENT", "comments": comments }))
        .ok();
    history.switch("change");
    let edited = format!("zero\n{}", lines(60, &[(10, Some("ten")), (12, Some("twelve")), (30, None)]));
    history.commit(&[("a.txt", Some(&edited)), ("new.txt", Some("one\nTWO\nthree\n"))]);
    forge.push("acme/pool", 7, "change");
    insta::assert_snapshot!(forge.state(), @r#"
    acme/pool
      change 7 "Ten" open by alice
        change at head 7.2 into main
        review 6 by deep-review at head 7.1: commented, 4 comments
        thread 8 a.txt:R10 at head 7.1, now a.txt:R11
          comment 7 by deep-review
            | Edited line.
        thread 10 a.txt:R12 at head 7.1, outdated
          comment 9 by deep-review
            | Its context.
        thread 12 a.txt:L30 at head 7.1, now a.txt:L30
          comment 11 by deep-review
            | Removed line.
        thread 14 new.txt:R1-R3 at head 7.1, outdated
          comment 13 by deep-review
            | All of it.
    "#);
    let shown = get(&forge, &format!("{PULL}/comments"));
    let of = |index: usize, field: &str| shown[index][field].clone();
    assert_eq!((of(0, "line"), of(0, "original_line")), (json!(11), json!(10)));
    assert_eq!((of(1, "line"), of(1, "original_line")), (Value::Null, json!(12)));
    assert_eq!((of(2, "line"), of(2, "side")), (json!(30), json!("LEFT")));
    assert_eq!(
        (of(3, "line"), of(3, "start_line"), of(3, "original_start_line")),
        (Value::Null, Value::Null, json!(1))
    );
    // The old head may still be reviewed: the comment is where the line went.
    let old = history.git(&["rev-parse", "change~1"]);
    let body = json!({ "event": "COMMENT", "commit_id": old, "comments": [{ "path": "a.txt", "line": 10, "body": "Late." }] });
    call(&forge, "POST", &format!("{PULL}/reviews"), body).ok();
    assert!(forge.state().contains("a.txt:R10 at head 7.1, now a.txt:R11"), "{}", forge.state());
}

#[test]
fn a_head_that_was_pushed_away_is_not_reviewed() {
    let (forge, history) = seeded(Dialect::GitHub);
    let thread = forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Two?");
    let old = history.git(&["rev-parse", "change"]);
    history.switch("change");
    history.git(&["reset", "-q", "--hard", "main"]);
    history.commit(&[("new.txt", Some("none\none\ntwo\nthree\n"))]);
    forge.push("acme/pool", 7, "change");
    let body = json!({ "event": "COMMENT", "body": "Late.", "commit_id": old });
    let refusal = call(&forge, "POST", &format!("{PULL}/reviews"), body).refusal();
    assert!(refusal.contains("commit_id is not part of the pull request"), "{refusal}");
    // The thread went along all the same.
    assert!(
        forge.state().contains(&format!("thread {thread} new.txt:R2 at head 7.1, now new.txt:R3")),
        "{}",
        forge.state()
    );
}

#[test]
fn a_rebase_brings_nothing_of_the_base_along() {
    let (forge, history) = seeded(Dialect::GitHub);
    let thread = forge.thread("acme/pool", 7, "bob", "a.txt:R10", "Ten?");
    let removed = forge.thread("acme/pool", 7, "bob", "a.txt:L30", "Thirty?");
    let tip = history
        .commit(&[("kept.txt", Some("changed\n")), ("a.txt", Some(&format!("zero\n{}", lines(60, &[]))))]);
    history.switch("change");
    history.git(&["rebase", "-q", "main"]);
    forge.push("acme/pool", 7, "change");
    let pull = get(&forge, PULL);
    assert_eq!(
        (&pull["base"]["sha"], &pull["changed_files"], &pull["commits"]),
        (&json!(tip), &json!(2), &json!(1))
    );
    let state = forge.state();
    assert!(state.contains(&format!("thread {thread} a.txt:R10 at head 7.1, now a.txt:R11")), "{state}");
    assert!(state.contains(&format!("thread {removed} a.txt:L30 at head 7.1, now a.txt:L31")), "{state}");
}

#[test]
fn a_renamed_file_goes_by_its_new_name_on_both_sides() {
    let history = History::new();
    history.commit(&[("old.txt", Some(&lines(40, &[]))), ("logo.png", Some("\0\u{1}"))]);
    history.branch("change");
    let edited = lines(40, &[(20, Some("twenty"))]);
    history.commit(&[
        ("old.txt", None),
        ("name with \"quotes\".txt", Some(&edited)),
        ("logo.png", Some("\0\u{2}")),
    ]);
    let forge = FakeForge::start(Dialect::GitHub);
    forge.repository(Repo::new("acme/pool", history.path()));
    forge.pull("acme/pool", PullRequest::new(7, "Renamed"));
    let files = get(&forge, &format!("{PULL}/files"));
    let renamed = files.as_array().unwrap().iter().find(|file| file["status"] == "renamed").unwrap();
    assert_eq!((&renamed["previous_filename"], &renamed["changes"]), (&json!("old.txt"), &json!(2)));
    let on = |path: &str, fields: Value| {
        let mut comment = json!({ "path": path, "body": "Hm." });
        comment.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        review_with(&forge, comment)
    };
    assert_eq!(on("name with \"quotes\".txt", json!({ "line": 20, "side": "LEFT" })), "taken");
    assert_eq!(on("name with \"quotes\".txt", json!({ "line": 20 })), "taken");
    assert!(on("old.txt", json!({ "line": 20, "side": "LEFT" })).contains("Path could not be resolved"));
    // A binary file has no lines.
    assert!(on("logo.png", json!({ "line": 1 })).contains("Line could not be resolved"));
}
