//! When a conversation has to come to its end.

use std::time::Duration;

use review_core::{Limits, Usage};
use tokio::time::Instant;

/// Bounds of one conversation.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    max_turns: u32,
    max_context: usize,
    started: Instant,
}

/// How near the bounds are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There is room for more.
    Enough,
    /// The next turn has to be the last one.
    LastTurn,
    /// A bound is passed.
    None(&'static str),
}

impl Budget {
    pub(super) fn new(limits: Limits, max_turns: u32, max_context: usize) -> Self {
        let max_turns = limits.turns.unwrap_or(max_turns).max(1);
        Self { limits, max_turns, max_context, started: Instant::now() }
    }

    /// When the time is over.
    pub(super) fn end(&self) -> Option<Instant> {
        self.limits.time.map(|time| self.started + time)
    }

    /// Looks at what was used in so many turns, and at the size of the conversation in bytes.
    pub(super) fn room(&self, turns: u32, usage: &Usage, context: usize) -> Room {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let bounds = [
            ("turns", Some(u64::from(turns)), Some(u64::from(self.max_turns))),
            ("output tokens", usage.output_tokens, self.limits.output_tokens),
            ("money", usage.cost_micro_usd, self.limits.cost_micro_usd),
            ("time", Some(millis(self.started.elapsed())), self.limits.time.map(millis)),
        ];
        for (name, used, limit) in bounds {
            if let (Some(used), Some(limit)) = (used, limit)
                && used >= limit
            {
                return Room::None(name);
            }
        }
        // One more turn will take about as much as the ones before took each, and a bit: the conversation grows.
        let near = bounds.iter().any(|(name, used, limit)| match (used, limit) {
            (Some(used), Some(limit)) if *name == "turns" => used + 1 >= *limit,
            (Some(used), Some(limit)) => {
                used.saturating_add(used.saturating_mul(2) / u64::from(turns.max(1))) >= *limit
            }
            _ => false,
        });
        if near || context >= self.max_context { Room::LastTurn } else { Room::Enough }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_last_turn_comes_before_a_bound_is_passed() {
        let budget = Budget::new(
            Limits::default().with_output_tokens(1_000).with_time(Duration::from_secs(60)),
            10,
            5_000,
        );
        let room = |turns, tokens, context| {
            budget.room(turns, &Usage::default().with_output_tokens(tokens), context)
        };
        assert_eq!(room(1, 100, 0), Room::Enough);
        assert_eq!(room(2, 500, 0), Room::LastTurn, "a turn took 250, the next may take 500");
        assert_eq!(room(2, 1_000, 0), Room::None("output tokens"));
        assert_eq!(room(9, 0, 0), Room::LastTurn);
        assert_eq!(room(10, 0, 0), Room::None("turns"));
        assert_eq!(room(1, 0, 5_000), Room::LastTurn);
        tokio::time::advance(Duration::from_secs(61)).await;
        assert_eq!(room(1, 0, 0), Room::None("time"));
    }

    #[tokio::test]
    async fn a_single_turn_is_the_last_one() {
        let budget = Budget::new(Limits::default().with_turns(1), 10, 5_000);
        assert_eq!(budget.room(0, &Usage::default(), 0), Room::LastTurn);
    }
}
