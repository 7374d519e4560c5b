//! What the forges tell a service.

use review_testkit::fake_forge::{Delivery, Dialect, FakeForge, Happening};
use ring::hmac;
use serde_json::{Value, json};

use crate::history::{History, seeded};

const SECRET: &str = "It's a secret to everybody";

fn body(delivery: &Delivery) -> Value {
    serde_json::from_str(&delivery.body).unwrap()
}

#[track_caller]
fn is_signed(delivery: &Delivery, signature: &str) {
    let bytes: Vec<u8> = (0..signature.len() / 2)
        .map(|at| u8::from_str_radix(&signature[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    assert!(hmac::verify(&key, delivery.body.as_bytes(), &bytes).is_ok());
    let other = hmac::Key::new(hmac::HMAC_SHA256, b"another one");
    assert!(hmac::verify(&other, delivery.body.as_bytes(), &bytes).is_err());
}

/// Everything that happens to a change, told one after the other.
fn told(dialect: Dialect) -> (FakeForge, History, Vec<Delivery>) {
    let (forge, history) = seeded(dialect);
    let tell = |happening: Happening| forge.webhook("acme/pool", 7, &happening, SECRET);
    let mut told = vec![tell(Happening::Opened)];
    history.switch("change");
    history.commit(&[("new.txt", Some("one\n"))]);
    forge.push("acme/pool", 7, "change");
    told.push(tell(Happening::Pushed));
    told.push(tell(Happening::Ready));
    forge.label("acme/pool", 7, "review");
    told.push(tell(Happening::Labelled("review".to_owned())));
    let comment = forge.comment("acme/pool", 7, "bob", "/deep-review");
    told.push(tell(Happening::Commented(comment)));
    forge.merge("acme/pool", 7);
    told.push(tell(Happening::Closed));
    (forge, history, told)
}

/// The headers that say what happened, and what one of these fields of the body says.
fn shown(told: &[Delivery], header: &str, pointer: &str) -> Vec<String> {
    let line = |delivery: &Delivery| {
        let said = body(delivery).pointer(pointer).cloned().unwrap_or_default();
        format!("{} {}", delivery.header(header).unwrap(), said.as_str().unwrap_or("-"))
    };
    told.iter().map(line).collect()
}

#[test]
fn github_tells() {
    let (_forge, history, told) = told(Dialect::GitHub);
    insta::assert_snapshot!(shown(&told, "x-github-event", "/action").join("\n"), @"
    pull_request opened
    pull_request synchronize
    pull_request ready_for_review
    pull_request labeled
    issue_comment created
    pull_request closed
    ");
    for delivery in &told {
        is_signed(delivery, delivery.header("X-Hub-Signature-256").unwrap().strip_prefix("sha256=").unwrap());
    }
    let pushed = body(&told[1]);
    assert_eq!(pushed["before"], history.git(&["rev-parse", "change~1"]));
    assert_eq!(pushed["after"], pushed["pull_request"]["head"]["sha"]);
    assert_eq!(body(&told[3])["label"]["name"], "review");
    let comment = body(&told[4]);
    assert_eq!(
        (&comment["comment"]["body"], &comment["sender"]["login"]),
        (&json!("/deep-review"), &json!("bob"))
    );
    assert!(comment["issue"]["pull_request"].is_object() && comment["pull_request"].is_null());
    assert_eq!(body(&told[5])["pull_request"]["merged"], true);
    let mut ids: Vec<&str> =
        told.iter().filter_map(|delivery| delivery.header("X-GitHub-Delivery")).collect();
    ids.dedup();
    assert_eq!(ids.len(), told.len());
}

#[test]
fn gitlab_tells() {
    let (_forge, history, told) = told(Dialect::GitLab);
    insta::assert_snapshot!(shown(&told, "x-gitlab-event", "/object_attributes/action").join("\n"), @"
    Merge Request Hook open
    Merge Request Hook update
    Merge Request Hook update
    Merge Request Hook update
    Note Hook create
    Merge Request Hook merge
    ");
    assert!(told.iter().all(|delivery| delivery.header("X-Gitlab-Token") == Some(SECRET)));
    assert_eq!(body(&told[1])["object_attributes"]["oldrev"], history.git(&["rev-parse", "change~1"]));
    assert_eq!(body(&told[2])["changes"]["draft"], json!({ "previous": true, "current": false }));
    assert_eq!(
        body(&told[3])["changes"]["labels"],
        json!({ "previous": [], "current": [{ "title": "review" }] })
    );
    assert_eq!(body(&told[4])["object_attributes"]["note"], "/deep-review");
    assert_eq!(body(&told[4])["merge_request"]["iid"], 7);
}

#[test]
fn gitea_tells() {
    let (_forge, _history, told) = told(Dialect::Gitea);
    insta::assert_snapshot!(shown(&told, "x-gitea-event-type", "/action").join("\n"), @"
    pull_request opened
    pull_request_sync synchronized
    pull_request edited
    pull_request_label label_updated
    pull_request_comment created
    pull_request closed
    ");
    for delivery in &told {
        is_signed(delivery, delivery.header("X-Gitea-Signature").unwrap());
    }
    assert_eq!(body(&told[4])["is_pull"], true);
}
