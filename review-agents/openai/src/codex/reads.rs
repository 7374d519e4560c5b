//! Which files a shell command shows, where that is plain. What is not plain is left out: a missing note of coverage
//! is honest, a wrong one is not.

use review_core::LineRange;

/// A file with the lines that were shown; no range means all of it.
pub(crate) type Read = (String, Option<LineRange>);

/// One piece of a command line.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Word(String),
    /// `|`
    Pipe,
    /// `&&` or `;`
    Then,
}

/// Files that a command shows: `/bin/bash -lc "nl -ba src/a.rs | sed -n '10,20p'"` shows lines 10 to 20 of `src/a.rs`.
pub(crate) fn reads(command: &str) -> Vec<Read> {
    let script = match pieces(command).as_deref() {
        // The program wraps each command in a shell.
        Some([Piece::Word(shell), Piece::Word(flag), Piece::Word(script)])
            if shell.ends_with("sh") && matches!(flag.as_str(), "-c" | "-lc") =>
        {
            script.clone()
        }
        _ => command.to_owned(),
    };
    let Some(pieces) = pieces(&script) else { return Vec::new() };
    let mut found = Vec::new();
    for pipeline in pieces.split(|piece| *piece == Piece::Then) {
        let mut commands = pipeline.split(|piece| *piece == Piece::Pipe).map(words);
        let first = commands.next().unwrap_or_default();
        // In another folder the same names mean other files.
        if matches!(first.first(), Some(&"cd" | &"pushd")) {
            break;
        }
        let shown = shown(&first);
        found.extend(commands.fold(shown, |shown, filter| narrowed(shown, &filter)));
    }
    found
}

fn words<'p>(pieces: &'p [Piece]) -> Vec<&'p str> {
    let word = |piece: &'p Piece| match piece {
        Piece::Word(word) => Some(word.as_str()),
        Piece::Pipe | Piece::Then => None,
    };
    pieces.iter().filter_map(word).collect()
}

/// What one command shows.
fn shown(words: &[&str]) -> Vec<Read> {
    let Some((program, rest)) = words.split_first() else { return Vec::new() };
    match *program {
        "cat" | "nl" => {
            let files: Option<Vec<Read>> = rest
                .iter()
                // `-ba` and `-n` only number the lines. Options with a value of their own are not plain.
                .filter(|word| !matches!(**word, "-ba" | "-n" | "-A" | "--"))
                .map(|word| (!word.starts_with('-')).then(|| ((*word).to_owned(), None)))
                .collect();
            files.unwrap_or_default()
        }
        "sed" | "head" => match window(words) {
            Some((range, [file])) => vec![((*file).to_owned(), Some(range))],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What is left of it behind a pipe.
fn narrowed(shown: Vec<Read>, filter: &[&str]) -> Vec<Read> {
    match (shown.as_slice(), window(filter)) {
        ([(file, None)], Some((range, []))) => vec![(file.clone(), Some(range))],
        _ => Vec::new(),
    }
}

/// The lines that `sed -n A,Bp` or `head -n N` lets through, and its files.
fn window<'w>(words: &'w [&'w str]) -> Option<(LineRange, &'w [&'w str])> {
    match words {
        ["sed", "-n", lines, files @ ..] => {
            let lines = lines.strip_suffix('p')?;
            let (start, end) = lines.split_once(',').unwrap_or((lines, lines));
            let start: u32 = start.parse().ok()?;
            let end = if end == "$" { u32::MAX } else { end.parse().ok()? };
            (start > 0 && end >= start).then(|| (LineRange::new(start, end), files))
        }
        ["head", "-n", count, files @ ..] => Some((first(count)?, files)),
        ["head", count, files @ ..] if count.starts_with('-') => {
            let count = count.strip_prefix("-n").or_else(|| count.strip_prefix('-'))?;
            Some((first(count)?, files))
        }
        ["head", files @ ..] => Some((first("10")?, files)),
        _ => None,
    }
}

fn first(count: &str) -> Option<LineRange> {
    let count: u32 = count.parse().ok()?;
    (count > 0).then(|| LineRange::new(1, count))
}

/// The pieces of a command line as a shell reads them; `None` when it does more than to split and to quote.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match rest.next()? {
                        '"' => break,
                        '\\' => match rest.next()? {
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        '$' | '`' => return None,
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(rest.next().filter(|c| *c != '\n')?),
            ' ' | '\t' => pieces.extend(word.take().map(Piece::Word)),
            ';' | '|' | '&' => {
                pieces.extend(word.take().map(Piece::Word));
                let twice = rest.next_if_eq(&c).is_some();
                pieces.push(match (c, twice) {
                    ('|', false) => Piece::Pipe,
                    ('&', true) | (';', false) => Piece::Then,
                    _ => return None,
                });
            }
            '$' | '`' | '<' | '>' | '(' | ')' | '{' | '}' | '*' | '?' | '[' | '~' | '#' | '!' | '\n' => {
                return None;
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    pieces.extend(word.map(Piece::Word));
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(command: &str) -> String {
        let show = |(path, range): Read| match range {
            Some(range) => format!("{path}:{range}"),
            None => path,
        };
        reads(command).into_iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn plain_commands_show_their_files() {
        for (command, expected) in [
            ("/bin/bash -c 'cat src/a.rs'", "src/a.rs"),
            ("/bin/bash -lc \"sed -n '10,20p' src/a.rs\"", "src/a.rs:10-20"),
            ("bash -lc 'nl -ba a.rs | sed -n 5,9p'", "a.rs:5-9"),
            ("bash -lc 'cat a.rs b.rs && head -n 3 c.rs'", "a.rs b.rs c.rs:1-3"),
            ("bash -lc 'head -40 a.rs; head b.rs'", "a.rs:1-40 b.rs:1-10"),
            ("cat 'with space.rs'", "with space.rs"),
            ("bash -lc 'git diff --stat && cat a.rs'", "a.rs"),
            (r#"/bin/bash -lc "cat \"a b.rs\"""#, "a b.rs"),
        ] {
            assert_eq!(shows(command), expected, "{command}");
        }
    }

    #[test]
    fn what_is_not_plain_shows_nothing() {
        for command in [
            "bash -lc 'cat src/*.rs'",
            "bash -lc 'cat $FILE'",
            "bash -lc 'cat a.rs > b.rs'",
            "bash -lc 'cat a.rs | grep x'",
            "bash -lc 'cd sub && cat a.rs'",
            "bash -lc 'cat a.rs || true'",
            "bash -lc 'cat a.rs &'",
            "bash -lc 'cat --squeeze-blank a.rs'",
            "bash -lc 'cat a.rs b.rs | head -n 5'",
            "bash -lc 'sed -n s/a/b/p a.rs'",
            "bash -lc 'sed -n 20,10p a.rs'",
            "bash -lc \"cat 'a.rs\"",
            "rm -rf x",
            "",
        ] {
            assert_eq!(shows(command), "", "{command}");
        }
    }
}
