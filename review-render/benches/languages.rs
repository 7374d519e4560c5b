//! What a language costs: the first snippet of one that the process has not seen (its grammar is compiled then), and the
//! worst that hostile text does to it. The bar of the project is 200 ms for a new language.
//!
//! ```text
//! cargo bench -p review-render --all-features --bench languages
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark measures and prints"
)]

#[cfg(feature = "highlight")]
fn main() {
    measured::main();
}

#[cfg(not(feature = "highlight"))]
fn main() {}

#[cfg(feature = "highlight")]
mod measured {
    use std::time::{Duration, SystemTime};

    use review_core::*;

    /// Something of everything: strings, comments, numbers, brackets, keywords, markup, indentation.
    const SAMPLE: &str = r##"#!/usr/bin/env thing
// a comment /* inside */ # and another -- one ; too (* here *) {- there -} <!-- markup --> % tex ' basic
/* over
   two lines */
import os, sys; use std::fmt; #include <stdio.h>
package main; module X where; namespace A { class B extends C implements D { } }
def f(a, b = 1, *args): return "text %s\n" % 'x' + `y` + """long""" + r"raw\d+" + $var + @attr
function g(x: number): string { if (x > 0x1F && y != null) { throw new Error(`no ${x}`); } else { return x ? 1.5e3 : true; } }
fn main() -> Result<(), Box<dyn Error>> { let mut v: Vec<u8> = vec![1, 2]; match v { _ => {} } }
func (p *Pool) Get(ctx context.Context) (*Conn, error) { defer p.mu.Unlock(); go func() { ch <- 1 }() }
SELECT a.*, COUNT(1) FROM t AS a LEFT JOIN u ON a.id = u.id WHERE x LIKE '%y%' GROUP BY 1;
<div class="a" id='b' onclick="go()"><a href="x">text &amp; more</a><style>a { color: #fff; }</style></div>
key: value
- item: [1, 2, {a: b}]
[section]
name = "value" ; [[array]]
  target: dep $(VAR) \
	@echo "$$x" | grep -E '^a+b*$' && exit 1
\begin{document} \section{A} $x^2$ \end{document}
(defn f [x] (let [y #{1 2}] (-> x (map inc) :key 'sym)))
-module(x). f(X) when X > 0 -> {ok, [X|_]}; f(_) -> error.
let rec f = function | [] -> 0 | x :: xs -> 1 + f xs;;
class A < B; def x; @a ||= :sym; %w[a b].each { |i| puts "#{i}" }; end; end
Public Sub Main() : Dim x As Integer = 1 : End Sub
proc f {x} { set y [expr {$x + 1}]; puts "$y" }
# heading **bold** _em_ `code` [link](url) > quote
"##;

    fn report(path: &str, text: &str) -> Report {
        let lines = text.lines().count() as u32;
        let mut report = Report::default();
        report.findings = vec![
            ConsolidatedFinding::new("I1", Severity::Important, "t", SourceId::new("a", 1, "I1"))
                .at(Location::lines(path, 1, lines.min(40))),
        ];
        report.excerpts = vec![Excerpt::new(path, Side::Head, 1, LineRange::new(1, lines), text)];
        report
    }

    /// Time on a processor, where Linux says it: other programs do not count then. Else the time of day.
    fn clock() -> Duration {
        let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
        let spent = spent.and_then(|text| text.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
        spent.unwrap_or_else(|| SystemTime::UNIX_EPOCH.elapsed().unwrap())
    }

    fn time(path: &str, text: &str) -> Duration {
        let report = report(path, text);
        let start = clock();
        let page =
            review_render::renderer("html").unwrap().render(&report, &RenderOptions::default()).unwrap();
        let took = clock().saturating_sub(start);
        assert!(page.text.len() > 1_000);
        took
    }

    pub(super) fn main() {
        let mut paths: Vec<(String, String)> = two_face::syntax::extra_newlines()
            .syntaxes()
            .iter()
            .filter_map(|syntax| {
                Some((syntax.name.clone(), format!("x.{}", syntax.file_extensions.first()?)))
            })
            .collect();
        paths.sort();
        let first = time("x.unheard-of", SAMPLE);
        println!("{} languages; the first page (all grammars loaded): {first:?}", paths.len());
        let mut costs: Vec<(Duration, Duration, &str)> = paths
            .iter()
            .map(|(name, path)| {
                let cold = time(path, SAMPLE);
                let warm = time(path, SAMPLE);
                (cold.saturating_sub(warm), warm, name.as_str())
            })
            .collect();
        costs.sort_unstable_by(|a, b| b.cmp(a));
        println!("new language, cold beyond warm; the ten dearest of {}:", costs.len());
        for (cold, warm, name) in costs.iter().take(10) {
            println!("  {cold:>12.1?} (warm {warm:.1?}) {name}");
        }
        let over = costs.iter().filter(|(cold, ..)| cold.as_millis() > 200).count();
        println!("  {over} over 200 ms");
        let mut worst: Vec<(Duration, &str, &str)> = Vec::new();
        for (name, path) in &paths {
            for piece in [
                "(", "a", "\\", "\"", "<a ", "{[(", "a.", "/*", "' ", "a(b,", "$(", "=>", "0x", "::", "@a ",
                "-- ",
            ] {
                let text = format!("{}\n", piece.repeat(399 / piece.len())).repeat(10);
                worst.push((time(path, &text), piece, name));
            }
        }
        worst.sort_unstable_by(|a, b| b.cmp(a));
        println!("hostile snippets of 10 lines of 400 bytes; the ten dearest of {}:", worst.len());
        for (took, piece, name) in worst.iter().take(10) {
            println!("  {took:>12.1?} {name}: {piece:?}");
        }
    }
}
