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

use crate::engine::Source;
use crate::language::Language;

/// The outline of a parsed file.
pub(crate) fn outline(source: &Source, is_test_file: bool) -> Outline {
    let visit = match source.language() {
        Language::Python => python::visit,
        Language::Go => go::visit,
        Language::Rust => rust::visit,
        Language::Java => java::visit,
        Language::TypeScript | Language::Tsx | Language::JavaScript => typescript::visit,
    };
    let mut collector = Collector::new(source.language(), is_test_file, source.root());
    node::walk(&source.root(), &mut |node| {
        collector.reach(node.range().start);
        visit(node, &mut collector);
    });
    collector.finish()
}
