//! Canonical order: reviews by reviewer and pass, items by role and label. Everything after this stage depends
//! on the content of the input, not on the order in which it came.

use std::borrow::Cow;
use std::collections::BTreeMap;

use review_core::fingerprint::content_hash;
use review_core::{
    Diagnostic, Error, ErrorKind, Input, RawFinding, Result, Review, SectionItem, SourceId, Stance,
};

use crate::item::{Item, Role};

/// The input in canonical order.
pub(crate) struct Intake<'a> {
    /// The input as given.
    pub(crate) input: &'a Input,
    /// Reviews by reviewer and pass.
    pub(crate) reviews: Vec<&'a Review>,
    /// Reviewer names, ordered.
    pub(crate) voices: Vec<&'a str>,
    /// Every raw finding and section item.
    pub(crate) items: Vec<Item<'a>>,
    /// What was odd.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Puts the input into its canonical order.
///
/// # Errors
/// `InvalidInput` when a reviewer and pass occurs twice.
pub(crate) fn intake(input: &Input) -> Result<Intake<'_>> {
    let mut reviews: Vec<&Review> = input.reviews.iter().collect();
    reviews.sort_by(|a, b| (&a.reviewer, a.pass).cmp(&(&b.reviewer, b.pass)));
    for pair in reviews.windows(2) {
        if let [a, b] = pair
            && (&a.reviewer, a.pass) == (&b.reviewer, b.pass)
        {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a reviewer and pass occurs twice; number the passes apart",
            )
            .with_operation("consolidate")
            .with_context("reviewer", &a.reviewer)
            .with_context("pass", a.pass));
        }
    }
    let mut voices: Vec<&str> = reviews.iter().map(|review| review.reviewer.as_str()).collect();
    voices.dedup();
    let mut taken =
        Intake { input, reviews: reviews.clone(), voices, items: Vec::new(), diagnostics: Vec::new() };
    for (index, review) in reviews.into_iter().enumerate() {
        taken.add(index, review);
    }
    Ok(taken)
}

impl<'a> Intake<'a> {
    fn add(&mut self, index: usize, review: &'a Review) {
        let voice = self.voices.binary_search(&review.reviewer.as_str()).unwrap_or(0);
        let sections = &review.sections;
        let mut drafts: Vec<Draft<'a>> = review.findings.iter().map(Draft::finding).collect();
        let lists = [
            (Role::Design, &sections.design),
            (Role::Testing, &sections.testing),
            (Role::Documentation, &sections.documentation),
            (Role::Limitation, &sections.limitations),
            (Role::Feedback, &sections.unresolved_feedback),
        ];
        for (role, list) in lists {
            drafts.extend(list.iter().map(|item| Draft::section(role, item)));
        }
        // Content only breaks ties between equal labels, and most reviews have none.
        let mut labels: Vec<&str> = drafts.iter().map(|draft| draft.id.as_str()).collect();
        labels.sort_unstable();
        if labels.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            drafts.iter_mut().for_each(Draft::make_key);
        }
        drafts.sort_by(|a, b| (a.role, &a.id, &a.key).cmp(&(b.role, &b.id, &b.key)));
        // A label that occurs twice gets `b`, `c`, … in the order of content, never of position.
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for draft in &drafts {
            seen.insert(draft.id.clone(), 0);
        }
        for draft in drafts {
            let count = seen.get(&draft.id).copied().unwrap_or(0);
            let mut id = draft.id.clone();
            if count > 0 {
                let mut next = count;
                loop {
                    id = format!("{}{}", draft.id, suffix(next));
                    if !seen.contains_key(&id) {
                        break;
                    }
                    next += 1;
                }
                self.diagnostics.push(Diagnostic::new(
                    0,
                    format!(
                        "{} pass {}: the label {} occurs again; it is called {id} here",
                        review.reviewer, review.pass, draft.id
                    ),
                ));
                seen.insert(id.clone(), 1);
            }
            seen.insert(draft.id.clone(), count + 1);
            self.items.push(Item {
                source: SourceId::new(&review.reviewer, review.pass, id),
                role: draft.role,
                voice,
                review: index,
                finding: draft.finding,
                stance: draft.item.and_then(|item| item.stance),
                scope: draft.item.and_then(|item| item.scope),
            });
        }
    }
}

struct Draft<'a> {
    role: Role,
    id: String,
    /// Breaks ties between equal labels.
    key: String,
    finding: Cow<'a, RawFinding>,
    item: Option<&'a SectionItem>,
}

impl<'a> Draft<'a> {
    fn finding(finding: &'a RawFinding) -> Self {
        Self::new(Role::Finding, &finding.id, "h", Cow::Borrowed(finding), None)
    }

    fn section(role: Role, item: &'a SectionItem) -> Self {
        let mut finding = RawFinding::new(first_sentence(&item.text)).with_body(item.text.as_str());
        finding.locations.clone_from(&item.locations);
        let prefix = format!("{}h", role.letter());
        Self::new(role, &item.id, &prefix, Cow::Owned(finding), Some(item))
    }

    /// A missing label is made from the content.
    fn new(
        role: Role,
        id: &str,
        prefix: &str,
        finding: Cow<'a, RawFinding>,
        item: Option<&'a SectionItem>,
    ) -> Self {
        let mut draft = Self { role, id: id.to_owned(), key: String::new(), finding, item };
        if id.is_empty() {
            draft.make_key();
            draft.id = format!("{prefix}{}", draft.key.get(..8).unwrap_or_default());
        }
        draft
    }

    fn make_key(&mut self) {
        let place = self.finding.locations.first().map(ToString::to_string).unwrap_or_default();
        self.key = content_hash(&[&self.finding.title, &self.finding.body, &place], 16);
    }
}

/// `b`, `c`, … `z`, then `z1`, `z2`, …
fn suffix(count: u32) -> String {
    match u8::try_from(count).ok().and_then(|n| n.checked_add(b'a')).filter(u8::is_ascii_lowercase) {
        Some(letter) => char::from(letter).to_string(),
        None => format!("z{count}"),
    }
}

/// The bold lead of a section item, else its first sentence, at most 200 characters.
pub(crate) fn first_sentence(text: &str) -> String {
    let text = text.trim();
    let lead = text
        .strip_prefix("**")
        .and_then(|rest| rest.split_once("**"))
        .map(|(lead, _)| lead)
        .or_else(|| text.split_once(". ").map(|(lead, _)| lead))
        .unwrap_or(text);
    lead.lines().next().unwrap_or_default().chars().take(200).collect()
}

/// Whether a section item only praises.
pub(crate) fn is_praise(item: &Item<'_>) -> bool {
    item.stance == Some(Stance::Strength)
}
