//! The command `deep-review`: thin over the library.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
