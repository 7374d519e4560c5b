//! What the model is told about each tool.

use review_core::ToolSpec;
use serde_json::{Value, json};

/// The tools on offer, in the order in which they are usually needed.
pub(super) fn all() -> Vec<ToolSpec> {
    let version = json!({"type": "string", "enum": ["head", "base"],
        "description": "head (the reviewed version, default) or base (before the change)"});
    let path = |what: &str| json!({"type": "string", "description": what});
    let number = |what: &str| json!({"type": "integer", "description": what});
    vec![
        spec(
            "git_diff",
            "What the change under review did, as a unified diff. Without a path: the list of changed files and as much \
             of the diff as fits.",
            &json!({"path": path("only this file or folder")}),
            &[],
        ),
        spec(
            "read_file",
            "Lines of a file with their numbers.",
            &json!({"path": path("from the root of the repository"), "start_line": number("first line, from 1"),
                "end_line": number("last line, included"), "version": version}),
            &["path"],
        ),
        spec(
            "search",
            "Lines that match a regular expression (Rust syntax: no look-around, no back-references), as path:line: text.",
            &json!({"pattern": {"type": "string"}, "path": path("only this file or folder, or a pattern such as src/**/*.rs"),
                "ignore_case": {"type": "boolean"}, "version": version}),
            &["pattern"],
        ),
        spec(
            "list_files",
            "What is in a folder, or, with a pattern, every path that matches it.",
            &json!({"path": path("the folder; the root where nothing is said"),
                "pattern": path("for example **/*_test.go"), "version": version}),
            &[],
        ),
        spec(
            "git_log",
            "The commits that touched a path, newest first.",
            &json!({"path": path("a file or folder; everything where nothing is said"), "limit": number("default 20")}),
            &[],
        ),
        spec(
            "git_show",
            "What a commit did: its message and its diff.",
            &json!({"commit": path("an id, or HEAD, HEAD~1"), "path": path("only this file or folder")}),
            &["commit"],
        ),
        spec(
            "git_blame",
            "Which commit last touched each line of the reviewed version, and whether that commit is part of the change.",
            &json!({"path": path("from the root of the repository"), "start_line": number("first line, from 1"),
                "end_line": number("last line, included")}),
            &["path", "start_line", "end_line"],
        ),
    ]
}

fn spec(name: &str, about: &str, properties: &Value, required: &[&str]) -> ToolSpec {
    let schema = json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false});
    ToolSpec::new(name, about, schema.to_string())
}
