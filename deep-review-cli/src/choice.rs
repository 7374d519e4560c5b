//! Which reviewers a person at the terminal wants, when neither the call nor the configuration says it.

use std::io::{BufRead as _, IsTerminal as _};

use deep_review::{Backend, Error, ErrorKind, Registry, Result, ReviewerSpec};

use super::output;

/// Lists what is ready on this machine and asks. Without a terminal, or with an empty answer: the built-in rules.
pub(crate) fn choose(registry: &Registry) -> Result<Vec<ReviewerSpec>> {
    let rules: ReviewerSpec = "rules".parse()?;
    let ready: Vec<&Backend> =
        registry.backends().filter(|backend| backend.costs_money && is_ready(registry, backend)).collect();
    if ready.is_empty() || !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let others: Vec<&str> = registry
            .backends()
            .filter(|backend| backend.name != "rules")
            .map(|backend| backend.name.as_str())
            .collect();
        output::note(&format!(
            "no reviewer was named: only the built-in rules run (free, offline). Others: {}; name them with --reviewer",
            others.join(" ")
        ));
        return Ok(vec![rules]);
    }
    output::note(
        "No reviewer was named. Ready on this machine:\n\n  rules        built-in structural rules; free, offline",
    );
    for backend in &ready {
        let most = if backend.option("max-cost").is_some() {
            "costs money, without a limit unless you name it with max-cost=…"
        } else {
            "costs money, and has no limit of its own but timeout=…"
        };
        output::note(&format!("  {:<12} {most}", backend.name));
    }
    output::note("\nWhich shall review? Names, parted by spaces; empty: rules only.");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let chosen = read_choice(&line, &ready)?;
    Ok(if chosen.is_empty() { vec![rules] } else { chosen })
}

/// A backend that can be made without options: its program is installed and its key is set. Nothing is started.
fn is_ready(registry: &Registry, backend: &Backend) -> bool {
    backend.name.parse().is_ok_and(|spec| registry.make(&spec).is_ok())
}

/// The specifications in an answer; each must be `rules` or one of those that were offered.
fn read_choice(line: &str, offered: &[&Backend]) -> Result<Vec<ReviewerSpec>> {
    line.split([' ', '\t', '\n', '\r'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let spec: ReviewerSpec = word.parse()?;
            if spec.backend == "rules" || offered.iter().any(|backend| backend.name == spec.backend) {
                Ok(spec)
            } else {
                Err(Error::new(ErrorKind::InvalidInput, "that was not offered").with_context("given", word))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_what_was_offered() {
        let codex = Backend::new("codex", "", |_| Err(Error::new(ErrorKind::Internal, "never made")));
        let read = |line: &str| {
            read_choice(line, &[&codex])
                .map(|specs| specs.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(read("\n").unwrap(), Vec::<String>::new());
        assert_eq!(read("rules codex:effort=high\n").unwrap(), ["rules", "codex:effort=high"]);
        assert_eq!(read("gemini-cli\n").unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
