//! Rules that a team keeps beside its code: those of the base commit, which were reviewed when they came in. What the
//! reviewed branch adds, changes or takes away there counts from the next change on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use review_core::{Answer, Cancel, Query, Result, Side, SourceTree};

use crate::catalogue::Catalogue;
use crate::engine::{Rule, RuleSet, squeezed};
use crate::examples::broken_rule_examples;

/// The folder, from the root. Folders below it are not looked into.
pub(crate) const FOLDER: &str = ".deep-review/rules";

/// So many files of the folder are read, and so many rules are taken from them.
const MAX_FILES: u32 = 40;
const MAX_RULES: usize = 200;

/// Largest file of rules: 256 KiB.
const MAX_BYTES: usize = 256 << 10;

/// Characters of a notice.
const MAX_NOTICE: usize = 240;

/// The catalogue with the rules of the base commit, and which of them can't be used and why; nothing where there are none.
/// A rule of the built-in ones or of the user keeps its place.
///
/// # Errors
/// When the source as a whole can't be read, or on cancellation.
pub(crate) fn with_base(
    catalogue: &Catalogue,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Result<Option<(Catalogue, Vec<String>)>> {
    let mut notices = Vec::new();
    let mut own = RuleSet::default();
    let files = files(tree, cancel, &mut notices)?;
    // What is built in but off keeps its name too.
    let built_in = if files.is_empty() { Catalogue::default() } else { Catalogue::all()? };
    for (path, text) in files {
        let mut say = |what: &str| notices.push(format!("{path} at the base commit: {}", shortened(what)));
        let read = match read(&text) {
            Ok(read) => read,
            Err(why) => {
                say(&why);
                continue;
            }
        };
        for rule in read {
            match rule
                .map_err(|error| error.to_string())
                .and_then(|rule| usable(rule, &[catalogue, &built_in], &own))
            {
                Ok(rule) => own = own.with(&rule),
                Err(why) => say(&why),
            }
        }
    }
    let is_none = own.is_empty() && notices.is_empty();
    Ok((!is_none).then(|| (catalogue.clone().with_rules(&own), notices)))
}

fn read(text: &str) -> std::result::Result<Vec<Result<Rule>>, String> {
    if text.len() > MAX_BYTES {
        return Err("the file is too large and was left out".to_owned());
    }
    // Parsers of other people over any text: a panic costs this file.
    match catch_unwind(AssertUnwindSafe(|| Rule::parse_each(text))) {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(_) => Err("reading it failed".to_owned()),
    }
}

/// Errors of parsers may be long and have many lines.
fn shortened(text: &str) -> String {
    squeezed(text).chars().take(MAX_NOTICE).collect()
}

/// The rule, if nothing speaks against it: its id is free, its examples hold, and there are not too many.
fn usable(rule: Rule, known: &[&Catalogue], others: &RuleSet) -> std::result::Result<RuleSet, String> {
    let id = rule.info().id.clone();
    if known.iter().any(|catalogue| catalogue.has(&id)) || others.get(&id).is_some() {
        return Err(format!("there is another rule `{id}`; this one was left out"));
    }
    if others.rules().len() >= MAX_RULES {
        return Err(format!("there are more than {MAX_RULES} rules; `{id}` was left out"));
    }
    let alone = RuleSet::new([rule]);
    match catch_unwind(AssertUnwindSafe(|| broken_rule_examples(&alone))).as_deref() {
        Ok([]) => Ok(alone),
        Ok([first, ..]) => Err(format!("`{id}` {} one of its examples; it was left out", first.what)),
        Err(_) => Err(format!("`{id}` can't be tried on its examples; it was left out")),
    }
}

/// The files of the folder with their text, by path.
fn files(tree: &dyn SourceTree, cancel: &Cancel, notices: &mut Vec<String>) -> Result<Vec<(String, String)>> {
    let listing = Query::Paths { side: Side::Base, folder: FOLDER.to_owned(), limit: MAX_FILES };
    let Some(Answer::Paths { mut paths, complete }) =
        tree.answer(&[listing], cancel)?.into_iter().next().map(|fact| fact.answer)
    else {
        return Ok(Vec::new());
    };
    if !complete {
        notices.push(format!("{FOLDER} at the base commit: only the first {MAX_FILES} files are read"));
    }
    paths.retain(|path| {
        let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
        !name.contains('/') && (name.ends_with(".yml") || name.ends_with(".yaml"))
    });
    let queries: Vec<Query> = paths.iter().map(|path| Query::file(Side::Base, path)).collect();
    let mut found = Vec::new();
    for (path, fact) in paths.into_iter().zip(tree.answer(&queries, cancel)?) {
        match fact.text {
            Some(text) => found.push((path, text)),
            None => notices.push(format!("{path} at the base commit: it can't be read as text")),
        }
    }
    Ok(found)
}
