//! The options of backends: one table from which a specification is checked and its help is printed.

use std::fmt;
use std::time::Duration;

use review_core::{Error, ErrorKind, Result};

use super::ReviewerSpec;

/// What an option's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionKind {
    /// Any text.
    Text,
    /// A file or a folder.
    Path,
    /// `yes` or `no`.
    Flag,
    /// A whole number from 1.
    Count,
    /// Seconds, a whole number from 1.
    Seconds,
    /// US dollars.
    Dollars,
    /// Words joined by `+`.
    Words,
}

impl fmt::Display for OptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Path => "path",
            Self::Flag => "yes|no",
            Self::Count => "number",
            Self::Seconds => "seconds",
            Self::Dollars => "dollars",
            Self::Words => "word+word",
        })
    }
}

/// One option of a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionInfo {
    /// Its name in a specification.
    pub name: &'static str,
    /// What its value looks like.
    pub kind: OptionKind,
    /// What it does, in one line.
    pub about: &'static str,
    /// What counts when it is not given; empty where that is nothing.
    pub default: &'static str,
    /// A value, as an example.
    pub example: &'static str,
    /// Whether it must be given.
    pub required: bool,
}

impl OptionInfo {
    /// An option without a default.
    pub const fn new(
        name: &'static str,
        kind: OptionKind,
        about: &'static str,
        example: &'static str,
    ) -> Self {
        Self { name, kind, about, default: "", example, required: false }
    }

    /// Says what counts when it is not given.
    #[must_use]
    pub const fn with_default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }

    /// Says that it must be given.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// Refuses options that are not in the table, or whose values are not what they should be.
pub(super) fn check(spec: &ReviewerSpec, known: &[OptionInfo]) -> Result<()> {
    for name in spec.options.keys() {
        let Some(info) = known.iter().find(|info| info.name == name) else {
            return Err(unknown(spec, name, known));
        };
        match info.kind {
            OptionKind::Flag => drop(spec.flag(name)?),
            OptionKind::Count | OptionKind::Seconds => drop(spec.number(name)?),
            OptionKind::Dollars => drop(spec.micro_usd(name)?),
            OptionKind::Text | OptionKind::Path | OptionKind::Words => {}
        }
    }
    let mut required = known.iter().filter(|info| info.required);
    required.try_for_each(|info| spec.required(info.name).map(drop))
}

fn unknown(spec: &ReviewerSpec, name: &str, known: &[OptionInfo]) -> Error {
    let names: Vec<&str> = known.iter().map(|info| info.name).collect();
    let error = Error::new(
        ErrorKind::InvalidInput,
        format!(
            "the backend `{}` has no option `{name}`{}",
            spec.backend,
            did_you_mean(name, names.iter().copied())
        ),
    );
    error.with_context("known", names.join(" "))
}

/// `; did you mean …?` where one of the known names is near, else nothing.
pub(super) fn did_you_mean<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known.map(|name| (strsim::jaro_winkler(given, name), name)).filter(|(score, _)| *score > 0.8);
    match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, name)) => format!("; did you mean `{name}`?"),
        None => String::new(),
    }
}

/// Options that every backend of agents has, beside its own.
pub const AGENT_OPTIONS: &[OptionInfo] = &[
    OptionInfo::new(
        "briefs",
        OptionKind::Words,
        "what it concentrates on: none, auto (shared out over its passes), names joined by + with : between passes; a name may \
         be a file that ends in .md",
        "line-walk+security",
    )
    .with_default("none; `run --briefs auto` shares them out over all reviewers"),
    OptionInfo::new(
        "generated",
        OptionKind::Flag,
        "whether the diff of lock files, generated and vendored code is shown instead of named",
        "yes",
    )
    .with_default("no"),
    OptionInfo::new("passes", OptionKind::Count, "how often it reviews the change", "2").with_default("1"),
    OptionInfo::new("parts", OptionKind::Count, "into how many parts a large change is cut at most", "4")
        .with_default("8"),
    OptionInfo::new(
        "timeout",
        OptionKind::Seconds,
        "how long one pass, or one answer of a judge or an editor, may take",
        "1800",
    )
    .with_default("3600 and 60 more for every hundred changed lines; 1800 for a judge or an editor"),
    OptionInfo::new(
        "idle",
        OptionKind::Seconds,
        "how long it may say nothing; never counts for one that only speaks at its end, unless given",
        "900",
    )
    .with_default("1800 for one that reports on the way; none where timeout is given"),
];

/// How long one that reports on the way may say nothing. Models think for many minutes without a word.
#[allow(dead_code, reason = "used by backends that depend on the features of the build")]
const QUIET: Duration = Duration::from_secs(1800);

/// How long a backend may say nothing: as the specification says. Unless it says so, there is no limit for one that only speaks
/// at its end, and none beside a `timeout` that was named.
#[allow(dead_code, reason = "used by backends that depend on the features of the build")]
pub(super) fn idle(spec: &ReviewerSpec, reports: bool) -> Result<Option<Duration>> {
    let usual = (reports && spec.option("timeout").is_none()).then_some(QUIET);
    Ok(spec.seconds("idle")?.or(usual))
}

/// Options that several backends have.
#[allow(dead_code, reason = "which ones are used depends on the features of the build")]
pub(super) mod shared {
    use super::{OptionInfo, OptionKind};

    pub(in crate::backends) const MODEL: OptionInfo =
        OptionInfo::new("model", OptionKind::Text, "the model, by the provider's name for it", "opus");
    pub(in crate::backends) const EFFORT: OptionInfo = OptionInfo::new(
        "effort",
        OptionKind::Text,
        "how much the model thinks, in the provider's word",
        "high",
    );
    pub(in crate::backends) const ENDPOINT: OptionInfo = OptionInfo::new(
        "endpoint",
        OptionKind::Text,
        "another address of the API, for a proxy or a server of one's own",
        "http://127.0.0.1:8080",
    );
    pub(in crate::backends) const TURNS: OptionInfo = OptionInfo::new(
        "turns",
        OptionKind::Count,
        "how many exchanges with the model a pass may have",
        "40",
    )
    .with_default("60");
    pub(in crate::backends) const MAX_COST: OptionInfo =
        OptionInfo::new("max-cost", OptionKind::Dollars, "what one pass may cost", "2.50");
    pub(in crate::backends) const PROGRAM: OptionInfo = OptionInfo::new(
        "program",
        OptionKind::Path,
        "the program, where it is not on the search path",
        "/opt/agent/bin/agent",
    );
    pub(in crate::backends) const SCHEMA: OptionInfo =
        OptionInfo::new("schema", OptionKind::Flag, "whether its answer is bound to a schema", "no");
    pub(in crate::backends) const FILE: OptionInfo =
        OptionInfo::new("file", OptionKind::Path, "the file to read", "build/results.sarif");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_bounded_only_where_it_means_something() {
        let idle =
            |spec: &str, reports| idle(&spec.parse().unwrap(), reports).unwrap().map(|limit| limit.as_secs());
        assert_eq!(idle("codex", true), Some(1800));
        assert_eq!(idle("codex:timeout=6000", true), None, "the named timeout is the limit");
        assert_eq!(idle("codex:timeout=6000,idle=60", true), Some(60));
        assert_eq!(idle("command:cmd=x", false), None);
        assert_eq!(idle("command:cmd=x,idle=60", false), Some(60));
    }
}
