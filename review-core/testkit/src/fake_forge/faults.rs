//! What goes wrong on purpose.

use super::Dialect;
use super::reply::Reply;
use serde_json::json;

/// What happened to the write at which a forge dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    /// It was performed; only the answer is lost.
    Performed,
    /// It was not.
    Lost,
}

/// Something that goes wrong with requests: what, with which ones, how often.
///
/// ```
/// use review_testkit::fake_forge::Fault;
///
/// let fault = Fault::rate_limited(1).on("POST", "/reviews").once();
/// ```
#[derive(Clone, Debug)]
pub struct Fault {
    pub(super) kind: Kind,
    method: Option<String>,
    path: String,
    skip: usize,
    left: Option<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// Answered so instead of being served.
    Instead(Failure),
    /// Served, and then answered so.
    After(Failure),
    /// The connection is dropped without an answer, and nothing was done.
    DroppedBefore,
    /// Served, then the connection is dropped without an answer.
    Dropped,
    /// A review that is refused, but leaves itself behind as pending.
    OrphanReview,
}

#[derive(Clone, Debug)]
pub(super) enum Failure {
    RateLimited(u64),
    SecondaryLimit(u64),
    UsedUp(u64),
    BadGateway,
    Unprocessable,
    NotAllowed,
    Suspended,
    Status(u16),
}

impl Fault {
    fn new(kind: Kind) -> Self {
        Self { kind, method: None, path: String::new(), skip: 0, left: None }
    }

    /// 429 with `Retry-After` in seconds.
    pub fn rate_limited(retry_after: u64) -> Self {
        Self::new(Kind::Instead(Failure::RateLimited(retry_after)))
    }

    /// GitHub's 403 of the secondary limit, with `Retry-After` in seconds.
    pub fn secondary_limit(retry_after: u64) -> Self {
        Self::new(Kind::Instead(Failure::SecondaryLimit(retry_after)))
    }

    /// GitHub's 403 of a token whose requests of the hour are used up until this time, in seconds since 1970.
    pub fn used_up(reset: u64) -> Self {
        Self::new(Kind::Instead(Failure::UsedUp(reset)))
    }

    /// 502, and nothing was done.
    pub fn bad_gateway() -> Self {
        Self::new(Kind::Instead(Failure::BadGateway))
    }

    /// 502, although it was done.
    pub fn bad_gateway_after() -> Self {
        Self::new(Kind::After(Failure::BadGateway))
    }

    /// The connection ends without an answer, and nothing was done.
    pub fn dropped() -> Self {
        Self::new(Kind::DroppedBefore)
    }

    /// The connection ends without an answer, although it was done.
    pub fn dropped_after() -> Self {
        Self::new(Kind::Dropped)
    }

    /// 422 that doesn't say why.
    pub fn unprocessable() -> Self {
        Self::new(Kind::Instead(Failure::Unprocessable))
    }

    /// 422 for a review, which nevertheless stays as a pending one.
    pub fn orphan_review() -> Self {
        Self::new(Kind::OrphanReview).on("POST", "/reviews")
    }

    /// 403 in the forge's words for a token without the right.
    pub fn not_allowed() -> Self {
        Self::new(Kind::Instead(Failure::NotAllowed))
    }

    /// 403 in GitHub's words for an app whose installation was suspended.
    pub fn suspended() -> Self {
        Self::new(Kind::Instead(Failure::Suspended))
    }

    /// A status with nothing that explains it.
    pub fn status(status: u16) -> Self {
        Self::new(Kind::Instead(Failure::Status(status)))
    }

    /// Only requests with this method whose path, without its query, ends in `path_end`.
    #[must_use]
    pub fn on(mut self, method: &str, path_end: &str) -> Self {
        self.method = Some(method.to_owned());
        self.path = path_end.to_owned();
        self
    }

    /// Lets the first `n` requests that match pass.
    #[must_use]
    pub fn after(mut self, n: usize) -> Self {
        self.skip = n;
        self
    }

    /// Happens `n` times at most.
    #[must_use]
    pub fn times(mut self, n: usize) -> Self {
        self.left = Some(n);
        self
    }

    /// Happens once.
    #[must_use]
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// Whether it happens to this request; counts it if so.
    pub(super) fn strikes(&mut self, method: &str, path: &str) -> bool {
        let meant = self.method.as_deref().is_none_or(|known| known == method)
            && path.ends_with(&self.path)
            && self.left != Some(0);
        if !meant {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.left = self.left.map(|left| left - 1);
        true
    }
}

impl Failure {
    pub(super) fn reply(&self, dialect: Dialect) -> Reply {
        let say = |status: u16, message: &str| Reply::new(status, json!({ "message": message }));
        match self {
            Self::RateLimited(seconds) => say(429, "Too Many Requests").header("retry-after", seconds),
            Self::SecondaryLimit(seconds) => say(
                403,
                "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
            )
            .header("retry-after", seconds),
            Self::UsedUp(reset) => say(403, "API rate limit exceeded for installation.")
                .header("x-ratelimit-remaining", 0)
                .header("x-ratelimit-reset", reset),
            Self::BadGateway => say(502, "Server Error"),
            Self::Unprocessable => say(422, "Unprocessable Entity"),
            Self::NotAllowed => match dialect {
                Dialect::GitHub => say(403, "Resource not accessible by integration"),
                Dialect::GitLab => say(403, "403 Forbidden"),
                Dialect::Gitea => say(403, "token does not have at least one of required scope(s)"),
            },
            Self::Suspended => say(403, "This installation has been suspended"),
            Self::Status(status) => Reply::empty(*status),
        }
    }
}
