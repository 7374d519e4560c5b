//! Who may depend on whom, and on what from outside.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Normal (not dev, not build) dependencies that each crate may have, directly.
const ALLOWED: &[(&str, &[&str])] = &[
    ("review-core", &["async-trait", "serde", "serde_json", "thiserror", "sha2", "schemars"]),
    ("review-git", &["review-core", "review-scratch", "rustix"]),
    ("review-scratch", &[]),
    (
        "review-testkit",
        &[
            "review-core",
            "serde_json",
            "similar",
            "tempfile",
            "tokio",
            // The fake forge, behind a feature.
            "base64",
            "graphql-parser",
            "jsonschema",
            "ring",
        ],
    ),
    ("review-ingest", &["review-core", "serde", "serde_json", "memchr"]),
    ("review-consolidate", &["review-core", "serde", "serde_json", "libm", "async-trait"]),
    // Measures and fits: not published.
    ("review-consolidate-eval", &["review-core", "review-consolidate", "serde_json"]),
    ("review-render", RENDER),
    (
        "review-fleet",
        // The last three behind features.
        &[
            "deep-review",
            "async-trait",
            "serde",
            "serde_json",
            "sha2",
            "tokio",
            "axum",
            "hmac",
            "tokio-postgres",
        ],
    ),
    ("review-mcp", &["deep-review", "rmcp", "schemars", "serde", "serde_json", "tokio"]),
    (
        "review-forge",
        &[
            "review-core",
            "review-render",
            "async-trait",
            "base64",
            "httpdate",
            "miniz_oxide",
            "percent-encoding",
            "reqwest",
            "ring",
            "rustls",
            "serde",
            "serde_json",
            "sha2",
            "tokio",
        ],
    ),
    (
        "review-agents",
        &[
            "review-core",
            "review-ingest",
            "review-scratch",
            "async-trait",
            "backon",
            "httpdate",
            "landlock",
            "regex",
            "regex-syntax",
            "reqwest",
            "rustix",
            "rustls",
            "serde",
            "serde_json",
            "tokio",
            "tracing",
        ],
    ),
    ("review-anthropic", ADAPTER),
    ("review-openai", ADAPTER),
    ("review-google", ADAPTER),
    ("example-parrot", ADAPTER),
    (
        "review-analyzers",
        &[
            "review-core",
            "review-ingest",
            "async-trait",
            "serde",
            "serde_json",
            "tokio",
            "tree-sitter",
            "typos-dict",
            "ast-grep-config",
            "ast-grep-core",
            "ast-grep-language",
        ],
    ),
];

/// Adapters: codecs without input or output, over the seams that drive programs and exchanges.
const ADAPTER: &[&str] = &["review-agents", "review-core", "serde", "serde_json"];

const RENDER: &[&str] = &[
    "review-core",
    "serde",
    "serde_json",
    "pulldown-cmark",
    "ammonia",
    "askama",
    "syntect",
    "two-face",
    "annotate-snippets",
    "sha2",
];

/// Crates without clock, file system, network or runtime.
const PURE: &[&str] = &["review-core", "review-ingest", "review-consolidate", "review-render"];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn normal_dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = metadata();
    let mut all = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let names = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"].is_null());
        let names = names.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect();
        all.insert(package["name"].as_str().unwrap().to_owned(), names);
    }
    all
}

#[test]
fn every_crate_depends_only_on_what_it_may() {
    let all = normal_dependencies();
    let mut wrong = Vec::new();
    for (name, dependencies) in
        all.iter().filter(|(name, _)| !["deep-review", "deep-review-cli"].contains(&name.as_str()))
    {
        let allowed = ALLOWED.iter().find(|(known, _)| known == name).map(|(_, allowed)| *allowed);
        let Some(allowed) = allowed else {
            wrong.push(format!("{name} has no allow-list"));
            continue;
        };
        let extra = dependencies.iter().filter(|dependency| !allowed.contains(&dependency.as_str()));
        wrong.extend(extra.map(|dependency| format!("{name} must not depend on {dependency}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn pure_crates_have_no_runtime_in_their_whole_tree() {
    for name in PURE {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "-p",
                name,
                "-e",
                "normal",
                "--all-features",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let tree = String::from_utf8(output.stdout).unwrap();
        let forbidden =
            ["tokio ", "mio ", "reqwest ", "hyper ", "rand ", "getrandom ", "jiff ", "chrono ", "time "];
        let found: Vec<_> =
            tree.lines().filter(|line| forbidden.iter().any(|name| line.starts_with(name))).collect();
        assert!(!tree.is_empty(), "cargo tree said nothing about {name}");
        assert!(found.is_empty(), "{name} pulls in {found:?}");
    }
}

#[test]
fn pure_crates_build_for_wasm_where_that_target_is_installed() {
    let target = "wasm32-unknown-unknown";
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().unwrap();
    let sysroot = String::from_utf8(sysroot.stdout).unwrap();
    if !std::path::Path::new(sysroot.trim()).join("lib/rustlib").join(target).is_dir() {
        eprintln!("skipped: the target {target} is not installed");
        return;
    }
    for name in PURE {
        let status = Command::new(env!("CARGO"))
            .args(["check", "--offline", "-p", name, "--target", target, "--target-dir"])
            .arg(std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasm"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .status()
            .unwrap();
        assert!(status.success(), "{name} does not build for {target}");
    }
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() {
    let metadata = metadata();
    let published = |package: &&Value| package["publish"].as_array().is_none_or(|to| !to.is_empty());
    for package in metadata["packages"].as_array().unwrap().iter().filter(published) {
        let manifest = std::fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} does not inherit the lints",
            package["name"]
        );
    }
}
