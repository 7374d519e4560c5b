//! Rust.

use review_core::LineRange;

use super::collect::{Collector, Head};
use super::node::{
    before, comments_before, condition_of, field_text, last_name, last_statement, line_of, span_of, text_of,
    until, use_of,
};
use super::outline::{Arguments, Call, Exit, ExitKind, Group, Guard, LockScope, Param, ParamKind, Span, Use};
use crate::engine::{Node, lines_of};

pub(super) fn visit(node: &Node<'_>, out: &mut Collector) {
    match node.kind().as_ref() {
        "impl_item" => {
            let name = field_text(node, "type");
            out.owner(name.split(['<', ' ']).next().unwrap_or_default(), node);
        }
        "trait_item" => out.owner(field_text(node, "name"), node),
        "function_item" => {
            let head = head(node, out);
            out.function(head, None);
        }
        "call_expression" => out.call(call(node)),
        "if_expression" => {
            if let Some(guard) = guard(node) {
                out.guard(guard);
            }
        }
        "return_expression" => {
            let kind = if node.children().any(|child| child.is_named()) {
                ExitKind::Value
            } else {
                ExitKind::Nothing
            };
            out.exit(Exit { kind, lines: LineRange::line(line_of(node)) });
        }
        "let_declaration" => {
            if let Some(lock) = lock(node) {
                out.lock(lock);
            }
        }
        "struct_item" | "enum_item" => group(node, out),
        "use_declaration" => {
            let text = text_of(node);
            let module = text.split("::{").next().unwrap_or_default();
            for name in text.trim_end_matches(';').split([',', '{', '}']) {
                out.import(&last_name(name.trim()), module);
            }
        }
        _ => {}
    }
}

fn head(node: &Node<'_>, out: &Collector) -> Head {
    let name = field_text(node, "name");
    let body = node.field("body");
    let mut marks = Vec::new();
    let mut span = span_of(node);
    let marked = |item: &Node<'_>| item.kind() == "attribute_item" || item.kind().contains("comment");
    for item in before(node).take_while(marked) {
        if item.kind() == "attribute_item" {
            marks.push(text_of(&item));
            let at = span_of(&item);
            span = Span {
                bytes: at.bytes.start..span.bytes.end,
                lines: LineRange::new(at.lines.start, span.lines.end),
            };
        }
    }
    marks.reverse();
    let is_test = marks
        .iter()
        .any(|mark| mark.contains("test]") || mark.contains("::test(") || mark.contains("rstest"));
    let disabled = marks.iter().find(|mark| mark.starts_with("#[ignore")).cloned();
    let modifiers =
        node.children().find(|child| child.kind() == "function_modifiers").map(|child| text_of(&child));
    let public = node.children().any(|child| child.kind() == "visibility_modifier" && child.text() == "pub");
    let result = field_text(node, "return_type");
    Head {
        line: node.field("name").map_or(1, |name| line_of(&name)),
        name,
        body: body.map(|body| body.range()).unwrap_or_default(),
        span,
        params: node.field("parameters").map(|list| params(&list)).unwrap_or_default(),
        is_async: modifiers.is_some_and(|text| text.contains("async")),
        is_public: public && !out.in_function(),
        is_test,
        disabled: disabled.filter(|_| is_test),
        marks,
        doc: comments_before(node).filter(|(text, _)| text.starts_with("///") || text.starts_with("/**")),
        gives_error: result.contains("Result"),
        result,
    }
}

fn params(list: &Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    for child in list.children().filter(|child| child.is_named()) {
        match child.kind().as_ref() {
            "self_parameter" => {
                params.push(Param { name: "self".into(), kind: ParamKind::Receiver, has_default: false });
            }
            "parameter" => {
                let name = field_text(&child, "pattern");
                let name = name.trim_start_matches("mut ").to_owned();
                params.push(Param { name, kind: ParamKind::Positional, has_default: false });
            }
            _ => {}
        }
    }
    params
}

fn call(node: &Node<'_>) -> Call {
    let function = node.field("function").map(|function| {
        if function.kind() == "generic_function" {
            function.field("function").unwrap_or(function)
        } else {
            function
        }
    });
    let (receiver, name) = match &function {
        Some(function) if function.kind() == "field_expression" => {
            (field_text(function, "value"), field_text(function, "field"))
        }
        Some(function) if function.kind() == "scoped_identifier" => {
            (field_text(function, "path"), field_text(function, "name"))
        }
        Some(function) => (String::new(), text_of(function)),
        None => Default::default(),
    };
    let list = node.field("arguments");
    let count = list.map_or(0, |list| {
        list.children().filter(|child| child.is_named() && !child.kind().contains("comment")).count()
    });
    let awaiting = node.parent().filter(|parent| parent.kind() == "await_expression");
    let outer = awaiting.as_ref().unwrap_or(node);
    Call {
        name,
        receiver,
        arguments: Arguments { positional: count, named: Vec::new(), spread: false },
        span: span_of(node),
        awaited: awaiting.is_some(),
        used: used(outer),
        deferred: false,
    }
}

fn used(node: &Node<'_>) -> Use {
    let Some(parent) = node.parent() else { return Use::Other };
    if parent.kind() == "let_declaration" && field_text(&parent, "pattern") == "_" {
        return Use::ErrorIgnored;
    }
    if parent.kind() == "field_expression"
        && matches!(
            field_text(&parent, "field").as_str(),
            "ok" | "unwrap_or_default" | "unwrap_or" | "unwrap_or_else"
        )
    {
        return Use::ErrorIgnored;
    }
    use_of(node)
}

fn guard(node: &Node<'_>) -> Option<Guard> {
    // `if let` takes something apart; it is no check.
    if node.field("alternative").is_some() || field_text(node, "condition").starts_with("let ") {
        return None;
    }
    let last = last_statement(&node.field("consequence")?)?;
    let text = text_of(&last);
    let exit = ["return", "continue", "break", "panic!", "bail!"].into_iter().find(|word| {
        text.strip_prefix(word)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })?;
    Some(Guard { condition: condition_of(node, "condition"), span: span_of(node), exit })
}

/// A guard of a lock lives to the end of its block, or until it is dropped.
fn lock(node: &Node<'_>) -> Option<LockScope> {
    let value = field_text(node, "value");
    let name = [".lock()", ".write()", ".read()", ".lock().await", ".write().await", ".read().await"]
        .iter()
        .find_map(|call| {
            let rest = value.split_once(call)?;
            let tail = rest.1.trim_end_matches('?');
            let plain = tail.is_empty()
                || tail == ".await"
                || tail == ".unwrap()"
                || tail.starts_with(".expect(")
                || tail.starts_with(".unwrap_or_else(");
            plain.then(|| rest.0.to_owned())
        })?;
    let block = node.parent().filter(|parent| parent.kind() == "block")?;
    let guard = field_text(node, "pattern").trim_start_matches("mut ").to_owned();
    let dropped = format!("drop({guard});");
    let (last, released) = until(node, |next| next.is_named() && text_of(next) == dropped);
    let end = released.map_or(block.range().end, |released| released.range().start);
    let lines = LineRange::new(line_of(node), lines_of(&last).end);
    Some(LockScope { name, span: Span { bytes: node.range().end..end, lines } })
}

fn group(node: &Node<'_>, out: &mut Collector) {
    let is_choice = node.kind() == "enum_item";
    let wanted = if is_choice { "enum_variant" } else { "field_declaration" };
    let Some(body) = node.field("body") else { return };
    let members = body
        .children()
        .filter(|child| child.kind() == wanted)
        .filter_map(|child| child.field("name"))
        .map(|name| (text_of(&name), line_of(&name)))
        .collect();
    out.group(Group { name: field_text(node, "name"), is_choice, span: span_of(node), members });
}
