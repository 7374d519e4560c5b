//! What a JSON document says of its own run: `status: error`, `is_error`, `review_completed: false`, a limit that was hit.

use crate::signal::{Shortfall, When};
use crate::text::normalize_words;
use crate::value::{Map, Value};

/// One way to say it. Keys are compared without case, `_` and `-`.
struct Sign {
    keys: &'static [&'static str],
    when: When,
    means: &'static str,
    weight: Weight,
}

/// How much a statement says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// The run did not do what it should.
    Failed,
    /// A part is missing.
    Part,
    /// A gate that findings close says the same; it counts only when there are none.
    Gate,
}

const SIGNS: &[Sign] = &[
    Sign {
        keys: &["iserror", "haserror", "errored"],
        when: When::Is(&["true"]),
        means: "the run failed",
        weight: Weight::Failed,
    },
    Sign {
        keys: &["subtype"],
        when: When::Mentions(&["error_", "error-"]),
        means: "the run ended with an error",
        weight: Weight::Failed,
    },
    Sign {
        keys: &["status", "state", "runstatus", "reviewstatus", "outcome", "conclusion", "resultstatus"],
        when: When::Is(&[
            "error",
            "errored",
            "timeout",
            "timed_out",
            "timedout",
            "timed out",
            "cancelled",
            "canceled",
            "aborted",
            "interrupted",
            "crashed",
            "incomplete",
            "in_progress",
            "in progress",
            "running",
            "pending",
            "queued",
            "skipped",
            "partial",
            "not_run",
            "unavailable",
            "startup_failure",
            "failed_precondition",
            "rate_limited",
        ]),
        means: "the run did not finish",
        weight: Weight::Failed,
    },
    Sign {
        keys: &["status", "state", "runstatus", "reviewstatus", "outcome", "conclusion", "resultstatus"],
        when: When::Is(&["failed", "failure", "fail"]),
        means: "the run failed",
        weight: Weight::Gate,
    },
    Sign {
        keys: &["error", "fatalerror", "errormessage", "exception"],
        when: When::Present,
        means: "the run failed",
        weight: Weight::Failed,
    },
    Sign {
        keys: &["success", "ok", "succeeded", "successful"],
        when: When::Is(&["false"]),
        means: "the run failed",
        weight: Weight::Failed,
    },
    Sign {
        keys: &[
            "completed",
            "complete",
            "reviewcompleted",
            "reviewcomplete",
            "finished",
            "iscomplete",
            "analysiscomplete",
            "done",
        ],
        when: When::Is(&["false"]),
        means: "the review was not completed",
        weight: Weight::Part,
    },
    Sign {
        keys: &[
            "truncated",
            "timedout",
            "aborted",
            "partial",
            "incomplete",
            "cancelled",
            "canceled",
            "istruncated",
            "interrupted",
        ],
        when: When::Is(&["true"]),
        means: "the review was not completed",
        weight: Weight::Part,
    },
    Sign {
        keys: &["stopreason", "finishreason", "terminalreason", "endreason"],
        when: When::Is(&[
            "max_tokens",
            "length",
            "content_filter",
            "refusal",
            "error",
            "max_turns",
            "cancelled",
            "safety",
            "recitation",
            "model_length",
            "max_output_tokens",
        ]),
        means: "the answer was cut",
        weight: Weight::Part,
    },
];

/// Where the reason stands in the same object, or in an object under `error`.
const REASONS: &[&str] = &[
    "error",
    "errormessage",
    "reason",
    "message",
    "result",
    "detail",
    "details",
    "subtype",
    "incompletedetails",
];

/// What one document says: nothing, that it went well, or how it did not.
pub(super) enum Status {
    Silent,
    Well,
    Short { shortfall: Shortfall, gate: bool },
}

/// Reads the statements of one object.
pub(super) fn read(map: &Map) -> Status {
    let mut well = false;
    for (name, value) in &map.entries {
        if name.len() > 40 {
            continue;
        }
        let key = normalize_words(name).replace(' ', "");
        let found =
            SIGNS.iter().find(|sign| sign.keys.contains(&key.as_str()) && sign.when.fits(Some(value)));
        if let Some(sign) = found {
            // A list of errors about files is a list of findings.
            if matches!(value, Value::List(_)) {
                continue;
            }
            let reason = reason(map, value)
                .map_or_else(|| sign.means.to_owned(), |said| format!("{}: {said}", sign.means));
            let shortfall = Shortfall { whole: sign.weight != Weight::Part, reason };
            return Status::Short { shortfall, gate: sign.weight == Weight::Gate };
        }
        let said = value.as_words().unwrap_or_default().to_lowercase();
        well |= match key.as_str() {
            "status" | "state" | "subtype" => matches!(
                said.as_str(),
                "success" | "ok" | "completed" | "complete" | "succeeded" | "done" | "passed"
            ),
            "success" | "ok" => said == "true",
            "iserror" => said == "false",
            _ => false,
        };
    }
    if well { Status::Well } else { Status::Silent }
}

/// The document's own words, one line.
fn reason(map: &Map, value: &Value) -> Option<String> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Map(map) => ["message", "reason", "detail", "code", "type"]
            .iter()
            .find_map(|key| map.text(key))
            .map(str::to_owned),
        _ => None,
    };
    let own = match value {
        Value::Map(_) => text(value),
        _ => None,
    };
    let beside = || {
        REASONS.iter().find_map(|wanted| {
            let (_, value) = map
                .entries
                .iter()
                .find(|(name, _)| name.len() <= 40 && normalize_words(name).replace(' ', "") == *wanted)?;
            text(value)
        })
    };
    let said = own.or_else(beside).or_else(|| text(value))?;
    let line = said.lines().next().unwrap_or("").trim();
    Some(line.chars().take(300).collect())
}
