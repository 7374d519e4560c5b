//! GitHub's GraphQL.

use review_testkit::fake_forge::{Access, Dialect, FakeForge, Right};
use serde_json::{Value, json};

use crate::client::{call, call_as, get};
use crate::history::{lines, seeded};

const THREADS: &str = "query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { headRefOid reviewThreads(first: 2, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id isResolved isOutdated path line startLine diffSide viewerCanResolve comments(first: 100) {
      nodes { id databaseId author { __typename login ... on Bot { databaseId } } body isMinimized reactionGroups { content reactors(first: 1) { totalCount } } }
    } }
  } } }
}";

fn ask_as(forge: &FakeForge, token: &str, query: &str, variables: Value) -> Value {
    call_as(forge, token, "POST", "/graphql", json!({ "query": query, "variables": variables })).ok()
}

fn ask(forge: &FakeForge, query: &str, variables: Value) -> Value {
    ask_as(forge, forge.token(), query, variables)
}

fn threads(forge: &FakeForge, after: Value) -> Value {
    let variables = json!({ "owner": "acme", "name": "pool", "number": 7, "after": after });
    let mut answer = ask(forge, THREADS, variables);
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["data"]["repository"]["pullRequest"]["reviewThreads"].take()
}

#[test]
fn threads_come_in_pages() {
    let (forge, history) = seeded(Dialect::GitHub);
    forge.thread("acme/pool", 7, "bob", "a.txt:R8-R10", "Ten?");
    let second = forge.thread("acme/pool", 7, "helper[bot]", "new.txt:R2", "Two?");
    forge.thread("acme/pool", 7, "bob", "a.txt:L30", "Thirty?");
    forge.resolve(second, "alice");
    forge.react(forge.first_comment(second), "alice", "-1");
    history.switch("change");
    history.commit(&[("a.txt", Some(&lines(60, &[(10, Some("TEN")), (30, None)])))]);
    forge.push("acme/pool", 7, "change");
    let first = threads(&forge, Value::Null);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let nodes = &first["nodes"];
    assert_eq!(
        (&nodes[0]["isOutdated"], &nodes[0]["line"], &nodes[0]["path"]),
        (&json!(true), &Value::Null, &json!("a.txt"))
    );
    assert_eq!((&nodes[1]["isResolved"], &nodes[1]["line"]), (&json!(true), &json!(2)));
    let comment = &nodes[1]["comments"]["nodes"][0];
    // Without `[bot]`, other than in REST.
    assert_eq!(
        (&comment["author"]["login"], &comment["author"]["__typename"]),
        (&json!("helper"), &json!("Bot"))
    );
    assert_eq!(
        comment["reactionGroups"][1],
        json!({ "content": "THUMBS_DOWN", "reactors": { "totalCount": 1 } })
    );
    let rest = threads(&forge, first["pageInfo"]["endCursor"].clone());
    assert_eq!(
        (&rest["pageInfo"]["hasNextPage"], &rest["nodes"][0]["diffSide"]),
        (&json!(false), &json!("LEFT"))
    );
    assert_eq!(rest["nodes"].as_array().unwrap().len(), 1);
}

const RESOLVE: &str =
    "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id isResolved } } }";

#[test]
fn resolving_needs_the_right_to_write_contents() {
    let (forge, _history) = seeded(Dialect::GitHub);
    let thread = format!("PRRT_{}", forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Two?"));
    forge.grant("weak", Access::app("weak").without(Right::Contents));
    let refused = ask_as(&forge, "weak", RESOLVE, json!({ "id": thread }));
    assert_eq!(refused["data"], json!({ "resolveReviewThread": null }));
    assert_eq!(refused["errors"][0]["type"], "FORBIDDEN");
    assert_eq!(refused["errors"][0]["message"], "Resource not accessible by integration");
    assert_eq!(threads(&forge, Value::Null)["nodes"][0]["isResolved"], false);
    let resolved = ask(&forge, RESOLVE, json!({ "id": thread }));
    assert_eq!(resolved["data"]["resolveReviewThread"]["thread"]["isResolved"], true);
    let unresolve = RESOLVE.replace("resolveReviewThread", "unresolveReviewThread");
    assert_eq!(
        ask(&forge, &unresolve, json!({ "id": thread }))["data"]["unresolveReviewThread"]["thread"]["isResolved"],
        false
    );
    assert_eq!(ask(&forge, RESOLVE, json!({ "id": "PRRT_999" }))["errors"][0]["type"], "NOT_FOUND");
}

#[test]
fn comments_are_minimised_and_threads_answered() {
    let (forge, _history) = seeded(Dialect::GitHub);
    let thread = forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Two?");
    let comment = forge.comment("acme/pool", 7, "bob", "Round 1");
    let minimize = "mutation($id: ID!, $why: ReportedContentClassifiers!) { minimizeComment(input: { subjectId: $id, classifier: $why }) { minimizedComment { isMinimized minimizedReason } } }";
    let answer = ask(&forge, minimize, json!({ "id": format!("IC_{comment}"), "why": "OUTDATED" }));
    assert_eq!(
        answer["data"]["minimizeComment"]["minimizedComment"],
        json!({ "isMinimized": true, "minimizedReason": "outdated" })
    );
    let wrong = ask(&forge, minimize, json!({ "id": format!("IC_{comment}"), "why": "BORING" }));
    assert!(wrong["data"].is_null(), "{wrong}");
    assert!(
        wrong["errors"][0]["message"].as_str().unwrap().contains("$why of type ReportedContentClassifiers!")
    );
    let reply = "mutation($id: ID!, $body: String!) { addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $id, body: $body }) { comment { databaseId replyTo { databaseId } } } }";
    let answer = ask(&forge, reply, json!({ "id": format!("PRRT_{thread}"), "body": "Fixed." }));
    let comment = &answer["data"]["addPullRequestReviewThreadReply"]["comment"];
    assert_eq!(comment["replyTo"]["databaseId"], forge.first_comment(thread));
    insta::assert_snapshot!(forge.state(), @r#"
    acme/pool
      change 7 "Ten" open by alice
        change at head 7.1 into main
        comment 10 by bob, minimised as OUTDATED
          | Round 1
        review 9 by bob at head 7.1: commented, 1 comment
        review 12 by deep-review at head 7.1: commented, 1 comment
        thread 8 new.txt:R2
          comment 7 by bob
            | Two?
          comment 11 by deep-review
            | Fixed.
    "#);
}

#[test]
fn documents_are_checked() {
    let (forge, _history) = seeded(Dialect::GitHub);
    forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Two?");
    let message = |query: &str, variables: Value| {
        let answer = ask(&forge, query, variables);
        answer["errors"][0]["message"].as_str().unwrap_or("none").to_owned()
    };
    let pull = |fields: &str| {
        format!(
            "{{ repository(owner: \"acme\", name: \"pool\") {{ pullRequest(number: 7) {{ {fields} }} }} }}"
        )
    };
    insta::assert_snapshot!(
        [
            message("{ viewer { login", Value::Null),
            message("{ nobody { login } }", Value::Null),
            message(&pull("titel"), Value::Null),
            message(&pull("author"), Value::Null),
            message(&pull("title { text }"), Value::Null),
            message(&pull("reviewThreads { nodes { id } }"), Value::Null),
            message(&pull("reviewThreads(first: 101) { nodes { id } }"), Value::Null),
            message(&pull("reviewThreads(first: 1, after: \"x\") { nodes { id } }"), Value::Null),
            message("query($id: ID!) { node(id: $id) { id } }", json!({})),
            message("mutation { resolveReviewThread(input: { thread: \"PRRT_1\" }) { thread { id } } }", Value::Null),
            message("query($id: String!) { node(id: $id) { id } }", json!({ "id": "PR_1" })),
            message("query($id: ID!) { viewer { login } }", json!({ "id": "PR_1" })),
            message("{ viewer { ... on Issue { title } } }", Value::Null),
            message("{ viewer { ...F } } fragment F on User { login ...F }", Value::Null),
            message(&pull("reviewThreads(first: 1, orderBy: NEWEST) { nodes { id } }"), Value::Null),
            message(&pull("comments(first: 1, orderBy: { field: UPDATED_AT, direction: ASC }) { nodes { id } }"), Value::Null),
            message(&pull("reviews(first: 1) { nodes { nothing } }"), Value::Null),
            message("mutation { minimizeComment(input: { subjectId: \"IC_1\", classifier: \"OUTDATED\" }) { clientMutationId } }", Value::Null),
            message("mutation { addStar(input: {}) { clientMutationId } }", Value::Null),
            message("{ repository(owner: \"acme\", name: \"lake\") { id } }", Value::Null),
        ]
        .join("\n"),
        @"
    Parse error on query parse error: Parse error at 1:17
    Unexpected end of input
    Expected }

    Field 'nobody' doesn't exist on type 'Query'
    Field 'titel' doesn't exist on type 'PullRequest'
    Field must have selections (field 'author' returns Actor)
    Selections can't be made on scalars (field 'title' returns String)
    You must provide a `first` or `last` value to properly paginate the `reviewThreads` connection.
    Requesting 101 records on the `reviewThreads` connection exceeds the limit of 100 records.
    `x` does not appear to be a valid cursor.
    Variable $id of type ID! was provided invalid value
    InputObject 'ResolveReviewThreadInput' doesn't accept argument 'thread'
    Type mismatch on variable $id and Argument 'id' on Field 'node' (String! / ID!)
    Variable $id is declared but not used
    Fragment on Issue can't be spread inside User
    Fragments nest too deep
    Field 'reviewThreads' doesn't accept argument 'orderBy'
    Field 'comments' doesn't accept argument 'orderBy'
    Field 'nothing' doesn't exist on type 'PullRequestReview'
    Argument 'classifier' on InputObject 'MinimizeCommentInput' has an invalid value. Expected type 'ReportedContentClassifiers'.
    Field 'addStar' doesn't exist on type 'Mutation'
    Could not resolve to a Repository with the name 'acme/lake'.
    "
    );
    assert_eq!(
        call_as(&forge, "", "POST", "/graphql", json!({ "query": "{ viewer { login } }" })).status,
        401
    );
    forge.grant("app", Access::app("reviewer"));
    assert_eq!(
        ask_as(&forge, "app", "{ viewer { login } }", Value::Null)["data"]["viewer"]["login"],
        "reviewer[bot]"
    );
    assert_eq!(call(&forge, "POST", "/graphql", json!({})).status, 400);
    assert_eq!(get(&forge, "/rate_limit")["rate"]["limit"], 5000);
}

/// Everything that is faked, once: names and types are checked while it is answered.
#[test]
fn all_that_is_faked_is_of_the_schema() {
    let (forge, _history) = seeded(Dialect::GitHub);
    let thread = forge.thread("acme/pool", 7, "bob", "new.txt:R2", "Two?");
    forge.reply(thread, "alice", "Two.");
    forge.react(forge.first_comment(thread), "alice", "heart");
    let below = forge.comment("acme/pool", 7, "bob", "Hello");
    forge.react(below, "alice", "+1");
    forge.label("acme/pool", 7, "bug");
    forge.issue("acme/pool", 3, "Ten is wrong", "It is.", "bob");
    let all = "{ viewer { login } rateLimit { remaining } repository(owner: \"acme\", name: \"pool\") {
      nameWithOwner owner { login } pullRequest(number: 7) { state headRepository { name }
        labels(first: 9) { totalCount edges { cursor node { name } } }
        closingIssuesReferences(first: 9) { nodes { number title body state url } }
        comments(last: 9) { nodes { body reactionGroups { content reactors(first: 9) { totalCount } users(first: 9) { totalCount } } reactions(first: 9) { nodes { content user { login } } }
          down: reactions(first: 9, content: THUMBS_DOWN) { totalCount } } }
        pending: reviews(first: 9, states: [PENDING]) { totalCount }
        reviews(first: 9, states: [COMMENTED, PENDING]) { nodes { state body commit { oid } author { login } } }
        reviewThreads(first: 9) { nodes { subjectType resolvedBy { login } comments(first: 9) { edges { node {
          replyTo { id } originalCommit { oid } commit { oid } pullRequestReview { id } outdated line } } } } }
    } } }";
    let answer = ask(&forge, all, Value::Null);
    assert_eq!(answer["errors"], Value::Null);
    let pull = &answer["data"]["repository"]["pullRequest"];
    assert_eq!(pull["comments"]["nodes"][0]["reactions"]["nodes"][0]["content"], "THUMBS_UP");
    assert_eq!(pull["comments"]["nodes"][0]["down"]["totalCount"], 0);
    assert_eq!(
        (&pull["pending"]["totalCount"], &pull["reviews"]["nodes"][0]["state"]),
        (&json!(0), &json!("COMMENTED"))
    );
    let comments = &pull["reviewThreads"]["nodes"][0]["comments"]["edges"];
    assert_eq!(comments[1]["node"]["replyTo"]["id"], format!("PRRC_{}", forge.first_comment(thread)));
}
