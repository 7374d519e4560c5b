//! The outline of one version of a file.

use std::ops::Range;

use review_core::LineRange;

use crate::language::Language;

/// The outline of one version of a file.
#[derive(Clone, Debug)]
pub(crate) struct Outline {
    pub(crate) language: Language,
    /// Functions in the order of the file; the first stands for what is outside of all of them.
    pub(crate) functions: Vec<Function>,
    /// Types with members: structs, classes, enumerations.
    pub(crate) groups: Vec<Group>,
    /// Names that the file brings in from elsewhere, or gives away again, with the last part of where from.
    pub(crate) imports: Vec<(String, String)>,
}

impl Outline {
    /// Whether the file imports a name.
    pub(crate) fn imports(&self, name: &str) -> bool {
        self.imports.iter().any(|(imported, _)| imported == name)
    }

    /// Whether the file imports a name from a module.
    pub(crate) fn imports_from(&self, name: &str, module: &str) -> bool {
        self.imports.iter().any(|(imported, from)| imported == name && from == module)
    }
}

/// A piece of code: its bytes and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) bytes: Range<usize>,
    pub(crate) lines: LineRange,
}

/// A function, a method, or a test that is given as a closure.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The class or type it belongs to, or the function around it; empty at the top.
    pub(crate) owner: String,
    pub(crate) span: Span,
    /// The line of its name.
    pub(crate) line: u32,
    /// The body, without the head; empty for a declaration.
    pub(crate) body: Range<usize>,
    pub(crate) params: Vec<Param>,
    /// Written as asynchronous.
    pub(crate) is_async: bool,
    /// Can be used from outside, by the habits of the language.
    pub(crate) is_public: bool,
    pub(crate) is_test: bool,
    /// What switches the test off, as written.
    pub(crate) disabled: Option<String>,
    /// Decorators and annotations, as written.
    pub(crate) marks: Vec<String>,
    pub(crate) doc: Option<(String, LineRange)>,
    /// The result's type as written; empty where none is.
    pub(crate) result: String,
    /// Its result is, or ends in, an error that the caller has to look at.
    pub(crate) gives_error: bool,
    pub(crate) calls: Vec<Call>,
    pub(crate) guards: Vec<Guard>,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) exits: Vec<Exit>,
    pub(crate) locks: Vec<LockScope>,
}

impl Function {
    /// Owner and name.
    pub(crate) fn path(&self) -> (&str, &str) {
        (&self.owner, &self.name)
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) kind: ParamKind,
    pub(crate) has_default: bool,
}

/// How a parameter takes its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParamKind {
    /// By place, in Python by name too.
    Positional,
    /// By name only.
    Named,
    /// Any number of further arguments.
    Rest,
    /// Any further arguments by name.
    NamedRest,
    /// The object that the method belongs to.
    Receiver,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) positional: usize,
    pub(crate) named: Vec<String>,
    /// Some come out of a list or map, so that their number is not known.
    pub(crate) spread: bool,
}

/// What is done with what a call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing: the call is a statement.
    Dropped,
    /// A condition: it decides a branch.
    Condition,
    /// A member of it is used at once.
    Member,
    /// It is taken apart into so many names.
    Unpacked(usize),
    /// Its error is given to the caller.
    Propagated,
    /// Its error is thrown away, and that is written.
    ErrorIgnored,
    /// Anything else.
    Other,
}

/// A call.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The last part of what is called.
    pub(crate) name: String,
    /// What stands before the name; empty for a plain call.
    pub(crate) receiver: String,
    pub(crate) arguments: Arguments,
    pub(crate) span: Span,
    pub(crate) awaited: bool,
    pub(crate) used: Use,
    /// It runs when the function ends (`defer`, `finally`).
    pub(crate) deferred: bool,
}

/// A branch without alternative that leaves: `if cond { return }`.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    /// The condition on one line.
    pub(crate) condition: String,
    pub(crate) span: Span,
    /// How it leaves: `return`, `raise`, `throw`, `continue`, …
    pub(crate) exit: &'static str,
}

/// A place that gets an error: `except`, `catch`, `if err != nil`.
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    /// What may fail: the names that are called there.
    pub(crate) subject: Vec<String>,
    /// What is caught, as written.
    pub(crate) caught: String,
    pub(crate) span: Span,
    /// The error goes on to the caller, or ends the program.
    pub(crate) passes_on: bool,
}

/// A place where a function ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    pub(crate) kind: ExitKind,
    pub(crate) lines: LineRange,
}

/// What a function ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitKind {
    /// No value, or the language's word for none.
    Nothing,
    /// A value.
    Value,
    /// So many values at once.
    Tuple(usize),
    /// An error that is thrown.
    Thrown,
}

/// Code that runs while a lock is held or a transaction is open.
#[derive(Clone, Debug)]
pub(crate) struct LockScope {
    /// The lock, as written.
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// A type with members.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    /// Its members are alternatives of which one is there.
    pub(crate) is_choice: bool,
    pub(crate) span: Span,
    /// Name and line of each.
    pub(crate) members: Vec<(String, u32)>,
}
