//! Gitea's and Forgejo's REST.

use review_testkit::fake_forge::{Access, Dialect, FakeForge, Fault, Kill, Permission, Right};
use serde_json::{Value, json};

use crate::client::{call, call_as, get, try_call};
use crate::history::seeded;

const PULL: &str = "/repos/acme/pool/pulls/7";
const REVIEWS: &str = "/repos/acme/pool/pulls/7/reviews";

#[test]
fn a_change_is_told_whole() {
    let (forge, history) = seeded(Dialect::Gitea);
    let pull = get(&forge, PULL);
    assert_eq!(pull["merge_base"], history.git(&["rev-parse", "main"]));
    assert_eq!(pull["head"]["repo"]["clone_url"], format!("file://{}", history.path().display()));
    let files = get(&forge, &format!("{PULL}/files"));
    assert_eq!((&files[0]["status"], &files[1]["status"]), (&json!("changed"), &json!("added")));
    assert_eq!(get(&forge, &format!("{PULL}/commits"))[0]["sha"], pull["head"]["sha"]);
    assert_eq!(get(&forge, "/repos/acme/pool/issues/7")["title"], "Ten");
    forge.delete_head_repository("acme/pool", 7);
    assert_eq!(get(&forge, PULL)["head"]["repo"], Value::Null);
}

fn review(forge: &FakeForge, body: Value) -> String {
    let response = call(forge, "POST", REVIEWS, body);
    if response.status < 300 { response.body["state"].to_string() } else { response.refusal() }
}

#[test]
fn a_comment_is_on_one_side() {
    let (forge, _history) = seeded(Dialect::Gitea);
    let on = |fields: Value| {
        let mut comment = json!({ "path": "a.txt", "body": "Hm." });
        comment.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        review(&forge, json!({ "event": "COMMENT", "comments": [comment] }))
    };
    assert_eq!(on(json!({ "new_position": 10 })), "\"COMMENT\"");
    assert_eq!(on(json!({ "new_position": 12, "old_position": 0 })), "\"COMMENT\"");
    assert_eq!(on(json!({ "old_position": 30 })), "\"COMMENT\"");
    for wrong in [
        json!({ "new_position": 10, "old_position": 10 }),
        json!({}),
        json!({ "new_position": 40 }),
        json!({ "old_position": 12 }),
        json!({ "path": "kept.txt", "new_position": 1 }),
        json!({ "line": 10 }),
        json!({ "body": "", "new_position": 10 }),
    ] {
        assert!(on(wrong.clone()).starts_with("422"), "{wrong}");
    }
}

#[test]
fn reviews_have_their_rules() {
    let (forge, _history) = seeded(Dialect::Gitea);
    forge.grant("alice-token", Access::user("alice"));
    let own = |event: &str| {
        call_as(&forge, "alice-token", "POST", REVIEWS, json!({ "event": event, "body": "Hm." }))
    };
    assert!(own("APPROVED").refusal().contains("approve your own"));
    assert!(own("REQUEST_CHANGES").refusal().contains("reject your own"));
    assert!(review(&forge, json!({ "event": "COMMENT" })).starts_with("422"));
    assert!(review(&forge, json!({ "event": "REQUEST_CHANGES" })).starts_with("422"));
    assert!(review(&forge, json!({ "event": "APPROVE", "body": "Hm." })).starts_with("422"));
    assert_eq!(review(&forge, json!({ "event": "REQUEST_CHANGES", "body": "No." })), "\"REQUEST_CHANGES\"");
    forge.close("acme/pool", 7);
    assert!(
        review(&forge, json!({ "event": "REQUEST_CHANGES", "body": "No." })).contains("closed or merged")
    );
}

#[test]
fn a_review_that_fails_leaves_what_came_before() {
    let (forge, history) = seeded(Dialect::Gitea);
    let comments = json!([
        { "path": "new.txt", "body": "Two.", "new_position": 2 },
        { "path": "new.txt", "body": "Nine.", "new_position": 9 },
    ]);
    assert!(review(&forge, json!({ "event": "COMMENT", "comments": comments })).starts_with("422"));
    let left = get(&forge, REVIEWS);
    assert_eq!((&left[0]["state"], &left[0]["comments_count"]), (&json!("PENDING"), &json!(1)));
    // The next one takes it along.
    assert_eq!(review(&forge, json!({ "event": "COMMENT", "body": "All." })), "\"COMMENT\"");
    insta::assert_snapshot!(forge.state(), @r#"
    acme/pool
      change 7 "Ten" open by alice
        change at head 7.1 into main
        review 6 by deep-review at head 7.1: commented, 1 comment
          | All.
        thread 8 new.txt:R2
          comment 7 by deep-review
            | Two.
    "#);
    let of = format!("{REVIEWS}/{}/comments", left[0]["id"]);
    assert_eq!(
        (&get(&forge, &of)[0]["position"], get(&forge, &of)[0]["original_position"].clone()),
        (&json!(2), json!(0))
    );
    // Which commit the line is from, whatever head it was reviewed at.
    assert_eq!(get(&forge, &of)[0]["commit_id"], history.git(&["rev-parse", "change"]));
    let pending = call(&forge, "POST", REVIEWS, json!({ "event": "PENDING", "body": "Later." })).ok();
    let one = format!("{REVIEWS}/{}", pending["id"]);
    assert_eq!(
        call(&forge, "POST", &one, json!({ "event": "COMMENT", "body": "Now." })).ok()["state"],
        "COMMENT"
    );
    assert_eq!(call(&forge, "POST", &one, json!({ "event": "COMMENT", "body": "Again." })).status, 422);
    assert_eq!(call(&forge, "DELETE", &one, Value::Null).status, 204);
    assert_eq!(get(&forge, REVIEWS).as_array().unwrap().len(), 1);
}

#[test]
fn comments_statuses_and_rights() {
    let (forge, history) = seeded(Dialect::Gitea);
    let path = "/repos/acme/pool/issues/7/comments";
    let comment = call(&forge, "POST", path, json!({ "body": "Summary" })).ok();
    let one = format!("/repos/acme/pool/issues/comments/{}", comment["id"]);
    assert_eq!(
        call(&forge, "PATCH", &one, json!({ "body": "Summary, again" })).ok()["body"],
        "Summary, again"
    );
    assert_eq!(call(&forge, "PATCH", &one, json!({ "body": "" })).status, 422);
    for number in 0..60 {
        forge.comment("acme/pool", 7, "bob", &format!("Comment {number}"));
    }
    assert_eq!(get(&forge, path).as_array().unwrap().len(), 61);
    let reactions = format!("{one}/reactions");
    assert_eq!(get(&forge, &reactions), Value::Null);
    forge.react(comment["id"].as_u64().unwrap(), "bob", "-1");
    assert_eq!(get(&forge, &reactions)[0]["content"], "-1");
    assert_eq!(call(&forge, "POST", &reactions, json!({ "content": "shrug" })).status, 403);

    let head = history.git(&["rev-parse", "change"]);
    let statuses = format!("/repos/acme/pool/statuses/{head}");
    for word in ["pending", "failure"] {
        call(&forge, "POST", &statuses, json!({ "state": word, "context": "review" })).ok();
    }
    assert_eq!(call(&forge, "POST", &statuses, json!({ "state": "failed" })).status, 422);
    assert_eq!(get(&forge, &format!("/repos/acme/pool/commits/{head}/status"))["state"], "failure");
    for _ in 0..50 {
        forge.status("acme/pool", &head, "ci", "success");
    }
    let page = call(&forge, "GET", &format!("{statuses}?limit=100"), Value::Null);
    assert_eq!((page.body.as_array().unwrap().len(), page.header("x-total-count")), (50, Some("52")));

    forge.permission("acme/pool", "carol", Permission::Write);
    let permission = get(&forge, "/repos/acme/pool/collaborators/carol/permission");
    assert_eq!(permission["permission"], "write");
    forge.grant("weak", Access::user("weak").without(Right::PullRequests));
    let body = json!({ "event": "COMMENT", "body": "Hm." });
    assert_eq!(call_as(&forge, "weak", "POST", REVIEWS, body.clone()).status, 403);
    assert_eq!(call_as(&forge, "wrong", "GET", PULL, Value::Null).status, 401);
    // Threads can't be resolved.
    assert_eq!(call(&forge, "POST", &format!("{PULL}/comments/1/resolve"), Value::Null).status, 404);
    forge.fault(Fault::not_allowed().once());
    assert!(call(&forge, "GET", PULL, Value::Null).refusal().contains("scope"));
    forge.kill_at_write(1, Kill::Performed);
    assert!(try_call(&forge, forge.token(), "POST", REVIEWS, &body).is_none());
    forge.revive();
    assert_eq!(get(&forge, REVIEWS).as_array().unwrap().len(), 1);
}
