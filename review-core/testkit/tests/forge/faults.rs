//! What goes wrong, and how it looks.

use review_testkit::fake_forge::{Dialect, FakeForge, Fault, Kill};
use serde_json::{Value, json};

use crate::client::{call, get, try_call};
use crate::history::seeded;

const PULL: &str = "/repos/acme/pool/pulls/7";
const COMMENTS: &str = "/repos/acme/pool/issues/7/comments";

fn say(forge: &FakeForge, text: &str) -> Option<u16> {
    try_call(forge, forge.token(), "POST", COMMENTS, &json!({ "body": text })).map(|response| response.status)
}

fn said(forge: &FakeForge) -> usize {
    get(forge, COMMENTS).as_array().unwrap().len()
}

#[test]
fn a_forge_dies_at_any_write_and_comes_back() {
    for (kill, kept) in [(Kill::Performed, 1), (Kill::Lost, 0)] {
        for at in 1..=3 {
            let (forge, _history) = seeded(Dialect::GitHub);
            forge.kill_at_write(at, kill);
            for number in 1..at {
                assert_eq!(say(&forge, &format!("Comment {number}")), Some(201));
                get(&forge, PULL);
            }
            assert_eq!(say(&forge, "The last one"), None);
            assert!(forge.is_dead());
            assert!(try_call(&forge, forge.token(), "GET", PULL, &Value::Null).is_none());
            forge.revive();
            assert_eq!(said(&forge), at - 1 + kept);
            assert_eq!((forge.writes(), say(&forge, "Again")), (at, Some(201)));
        }
    }
}

#[test]
fn faults_strike_where_they_are_told_to() {
    let (forge, _history) = seeded(Dialect::GitHub);
    forge.fault(Fault::rate_limited(3).on("POST", "/comments").after(1).once());
    assert_eq!(say(&forge, "First"), Some(201));
    let limited = call(&forge, "POST", COMMENTS, json!({ "body": "Second" }));
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("3")));
    assert_eq!(say(&forge, "Second"), Some(201));

    forge.fault(Fault::secondary_limit(60).once());
    let limited = call(&forge, "GET", PULL, Value::Null);
    assert_eq!(limited.header("retry-after"), Some("60"));
    assert!(limited.refusal().starts_with("403 You have exceeded a secondary rate limit"));

    forge.fault(Fault::bad_gateway().once());
    assert_eq!((say(&forge, "Lost"), said(&forge)), (Some(502), 2));
    forge.fault(Fault::bad_gateway_after().once());
    assert_eq!((say(&forge, "Taken"), said(&forge)), (Some(502), 3));
    forge.fault(Fault::dropped_after().once());
    assert_eq!((say(&forge, "Taken too"), said(&forge)), (None, 4));

    forge.fault(Fault::dropped().once());
    assert_eq!((say(&forge, "Lost too"), said(&forge)), (None, 4));
    forge.fault(Fault::used_up(1_767_229_200).once());
    let limited = call(&forge, "GET", PULL, Value::Null);
    assert_eq!((limited.header("x-ratelimit-remaining"), limited.header("retry-after")), (Some("0"), None));

    forge.fault(Fault::unprocessable().on("POST", "/reviews"));
    let review = json!({ "event": "COMMENT", "body": "Hm." });
    assert_eq!(
        call(&forge, "POST", &format!("{PULL}/reviews"), review.clone()).refusal(),
        "422 Unprocessable Entity"
    );
    assert_eq!(get(&forge, &format!("{PULL}/reviews")), json!([]));
    forge.clear_faults();
    forge.fault(Fault::orphan_review().once());
    assert_eq!(call(&forge, "POST", &format!("{PULL}/reviews"), review).status, 422);
    assert_eq!(get(&forge, &format!("{PULL}/reviews"))[0]["state"], "PENDING");

    forge.fault(Fault::not_allowed().once());
    assert_eq!(
        call(&forge, "GET", PULL, Value::Null).refusal(),
        "403 Resource not accessible by integration"
    );
    forge.fault(Fault::suspended().once());
    assert_eq!(call(&forge, "GET", PULL, Value::Null).refusal(), "403 This installation has been suspended");
}

#[test]
fn content_has_its_limit() {
    let (forge, _history) = seeded(Dialect::GitHub);
    forge.limit_content(2);
    assert_eq!((say(&forge, "1"), say(&forge, "2"), say(&forge, "3")), (Some(201), Some(201), Some(403)));
    get(&forge, PULL);
    forge.lift_content_limit();
    assert_eq!(say(&forge, "3"), Some(201));
}

#[test]
fn the_head_moves_in_the_middle() {
    let (forge, history) = seeded(Dialect::GitHub);
    history.switch("change");
    let old = get(&forge, PULL)["head"]["sha"].clone();
    let new = history.commit(&[("new.txt", Some("one\n"))]);
    forge.after_request(2, |forge| forge.push("acme/pool", 7, "change"));
    assert_eq!(get(&forge, PULL)["head"]["sha"], old);
    assert_eq!(get(&forge, PULL)["head"]["sha"], old);
    assert_eq!(get(&forge, PULL)["head"]["sha"], new);
    let log: Vec<(String, u16)> =
        forge.requests().iter().map(|request| (request.method.clone(), request.status)).collect();
    assert_eq!(log.len(), 4);
    assert!(log.iter().all(|(method, status)| method == "GET" && *status == 200));
}
