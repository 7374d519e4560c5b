//! What a piece of a backend's output is to its adapter.

/// What one line or event of a backend's output is to its adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Frame {
    /// Understood.
    Known,
    /// Says only that the other side is alive. It does not count against an idle limit: a server that does nothing but
    /// keep the connection open is idle.
    KeepAlive,
    /// Well-formed, but of a kind that this version does not know. Noted and kept; reading goes on.
    Unknown,
    /// Not a frame at all. Noted; reading goes on.
    Corrupt,
}
