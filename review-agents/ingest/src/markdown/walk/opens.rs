//! What opens a section or a finding, and what only looks like it.

use review_core::Severity;

use super::super::cues::{is_field_line, is_only_place};
use super::super::head::Head;
use super::super::headings::SectionHeading;
use super::super::label::read_label;
use super::{NEAR, Open, Walk};
use crate::lines::Ledger;
use crate::markdown::fields::{BodyField, read_field};
use crate::places::{Trust, read_places};
use crate::scales::SectionKind;
use crate::text::strip_bullet;

impl Walk<'_> {
    /// Whether a line is worth taking apart here: outside the findings, only a labelled head at the margin is.
    pub(super) fn may_hold_findings(&self, line: &str) -> bool {
        if self.in_findings() || self.section.is_none() {
            return true;
        }
        let bare = line.trim_start_matches(['#', ' ', '*']);
        bare.len() < line.len() + usize::from(line.starts_with(['C', 'I', 'S']))
            && strip_bullet(line).is_none()
            && read_label(bare, self.tables).is_some_and(|(label, _)| label.lettered.is_some())
    }

    /// Inside a finding, a word such as `Tests` in bold is part of the finding; a section's full name is not.
    pub(super) fn opens_section(&self, heading: &SectionHeading, indent: usize, line: &str) -> bool {
        // `### Performance` below another section is about that section.
        if heading.is_topic
            && self.section.is_some_and(|(kind, level)| {
                !matches!(kind, SectionKind::Findings(_)) && heading.level > level
            })
        {
            return false;
        }
        let Some(open) = &self.finding else {
            // A bullet inside another section's list is an item of that list, unless it is a stance of a design.
            let bullet = strip_bullet(line).is_some();
            let design = matches!(heading.kind, SectionKind::Design(_))
                || matches!(heading.kind, SectionKind::Findings(Some(_)));
            let inside_list = indent >= 2 && self.section.is_some();
            return !inside_list && (!bullet || design || self.section.is_none());
        };
        if heading.level <= 6 {
            let deeper = open.level > 0 && heading.level > open.level;
            let in_section = self.section.is_some_and(|(_, level)| level <= 6 && heading.level <= level);
            return in_section
                || (!deeper && (heading.strong || open.level == 0))
                || (deeper && heading.strong && !matches!(heading.kind, SectionKind::Findings(_)));
        }
        // `**Minor**` after `**Critical**`: sections of one document look alike.
        let alike = |kind: SectionKind| matches!(kind, SectionKind::Findings(Some(_)));
        let sibling = self
            .section
            .is_some_and(|(kind, level)| level == heading.level && alike(kind) && alike(heading.kind));
        (heading.strong || sibling) && indent <= open.indent
    }

    pub(super) fn in_findings(&self) -> bool {
        matches!(self.section, Some((SectionKind::Findings(_), _)))
    }

    pub(super) fn section_severity(&self) -> Option<Severity> {
        match self.section {
            Some((SectionKind::Findings(severity), _)) => severity,
            _ => None,
        }
    }

    pub(super) fn opens_finding(
        &self,
        head: &Head,
        index: usize,
        indent: usize,
        line: &str,
        ledger: &Ledger<'_>,
    ) -> bool {
        let inner = self.finding.as_ref().is_some_and(|open| indent > open.indent + 1);
        // `**Issue:** …` below a head says what is wrong; it only heads findings that all begin so.
        let named = matches!(read_field(line), Some((BodyField::Title, said)) if !said.is_empty());
        let other = |open: &Open| read_field(ledger.line(open.at).trim()).is_none();
        if named && self.finding.as_ref().is_some_and(other) {
            return false;
        }
        let reachable = self.in_findings() || self.section.is_none();
        // The title of `### Comment 1` stands below it, whatever marks it has.
        if head.level == 0 && self.finding.as_ref().is_some_and(|open| open.untitled && open.level > 0) {
            return false;
        }
        // `5-8`: the lines of a finding under the heading of its file.
        if head.range_first {
            return !inner && self.in_findings() && self.file.is_some();
        }
        if head.badge_only {
            // Below a heading, a badge is its finding's severity.
            let of_heading = self.finding.as_ref().is_some_and(|open| {
                open.level > 0
                    && !open.tagged
                    && index <= open.at + NEAR
                    && (open.at + 1..index).all(|line| ledger.line(line).trim().is_empty())
            });
            let raw = ledger.line(index);
            let badge = !line.starts_with('[') || raw.contains("![") || raw.contains("<img");
            return badge && !inner && reachable && !of_heading;
        }
        if head.title.is_empty() && head.locations.is_empty() {
            // `### Comment 1`: the title stands below.
            let numbered = head.level > 0 && head.label.as_ref().is_some_and(|label| !label.of_section);
            return numbered && self.in_findings();
        }
        // `### 💡 Codex Review` is the review's own title.
        if head.level > 0 && head.label.is_none() && head.locations.is_empty() && is_review_title(&head.title)
        {
            return false;
        }
        let followed = || self.followed_by_place(index, ledger);
        let classed = head.tagged || head.kind.is_some();
        let marked = head.bold || head.level > 0;
        match &head.label {
            Some(label) if label.of_section => false,
            Some(label) if label.lettered.is_some() => {
                self.opens_lettered(head, indent, inner, marked, classed, line)
            }
            Some(label) => {
                let fields = self.section.is_none() && self.followed_by_fields(index, ledger);
                fields && !inner || self.opens_numbered(head, label.number, inner, marked, followed)
            }
            None => self.opens_unlabelled(head, indent, inner, line, followed),
        }
    }

    /// `I1. …`
    pub(super) fn opens_lettered(
        &self,
        head: &Head,
        indent: usize,
        inner: bool,
        marked: bool,
        classed: bool,
        line: &str,
    ) -> bool {
        // `L6: …` below a file's name is a line.
        if self.file.is_some() && line.trim_start_matches(['-', '*', ' ']).starts_with('L') {
            return false;
        }
        if self.in_findings() || self.section.is_none() {
            let anchored = !head.locations.is_empty() || classed;
            // In a list of findings every item is one.
            let listed = |open: &Open| open.bulleted && open.lettered && open.indent == indent;
            let sub_point = inner || (head.bulleted && !self.finding.as_ref().is_none_or(listed));
            return if sub_point { marked && anchored } else { marked || anchored || self.in_findings() };
        }
        // In other sections, labels refer to findings; only a fully dressed head opens one there.
        let table = line.starts_with('|');
        !table
            && !inner
            && !head.bulleted
            && marked
            && head.tagged
            && !matches!(
                self.section,
                Some((SectionKind::Summary | SectionKind::Coverage | SectionKind::UnresolvedFeedback, _))
            )
    }

    /// `1. …`: a finding, or a list inside one.
    pub(super) fn opens_numbered(
        &self,
        head: &Head,
        number: u32,
        inner: bool,
        marked: bool,
        followed: impl Fn() -> bool,
    ) -> bool {
        if inner || !(self.in_findings() || self.section.is_none() && head.tagged) {
            return false;
        }
        let anchored = !head.locations.is_empty();
        if head.tagged {
            return marked || anchored;
        }
        if self.lettered || self.finding.as_ref().is_some_and(|open| open.lettered) {
            return false;
        }
        if head.level > 0 {
            return true;
        }
        let next = match &self.finding {
            None => number == 1 || number == self.last_number + 1,
            Some(open) => open.number.is_some_and(|open| number == open + 1),
        };
        if !next {
            return false;
        }
        let anchored = anchored || followed();
        let severe = self.section_severity().is_some();
        let Some(open) = &self.finding else {
            return head.bold || (anchored && severe);
        };
        // Among tagged findings, an untagged item is a list's; so is one that goes on a list begun inside.
        let in_list = open.listed.is_some_and(|last| number == last + 1);
        // A plain list goes on in the form that it began with.
        if open.plain && !open.bulleted && !head.bold && !in_list {
            return true;
        }
        let alike = anchored || !(open.tagged || in_list);
        alike
            && (head.bold && (anchored || severe || head.kind.is_some() || !head.remark.is_empty())
                || anchored && severe)
    }

    /// `**[IMPORTANT] path — title**`, `**title** — path (important, gap)`, `### title`.
    pub(super) fn opens_unlabelled(
        &self,
        head: &Head,
        indent: usize,
        inner: bool,
        line: &str,
        followed: impl Fn() -> bool,
    ) -> bool {
        let outside = !self.in_findings() && self.section.is_some();
        if outside || inner {
            return false;
        }
        let anchored = !head.locations.is_empty();
        if head.title.is_empty() || is_field_line(&head.title, line) {
            return false;
        }
        // A place alone heads the text below it, which is read with it.
        if !head.tagged && head.remark.is_empty() && is_only_place(&head.title, self.roots) {
            return false;
        }
        if head.tagged {
            let conventional = head.level == 0
                && !head.bold
                && !head.bulleted
                && line.starts_with(|c: char| c.is_ascii_lowercase());
            let symbol =
                line.trim_start_matches(['-', '*', ' ']).chars().next().is_some_and(|c| !c.is_ascii());
            // A sentence that ends in a class tag closes a finding; it opens none.
            let plain = anchored
                && (head.front_mark
                    || (line.len() < 240 && !head.title.contains(". ") && self.finding.is_none()));
            // `P2: …` after `P1: …`.
            let alike = head.front_mark
                && self.in_findings()
                && self
                    .finding
                    .as_ref()
                    .is_some_and(|open| open.plain && open.tagged && open.bulleted == head.bulleted);
            // The next item of a list whose items each have a place and a severity.
            let item = anchored
                && head.bulleted
                && self
                    .finding
                    .as_ref()
                    .is_some_and(|open| open.bulleted && open.tagged && open.plain && open.indent == indent);
            return head.bold
                || alike
                || item
                || head.level > 0
                || line.starts_with('[')
                || plain
                || (conventional && self.finding.as_ref().is_none_or(|open| open.tagged))
                || symbol;
        }
        if head.level > 0 {
            // A heading with a place, or any heading directly under a list of findings.
            return self.in_findings()
                && anchored
                && self.finding.as_ref().is_none_or(|open| open.level == 0 || head.level <= open.level)
                && !is_only_place(&head.title, self.roots);
        }
        let severe = self.section_severity().is_some();
        let placed = anchored && (head.remark.is_empty() || head.place_first);
        let alike = |open: &Open| {
            open.number.is_none() && !open.lettered && !open.tagged && open.bulleted == head.bulleted
        };
        let bare =
            !anchored && head.remark.is_empty() && head.title.len() > 8 && line.trim_end().ends_with("**");
        severe
            && head.bold
            && !self.lettered
            && self.finding.as_ref().is_none_or(alike)
            && (placed || (bare && followed()))
    }

    /// Whether the next line is a place, with or without a class tag: the head's own.
    pub(super) fn followed_by_place(&self, index: usize, ledger: &Ledger<'_>) -> bool {
        let next = (index + 1..index + 3).map(|next| ledger.line(next).trim()).find(|line| !line.is_empty());
        let Some(line) = next.filter(|line| line.len() < 400) else { return false };
        let line = match crate::markdown::tags::find_tag(line, self.tables) {
            Some(found) => crate::text::head(line, found.start),
            None => line,
        };
        let line = match read_field(line) {
            Some((BodyField::Place, value)) => value,
            _ => line,
        };
        read_places(line, Trust::Expected, self.roots).only_places
    }
}

/// `Codex Review`, `Code review summary`.
fn is_review_title(title: &str) -> bool {
    let words = crate::text::normalize_words(title);
    let named =
        words.ends_with("review") || words.ends_with("review summary") || words.ends_with("review report");
    named && words.split(' ').count() <= 4
}
