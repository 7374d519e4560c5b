//! A fake GitHub, GitLab or Gitea on this machine: it keeps what it is told, and refuses what the real one refuses.
//!
//! A repository is a git directory on disk, which clients fetch by its `file://` URL; diffs, merge bases and
//! what becomes outdated are computed from it. The test seeds the forge, lets a client work on it, acts as other
//! people do (`push`, `resolve`, `react` …), and looks at [`FakeForge::state`] and [`FakeForge::requests`].
//!
//! Where it is not sure what the real forge does, the fake takes the stricter side. Answers of GitHub's REST
//! interface are checked against GitHub's own description before they are sent: a wrong one is status 500.
//!
//! ```no_run
//! use review_testkit::fake_forge::{Dialect, FakeForge, PullRequest, Repo};
//!
//! let forge = FakeForge::start(Dialect::GitHub);
//! forge.repository(Repo::new("acme/pool", "/tmp/pool.git"));
//! forge.pull("acme/pool", PullRequest::new(7, "Retry reads").by("alice").base("main").head("retry"));
//! forge.comment("acme/pool", 7, "bob", "Does this hold the lock?");
//! println!("{} with {}\n{}", forge.url(), forge.token(), forge.state());
//! ```

mod access;
mod diff;
mod faults;
mod git;
mod gitea;
mod github;
mod gitlab;
mod people;
mod places;
mod reply;
mod routes;
mod seed;
mod server;
mod snapshot;
mod state;
mod webhooks;

use std::sync::Arc;

pub use access::{Access, Permission, Right};
pub use faults::{Fault, Kill};
pub use seed::{Application, PullRequest, Repo};
pub use server::Request;
pub use webhooks::{Delivery, Happening};

use server::{Guard, Shared};

/// The forge that is faked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    /// REST at `/repos/…`, GraphQL at `/graphql`.
    GitHub,
    /// REST v4 at `/api/v4/…`.
    GitLab,
    /// REST v1 at `/api/v1/…`; Forgejo's is the same.
    Gitea,
}

/// The account that [`FakeForge::token`] belongs to.
pub const OWN_ACCOUNT: &str = "deep-review";

/// A private key for apps, in the form that GitHub hands out. It is public, so it protects nothing.
pub const TEST_APP_KEY: &str = include_str!("github/test-app.private.pem");

/// The other half of [`TEST_APP_KEY`], for [`Application::public_key`].
pub const TEST_APP_PUBLIC_KEY: &str = include_str!("github/test-app.public.pem");

const OWN_TOKEN: &str = "fake-forge-token";

/// A running fake. It stops when the value that [`FakeForge::start`] returned is dropped.
#[derive(Debug)]
pub struct FakeForge {
    shared: Arc<Shared>,
    /// Only the value that the test holds has it.
    _guard: Option<Guard>,
}

impl FakeForge {
    /// Starts an empty forge on a free port of the loopback interface.
    ///
    /// # Panics
    /// When no port can be had.
    pub fn start(dialect: Dialect) -> Self {
        let (shared, guard) = server::start(dialect);
        let forge = Self { shared, _guard: Some(guard) };
        forge.grant(OWN_TOKEN, Access::user(OWN_ACCOUNT));
        forge
    }

    fn within(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared), _guard: None }
    }

    /// The base of the interface, without a final slash.
    pub fn url(&self) -> String {
        let server = self.server_url();
        match self.shared.dialect() {
            Dialect::GitHub => server,
            Dialect::GitLab => format!("{server}/api/v4"),
            Dialect::Gitea => format!("{server}/api/v1"),
        }
    }

    /// Where the server is, as the start of a web address: `http://127.0.0.1:PORT`.
    pub fn server_url(&self) -> String {
        self.shared.url()
    }

    /// A token of the account [`OWN_ACCOUNT`], which may do everything.
    pub fn token(&self) -> &'static str {
        OWN_TOKEN
    }

    /// Everything on the forge as text; of each body only the first line.
    pub fn state(&self) -> String {
        snapshot::write(&mut self.shared.state(), false)
    }

    /// Everything on the forge as text, bodies and annotations in full.
    pub fn full_state(&self) -> String {
        snapshot::write(&mut self.shared.state(), true)
    }

    /// What it was asked so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.control().log.clone()
    }

    /// Forgets the requests so far.
    pub fn clear_requests(&self) {
        self.shared.control().log.clear();
    }

    /// How many writes it was asked for so far; queries of GraphQL and logins are none.
    pub fn writes(&self) -> usize {
        self.shared.control().writes
    }

    /// Dies at the `n`-th write from now, counted from 1: no answer, and no connection until [`Self::revive`].
    pub fn kill_at_write(&self, n: usize, kill: Kill) {
        let mut control = self.shared.control();
        control.kill = Some((control.writes + n, kill));
    }

    /// Ends a [`Self::kill_at_write`], whether it happened or not.
    pub fn revive(&self) {
        let mut control = self.shared.control();
        control.kill = None;
        control.dead = false;
    }

    /// Whether a [`Self::kill_at_write`] happened.
    pub fn is_dead(&self) -> bool {
        self.shared.control().dead
    }

    /// Adds a fault, which goes before those that are there.
    pub fn fault(&self, fault: Fault) {
        self.shared.control().faults.insert(0, fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.shared.control().faults.clear();
    }

    /// Does something after the `n`-th request from now, counted from 1: a push in the middle of a run.
    pub fn after_request(&self, n: usize, act: impl FnOnce(&Self) + Send + 'static) {
        let mut control = self.shared.control();
        let at = control.served + n;
        control.later.push((at, server::Later(Box::new(act))));
    }

    /// Refuses what creates content, with the secondary limit, once `writes` of it were taken.
    pub fn limit_content(&self, writes: usize) {
        self.shared.control().content_left = Some(writes);
    }

    /// Ends a [`Self::limit_content`].
    pub fn lift_content_limit(&self) {
        self.shared.control().content_left = None;
    }

    /// Accepts a token.
    pub fn grant(&self, token: &str, access: Access) {
        let mut state = self.shared.state();
        state.account(&access.login);
        state.tokens.insert(token.to_owned(), access);
    }
}
