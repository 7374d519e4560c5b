//! Where a comment is, as GitLab wants to be told: an added line by its new number, a deleted one by its old, an unchanged one by
//! both.

use review_render::comments::{CommentPlace, DiffLine, LineChange, gitlab_line_code};
use serde_json::{Map, Value, json};

use crate::model::ChangeRequest;
use crate::plan::InlineComment;

pub(super) fn of(comment: &InlineComment, base: &str, request: &ChangeRequest) -> Value {
    let place = &comment.place;
    let mut position = Map::new();
    let mut put = |name: &str, value: Value| position.insert(name.to_owned(), value);
    put("position_type", json!("text"));
    put("base_sha", json!(base));
    put("start_sha", json!(request.base.commit));
    put("head_sha", json!(request.head.commit));
    put("old_path", json!(place.old_path));
    put("new_path", json!(place.path));
    if place.lines.start < place.lines.end {
        put("line_range", json!({ "start": end(place, place.first), "end": end(place, place.last) }));
    }
    position.extend(numbers(place.last));
    Value::Object(position)
}

fn numbers(line: DiffLine) -> Map<String, Value> {
    let mut fields = Map::new();
    if line.change != LineChange::Added {
        fields.insert("old_line".to_owned(), json!(line.old));
    }
    if line.change != LineChange::Deleted {
        fields.insert("new_line".to_owned(), json!(line.new));
    }
    fields
}

fn end(place: &CommentPlace, line: DiffLine) -> Value {
    let mut fields = numbers(line);
    fields.insert("line_code".to_owned(), json!(gitlab_line_code(place, line.old, line.new)));
    match line.change {
        LineChange::Added => drop(fields.insert("type".to_owned(), json!("new"))),
        LineChange::Deleted => drop(fields.insert("type".to_owned(), json!("old"))),
        _ => {}
    }
    Value::Object(fields)
}
