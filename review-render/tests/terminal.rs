//! The terminal: its width, its length, and what it shows of code.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use review_core::{Location, RenderOptions, Report};

#[test]
fn the_terminal_shows_code_with_its_lines() {
    let text = terminal(&support::one(), &RenderOptions::default());
    let start = text.find("important I1").unwrap();
    let end = text.find("  Fix (claude)").unwrap();
    insta::assert_snapshot!(&text[start..end], @r#"
    important I1  `Get` returns with the lock held when an idle connection exists
      regression · concurrency · raised by claude, codex · confidence 93 % · quote found 3 lines down
      --> net/pool.go:20-23
      --> net/pool.go:34

      The early return at net/pool.go:23 leaves `p.mu` locked; the next caller waits for ever.

      - see also `pool.go:29`, commit 762c1e8 and #12
      - and T1

      ```go
      p.mu.Unlock()
      ```
      How it fails: Two goroutines call `Get`; the second never returns.

      net/pool.go:20-23
        18 | func (p *Pool) Get(ctx context.Context) (*Conn, error) {
        19 |     p.mu.Lock()
      > 20 |     if n := len(p.idle); n > 0 {
      > 21 |         c := p.idle[n-1]
      > 22 |         p.idle = p.idle[:n-1]
      > 23 |         return c, nil
        24 |     }
        25 |     p.mu.Unlock()

      net/pool.go:34
        32 |         return errors.New("no connection")
        33 |     }
      > 34 |     p.mu.Lock()
        35 |     defer p.mu.Unlock()
        36 |     if len(p.idle) >= p.max {
    "#);
}

fn terminal(report: &Report, options: &RenderOptions) -> String {
    review_render::renderer("terminal").unwrap().render(report, options).unwrap().text
}

#[test]
fn a_terminal_is_filled_and_no_word_is_broken() {
    let mut report = support::many(16);
    let path = format!("a/{}/pool.go", "deep/".repeat(12).trim_end_matches('/'));
    report.findings[3].locations = vec![Location::lines(&path, 3, 9)];
    report.findings[4].title =
        format!("The caller of {path} waits for ever, because nobody gives its lock back in time");
    for width in [40, 80, 200] {
        let text = terminal(&report, &RenderOptions::default().with_width(width).with_full(true));
        let wide = text.lines().filter(|line| {
            // What stands before the last word has room.
            let words = line.rsplit_once(' ').map_or("", |(before, _)| before);
            words.trim().chars().count() > usize::from(width) && !line.contains(" | ")
        });
        assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new(), "{width}");
        assert!(text.contains(&format!("{path}:3-9")), "{width}");
        let broken = report.findings.iter().flat_map(|finding| finding.title.split(' '));
        let missing = broken.filter(|word| !text.contains(word)).collect::<Vec<_>>();
        assert!(missing.is_empty(), "{width}: {missing:?}");
        assert!(
            text.lines().any(|line| line.chars().count() > usize::from(width) * 4 / 5),
            "{width} is not filled"
        );
    }
}

#[test]
fn sixteen_findings_fit_two_screens() {
    let report = support::many(16);
    for width in [80, 200] {
        let options = RenderOptions::default().with_width(width);
        let short = terminal(&report, &options);
        assert!(short.lines().count() <= 100, "{width}: {} lines", short.lines().count());
        assert!(short.contains("in short") && short.contains("disagree about who"), "{width}");
        let full = terminal(&report, &options.with_full(true));
        assert!(full.lines().count() > 200 && !full.contains("in short"));
    }
    // Few findings are shown with all they say.
    assert!(!terminal(&support::many(2), &RenderOptions::default()).contains("in short"));
}

#[test]
fn a_terminal_ends_with_ids_and_places() {
    let report = support::many(16);
    let text = terminal(&report, &RenderOptions::default());
    let end: Vec<&str> = text.lines().rev().take(30).collect();
    for finding in &report.findings {
        let place = finding.locations[0].to_string();
        assert!(
            end.iter().any(|line| line.starts_with(&finding.id) && line.ends_with(&place)),
            "{}",
            finding.id
        );
    }
}
