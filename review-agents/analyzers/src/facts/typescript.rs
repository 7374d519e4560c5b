//! TypeScript and JavaScript.

use review_core::LineRange;

use super::collect::{Collector, Head};
use super::node::{
    comments_before, condition_of, field_text, has_below, last_name, last_statement, line_of, span_of,
    text_of, use_of,
};
use super::outline::{Arguments, Call, Exit, ExitKind, Group, Guard, Handler, Param, ParamKind, Use};
use crate::engine::Node;

pub(super) fn visit(node: &Node<'_>, out: &mut Collector) {
    match node.kind().as_ref() {
        "class_declaration" | "class" | "abstract_class_declaration" => {
            class(node, out);
            out.owner(field_text(node, "name"), node);
        }
        "function_declaration" | "generator_function_declaration" => {
            let head = head(node, node, field_text(node, "name"));
            out.function(head, None);
        }
        "method_definition" => {
            let head = head(node, node, field_text(node, "name"));
            out.function(head, None);
        }
        "arrow_function" | "function_expression" => {
            if let Some((name, whole)) = given_name(node) {
                let head = head(node, &whole, name);
                out.function(head, None);
            }
        }
        "call_expression" => {
            if let Some(head) = test(node, out) {
                out.function(head, None);
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
        "enum_declaration" => enumeration(node, out),
        "import_specifier" | "export_specifier" => {
            let statement = node.parent().and_then(|list| list.parent());
            let statement = statement.map(|outer| {
                if outer.kind() == "import_clause" { outer.parent().unwrap_or(outer) } else { outer }
            });
            let module = statement.map(|statement| field_text(&statement, "source")).unwrap_or_default();
            out.import(&field_text(node, "name"), &module);
        }
        "import_clause" => {
            let module = node.parent().map(|statement| field_text(&statement, "source")).unwrap_or_default();
            for name in node.children().filter(|child| child.kind() == "identifier") {
                out.import(&text_of(&name), &module);
            }
        }
        _ => {}
    }
}

/// The name that a function gets from where it stands, and the statement around both.
fn given_name<'t>(node: &Node<'t>) -> Option<(String, Node<'t>)> {
    let parent = node.parent()?;
    match parent.kind().as_ref() {
        "variable_declarator" => Some((field_text(&parent, "name"), parent.parent().unwrap_or(parent))),
        "assignment_expression" => Some((last_name(&field_text(&parent, "left")), parent.clone())),
        "pair" => Some((field_text(&parent, "key"), parent.clone())),
        "public_field_definition" | "field_definition" => {
            let name = field_text(&parent, "name");
            Some((if name.is_empty() { field_text(&parent, "property") } else { name }, parent.clone()))
        }
        _ => None,
    }
}

fn head(node: &Node<'_>, whole: &Node<'_>, name: String) -> Head {
    let exported = whole.parent().filter(|parent| parent.kind() == "export_statement");
    let outer = exported.clone().unwrap_or_else(|| whole.clone());
    let modifiers: Vec<String> = node
        .children()
        .take_while(|child| child.kind() != "formal_parameters")
        .map(|child| child.text().chars().take(40).collect())
        .collect();
    let is_method = node.kind() == "method_definition";
    let hidden =
        name.starts_with('_') || name.starts_with('#') || modifiers.iter().any(|word| word == "private");
    let list = node.field("parameters").or_else(|| node.field("parameter"));
    let marks =
        outer.children().filter(|child| child.kind() == "decorator").map(|child| text_of(&child)).collect();
    Head {
        line: node.field("name").map_or_else(|| line_of(whole), |name| line_of(&name)),
        name,
        body: node.field("body").map(|body| body.range()).unwrap_or_default(),
        span: span_of(&outer),
        params: list.map(|list| params(&list)).unwrap_or_default(),
        is_async: modifiers.iter().any(|word| word == "async"),
        is_public: !hidden && (is_method || exported.is_some()),
        is_test: false,
        disabled: None,
        marks,
        doc: comments_before(&outer).filter(|(text, _)| text.starts_with("/**")),
        result: field_text(node, "return_type").trim_start_matches(':').trim().to_owned(),
        gives_error: false,
    }
}

fn params(list: &Node<'_>) -> Vec<Param> {
    if list.kind() == "identifier" {
        return vec![Param { name: text_of(list), kind: ParamKind::Positional, has_default: false }];
    }
    let mut params = Vec::new();
    for child in list.children().filter(|child| child.is_named() && !child.kind().contains("comment")) {
        let (target, has_default) = match child.kind().as_ref() {
            "required_parameter" => (child.field("pattern"), child.field("value").is_some()),
            "optional_parameter" => (child.field("pattern"), true),
            "assignment_pattern" => (child.field("left"), true),
            _ => (Some(child), false),
        };
        let Some(target) = target else { continue };
        let kind = match target.kind().as_ref() {
            "rest_pattern" => ParamKind::Rest,
            "this" => ParamKind::Receiver,
            _ => ParamKind::Positional,
        };
        let plain = matches!(target.kind().as_ref(), "identifier" | "rest_pattern");
        let name = if plain { text_of(&target).trim_start_matches("...").to_owned() } else { String::new() };
        params.push(Param { name, kind, has_default });
    }
    params
}

fn called(node: &Node<'_>) -> (String, String) {
    match node.field("function") {
        Some(function) if function.kind() == "member_expression" => {
            (field_text(&function, "object"), field_text(&function, "property"))
        }
        Some(function) => (String::new(), text_of(&function)),
        None => Default::default(),
    }
}

fn call(node: &Node<'_>) -> Call {
    let (receiver, name) = called(node);
    let mut arguments = Arguments::default();
    for argument in node.field("arguments").iter().flat_map(|list| list.children().collect::<Vec<_>>()) {
        if argument.kind() == "spread_element" {
            arguments.spread = true;
        } else if argument.is_named() && !argument.kind().contains("comment") {
            arguments.positional += 1;
        }
    }
    let awaiting = node.parent().filter(|parent| parent.kind() == "await_expression");
    let outer = awaiting.as_ref().unwrap_or(node);
    Call {
        name,
        receiver,
        arguments,
        span: span_of(node),
        awaited: awaiting.is_some(),
        used: used(outer),
        deferred: false,
    }
}

fn used(node: &Node<'_>) -> Use {
    let Some(parent) = node.parent().filter(|parent| parent.kind() == "variable_declarator") else {
        return use_of(node);
    };
    match parent.field("name") {
        Some(name) if name.kind() == "array_pattern" => {
            Use::Unpacked(name.children().filter(|child| child.is_named()).count())
        }
        Some(name) if name.kind() == "object_pattern" => Use::Member,
        _ => Use::Other,
    }
}

/// `it("does", () => …)` and its kin: a test with its text as the name.
fn test(node: &Node<'_>, out: &Collector) -> Option<Head> {
    if !out.is_test_file {
        return None;
    }
    let (receiver, name) = called(node);
    let word = if receiver.is_empty() { name.as_str() } else { receiver.as_str() };
    let off = match (word, name.as_str()) {
        ("xit" | "xtest" | "xdescribe", _) => true,
        ("it" | "test" | "describe" | "context" | "suite", "skip" | "todo") => true,
        ("it" | "test", name) if name == word || name == "only" => false,
        _ => return None,
    };
    if word == "describe" && !off {
        return None;
    }
    let list = node.field("arguments")?;
    let title = list.children().find(|child| child.is_named())?;
    if !matches!(title.kind().as_ref(), "string" | "template_string") {
        return None;
    }
    let span = span_of(node);
    let shown = if receiver.is_empty() { name } else { format!("{receiver}.{name}") };
    Some(Head {
        name: text_of(&title).trim_matches(['"', '\'', '`']).to_owned(),
        line: span.lines.start,
        body: span.bytes.clone(),
        span,
        params: Vec::new(),
        is_async: false,
        is_public: false,
        is_test: true,
        disabled: off.then_some(shown),
        marks: Vec::new(),
        doc: None,
        result: String::new(),
        gives_error: false,
    })
}

fn guard(node: &Node<'_>) -> Option<Guard> {
    if node.field("alternative").is_some() {
        return None;
    }
    let branch = node.field("consequence")?;
    let last = if branch.kind() == "statement_block" { last_statement(&branch)? } else { branch };
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
    let caught = field_text(node, "parameter");
    let mut subject = Vec::new();
    if let Some(body) = node.parent().and_then(|parent| parent.field("body")) {
        has_below(&body, &mut |inner| {
            if inner.kind() == "call_expression" {
                subject.push(called(inner).1);
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
            "return_statement" | "call_expression" | "assignment_expression" | "new_expression" => {
                let text = text_of(inner);
                text == "process.exit(1)"
                    || (!caught.is_empty() && mentions(&text, &caught) && !is_log(&text))
            }
            _ => false,
        })
    });
    Handler { subject, caught, span: span_of(node), passes_on }
}

fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).any(|word| word == name)
}

fn is_log(text: &str) -> bool {
    let called = text.split('(').next().unwrap_or_default().to_ascii_lowercase();
    ["console", "log", "debug", "warn", "print"].iter().any(|word| called.contains(word))
}

fn returned(node: &Node<'_>) -> ExitKind {
    match node.children().find(|child| child.is_named() && !child.kind().contains("comment")) {
        None => ExitKind::Nothing,
        Some(value) => match value.kind().as_ref() {
            "null" | "undefined" => ExitKind::Nothing,
            "array" => ExitKind::Tuple(value.children().filter(|child| child.is_named()).count()),
            "identifier" if value.text() == "undefined" => ExitKind::Nothing,
            _ => ExitKind::Value,
        },
    }
}

fn class(node: &Node<'_>, out: &mut Collector) {
    let mut members = Vec::new();
    for item in node.field("body").iter().flat_map(|body| body.children().collect::<Vec<_>>()) {
        if matches!(item.kind().as_ref(), "public_field_definition" | "field_definition")
            && item.field("value").is_none_or(|value| value.kind() != "arrow_function")
            && let Some(name) = item.field("name").or_else(|| item.field("property"))
        {
            members.push((text_of(&name), line_of(&name)));
        }
    }
    out.group(Group { name: field_text(node, "name"), is_choice: false, span: span_of(node), members });
}

fn enumeration(node: &Node<'_>, out: &mut Collector) {
    let Some(body) = node.field("body") else { return };
    fn name<'t>(child: Node<'t>) -> Option<Node<'t>> {
        match child.kind().as_ref() {
            "enum_assignment" => child.field("name"),
            "property_identifier" => Some(child),
            _ => None,
        }
    }
    let members = body.children().filter_map(name).map(|name| (text_of(&name), line_of(&name))).collect();
    out.group(Group { name: field_text(node, "name"), is_choice: true, span: span_of(node), members });
}
