//! Puts facts where they belong while the tree is walked.

use std::ops::Range;

use review_core::LineRange;

use super::node::span_of;
use super::outline::{Call, Exit, Function, Group, Guard, Handler, LockScope, Outline, Param, Span};
use crate::engine::Node;
use crate::language::Language;

/// More facts of one kind are not kept for one function: data in the shape of code.
const MAX_FACTS: usize = 5_000;

/// The head of a function, as a language's reader sees it.
pub(super) struct Head {
    pub(super) name: String,
    pub(super) line: u32,
    pub(super) span: Span,
    pub(super) body: Range<usize>,
    pub(super) params: Vec<Param>,
    pub(super) is_async: bool,
    pub(super) is_public: bool,
    pub(super) is_test: bool,
    pub(super) disabled: Option<String>,
    pub(super) marks: Vec<String>,
    pub(super) doc: Option<(String, LineRange)>,
    pub(super) result: String,
    pub(super) gives_error: bool,
}

/// Collects the outline.
pub(super) struct Collector {
    outline: Outline,
    /// Whether the path is that of a test.
    pub(super) is_test_file: bool,
    /// Functions and types around the current place: index of the function or none, name, end.
    around: Vec<(Option<usize>, String, usize)>,
}

impl Collector {
    pub(super) fn new(language: Language, is_test_file: bool, root: Node<'_>) -> Self {
        let span = span_of(&root);
        let outside = Function {
            name: String::new(),
            owner: String::new(),
            line: 1,
            body: span.bytes.clone(),
            span,
            params: Vec::new(),
            is_async: false,
            is_public: false,
            is_test: false,
            disabled: None,
            marks: Vec::new(),
            doc: None,
            result: String::new(),
            gives_error: false,
            calls: Vec::new(),
            guards: Vec::new(),
            handlers: Vec::new(),
            exits: Vec::new(),
            locks: Vec::new(),
        };
        let outline = Outline { language, functions: vec![outside], groups: Vec::new(), imports: Vec::new() };
        Self { outline, is_test_file, around: Vec::new() }
    }

    /// The walk has come to this byte: what ended before it is behind.
    pub(super) fn reach(&mut self, start: usize) {
        while self.around.last().is_some_and(|(_, _, end)| *end <= start) {
            self.around.pop();
        }
    }

    /// A type begins; what follows inside belongs to it.
    pub(super) fn owner(&mut self, name: impl Into<String>, node: &Node<'_>) {
        self.around.push((None, name.into(), node.range().end));
    }

    /// The name of what is around the current place.
    pub(super) fn around(&self) -> &str {
        self.around.last().map_or("", |(_, name, _)| name)
    }

    /// Whether the current place is inside of a function.
    pub(super) fn in_function(&self) -> bool {
        self.around.iter().any(|(function, _, _)| function.is_some())
    }

    /// A function begins.
    pub(super) fn function(&mut self, head: Head, owner: Option<String>) {
        let owner = owner.unwrap_or_else(|| self.around().to_owned());
        let end = head.span.bytes.end;
        self.around.push((Some(self.outline.functions.len()), head.name.clone(), end));
        self.outline.functions.push(Function {
            name: head.name,
            owner,
            span: head.span,
            line: head.line,
            body: head.body,
            params: head.params,
            is_async: head.is_async,
            is_public: head.is_public,
            is_test: head.is_test,
            disabled: head.disabled,
            marks: head.marks,
            doc: head.doc,
            result: head.result,
            gives_error: head.gives_error,
            calls: Vec::new(),
            guards: Vec::new(),
            handlers: Vec::new(),
            exits: Vec::new(),
            locks: Vec::new(),
        });
    }

    /// The functions so far.
    pub(super) fn functions(&self) -> &[Function] {
        &self.outline.functions
    }

    /// The innermost function around the current place.
    pub(super) fn current(&mut self) -> Option<&mut Function> {
        let index = self.around.iter().rev().find_map(|(function, _, _)| *function).unwrap_or(0);
        self.outline.functions.get_mut(index)
    }

    pub(super) fn call(&mut self, call: Call) {
        push(self.current().map(|function| &mut function.calls), call);
    }

    pub(super) fn guard(&mut self, guard: Guard) {
        push(self.current().map(|function| &mut function.guards), guard);
    }

    pub(super) fn handler(&mut self, handler: Handler) {
        push(self.current().map(|function| &mut function.handlers), handler);
    }

    pub(super) fn exit(&mut self, exit: Exit) {
        push(self.current().map(|function| &mut function.exits), exit);
    }

    pub(super) fn lock(&mut self, lock: LockScope) {
        push(self.current().map(|function| &mut function.locks), lock);
    }

    pub(super) fn group(&mut self, group: Group) {
        push(Some(&mut self.outline.groups), group);
    }

    /// A name is imported from a module, of which the last part counts.
    pub(super) fn import(&mut self, name: &str, module: &str) {
        let stem =
            module.trim_matches(['"', '\'', '`']).rsplit(['.', '/', ':']).find(|part| !is_extension(part));
        push(Some(&mut self.outline.imports), (name.to_owned(), stem.unwrap_or_default().to_owned()));
    }

    pub(super) fn groups(&mut self) -> &mut Vec<Group> {
        &mut self.outline.groups
    }

    pub(super) fn finish(self) -> Outline {
        self.outline
    }
}

fn is_extension(part: &str) -> bool {
    matches!(part, "js" | "ts" | "mjs" | "cjs" | "jsx" | "tsx" | "")
}

fn push<T>(list: Option<&mut Vec<T>>, item: T) {
    if let Some(list) = list.filter(|list| list.len() < MAX_FACTS) {
        list.push(item);
    }
}
