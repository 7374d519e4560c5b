//! Posting a review with your own client: the renderer makes the body, and proves it against the hunks; the request is
//! yours. This example prints the request instead of sending it.
//!
//! ```text
//! cargo run -p review-render --example post_to_forge -- report.json
//! ```
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "an example reads and prints")]

use review_core::{Document, RenderOptions, Renderer, Report};
use review_render::Github;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let report = match std::env::args().nth(1) {
        Some(path) => Report::from_json(&std::fs::read_to_string(path)?)?,
        None => Report::default(),
    };
    let rendered = Github.render(&report, &RenderOptions::default())?;
    for what in &rendered.omitted {
        eprintln!("left out for length: {what}");
    }
    let repository = report.change.repository.name.as_deref().unwrap_or("OWNER/REPO");
    let number = report.change.notes.number.unwrap_or(0);
    println!("POST /repos/{repository}/pulls/{number}/reviews HTTP/1.1");
    println!("Host: api.github.com");
    println!("Accept: application/vnd.github+json");
    println!("Authorization: Bearer <your token>");
    println!("Content-Type: {}", rendered.media_type);
    println!("Content-Length: {}\n", rendered.text.len());
    print!("{}", rendered.text);
    // Before sending: check that the pull request's head is still `commit_id`. Before sending again: look for the
    // hidden marker `deep-review:finding FINGERPRINT` in the comments that are there, and leave those out.
    Ok(())
}
