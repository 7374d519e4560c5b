//! All stages in their order.

use std::collections::BTreeMap;

use review_core::{ChangeSet, Decisions, Diagnostic, Evidence, Kind, Report, Severity};

use crate::anchor::plan::anchor_all;
use crate::anchor::{Anchored, Sources};
use crate::calibrate::{self, CalibrationContext, Claims};
use crate::check::Clearances;
use crate::check::absent::source_fits;
use crate::check::apply::Checks;
use crate::check::withdrawn::doubt_withdrawn;
use crate::cluster::cluster;
use crate::draft::{Draft, Removal, Removed};
use crate::echo::listen;
use crate::engine::Engine;
use crate::intake::Intake;
use crate::item::Role;
use crate::leave_out::{LeaveOut, Without};
use crate::matching::{Pair, match_items};
use crate::merge::{elsewhere, merge};
use crate::publish::references::References;
use crate::publish::sections::Plan;
use crate::publish::{coverage, excerpts, facts, ledger, order, prose, retro, sections};
use crate::questions::Inquiry;
use crate::rounds::Rounds;
use crate::support::{acknowledged, also, section_clusters, supporters};

/// Runs every stage.
pub(crate) fn assemble(
    engine: &Engine,
    mut intake: Intake<'_>,
    evidence: &Evidence,
    decisions: &Decisions,
    known: Option<(Vec<Anchored>, Sources<'_>)>,
) -> Report {
    let input = intake.input;
    let policy = &input.policy;
    let mut change = input.change.clone();
    change.normalise();
    let (anchored, mut sources) = known.unwrap_or_else(|| anchor_all(&intake, evidence));
    let places: Vec<_> = anchored.iter().map(|anchored| anchored.places.clone()).collect();
    let pairs = match_items(&intake.items, &places, engine.scorer.as_ref());

    let mut inquiry = Inquiry::new(decisions, &intake.items);
    let (forced, remarks) = inquiry.forced(&intake.items, &pairs);
    intake.diagnostics.extend(remarks.into_iter().map(|remark| Diagnostic::new(0, remark)));
    let live: Vec<usize> = (0..intake.items.len())
        .filter(|item| intake.items.get(*item).is_some_and(|item| item.is_live_finding()))
        .collect();
    let clusters = cluster(&intake.items, &pairs, &forced, policy, &live);
    let mut supporting = supporters(&intake.items, &pairs, &clusters, policy);
    also(&intake.items, &pairs, &clusters, &mut supporting);
    let mut drafts: Vec<Draft> = clusters
        .into_iter()
        .zip(supporting)
        .map(|(members, supporters)| merge(&intake.items, &anchored, &change, members, supporters))
        .collect();

    let source_fits = source_fits(&anchored);
    if !source_fits {
        let text = "most of what the reviews quote stands nowhere in this source: it may not be the revision that they saw";
        intake.diagnostics.push(Diagnostic::new(0, text));
    }
    if !change.excluded.is_empty() {
        intake.diagnostics.push(Diagnostic::new(0, facts::left_out(&change.excluded)));
    }
    let clearances = Clearances::new(&intake.reviews);
    let checks = Checks {
        checkers: &engine.checkers,
        items: &intake.items,
        anchored: &anchored,
        change: &change,
        evidence,
        source_fits,
        clearances: &clearances,
        policy,
    };
    let providers = calibrate::providers(&intake.reviews);
    let claims = Claims::new(&intake.items);
    let acknowledged = acknowledged(&intake.items, &pairs, policy);
    let cx = CalibrationContext {
        items: &intake.items,
        policy,
        voices: &intake.voices,
        providers: &providers,
        claims: &claims,
        acknowledged: &acknowledged,
    };
    listen(&intake.items, &pairs, &forced, &mut drafts);
    drafts.iter_mut().for_each(|draft| checks.apply(draft));
    doubt_withdrawn(&intake.items, &pairs, policy, &mut drafts);
    for draft in &mut drafts {
        inquiry.truth(&intake.items, draft, evidence, policy);
        calibrate::apply(engine.calibrator.as_ref(), draft, &cx);
        inquiry.severity(&intake.items, draft);
        reroute(draft, &change);
    }
    let rounds = Rounds::new(&intake, &mut drafts, &places, &mut sources, engine.scorer.as_ref());
    withdrawn(&intake, &anchored, &mut drafts);

    let home: BTreeMap<usize, usize> = drafts
        .iter()
        .enumerate()
        .flat_map(|(index, draft)| draft.members.iter().map(move |member| (*member, index)))
        .collect();
    inquiry.ask_same(&pairs, &home, &drafts, policy);
    inquiry.ask_about(&drafts);

    let reading = order::reading_order(&drafts, &intake.items);
    let ids = order::ids(&drafts, &reading);
    let by_role: Vec<(Role, Vec<Vec<usize>>)> = Role::SECTIONS
        .iter()
        .map(|role| (*role, section_clusters(&intake.items, &pairs, policy, *role)))
        .collect();
    let plan = sections::plan(&intake.items, by_role, &drafts);
    let mut all_ids = ids.clone();
    all_ids.extend(order::removed_ids(&drafts));
    all_ids.extend(plan.rerouted.iter().map(|(index, id)| (*index, id.clone())));
    let references = references(&intake, &anchored, &drafts, &ids, &plan);

    let mut report = Report::default();
    report.id.clone_from(&input.run.report_id);
    report.round = Rounds::round(&input.previous);
    report.started_ms = input.run.started_ms;
    report.wall_clock_ms = input.run.wall_clock_ms;
    report.hunks = excerpts::hunks(&change);
    report.reviewers = facts::reviewers(&intake);
    report.findings = facts::findings(&intake, &drafts, &reading, &ids, &references, &rounds);
    let why = |draft: &Draft, member: usize| why_merged(engine, &pairs, draft, member);
    let mut entries = ledger::entries(&intake.items, &drafts, &all_ids, &why);
    ledger::add_also(&mut entries, &intake.items, &drafts, &ids);
    entries.extend(sections::entries(&intake.items, &plan, &ids));
    let (entries, problems) = ledger::complete(entries, &intake.items);
    report.ledger = entries;
    intake.diagnostics.extend(problems.into_iter().map(|problem| Diagnostic::new(0, problem)));
    report.sections = sections::sections(&intake, &anchored, &drafts, &plan, &ids, &references);
    report.coverage = coverage::coverage(&intake, &change);
    let leave_out = LeaveOut {
        engine,
        intake: &intake,
        checks: &checks,
        forced: &forced,
        decisions,
        drafts: &drafts,
        reading: &reading,
        ids: &ids,
        providers: &providers,
        acknowledged: &acknowledged,
    };
    let without = leave_out.each(&pairs);
    report.history = rounds.history(&all_ids);
    (report.questions, report.stale_decisions) = inquiry.finish(&intake.items, &places, &mut sources, policy);
    let verdict = |without: Option<(&str, &Without)>| {
        engine.verdict.verdict(&facts::verdict_facts(&intake, &report, without))
    };
    let decided = verdict(None);
    let retro = retro::retro(&intake, &report, &without, &|reviewer, without| {
        let other = verdict(Some((reviewer, without))).decision;
        (other != decided.decision).then_some(other)
    });
    (report.verdict, report.retro) = (decided, retro);
    report.excerpts = excerpts::excerpts(&report.findings, &mut sources);
    report.appendix = facts::appendix(&intake);
    report.diagnostics = facts::diagnostics(&intake);
    for file in &mut change.files {
        file.hunks.clear();
    }
    report.change = change;
    report.sections.summary = engine.summary.summary(&report);
    if let Some(prose) = &decisions.prose {
        let problems = prose::apply(prose, &mut report).into_iter();
        let said = problems.map(|problem| format!("what {} wrote is not published: {problem}", prose.by));
        report.diagnostics.extend(said.map(|text| Diagnostic::new(0, text)));
    }
    report.diagnostics.extend(decisions.notes.iter().map(|note| Diagnostic::new(0, note)));
    report
}

/// An enhancement of code in files that the change does not have is an idea for later: it goes to the design section.
/// Only where the change's hunks are known, and only what is a suggestion anyway.
pub(crate) fn reroute(draft: &mut Draft, change: &ChangeSet) {
    let later = draft.kind == Some(Kind::Enhancement) && draft.severity == Severity::Suggestion;
    if later
        && draft.removal.is_none()
        && !draft.places.is_empty()
        && draft.in_change == Some(false)
        && elsewhere(draft, change)
    {
        draft.removal = Some(Removal {
            how: Removed::Rerouted,
            code: "not_about_this_change".into(),
            reason: "an enhancement of files that the change does not touch: a design observation for later"
                .into(),
            evidence: Vec::new(),
        });
    }
}

/// What a reviewer took back is accounted for, and not published.
fn withdrawn(intake: &Intake<'_>, anchored: &[Anchored], drafts: &mut Vec<Draft>) {
    for (index, item) in intake.items.iter().enumerate() {
        if item.role == Role::Finding && item.finding.withdrawn {
            let mut draft = merge(&intake.items, anchored, &intake.input.change, vec![index], Vec::new());
            draft.removal = Some(Removal {
                how: Removed::Withdrawn,
                code: "withdrawn".into(),
                reason: "its reviewer took it back in the same review".into(),
                evidence: Vec::new(),
            });
            drafts.push(draft);
        }
    }
}

fn references(
    intake: &Intake<'_>,
    anchored: &[Anchored],
    drafts: &[Draft],
    ids: &BTreeMap<usize, String>,
    plan: &Plan,
) -> References {
    let mut references = References::default();
    for file in &intake.input.change.files {
        references.add_path(&file.path);
    }
    // A bare name that could not be resolved is no full path.
    let known =
        anchored.iter().flat_map(|anchored| &anchored.places).filter(|place| place.path.contains('/'));
    known.for_each(|place| references.add_path(&place.path));
    let mut published: BTreeMap<usize, &String> = plan.ids.iter().map(|(item, id)| (*item, id)).collect();
    for (index, draft) in drafts.iter().enumerate() {
        if let Some(id) = ids.get(&index).or_else(|| plan.rerouted.get(&index)) {
            published.extend(draft.members.iter().map(|member| (*member, id)));
        }
    }
    for (index, item) in intake.items.iter().enumerate() {
        references.insert(item.source.clone(), published.get(&index).map(|id| (*id).clone()));
    }
    references
}

fn why_merged(engine: &Engine, pairs: &[Pair], draft: &Draft, member: usize) -> String {
    let key = (member.min(draft.representative), member.max(draft.representative));
    match pairs.binary_search_by(|pair| (pair.a, pair.b).cmp(&key)).ok().and_then(|at| pairs.get(at)) {
        Some(pair) => format!("same issue ({}: {})", pair.score, engine.scorer.explain(&pair.signals)),
        None => "same issue as others of its cluster".to_owned(),
    }
}
