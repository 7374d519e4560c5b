//! Review threads, which only GraphQL tells of, and reviews, which it tells in the same answer.

use reqwest::Method;
use std::fmt;

use review_core::{Cx, Error, ErrorKind, LineRange, Reference, Result, Side};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::may_write;
use crate::http::{Api, read as typed};
use crate::model::{Comment, PostedReview, Reaction, Thread};

/// Most pages of threads.
const MAX_PAGES: usize = 50;

const THREADS: &str = "\
query Threads($owner: String!, $name: String!, $number: Int!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      closingIssuesReferences(first: 20) { nodes { number title state url } }
      reviews(first: 100) {
        pageInfo { hasNextPage endCursor }
        nodes { fullDatabaseId body state submittedAt author { login __typename } commit { oid } }
      }
      reviewThreads(first: 50, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated path line startLine diffSide viewerCanResolve
          resolvedBy { login __typename }
          comments(first: 50) {
            nodes {
              id fullDatabaseId body createdAt isMinimized authorAssociation
              author { login __typename }
              reactions(first: 20, content: THUMBS_DOWN) { nodes { user { login } } }
            }
          }
        }
      }
    }
  }
}";

pub(super) const RESOLVE: &str = "\
mutation Resolve($thread: ID!) {
  resolveReviewThread(input: { threadId: $thread }) { thread { id isResolved } }
}";

pub(super) const MINIMISE: &str = "\
mutation Minimise($comment: ID!) {
  minimizeComment(input: { subjectId: $comment, classifier: OUTDATED }) { minimizedComment { isMinimized } }
}";

/// What one question tells.
#[derive(Default)]
pub(super) struct Told {
    /// Our own login.
    pub(super) viewer: String,
    /// All threads.
    pub(super) threads: Vec<Thread>,
    /// The reviews; `None` when there are more than one answer holds.
    pub(super) reviews: Option<Vec<PostedReview>>,
    /// The issues that the pull request closes.
    pub(super) closes: Vec<Reference>,
}

/// Our own login, the threads and reviews of a pull request, and the issues that it closes.
pub(super) async fn read(api: &Api, graphql: &str, project: &str, number: u64, cx: &Cx) -> Result<Told> {
    let (owner, name) = project.split_once('/').unwrap_or((project, ""));
    let mut told = Told::default();
    let mut after: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let variables = json!({ "owner": owner, "name": name, "number": number, "after": after });
        let data: Data = typed(ask(api, graphql, THREADS, variables, cx).await?, "threads")?;
        let missing =
            || Error::new(ErrorKind::NotFound, "no such pull request, or the token has no right to see it");
        let pull = data.repository.and_then(|found| found.pull_request).ok_or_else(missing)?;
        if after.is_none() {
            let whole = !pull.reviews.page_info.has_next_page;
            told.viewer = data.viewer.login();
            told.reviews = whole.then(|| pull.reviews.nodes.into_iter().map(PostedReview::from).collect());
            let closes = pull.closing_issues_references.map(|issues| issues.nodes).unwrap_or_default();
            told.closes = closes.into_iter().map(Reference::from).collect();
        }
        let page = pull.review_threads;
        told.threads.extend(page.nodes.into_iter().map(Thread::from));
        match page.page_info.end_cursor.filter(|_| page.page_info.has_next_page) {
            Some(cursor) => after = Some(cursor),
            None => return Ok(told),
        }
    }
    Err(Error::new(ErrorKind::BudgetExceeded, "the pull request has more threads than are read"))
}

/// One question or change. GraphQL answers with status 200 also when it refuses.
pub(super) async fn ask(api: &Api, graphql: &str, query: &str, variables: Value, cx: &Cx) -> Result<Value> {
    let body = json!({ "query": query, "variables": variables });
    let mut answer = api.send(Method::POST, graphql, Some(body), cx).await?.body;
    let first = answer.get("errors").and_then(|errors| errors.get(0));
    if let Some(error) = first {
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        let said: String = text("message").chars().filter(|c| !c.is_control()).take(300).collect();
        let (kind, message) = match text("type") {
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" => {
                (ErrorKind::Unauthorized, "the token lacks a right for this")
            }
            "NOT_FOUND" => (ErrorKind::NotFound, "not found, or the token has no right to see it"),
            "RATE_LIMITED" => (ErrorKind::RateLimited, "the forge asks to slow down"),
            _ => (ErrorKind::InvalidInput, "the forge refuses what was sent"),
        };
        return Err(Error::new(kind, message).with_operation("POST /graphql").with_context("it says", said));
    }
    Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
}

#[derive(Deserialize)]
struct Data {
    viewer: Actor,
    repository: Option<Found>,
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "pullRequest")]
    pull_request: Option<Pull>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pull {
    closing_issues_references: Option<Nodes<IssueNode>>,
    reviews: Page<ReviewNode>,
    review_threads: Page<ThreadNode>,
}

#[derive(Deserialize)]
struct IssueNode {
    number: u64,
    title: String,
    state: String,
    url: String,
}

impl From<IssueNode> for Reference {
    fn from(node: IssueNode) -> Self {
        Self::new(node.number).with_title(node.title).with_state(node.state.to_lowercase()).with_url(node.url)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReviewNode {
    #[serde(rename = "fullDatabaseId")]
    id: Option<BigInt>,
    #[serde(default)]
    body: String,
    state: String,
    submitted_at: Option<String>,
    author: Option<Actor>,
    commit: Option<CommitNode>,
}

/// The id by which REST knows something. The older `databaseId` has 32 bits, which new comments exceed.
#[derive(Deserialize)]
#[serde(untagged)]
enum BigInt {
    Text(String),
    Number(u64),
}

impl fmt::Display for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

#[derive(Deserialize)]
struct CommitNode {
    oid: String,
}

impl From<ReviewNode> for PostedReview {
    fn from(node: ReviewNode) -> Self {
        let author = node.author.map_or_else(|| "ghost".to_owned(), Actor::login);
        let id = node.id.map(|id| id.to_string()).unwrap_or_default();
        let mut review = Self::new(id, author, node.body)
            .with_pending(node.state == "PENDING")
            .with_created(node.submitted_at.unwrap_or_default());
        review.commit = node.commit.map(|commit| commit.oid);
        review
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    page_info: PageInfo,
    nodes: Vec<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Nodes<T> {
    nodes: Vec<T>,
}

#[derive(Deserialize)]
struct Actor {
    login: String,
    #[serde(rename = "__typename")]
    kind: Option<String>,
}

impl Actor {
    /// The login as REST spells it: there a program's account ends with `[bot]`.
    fn login(self) -> String {
        match self.kind.as_deref() {
            Some("Bot") if !self.login.ends_with("[bot]") => format!("{}[bot]", self.login),
            _ => self.login,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadNode {
    id: String,
    is_resolved: bool,
    is_outdated: bool,
    path: Option<String>,
    line: Option<u32>,
    start_line: Option<u32>,
    diff_side: Option<String>,
    #[serde(default)]
    viewer_can_resolve: bool,
    resolved_by: Option<Actor>,
    comments: Nodes<CommentNode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CommentNode {
    id: String,
    full_database_id: Option<BigInt>,
    author: Option<Actor>,
    #[serde(default)]
    author_association: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    created_at: String,
    #[serde(default)]
    is_minimized: bool,
    reactions: Option<Nodes<ReactionNode>>,
}

#[derive(Deserialize)]
struct ReactionNode {
    user: Option<Actor>,
}

impl From<ThreadNode> for Thread {
    fn from(node: ThreadNode) -> Self {
        Self {
            id: node.id,
            path: node.path,
            lines: node.line.map(|end| LineRange::new(node.start_line.unwrap_or(end), end)),
            side: node.diff_side.map(|side| if side == "LEFT" { Side::Base } else { Side::Head }),
            resolved: node.is_resolved,
            resolved_by: node.resolved_by.map(Actor::login),
            outdated: node.is_outdated,
            can_resolve: node.viewer_can_resolve,
            comments: node.comments.nodes.into_iter().map(Comment::from).collect(),
        }
    }
}

impl From<CommentNode> for Comment {
    fn from(node: CommentNode) -> Self {
        let down = node.reactions.map(|reactions| reactions.nodes).unwrap_or_default();
        let author = node.author.map_or_else(|| "ghost".to_owned(), Actor::login);
        let id = node.full_database_id.map_or_else(|| node.id.clone(), |id| id.to_string());
        let mut comment = Self::new(id, author, node.body)
            .with_node(node.id)
            .with_created(node.created_at)
            .with_minimised(node.is_minimized);
        comment.author_may_write = may_write(&node.author_association);
        comment.reactions = down
            .into_iter()
            .filter_map(|down| down.user)
            .map(|user| Reaction::thumb_down(user.login()))
            .collect();
        comment
    }
}
