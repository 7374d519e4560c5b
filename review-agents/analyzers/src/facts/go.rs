//! Go.

use review_core::LineRange;

use super::collect::{Collector, Head};
use super::node::{
    comments_before, field_text, has_below, last_name, last_statement, line_of, span_of, text_of, until,
    use_of,
};
use super::outline::{
    Arguments, Call, Exit, ExitKind, Group, Guard, Handler, LockScope, Param, ParamKind, Span, Use,
};
use crate::engine::{Node, lines_of};

pub(super) fn visit(node: &Node<'_>, out: &mut Collector) {
    match node.kind().as_ref() {
        "function_declaration" | "method_declaration" => {
            let receiver = node.field("receiver").map(|receiver| receiver_type(&receiver));
            let head = head(node, out);
            out.function(head, receiver.or(Some(String::new())));
        }
        "call_expression" => {
            if let Some(scope) = lock(node) {
                out.lock(scope);
            }
            out.call(call(node));
        }
        "if_statement" => match handler(node) {
            Some(handler) => out.handler(handler),
            None => {
                if let Some(guard) = guard(node) {
                    out.guard(guard);
                }
            }
        },
        "return_statement" => out.exit(Exit { kind: returned(node), lines: LineRange::line(line_of(node)) }),
        "type_spec" => structure(node, out),
        "const_declaration" => constants(node, out),
        _ => {}
    }
}

fn receiver_type(receiver: &Node<'_>) -> String {
    let text = text_of(receiver);
    let inner = text.trim_matches(|c| c == '(' || c == ')');
    let name = inner.rsplit(' ').next().unwrap_or_default().trim_start_matches('*');
    name.split('[').next().unwrap_or_default().to_owned()
}

fn head(node: &Node<'_>, out: &Collector) -> Head {
    let name = field_text(node, "name");
    let body = node.field("body");
    let result = field_text(node, "result");
    let is_test = out.is_test_file
        && ["Test", "Fuzz", "Example"].iter().any(|prefix| name.starts_with(prefix))
        && node.kind() == "function_declaration";
    let statements = body.iter().flat_map(|body| body.children().collect::<Vec<_>>());
    let statements = statements.flat_map(|child| {
        if child.kind() == "statement_list" { child.children().collect() } else { vec![child] }
    });
    let mut first = statements.filter(|child| child.is_named() && !child.kind().contains("comment"));
    let disabled = first.next().map(|statement| text_of(&statement)).filter(|text| {
        [".Skip(", ".SkipNow(", ".Skipf("].iter().any(|call| text.contains(call)) && !text.starts_with("if ")
    });
    Head {
        line: node.field("name").map_or(1, |name| line_of(&name)),
        is_public: name.starts_with(char::is_uppercase),
        name,
        body: body.map(|body| body.range()).unwrap_or_default(),
        span: span_of(node),
        params: node.field("parameters").map(|list| params(&list)).unwrap_or_default(),
        is_async: false,
        is_test,
        disabled: disabled.filter(|_| is_test),
        marks: Vec::new(),
        doc: comments_before(node),
        gives_error: result == "error" || result.trim_end_matches(')').ends_with(" error"),
        result,
    }
}

fn params(list: &Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    for declaration in list.children().filter(|child| child.is_named()) {
        let kind = match declaration.kind().as_ref() {
            "parameter_declaration" => ParamKind::Positional,
            "variadic_parameter_declaration" => ParamKind::Rest,
            _ => continue,
        };
        let names: Vec<String> = declaration.field_children("name").map(|name| text_of(&name)).collect();
        let names = if names.is_empty() { vec![String::new()] } else { names };
        params.extend(names.into_iter().map(|name| Param { name, kind, has_default: false }));
    }
    params
}

fn call(node: &Node<'_>) -> Call {
    let function = node.field("function");
    let (receiver, name) = match &function {
        Some(function) if function.kind() == "selector_expression" => {
            (field_text(function, "operand"), field_text(function, "field"))
        }
        Some(function) => (String::new(), text_of(function)),
        None => Default::default(),
    };
    let list = node.field("arguments");
    let named = |list: &Node<'_>| {
        list.children().filter(|child| child.is_named() && !child.kind().contains("comment")).count()
    };
    let spread = list.as_ref().is_some_and(|list| {
        list.children().any(|child| child.text() == "..." || child.kind() == "variadic_argument")
    });
    let arguments = Arguments { positional: list.map_or(0, |list| named(&list)), named: Vec::new(), spread };
    let parent = node.parent();
    let deferred = parent.as_ref().is_some_and(|parent| parent.kind() == "defer_statement");
    Call { name, receiver, arguments, span: span_of(node), awaited: false, used: used(node), deferred }
}

fn used(node: &Node<'_>) -> Use {
    let Some(list) = node.parent().filter(|parent| parent.kind() == "expression_list") else {
        return use_of(node);
    };
    let Some(assignment) = list.parent() else { return Use::Other };
    let Some(left) = assignment.field("left") else { return Use::Other };
    if list.children().filter(|child| child.is_named()).count() != 1 {
        return Use::Other;
    }
    let names: Vec<String> =
        left.children().filter(|child| child.is_named()).map(|name| text_of(&name)).collect();
    match names.last() {
        Some(last) if last == "_" => Use::ErrorIgnored,
        _ if names.len() > 1 => Use::Unpacked(names.len()),
        _ => Use::Other,
    }
}

fn exit_of(block: &Node<'_>) -> Option<&'static str> {
    let last = last_statement(block)?;
    let last = if last.kind() == "statement_list" { last_statement(&last)? } else { last };
    match last.kind().as_ref() {
        "return_statement" => Some("return"),
        "continue_statement" => Some("continue"),
        "break_statement" => Some("break"),
        "goto_statement" => Some("goto"),
        _ => text_of(&last).starts_with("panic(").then_some("panic"),
    }
}

fn guard(node: &Node<'_>) -> Option<Guard> {
    if node.field("alternative").is_some() {
        return None;
    }
    let exit = exit_of(&node.field("consequence")?)?;
    Some(Guard { condition: field_text(node, "condition"), span: span_of(node), exit })
}

/// `if err != nil`: the place that gets the error of what was called just before.
fn handler(node: &Node<'_>) -> Option<Handler> {
    let condition = field_text(node, "condition");
    let error = condition.strip_suffix("!= nil")?.trim();
    if !(error == "err" || error.ends_with("Err") || error.ends_with("err")) {
        return None;
    }
    let mut subject = Vec::new();
    let source = node.field("initializer").or_else(|| {
        node.prev().and_then(|previous| if previous.is_named() { Some(previous) } else { previous.prev() })
    });
    if let Some(source) = source {
        has_below(&source, &mut |inner| {
            if inner.kind() == "call_expression" {
                subject.push(last_name(&field_text(inner, "function")));
            }
            false
        });
    }
    subject.sort();
    subject.dedup();
    let block = node.field("consequence")?;
    let passes_on = has_below(&block, &mut |inner| match inner.kind().as_ref() {
        "return_statement" => {
            let text = text_of(inner);
            !(text == "return" || text == "return nil" || text.ends_with(", nil"))
        }
        "call_expression" => {
            let called = field_text(inner, "function");
            called == "panic"
                || called == "os.Exit"
                || ends(&called)
                || (mentions_error(inner, error) && !is_log(&called))
        }
        "assignment_statement" | "short_var_declaration" | "send_statement" => {
            text_of(inner).split(['=', '-']).skip(1).any(|right| right.contains(error))
        }
        _ => false,
    }) || (field_text(node, "alternative").contains(error));
    Some(Handler { subject, caught: error.to_owned(), span: span_of(node), passes_on })
}

/// Whether a call ends the program or the test, by its name.
fn ends(called: &str) -> bool {
    let name = last_name(called).to_ascii_lowercase();
    let ends = ["exit", "panic", "fail", "noerror", "die", "abort"].iter().any(|word| name.contains(word));
    (ends && !name.contains("log") && !name.contains("print"))
        || name.contains("fatal")
        || name.ends_with("exit")
        || matches!(name.as_str(), "error" | "errorf") && called.starts_with("t.")
}

/// Whether a call only tells of the error.
/// Whether a call only writes something down, by a word in its name; `sendInfo` does more than that.
fn is_log(called: &str) -> bool {
    const SENDS: &[&str] = &["send", "record", "report", "notify", "publish", "emit"];
    let called = called.to_ascii_lowercase();
    let name = last_name(&called);
    !SENDS.iter().any(|word| name.starts_with(word))
        && ["log", "print", "debug", "warn", "info", "trace", "write", "error"]
            .iter()
            .any(|word| called.contains(word))
}

fn mentions_error(call: &Node<'_>, error: &str) -> bool {
    field_text(call, "arguments")
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| word == error)
}

fn returned(node: &Node<'_>) -> ExitKind {
    let values: Vec<Node<'_>> = node.children().filter(|child| child.is_named()).collect();
    match values.first() {
        None => ExitKind::Nothing,
        Some(list) if list.kind() == "expression_list" => {
            match list.children().filter(|child| child.is_named()).count() {
                1 if text_of(list) == "nil" => ExitKind::Nothing,
                1 => ExitKind::Value,
                n => ExitKind::Tuple(n),
            }
        }
        Some(_) => ExitKind::Value,
    }
}

/// From `x.Lock()` to `x.Unlock()` in the same block; to the block's end where the unlock is deferred.
fn lock(node: &Node<'_>) -> Option<LockScope> {
    let function = node.field("function").filter(|function| function.kind() == "selector_expression")?;
    let undo = match field_text(&function, "field").as_str() {
        "Lock" => "Unlock",
        "RLock" => "RUnlock",
        _ => return None,
    };
    let name = field_text(&function, "operand");
    let statement = node.parent().filter(|parent| parent.kind() == "expression_statement")?;
    let block = statement.parent()?;
    let ends = format!("{name}.{undo}()");
    let (last, released) = until(&statement, |next| next.is_named() && text_of(next) == ends);
    let end = released.map_or(block.range().end, |released| released.range().start);
    let lines = LineRange::new(line_of(&statement), lines_of(&last).end);
    Some(LockScope { name, span: Span { bytes: node.range().end..end, lines } })
}

fn structure(node: &Node<'_>, out: &mut Collector) {
    let Some(kind) = node.field("type").filter(|kind| kind.kind() == "struct_type") else { return };
    let mut members = Vec::new();
    for list in kind.children().filter(|child| child.kind() == "field_declaration_list") {
        for field in list.children().filter(|child| child.kind() == "field_declaration") {
            members.extend(field.field_children("name").map(|name| (text_of(&name), line_of(&name))));
        }
    }
    out.group(Group { name: field_text(node, "name"), is_choice: false, span: span_of(node), members });
}

/// A block of constants of one named type is Go's enumeration.
fn constants(node: &Node<'_>, out: &mut Collector) {
    let specs: Vec<Node<'_>> = node.children().filter(|child| child.kind() == "const_spec").collect();
    let Some(name) = specs.first().map(|spec| field_text(spec, "type")).filter(|name| !name.is_empty())
    else {
        return;
    };
    let builtin = matches!(
        name.as_str(),
        "string"
            | "int"
            | "uint"
            | "int64"
            | "uint64"
            | "int32"
            | "uint32"
            | "byte"
            | "time.Duration"
            | "uint16"
            | "uint8"
            | "float64"
            | "bool"
    );
    if specs.len() < 2 || builtin {
        return;
    }
    let members = specs.iter().flat_map(|spec| {
        spec.field_children("name").map(|name| (text_of(&name), line_of(&name))).collect::<Vec<_>>()
    });
    let members = members.filter(|(name, _)| name != "_").collect();
    out.group(Group { name, is_choice: true, span: span_of(node), members });
}
