//! Term vectors of items. A term weighs what it tells among findings of any project, and less the more findings of the same
//! review use it. The weights depend on nothing else, so how alike two findings are is a matter of their two reviews:
//! nobody else's findings change it.

use crate::model::ids::{ItemId, Table};
use crate::model::item::{Item, Items, Role};
use crate::text::asks::Asks;
use crate::text::intern::Interner;
use crate::text::markdown::{Piece, inline_code, pieces};
use crate::text::vocabulary::Vocabulary;
use crate::text::words::Shape;

/// A word of the title counts this much against one of the body: titles are chosen words. Chosen by
/// cross-validation on the corpus among 1, 2, 3 and 4; flat between 2 and 4.
const TITLE_WEIGHT: f64 = 3.0;
/// A word of a fenced block counts this much: code repeats itself, and two findings may quote the same
/// code for different reasons.
const CODE_WEIGHT: f64 = 0.5;
/// In a review with few findings a shared word is not common yet: as if this many findings without it were known too.
const PRIOR_DOCUMENTS: f64 = 4.0;
/// Only so much of a body is read: a hostile or broken review must not make every pair expensive.
const READ_AT_MOST: usize = 16_384;
/// Shorter lines of code (`}`, `return nil`) are everywhere and say nothing.
const SHORTEST_CODE_LINE: usize = 12;
/// How many of an item's weightiest terms are its *key* terms: about what a person would remember of it.
const KEY_TERMS: usize = 12;

/// A term of an item, with its weight in each of the item's vectors. The vectors have length one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Term {
    /// Its number.
    term: u32,
    /// Weight over title, prose and code. Positive for every term of the item.
    words: f32,
    /// Weight in the title.
    title: f32,
    /// Weight among ordinary words outside of code.
    prose: f32,
    /// Its weight in `words` where it is a key term, else zero.
    key: f32,
    /// It is said in title or prose, not only in a block of code.
    said: bool,
    /// The title names it: a name with inner structure, or one in code marks.
    subject: bool,
    /// It is said as a name: with inner structure, or in code marks.
    name: bool,
}

/// What is compared of one item's text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    /// Its terms, ordered by number.
    pub(crate) terms: Vec<Term>,
    /// Hashes of quoted lines, ordered.
    pub(crate) code: Vec<u32>,
    /// Sum of the title's weights.
    title: f64,
    /// Sum of the key terms' weights.
    key: f64,
    /// Its title names something.
    subject: bool,
    /// Sum of the weights of the names that it says.
    names: f64,
    /// What it asks for.
    pub(crate) asks: Asks,
}

impl Profile {
    /// Its key terms with their weights, ordered by number.
    pub(crate) fn key_terms(&self) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.terms.iter().filter(|term| term.key > 0.0).map(|term| (term.term, f64::from(term.key)))
    }
}

/// What two texts have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Likeness {
    /// Cosine over title, prose and code.
    pub(crate) words: f64,
    /// Cosine over titles.
    pub(crate) title: f64,
    /// Cosine over ordinary words outside of code.
    pub(crate) prose: f64,
    /// How much of each title the other text speaks of: the mean of both.
    pub(crate) headline: f64,
    /// How many of the key terms of each the other text has, by weight: the mean of both.
    pub(crate) key: f64,
    /// Both titles name something, and neither text has anything of what the other's title names.
    pub(crate) apart: bool,
    /// Names that only one says, by weight, against all that both say.
    pub(crate) strange: f64,
    /// How much of the one that is contained best the other one has, by weight.
    pub(crate) cover: f64,
}

/// One item's terms laid out by number, so that many others are compared with it in one pass each.
pub(crate) struct Board {
    slots: Vec<Term>,
    title: f64,
    key: f64,
    subject: bool,
    names: f64,
}

impl Board {
    /// A board for terms below this number.
    pub(crate) fn new(terms: usize) -> Self {
        Self { slots: vec![Term::default(); terms], title: 0.0, key: 0.0, subject: false, names: 0.0 }
    }

    /// Lays out a profile. The one that was there must be taken away first.
    pub(crate) fn lay(&mut self, profile: &Profile) {
        for term in &profile.terms {
            if let Some(slot) = self.slots.get_mut(term.term as usize) {
                *slot = *term;
            }
        }
        (self.title, self.key, self.subject) = (profile.title, profile.key, profile.subject);
        self.names = profile.names;
    }

    /// Takes a profile away.
    pub(crate) fn clear(&mut self, profile: &Profile) {
        for term in &profile.terms {
            if let Some(slot) = self.slots.get_mut(term.term as usize) {
                *slot = Term::default();
            }
        }
    }

    /// Compares the profile on the board with another one.
    pub(crate) fn compare(&self, other: &Profile) -> Likeness {
        let mut like = Likeness::default();
        let (mut my_title, mut their_title, mut my_key, mut their_key) = (0.0, 0.0, 0.0, 0.0);
        let (mut my_subject, mut their_subject) = (false, false);
        let (mut my_part, mut their_part, mut names) = (0.0, 0.0, 0.0);
        for theirs in &other.terms {
            let Some(mine) = self.slots.get(theirs.term as usize) else { continue };
            if mine.words == 0.0 {
                continue;
            }
            let (x, y) = (f64::from(mine.words), f64::from(theirs.words));
            like.words += x * y;
            like.title += f64::from(mine.title) * f64::from(theirs.title);
            like.prose += f64::from(mine.prose) * f64::from(theirs.prose);
            my_title += if theirs.said { f64::from(mine.title) } else { 0.0 };
            their_title += if mine.said { f64::from(theirs.title) } else { 0.0 };
            my_key += f64::from(mine.key);
            their_key += f64::from(theirs.key);
            my_part += x * x;
            their_part += y * y;
            names += if mine.name && theirs.name { x.min(y) } else { 0.0 };
            my_subject |= mine.subject;
            their_subject |= theirs.subject;
        }
        let part = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        like.headline = 0.5 * (part(my_title, self.title) + part(their_title, other.title));
        like.key = 0.5 * (part(my_key, self.key) + part(their_key, other.key));
        like.cover = if my_part > their_part { my_part } else { their_part };
        let said = self.names + other.names;
        like.strange = part(said - 2.0 * names, said);
        like.apart = self.subject && other.subject && !my_subject && !their_subject;
        like
    }
}

/// How often an item has a term, by field.
#[derive(Clone, Copy)]
struct Count {
    term: u32,
    words: f64,
    title: f64,
    prose: f64,
    said: bool,
    subject: bool,
    name: bool,
}

/// The profiles of all items, and how many different terms they have.
pub(crate) fn profiles(items: &Items<'_>) -> (Table<ItemId, Profile>, usize) {
    let mut vocabulary = Vocabulary::default();
    let mut lines = Interner::default();
    let damped = Damped::default();
    let mut frequency: Vec<u32> = Vec::new();
    let mut all = Table::new();
    let mut scratch: Vec<Count> = Vec::new();
    // Items of one review stand together, findings first. What its other sections say again makes no finding's words commoner.
    let part = |item: &Item<'_>| (item.review, item.role == Role::Finding);
    let items: Vec<&Item<'_>> = items.values().collect();
    for review in items.chunk_by(|a, b| part(a) == part(b)) {
        let counted: Vec<Counted> =
            review.iter().map(|item| count(item, &mut vocabulary, &mut lines, &mut scratch)).collect();
        frequency.resize(vocabulary.len(), 0);
        let terms = || counted.iter().flat_map(|one| one.terms.iter().map(|count| count.term));
        for term in terms() {
            frequency.iter_mut().skip(term as usize).take(1).for_each(|count| *count += 1);
        }
        let size = PRIOR_DOCUMENTS + review.len() as f64;
        let share = |known: usize| libm::log(1.0 + size / known as f64) / libm::log(1.0 + size);
        let here = Weighing {
            vocabulary: &vocabulary,
            frequency: &frequency,
            shares: (1..=review.len()).map(share).collect(),
            damped: &damped,
        };
        let profiles: Vec<Profile> = counted.iter().map(|counted| profile(counted, &here)).collect();
        for term in terms() {
            frequency.iter_mut().skip(term as usize).take(1).for_each(|count| *count = 0);
        }
        profiles.into_iter().for_each(|profile| {
            all.push(profile);
        });
    }
    (all, vocabulary.len())
}

/// What the weight of a term depends on.
struct Weighing<'w> {
    vocabulary: &'w Vocabulary,
    /// How many findings of the review have each term.
    frequency: &'w [u32],
    /// What a term tells that one, two, … of the review's findings have.
    shares: Vec<f64>,
    damped: &'w Damped,
}

impl Weighing<'_> {
    /// How much a term tells in this review.
    fn of(&self, term: u32) -> f64 {
        let known = self.frequency.get(term as usize).copied().unwrap_or(1).max(1) as usize;
        let here = self.shares.get(known - 1).copied().unwrap_or(0.0);
        self.vocabulary.facts(term).rarity * here
    }
}

fn profile(counted: &Counted, weighing: &Weighing<'_>) -> Profile {
    let damped = weighing.damped;
    let mut terms: Vec<Term> = counted
        .terms
        .iter()
        .map(|count| {
            let idf = weighing.of(count.term);
            Term {
                term: count.term,
                words: (damped.of(count.words) * idf) as f32,
                title: (damped.of(count.title) * idf) as f32,
                prose: (damped.of(count.prose) * idf) as f32,
                key: 0.0,
                said: count.said,
                subject: count.subject,
                name: count.name,
            }
        })
        .collect();
    let (mut words, mut title, mut prose) = (0.0, 0.0, 0.0);
    for term in &terms {
        words += f64::from(term.words) * f64::from(term.words);
        title += f64::from(term.title) * f64::from(term.title);
        prose += f64::from(term.prose) * f64::from(term.prose);
    }
    let unit = |length: f64| if length > 0.0 { (1.0 / length.sqrt()) as f32 } else { 0.0 };
    let (words, title, prose) = (unit(words), unit(title), unit(prose));
    let mut result = Profile { code: counted.code.clone(), ..Profile::default() };
    for term in &mut terms {
        term.words *= words;
        term.title *= title;
        term.prose *= prose;
        result.title += f64::from(term.title);
        result.subject |= term.subject;
        result.names += if term.name { f64::from(term.words) } else { 0.0 };
        if term.said {
            result.asks.join(weighing.vocabulary.facts(term.term).asks);
        }
    }
    for (weight, position) in heaviest(&terms, KEY_TERMS) {
        if let Some(term) = terms.get_mut(position) {
            term.key = weight;
            result.key += f64::from(weight);
        }
    }
    result.terms = terms;
    result
}

/// The weightiest terms, with their positions; the smaller number wins a tie.
fn heaviest(terms: &[Term], most: usize) -> Vec<(f32, usize)> {
    let mut order: Vec<(f32, usize)> =
        terms.iter().enumerate().map(|(position, term)| (term.words, position)).collect();
    let first = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if order.len() > most && most > 0 {
        order.select_nth_unstable_by(most - 1, first);
    }
    order.truncate(most);
    order.sort_unstable_by(first);
    order
}

/// `1 + ln(n)` of a count, zero for none. Counts are halves, and most are small.
struct Damped(Vec<f64>);

impl Default for Damped {
    fn default() -> Self {
        Self((0..128).map(|halves| Self::compute(f64::from(halves) / 2.0)).collect())
    }
}

impl Damped {
    fn of(&self, count: f64) -> f64 {
        self.0.get((count * 2.0) as usize).copied().unwrap_or_else(|| Self::compute(count))
    }

    fn compute(count: f64) -> f64 {
        if count == 0.0 { 0.0 } else { (1.0 + libm::log(count.max(0.25))).max(0.1) }
    }
}

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Title,
    Prose,
    Code,
}

/// An item's text, taken apart.
struct Counted {
    /// Its terms, ordered.
    terms: Vec<Count>,
    /// Its quoted lines of code, ordered.
    code: Vec<u32>,
}

/// `counts` is room to work in, kept from item to item.
fn count(
    item: &Item<'_>,
    vocabulary: &mut Vocabulary,
    lines: &mut Interner,
    counts: &mut Vec<Count>,
) -> Counted {
    counts.clear();
    let mut quoted: Vec<u32> = Vec::new();
    let finding = &item.finding;
    let mut take = |text: &str, weight: f64, field: Field| {
        let said = field != Field::Code;
        for (index, part) in text.split(|c| said && c == '`').enumerate() {
            let code = !said || index % 2 == 1;
            vocabulary.each_term(part, &mut |term, shape| {
                counts.push(Count {
                    term,
                    words: weight,
                    title: if field == Field::Title { 1.0 } else { 0.0 },
                    prose: if shape == Shape::Plain && !code { weight } else { 0.0 },
                    said,
                    subject: field == Field::Title && (shape == Shape::Name || code && shape == Shape::Plain),
                    name: said && (shape == Shape::Name || code && shape == Shape::Plain),
                });
            });
        }
    };
    take(&finding.title, TITLE_WEIGHT, Field::Title);
    let body = cut(&finding.body, READ_AT_MOST);
    for piece in pieces(body) {
        match piece {
            Piece::Prose(line) => {
                take(line, 1.0, Field::Prose);
                inline_code(line).for_each(|code| code_line(code, lines, &mut quoted));
            }
            Piece::Block { text, .. } => {
                take(text, CODE_WEIGHT, Field::Code);
                text.lines().for_each(|line| code_line(line, lines, &mut quoted));
            }
        }
    }
    for quote in &finding.quotes {
        // What the body already shows is not counted twice.
        if !body.contains(quote.text.trim()) {
            take(cut(&quote.text, READ_AT_MOST), CODE_WEIGHT, Field::Code);
        }
        quote.text.lines().for_each(|line| code_line(line, lines, &mut quoted));
    }
    if let Some(scenario) = &finding.scenario
        && !body.contains(scenario.trim())
    {
        take(cut(scenario, READ_AT_MOST), 1.0, Field::Prose);
    }
    quoted.sort_unstable();
    quoted.dedup();
    quoted.shrink_to_fit();
    Counted { terms: summed(counts), code: quoted }
}

/// Adds up the counts of each term. Counts are halves, so their sums are exact in any order.
fn summed(counts: &mut Vec<Count>) -> Vec<Count> {
    counts.sort_unstable_by_key(|count| count.term);
    counts.dedup_by(|next, sum| {
        let same = next.term == sum.term;
        if same {
            sum.words += next.words;
            sum.title += next.title;
            sum.prose += next.prose;
            sum.said |= next.said;
            sum.subject |= next.subject;
            sum.name |= next.name;
        }
        same
    });
    counts.clone()
}

fn code_line(line: &str, lines: &mut Interner, into: &mut Vec<u32>) {
    let bare = line.strip_prefix(['+', '-']).unwrap_or(line);
    let squeezed: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
    if squeezed.len() >= SHORTEST_CODE_LINE {
        into.push(lines.number(&squeezed));
    }
}

/// The first bytes of a text, cut at a character boundary.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
