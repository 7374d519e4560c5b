//! How fast reviews are read: typical ones, and ten megabytes of every hostile shape.
//!
//! `cargo bench -p review-ingest` prints throughput; the typical ones must reach 40 MB/s, the hostile ones
//! must stay under two seconds.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "a benchmark")]

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use divan::Bencher;
use divan::counter::BytesCount;
use review_ingest::{IngestOptions, ingest};

fn main() {
    divan::main();
}

/// A review of the usual shape and size: a summary, findings with code and fixes, all other sections.
fn typical(findings: usize) -> String {
    let mut text = String::from(
        "# Review\n\n## Executive Summary\n\nThe change moves the pool behind a lock. One path leaks the guard, and the retry loop can spin without end when the peer closes early.\n\n## Findings\n\n### Important Issues\n\n",
    );
    for n in 1..=findings {
        text.push_str(&format!("**I{n}. `take()` keeps the guard across the send** — `net/pool{n}.rs:{}-{}` (important, regression)\n\n```rust\nlet guard = self.inner.lock();\nfor peer in &guard.peers {{\n    peer.send(frame.clone()).await?;\n}}\n```\n\nThe guard lives until the end of the loop, so every other caller of `take()` waits for the slowest peer. With `max_peers = 512` and a peer that never reads, the send at `net/wire.rs:88` blocks and the whole pool stands still. The earlier code copied the list first; see S{n} for the same pattern in the reader, which is harmless because it never awaits while it holds the lock.\n\nFix: copy the list of peers and drop the guard before the loop.\n\n```diff\n-let guard = self.inner.lock();\n-for peer in &guard.peers {{\n+let peers = self.inner.lock().peers.clone();\n+for peer in &peers {{\n     peer.send(frame.clone()).await?;\n }}\n```\n\n", n * 10, n * 10 + 4));
    }
    text.push_str("### Suggestions\n\n");
    for n in 1..=findings {
        text.push_str(&format!("**S{n}. Name the constant** — `net/wire.rs:{n}` (suggestion, enhancement)\n\nThe number `4096` appears three times in this file and once in the test. A name would say what it limits and keep the four places together when it changes.\n\n"));
    }
    text.push_str("## Design Observations\n\n### Strengths\n\n- The retry policy is a value and can be tested without a socket.\n- Errors keep the peer's address.\n\n## Testing Assessment\n\n1. **Slow peer** — no test covers a peer that never reads.\n2. **Early close** — only the happy path is tested.\n\n## Documentation Assessment\n\nNo documentation gaps.\n\n## Coverage Summary\n\n| File | Status |\n|---|---|\n| `net/pool.rs` | I1 |\n| `net/wire.rs` | Reviewed, no issues |\n");
    text
}

#[divan::bench(args = [3, 12, 100, 3000])]
fn typical_markdown(bencher: Bencher<'_, '_>, findings: usize) {
    let text = typical(findings);
    let options = IngestOptions::new("a");
    bencher.counter(BytesCount::of_str(&text)).bench(|| ingest(text.as_bytes(), &options));
}

#[divan::bench(args = [3, 12, 100])]
fn native_json(bencher: Bencher<'_, '_>, findings: usize) {
    let options = IngestOptions::new("a");
    let review = ingest(typical(findings).as_bytes(), &options).unwrap();
    let text = serde_json::to_string_pretty(&review).unwrap();
    bencher.counter(BytesCount::of_str(&text)).bench(|| ingest(text.as_bytes(), &options));
}

#[divan::bench(args = 0..hostile::shapes(100).len(), sample_count = 1, sample_size = 1)]
fn ten_hostile_megabytes(bencher: Bencher<'_, '_>, shape: usize) {
    let (_, text) = hostile::shapes(10_000_000).swap_remove(shape);
    let options = IngestOptions::new("a");
    bencher.counter(BytesCount::of_str(&text)).bench(|| ingest(text.as_bytes(), &options));
}
