//! Term vectors of items: TF-IDF within the change, so that a word that every finding of this change uses
//! weighs little and a rare name weighs much.

use crate::item::Item;
use crate::text::intern::Interner;
use crate::text::markdown::{Piece, inline_code, pieces};
use crate::text::words::{Shape, each_word};

/// A word of the title counts this much against one of the body: titles are chosen words. Chosen by
/// cross-validation on the corpus among 1, 2, 3 and 4; flat between 2 and 4.
const TITLE_WEIGHT: f64 = 3.0;
/// A word of a fenced block counts this much: code repeats itself, and two findings may quote the same
/// code for different reasons.
const CODE_WEIGHT: f64 = 0.5;
/// In a change with few findings a shared word is not common yet: as if so many more findings without it were known.
/// Chosen by cross-validation among 0, 4, 10 and 20; flat from 4.
const PRIOR_DOCUMENTS: f64 = 4.0;
/// Only so much of a body is read: a hostile or broken review must not make every pair expensive.
const READ_AT_MOST: usize = 16_384;
/// Shorter lines of code (`}`, `return nil`) are everywhere and say nothing.
const SHORTEST_CODE_LINE: usize = 12;

/// A sparse vector of length one, ordered by term.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vector {
    /// Terms with their weights.
    pub(crate) terms: Vec<(u32, f64)>,
}

impl Vector {
    fn normalised(mut self) -> Self {
        let length = self.terms.iter().map(|(_, w)| w * w).sum::<f64>().sqrt();
        if length > 0.0 {
            for (_, weight) in &mut self.terms {
                *weight /= length;
            }
        }
        self
    }

    /// Cosine of the angle to another vector of length one.
    pub(crate) fn cosine(&self, other: &Self) -> f64 {
        let mut sum = 0.0;
        let (mut a, mut b) = (self.terms.iter().peekable(), other.terms.iter().peekable());
        while let (Some((x, wx)), Some((y, wy))) = (a.peek(), b.peek()) {
            if x == y {
                sum += wx * wy;
                a.next();
                b.next();
            } else if x < y {
                a.next();
            } else {
                b.next();
            }
        }
        sum
    }
}

/// What is compared of one item's text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// Title, prose and code.
    pub(crate) words: Vector,
    /// Title only.
    pub(crate) title: Vector,
    /// Ordinary words of title and prose, without any code: two findings on the same lines share their code
    /// anyway; what is said of it tells them apart.
    pub(crate) prose: Vector,
    /// Names with inner structure, from anywhere.
    pub(crate) names: Vector,
    /// Hashes of quoted lines, ordered.
    pub(crate) code: Vec<u32>,
}

/// Terms of an item before their weights are known.
#[derive(Default)]
struct Counts {
    words: Vec<(u32, f64)>,
    title: Vec<(u32, f64)>,
    prose: Vec<(u32, f64)>,
    names: Vec<(u32, f64)>,
    code: Vec<u32>,
}

/// The profiles of all items.
pub(crate) fn profiles(items: &[Item<'_>]) -> Vec<Profile> {
    let mut interner = Interner::default();
    let mut lines = Interner::default();
    let counts: Vec<Counts> = items.iter().map(|item| count(item, &mut interner, &mut lines)).collect();
    let mut document_frequency = vec![0u32; interner.len()];
    for counts in &counts {
        for (term, _) in &counts.words {
            if let Some(df) = document_frequency.get_mut(*term as usize) {
                *df += 1;
            }
        }
    }
    let n = items.len() as f64;
    let idf: Vec<f64> = document_frequency
        .iter()
        .map(|df| libm::log(1.0 + (PRIOR_DOCUMENTS + n) / f64::from(*df).max(1.0)))
        .collect();
    let weigh = |terms: Vec<(u32, f64)>| {
        let terms = terms
            .into_iter()
            .map(|(term, tf)| {
                (
                    term,
                    (1.0 + libm::log(tf.max(0.25))).max(0.1) * idf.get(term as usize).copied().unwrap_or(0.0),
                )
            })
            .collect();
        Vector { terms }.normalised()
    };
    counts
        .into_iter()
        .map(|counts| Profile {
            words: weigh(counts.words),
            title: weigh(counts.title),
            prose: weigh(counts.prose),
            names: weigh(counts.names),
            code: counts.code,
        })
        .collect()
}

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Prose,
    Code,
}

fn count(item: &Item<'_>, interner: &mut Interner, lines: &mut Interner) -> Counts {
    let mut counts = Counts::default();
    let finding = &item.finding;
    let mut take = |text: &str, weight: f64, field: Field, counts: &mut Counts| {
        let marked = field != Field::Code;
        for (index, part) in text.split(|c| marked && c == '`').enumerate() {
            let code = !marked || index % 2 == 1;
            each_word(part, &mut |word, shape| {
                let term = interner.number(word);
                counts.words.push((term, weight));
                if field == Field::Title {
                    counts.title.push((term, 1.0));
                }
                match shape {
                    Shape::Name => counts.names.push((term, 1.0)),
                    Shape::Plain if !code => counts.prose.push((term, weight)),
                    _ => {}
                }
            });
        }
    };
    take(&finding.title, TITLE_WEIGHT, Field::Title, &mut counts);
    let body = cut(&finding.body, READ_AT_MOST);
    for piece in pieces(body) {
        match piece {
            Piece::Prose(line) => {
                take(line, 1.0, Field::Prose, &mut counts);
                for code in inline_code(line) {
                    code_line(code, lines, &mut counts.code);
                }
            }
            Piece::Block { text, .. } => {
                take(text, CODE_WEIGHT, Field::Code, &mut counts);
                text.lines().for_each(|line| code_line(line, lines, &mut counts.code));
            }
        }
    }
    for quote in &finding.quotes {
        // What the body already shows is not counted twice.
        if !body.contains(quote.text.trim()) {
            take(cut(&quote.text, READ_AT_MOST), CODE_WEIGHT, Field::Code, &mut counts);
        }
        quote.text.lines().for_each(|line| code_line(line, lines, &mut counts.code));
    }
    if let Some(scenario) = &finding.scenario
        && !body.contains(scenario.trim())
    {
        take(cut(scenario, READ_AT_MOST), 1.0, Field::Prose, &mut counts);
    }
    for terms in [&mut counts.words, &mut counts.title, &mut counts.prose, &mut counts.names] {
        add_up(terms);
    }
    counts.code.sort_unstable();
    counts.code.dedup();
    counts
}

fn code_line(line: &str, lines: &mut Interner, into: &mut Vec<u32>) {
    let bare = line.strip_prefix(['+', '-']).unwrap_or(line);
    let squeezed: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    if squeezed.len() >= SHORTEST_CODE_LINE {
        into.push(lines.number(&squeezed));
    }
}

fn add_up(terms: &mut Vec<(u32, f64)>) {
    terms.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut summed: Vec<(u32, f64)> = Vec::with_capacity(terms.len());
    for (term, weight) in terms.drain(..) {
        match summed.last_mut() {
            Some((last, sum)) if *last == term => *sum += weight,
            _ => summed.push((term, weight)),
        }
    }
    *terms = summed;
}

/// The first bytes of a text, cut at a character boundary.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
