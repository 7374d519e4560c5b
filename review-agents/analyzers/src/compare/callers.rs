//! A function changed what it promises, and code that the change did not touch still relies on the old promise.

use std::collections::{BTreeMap, BTreeSet};

use review_core::LineRange;

use super::pairs::{Lone, Pair, Pairs};
use super::text::{mentions, split};
use super::view::{Searcher, Version};
use super::{Broken, SourcePlace};
use crate::facts::{Arguments, Call, ExitKind, Function, Param, ParamKind, Use};
use crate::language::Language;
use crate::paths::PathKind;

/// So many functions of a change are followed to their callers.
const MAX_FOLLOWED: usize = 40;

/// So many places of one function are named.
const MAX_PLACES: usize = 20;

/// What is different for callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Broke {
    /// Its parameters.
    Signature,
    /// It now returns an error.
    GivesError,
    /// It has to be awaited now.
    Async,
    /// It may now return nothing.
    Nothing,
    /// It returns another number of values.
    Values { before: usize, after: usize },
    /// It is not there any more.
    Removed,
}

/// The function that changed, as callers know it.
pub(super) struct Followed<'a> {
    broke: Broke,
    base: &'a Function,
    /// As it is now; absent when it is gone.
    head: Option<&'a Function>,
    /// The file of the definition.
    version: &'a Version,
}

impl Followed<'_> {
    /// What stands where it is called.
    pub(super) fn needle(&self) -> String {
        format!("{}(", self.base.name)
    }
}

/// The functions whose callers have to be looked at.
pub(super) fn followed<'a>(pairs: &Pairs<'a>) -> Vec<Followed<'a>> {
    let pair_breaks = pairs.in_production().flat_map(|pair| {
        breaks(pair).into_iter().map(|broke| Followed {
            broke,
            base: pair.base,
            head: Some(pair.head),
            version: pair.head_version,
        })
    });
    let mentioned = mentioned_at_head(pairs);
    let removals = pairs.removed.iter().filter(|lone| is_gone(pairs, &mentioned, lone)).map(|lone| {
        Followed { broke: Broke::Removed, base: lone.function, head: None, version: lone.version }
    });
    let all = pair_breaks.chain(removals).filter(|followed| can_be_followed(pairs, followed));
    all.take(MAX_FOLLOWED).collect()
}

pub(super) fn broken(
    pairs: &Pairs<'_>,
    followed: &[Followed<'_>],
    searcher: &dyn Searcher,
    out: &mut Vec<Broken>,
) {
    for followed in followed {
        follow(pairs, followed, searcher, out);
    }
}

/// The head's texts in which the names of removed functions stand, in one pass over all of them.
fn mentioned_at_head<'a>(pairs: &Pairs<'a>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for lone in &pairs.removed {
        texts.entry(lone.function.name.as_str()).or_default();
    }
    if texts.is_empty() {
        return texts;
    }
    for version in pairs.files.iter().filter_map(|file| file.head.as_ref()) {
        let text = version.all_code();
        for word in split(text) {
            if let Some(found) = texts.get_mut(word)
                && found.last().is_none_or(|last| !std::ptr::eq(*last, text))
            {
                found.push(text);
            }
        }
    }
    texts
}

/// The changed files, as the searcher knows them.
pub(super) fn changed_paths<'a>(pairs: &Pairs<'a>) -> BTreeSet<&'a str> {
    pairs.files.iter().filter_map(|file| file.head.as_ref()).map(|version| version.path.as_str()).collect()
}

fn breaks(pair: &Pair<'_>) -> Vec<Broke> {
    let (base, head) = (pair.base, pair.head);
    let language = pair.head_version.outline.language;
    let mut breaks = Vec::new();
    if language == Language::Python && base.params != head.params {
        breaks.push(Broke::Signature);
    }
    if !base.gives_error && head.gives_error && base.result.is_empty() {
        breaks.push(Broke::GivesError);
    }
    if !base.is_async && head.is_async {
        breaks.push(Broke::Async);
    }
    let dynamic = matches!(language, Language::Python | Language::JavaScript);
    let is_nothing = |function: &Function| function.exits.iter().any(|exit| exit.kind == ExitKind::Nothing);
    let all_values = |function: &Function| {
        let values = function.exits.iter().filter(|exit| exit.kind != ExitKind::Thrown).count();
        values > 0 && !is_nothing(function)
    };
    let generator = mentions(pair.head_code(), "yield");
    if dynamic && all_values(base) && is_nothing(head) && !generator && base.is_async == head.is_async {
        breaks.push(Broke::Nothing);
    }
    if let (Some(before), Some(after)) = (values(base), values(head))
        && before != after
        && language != Language::JavaScript
        && dynamic
    {
        breaks.push(Broke::Values { before, after });
    }
    breaks
}

/// How many values a function returns, where every exit says the same.
fn values(function: &Function) -> Option<usize> {
    let mut sizes =
        function.exits.iter().filter(|exit| exit.kind != ExitKind::Thrown).map(|exit| match exit.kind {
            ExitKind::Tuple(n) => Some(n),
            _ => None,
        });
    let first = sizes.next()??;
    sizes.all(|size| size == Some(first)).then_some(first)
}

/// A function of a module that is gone under this name, in every form.
fn is_gone(pairs: &Pairs<'_>, mentioned: &BTreeMap<&str, Vec<&str>>, lone: &Lone<'_>) -> bool {
    let name = lone.function.name.as_str();
    let is_web = lone.version.outline.language.is_kin(Language::JavaScript);
    (lone.version.outline.language == Language::Python || is_web)
        && lone.file.kind == PathKind::Production
        && lone.function.owner.is_empty()
        && !lone.function.is_test
        && pairs.named_at_head(name) == 0
        && !mentioned.get(name).is_some_and(|texts| texts.iter().any(|text| gives(text, name)))
}

/// Whether a text defines or imports a name in some form.
fn gives(text: &str, name: &str) -> bool {
    text.lines().filter(|line| mentions(line, name)).any(|line| {
        let line = line.trim_start();
        ["class", "def", "import", "from", "const", "let", "var", "function", "export", "as"]
            .iter()
            .any(|word| mentions(line, word))
            || line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', ':', ',']))
            || line.contains(&format!("\"{name}\""))
            || line.contains(&format!("'{name}'"))
    })
}

/// Only a name that means one thing can be followed.
fn can_be_followed(pairs: &Pairs<'_>, followed: &Followed<'_>) -> bool {
    let name = followed.base.name.as_str();
    let defined = usize::from(followed.broke != Broke::Removed);
    name.len() >= 4
        && !name.starts_with("__")
        && name != "main"
        && followed.base.marks.iter().all(|mark| {
            !["property", "overload", "fixture", "route", "command", "setter"]
                .iter()
                .any(|word| mark.contains(word))
        })
        && pairs.named_at_head(name) <= defined
}

fn follow(pairs: &Pairs<'_>, followed: &Followed<'_>, searcher: &dyn Searcher, out: &mut Vec<Broken>) {
    let mut places = Vec::new();
    for file in pairs.files {
        let Some(version) = &file.head else { continue };
        collect(followed, version, &|lines| file.touches(lines), &mut places);
    }
    let Some(others) = searcher.files_with(&followed.needle()) else { return };
    // Somebody else defines the name too: a call may mean that one.
    if others
        .iter()
        .any(|version| version.outline.functions.iter().any(|function| function.name == followed.base.name))
    {
        return;
    }
    for version in others {
        collect(followed, version, &|_| false, &mut places);
    }
    places.truncate(MAX_PLACES);
    if places.is_empty() {
        return;
    }
    let first = places.remove(0);
    let line = followed.head.map_or(followed.base.line, |head| head.line);
    let definition = match followed.head {
        Some(_) => SourcePlace::head(&followed.version.path, LineRange::line(line)),
        None => SourcePlace::base(&followed.version.path, LineRange::line(line)),
    };
    let id = match followed.broke {
        Broke::Signature => "change.caller-not-updated",
        Broke::GivesError => "change.error-ignored-by-caller",
        Broke::Async => "change.caller-does-not-await",
        Broke::Nothing => "change.nothing-not-handled",
        Broke::Values { .. } => "change.unpacking-not-updated",
        Broke::Removed => "change.removed-but-used",
    };
    let (before, after) = match followed.broke {
        Broke::Values { before, after } => (before.to_string(), after.to_string()),
        _ => Default::default(),
    };
    places.push(definition);
    out.push(
        Broken::new(
            id,
            first,
            [
                ("FUNCTION", &followed.base.name),
                ("FILE", &followed.version.path),
                ("BEFORE", &before),
                ("AFTER", &after),
            ],
        )
        .with_further(places),
    );
}

/// The calls of one file that still rely on the old promise, on lines that the change left alone.
fn collect(
    followed: &Followed<'_>,
    version: &Version,
    touched: &dyn Fn(LineRange) -> bool,
    places: &mut Vec<SourcePlace>,
) {
    if !version.outline.language.is_kin(followed.version.outline.language) {
        return;
    }
    // A test that drops an error fails by what comes after.
    let is_test = crate::paths::kind(&version.path) == PathKind::Test;
    for function in &version.outline.functions {
        if followed.broke == Broke::GivesError && (is_test || function.is_test) {
            continue;
        }
        for call in function.calls.iter().filter(|call| call.name == followed.base.name) {
            if !touched(call.span.lines)
                && means(followed, version, function, call)
                && relies(followed, version, function, call)
            {
                places.push(SourcePlace::head(&version.path, call.span.lines));
            }
        }
    }
}

/// Whether a call with the right name means the function that changed.
fn means(followed: &Followed<'_>, version: &Version, around: &Function, call: &Call) -> bool {
    let same_file = version.path == followed.version.path;
    let is_method = !followed.base.owner.is_empty();
    let receiver = call.receiver.as_str();
    if is_method {
        let own = matches!(receiver, "self" | "this" | "cls" | "Self")
            && same_file
            && around.owner == followed.base.owner;
        let by_type = receiver == followed.base.owner;
        // In Go the receiver is a name of one's own choice; a long method name that is defined once has to do.
        let go = version.outline.language == Language::Go
            && followed.base.name.len() >= 8
            && !receiver.is_empty()
            && same_folder(version, followed.version);
        return own || by_type || go;
    }
    if receiver.is_empty() {
        return match version.outline.language {
            Language::Go => same_folder(version, followed.version),
            Language::Rust => same_file || version.outline.imports(&followed.base.name),
            _ if same_file => !version.outline.imports(&followed.base.name),
            _ => version.outline.imports_from(&followed.base.name, stem(followed.version)),
        };
    }
    let module = receiver.rsplit(['.', ':']).next().unwrap_or_default();
    module == stem(followed.version) && !same_file
}

fn same_folder(a: &Version, b: &Version) -> bool {
    let folder = |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
    folder(&a.path) == folder(&b.path)
}

/// The name under which other files import a file: its own, or its folder's where the language has it so.
fn stem(version: &Version) -> &str {
    let mut parts = version.path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let by_folder = matches!(stem, "__init__" | "index" | "mod") || version.outline.language == Language::Go;
    if by_folder { parts.next().unwrap_or(stem) } else { stem }
}

fn relies(followed: &Followed<'_>, version: &Version, around: &Function, call: &Call) -> bool {
    match followed.broke {
        Broke::Signature => {
            let bound = !call.receiver.is_empty() && !followed.base.owner.is_empty();
            let fits = |function: &Function| fits(&function.params, &call.arguments, bound);
            !call.arguments.spread && fits(followed.base) && followed.head.is_some_and(|head| !fits(head))
        }
        Broke::GivesError => call.used == Use::Dropped && !call.deferred,
        Broke::Async => {
            let lost = matches!(call.used, Use::Dropped | Use::Condition | Use::Member | Use::Unpacked(_));
            let line = version.line(call.span.lines.start);
            let meant = [
                ".then(",
                ".catch(",
                "void ",
                "create_task",
                "ensure_future",
                "gather",
                "asyncio.run",
                "spawn",
                "block_on",
            ];
            !call.awaited
                && lost
                && !meant.iter().any(|word| line.contains(word))
                && (around.is_async
                    || call.used != Use::Dropped
                    || version.outline.language == Language::Python)
        }
        Broke::Nothing => call.used == Use::Member || matches!(call.used, Use::Unpacked(_)),
        Broke::Values { before, after } => call.used == Use::Unpacked(before) && before != after,
        Broke::Removed => true,
    }
}

/// Whether arguments fit parameters. A method that is called on an object has its receiver already.
fn fits(params: &[Param], arguments: &Arguments, bound: bool) -> bool {
    let params: Vec<&Param> =
        params.iter().filter(|param| param.kind != ParamKind::Receiver || !bound).collect();
    let by_place: Vec<&&Param> = params
        .iter()
        .filter(|param| matches!(param.kind, ParamKind::Positional | ParamKind::Receiver))
        .collect();
    let rest = params.iter().any(|param| param.kind == ParamKind::Rest);
    let named_rest = params.iter().any(|param| param.kind == ParamKind::NamedRest);
    if arguments.positional > by_place.len() && !rest {
        return false;
    }
    let known = |name: &String| {
        params.iter().any(|param| {
            param.name == *name && matches!(param.kind, ParamKind::Positional | ParamKind::Named)
        })
    };
    if !named_rest && !arguments.named.iter().all(known) {
        return false;
    }
    let missing = |param: &Param| !param.has_default && !arguments.named.contains(&param.name);
    let places = by_place.iter().skip(arguments.positional).any(|param| missing(param));
    let named = params.iter().any(|param| param.kind == ParamKind::Named && missing(param));
    !places && !named
}

#[cfg(test)]
mod tests {
    use super::*;

    fn param(name: &str, kind: ParamKind, has_default: bool) -> Param {
        Param { name: name.into(), kind, has_default }
    }

    #[test]
    fn arguments_fit_as_python_counts_them() {
        let params = [
            param("self", ParamKind::Receiver, false),
            param("a", ParamKind::Positional, false),
            param("b", ParamKind::Positional, true),
            param("c", ParamKind::Named, false),
        ];
        let call = |positional, named: &[&str]| Arguments {
            positional,
            named: named.iter().map(|name| (*name).to_owned()).collect(),
            spread: false,
        };
        assert!(fits(&params, &call(1, &["c"]), true));
        assert!(fits(&params, &call(0, &["a", "c"]), true));
        assert!(!fits(&params, &call(1, &[]), true), "c is missing");
        assert!(!fits(&params, &call(3, &["c"]), true), "one too many");
        assert!(!fits(&params, &call(1, &["c", "d"]), true), "there is no d");
    }
}
