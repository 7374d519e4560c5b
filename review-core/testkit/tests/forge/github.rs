//! GitHub's REST.

use review_testkit::fake_forge::{
    Access, Application, Dialect, FakeForge, Permission, PullRequest, Repo, Right, TEST_APP_KEY,
    TEST_APP_PUBLIC_KEY,
};
use serde_json::{Value, json};

use crate::client::{call, call_as, get};
use crate::history::{History, seeded};

const PULL: &str = "/repos/acme/pool/pulls/7";

fn with_app(forge: &FakeForge) -> &'static str {
    forge.grant("app-token", Access::app("reviewer"));
    "app-token"
}

#[test]
fn a_change_is_told_whole() {
    let (forge, history) = seeded(Dialect::GitHub);
    let pull = get(&forge, PULL);
    assert_eq!(pull["head"]["sha"], history.git(&["rev-parse", "change"]));
    assert_eq!(pull["base"]["repo"]["clone_url"], format!("file://{}", history.path().display()));
    assert_eq!(
        (&pull["changed_files"], &pull["additions"], &pull["deletions"]),
        (&json!(2), &json!(4), &json!(2))
    );
    let files = get(&forge, &format!("{PULL}/files"));
    let names: Vec<&Value> = files.as_array().unwrap().iter().map(|file| &file["filename"]).collect();
    assert_eq!(names, ["a.txt", "new.txt"]);
    assert!(files[0]["patch"].as_str().unwrap().starts_with("@@ -7,7 +7,7 @@"));
    assert_eq!(get(&forge, &format!("{PULL}/commits")).as_array().unwrap().len(), 1);
    let compared = get(&forge, "/repos/acme/pool/compare/main...change");
    assert_eq!(compared["merge_base_commit"]["sha"], history.git(&["rev-parse", "main"]));
    assert_eq!(compared["status"], "ahead");
    // What a client fetches is there.
    history.git(&["cat-file", "-e", "refs/pull/7/head"]);
}

#[test]
fn what_a_deleted_account_wrote_stays() {
    let (forge, _history) = seeded(Dialect::GitHub);
    forge.comment("acme/pool", 7, "bob", "Hello");
    forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Two?");
    forge.delete_account("bob");
    assert_eq!(get(&forge, "/repos/acme/pool/issues/7/comments")[0]["user"]["login"], "ghost");
    assert_eq!(get(&forge, &format!("{PULL}/comments"))[0]["user"], Value::Null);
    assert_eq!(get(&forge, &format!("{PULL}/reviews"))[0]["user"], Value::Null);
}

/// What the other tests don't ask for. Each answer is checked against the description before it is sent.
#[test]
fn the_rest_answers_as_described() {
    let (forge, history) = seeded(Dialect::GitHub);
    let app = with_app(&forge);
    forge.issue("acme/pool", 3, "Ten is wrong", "It is.", "bob");
    forge.label("acme/pool", 7, "review");
    let issue = |number: u64| get(&forge, &format!("/repos/acme/pool/issues/{number}"));
    assert_eq!((&issue(3)["title"], &issue(3)["pull_request"]), (&json!("Ten is wrong"), &Value::Null));
    assert!(issue(7)["pull_request"].is_object());
    assert_eq!(issue(7)["labels"][0]["name"], "review");
    assert_eq!(get(&forge, "/repos/acme/pool")["default_branch"], "main");

    let body = json!({ "event": "REQUEST_CHANGES", "body": "No.", "comments": [{ "path": "new.txt", "line": 1, "body": "One." }] });
    let review = call(&forge, "POST", &format!("{PULL}/reviews"), body).ok();
    let one = format!("{PULL}/reviews/{}", review["id"]);
    assert_eq!(call(&forge, "PUT", &one, json!({ "body": "No, no." })).ok()["body"], "No, no.");
    assert_eq!(get(&forge, &one)["state"], "CHANGES_REQUESTED");
    let dismissed = call(&forge, "PUT", &format!("{one}/dismissals"), json!({ "message": "Fixed." })).ok();
    assert_eq!(dismissed["state"], "DISMISSED");
    assert_eq!(call(&forge, "PUT", &format!("{one}/dismissals"), json!({ "message": "Fixed." })).status, 422);
    let comment = get(&forge, &format!("{one}/comments"))[0].clone();
    assert!(comment["diff_hunk"].as_str().unwrap().starts_with("@@ -0,0 +1,3 @@\n+one"));
    let comment = format!("/repos/acme/pool/pulls/comments/{}", comment["id"]);
    assert_eq!(call(&forge, "PATCH", &comment, json!({ "body": "1." })).ok()["body"], "1.");

    let head = history.git(&["rev-parse", "change"]);
    let run = json!({ "name": "review", "head_sha": head, "conclusion": "success" });
    let run = call_as(&forge, app, "POST", "/repos/acme/pool/check-runs", run).ok();
    assert_eq!(get(&forge, &format!("/repos/acme/pool/check-runs/{}", run["id"]))["app"]["slug"], "reviewer");
    forge.check_run("acme/pool", &head, "build", "failure");
    let runs = get(&forge, &format!("/repos/acme/pool/commits/{head}/check-runs?check_name=build"));
    assert_eq!((&runs["total_count"], &runs["check_runs"][0]["conclusion"]), (&json!(1), &json!("failure")));
    forge.status("acme/pool", &head, "ci", "error");
    assert_eq!(get(&forge, &format!("/repos/acme/pool/commits/{head}/statuses"))[0]["state"], "error");

    let below = forge.comment("acme/pool", 3, "bob", "Below an issue");
    forge.react(below, "alice", "rocket");
    assert_eq!(
        get(&forge, &format!("/repos/acme/pool/issues/comments/{below}/reactions"))[0]["content"],
        "rocket"
    );
    let late = get(&forge, "/repos/acme/pool/issues/3/comments?since=2030-01-01T00:00:00Z");
    assert_eq!(late, json!([]));
    forge.edit_comment(below, "Changed");
    assert_eq!(get(&forge, "/repos/acme/pool/issues/3/comments")[0]["body"], "Changed");
    forge.lock("acme/pool", 7);
    forge.grant("weak", Access::user("weak").without(Right::Contents));
    let said =
        call_as(&forge, "weak", "POST", "/repos/acme/pool/issues/7/comments", json!({ "body": "Hm." }));
    assert_eq!(said.refusal(), "403 Unable to create comment because issue is locked.");
    forge.describe("acme/pool", 7, "Another one");
    forge.close("acme/pool", 7);
    let pull = get(&forge, PULL);
    assert_eq!(
        (&pull["state"], &pull["merged"], &pull["body"]),
        (&json!("closed"), &json!(false), &json!("Another one"))
    );
}

#[test]
fn comments_are_paged_edited_and_answered() {
    let (forge, _history) = seeded(Dialect::GitHub);
    for number in 0..35 {
        forge.comment("acme/pool", 7, "bob", &format!("Comment {number}"));
    }
    let path = "/repos/acme/pool/issues/7/comments";
    let first = call(&forge, "GET", path, Value::Null);
    assert_eq!(first.body.as_array().unwrap().len(), 30);
    let link = first.header("link").unwrap();
    let next = link.split(';').next().unwrap().trim_matches(['<', '>']).strip_prefix(&forge.url()).unwrap();
    assert!(link.contains("rel=\"next\"") && link.contains("rel=\"last\""), "{link}");
    let second = call(&forge, "GET", next, Value::Null);
    assert_eq!(second.body.as_array().unwrap().len(), 5);
    assert!(!second.header("link").unwrap().contains("rel=\"next\""));
    assert_eq!(get(&forge, &format!("{path}?per_page=1000")).as_array().unwrap().len(), 35);

    let mine = call(&forge, "POST", path, json!({ "body": "Summary" })).ok();
    let one = format!("/repos/acme/pool/issues/comments/{}", mine["id"]);
    call(&forge, "PATCH", &one, json!({ "body": "Summary, again" })).ok();
    assert_eq!(get(&forge, &one)["body"], "Summary, again");
    assert!(call(&forge, "PATCH", &one, json!({ "body": "x", "title": "y" })).refusal().starts_with("422"));
    assert!(
        call(&forge, "POST", path, json!({ "body": " " })).refusal().starts_with("422 Validation Failed")
    );
    forge.grant("bob-token", Access::user("bob").without(Right::Contents));
    assert!(
        call_as(&forge, "bob-token", "PATCH", &one, json!({ "body": "Bob's" })).refusal().starts_with("403")
    );

    let thread = forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Why two?");
    let comment = forge.first_comment(thread);
    let replies = |id: &Value| format!("{PULL}/comments/{id}/replies");
    let reply = call(&forge, "POST", &replies(&json!(comment)), json!({ "body": "Because." })).ok();
    assert_eq!(reply["in_reply_to_id"], comment);
    assert_eq!(call(&forge, "POST", &replies(&reply["id"]), json!({ "body": "And?" })).status, 404);
    forge.react(comment, "alice", "-1");
    assert_eq!(get(&forge, &format!("/repos/acme/pool/pulls/comments/{comment}"))["reactions"]["-1"], 1);
    let reactions = format!("/repos/acme/pool/pulls/comments/{comment}/reactions");
    assert_eq!(get(&forge, &reactions)[0]["user"]["login"], "alice");
    assert_eq!(call(&forge, "POST", &reactions, json!({ "content": "eyes" })).status, 201);
    assert_eq!(call(&forge, "POST", &reactions, json!({ "content": "eyes" })).status, 200);
    assert_eq!(call(&forge, "POST", &reactions, json!({ "content": "shrug" })).status, 422);
    // A comment on the file as a whole.
    let head = get(&forge, PULL)["head"]["sha"].clone();
    let body = json!({ "path": "new.txt", "subject_type": "file", "commit_id": head, "body": "No licence." });
    let of_file = call(&forge, "POST", &format!("{PULL}/comments"), body).ok();
    assert_eq!(of_file["subject_type"], "file");
    call(&forge, "DELETE", &format!("/repos/acme/pool/pulls/comments/{}", of_file["id"]), Value::Null).ok();
    assert!(!forge.state().contains("thread 0 new.txt\n"));
}

#[test]
fn check_runs_take_fifty_annotations_a_request() {
    let (forge, history) = seeded(Dialect::GitHub);
    let app = with_app(&forge);
    let head = history.git(&["rev-parse", "change"]);
    let path = "/repos/acme/pool/check-runs";
    let notes = |n: usize| -> Vec<Value> {
        let note = |at: usize| json!({ "path": "a.txt", "start_line": at + 1, "end_line": at + 1, "annotation_level": "warning", "message": "Hm." });
        (0..n).map(note).collect()
    };
    let output = |n: usize| json!({ "title": "Found", "summary": "Things.", "annotations": notes(n) });
    let body = json!({ "name": "review", "head_sha": head });
    assert!(call(&forge, "POST", path, body.clone()).refusal().contains("authenticate via a GitHub App"));
    let run = call_as(&forge, app, "POST", path, body).ok();
    assert_eq!(run["status"], "queued");
    let one = format!("{path}/{}", run["id"]);
    let patch = |body: Value| call_as(&forge, app, "PATCH", &one, body);
    assert!(patch(json!({ "output": output(51) })).refusal().starts_with("422"));
    patch(json!({ "output": output(50) })).ok();
    patch(json!({ "output": output(3) })).ok();
    let refusal = patch(json!({ "status": "completed" })).refusal();
    assert!(refusal.starts_with("422 Invalid request."), "{refusal}");
    assert!(patch(json!({ "conclusion": "fine" })).refusal().starts_with("422"));
    assert!(patch(json!({ "output": { "title": "No summary" } })).refusal().contains("summary"));
    let done = patch(json!({ "conclusion": "neutral" })).ok();
    assert_eq!((&done["status"], &done["output"]["annotations_count"]), (&json!("completed"), &json!(53)));
    let of_commit = get(&forge, &format!("/repos/acme/pool/commits/{head}/check-runs"));
    assert_eq!(of_commit["total_count"], 1);
    let elsewhere = json!({ "name": "review", "head_sha": "0".repeat(40) });
    assert!(call_as(&forge, app, "POST", path, elsewhere).refusal().contains("No commit found"));

    let status = format!("/repos/acme/pool/statuses/{head}");
    call(&forge, "POST", &status, json!({ "state": "pending", "context": "review" })).ok();
    call(&forge, "POST", &status, json!({ "state": "success", "context": "review" })).ok();
    assert!(call(&forge, "POST", &status, json!({ "state": "neutral" })).refusal().starts_with("422"));
    assert!(
        call(&forge, "POST", &status, json!({ "state": "error", "description": "x".repeat(141) }))
            .refusal()
            .starts_with("422")
    );
    let combined = get(&forge, &format!("/repos/acme/pool/commits/{head}/status"));
    assert_eq!((&combined["state"], &combined["total_count"]), (&json!("success"), &json!(1)));
    insta::assert_snapshot!(forge.state(), @r#"
    acme/pool
      change 7 "Ten" open by alice
        change at head 7.1 into main
      check "review" by reviewer[bot] at head 7.1: neutral "Found", 53 annotations
        | Things.
      status "review" by deep-review at head 7.1: pending
      status "review" by deep-review at head 7.1: success
    "#);
}

#[test]
fn what_a_token_may_not_see_does_not_exist() {
    let history = History::new();
    history.commit(&[("a.txt", Some("a\n"))]);
    history.branch("change");
    history.commit(&[("a.txt", Some("b\n"))]);
    let forge = FakeForge::start(Dialect::GitHub);
    forge.repository(Repo::new("acme/secret", history.path()).private());
    forge.pull("acme/secret", PullRequest::new(1, "B"));
    forge.grant("elsewhere", Access::app("other").only_for(&["acme/pool"]));
    forge.grant("reader", Access::app("reader").read_only());
    let path = "/repos/acme/secret/pulls/1";
    let refusal = |token: &str, method: &str, path: &str, body: Value| {
        call_as(&forge, token, method, path, body).refusal()
    };
    let review = json!({ "event": "COMMENT", "body": "Hm." });
    insta::assert_snapshot!(
        [
            refusal("", "GET", path, Value::Null),
            refusal("elsewhere", "GET", path, Value::Null),
            refusal("wrong", "GET", path, Value::Null),
            refusal("reader", "POST", &format!("{path}/reviews"), review),
            refusal("reader", "POST", "/repos/acme/secret/issues/1/comments", json!({ "body": "Hm." })),
            refusal("reader", "GET", "/user", Value::Null),
            refusal(forge.token(), "GET", "/repos/acme/secret/pulls/2", Value::Null),
            refusal(forge.token(), "GET", "/repos/acme/secret/no/such", Value::Null),
        ]
        .join("\n"),
        @"
    404 Not Found
    404 Not Found
    401 Bad credentials
    403 Resource not accessible by integration
    403 Resource not accessible by integration
    403 Resource not accessible by integration
    404 Not Found
    404 Not Found
    "
    );
    assert_eq!(call_as(&forge, "reader", "GET", path, Value::Null).status, 200);
    assert_eq!(get(&forge, "/user")["login"], "deep-review");
    forge.permission("acme/secret", "carol", Permission::Triage);
    let permission = get(&forge, "/repos/acme/secret/collaborators/carol/permission");
    assert_eq!((&permission["permission"], &permission["role_name"]), (&json!("read"), &json!("triage")));
    let reached = call_as(&forge, "reader", "GET", "/installation/repositories", Value::Null).ok();
    assert_eq!(reached["total_count"], 1);
}

#[test]
fn a_fork_and_its_end() {
    let (forge, history) = seeded(Dialect::GitHub);
    let fork = tempfile::tempdir().unwrap();
    history.git(&["clone", "-q", "--bare", ".", fork.path().to_str().unwrap()]);
    history.switch("change");
    let head = history.commit(&[("new.txt", Some("1\n2\n"))]);
    history.git(&["push", "-q", fork.path().to_str().unwrap(), "HEAD:refs/heads/patch-1"]);
    forge.repository(Repo::new("mallory/pool", fork.path()).fork_of("acme/pool"));
    forge.pull(
        "acme/pool",
        PullRequest::new(8, "From a fork").by("mallory").head("patch-1").from("mallory/pool"),
    );
    let pull = get(&forge, "/repos/acme/pool/pulls/8");
    assert_eq!((&pull["head"]["sha"], &pull["head"]["label"]), (&json!(head), &json!("mallory:patch-1")));
    assert_eq!(pull["head"]["repo"]["fork"], true);
    assert_eq!(get(&forge, "/repos/acme/pool/compare/main...mallory:patch-1")["ahead_by"], 2);
    forge.delete_head_repository("acme/pool", 8);
    assert_eq!(get(&forge, "/repos/acme/pool/pulls/8")["head"]["repo"], Value::Null);
    assert_eq!(get(&forge, "/repos/acme/pool/pulls/8/files").as_array().unwrap().len(), 2);
    assert_eq!(call(&forge, "GET", "/repos/mallory/pool", Value::Null).status, 404);
}

#[test]
fn no_more_than_three_thousand_files_are_listed() {
    let history = History::new();
    history.commit(&[("a.txt", Some("a\n"))]);
    history.branch("change");
    let names: Vec<String> = (0..3010).map(|number| format!("many/{number:04}.txt")).collect();
    let files: Vec<(&str, Option<&str>)> = names.iter().map(|name| (name.as_str(), Some("x\n"))).collect();
    history.commit(&files);
    let forge = FakeForge::start(Dialect::GitHub);
    forge.repository(Repo::new("acme/pool", history.path()));
    forge.pull("acme/pool", PullRequest::new(7, "Many"));
    assert_eq!(get(&forge, PULL)["changed_files"], 3010);
    let page = |page: usize| {
        get(&forge, &format!("{PULL}/files?per_page=100&page={page}")).as_array().unwrap().len()
    };
    assert_eq!((page(1), page(30), page(31)), (100, 100, 0));
}

/// A token of an app, signed with the test key.
fn token(claims: &Value, algorithm: &str) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": algorithm, "typ": "JWT" })), part(claims));
    let key: String = TEST_APP_KEY.lines().filter(|line| !line.starts_with("-----")).collect();
    let key = RsaKeyPair::from_der(&STANDARD.decode(key).unwrap()).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(&RSA_PKCS1_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[test]
fn an_app_gets_a_token_for_its_installation() {
    let (forge, _history) = seeded(Dialect::GitHub);
    let installation = forge.app(Application::new(12, "reviewer").public_key(TEST_APP_PUBLIC_KEY));
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let good = token(&json!({ "iss": "12", "iat": now - 60, "exp": now + 540 }), "RS256");
    let path = format!("/app/installations/{installation}/access_tokens");
    let post = |token: &str, body: Value| call_as(&forge, token, "POST", &path, body);
    assert_eq!(call_as(&forge, &good, "GET", "/app", Value::Null).ok()["slug"], "reviewer");
    let found = call_as(&forge, &good, "GET", "/repos/acme/pool/installation", Value::Null).ok();
    assert_eq!(found["id"], installation);
    let narrow =
        json!({ "repositories": ["pool"], "permissions": { "pull_requests": "write", "contents": "read" } });
    let given = post(&good, narrow).ok();
    let given = given["token"].as_str().unwrap();
    let review = json!({ "event": "COMMENT", "body": "Hm." });
    let review = call_as(&forge, given, "POST", &format!("{PULL}/reviews"), review).ok();
    assert_eq!((&review["user"]["login"], &review["user"]["type"]), (&json!("reviewer[bot]"), &json!("Bot")));
    let run = json!({ "name": "review", "head_sha": "HEAD" });
    assert_eq!(call_as(&forge, given, "POST", "/repos/acme/pool/check-runs", run).status, 403);

    assert!(post(&good, json!({ "repositories": ["nothing"] })).refusal().starts_with("422"));
    let other = token(&json!({ "iss": "12", "iat": now - 50, "exp": now + 500 }), "RS256");
    let refused = [
        token(&json!({ "iss": "12", "iat": now - 900, "exp": now - 300 }), "RS256"),
        token(&json!({ "iss": "12", "iat": now, "exp": now + 3600 }), "RS256"),
        token(&json!({ "iss": "12", "iat": now - 60, "exp": now + 540 }), "HS256"),
        token(&json!({ "iat": now - 60, "exp": now + 540 }), "RS256"),
        token(&json!({ "iss": "12", "iat": now - 60 }), "RS256"),
        given.to_owned(),
        // A good token with another one's signature, and with none.
        format!("{}.{}", good.rsplit_once('.').unwrap().0, other.rsplit_once('.').unwrap().1),
        format!("{}.", good.rsplit_once('.').unwrap().0),
    ];
    for token in refused {
        assert_eq!(post(&token, Value::Null).status, 401, "{token}");
    }
    forge.suspend_app(12, true);
    assert_eq!(post(&good, Value::Null).refusal(), "403 This installation has been suspended");
    assert_eq!(
        call_as(&forge, given, "GET", PULL, Value::Null).refusal(),
        "403 This installation has been suspended"
    );
}
