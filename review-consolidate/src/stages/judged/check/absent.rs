//! A finding whose every quote stands nowhere at head or base speaks of code that does not exist.

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use crate::model::item::Item;

/// Refutes a finding none of whose quotes exists.
#[derive(Clone, Copy, Debug, Default)]
pub struct AbsentQuote;

impl ClaimChecker for AbsentQuote {
    fn name(&self) -> &str {
        "absent_quote"
    }

    fn check(&self, _: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        let anchored = cx.anchored;
        if anchored.absent.is_empty() {
            return None;
        }
        if anchored.found > 0 {
            return Some(CheckResult::Doubted {
                code: "quote_partly_absent".into(),
                reason: "one of its quotes stands nowhere at head or base".into(),
                weight: 700,
            });
        }
        if !cx.source_fits {
            return Some(CheckResult::Doubted {
                code: "quote_absent".into(),
                reason: "the code it quotes stands nowhere in this source, but neither does most of what others quote".into(),
                weight: 300,
            });
        }
        Some(CheckResult::Refuted {
            code: "quote_absent".into(),
            reason: "the code it quotes stands nowhere at head or base".into(),
            evidence: anchored.absent.clone(),
        })
    }
}
