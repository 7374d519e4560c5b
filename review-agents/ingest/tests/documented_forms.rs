//! Every example in `docs/ingestion.md` is read, and gives what the block below it says.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test reads a file; its helpers are shared"
)]

#[path = "show/mod.rs"]
mod show;

/// A fenced block: its info string and its text.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        if ticks < 3 {
            continue;
        }
        let fence = "`".repeat(ticks);
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
        blocks.push((line[ticks..].to_owned(), body.join("\n") + "\n"));
    }
    blocks
}

#[test]
fn documented_examples_are_read_as_documented() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/ingestion.md");
    let text = std::fs::read_to_string(&file).expect("the documentation is in the repository");
    let blocks = blocks(&text);
    let mut examples = 0;
    for pair in blocks.windows(2) {
        let [(info, example), (below, expected)] = pair else { continue };
        if below != "findings" {
            continue;
        }
        examples += 1;
        pretty(&show::show(example), expected.trim_end(), info, example);
    }
    assert!(examples >= 15, "only {examples} examples were found");
}

fn pretty(read: &str, expected: &str, info: &str, example: &str) {
    let trim = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trim(read), trim(expected), "{info} example:\n{example}");
}
