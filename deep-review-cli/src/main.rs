//! The command with the backends of this build.

fn main() -> std::process::ExitCode {
    deep_review_cli::run(deep_review::Registry::builtin())
}
