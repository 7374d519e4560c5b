//! `deep-review rules list|test|explain`.

use std::path::Path;

use deep_review::analyzers::{
    BrokenExample, Catalogue, Check, ExampleFile, Place, RuleInfo, broken_check_examples,
    broken_rule_examples, rules_in,
};
use deep_review::{Category, Error, ErrorKind, Result, Severity};

use super::args::RulesCommand;
use super::exit::{self, Exit};
use super::output;

pub(crate) fn run(command: RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::List { folder } => list(&catalogue(folder.as_deref())?),
        RulesCommand::Explain { id, folder } => explain(&catalogue(folder.as_deref())?, &id),
        RulesCommand::Test { folder } => test(folder.as_deref()),
    }
}

/// Everything built in, and the rules of a folder.
fn catalogue(folder: Option<&Path>) -> Result<Catalogue> {
    let catalogue = Catalogue::all()?;
    Ok(match folder {
        Some(folder) => catalogue.with_rules(&rules_in(folder)?),
        None => catalogue,
    })
}

fn list(catalogue: &Catalogue) -> Result<Exit> {
    let mut rows: Vec<(&str, Severity, Category, bool, &str)> = Vec::new();
    for rule in catalogue.rules.rules() {
        let RuleInfo { id, severity, category, default, title, .. } = rule.info();
        rows.push((id, *severity, *category, *default, title));
    }
    for Check { id, severity, category, default, title, .. } in &catalogue.checks {
        rows.push((id, *severity, *category, *default, title));
    }
    rows.sort();
    let width = rows.iter().map(|row| row.0.len()).max().unwrap_or(0);
    for (id, severity, category, default, title) in rows {
        let state = if default { "on " } else { "off" };
        output::print(&format!("{id:<width$}  {state}  {severity:<10}  {category:<15}  {title}\n"))?;
    }
    Ok(exit::DONE)
}

fn explain(catalogue: &Catalogue, id: &str) -> Result<Exit> {
    let text = match (catalogue.rules.get(id), catalogue.check(id)) {
        (Some(rule), _) => explained_rule(rule.info()),
        (None, Some(check)) => explained_check(check),
        (None, None) => {
            let error = Error::new(
                ErrorKind::InvalidInput,
                "there is no such rule; `deep-review rules list` shows them",
            );
            let error = error.with_context("given", id);
            let near = near(catalogue, id);
            return Err(if near.is_empty() { error } else { error.with_context("near", near.join(" ")) });
        }
    };
    output::print(&text)?;
    Ok(exit::DONE)
}

/// Ids with the same name in another family, or with the given text in them.
fn near<'a>(catalogue: &'a Catalogue, id: &str) -> Vec<&'a str> {
    let name = id.rsplit('.').next().unwrap_or(id);
    let ids = catalogue.rules.rules().map(|rule| rule.info().id.as_str());
    let ids = ids.chain(catalogue.checks.iter().map(|check| check.id.as_str()));
    ids.filter(|known| name.len() >= 3 && known.contains(name)).take(8).collect()
}

fn explained_rule(info: &RuleInfo) -> String {
    let languages: Vec<&str> = info.languages().map(deep_review::analyzers::Language::name).collect();
    let place = match info.place {
        Place::Production => "production code in ",
        Place::Tests => "tests in ",
        _ => "",
    };
    let mut text = format!(
        "{}: {}\n{}, {}, {}; {place}{}\n\n{}\n\nHow it fails: {}\n\nFix: {}\n",
        info.id,
        info.title,
        info.severity,
        info.category,
        if info.default { "on" } else { "off by default" },
        languages.join(", "),
        info.body,
        info.scenario,
        info.fix
    );
    if let Some(rewrite) = &info.rewrite {
        text.push_str(&format!("\nOffers as a diff:\n\n{}", indented(rewrite)));
    }
    notes(&mut text, info.note.as_deref(), &info.references);
    for (title, examples) in [("It matches", &info.must_match), ("It does not match", &info.must_not_match)] {
        for code in examples {
            text.push_str(&format!("\n{title}:\n\n{}", indented(code)));
        }
    }
    text
}

fn explained_check(check: &Check) -> String {
    let mut text = format!(
        "{}: {}\n{}, {}, {}\n\n{}\n\nHow it fails: {}\n\nFix: {}\n",
        check.id,
        check.title,
        check.severity,
        check.category,
        if check.default { "on" } else { "off by default" },
        check.body,
        check.scenario,
        check.fix
    );
    notes(&mut text, check.note.as_deref(), &check.references);
    let examples = [("It speaks up about", &check.must_match), ("It is silent about", &check.must_not_match)];
    for (title, examples) in examples {
        for files in examples {
            text.push_str(&format!("\n{title}:\n"));
            files.iter().for_each(|file| text.push_str(&shown(file)));
        }
    }
    text
}

fn notes(text: &mut String, note: Option<&str>, references: &[String]) {
    if let Some(note) = note {
        text.push_str(&format!("\nNote: {note}\n"));
    }
    for reference in references {
        text.push_str(&format!("\nMore: {reference}\n"));
    }
}

fn shown(file: &ExampleFile) -> String {
    match (file.base(), file.head()) {
        (Some(before), Some(after)) if before == after => {
            format!("\n  {}, unchanged:\n\n{}", file.path, indented(before))
        }
        (before, after) => {
            let side = |name: &str, text: Option<&str>| {
                text.map(|text| format!("\n  {}, {name}:\n\n{}", file.path, indented(text)))
                    .unwrap_or_default()
            };
            side("before", before) + &side("after", after)
        }
    }
}

fn indented(code: &str) -> String {
    code.trim_end().lines().map(|line| format!("    {line}\n")).collect()
}

/// Checks that each rule matches what it must and nothing that it must not: the built-in ones, or those of a folder.
fn test(folder: Option<&Path>) -> Result<Exit> {
    let (count, broken): (usize, Vec<BrokenExample>) = match folder {
        Some(folder) => {
            let rules = rules_in(folder)?;
            (rules.rules().len(), broken_rule_examples(&rules))
        }
        None => {
            let catalogue = Catalogue::all()?;
            let count = catalogue.rules.rules().len() + catalogue.checks.len();
            let mut broken = broken_check_examples(&catalogue);
            broken.extend(broken_rule_examples(&catalogue.rules));
            (count, broken)
        }
    };
    for example in &broken {
        output::print(&format!("FAIL  {} {}:\n{}\n", example.id, example.what, example.code.trim_end()))?;
    }
    output::print(&format!("{count} rules, {} broken examples\n", broken.len()))?;
    if broken.is_empty() {
        return Ok(exit::DONE);
    }
    Err(Error::new(ErrorKind::InvalidInput, "some rules do not keep their word")
        .with_context("broken examples", broken.len()))
}
