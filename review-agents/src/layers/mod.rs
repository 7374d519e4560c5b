//! Behaviour that every backend needs and none should write: layers.
//!
//! On the single exchange with a model ([`ChatModel`](review_core::ChatModel), feature `chat`):
//!
//! | layer | what it adds |
//! |---|---|
//! | `Retry` | tries again what may work later, with growing pauses and `Retry-After` |
//! | `ConcurrencyLimit` | bounds the exchanges that run at once with one provider, and holds them while it asks to wait |
//! | `IdleTimeout` | ends an exchange that says nothing for too long |
//!
//! On the whole review ([`Reviewer`](review_core::Reviewer)):
//!
//! | layer | what it adds |
//! |---|---|
//! | [`Deadline`] | ends a review that takes too long, and keeps what it delivered |
//! | [`Budget`] | ends a review that uses too many tokens, turns or too much money |
//! | [`Capable`] | refuses what a reviewer can't serve, before money is spent |
//! | [`Cassette`] | records reviews in a folder, and plays them back |
//! | `Trace` (feature `tracing`) | a span for each review |
//!
//! Retry sits on the exchange and never on the review: a review is many paid exchanges. The order matters: `Retry` goes
//! outside of `ConcurrencyLimit`, so that a pause holds no seat, and that outside of `IdleTimeout`, so that waiting is not silence.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//! use review_agents::layers::Deadline;
//! use review_core::{Layer, Review, Reviewer, ScriptedReviewer};
//!
//! let reviewer: Arc<dyn Reviewer> = Arc::new(ScriptedReviewer::new(Review::new("claude")));
//! let bounded = Deadline::new(Duration::from_secs(600)).layer(reviewer);
//! assert_eq!(bounded.info().name, "claude");
//! ```

mod budget;
mod capable;
mod cassette;
#[cfg(feature = "chat")]
mod concurrency_limit;
mod deadline;
#[cfg(feature = "chat")]
mod idle_timeout;
#[cfg(feature = "chat")]
mod retry;
#[cfg(feature = "tracing")]
mod trace;

pub use budget::{Budget, MAX_PASS_TIME, pass_time};
pub use capable::Capable;
pub use cassette::Cassette;
#[cfg(feature = "chat")]
pub use concurrency_limit::ConcurrencyLimit;
pub use deadline::Deadline;
#[cfg(feature = "chat")]
pub use idle_timeout::IdleTimeout;
#[cfg(feature = "chat")]
pub use retry::Retry;
#[cfg(feature = "tracing")]
pub use trace::Trace;
