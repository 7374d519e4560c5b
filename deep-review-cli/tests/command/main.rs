//! The command as its users meet it: what it prints, writes and returns.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

#[cfg(unix)]
mod analysers;
mod bad_input;
mod bench;
mod consolidate;
#[cfg(unix)]
mod continuous_integration;
#[cfg(feature = "mcp")]
mod mcp;
mod pull_request;
mod record;
mod run;
mod sample;
mod secrets;
#[cfg(all(unix, feature = "serve"))]
mod serve;
mod tools;

use review_testkit::TestEnvironment;

/// The command.
const PROGRAM: &str = env!("CARGO_BIN_EXE_deep-review");

/// An empty folder and the command.
fn environment() -> TestEnvironment {
    TestEnvironment::new(PROGRAM)
}

/// A repository of two commits; the second one swallows an error.
fn repository() -> TestEnvironment {
    let env = environment();
    env.init()
        .write("net/pool.go", "package net\n\nfunc Open() error {\n\treturn dial()\n}\n")
        .commit("Open connections")
        .write(
            "net/pool.go",
            "package net\n\nfunc Open() error {\n\tif err := dial(); err != nil {\n\t\treturn nil\n\t}\n\treturn nil\n}\n",
        )
        .commit("Open connections quietly");
    env
}

const CLAUDE: &str = "## Findings\n\n### Important Issues\n\nI1. **Open hides the error of dial** — `net/pool.go:4-6` (important, regression)\n\n\
```go\nif err := dial(); err != nil {\n\treturn nil\n}\n```\n\nThe caller goes on without a connection.\n";

const CODEX: &str = "### Findings\n\n**Critical Issues**\n\nC1. **`Open` returns nil when `dial` fails** — `net/pool.go:5` (critical, regression)\n\n\
```go\nreturn nil\n```\n\nErrors of dial are lost.\n";
