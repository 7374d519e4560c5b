//! Java.

use review_core::LineRange;

use super::collect::{Collector, Head};
use super::node::{
    comments_before, condition_of, field_text, has_below, last_statement, line_of, span_of, text_of, use_of,
};
use super::outline::{
    Arguments, Call, Exit, ExitKind, Group, Guard, Handler, LockScope, Param, ParamKind, Span,
};
use crate::engine::{Node, lines_of};

pub(super) fn visit(node: &Node<'_>, out: &mut Collector) {
    match node.kind().as_ref() {
        "class_declaration" | "interface_declaration" | "record_declaration" => {
            class(node, out);
            out.owner(field_text(node, "name"), node);
        }
        "enum_declaration" => {
            enumeration(node, out);
            out.owner(field_text(node, "name"), node);
        }
        "method_declaration" | "constructor_declaration" => {
            let head = head(node);
            out.function(head, None);
        }
        "method_invocation" => {
            if let Some(scope) = lock(node) {
                out.lock(scope);
            }
            out.call(call(node));
        }
        "if_statement" => {
            if let Some(guard) = guard(node) {
                out.guard(guard);
            }
        }
        "catch_clause" => out.handler(handler(node)),
        "return_statement" => out.exit(Exit { kind: returned(node), lines: LineRange::line(line_of(node)) }),
        "throw_statement" => out.exit(Exit { kind: ExitKind::Thrown, lines: LineRange::line(line_of(node)) }),
        "synchronized_statement" => {
            if let Some(body) = node.field("body") {
                let name = node.children().find(|child| child.kind() == "parenthesized_expression");
                let name = name.map(|name| text_of(&name)).unwrap_or_default();
                out.lock(LockScope { name, span: span_of(&body) });
            }
        }
        _ => {}
    }
}

fn modifiers(node: &Node<'_>) -> (Vec<String>, Vec<String>) {
    let Some(list) = node.children().find(|child| child.kind() == "modifiers") else {
        return Default::default();
    };
    let (marks, words): (Vec<_>, Vec<_>) =
        list.children().partition(|child| child.kind().contains("annotation"));
    (marks.iter().map(text_of).collect(), words.iter().map(text_of).collect())
}

fn head(node: &Node<'_>) -> Head {
    let (marks, words) = modifiers(node);
    let is_mark = |mark: &str, name: &str| mark == name || mark.starts_with(&format!("{name}("));
    let is_test = marks
        .iter()
        .any(|mark| ["@Test", "@ParameterizedTest", "@RepeatedTest"].iter().any(|name| is_mark(mark, name)));
    let disabled = marks.iter().find(|mark| is_mark(mark, "@Disabled") || is_mark(mark, "@Ignore")).cloned();
    let body = node.field("body");
    Head {
        name: field_text(node, "name"),
        line: node.field("name").map_or(1, |name| line_of(&name)),
        body: body.map(|body| body.range()).unwrap_or_default(),
        span: span_of(node),
        params: node.field("parameters").map(|list| params(&list)).unwrap_or_default(),
        is_async: false,
        is_public: words.iter().any(|word| word == "public" || word == "protected"),
        is_test,
        disabled: disabled.filter(|_| is_test),
        marks,
        doc: comments_before(node).filter(|(text, _)| text.starts_with("/**")),
        result: field_text(node, "type"),
        gives_error: false,
    }
}

fn params(list: &Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    for child in list.children().filter(|child| child.is_named()) {
        match child.kind().as_ref() {
            "formal_parameter" => {
                params.push(Param {
                    name: field_text(&child, "name"),
                    kind: ParamKind::Positional,
                    has_default: false,
                });
            }
            "spread_parameter" => {
                let name = child.children().find(|child| child.kind() == "variable_declarator");
                let name = name.map(|name| text_of(&name)).unwrap_or_default();
                params.push(Param { name, kind: ParamKind::Rest, has_default: false });
            }
            "receiver_parameter" => {
                params.push(Param { name: "this".into(), kind: ParamKind::Receiver, has_default: false });
            }
            _ => {}
        }
    }
    params
}

fn call(node: &Node<'_>) -> Call {
    let count = node.field("arguments").map_or(0, |list| {
        list.children().filter(|child| child.is_named() && !child.kind().contains("comment")).count()
    });
    let mut deferred = false;
    let mut above = node.parent();
    for _ in 0..4 {
        let Some(next) = above else { break };
        deferred |= next.kind() == "finally_clause";
        above = next.parent();
    }
    Call {
        name: field_text(node, "name"),
        receiver: field_text(node, "object"),
        arguments: Arguments { positional: count, named: Vec::new(), spread: false },
        span: span_of(node),
        awaited: false,
        used: use_of(node),
        deferred,
    }
}

fn guard(node: &Node<'_>) -> Option<Guard> {
    if node.field("alternative").is_some() {
        return None;
    }
    let branch = node.field("consequence")?;
    let last = if branch.kind() == "block" { last_statement(&branch)? } else { branch };
    let exit = match last.kind().as_ref() {
        "return_statement" => "return",
        "throw_statement" => "throw",
        "continue_statement" => "continue",
        "break_statement" => "break",
        _ => return None,
    };
    Some(Guard { condition: condition_of(node, "condition"), span: span_of(node), exit })
}

fn handler(node: &Node<'_>) -> Handler {
    let parameter = node.children().find(|child| child.kind() == "catch_formal_parameter");
    let caught = parameter.as_ref().map(text_of).unwrap_or_default();
    let name = parameter.map(|parameter| field_text(&parameter, "name")).unwrap_or_default();
    let mut subject = Vec::new();
    if let Some(body) = node.parent().and_then(|parent| parent.field("body")) {
        has_below(&body, &mut |inner| {
            if inner.kind() == "method_invocation" {
                subject.push(field_text(inner, "name"));
            }
            false
        });
    }
    subject.sort();
    subject.dedup();
    let block = node.field("body");
    let passes_on = block.as_ref().is_some_and(|block| {
        has_below(block, &mut |inner| match inner.kind().as_ref() {
            "throw_statement" => true,
            "assignment_expression" => field_text(inner, "right").contains(&name),
            "method_invocation" => {
                let method = field_text(inner, "name");
                let given = field_text(inner, "arguments");
                let logs = ["log", "warn", "debug", "trace", "info", "error", "print"]
                    .iter()
                    .any(|word| method.to_ascii_lowercase().contains(word));
                method == "exit"
                    || method == "interrupt"
                    || method == "fail"
                    || (given.contains(&name) && !logs)
            }
            _ => false,
        })
    });
    Handler { subject, caught, span: span_of(node), passes_on }
}

fn returned(node: &Node<'_>) -> ExitKind {
    match node.children().find(|child| child.is_named() && !child.kind().contains("comment")) {
        None => ExitKind::Nothing,
        Some(value) if value.kind() == "null_literal" => ExitKind::Nothing,
        Some(_) => ExitKind::Value,
    }
}

/// From `x.lock()` to `x.unlock()` in the same block, or to the end of the `finally` that unlocks.
fn lock(node: &Node<'_>) -> Option<LockScope> {
    if field_text(node, "name") != "lock"
        || node.field("arguments").is_some_and(|list| list.children().len() > 2)
    {
        return None;
    }
    let name = field_text(node, "object");
    let statement = node.parent().filter(|parent| parent.kind() == "expression_statement")?;
    let block = statement.parent()?;
    let ends = format!("{name}.unlock()");
    let released = statement.next_all().find(|next| next.is_named() && next.text().contains(&ends))?;
    let end = released.range().end;
    let last = block.children().filter(|child| child.range().start < end).last()?;
    let lines = LineRange::new(line_of(&statement), lines_of(&last).end);
    Some(LockScope { name, span: Span { bytes: node.range().end..end, lines } })
}

fn class(node: &Node<'_>, out: &mut Collector) {
    let mut members = Vec::new();
    for item in node.field("body").iter().flat_map(|body| body.children().collect::<Vec<_>>()) {
        if item.kind() != "field_declaration" || modifiers(&item).1.iter().any(|word| word == "static") {
            continue;
        }
        for declarator in item.field_children("declarator") {
            members.push((field_text(&declarator, "name"), line_of(&declarator)));
        }
    }
    out.group(Group { name: field_text(node, "name"), is_choice: false, span: span_of(node), members });
}

fn enumeration(node: &Node<'_>, out: &mut Collector) {
    let Some(body) = node.field("body") else { return };
    let members = body
        .children()
        .filter(|child| child.kind() == "enum_constant")
        .map(|constant| (field_text(&constant, "name"), line_of(&constant)))
        .collect();
    out.group(Group { name: field_text(node, "name"), is_choice: true, span: span_of(node), members });
}
