//! Changes inputs: bytes, lines, pieces of others, words that mean something.

/// Words that the readers react to.
const WORDS: &[&str] = &[
    "## Findings\n",
    "### Critical Issues\n",
    "**I1. x** — `a.rs:1-2` (important, gap)\n",
    "1. **x** — `a.rs`, `2`\n",
    "```",
    "```go\n",
    "~~~",
    "---\n",
    "| a | b |\n|---|---|\n",
    "**",
    "`",
    "``",
    "[",
    "](",
    ")",
    "(important, ",
    "(",
    "—",
    " – ",
    "L10-L20",
    ":10-20,30",
    "#L1",
    "{\"findings\":[",
    "{",
    "}",
    "]",
    "\"title\":\"x\"",
    ",",
    "\\u",
    "\\",
    "\"",
    "'",
    "//",
    "/*",
    "null",
    "1e999",
    "-",
    "999999999999",
    "a.rs:3: error: x\n",
    "::error file=a,line=1::x\n",
    "<checkstyle>",
    "<error message='",
    "<details><summary>I2. x</summary>",
    "\u{1b}[",
    "\r",
    "\0",
    "\u{feff}",
    "🔴",
    "I1",
    "Finding #2",
    "Withdrawn.",
    "Severity: High\n",
    "File: `a.rs`\n",
    "Fix: ",
    "/w/repo/a.rs",
    "C:\\a",
    "%41",
    "../",
    "é",
];

/// A generator of inputs.
pub struct Mutator {
    state: u64,
}

impl Mutator {
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// xorshift64*: small, fast, the same everywhere.
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.next() % limit as u64) as usize }
    }

    /// A changed copy of one of the pool's inputs.
    pub fn mutate(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let mut input = pool[self.below(pool.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            match self.below(9) {
                0 if !input.is_empty() => {
                    let at = self.below(input.len());
                    input[at] = self.next() as u8;
                }
                1 => {
                    let end = (at + self.below(40)).min(input.len());
                    input.drain(at..end);
                }
                2 => input.truncate(at),
                3 | 4 => {
                    let word = WORDS[self.below(WORDS.len())].as_bytes();
                    input.splice(at..at, word.iter().copied());
                }
                5 => {
                    let other = &pool[self.below(pool.len())];
                    let start = self.below(other.len() + 1);
                    let end = (start + self.below(400)).min(other.len());
                    input.splice(at..at, other[start..end].iter().copied());
                }
                6 => {
                    let word = WORDS[self.below(WORDS.len())].as_bytes().repeat(self.below(30));
                    input.splice(at..at, word);
                }
                7 => self.swap_lines(&mut input),
                _ => {
                    let end = (at + self.below(80)).min(input.len());
                    let copy = input[at..end].to_vec();
                    let to = self.below(input.len() + 1);
                    input.splice(to..to, copy);
                }
            }
        }
        input.truncate(64 * 1024);
        input
    }

    fn swap_lines(&mut self, input: &mut Vec<u8>) {
        let mut lines: Vec<Vec<u8>> = input.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        let (a, b) = (self.below(lines.len()), self.below(lines.len()));
        lines.swap(a, b);
        *input = lines.join(&b'\n');
    }
}
