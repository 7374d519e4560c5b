//! Writes, as GitHub's requests.

use reqwest::Method;
use review_core::{Cx, Error, ErrorKind, Result, Severity, Side};
use serde_json::{Map, Value, json};

use super::threads::{MINIMISE, RESOLVE, ask};
use crate::http::Api;
use crate::plan::{Annotation, Conclusion, InlineComment, Write};

pub(super) async fn perform(
    api: &Api,
    graphql: &str,
    root: &str,
    number: u64,
    write: &Write,
    cx: &Cx,
) -> Result<()> {
    let (method, path, body) = match write {
        Write::DiscardPending { review } => {
            (Method::DELETE, format!("/pulls/{number}/reviews/{review}"), Value::Null)
        }
        Write::Review { head, request_changes, body, comments } => {
            let event = if *request_changes { "REQUEST_CHANGES" } else { "COMMENT" };
            let comments: Vec<Value> =
                comments.iter().map(|comment| Value::Object(on_lines(comment))).collect();
            let review = json!({ "commit_id": head, "event": event, "body": body, "comments": comments });
            (Method::POST, format!("/pulls/{number}/reviews"), review)
        }
        Write::Thread { head, comment, .. } => {
            let mut one = on_lines(comment);
            one.insert("commit_id".to_owned(), json!(head));
            (Method::POST, format!("/pulls/{number}/comments"), Value::Object(one))
        }
        Write::FileComment { head, path, body, .. } => {
            let comment = json!({ "commit_id": head, "path": path, "body": body, "subject_type": "file" });
            (Method::POST, format!("/pulls/{number}/comments"), comment)
        }
        Write::Reply { comment, body, .. } => {
            (Method::POST, format!("/pulls/{number}/comments/{comment}/replies"), json!({ "body": body }))
        }
        Write::Resolve { thread } => {
            return ask(api, graphql, RESOLVE, json!({ "thread": thread }), cx).await.map(drop);
        }
        Write::Minimise { comment } => {
            return ask(api, graphql, MINIMISE, json!({ "comment": comment }), cx).await.map(drop);
        }
        Write::CreateSummary { body } | Write::Answer { body } => {
            (Method::POST, format!("/issues/{number}/comments"), json!({ "body": body }))
        }
        Write::UpdateSummary { comment, body } => {
            (Method::PATCH, format!("/issues/comments/{comment}"), json!({ "body": body }))
        }
        Write::Check { check, report, head, name, title, summary, conclusion, annotations } => {
            let annotations: Vec<Value> = annotations.iter().map(annotation).collect();
            let mut body = json!({
                "name": name,
                "external_id": report,
                "status": if conclusion.is_some() { "completed" } else { "in_progress" },
                "output": { "title": title, "summary": summary, "annotations": annotations },
            });
            if let Some(conclusion) = conclusion {
                set(&mut body, "conclusion", json!(word(*conclusion)));
            }
            match check {
                Some(id) => (Method::PATCH, format!("/check-runs/{id}"), body),
                None => {
                    set(&mut body, "head_sha", json!(head));
                    (Method::POST, "/check-runs".to_owned(), body)
                }
            }
        }
        Write::Status { head, name, conclusion, description } => {
            let state = match conclusion {
                Conclusion::Success => "success",
                Conclusion::Failure => "failure",
                // A status knows no neutral end; an incomplete review must not look like a clean one.
                Conclusion::Neutral => "error",
            };
            let body = json!({ "state": state, "context": name, "description": description });
            (Method::POST, format!("/statuses/{head}"), body)
        }
    };
    let path = format!("{root}{path}");
    if method == Method::DELETE {
        return api.send(method, &format!("{}{path}", api.base()), None, cx).await.map(drop);
    }
    if path.contains("//") {
        return Err(Error::new(ErrorKind::Internal, "a write without an id"));
    }
    api.call(method, &path, body, cx).await.map(drop)
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Value::Object(fields) = body {
        fields.insert(name.to_owned(), value);
    }
}

fn side(side: Side) -> &'static str {
    if side == Side::Base { "LEFT" } else { "RIGHT" }
}

fn on_lines(comment: &InlineComment) -> Map<String, Value> {
    let place = &comment.place;
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("path", json!(place.path));
    put("body", json!(comment.body));
    put("line", json!(place.lines.end));
    put("side", json!(side(place.side)));
    if place.lines.start < place.lines.end {
        put("start_line", json!(place.lines.start));
        put("start_side", json!(side(place.side)));
    }
    fields
}

fn annotation(annotation: &Annotation) -> Value {
    let level = match annotation.severity {
        Severity::Critical => "failure",
        Severity::Important => "warning",
        _ => "notice",
    };
    json!({
        "path": annotation.path,
        "start_line": annotation.start_line,
        "end_line": annotation.end_line,
        "annotation_level": level,
        "title": annotation.title,
        "message": annotation.message,
    })
}

fn word(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Success => "success",
        Conclusion::Failure => "failure",
        Conclusion::Neutral => "neutral",
    }
}
