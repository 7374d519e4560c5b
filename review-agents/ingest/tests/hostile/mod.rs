//! Inputs made to be slow. Shared by the test and the benchmark.

/// A name and about `size` bytes of one hostile shape each.
pub fn shapes(size: usize) -> Vec<(&'static str, String)> {
    let fill = |piece: &str| piece.repeat(size / piece.len() + 1);
    let mut shapes: Vec<(&'static str, String)> = vec![
        ("open brackets", fill("[")),
        ("open braces", fill("{\"a\":")),
        ("brace lines", fill("{\n")),
        ("json lines that never end", fill("{\"findings\":[{\"title\":\"x\n")),
        ("objects that end", fill("{\"a\":1}\n")),
        ("quotation marks", format!("{{\"a\": {}", fill("\" "))),
        ("comment openers", format!("{{{}", fill("/*"))),
        (
            "backticks of growing length",
            (1..)
                .map(|n: usize| "`".repeat(n % 3000) + "x")
                .scan(0, |sum, piece| {
                    *sum += piece.len();
                    (*sum < size).then_some(piece)
                })
                .collect(),
        ),
        ("one line of code spans", fill("`a` ")),
        ("one line of odd backticks", fill("` `` ``` ")),
        ("stars", fill("*")),
        ("bold openers", fill("**a ")),
        ("bold lines", fill("**I1. a\n")),
        ("link openers", fill("[a](")),
        ("absolute links", fill("[a/b](/x/a/b)\n")),
        ("nested lists", fill("  - a\n    - b\n")),
        ("many findings", fill("**I1. Guard leaks** — `net/pool.rs:4-9` (important, gap)\n\ntext\n\n")),
        (
            "many different findings",
            (0..size / 60)
                .map(|n| format!("**I{n}. Guard leaks** — `net/pool{n}.rs:4-9` (important, gap)\n"))
                .collect(),
        ),
        ("many headings", fill("# a\n")),
        ("many sections", fill("## Findings\n## Testing\n")),
        ("many fences", fill("```\n")),
        ("fences of every language", fill("```a\n```b\n")),
        (
            "table rows",
            format!("## Findings\n\n| Severity | File | Issue |\n|---|---|---|\n{}", fill("| a | b | c |\n")),
        ),
        ("one table row", format!("## Coverage Summary\n\n{}", fill("| a "))),
        ("one heading of separators", format!("## {}", fill(" — a"))),
        ("lines of separators", fill(&format!("**I1. {}\n", "a.rs:1 — ".repeat(300)))),
        ("one line of places", format!("**I1. a** — {}", fill("`a.rs:1`, "))),
        ("ranges", format!("**I1. a** — `a.rs:{}`", fill("1-2,"))),
        ("labels", format!("**I1. a**\n{}", fill("I1 S2 C3 "))),
        ("brackets of tags", fill("(a (important ")),
        ("line ends", fill("\r\n")),
        ("lone returns", fill("a\r")),
        ("many colons", fill("a:1:")),
        ("plain lines", fill("a.rs:1: b\n")),
        ("annotations", fill("::error file=a.rs,line=1::x\n")),
        ("tags", format!("<checkstyle>{}", fill("<error a='"))),
        ("xml errors", format!("<checkstyle>{}", fill("<error message=\"a\"/>"))),
        ("slashes", format!("**I1. a** — `{}.rs:1`", fill("//a"))),
        ("percents", fill("`%41/%42.rs:1` ")),
        ("escapes", fill("\u{1b}[")),
        ("html", fill("<details>\n")),
        ("repeated labels", fill("**I1. a**\n")),
        ("coverage", format!("## Coverage Summary\n\n{}", fill("- `a.rs` — fine\n"))),
        ("design items", format!("## Design Observations\n\n{}", fill("- **D1. a** b\n\n"))),
        (
            "strings in strings",
            (0..12).fold("x".to_owned(), |text, _| serde_json::to_string(&text).unwrap_or_default()),
        ),
        ("ran commands", fill("I ran `cargo test`: passes. ")),
        ("multi-byte text", fill("é—“”🔴 ")),
        (
            "prose under findings",
            format!("## Findings\n\n{}", fill("The guard leaks in `net/pool.rs:4`.\n\n")),
        ),
        (
            "bullets under findings",
            format!("## Findings\n\n{}", fill("- The guard leaks in `net/pool.rs:4`.\n")),
        ),
        ("one paragraph under findings", format!("## Findings\n\n{}", fill("The guard leaks\n"))),
        ("no none", fill("No issues but the guard leaks. ")),
        ("nones", format!("## Findings\n\n{}", fill("None.\n\n"))),
        ("summaries", format!("## Findings\n\n{}", fill("<details><summary>The guard leaks</summary>\n"))),
        ("file summaries", format!("## Findings\n\n{}", fill("<summary>a/b.rs (1)</summary>\n`4`: x\n"))),
        ("badges", fill("![P1 Badge](x)\n\nThe guard leaks\n\n")),
        ("images", fill("![a](b)")),
        ("open images", fill("![a")),
        ("open tags", fill("<b")),
        ("open comments", fill("<!-- LOCATIONS START\n")),
        ("quoted alerts", fill("> [!CAUTION]\n> <details>\n")),
        ("headings and severities", fill("### A title\n\n**High Severity**\n\n")),
        (
            "comments with headings",
            format!("## Individual Comments\n\n{}", fill("### Comment 1\n<location> `a.rs:1` </location>\n")),
        ),
        ("permalinks", fill("https://github.com/o/r/blob/0a/a.rs#L1\n")),
        (
            "code spans that rise",
            (1..)
                .map(|n: usize| "`".repeat(n) + " x ")
                .scan(0, |sum, piece| {
                    *sum += piece.len();
                    (*sum < size).then_some(piece)
                })
                .collect(),
        ),
        (
            "hunks in a patch",
            format!("**I1. a** — `a.rs:1`\n\n```diff\n{}```\n", fill("@@ -1,2 +1,2 @@\n-a\n+b\n")),
        ),
        (
            "places of one json finding",
            format!(
                "{{\"findings\":[{{\"title\":\"t\",\"locations\":[{}",
                fill("{\"path\":\"a.rs\",\"line\":1},")
            ),
        ),
        (
            "different places of one json finding",
            format!(
                "{{\"findings\":[{{\"title\":\"t\",\"locations\":[{}",
                (0..size / 30).map(|n| format!("{{\"path\":\"a.rs\",\"line\":{n}}},")).collect::<String>()
            ),
        ),
        ("json findings", format!("{{\"findings\":[{}", fill("{\"title\":\"t\",\"path\":\"a.rs\"},"))),
        (
            "json comments",
            format!("[{}{{}}]", fill("{\"path\":\"a.rs\",\"line\":1,\"body\":\"**x** `y`\\n\\nz\"},")),
        ),
        (
            "json replies",
            format!(
                "[{}{{}}]",
                (0..size / 60)
                    .map(|n| format!(
                        "{{\"id\":{n},\"in_reply_to_id\":{},\"path\":\"a.rs\",\"body\":\"b\"}},",
                        n / 2
                    ))
                    .collect::<String>()
            ),
        ),
        ("json answers", fill("{\"findings\":[{\"title\":\"t\",\"path\":\"a.rs\"}]}\n")),
        ("json answers that are cut", fill("{\"findings\":[{\"title\":\"t\",\"path\":\"a.rs\n")),
        (
            "json keys",
            format!(
                "{{\"findings\":[{{{}",
                (0..size / 14).map(|n| format!("\"k{n}\":\"v\",")).collect::<String>()
            ),
        ),
        ("nested lists of json", format!("{}1{}", "[".repeat(size / 2), "]".repeat(size / 2))),
        (
            "sarif results",
            format!(
                "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"x\"}}}},\"results\":[{}",
                fill("{\"ruleId\":\"a/b/c\",\"message\":{\"text\":\"m\"}},")
            ),
        ),
        (
            "sarif rules",
            format!(
                "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"x\",\"rules\":[{}",
                (0..size / 20).map(|n| format!("{{\"id\":\"r{n}\"}},")).collect::<String>()
            ),
        ),
        (
            "sarif bases",
            format!(
                "{{\"version\":\"2.1.0\",\"runs\":[{{\"tool\":{{\"driver\":{{\"name\":\"x\"}}}},\"originalUriBaseIds\":{{{}",
                (0..size / 60)
                    .map(|n| format!("\"b{n}\":{{\"uri\":\"x/\",\"uriBaseId\":\"b{}\"}},", n + 1))
                    .collect::<String>()
            ),
        ),
        (
            "cargo messages",
            fill(
                "{\"reason\":\"compiler-message\",\"message\":{\"level\":\"warning\",\"message\":\"m\",\"spans\":[{\"file_name\":\"a.rs\",\"line_start\":1,\"is_primary\":true}]}}\n",
            ),
        ),
        ("checkstyle exceptions", format!("<checkstyle>{}", fill("<exception>"))),
        (
            "own comments",
            fill("<!-- deep-review:finding fp -->\n**I1: t**\n\n<sub>important · raised</sub>\n"),
        ),
        ("repeated headings", fill("# Review\n\n## Summary\n\nx\n\n## Findings\n\n1. **t** — `a.rs:1`\n\n")),
        ("word entries", format!("{{{}", fill("a b "))),
        ("non-blank colons", format!("[{}", fill("::"))),
    ];
    for (_, text) in &mut shapes {
        let mut end = size.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    shapes
}
