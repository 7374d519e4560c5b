//! Small questions about nodes that the readers of all languages ask.

use review_core::LineRange;

use super::outline::{Span, Use};
use crate::engine::{self, Node, lines_of, squeezed};

/// Longest condition or name that is kept, in bytes.
const MAX_TEXT: usize = 400;

/// Visits the named nodes in the order of the text, and below those only of which the visitor says so.
pub(super) fn walk(root: &Node<'_>, visit: &mut impl FnMut(&Node<'_>) -> bool) {
    engine::walk(root.get_inner_node(), |inner| !inner.is_named() || visit(&root.root().adopt(inner)));
}

/// Whether something below a node is as asked; what is inside of a nested function does not count.
pub(super) fn has_below(node: &Node<'_>, found: &mut dyn FnMut(&Node<'_>) -> bool) -> bool {
    let mut stack: Vec<Node<'_>> = node.children().collect();
    let mut budget = 20_000_u32;
    while let Some(next) = stack.pop() {
        budget = budget.saturating_sub(1);
        if budget == 0 {
            return false;
        }
        if found(&next) {
            return true;
        }
        if !is_function_kind(&next.kind()) {
            stack.extend(next.children());
        }
    }
    false
}

fn is_function_kind(kind: &str) -> bool {
    matches!(
        kind,
        "function_definition"
            | "lambda"
            | "func_literal"
            | "closure_expression"
            | "function_item"
            | "arrow_function"
            | "function_expression"
            | "lambda_expression"
            | "function_declaration"
            | "class_body"
            | "class_definition"
    )
}

pub(super) fn span_of(node: &Node<'_>) -> Span {
    Span { bytes: node.range(), lines: lines_of(node) }
}

/// First line of a node, from 1.
pub(super) fn line_of(node: &Node<'_>) -> u32 {
    lines_of(node).start
}

/// The text of a node on one line, bounded.
pub(super) fn text_of(node: &Node<'_>) -> String {
    let text = node.text();
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    squeezed(text.get(..end).unwrap_or_default())
}

pub(super) fn field_text(node: &Node<'_>, field: &str) -> String {
    node.field(field).map(|node| text_of(&node)).unwrap_or_default()
}

/// A condition without the parentheses around it.
pub(super) fn condition_of(node: &Node<'_>, field: &str) -> String {
    let text = field_text(node, field);
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        // Only where the first one belongs to the last one.
        Some(inner) if balanced(inner) => inner.trim().to_owned(),
        _ => text,
    }
}

fn balanced(text: &str) -> bool {
    let mut open = 0_i32;
    for c in text.chars() {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if open < 0 {
            return false;
        }
    }
    open == 0
}

/// The last statement of a block, comments aside.
pub(super) fn last_statement<'t>(block: &Node<'t>) -> Option<Node<'t>> {
    block.children().filter(|child| child.is_named() && !child.kind().contains("comment")).last()
}

/// Steps back that are taken one by one; the tree counts siblings from the first one for each, so long runs are collected.
const SINGLE_STEPS: usize = 16;

/// The siblings before a node, nearest first.
pub(super) fn before<'t>(node: &Node<'t>) -> impl Iterator<Item = Node<'t>> + use<'t> {
    let mut current = node.clone();
    let mut steps = 0;
    let mut rest: Option<Vec<Node<'t>>> = None;
    std::iter::from_fn(move || {
        if let Some(rest) = &mut rest {
            return rest.pop();
        }
        if steps < SINGLE_STEPS {
            steps += 1;
            current = current.prev()?;
            return Some(current.clone());
        }
        let id = current.node_id();
        let mut list: Vec<_> =
            current.parent()?.children().take_while(|child| child.node_id() != id).collect();
        let next = list.pop();
        rest = Some(list);
        next
    })
}

/// The first later sibling that is as asked, and the node just before it; where none is, the last sibling. One scan that
/// ends with the find, so that pairs of lock and unlock in one long block cost what they hold.
pub(super) fn until<'t>(
    node: &Node<'t>,
    mut found: impl FnMut(&Node<'t>) -> bool,
) -> (Node<'t>, Option<Node<'t>>) {
    let mut last = node.clone();
    for next in node.next_all() {
        if found(&next) {
            return (last, Some(next));
        }
        last = next;
    }
    (last, None)
}

/// Comments that end on the line before a node, without a gap: its documentation where the language has it there.
pub(super) fn comments_before(node: &Node<'_>) -> Option<(String, LineRange)> {
    let mut next_line = line_of(node);
    let mut lines = Vec::new();
    let mut range: Option<LineRange> = None;
    let mut previous = node.prev();
    while let Some(comment) = previous {
        let kind = comment.kind().into_owned();
        if matches!(kind.as_str(), "attribute_item" | "decorator") {
            next_line = line_of(&comment);
            previous = comment.prev();
            continue;
        }
        let at = lines_of(&comment);
        if !kind.contains("comment") || at.end + 1 < next_line || lines.len() > 200 {
            break;
        }
        next_line = at.start;
        // The comments of Rust end with the end of their line.
        lines.push(comment.text().trim_end().to_owned());
        range = Some(LineRange::new(at.start, range.map_or(at.end, |range| range.end)));
        previous = comment.prev();
    }
    lines.reverse();
    range.map(|range| (lines.join("\n"), range))
}

/// The last identifier of something like `a.b::c`.
pub(super) fn last_name(text: &str) -> String {
    text.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What is done with a call's result, for languages whose tree shows it in the parent alike.
pub(super) fn use_of(call: &Node<'_>) -> Use {
    let Some(parent) = call.parent() else { return Use::Other };
    let is = |field: &str| parent.field(field).is_some_and(|node| node.range() == call.range());
    match parent.kind().as_ref() {
        "expression_statement" => Use::Dropped,
        "if_statement"
        | "while_statement"
        | "if_expression"
        | "while_expression"
        | "conditional_expression"
        | "ternary_expression"
            if is("condition") =>
        {
            Use::Condition
        }
        "parenthesized_expression" | "condition_clause" => match use_of(&parent) {
            Use::Condition => Use::Condition,
            _ => Use::Other,
        },
        "not_operator" | "boolean_operator" | "unary_expression" | "binary_expression"
            if is_logical(&parent) =>
        {
            Use::Condition
        }
        "attribute" | "member_expression" | "field_expression" | "subscript" | "subscript_expression"
            if is("object") || is("value") =>
        {
            Use::Member
        }
        "try_expression" => Use::Propagated,
        _ => Use::Other,
    }
}

fn is_logical(node: &Node<'_>) -> bool {
    let kind = node.kind();
    matches!(kind.as_ref(), "not_operator" | "boolean_operator")
        || node
            .field("operator")
            .is_some_and(|operator| matches!(operator.text().as_ref(), "!" | "&&" | "||"))
}
