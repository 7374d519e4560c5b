//! Other people's readers of Markdown, where they are installed: they see the elements that were meant, and no others.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "a test that runs programs, and says what it skips"
)]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use review_core::RenderOptions;

fn payloads() -> Vec<String> {
    let files = [
        include_str!("attacks/markdown.jsonl"),
        include_str!("attacks/forge.jsonl"),
        include_str!("attacks/more.jsonl"),
        include_str!("attacks/dialects.jsonl"),
    ];
    files.iter().flat_map(|file| file.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a program makes of a text; none where it is not installed.
fn run(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    // `remark` looks for its plugins where it runs.
    let folder = std::env::var("REMARK_DIR").unwrap_or_else(|_| ".".to_owned());
    let installed = std::path::Path::new(&folder).join("node_modules/.bin").join(program);
    let program = if installed.exists() { installed } else { program.into() };
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let text = text.to_owned();
    let writer = std::thread::Builder::new().spawn(move || input.write_all(text.as_bytes())).ok()?;
    let output = child.wait_with_output().ok()?;
    let _ = writer.join();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// Elements with their number, and where links lead.
fn elements(html: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let (mut names, mut links) = (BTreeMap::new(), Vec::new());
    for tag in html.split('<').skip(1) {
        let name: String = tag.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        if !name.is_empty() {
            *names.entry(name).or_default() += 1;
        }
        if let Some(href) = tag.split("href=\"").nth(1).filter(|_| tag.starts_with("a ")) {
            links.push(href.split('"').next().unwrap_or_default().to_owned());
        }
    }
    (names, links)
}

/// What plain Markdown with tables makes of the same text: no extension finds links or references by itself.
fn meant(text: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut options = comrak::Options::default();
    (options.extension.table, options.extension.strikethrough, options.extension.tasklist) =
        (true, true, true);
    options.render.unsafe_ = true;
    elements(&comrak::markdown_to_html(text, &options))
}

fn agrees(program: &str, arguments: &[&str]) {
    if run(program, arguments, "x").is_none() {
        eprintln!("skipped: {program} is not installed");
        return;
    }
    let renderer = review_render::renderer("markdown").unwrap();
    for some in payloads().chunks(12) {
        let written = some.iter().map(|payload| {
            renderer.render(&support::hostile(payload), &RenderOptions::default()).unwrap().text
        });
        let text = written.collect::<Vec<_>>().join("\n\n");
        let html = run(program, arguments, &text).unwrap();
        let (found, wanted) = (elements(&html), meant(&text));
        assert_eq!(found.1, wanted.1, "{some:?}: other links");
        let differs = found.0.iter().find(|(name, number)| wanted.0.get(*name) != Some(number));
        assert_eq!(differs, None, "{some:?}: {:?} were meant", wanted.0);
    }
}

#[test]
fn github_s_own_reader() {
    agrees(
        "cmark-gfm",
        &["--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tasklist"],
    );
}

#[test]
fn remark() {
    agrees("remark", &["--use", "remark-gfm", "--use", "remark-html=sanitize:false"]);
}
