//! `deep-review completions` and `deep-review man`: what shells and readers of manuals want to know of the arguments.

use clap::{Args as ClapArgs, CommandFactory as _};
use clap_complete::Shell;
use deep_review::{Error, ErrorKind, Result};

use super::args::Args;
use super::exit::{self, Exit};
use super::output;

/// Arguments of `completions`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: Shell,
}

/// Arguments of `man`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ManArgs {
    /// The command, for example `run`; without one, the page of the whole program.
    pub(crate) command: Option<String>,
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "deep-review", &mut script);
    print(script)
}

pub(crate) fn man(args: &ManArgs) -> Result<Exit> {
    let mut program = Args::command();
    program.build();
    let page = match &args.command {
        None => program,
        Some(name) => program.find_subcommand(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
            Error::new(ErrorKind::InvalidInput, format!("there is no command `{name}`"))
                .with_context("known", known.join(" "))
        })?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    print(text)
}

fn print(text: Vec<u8>) -> Result<Exit> {
    output::print(&String::from_utf8_lossy(&text))?;
    Ok(exit::DONE)
}
