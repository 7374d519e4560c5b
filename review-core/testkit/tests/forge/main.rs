//! The fake forge refuses what it must and accepts what is right, for each of the forges.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

mod client;
mod faults;
mod gitea;
mod github;
mod github_reviews;
mod gitlab;
mod graphql;
mod history;
mod webhooks;
