#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    clippy::unwrap_used,
    missing_docs
)]
#[path = "../tests/support/mod.rs"]
mod support;
fn main() {
    let which: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let all = vec![
        "x".repeat(1_000_000),
        ">".repeat(20_000),
        "[".repeat(20_000),
        "<div>".repeat(5_000),
        "* ".repeat(5_000),
        "`".repeat(10_000),
        "![](".repeat(5_000),
        "a\n".repeat(20_000),
        (0..200).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect(),
        format!("{}{}", "|".repeat(2_000), "\n|-".repeat(500)),
        "\u{202e}".repeat(10_000),
        "&lt;".repeat(10_000),
        "[x](javascript:alert(1))".repeat(2_000),
    ];
    let report = support::hostile(&all[which]);
    for f in review_render::formats() {
        let t = std::time::Instant::now();
        let n = review_render::renderer(f).unwrap().render(&report, &Default::default()).unwrap().text.len();
        println!("{which} {f} {}ms {n}", t.elapsed().as_millis());
    }
}
