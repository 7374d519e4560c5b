//! The command line.

mod args;
mod change;
mod choice;
mod config;
mod consolidate;
mod eval;
mod exit;
mod index;
mod info;
mod input;
mod learn;
mod output;
mod progress;
mod render;
mod replay;
mod repository_config;
mod rules;
mod run;
mod terminal_judge;

use clap::Parser as _;

pub(crate) use exit::main_result as main_status;

/// Reads the arguments, does what they say, and tells how it went by the exit status.
pub(crate) fn main() -> std::process::ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let code = if error.use_stderr() { exit::USAGE } else { exit::DONE };
            let _ = error.print();
            return code.into();
        }
    };
    let result = match args.command {
        args::Command::Run(args) => run::run(*args),
        args::Command::Consolidate(args) => consolidate::run(*args),
        args::Command::Replay(args) => replay::run(args),
        args::Command::Parse(args) => info::parse(args),
        args::Command::Render(args) => render::run(args),
        args::Command::Prompt(args) => info::prompt(*args),
        args::Command::Eval(args) => eval::run(args),
        args::Command::Index(args) => index::run(args),
        args::Command::Learn(args) => learn::run(args),
        args::Command::Reviewers => info::reviewers(),
        args::Command::Rules(command) => rules::run(command),
        args::Command::Schema(args) => info::schema(args),
    };
    main_status(result)
}
