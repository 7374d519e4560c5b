//! Python.

use review_core::LineRange;

use super::collect::{Collector, Head};
use super::node::{
    condition_of, field_text, has_below, last_name, last_statement, line_of, span_of, text_of, use_of,
};
use super::outline::{
    Arguments, Call, Exit, ExitKind, Group, Guard, Handler, LockScope, Param, ParamKind, Use,
};
use crate::engine::Node;

pub(super) fn visit(node: &Node<'_>, out: &mut Collector) {
    match node.kind().as_ref() {
        "class_definition" => {
            class(node, out);
            out.owner(field_text(node, "name"), node);
        }
        "function_definition" => {
            let head = head(node, out);
            out.function(head, None);
        }
        "call" => out.call(call(node)),
        "if_statement" => {
            if let Some(guard) = guard(node) {
                out.guard(guard);
            }
        }
        "except_clause" => out.handler(handler(node)),
        "return_statement" => out.exit(Exit { kind: returned(node), lines: LineRange::line(line_of(node)) }),
        "raise_statement" => out.exit(Exit { kind: ExitKind::Thrown, lines: LineRange::line(line_of(node)) }),
        "with_statement" => {
            if let Some(lock) = lock(node) {
                out.lock(lock);
            }
        }
        "import_statement" | "import_from_statement" => {
            let module = field_text(node, "module_name");
            for name in node.field_children("name") {
                out.import(&last_name(&text_of(&name)), &module);
            }
        }
        "assignment" => own_field(node, out),
        _ => {}
    }
}

fn head(node: &Node<'_>, out: &Collector) -> Head {
    let name = field_text(node, "name");
    let decorated = node.parent().filter(|parent| parent.kind() == "decorated_definition");
    let marks: Vec<String> = decorated
        .iter()
        .flat_map(|parent| parent.children().collect::<Vec<_>>())
        .filter(|child| child.kind() == "decorator")
        .map(|child| text_of(&child))
        .collect();
    let is_test = out.is_test_file && name.starts_with("test");
    let body = node.field("body");
    let first = body.as_ref().and_then(|body| body.children().find(|child| child.is_named()));
    let disabled = marks
        .iter()
        .find(|mark| {
            mark.contains("skip")
                && !mark.contains("skipif")
                && !mark.contains("skipIf")
                && !mark.contains("skipUnless")
        })
        .cloned()
        .or_else(|| {
            let text = first.as_ref().map(text_of)?;
            (text.starts_with("pytest.skip(") || text.starts_with("self.skipTest(")).then_some(text)
        });
    let doc = first
        .filter(|first| first.kind() == "expression_statement")
        .and_then(|first| first.children().find(|child| child.kind() == "string"))
        .map(|doc| (doc.text().into_owned(), span_of(&doc).lines));
    let span = span_of(decorated.as_ref().unwrap_or(node));
    Head {
        line: node.field("name").map_or(span.lines.start, |name| line_of(&name)),
        is_public: !name.starts_with('_') && !out.around().starts_with('_') && !out.in_function(),
        name,
        body: body.map(|body| body.range()).unwrap_or_default(),
        span,
        params: node.field("parameters").map(|list| params(&list)).unwrap_or_default(),
        is_async: node.child(0).is_some_and(|child| child.kind() == "async"),
        is_test,
        disabled: disabled.filter(|_| is_test),
        marks,
        doc,
        result: field_text(node, "return_type"),
        gives_error: false,
    }
}

fn params(list: &Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    let mut named_only = false;
    for (index, child) in list.children().filter(|child| child.is_named()).enumerate() {
        let kind = child.kind().into_owned();
        let (name, special) = match kind.as_str() {
            "keyword_separator" => {
                named_only = true;
                continue;
            }
            "identifier" => (text_of(&child), None),
            "default_parameter" | "typed_default_parameter" => (field_text(&child, "name"), None),
            "typed_parameter" => {
                let inner = child.children().find(|child| child.is_named());
                let name = inner.as_ref().map(text_of).unwrap_or_default();
                let special = inner.and_then(|inner| splat(&inner.kind()));
                (name.trim_start_matches('*').to_owned(), special)
            }
            "list_splat_pattern" | "dictionary_splat_pattern" => {
                (text_of(&child).trim_start_matches('*').to_owned(), splat(&kind))
            }
            _ => continue,
        };
        let receiver = index == 0 && matches!(name.as_str(), "self" | "cls");
        let plain = if named_only { ParamKind::Named } else { ParamKind::Positional };
        let kind_of = special.unwrap_or(if receiver { ParamKind::Receiver } else { plain });
        named_only |= kind_of == ParamKind::Rest;
        params.push(Param { name, kind: kind_of, has_default: kind.contains("default") });
    }
    params
}

fn splat(kind: &str) -> Option<ParamKind> {
    match kind {
        "list_splat_pattern" => Some(ParamKind::Rest),
        "dictionary_splat_pattern" => Some(ParamKind::NamedRest),
        _ => None,
    }
}

fn call(node: &Node<'_>) -> Call {
    let function = node.field("function");
    let (receiver, name) = match &function {
        Some(function) if function.kind() == "attribute" => {
            (field_text(function, "object"), field_text(function, "attribute"))
        }
        Some(function) => (String::new(), text_of(function)),
        None => Default::default(),
    };
    let mut arguments = Arguments::default();
    for argument in node.field("arguments").iter().flat_map(|list| list.children().collect::<Vec<_>>()) {
        match argument.kind().as_ref() {
            "keyword_argument" => arguments.named.push(field_text(&argument, "name")),
            "list_splat" | "dictionary_splat" => arguments.spread = true,
            // A lone generator is the whole list of arguments.
            _ if argument.is_named() && !argument.kind().contains("comment") => arguments.positional += 1,
            _ => {}
        }
    }
    let awaiting = node.parent().filter(|parent| parent.kind() == "await");
    let outer = awaiting.as_ref().unwrap_or(node);
    Call {
        name,
        receiver,
        arguments,
        span: span_of(node),
        awaited: awaiting.is_some(),
        used: unpacked(outer).unwrap_or_else(|| use_of(outer)),
        deferred: false,
    }
}

fn unpacked(node: &Node<'_>) -> Option<Use> {
    let parent = node.parent().filter(|parent| parent.kind() == "assignment")?;
    let left = parent
        .field("left")
        .filter(|left| matches!(left.kind().as_ref(), "pattern_list" | "tuple_pattern"))?;
    let names: Vec<Node<'_>> = left.children().filter(|child| child.is_named()).collect();
    let open = names.iter().any(|name| name.kind() == "list_splat_pattern");
    (!open).then_some(Use::Unpacked(names.len()))
}

fn guard(node: &Node<'_>) -> Option<Guard> {
    if node.field("alternative").is_some() {
        return None;
    }
    let last = last_statement(&node.field("consequence")?)?;
    let exit = match last.kind().as_ref() {
        "return_statement" => "return",
        "raise_statement" => "raise",
        "continue_statement" => "continue",
        "break_statement" => "break",
        _ => return None,
    };
    Some(Guard { condition: condition_of(node, "condition"), span: span_of(node), exit })
}

fn handler(node: &Node<'_>) -> Handler {
    let head = text_of(node);
    let caught = head.split(':').next().unwrap_or_default().trim_start_matches("except").trim().to_owned();
    let mut subject = Vec::new();
    if let Some(body) = node.parent().and_then(|parent| parent.field("body")) {
        has_below(&body, &mut |inner| {
            if inner.kind() == "call" {
                subject.push(last_name(&field_text(inner, "function")));
            }
            false
        });
    }
    subject.sort();
    subject.dedup();
    let bound = caught.rsplit_once(" as ").map(|(_, name)| name.trim().to_owned()).unwrap_or_default();
    let passes_on = has_below(node, &mut |inner| match inner.kind().as_ref() {
        "raise_statement" => true,
        "return_statement" | "assignment" => mentions(&text_of(inner), &bound),
        "call" => {
            let called = field_text(inner, "function");
            let name = last_name(&called).to_ascii_lowercase();
            let ends = ["exit", "abort", "fail", "skip", "raise", "set_exception", "handle_error", "errback"];
            (ends.iter().any(|word| name.contains(word)) && !name.contains("log"))
                || (mentions(&text_of(inner), &bound) && !is_log(&called))
        }
        _ => false,
    });
    Handler { subject, caught, span: span_of(node), passes_on }
}

fn mentions(text: &str, name: &str) -> bool {
    !name.is_empty() && text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
}

/// Whether a call only tells of the error.
fn is_log(called: &str) -> bool {
    let called = called.to_ascii_lowercase();
    ["log", "print", "debug", "warn", "info", "str", "repr", "exception", "error", "format", "isinstance"]
        .iter()
        .any(|word| called.contains(word))
}

fn returned(node: &Node<'_>) -> ExitKind {
    let value = node.children().find(|child| child.is_named() && !child.kind().contains("comment"));
    match value {
        None => ExitKind::Nothing,
        Some(value) => match value.kind().as_ref() {
            "none" => ExitKind::Nothing,
            "expression_list" | "tuple" => {
                ExitKind::Tuple(value.children().filter(|child| child.is_named()).count())
            }
            _ => ExitKind::Value,
        },
    }
}

fn lock(node: &Node<'_>) -> Option<LockScope> {
    let clause = node.children().find(|child| child.kind() == "with_clause")?;
    let name = text_of(&clause);
    let lower = name.to_ascii_lowercase();
    let held = ["lock", "mutex", "atomic(", "transaction", ".begin("].iter().any(|word| lower.contains(word));
    let unrelated = ["unlock", "block", "clock"].iter().any(|word| lower.contains(word));
    let body = node.field("body")?;
    (held && !unrelated).then(|| LockScope { name, span: span_of(&body) })
}

/// A class with the fields that its body declares. Those that `__init__` sets come with the assignments.
fn class(node: &Node<'_>, out: &mut Collector) {
    let bases = field_text(node, "superclasses");
    let is_choice = ["Enum", "IntEnum", "StrEnum", "Flag"].iter().any(|base| bases.contains(base));
    let mut members = Vec::new();
    for statement in node.field("body").iter().flat_map(|body| body.children().collect::<Vec<_>>()) {
        let Some(assignment) = statement.child(0).filter(|child| child.kind() == "assignment") else {
            continue;
        };
        let typed = assignment.field("type").is_some();
        if let Some(left) = assignment.field("left").filter(|left| left.kind() == "identifier")
            && (typed || is_choice)
        {
            members.push((text_of(&left), line_of(&left)));
        }
    }
    let span = span_of(node);
    out.group(Group { name: field_text(node, "name"), is_choice, span, members });
}

/// `self.x = …` in `__init__` declares a field of the class around it.
fn own_field(node: &Node<'_>, out: &mut Collector) {
    let Some(left) = node.field("left").filter(|left| left.kind() == "attribute") else { return };
    if field_text(&left, "object") != "self" {
        return;
    }
    let (name, owner) = match out.current() {
        Some(function) if function.name == "__init__" => {
            (field_text(&left, "attribute"), function.owner.clone())
        }
        _ => return,
    };
    let (line, at) = (line_of(&left), node.range().start);
    let class =
        out.groups().iter_mut().rev().find(|group| group.name == owner && group.span.bytes.contains(&at));
    if let Some(class) =
        class.filter(|class| !class.is_choice && !class.members.iter().any(|(known, _)| *known == name))
    {
        class.members.push((name, line));
    }
}
