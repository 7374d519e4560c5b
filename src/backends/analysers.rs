//! Analysers by name: from a file of results, or started here because the user named them.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use review_analyzers::tools::{Tool, review_of};
use review_core::{
    Capabilities, Cx, Diagnostic, Error, ErrorKind, Identity, Result, Review, ReviewRequest, Reviewer,
    ReviewerInfo, ReviewerKind,
};

use super::options::shared;
use super::{Backend, OptionInfo, OptionKind, ReviewerSpec};

/// Largest output of an analyser that is read: 64 MiB, as ingestion's own limit.
const MAX_OUTPUT_BYTES: usize = 64 << 20;

/// A backend for a known analyser.
pub(super) fn backend(tool: Tool) -> Backend {
    let runs = if tool.runs_code { "RUNS CODE OF THE REPOSITORY; " } else { "" };
    let about = format!("{runs}{}", tool.about);
    Backend::new(tool.name.clone(), about, move |spec| reviewer(spec, tool.clone())).with_options(OPTIONS)
}

const OPTIONS: &[OptionInfo] = &[
    shared::FILE,
    OptionInfo::new(
        "cmd",
        OptionKind::Text,
        "a command line of your own in place of the tool's",
        "make lint-json",
    ),
    OptionInfo::new("timeout", OptionKind::Seconds, "how long it may run", "300").with_default("3600"),
    OptionInfo::new(
        "sandbox",
        OptionKind::Text,
        "yes or bwrap: it runs in bubblewrap, without network",
        "yes",
    )
    .with_default("no"),
];

fn reviewer(spec: &ReviewerSpec, tool: Tool) -> Result<Arc<dyn Reviewer>> {
    let source = match (spec.option("file"), spec.option("cmd")) {
        (Some(_), Some(_)) => {
            return Err(Error::new(ErrorKind::InvalidInput, "give a file of results or a command, not both")
                .with_context("given", spec));
        }
        (Some(file), None) => Source::File(PathBuf::from(file)),
        (None, command) => program(spec, command)?,
    };
    let capabilities = Capabilities::default()
        .with_deterministic(true)
        .with_needs_checkout(!matches!(source, Source::File(_)));
    let info = ReviewerInfo::new(&spec.name)
        .with_identity(Identity::default().with_kind(ReviewerKind::Tool).with_provider(&tool.name))
        .with_capabilities(capabilities);
    Ok(Arc::new(AnalyserReviewer { info, tool, source }))
}

#[cfg(all(unix, feature = "command"))]
fn program(spec: &ReviewerSpec, command: Option<&str>) -> Result<Source> {
    let sandbox = match spec.option("sandbox") {
        Some("bwrap") => true,
        Some("none") => false,
        _ => spec.flag("sandbox")?.unwrap_or(false),
    };
    let driver = super::programs::driver_with(spec, MAX_OUTPUT_BYTES)?;
    Ok(Source::Program(run::Program { command: command.map(str::to_owned), sandbox, driver }))
}

#[cfg(not(all(unix, feature = "command")))]
fn program(spec: &ReviewerSpec, _: Option<&str>) -> Result<Source> {
    Err(Error::new(
        ErrorKind::Unsupported,
        "this build starts no programs; name the file of results with file=…",
    )
    .with_context("given", spec))
}

/// Where the results come from.
enum Source {
    File(PathBuf),
    #[cfg(all(unix, feature = "command"))]
    Program(run::Program),
}

/// An analyser as a reviewer.
struct AnalyserReviewer {
    info: ReviewerInfo,
    tool: Tool,
    source: Source,
}

#[async_trait]
impl Reviewer for AnalyserReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        cx.cancel.check()?;
        let root = request.checkout.as_ref().map(|folder| folder.to_string_lossy().into_owned());
        let output = match &self.source {
            Source::File(path) => {
                crate::files::read_bounded(path, MAX_OUTPUT_BYTES as u64).map(Output::whole)?
            }
            #[cfg(all(unix, feature = "command"))]
            Source::Program(program) => program.output(&self.tool, &request, &cx).await?,
        };
        let mut review = review_of(&self.tool, &output.bytes, root.as_deref(), &request.change)?;
        review.reviewer.clone_from(&self.info.name);
        review.identity = self.info.identity.clone();
        review.identity.isolation = output.isolation;
        if let Some(note) = output.note {
            review.diagnostics.push(Diagnostic::new(0, note));
        }
        // What a run that did not end well says is not all of it.
        if let Some(reason) = output.incomplete
            && review.is_complete()
        {
            let state = if review.findings.is_empty() {
                review_core::Completeness::Failed
            } else {
                review_core::Completeness::Truncated
            };
            review = review.with_completeness(state).with_incomplete_reason(reason);
        }
        Ok(review.with_pass(request.pass))
    }
}

/// What an analyser wrote, and how its run went.
struct Output {
    bytes: Vec<u8>,
    incomplete: Option<String>,
    isolation: Option<String>,
    note: Option<String>,
}

impl Output {
    fn whole(bytes: Vec<u8>) -> Self {
        Self { bytes, incomplete: None, isolation: None, note: None }
    }
}

#[cfg(all(unix, feature = "command"))]
mod run {
    //! Starts an analyser in the run's private checkout.

    use std::path::{Path, PathBuf};

    use review_agents::process::{Driver, Invocation, Stream};
    use review_analyzers::tools::Tool;
    use review_core::{Cx, Error, ErrorKind, Event, Result, ReviewRequest};

    use review_scratch::ScratchDir;

    use super::Output;

    /// A program that is started because the user named it.
    pub(super) struct Program {
        /// The user's own command line, for a shell; else the tool's.
        pub(super) command: Option<String>,
        /// Whether it runs in bubblewrap, without network and with everything else read-only.
        pub(super) sandbox: bool,
        pub(super) driver: Driver,
    }

    impl Program {
        pub(super) async fn output(&self, tool: &Tool, request: &ReviewRequest, cx: &Cx) -> Result<Output> {
            let Some(checkout) = &request.checkout else {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    "it needs a checkout to work in; name a file of results with file=…",
                ));
            };
            let Some(words) = self.words(tool, request) else {
                let mut output = Output::whole(Vec::new());
                output.note =
                    Some("the change has no file that it looks at, so it was not started".to_owned());
                return Ok(output);
            };
            let private = ScratchDir::new()?;
            let invocation = self.invocation(tool, words, checkout, private.path())?;
            let mut bytes = Vec::new();
            let mut on_line = |stream: Stream, line: &[u8]| match stream {
                Stream::Out => {
                    bytes.extend_from_slice(line);
                    bytes.push(b'\n');
                }
                Stream::Err => {
                    let text =
                        String::from_utf8_lossy(line.get(..line.len().min(200)).unwrap_or(line)).into_owned();
                    cx.event(Event::Progress { reviewer: tool.name.clone(), pass: request.pass, text });
                }
            };
            let ended = self.driver.run(invocation, &mut on_line, &cx.cancel).await?;
            let last_words = ended.stderr_tail.lines().last().unwrap_or_default();
            let incomplete = if !tool.done.contains(&ended.code) {
                Some(format!("{} ended with code {}: {last_words}", tool.name, ended.code))
            } else if ended.cut {
                Some("its output is too long and was cut".to_owned())
            } else {
                None
            };
            let isolation = if self.sandbox { "bubblewrap" } else { self.driver.guarantee().as_str() };
            let note = tool.runs_code.then(|| {
                format!("{} runs code of the repository: build scripts, plugins, configuration", tool.name)
            });
            Ok(Output { bytes, incomplete, isolation: Some(isolation.to_owned()), note })
        }

        fn words(&self, tool: &Tool, request: &ReviewRequest) -> Option<Vec<String>> {
            match &self.command {
                Some(line) => Some(vec!["/bin/sh".into(), "-c".into(), line.clone()]),
                None => tool.command_for(&request.change),
            }
        }

        fn invocation(
            &self,
            tool: &Tool,
            words: Vec<String>,
            checkout: &Path,
            private: &Path,
        ) -> Result<Invocation> {
            let path = std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned());
            let mut words = words.into_iter();
            let program = PathBuf::from(words.next().unwrap_or_default());
            let home = private.to_string_lossy();
            let mut invocation = if self.sandbox {
                let mut outer = Invocation::new(super::super::programs::program("bwrap")?, checkout);
                outer.arguments.extend(sandbox(checkout, private));
                outer.argument(program.to_string_lossy())
            } else {
                Invocation::new(program, checkout)
            };
            invocation.arguments.extend(words);
            // Nothing of the user's environment but what the tool needs; a home and a place for build results of its own.
            for name in &tool.keep {
                if let Ok(value) = std::env::var(name) {
                    invocation.environment.insert(name.clone(), value);
                }
            }
            if tool.keep.iter().any(|name| name == "CARGO_HOME")
                && let Some(user) = std::env::var_os("HOME").map(PathBuf::from)
            {
                // Without them, cargo looks below the new home and finds no toolchain.
                for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                    let default = user.join(folder).to_string_lossy().into_owned();
                    invocation.environment.entry(name.to_owned()).or_insert(default);
                }
                invocation = invocation.variable("CARGO_TARGET_DIR", format!("{home}/target"));
            }
            Ok(invocation
                .variable("PATH", path)
                .variable("HOME", home.as_ref())
                .variable("TMPDIR", home.as_ref())
                .variable("XDG_CACHE_HOME", format!("{home}/cache"))
                .variable("GOCACHE", format!("{home}/go-build"))
                .variable("NO_COLOR", "1")
                .variable("CARGO_TERM_COLOR", "never"))
        }
    }

    /// Everything read-only but the private folder, no network, its own processes.
    fn sandbox(checkout: &Path, private: &Path) -> Vec<String> {
        let (checkout, private) = (checkout.to_string_lossy(), private.to_string_lossy());
        let fixed = "--unshare-all --die-with-parent --new-session --ro-bind / / --dev /dev --proc /proc";
        let mut words: Vec<String> = fixed.split(' ').map(str::to_owned).collect();
        words.extend(
            ["--bind", &private, &private, "--ro-bind", &checkout, &checkout, "--chdir", &checkout, "--"]
                .map(str::to_owned),
        );
        words
    }
}
