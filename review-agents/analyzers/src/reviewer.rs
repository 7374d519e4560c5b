//! The rules as a reviewer of a change.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Answer, Capabilities, Category, ChangedFile, Completeness, CoverageNote, Cx, Diagnostic, FileStatus, Fix,
    Identity, Kind, LineRange, Location, Query, Quote, RawFinding, Result, Review, ReviewRequest, Reviewer,
    ReviewerInfo, Severity, Side,
};

use crate::builtin::builtin_rules;
use crate::language::Language;
use crate::markers;
use crate::rule::Rule;
use crate::scan::{Match, scan};

/// Files above this size are skipped and named: they are generated or data.
const MAX_FILE_BYTES: usize = 1 << 20;

/// So many files are asked for at once.
const BATCH: usize = 100;

/// Reviews a change with structural rules: offline, without a key, deterministic.
pub struct RulesReviewer {
    info: ReviewerInfo,
    rules: Arc<Vec<Rule>>,
}

impl RulesReviewer {
    /// A reviewer with the built-in rules.
    ///
    /// # Errors
    /// Never for the rules as shipped.
    pub fn new(name: impl Into<String>) -> Result<Self> {
        Ok(Self::with_rules(name, builtin_rules()?))
    }

    /// A reviewer with these rules only.
    pub fn with_rules(name: impl Into<String>, rules: Vec<Rule>) -> Self {
        let capabilities =
            Capabilities::default().with_needs_tree(true).with_uses_tools(true).with_deterministic(true);
        let identity = Identity::default().with_provider("rules").with_version(env!("CARGO_PKG_VERSION"));
        let info = ReviewerInfo::new(name).with_identity(identity).with_capabilities(capabilities);
        Self { info, rules: Arc::new(rules) }
    }
}

#[async_trait]
impl Reviewer for RulesReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Review {
        let mut review =
            Review::new(&self.info.name).with_pass(request.pass).with_identity(self.info.identity.clone());
        let Some(tree) = &request.tree else {
            return Review::failed(
                &self.info.name,
                "the rules need the source, and no source tree was given",
            )
            .with_pass(request.pass);
        };
        let files: Vec<&ChangedFile> =
            request.change.files.iter().filter(|file| is_reviewable(file)).collect();
        for batch in files.chunks(BATCH) {
            let queries: Vec<Query> = batch.iter().map(|file| Query::file(Side::Head, &file.path)).collect();
            let facts = match cx.cancel.check().and_then(|()| tree.answer(&queries, &cx.cancel)) {
                Ok(facts) => facts,
                Err(error) => {
                    return numbered(review)
                        .with_completeness(Completeness::Truncated)
                        .with_incomplete_reason(error.to_string());
                }
            };
            for (file, fact) in batch.iter().zip(facts) {
                match (fact.answer, fact.text) {
                    (_, Some(text)) => self.file(file, &text, &mut review),
                    (Answer::NotText { .. } | Answer::Missing, _) => {}
                    (Answer::TooLarge { bytes }, _) => {
                        skipped(&mut review, &file.path, &format!("{bytes} bytes"))
                    }
                    (Answer::Unknown { reason }, _) => skipped(&mut review, &file.path, &reason),
                    _ => {}
                }
            }
        }
        numbered(review)
    }
}

impl RulesReviewer {
    fn file(&self, file: &ChangedFile, text: &str, review: &mut Review) {
        let path = file.path.as_str();
        if text.len() > MAX_FILE_BYTES {
            skipped(review, path, &format!("{} bytes", text.len()));
            return;
        }
        review.findings.extend(conflict_findings(file, text));
        let Some(language) = Language::of_path(path).filter(|language| language.is_built_in()) else {
            return;
        };
        // Parsers and matchers are other people's code over hostile input: one file must not cost the others.
        let rules = Arc::clone(&self.rules);
        let Ok(matches) = catch_unwind(AssertUnwindSafe(|| scan(&rules, language, path, text))) else {
            skipped(review, path, "the parser failed");
            return;
        };
        for found in matches {
            if touched(file, found.range)
                && let Some(rule) = self.rules.iter().find(|rule| rule.info().id == found.rule)
            {
                review.findings.push(finding(rule, found, path, text));
            }
        }
        let read = LineRange::new(1, text.lines().count().max(1) as u32);
        review
            .sections
            .coverage
            .push(CoverageNote::new(path, "parsed and searched with the rules").with_range(read));
    }
}

/// A file whose content at head can be read and was changed.
fn is_reviewable(file: &ChangedFile) -> bool {
    let mode = file.new_mode.as_deref().unwrap_or("100644");
    file.status != FileStatus::Deleted && !file.binary && mode.starts_with("100")
}

fn skipped(review: &mut Review, path: &str, why: &str) {
    review.diagnostics.push(Diagnostic::new(0, format!("{path} was not looked at: {why}")));
    review.completeness = Completeness::Truncated;
    review
        .incomplete_reason
        .get_or_insert_with(|| format!("some files were not looked at, {path} among them: {why}"));
}

/// Whether the change added one of these lines, or deleted something inside them.
fn touched(file: &ChangedFile, range: LineRange) -> bool {
    if file.status == FileStatus::Added && file.hunks.is_empty() {
        return true;
    }
    file.hunks.iter().any(|hunk| hunk.added_ranges().any(|added| added.overlaps(&range)))
}

fn finding(rule: &Rule, found: Match, path: &str, text: &str) -> RawFinding {
    let info = rule.info();
    let lines: Vec<&str> =
        text.lines().skip(found.range.start as usize - 1).take(found.range.len().min(12) as usize).collect();
    let quote = Quote::new(lines.join("\n")).with_path(path).with_start_line(found.range.start);
    let mut finding = RawFinding::new(found.title)
        .with_severity(info.severity)
        .with_category(info.category)
        .with_body(format!("{}\n\nRule `{}`.", found.body, found.rule))
        .at(Location::file(path).with_range(found.range))
        .with_quote(quote)
        .with_fix(Fix::prose(found.fix))
        .with_scenario(found.scenario);
    finding.kind = info.kind;
    finding
}

fn conflict_findings(file: &ChangedFile, text: &str) -> Vec<RawFinding> {
    let at = |line| {
        let quote = text.lines().nth(line as usize - 1).unwrap_or_default();
        RawFinding::new("A merge conflict is committed")
            .with_severity(Severity::Critical)
            .with_kind(Kind::Regression)
            .with_category(Category::Build)
            .with_body("The file holds the markers of a merge conflict that was not resolved.\n\nRule `any.merge-conflict`.")
            .at(Location::line(&file.path, line))
            .with_quote(Quote::new(quote).with_path(&file.path).with_start_line(line))
            .with_scenario("Whatever reads this file stops at the markers, or takes both sides for content.")
            .with_fix(Fix::prose("Resolve the conflict and remove the markers."))
    };
    markers::conflicts(text)
        .into_iter()
        .filter(|line| touched(file, LineRange::line(*line)))
        .map(at)
        .collect()
}

/// Gives ids by severity letter, in order of path, line and title.
fn numbered(mut review: Review) -> Review {
    let key = |finding: &RawFinding| (finding.locations.first().cloned(), finding.title.clone());
    review.findings.sort_by_key(key);
    let mut counts = [0_u32; 3];
    for finding in &mut review.findings {
        let severity = finding.severity.unwrap_or(Severity::Suggestion);
        let slot = match severity {
            Severity::Critical => 0,
            Severity::Important => 1,
            _ => 2,
        };
        if let Some(count) = counts.get_mut(slot) {
            *count += 1;
            finding.id = format!("{}{count}", severity.letter());
        }
    }
    review
}
