//! How the time of the built-in rules grows with a changed file, for shapes that its author can choose: each is scanned at four
//! sizes, and the slope of the logarithms must stay near 1. Exits with an error where it does not.
//!
//! `cargo bench -p review-analyzers --bench growth` prints every shape; a part of a name picks some.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a benchmark measures and prints"
)]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use review_analyzers::{Catalogue, Language, RuleSet, scan};

/// Sizes in bytes, each twice the one before.
const SIZES: [usize; 4] = [60_000, 120_000, 240_000, 480_000];

/// Scripts are only read up to a smaller size.
const SCRIPT_SHARE: usize = 8;

/// Steeper is not linear; the machine's noise needs some room.
const STEEPEST: f64 = 1.3;

/// What takes less at the largest size is not worth a look, whatever its slope.
const SHORT: Duration = Duration::from_millis(300);

/// A file of one shape: what begins it, what is repeated, and what ends it. `#` becomes the number of the repetition.
struct Shape {
    language: Language,
    path: &'static str,
    begin: &'static str,
    unit: &'static str,
    end: &'static str,
}

const fn shape(
    language: Language,
    path: &'static str,
    begin: &'static str,
    unit: &'static str,
    end: &'static str,
) -> Shape {
    Shape { language, path, begin, unit, end }
}

/// Shapes by language: many small siblings at the top, in a class, in a function, in a call, in a literal; the same ones each time and
/// all different; pairs that belong together; comments; long chains.
const SHAPES: &[Shape] = &[
    shape(Language::Python, "a.py", "", "def f#(): g#()\n", ""),
    shape(Language::Python, "a.py", "", "def f(): g()\n", ""),
    shape(
        Language::Python,
        "a.py",
        "class A:\n",
        "    def m#(self):\n        self.x# = #\n        return self.m#()\n",
        "",
    ),
    shape(Language::Python, "a.py", "class A:\n", "    x#: int = #\n", ""),
    shape(Language::Python, "a.py", "def f():\n", "    with open(p#) as h#: h#.read()\n", ""),
    shape(
        Language::Python,
        "a.py",
        "def f():\n",
        "    try:\n        g#()\n    except Exception:\n        pass\n",
        "",
    ),
    shape(Language::Python, "a.py", "", "# a comment #\n", "x = 1\n"),
    shape(Language::Python, "a.py", "x = [", "#, ", "]\n"),
    shape(Language::Python, "a.py", "f(", "a#=g(#), ", ")\n"),
    shape(Language::Python, "a.py", "", "import m#\n", ""),
    shape(Language::Python, "a.py", "def f(a):\n", "    if a == #: return #\n", ""),
    shape(
        Language::Python,
        "a.py",
        "",
        "@app.route('/#')\ndef r#():\n    return eval(request.args['#'])\n",
        "",
    ),
    shape(Language::Go, "a.go", "package a\nfunc f() {\n", "\tmu#.Lock()\n\tdefer mu#.Unlock()\n", "}\n"),
    shape(
        Language::Go,
        "a.go",
        "package a\nfunc f() {\n",
        "\tgo func() {\n\t\twg.Add(1)\n\t\tx#()\n\t}()\n",
        "}\n",
    ),
    shape(
        Language::Go,
        "a.go",
        "package a\nfunc f() error {\n",
        "\tif err := g#(); err != nil {\n\t\treturn nil\n\t}\n",
        "\treturn nil\n}\n",
    ),
    shape(Language::Go, "a.go", "package a\n", "func f#() {\n\tmu.Lock()\n\tx = #\n\tmu.Unlock()\n}\n", ""),
    shape(Language::Go, "a.go", "package a\n", "// a comment #\n", "func f() {}\n"),
    shape(Language::Go, "a.go", "package a\nvar x = []int{", "#, ", "}\n"),
    shape(Language::Go, "a.go", "package a\nfunc f() {\n", "\tif a# { x() } else ", "{ y() }\n}\n"),
    shape(Language::Go, "a.go", "package a\nfunc f() {\n\tswitch x {\n", "\tcase #: g#()\n", "\t}\n}\n"),
    shape(Language::Go, "a.go", "package a\ntype T struct {\n", "\tF# int `json:\"f#\"`\n", "}\n"),
    shape(
        Language::Go,
        "a.go",
        "package a\nfunc f() {\n",
        "\tfor i := range x# { defer c#.Close() }\n",
        "}\n",
    ),
    shape(Language::Rust, "a.rs", "", "/// line # of a text\n", "pub fn f() {}\n"),
    shape(Language::Rust, "a.rs", "", "/// Doc of #.\npub fn f#(a: u32) -> u32 { a + # }\n", ""),
    shape(Language::Rust, "a.rs", "fn f() {\n", "    let x# = y.lock().unwrap();\n", "}\n"),
    shape(Language::Rust, "a.rs", "impl A {\n", "    pub fn m#(&self) -> u32 { self.x#.unwrap() }\n", "}\n"),
    shape(Language::Rust, "a.rs", "fn f() { match x {\n", "    # => g#(),\n", "    _ => {} } }\n"),
    shape(Language::Rust, "a.rs", "fn f() { g(", "h#(), ", ") }\n"),
    shape(Language::Rust, "a.rs", "", "#[derive(Debug)]\n#[allow(dead_code)]\nstruct S#;\n", ""),
    shape(Language::Rust, "a.rs", "fn f() { x", ".m#()", " }\n"),
    shape(Language::TypeScript, "a.ts", "class A {\n", "  m#() { return this.m#(); }\n", "}\n"),
    shape(Language::TypeScript, "a.ts", "", "function f#() { return g#(); }\n", ""),
    shape(
        Language::TypeScript,
        "a.ts",
        "async function f() {\n",
        "  await g#(); try { h#(); } catch (e) {}\n",
        "}\n",
    ),
    shape(Language::TypeScript, "a.ts", "const x = {\n", "  k#: #,\n", "};\n"),
    shape(Language::TypeScript, "a.ts", "", "// a comment #\n", "x();\n"),
    shape(Language::TypeScript, "a.ts", "p", ".then(r# => r#.json())", ";\n"),
    shape(
        Language::Java,
        "A.java",
        "class A {\n",
        "  synchronized void m#() { try { x#(); } catch (Exception e) { } }\n",
        "}\n",
    ),
    shape(
        Language::Java,
        "A.java",
        "class A { void f() {\n",
        "  lock#.lock(); x = #; lock#.unlock();\n",
        "} }\n",
    ),
    shape(Language::Java, "A.java", "class A {\n", "  private int f#;\n", "}\n"),
    shape(Language::C, "a.c", "", "void f#(char *s) { char b[8]; strcpy(b, s); free(s); }\n", ""),
    shape(
        Language::C,
        "a.c",
        "void f(void) {\n",
        "  char *p# = malloc(#); if (!p#) return; free(p#);\n",
        "}\n",
    ),
    shape(Language::C, "a.c", "", "#define M# #\n", "int x;\n"),
    shape(Language::Bash, "a.sh", "#!/bin/sh\n", "cd $x#\nrm -rf $y#/*\n", ""),
    shape(Language::Bash, "a.sh", "#!/bin/sh\n", "f#() { local a=$(b#); echo $?; }\n", ""),
    shape(Language::Bash, "a.sh", "#!/bin/sh\ncase $x in\n", "  a#) b#;;\n", "esac\n"),
    shape(Language::Ruby, "a.rb", "", "def m#\n  eval(params[:x#])\nrescue => e\n  nil\nend\n", ""),
    shape(Language::Ruby, "a.rb", "class A\n", "  attr_reader :a#\n", "end\n"),
];

impl Shape {
    fn text(&self, bytes: usize) -> String {
        let mut text = self.begin.to_owned();
        let mut number = 0_usize;
        while text.len() < bytes {
            text.push_str(&self.unit.replace('#', &number.to_string()));
            number += 1;
        }
        text.push_str(self.end);
        text
    }
}

fn time(rules: &RuleSet, shape: &Shape, text: &str) -> Duration {
    let run = |_| {
        let start = Instant::now();
        let _ = scan(rules, shape.language, shape.path, text);
        start.elapsed()
    };
    (0..2).map(run).min().unwrap()
}

/// The slope of a line through the logarithms.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let (x, y): (f64, f64) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / count, b + y / count));
    let above: f64 = points.iter().map(|(a, b)| (a - x) * (b - y)).sum();
    let below: f64 = points.iter().map(|(a, _)| (a - x) * (a - x)).sum();
    above / below
}

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let catalogue = Catalogue::standard().unwrap();
    let rules = &catalogue.rules;
    let mut steep = 0;
    for shape in SHAPES {
        let name = format!("{:?} {:?}", shape.language, shape.unit);
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let share = if shape.language == Language::Bash { SCRIPT_SHARE } else { 1 };
        let times: Vec<Duration> =
            SIZES.iter().map(|size| time(rules, shape, &shape.text(*size / share))).collect();
        let points: Vec<(f64, f64)> = SIZES
            .iter()
            .zip(&times)
            .map(|(size, time)| ((*size as f64).ln(), time.as_secs_f64().max(1e-6).ln()))
            .collect();
        let slope = slope(&points);
        let largest = *times.last().unwrap();
        let is_steep = slope > STEEPEST && largest > SHORT;
        steep += usize::from(is_steep);
        println!("{} {slope:5.2} {:>8.0?} {name}", if is_steep { "STEEP" } else { "     " }, largest);
    }
    if steep == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
