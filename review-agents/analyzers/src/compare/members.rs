//! A type got a member, and code that handles every other member of it does not handle the new one.

use review_core::LineRange;

use super::pairs::Pairs;
use super::text::mentions;
use super::view::{FileView, Searcher, Version};
use super::{Broken, SourcePlace};
use crate::facts::{Function, Group};
use crate::paths::{self, PathKind};

/// Functions that are about all members of a type, by name. Others have to mention at least `MANY` of them.
const WHOLE: &[&str] = &[
    "__eq__",
    "__hash__",
    "equals",
    "hashcode",
    "equal",
    "eq",
    "clone",
    "copy",
    "deepcopy",
    "to_dict",
    "from_dict",
    "todict",
    "fromdict",
    "to_json",
    "from_json",
    "tojson",
    "fromjson",
    "serialize",
    "deserialize",
    "encode",
    "decode",
    "marshal",
    "unmarshal",
    "marshaljson",
    "unmarshaljson",
    "reset",
    "clear",
    "merge",
    "as_dict",
    "asdict",
    "__getstate__",
    "__setstate__",
    "_replace",
    "hash",
    "cmp",
    "compareto",
    "update",
    "toobject",
    "fromobject",
    "topb",
    "frompb",
];
const MANY: usize = 3;
/// A function that names so many members and more is a list of them, whatever it is called.
const MAX_PLACES: usize = 4;

/// So many types of a change are followed to the code that handles them.
const MAX_GROWN: usize = 20;

/// A type that got one member.
pub(super) struct Grown<'a> {
    file: &'a FileView,
    version: &'a Version,
    group: &'a Group,
    old: &'a Group,
    member: &'a str,
    line: u32,
}

impl Grown<'_> {
    /// What stands where it is handled.
    pub(super) fn needle(&self) -> String {
        self.group.name.clone()
    }
}

/// The types that got one member, all old ones being there still: else the type was rebuilt.
pub(super) fn grown<'a>(pairs: &Pairs<'a>) -> Vec<Grown<'a>> {
    let mut grown = Vec::new();
    for file in pairs.files.iter().filter(|file| file.kind == PathKind::Production) {
        let (Some(base), Some(version)) = (&file.base, &file.head) else { continue };
        for group in &version.outline.groups {
            let mut twins = base.outline.groups.iter().filter(|old| old.name == group.name);
            let (Some(old), None) = (twins.next(), twins.next()) else { continue };
            let is_old = |name: &String| old.members.iter().any(|(known, _)| known == name);
            let mut fresh = group.members.iter().filter(|(name, _)| !is_old(name));
            let (Some((member, line)), None) = (fresh.next(), fresh.next()) else { continue };
            let is_kept = |name: &String| group.members.iter().any(|(new, _)| new == name);
            if old.members.len() >= 2 && old.members.iter().all(|(name, _)| is_kept(name)) {
                grown.push(Grown { file, version, group, old, member, line: *line });
            }
        }
    }
    grown.truncate(MAX_GROWN);
    grown
}

pub(super) fn not_handled(
    pairs: &Pairs<'_>,
    grown: &[Grown<'_>],
    searcher: &dyn Searcher,
    out: &mut Vec<Broken>,
) {
    for grown in grown {
        group_not_handled(pairs, grown, searcher, out);
    }
}

fn group_not_handled(pairs: &Pairs<'_>, grown: &Grown<'_>, searcher: &dyn Searcher, out: &mut Vec<Broken>) {
    let Grown { file, version: head, group, old, member, line } = *grown;
    let mut places = Vec::new();
    let mut names = Vec::new();
    let mut look = |version: &Version| {
        let in_file = version.path == head.path;
        for function in version.outline.functions.iter().skip(1) {
            if handles_all_but(version, function, group, old, member, in_file) {
                places.push(SourcePlace::head(&version.path, LineRange::line(function.line)));
                names.push(function.name.clone());
            }
        }
    };
    look(head);
    for other in
        pairs.files.iter().filter(|other| other.kind == PathKind::Production && !std::ptr::eq(*other, file))
    {
        other.head.iter().for_each(&mut look);
    }
    for version in searcher.files_with(&grown.needle()).unwrap_or_default() {
        if paths::kind(&version.path) == PathKind::Production {
            look(version);
        }
    }
    if places.is_empty() || places.len() > MAX_PLACES {
        return;
    }
    let place = places.remove(0);
    let shown = names.join(", ");
    let what = if group.is_choice { "the variant" } else { "the field" };
    places.push(SourcePlace::head(&head.path, LineRange::line(line)));
    out.push(
        Broken::new(
            "change.member-not-handled",
            place,
            [("MEMBER", member), ("TYPE", &group.name), ("FUNCTION", &shown), ("WHAT", what)],
        )
        .with_further(places),
    );
}

fn handles_all_but(
    version: &Version,
    function: &Function,
    group: &Group,
    old: &Group,
    member: &str,
    in_file: bool,
) -> bool {
    let code = version.code(&function.span.bytes);
    let whole = WHOLE.contains(&function.name.to_ascii_lowercase().as_str());
    let own = function.owner == group.name;
    // A default takes the new variant in, which may well be what was meant.
    if group.is_choice && has_default(code) {
        return false;
    }
    if function.is_test || mentions(code, member) || old.members.len() < if whole && own { 2 } else { MANY } {
        return false;
    }
    // A member of a record is reached through an object of its type, or built by name; elsewhere it is another thing.
    let about = own || mentions(code, &group.name);
    // Everything else at once: nothing has to be named.
    let sweeping = ["..", "**", "asdict(", "__dict__", "Object.assign", "copy(self", "getattr", "reflect."]
        .iter()
        .any(|way| code.contains(way));
    let reached = |name: &str| {
        if group.is_choice {
            mentions(code, name)
        } else {
            (mentions(code, name) && code.contains(&format!(".{name}"))) || built(code, name)
        }
    };
    let in_choice = group.is_choice && (in_file || about);
    let in_record = !group.is_choice
        && about
        && (whole
            || function.name.starts_with("from")
            || function.name.starts_with("to")
            || own && is_copier(&function.name));
    !sweeping && (in_choice || in_record) && old.members.iter().all(|(name, _)| reached(name))
}

/// Whether a choice in the code says what happens with all that it does not name.
fn has_default(code: &str) -> bool {
    code.lines().map(str::trim_start).any(|line| {
        ["default:", "default ->", "default ", "_ =>", "_ if ", "case _"]
            .iter()
            .any(|start| line.starts_with(start))
    })
}

fn is_copier(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "clone", "copy", "serial", "marshal", "json", "dict", "equal", "hash", "encode", "decode", "merge",
        "reset", "snapshot", "restore",
    ]
    .iter()
    .any(|word| name.contains(word))
}

/// `name: value`, `name=value`, `"name"`: a member by name in something that is built.
fn built(code: &str, name: &str) -> bool {
    [format!("{name}:"), format!("{name}="), format!("{name} ="), format!("\"{name}\""), format!("'{name}'")]
        .iter()
        .any(|form| code.contains(form.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_built_by_name() {
        assert!(built("User { name: x }", "name"));
        assert!(built("dict(name=x)", "name"));
        assert!(!built("names", "name"));
    }
}
