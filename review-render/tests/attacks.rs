//! Hundreds of payloads in every place that somebody else can fill, through every format: nothing executes, nothing
//! escapes its place, and the structure of the output does not depend on what a payload says.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod checker;
mod support;

use review_core::{RenderOptions, Report};

fn payloads() -> Vec<String> {
    let files = [
        include_str!("attacks/html.jsonl"),
        include_str!("attacks/markdown.jsonl"),
        include_str!("attacks/unicode.jsonl"),
        include_str!("attacks/terminal.jsonl"),
        include_str!("attacks/forge.jsonl"),
        include_str!("attacks/more.jsonl"),
        include_str!("attacks/dialects.jsonl"),
    ];
    let lines = files.iter().flat_map(|file| file.lines());
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Texts that are attacks by their size or depth.
fn big() -> Vec<String> {
    vec![
        "x".repeat(70_000),
        ">".repeat(8_000),
        "[".repeat(8_000),
        "<div>".repeat(1_500),
        "* ".repeat(2_000),
        "`".repeat(5_000),
        "![](".repeat(2_000),
        "a\n".repeat(4_000),
        (0..200).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect(),
        format!("{}{}", "|".repeat(2_000), "\n|-".repeat(500)),
        "\u{202e}".repeat(2_000),
        "&lt;".repeat(2_000),
        "[x](javascript:alert(1))".repeat(400),
    ]
}

fn options() -> RenderOptions {
    // Colours have their own test; without them five hundred pages take seconds.
    RenderOptions::default().with_highlight(false)
}

fn render(format: &str, report: &Report, options: &RenderOptions) -> String {
    review_render::renderer(format).unwrap().render(report, options).unwrap().text
}

/// Runs a check over every payload and names each that fails.
fn every(mut check: impl FnMut(&str, &Report) -> Result<(), String>) {
    let mut failed = Vec::new();
    for payload in payloads() {
        if let Err(why) = check(&payload, &support::hostile(&payload)) {
            failed.push(format!("{payload:?}: {why}"));
        }
    }
    assert!(
        failed.is_empty(),
        "{} payloads got through:\n{}",
        failed.len(),
        failed[..failed.len().min(20)].join("\n")
    );
}

#[test]
fn there_are_at_least_three_hundred_payloads() {
    let mut all = payloads();
    all.sort();
    all.dedup();
    assert!(all.len() >= 300, "{}", all.len());
}

#[cfg(feature = "html")]
#[test]
fn html() {
    let wanted = checker::html(&render("html", &support::hostile("harmless"), &options())).unwrap();
    every(|payload, report| {
        let found = checker::html(&render("html", report, &options()))?;
        // A blank text leaves out the parts that have nothing to say.
        let blank = payload.chars().all(|c| c.is_whitespace());
        // The places of a payload that names a known file are shown as code; that adds no heading.
        if found == wanted || blank {
            Ok(())
        } else {
            Err(format!("another outline: {found:?}, not {wanted:?}"))
        }
    });
}

#[cfg(feature = "html")]
#[test]
fn index_and_comparison() {
    let pages = |text: &str, report: &Report| {
        let other = support::hostile("harmless");
        let entries = [
            review_render::IndexEntry::new(text, report),
            review_render::IndexEntry::new("a/b.html", &other),
        ];
        [
            review_render::index(&entries),
            review_render::compare(report, &other),
            review_render::compare(&other, report),
        ]
    };
    let leads_below = |page: &str| {
        let hrefs = page.split(" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        for href in hrefs.filter(|href| !href.starts_with("https://") && !href.starts_with("http://")) {
            let parts: Vec<&str> = href.split('/').collect();
            if href.starts_with(['/', '\\']) || parts.contains(&"..") || parts[0].contains(':') {
                return Err(format!("a link to {href:?}"));
            }
        }
        Ok(())
    };
    every(|payload, report| {
        let [index, one, other] = pages(payload, report);
        leads_below(&index)?;
        // Its links lead to files, which the strict reader does not know.
        checker::html(&index.replace(" href=\"", " title=\"")).map(drop)?;
        checker::html(&one).map(drop)?;
        checker::html(&other).map(drop)
    });
}

#[test]
fn markdown() {
    let wanted = checker::markdown(&render("markdown", &support::hostile("harmless"), &options())).unwrap();
    every(|payload, report| {
        let found = checker::markdown(&render("markdown", report, &options()))?;
        let blank = payload.trim().is_empty();
        if found == wanted || blank {
            Ok(())
        } else {
            Err(format!("other headings: {found:?}, not {wanted:?}"))
        }
    });
}

#[test]
fn markdown_comment() {
    every(|_, report| {
        let text = render("markdown-comment", report, &options());
        if text.chars().count() > 65_536 {
            return Err("too long".into());
        }
        checker::markdown(&text).map(drop)
    });
}

#[test]
fn terminal() {
    every(|_, report| {
        checker::plain(&render("terminal", report, &options()))?;
        checker::terminal(&render("terminal", report, &options().with_color(true).with_hyperlinks(true)))
    });
}

#[test]
fn machine_formats() {
    every(|_, report| {
        checker::json(&render("json", report, &options()))?;
        let document = checker::json(&render("rdjson", report, &options()))?;
        for diagnostic in document["diagnostics"].as_array().unwrap() {
            checker::inside(&diagnostic["location"]["path"])?;
            checker::markdown(diagnostic["message"].as_str().unwrap())?;
        }
        let issues = checker::json(&render("gitlab-code-quality", report, &options()))?;
        for issue in issues.as_array().unwrap() {
            checker::inside(&issue["location"]["path"])?;
        }
        checker::json_lines(&render("rdjsonl", report, &options()))?;
        checker::xml(&render("junit", report, &options()))
    });
}

#[cfg(feature = "sarif")]
#[test]
fn sarif() {
    every(|_, report| checker::sarif(&render("sarif", report, &options())));
}

#[test]
fn github() {
    every(|_, report| checker::github(&render("github", report, &options()), report).map(drop));
}

#[test]
fn gitlab_discussions() {
    every(|_, report| {
        checker::gitlab_discussions(&render("gitlab-discussions", report, &options()), report).map(drop)
    });
}

/// A build log shows what is printed, and some bots read forges' bodies line by line, code blocks included.
#[test]
fn no_format_has_a_command() {
    every(|_, report| {
        for format in review_render::formats() {
            let text = render(format, report, &options());
            checker::no_command(&text).map_err(|why| format!("{format}: {why}"))?;
            if matches!(format, "github" | "gitlab-discussions" | "rdjson" | "sarif") {
                let document = checker::json(&text)?;
                checker::each_text(&document, &mut |text| checker::no_command(text))
                    .map_err(|why| format!("in {format}: {why}"))?;
            }
        }
        Ok(())
    });
}

/// Browsers take seconds to break a word of 60,000 letters into lines.
#[test]
fn long_words_are_cut() {
    let mut report = support::one();
    let word = "x".repeat(60_000);
    (report.findings[0].title, report.findings[0].body) =
        (word.clone(), format!("a {word} b `{word}`\n\n```\n{word}\n```\n"));
    (report.sections.summary, report.findings[0].scenario) = (word.clone(), Some(word));
    for format in ["html", "markdown", "markdown-comment", "github", "gitlab-discussions", "terminal"] {
        let Some(renderer) = review_render::renderer(format) else { continue };
        let text = renderer.render(&report, &options()).unwrap().text;
        let longest = text
            .split(|c: char| c.is_whitespace() || "<>\"".contains(c))
            .filter(|word| word.contains("xxxx"));
        assert!(longest.map(str::len).max() < Some(2_100), "{format}");
        assert!(text.contains("xxxx"), "{format}");
    }
}

/// Pieces from which attacks are made: what means something to at least one of the formats.
const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "&",
    "&#64;",
    "&lt;",
    "&#x6f;",
    "\"",
    "'",
    "`",
    "``",
    "```",
    "~~~",
    "\n",
    "\n\n",
    "\n    ",
    "\n> ",
    "\n- ",
    "\n1. ",
    "\t",
    " ",
    "  \n",
    "|",
    "\\|",
    "\n|---|---|\n",
    "\\",
    "\\\\",
    "[",
    "]",
    "(",
    ")",
    "](",
    "]:",
    "![",
    "[^1]",
    "[^1]: ",
    "*",
    "**",
    "_",
    "#",
    "# ",
    "##[",
    "===",
    "\n===\n",
    "---",
    "\n---\n",
    "@",
    "@octocat",
    "/approve",
    "::",
    "::add-mask::x",
    "suggestion",
    "mermaid",
    "deep-review:finding x",
    "img src=x onerror=alert(1)",
    "script",
    "a",
    "href=javascript:alert(1)",
    "javascript:",
    "https://evil.example/",
    "alert(1)",
    "x",
    "1",
    "details",
    "summary",
    "table",
    "\u{1b}[2J",
    "\u{1b}]8;;",
    "\u{7}",
    "\r",
    "\u{202e}",
    "\u{200b}",
    "\u{fe0f}",
    "\u{301}",
    "\0",
    "]]>",
    "<![CDATA[",
    "{",
    "}",
    "$",
    "$$",
    ">>>",
    "\n>>>\n",
    "../",
    "I1",
    "C1",
    "net/pool.go:20",
    "#42",
    "0123456789abcdef0123456789abcdef01234567",
];

/// Texts that nobody has thought of: so many pieces in an order that a seed gives.
fn mixed(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let length = 3 + next(14);
    (0..length).map(|_| PIECES[next(PIECES.len())]).collect()
}

#[test]
fn texts_that_nobody_has_thought_of() {
    // More of them: `ATTACK_SEEDS=9000 cargo test -p review-render --test attacks nobody`.
    let seeds = option_env!("ATTACK_SEEDS").and_then(|seeds| seeds.parse().ok()).unwrap_or(60_u64);
    let mut failed = Vec::new();
    #[cfg(feature = "html")]
    let wanted = checker::html(&render("html", &support::hostile("harmless"), &options())).unwrap();
    let headings = checker::markdown(&render("markdown", &support::hostile("harmless"), &options())).unwrap();
    for seed in 0..seeds {
        let text = mixed(seed);
        let report = support::hostile(&text);
        let blank = text.trim().is_empty();
        let mut check = |format: &str, found: Result<bool, String>| match found {
            Ok(true) => {}
            Ok(false) => failed.push(format!("{seed} {format} {text:?}: another outline")),
            Err(why) => failed.push(format!("{seed} {format} {text:?}: {why}")),
        };
        #[cfg(feature = "html")]
        check(
            "html",
            checker::html(&render("html", &report, &options())).map(|found| blank || found == wanted),
        );
        let found = checker::markdown(&render("markdown", &report, &options()));
        check("markdown", found.map(|found| blank || found == headings));
        let found = checker::markdown(&render("markdown-comment", &report, &options()));
        check("markdown-comment", found.map(|_| true));
        check("github", checker::github(&render("github", &report, &options()), &report).map(|_| true));
        let found = checker::gitlab_discussions(&render("gitlab-discussions", &report, &options()), &report);
        check("gitlab-discussions", found.map(|_| true));
        check("junit", checker::xml(&render("junit", &report, &options())).map(|()| true));
        let painted = render("terminal", &report, &options().with_color(true).with_hyperlinks(true));
        check("terminal", checker::terminal(&painted).map(|()| true));
        let plain = render("terminal", &report, &options());
        check("terminal", checker::no_command(&plain).and(checker::tidy(&plain)).map(|()| true));
        #[cfg(feature = "sarif")]
        check("sarif", checker::sarif(&render("sarif", &report, &options())).map(|()| true));
    }
    assert!(
        failed.is_empty(),
        "{} got through:\n{}",
        failed.len(),
        failed[..failed.len().min(20)].join("\n")
    );
}

#[test]
fn a_million_characters() {
    let mut report = support::one();
    let long = "x y".repeat(333_334);
    (report.findings[0].title, report.findings[0].body) = (long.clone(), long.clone());
    report.findings[0].locations[0].path = long.clone();
    report.sections.summary = long;
    for format in review_render::formats() {
        let out = render(format, &report, &RenderOptions::default());
        assert!(format == "json" || out.len() < 600_000, "{format}: {} bytes", out.len());
    }
}

#[test]
fn texts_that_attack_by_their_size() {
    for text in big() {
        let report = support::hostile(&text);
        let head: String = text.chars().take(20).collect();
        for format in review_render::formats() {
            if matches!(format, "html" | "markdown" | "github") {
                continue;
            }
            let out = render(format, &report, &options());
            checker::plain(&out).unwrap_or_else(|why| panic!("{format}, {head}: {why}"));
        }
        checker::markdown(&render("markdown", &report, &options()))
            .unwrap_or_else(|why| panic!("{head}: {why}"));
        checker::github(&render("github", &report, &options()), &report)
            .unwrap_or_else(|why| panic!("{head}: {why}"));
        #[cfg(feature = "html")]
        checker::html(&render("html", &report, &options())).unwrap_or_else(|why| panic!("{head}: {why}"));
    }
}
