//! The command `deep-review`, as a library: [`run`] is the whole of it.
//!
//! The command is a plain user of the crate `deep-review`. A build of one's own with further backends is a `main` of
//! four lines:
//!
//! ```no_run
//! use deep_review::{Backend, Registry, Review, ScriptedReviewer};
//!
//! fn main() -> std::process::ExitCode {
//!     let mut registry = Registry::builtin();
//!     registry.register(Backend::new("canned", "always says the same", |spec| {
//!         Ok(std::sync::Arc::new(ScriptedReviewer::new(Review::new(&spec.name))))
//!     }));
//!     deep_review_cli::run(registry)
//! }
//! ```

mod args;
mod bench;
mod change;
mod choice;
mod completions;
mod config;
mod consolidate;
mod doctor;
mod eval;
mod event;
mod exit;
mod forge;
mod index;
mod info;
mod init;
mod input;
mod judge;
mod learn;
#[cfg(feature = "mcp")]
mod mcp;
mod output;
mod progress;
mod publish;
mod pull;
mod render;
mod replay;
mod repository_config;
mod rules;
mod run;
#[cfg(feature = "serve")]
mod serve;
mod signals;
mod terminal_judge;

use clap::Parser as _;

use std::process::ExitCode;

use deep_review::{Cancel, Registry, Result};

/// Runs the command with the arguments of this process and the backends of `registry`; returns the exit status.
///
/// Call it first thing in `main`: agent programs are watched over by a second process of this same executable, which
/// is recognised here, before any argument is read.
pub fn run(registry: Registry) -> ExitCode {
    #[cfg(unix)]
    if let Some(code) = deep_review::agents::process::supervisor::run_if_asked() {
        return code;
    }
    #[cfg(unix)]
    deep_review::agents::process::supervisor::hide_environment();
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let code = if error.use_stderr() { exit::USAGE } else { exit::DONE };
            let _ = error.print();
            return code.into();
        }
    };
    exit::main_result(signals::watch().and_then(|cancel| dispatch(args.command, registry, cancel)))
}

fn dispatch(command: args::Command, registry: Registry, cancel: Cancel) -> Result<exit::Exit> {
    match command {
        args::Command::Run(args) => run::run(*args, registry, cancel),
        args::Command::Consolidate(args) => consolidate::run(*args, cancel),
        args::Command::Publish(args) => publish::run(*args, cancel),
        args::Command::Replay(args) => replay::run(args),
        args::Command::Parse(args) => info::parse(args),
        args::Command::Render(args) => render::run(args),
        args::Command::Prompt(args) => info::prompt(*args, registry, cancel),
        args::Command::Eval(args) => eval::run(args),
        args::Command::Bench(args) => bench::run(*args, registry, cancel),
        args::Command::Index(args) => index::run(args),
        args::Command::Learn(args) => learn::run(args),
        args::Command::Reviewers => info::reviewers(&registry),
        #[cfg(feature = "serve")]
        args::Command::Serve(args) => serve::run(args, registry, cancel),
        #[cfg(feature = "serve")]
        args::Command::Worker(args) => serve::work(args, registry, cancel),
        #[cfg(feature = "mcp")]
        args::Command::Mcp(args) => mcp::run(*args, registry, cancel),
        args::Command::Rules(command) => rules::run(command),
        args::Command::Schema(args) => info::schema(args),
        args::Command::Init(args) => init::run(&args, &registry),
        args::Command::Doctor(args) => doctor::run(&args, &registry, &cancel),
        args::Command::Completions(args) => completions::completions(&args),
        args::Command::Man(args) => completions::man(&args),
    }
}
