//! `deep-review rules list|test|explain`.

use std::path::Path;

use deep_review::analyzers::{RuleInfo, builtin_rules, rules_in, scan};
use deep_review::{Error, ErrorKind, Result};

use super::args::RulesCommand;
use super::exit::{self, Exit};
use super::output;

pub(crate) fn run(command: RulesCommand) -> Result<Exit> {
    match command {
        RulesCommand::List => list(),
        RulesCommand::Explain { id } => explain(&id),
        RulesCommand::Test { folder } => test(folder.as_deref()),
    }
}

fn list() -> Result<Exit> {
    let rules = builtin_rules()?;
    let width = rules.iter().map(|rule| rule.info().id.len()).max().unwrap_or(0);
    for rule in &rules {
        let RuleInfo { id, severity, category, title, .. } = rule.info();
        output::print(&format!("{id:<width$}  {severity:<10}  {category:<15}  {title}\n"))?;
    }
    Ok(exit::DONE)
}

fn explain(id: &str) -> Result<Exit> {
    let rules = builtin_rules()?;
    let rule = rules.iter().find(|rule| rule.info().id == id).ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "there is no such rule; `deep-review rules list` shows them")
            .with_context("given", id)
    })?;
    let info = rule.info();
    let indent = |code: &str| code.trim_end().lines().map(|line| format!("    {line}\n")).collect::<String>();
    let mut text = format!(
        "{}: {}\n{}, {}{}\n\n{}\n\nHow it fails: {}\n\nFix: {}\n",
        info.id,
        info.title,
        info.severity,
        info.category,
        if info.skip_tests { ", not in test code" } else { "" },
        info.body,
        info.scenario,
        info.fix
    );
    for (title, examples) in [("It matches", &info.must_match), ("It does not match", &info.must_not_match)] {
        for code in examples {
            text.push_str(&format!("\n{title}:\n\n{}", indent(code)));
        }
    }
    output::print(&text)?;
    Ok(exit::DONE)
}

/// Checks that each rule matches what it must and nothing that it must not: the built-in ones, or those of a folder.
fn test(folder: Option<&Path>) -> Result<Exit> {
    let rules = match folder {
        Some(folder) => rules_in(folder)?,
        None => builtin_rules()?,
    };
    let mut broken = 0_u32;
    for rule in &rules {
        let info = rule.info();
        let only = std::slice::from_ref(rule);
        for language in std::iter::once(info.language).chain(info.also.iter().copied()) {
            if !language.is_built_in() {
                output::print(&format!("skip  {} ({language:?} is not in this build)\n", info.id))?;
                continue;
            }
            let hit = |code: &&String| !scan(only, language, "src/file", code).is_empty();
            let missed = info.must_match.iter().filter(|code| !hit(code)).map(|code| ("misses", code));
            let wrong = info.must_not_match.iter().filter(hit).map(|code| ("wrongly matches", code));
            for (what, code) in missed.chain(wrong) {
                broken += 1;
                output::print(&format!("FAIL  {} {what} ({language:?}):\n{}\n", info.id, code.trim_end()))?;
            }
        }
    }
    output::print(&format!("{} rules, {broken} broken examples\n", rules.len()))?;
    if broken == 0 {
        return Ok(exit::DONE);
    }
    Err(Error::new(ErrorKind::InvalidInput, "some rules do not keep their word")
        .with_context("broken examples", broken))
}
