//! The command `deep-review`: thin over the library.

mod cli;

fn main() -> std::process::ExitCode {
    // Started by ourselves to watch over an agent: then this is all there is to do.
    #[cfg(unix)]
    if let Some(code) = deep_review::agents::process::supervisor::run_if_asked() {
        return code;
    }
    cli::main()
}
