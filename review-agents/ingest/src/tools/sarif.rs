//! SARIF 2.1.0, read leniently.
//!
//! `run` looks up what results refer to (rules of the driver and of extensions, artifacts, bases of addresses),
//! `message` fills in message strings, `result` makes a finding of a result.

mod message;
mod result;
mod run;

use review_core::Review;

use super::output::Output;
use crate::options::IngestOptions;
use crate::signal::{Shortfall, Signal, When, shortfalls};
use crate::value::{Map, Value};
use run::Run;

/// Where a notification says what it is about.
const NOTIFIED: &[&[&str]] = &[
    &["message", "text"],
    &["message", "markdown"],
    &["exception", "message"],
    &["message", "id"],
    &["descriptor", "id"],
];

/// How a SARIF document says that its tool failed.
pub(super) const SIGNALS: &[Signal] = &[
    Signal {
        at: &["runs"],
        when: When::Empty,
        reason: &[],
        means: "it holds no run: nothing was analysed",
        whole: true,
    },
    Signal {
        at: &["runs", "*", "results"],
        when: When::Absent,
        reason: &[],
        means: "a run holds no list of results: nothing was analysed",
        whole: true,
    },
    Signal {
        at: &["runs", "*", "invocations", "*", "executionSuccessful"],
        when: When::Is(&["false"]),
        reason: &[&["exitCodeDescription"], &["processStartFailureMessage"], &["exitSignalName"]],
        means: "the tool says that it did not finish",
        whole: false,
    },
    Signal {
        at: &["runs", "*", "invocations", "*", "toolExecutionNotifications", "*", "level"],
        when: When::Is(&["error"]),
        reason: NOTIFIED,
        means: "the tool reports an error of its run",
        whole: false,
    },
    Signal {
        at: &["runs", "*", "invocations", "*", "toolConfigurationNotifications", "*", "level"],
        when: When::Is(&["error"]),
        reason: NOTIFIED,
        means: "the tool reports an error of its configuration",
        whole: false,
    },
];

/// Reads a document; `None` when its shape is another. Lines are counted by the caller.
pub(super) fn read(value: &Value, options: &IngestOptions) -> Option<Review> {
    let map = value.map()?;
    let runs = map.get("runs").filter(|runs| matches!(runs, Value::List(_) | Value::Null))?.as_list();
    let sarif = map.get("version").is_some()
        || map.get("$schema").is_some()
        || runs.iter().any(|run| run.map().is_some_and(|run| run.get("tool").is_some()));
    if !sarif {
        return None;
    }
    let mut output = Output { shortfalls: shortfalls(value, SIGNALS), ..Output::default() };
    if map.get("runs") == Some(&Value::Null) {
        output.shortfalls.push(Shortfall::whole("it holds no run: nothing was analysed"));
    }
    for run in runs.iter().filter_map(Value::map) {
        let driver = |key: &str| run.at(&["tool", "driver", key]).and_then(Value::text).map(str::to_owned);
        output.tool = output.tool.or_else(|| driver("name"));
        output.version = output.version.or_else(|| driver("semanticVersion")).or_else(|| driver("version"));
        let look_up = Run::new(run, options);
        let (mut silent, mut bare) = (0usize, 0usize);
        for result in list(run.get("results")) {
            if output.is_full() {
                break;
            }
            match result.map() {
                Some(result) if result::is_met(result) => {}
                Some(result) => match result::read(result, &look_up, options) {
                    Some(draft) => output.drafts.push(draft),
                    None => silent += 1,
                },
                None => bare += 1,
            }
        }
        if silent + bare > 0 {
            let reason = format!("{} of its results say nothing that can be read", silent + bare);
            output.shortfalls.push(Shortfall::part(reason));
        }
    }
    Some(output.into_review(None))
}

/// The entries of a list, or a value as a list of one.
fn list(value: Option<&Value>) -> &[Value] {
    value.map(Value::as_list).unwrap_or_default()
}

/// The objects in a list.
fn maps(value: Option<&Value>) -> impl Iterator<Item = &Map> {
    list(value).iter().filter_map(Value::map)
}

/// An index: -1 means none by the standard.
fn index(value: Option<&Value>) -> Option<usize> {
    value.and_then(Value::count).and_then(|index| usize::try_from(index).ok())
}
