//! The supervisor as a program of its own, for embedders that can't re-execute themselves.

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(code) = review_agents::process::supervisor::run_if_asked() {
        return code;
    }
    ExitCode::from(2)
}
