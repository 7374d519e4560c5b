//! GitLab's REST.

use review_testkit::fake_forge::{Access, Dialect, FakeForge, Permission, Right};
use serde_json::{Value, json};

use crate::client::{call, call_as, get};
use crate::history::{History, lines, seeded};

const MERGE_REQUEST: &str = "/projects/acme%2Fpool/merge_requests/7";

fn discussions() -> String {
    format!("{MERGE_REQUEST}/discussions")
}

/// A position in the present diff, with fields replaced and added; null takes one away.
fn position(forge: &FakeForge, fields: Value) -> Value {
    let refs = get(forge, MERGE_REQUEST)["diff_refs"].clone();
    let mut position = json!({
        "position_type": "text",
        "base_sha": refs["base_sha"], "start_sha": refs["start_sha"], "head_sha": refs["head_sha"],
        "old_path": "a.txt", "new_path": "a.txt",
    });
    let position_fields = position.as_object_mut().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        position_fields.insert(name.clone(), value.clone());
    }
    position_fields.retain(|_, value| !value.is_null());
    position
}

fn place(forge: &FakeForge, fields: Value) -> String {
    let body = json!({ "body": "Hm.", "position": position(forge, fields) });
    let response = call(forge, "POST", &discussions(), body);
    match response.status {
        201 => "taken".to_owned(),
        status => format!("{status} {}{}", response.body["message"], response.body["error"]),
    }
}

#[test]
fn a_line_is_told_by_the_numbers_of_its_kind() {
    let (forge, _history) = seeded(Dialect::GitLab);
    // The added line, the removed one (there are two: line 10 as it was, and 30), context, and a new file.
    assert_eq!(place(&forge, json!({ "new_line": 10 })), "taken");
    assert_eq!(place(&forge, json!({ "old_line": 10 })), "taken");
    assert_eq!(place(&forge, json!({ "old_line": 30 })), "taken");
    assert_eq!(place(&forge, json!({ "old_line": 32, "new_line": 31 })), "taken");
    assert_eq!(
        place(&forge, json!({ "old_path": "new.txt", "new_path": "new.txt", "new_line": 3 })),
        "taken"
    );
    assert_eq!(place(&forge, json!({ "position_type": "file" })), "taken");
    let refused = [
        json!({ "old_line": 10, "new_line": 10 }),
        json!({ "new_line": 31 }),
        json!({ "old_line": 32 }),
        json!({ "old_line": 31, "new_line": 31 }),
        json!({ "old_line": 50, "new_line": 49 }),
        json!({ "new_path": "kept.txt", "old_path": "kept.txt", "new_line": 1 }),
        json!({ "old_path": "b.txt", "new_line": 10 }),
        json!({ "head_sha": "0".repeat(40), "new_line": 10 }),
        json!({ "base_sha": "0".repeat(40), "new_line": 10 }),
        json!({}),
    ];
    for fields in refused {
        let said = place(&forge, fields.clone());
        assert!(said.starts_with("400") && said.contains("must be a valid line code"), "{fields}: {said}");
    }
    assert_eq!(
        place(&forge, json!({ "old_path": null, "new_line": 10 })),
        "400 null\"position[old_path] is missing\""
    );
    assert!(place(&forge, json!({ "line": 10 })).starts_with("400"));
}

#[test]
fn a_range_is_told_by_line_codes() {
    let (forge, _history) = seeded(Dialect::GitLab);
    let digest = std::process::Command::new("sh").args(["-c", "printf a.txt | sha1sum"]).output().unwrap();
    let digest = String::from_utf8(digest.stdout).unwrap()[..40].to_owned();
    let code = |old: u32, new: u32| format!("{digest}_{old}_{new}");
    let with = |start: Value, end: Value, new_line: u32| {
        place(&forge, json!({ "new_line": new_line, "line_range": { "start": start, "end": end } }))
    };
    let context = json!({ "line_code": code(8, 8) });
    let added = json!({ "line_code": code(11, 10), "type": "new" });
    assert_eq!(with(context.clone(), added.clone(), 10), "taken");
    assert_eq!(with(json!({ "line_code": code(8, 8), "type": "old" }), added.clone(), 10), "taken");
    assert!(with(json!({ "line_code": code(8, 8), "type": "new" }), added.clone(), 10).starts_with("400"));
    assert_eq!(with(added.clone(), added.clone(), 10), "taken");
    assert!(with(json!({ "line_code": code(10, 10), "type": "new" }), added.clone(), 10).starts_with("400"));
    assert!(with(json!({ "new_line": 8 }), added.clone(), 10).starts_with("400"));
    assert!(with(context, json!({ "line_code": code(11, 10) }), 10).starts_with("400"));
    assert!(with(json!({ "line_code": code(60, 59) }), added, 10).starts_with("400"));
}

#[test]
fn notes_threads_and_what_becomes_of_them() {
    let (forge, history) = seeded(Dialect::GitLab);
    let plain = call(&forge, "POST", &format!("{MERGE_REQUEST}/notes"), json!({ "body": "Summary" })).ok();
    let note = format!("{MERGE_REQUEST}/notes/{}", plain["id"]);
    call(&forge, "PUT", &note, json!({ "body": "Summary, again" })).ok();
    forge.thread("acme/pool", 7, "bob", "a.txt:R8", "Context?");
    let body = json!({ "body": "Ten?", "position": position(&forge, json!({ "new_line": 10 })) });
    let thread = call(&forge, "POST", &discussions(), body).ok();
    let one = format!("{}/{}", discussions(), thread["id"].as_str().unwrap());
    call(&forge, "POST", &format!("{one}/notes"), json!({ "body": "Still?" })).ok();
    let resolved = call(&forge, "PUT", &format!("{one}?resolved=true"), Value::Null).ok();
    assert_eq!(resolved["notes"][0]["resolved_by"]["username"], "deep-review");
    assert_eq!(call(&forge, "PUT", &one, json!({})).status, 400);
    forge.grant("bob-token", Access::user("bob").without(Right::Contents));
    assert_eq!(
        call_as(&forge, "bob-token", "PUT", &format!("{one}?resolved=false"), Value::Null).status,
        403
    );
    assert_eq!(call_as(&forge, "bob-token", "PUT", &note, json!({ "body": "Bob's" })).status, 403);
    let lone = get(&forge, &discussions())[0].clone();
    assert_eq!(lone["individual_note"], true);
    let lone = format!("{}/{}", discussions(), lone["id"].as_str().unwrap());
    assert_eq!(call(&forge, "PUT", &format!("{lone}?resolved=true"), Value::Null).status, 403);
    let emoji = format!("{note}/award_emoji");
    assert_eq!(call(&forge, "POST", &emoji, json!({ "name": "eyes" })).status, 201);
    assert_eq!(call(&forge, "POST", &emoji, json!({ "name": "eyes" })).status, 404);
    forge.react(plain["id"].as_u64().unwrap(), "bob", "-1");
    assert_eq!(get(&forge, &emoji)[1]["name"], "thumbsdown");

    history.switch("change");
    history.commit(&[("a.txt", Some(&format!("zero\n{}", lines(60, &[(10, Some("TEN")), (30, None)]))))]);
    forge.push("acme/pool", 7, "change");
    insta::assert_snapshot!(forge.state(), @r#"
    acme/pool
      change 7 "Ten" open by alice
        change at head 7.2 into main
        comment 6 by deep-review, eyes by deep-review, -1 by bob
          | Summary, again
        thread 9 a.txt:L8R8 at head 7.1, now a.txt:L8R9
          comment 8 by bob
            | Context?
        thread 12 a.txt:R10 at head 7.1, outdated, resolved by deep-review
          comment 11 by deep-review
            | Ten?
          comment 13 by deep-review
            | Still?
    "#);
    let shown = get(&forge, &discussions());
    assert_eq!(shown[1]["notes"][0]["position"]["new_line"], 9);
    assert_eq!(shown[2]["notes"][0]["position"]["head_sha"], history.git(&["rev-parse", "change~1"]));
    // GitLab's own note about the push, which nobody wrote.
    assert_eq!(
        (&shown[3]["notes"][0]["system"], &shown[3]["notes"][0]["resolvable"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(shown[0]["notes"][0]["system"], false);
    let versions = get(&forge, &format!("{MERGE_REQUEST}/versions"));
    assert_eq!(versions[0]["head_commit_sha"], history.git(&["rev-parse", "change"]));
    assert_eq!(versions.as_array().unwrap().len(), 2);
}

#[test]
fn pages_are_told_by_headers() {
    let (forge, _history) = seeded(Dialect::GitLab);
    for number in 0..25 {
        forge.comment("acme/pool", 7, "bob", &format!("Note {number}"));
    }
    let first = call(&forge, "GET", &discussions(), Value::Null);
    assert_eq!((first.header("x-next-page"), first.header("x-total")), (Some("2"), Some("25")));
    assert_eq!(first.body.as_array().unwrap().len(), 20);
    let second = call(&forge, "GET", &format!("{}?page=2", discussions()), Value::Null);
    assert_eq!((second.header("x-next-page"), second.body.as_array().unwrap().len()), (Some(""), 5));
}

#[test]
fn a_slash_at_the_start_of_a_line_does_something() {
    let (forge, _history) = seeded(Dialect::GitLab);
    let notes = format!("{MERGE_REQUEST}/notes");
    let fenced = json!({ "body": "Path:\n```\n/close\n```\nand `/close`, /closed" });
    call(&forge, "POST", &notes, fenced).ok();
    assert_eq!(get(&forge, MERGE_REQUEST)["state"], "opened");
    let said = call(&forge, "POST", &notes, json!({ "body": "Look:\n/close\nDone." })).ok();
    assert_eq!(said["body"], "Look:\nDone.");
    assert_eq!(get(&forge, MERGE_REQUEST)["state"], "closed");
    assert_eq!(call(&forge, "POST", &notes, json!({ "body": "/label ~bug" })).status, 202);
    assert!(forge.state().contains("quick action /label ~bug by deep-review"));
}

#[test]
fn statuses_people_and_strangers() {
    let (forge, history) = seeded(Dialect::GitLab);
    let head = history.git(&["rev-parse", "change"]);
    let statuses = format!("/projects/acme%2Fpool/statuses/{head}");
    call(&forge, "POST", &statuses, json!({ "state": "running", "name": "review" })).ok();
    assert_eq!(call(&forge, "POST", &statuses, json!({ "state": "running", "name": "review" })).status, 400);
    call(&forge, "POST", &statuses, json!({ "state": "failed", "name": "review" })).ok();
    assert_eq!(call(&forge, "POST", &statuses, json!({ "state": "failure" })).status, 400);
    let listed = get(&forge, &format!("/projects/acme%2Fpool/repository/commits/{head}/statuses"));
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["status"]), (1, &json!("failed")));

    forge.permission("acme/pool", "carol", Permission::Write);
    forge.comment("acme/pool", 7, "stranger", "Hello");
    let level = |login: &str| {
        let id = get(&forge, &format!("/users?username={login}"))[0]["id"].clone();
        call(&forge, "GET", &format!("/projects/acme%2Fpool/members/all/{id}"), Value::Null)
    };
    assert_eq!(level("carol").ok()["access_level"], 30);
    assert_eq!(level("stranger").status, 404);
    assert_eq!(get(&forge, "/user")["username"], "deep-review");
    let project = get(&forge, "/projects/acme%2Fpool");
    assert_eq!(get(&forge, &format!("/projects/{}/merge_requests/7", project["id"]))["sha"], head);

    forge.issue("acme/pool", 3, "Ten is wrong", "It is.", "bob");
    assert_eq!(get(&forge, &format!("{MERGE_REQUEST}/closes_issues")), json!([]));
    assert_eq!(get(&forge, "/projects/acme%2Fpool/issues/3")["description"], "It is.");
    forge.grant("reader", Access::user("reader").read_only());
    assert_eq!(call_as(&forge, "reader", "POST", &discussions(), json!({ "body": "Hm." })).status, 403);
    assert_eq!(call_as(&forge, "wrong", "GET", MERGE_REQUEST, Value::Null).refusal(), "401 401 Unauthorized");
    assert_eq!(
        call(&forge, "GET", "/projects/acme%2Flake", Value::Null).refusal(),
        "404 404 Project Not Found"
    );
    let commits = get(&forge, &format!("{MERGE_REQUEST}/commits"));
    assert_eq!(commits[0]["id"], head);
    assert_eq!(get(&forge, &format!("{MERGE_REQUEST}/diffs"))[1]["new_file"], true);
}

#[test]
fn the_head_of_a_merge_request_can_be_fetched() {
    let (_forge, history) = seeded(Dialect::GitLab);
    let other = History::new();
    let url = format!("file://{}", history.path().display());
    other.git(&["fetch", "-q", &url, "refs/merge-requests/7/head"]);
    assert_eq!(other.git(&["rev-parse", "FETCH_HEAD"]), history.git(&["rev-parse", "change"]));
}
