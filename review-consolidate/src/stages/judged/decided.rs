//! How far decisions on truth and severity are followed.

use review_core::{Decision, DecisionValue, Evidence, EvidenceNote, Severity, Side};

use crate::model::cluster::{Cluster, JudgedCluster};
use crate::model::remarks::{Remark, Stage};
use crate::model::removal::{Removal, Removed};
use crate::stages::anchored::quote::squeeze;
use crate::stages::matched::Matched;
use crate::stages::rulings::Subject;

/// The doubt of a judge who says that a finding is not true and shows nothing, in thousandths of log odds.
const JUDGED_FALSE: u32 = 1_500;

/// Applies the decision on a cluster's truth. A refutation needs a quote that stands in the source.
pub(crate) fn truth<'a>(matched: &Matched<'a>, cluster: &mut Cluster<'a>) {
    let subject = Subject::Truth(cluster.representative, cluster.quote_holds());
    let Some(decision) = matched.rulings.on(subject, matched.items()) else { return };
    cluster.ruling = Some(decision);
    match decision.answer {
        DecisionValue::Truth(true) => {
            cluster.doubt = 0;
            cluster.removal = None;
            let text = format!("{} says that it is true{}", decision.by, because(decision));
            cluster.remarks.push(Remark::new(Stage::Check, text));
        }
        DecisionValue::Truth(false) => {
            let shown = decision.evidence.iter().any(|note| stands(note, matched.anchored.sources.evidence));
            if shown && matched.anchored.intake.input.policy.allow_drops {
                let reason = format!("{} refutes it{}", decision.by, because(decision));
                let judged = Removal::new(Removed::Refuted, "judged_false", reason);
                cluster.removal.get_or_insert(judged.with_evidence(decision.evidence.clone()));
            } else {
                cluster.doubted(
                    JUDGED_FALSE,
                    format!(
                        "{} says that it is not true, without a quote that stands in the source; kept with a doubt{}",
                        decision.by,
                        because(decision)
                    ),
                );
            }
        }
        _ => {}
    }
}

/// Applies the decision on a cluster's severity: one step at most.
pub(crate) fn severity<'a>(matched: &Matched<'a>, judged: &mut JudgedCluster<'a>) -> Option<&'a Decision> {
    let subject = Subject::Severity(judged.cluster.representative);
    let decision = matched.rulings.on(subject, matched.items())?;
    if let DecisionValue::Severity(wanted) = decision.answer {
        let now = judged.judgement.severity.weight();
        let severity = match wanted.weight().clamp(now.saturating_sub(1), now + 1) {
            3 => Severity::Critical,
            2 => Severity::Important,
            _ => Severity::Suggestion,
        };
        if severity != judged.judgement.severity {
            let limit = if severity.weight() == wanted.weight() { "" } else { ", one step at most" };
            let text = format!("{} says {wanted}: {severity}{limit}{}", decision.by, because(decision));
            judged.because(Stage::Calibrate, text);
            judged.judgement.severity = severity;
            judged.judgement.by_evidence = true;
        }
    }
    Some(decision)
}

fn because(decision: &Decision) -> String {
    decision.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default()
}

/// Whether a quote stands in the file that it names, at head or base.
fn stands(note: &EvidenceNote, evidence: &Evidence) -> bool {
    let (Some(path), Some(quote)) = (&note.path, &note.quote) else { return false };
    let wanted = squeeze(quote);
    wanted.len() >= 4
        && [Side::Head, Side::Base]
            .into_iter()
            .any(|side| evidence.file(side, path).is_some_and(|text| squeeze(text).contains(&wanted)))
}
