//! Canonical order: reviews by reviewer and pass, items by role and label. Everything after this stage depends
//! on the content of the input, not on the order in which it came.

use std::collections::BTreeMap;

use review_core::fingerprint::content_hash;
use review_core::{
    ChangeSet, Diagnostic, Error, ErrorKind, Input, RawFinding, Result, Review, ReviewerKind, SectionItem,
    SourceId,
};

use crate::model::changed_paths::ChangedPaths;
use crate::model::ids::{ReviewId, ReviewerId, Table};
use crate::model::item::{Held, Item, Items, Role};
use crate::model::panel::Member;

/// The input in canonical order.
pub(crate) struct Intake<'a> {
    /// The input as given.
    pub(crate) input: &'a Input,
    /// The change, in its own canonical order.
    pub(crate) change: ChangeSet,
    /// Which of its files a path means.
    pub(crate) paths: ChangedPaths,
    /// Reviews by reviewer and pass.
    pub(crate) reviews: Table<ReviewId, &'a Review>,
    /// Reviewers by name.
    pub(crate) reviewers: Table<ReviewerId, Member<'a>>,
    /// Every raw finding and section item.
    pub(crate) items: Items<'a>,
    /// What was odd.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'a> Intake<'a> {
    /// Puts the input into its canonical order.
    ///
    /// # Errors
    /// `InvalidInput` when a reviewer and pass occurs twice.
    pub(crate) fn read(input: &'a Input) -> Result<Self> {
        let mut reviews: Vec<&Review> = input.reviews.iter().collect();
        reviews.sort_by(|a, b| (&a.reviewer, a.pass).cmp(&(&b.reviewer, b.pass)));
        let twice = reviews.windows(2).find_map(|pair| match pair {
            [a, b] if (&a.reviewer, a.pass) == (&b.reviewer, b.pass) => Some(*a),
            _ => None,
        });
        if let Some(review) = twice {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a reviewer and pass occurs twice; number the passes apart",
            )
            .with_operation("consolidate")
            .with_context("reviewer", &review.reviewer)
            .with_context("pass", review.pass));
        }
        let mut change = input.change.clone();
        change.normalise();
        let mut intake = Self {
            input,
            paths: ChangedPaths::new(&change),
            change,
            reviews: Table::new(),
            reviewers: Table::new(),
            items: Table::new(),
            diagnostics: Vec::new(),
        };
        for passes in reviews.chunk_by(|a, b| a.reviewer == b.reviewer) {
            let Some(first) = passes.first() else { continue };
            let reviewer = intake.reviewers.push(Member {
                name: &first.reviewer,
                provider: passes.iter().find_map(|review| review.identity.provider.as_deref()),
                is_tool: passes.iter().all(|review| is_tool(review)),
            });
            for review in passes {
                let number = intake.reviews.push(review);
                intake.add(reviewer, number, review);
            }
        }
        Ok(intake)
    }

    fn add(&mut self, reviewer: ReviewerId, number: ReviewId, review: &'a Review) {
        let sections = &review.sections;
        let mut incoming: Vec<Incoming<'a>> = review.findings.iter().map(Incoming::finding).collect();
        let lists = [
            (Role::Design, &sections.design),
            (Role::Testing, &sections.testing),
            (Role::Documentation, &sections.documentation),
            (Role::Limitation, &sections.limitations),
            (Role::Feedback, &sections.unresolved_feedback),
        ];
        for (role, list) in lists {
            incoming.extend(list.iter().map(|item| Incoming::section(role, item)));
        }
        // Content only breaks ties between equal labels, and most reviews have none.
        let mut labels: Vec<&str> = incoming.iter().map(|one| one.id.as_str()).collect();
        labels.sort_unstable();
        if labels.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            incoming.iter_mut().for_each(Incoming::make_key);
        }
        incoming.sort_by(|a, b| (a.role, &a.id, &a.key).cmp(&(b.role, &b.id, &b.key)));
        // A label that occurs twice gets `b`, `c`, … in the order of content, never of position.
        let mut seen: BTreeMap<String, u32> = BTreeMap::new();
        for one in &incoming {
            seen.insert(one.id.clone(), 0);
        }
        for one in incoming {
            let count = seen.get(&one.id).copied().unwrap_or(0);
            let mut id = one.id.clone();
            if count > 0 {
                let mut next = count;
                loop {
                    id = format!("{}{}", one.id, suffix(next));
                    if !seen.contains_key(&id) {
                        break;
                    }
                    next += 1;
                }
                self.diagnostics.push(Diagnostic::new(
                    0,
                    format!(
                        "{} pass {}: the label {} occurs again; it is called {id} here",
                        review.reviewer, review.pass, one.id
                    ),
                ));
                seen.insert(id.clone(), 1);
            }
            seen.insert(one.id.clone(), count + 1);
            self.items.push(Item {
                source: SourceId::new(&review.reviewer, review.pass, id),
                role: one.role,
                reviewer,
                review: number,
                finding: one.finding,
                stance: one.item.and_then(|item| item.stance),
                scope: one.item.and_then(|item| item.scope),
                from_tool: is_tool(review),
            });
        }
    }
}

/// Whether a review is of rules, a linter or another analyser. Records of earlier versions only name the provider.
fn is_tool(review: &Review) -> bool {
    match review.identity.kind {
        Some(kind) => kind == ReviewerKind::Tool,
        None => {
            matches!(review.identity.provider.as_deref(), Some("rules" | "analyzer" | "sarif" | "rdjson"))
        }
    }
}

struct Incoming<'a> {
    role: Role,
    id: String,
    /// Breaks ties between equal labels.
    key: String,
    finding: Held<'a>,
    item: Option<&'a SectionItem>,
}

impl<'a> Incoming<'a> {
    fn finding(finding: &'a RawFinding) -> Self {
        Self::new(Role::Finding, &finding.id, "h", Held::Borrowed(finding), None)
    }

    fn section(role: Role, item: &'a SectionItem) -> Self {
        let mut finding = RawFinding::new(first_sentence(&item.text)).with_body(item.text.as_str());
        finding.locations.clone_from(&item.locations);
        let prefix = format!("{}h", role.letter());
        Self::new(role, &item.id, &prefix, Held::Made(Box::new(finding)), Some(item))
    }

    /// A missing label is made from the content.
    fn new(role: Role, id: &str, prefix: &str, finding: Held<'a>, item: Option<&'a SectionItem>) -> Self {
        let mut one = Self { role, id: id.to_owned(), key: String::new(), finding, item };
        if id.is_empty() {
            one.make_key();
            one.id = format!("{prefix}{}", one.key.get(..8).unwrap_or_default());
        }
        one
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
fn first_sentence(text: &str) -> String {
    let text = text.trim();
    let lead = text
        .strip_prefix("**")
        .and_then(|rest| rest.split_once("**"))
        .map(|(lead, _)| lead)
        .or_else(|| text.split_once(". ").map(|(lead, _)| lead))
        .unwrap_or(text);
    lead.lines().next().unwrap_or_default().chars().take(200).collect()
}
