//! `deep-review init`: a commented configuration for a repository, and what is at hand on this machine.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use deep_review::files::write_whole;
use deep_review::{Backend, Error, ErrorKind, Registry, Result};

use super::exit::{self, Exit};
use super::output;

/// Name of the configuration.
const FILE: &str = "deep-review.toml";

/// What the suggested call allows each pass to cost, in US dollars.
const SUGGESTED: &str = "2.50";

/// Arguments of `init`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct InitArgs {
    /// The repository, or a folder in it.
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
    /// Write over a configuration that is there already.
    #[arg(long)]
    pub(crate) force: bool,
}

pub(crate) fn run(args: &InitArgs, registry: &Registry) -> Result<Exit> {
    let start = args.repo.as_deref().unwrap_or(Path::new(".")).canonicalize()?;
    let root = start.ancestors().find(|folder| folder.join(".git").exists()).ok_or_else(|| {
        Error::new(ErrorKind::InvalidInput, "this is no git repository; name one with --repo")
            .with_context("path", start.display())
    })?;
    let file = root.join(FILE);
    if file.symlink_metadata().is_ok() && !args.force {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there is a configuration already; --force writes over it",
        )
        .with_context("path", file.display()));
    }
    write_whole(&file, TEMPLATE.as_bytes())?;
    output::print(&format!(
        "wrote {}\nIt counts from the commit on that the reviewed change starts from.\n\n{}",
        file.display(),
        at_hand(registry)
    ))?;
    Ok(exit::DONE)
}

/// Which backends can be used on this machine, and what a run with them costs at most. Nothing is started, nobody is asked.
fn at_hand(registry: &Registry) -> String {
    let mut out = String::from("Reviewers at hand:\n\n  rules  free, offline\n");
    let mut suggested = Vec::new();
    let (mut most, mut unbounded) = (0.0, Vec::new());
    for backend in registry.backends().filter(|backend| backend.costs_money) {
        let Ok(spec) = backend.name.parse() else { continue };
        if registry.make(&spec).is_err() {
            continue;
        }
        let spec = if bounds_itself(backend) {
            most += SUGGESTED.parse::<f64>().unwrap_or_default();
            format!("{}:max-cost={SUGGESTED}", backend.name)
        } else {
            unbounded.push(backend.name.clone());
            backend.name.clone()
        };
        let _ = writeln!(out, "  {spec}  {}", backend.about);
        suggested.push(spec);
    }
    if suggested.is_empty() {
        out.push_str(
            "\nNo agent is ready: none is both installed and has its key in the environment. `deep-review doctor` tells what is missing.\n",
        );
        return out;
    }
    let reviewers: Vec<String> = suggested.iter().map(|spec| format!("--reviewer {spec}")).collect();
    let _ = write!(
        out,
        "\nA run with all of them:\n\n  deep-review run --reviewer rules {}\n\n",
        reviewers.join(" ")
    );
    let _ = write!(out, "It costs at most ${most:.2}");
    if !unbounded.is_empty() {
        let _ = write!(
            out,
            " and what {} take, which tell no price; bound them by timeout=…, and models over HTTP by prices=IN/OUT,max-cost=…",
            unbounded.join(", ")
        );
    }
    out.push_str(".\nNothing that costs money starts unless a call names it.\n");
    out
}

/// Whether the backend keeps a limit of money without being told prices.
fn bounds_itself(backend: &Backend) -> bool {
    backend.option("max-cost").is_some() && backend.option("prices").is_none()
}

const TEMPLATE: &str = r#"# Deep Review: what this repository wants of its reviews.
#
# Read from the commit that a change starts from, so that no change can loosen the rules it is reviewed by. It can
# name no reviewer, command, endpoint or key: those are the caller's, in ~/.config/deep-review/config.toml:
#
#     reviewers = ["rules", "claude-code:max-cost=2.50", "codex"]
#
# What reviewers should know of the project goes into AGENTS.md or deep-review-context.md, in the root or in any folder.

[paths]
# Changed files that are not reviewed; the report names them. Lock files, generated and vendored code need not be listed:
# prompts only name them anyway.
exclude = [
    # "third_party/**",
    # "*.svg",
]

[rules]
# Built-in rules that don't run, by id or family. `deep-review rules list` shows all; rules of your own go into
# .deep-review/rules/*.yml.
off = [
    # "prose.*",
]

# [budget]                     # at most; a call can only ask for less
# max_cost = 2.50              # US dollars for one pass, where the backend can keep it
# passes = 2                   # passes of one reviewer
# reviewer_timeout = 3600      # seconds for one pass
# timeout = 7200               # seconds for all reviewers together
# max_questions = 10           # questions to a judge

# [policy]                     # thresholds, weights and caps; `deep-review schema policy` lists them
# quota = 15                   # findings in the main part of the report
"#;

#[cfg(test)]
mod tests {
    use deep_review::{Cancel, MemoryTree};

    use super::super::repository_config::RepositoryConfig;
    use super::*;

    #[test]
    fn the_template_is_a_valid_configuration_also_where_it_is_commented() {
        let uncommented: String = TEMPLATE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.starts_with('[') || rest.contains(" = ") && !rest.starts_with(' ') => {
                    format!("{rest}\n")
                }
                _ => format!("{line}\n"),
            })
            .collect();
        assert!(uncommented.contains("\nquota = 15"), "{uncommented}");
        for text in [TEMPLATE, &uncommented] {
            let read = RepositoryConfig::read(&MemoryTree::new().with_base(FILE, text), &Cancel::new());
            assert!(read.is_ok(), "{:?}", read.err());
        }
    }
}
