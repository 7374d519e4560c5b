//! What a file says, in terms that every language shares: functions with their parameters, calls, guards and error
//! exits, and the members of types. Two versions of it are compared to see what a change took away.

mod collect;
mod go;
mod java;
mod node;
mod outline;
mod python;
mod rust;
mod typescript;

pub(crate) use outline::{
    Arguments, Call, ExitKind, Function, Group, Guard, Handler, Outline, Param, ParamKind, Use,
};

use collect::Collector;

use crate::engine::{Scope, Source};
use crate::language::Language;

/// The outline of a parsed file. Functions that are not in the scope have no facts: they are the same in both versions.
pub(crate) fn outline(source: &Source, is_test_file: bool, scope: &Scope) -> Outline {
    let mut collector = Collector::new(source.language(), is_test_file, source.root());
    let visit = match source.language() {
        Language::Python => python::visit,
        Language::Go => go::visit,
        Language::Rust => rust::visit,
        Language::Java => java::visit,
        Language::TypeScript | Language::Tsx | Language::JavaScript => typescript::visit,
        // These have rules, but nobody has written a reader for them: their versions are not compared.
        Language::Bash | Language::C | Language::Ruby => return collector.finish(),
    };
    node::walk(&source.root(), &mut |node| {
        collector.reach(node.range().start);
        let known = collector.functions().len();
        visit(node, &mut collector);
        // Where a function begins, it is known as a whole: all of it is the same in the other version, or all of it counts.
        collector.functions().get(known).is_none_or(|begun| scope.takes(begun.span.lines))
    });
    collector.finish()
}
